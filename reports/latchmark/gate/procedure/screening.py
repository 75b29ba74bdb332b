"""Which points are worth confirming, and which are fine? One key's screen and settling, replayed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median

from latchmark.gate.procedure.rules import Rules
from latchmark.statistics import rank_test, upper_bound
from latchmark.verdict import Limits, Look, StageKind

WORSE, BETTER = "worse", "better"


class Standing(Enum):
    """Where a key stands after the stretches so far."""

    UNDECIDED = "undecided"
    TOLERATED = "tolerated"
    NOMINATED = "nominated"


@dataclass(frozen=True, slots=True)
class Screened:
    """What screening says of one key: `pairs` are all of its ln(head / base) so far, `toward` the direction
    in which it stands out where it is nominated."""

    standing: Standing
    toward: str
    pairs: tuple[float, ...]
    looks: tuple[Look, ...]


def toward_of(pairs: Sequence[float]) -> str:
    """The side on which the median is."""
    return WORSE if median(pairs) > 0 else BETTER


def facing(pairs: Sequence[float], toward: str) -> tuple[float, ...]:
    """The differences turned so that those in this direction are positive."""
    return tuple(pairs) if toward == WORSE else tuple(-pair for pair in pairs)


def is_tolerated(pairs: Sequence[float], limits: Limits, rules: Rules) -> bool:
    """Whether the slowdown is surely below what is tolerated: by the upper 95 % bound of the median.

    Fewer pairs than a screen needs prove nothing, though five would give a bound: a point must not be green
    that could not have become red.
    """
    if len(pairs) < rules.least_screen_pairs:
        return False
    bound = upper_bound(pairs)
    return bound is not None and bound < math.log1p(limits.tolerated)


def screened(batches: Sequence[Sequence[float]], limits: Limits, rules: Rules) -> Screened:
    """Where one key stands after its screening and settling batches.

    A point may be nominated by all its pairs after each of them: that raises how many identical points are
    confirmed, and not how many fail, for the confirming pairs are fresh.
    """
    pairs: tuple[float, ...] = ()
    looks: list[Look] = []
    for index, batch in enumerate(batches[: len(rules.screen_stretches)]):
        pairs += tuple(batch)
        if len(pairs) < rules.least_screen_pairs:
            continue
        toward = toward_of(pairs)
        tested = rank_test(facing(pairs, toward), most_ties=rules.most_ties)
        is_nominated = tested.p < rules.nominate_p
        looks.append(
            Look(
                kind=StageKind.SETTLE if index else StageKind.SCREEN,
                toward=toward,
                pairs=len(pairs),
                test=tested.test,
                p=tested.p,
                adjusted_p=None,
                alpha=rules.nominate_p,
                among=1,
                passed=is_nominated,
            )
        )
        if is_nominated:
            return Screened(Standing.NOMINATED, toward, pairs, tuple(looks))
        if is_tolerated(pairs, limits, rules):
            return Screened(Standing.TOLERATED, toward, pairs, tuple(looks))
    return Screened(Standing.UNDECIDED, WORSE, pairs, tuple(looks))
