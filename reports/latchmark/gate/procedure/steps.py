"""What is decided from paired launches, and which are needed next?

Pure: a gate, a resumed gate and a simulation replay it.

`d` is ln(head / base) of one pair, positive where head is worse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from latchmark.errors import InvalidRunFile
from latchmark.gate.procedure.confirming import Confirmed, Key, confirmed
from latchmark.gate.procedure.deciding import Decision, decision_of
from latchmark.gate.procedure.rules import Rules
from latchmark.gate.procedure.screening import BETTER, WORSE, Screened, Standing, screened
from latchmark.verdict import Limits, StageKind

__all__ = ["Decision", "Key", "Samples", "Wanted", "next_step", "with_batch"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The next stretch of rounds: so many more pairs of these keys."""

    kind: StageKind
    keys: tuple[Key, ...]
    pairs: int


@dataclass(frozen=True, slots=True)
class Samples:
    """The pairs of one key so far, one batch a stretch that wanted it, in the order of time."""

    screen: tuple[tuple[float, ...], ...] = ()
    confirm: tuple[tuple[float, ...], ...] = ()


def next_step(
    samples: Mapping[Key, Samples], limits: Mapping[Key, Limits], rules: Rules
) -> Wanted | Mapping[Key, Decision]:
    """The stretch that is needed next, or the decisions when none is. Deterministic; keys keep their order.

    Goes by stretches and not by pairs: a stretch that brought few or none is over all the same, so the gate
    ends after at most two looks and the settling, whatever the machine takes away.
    """
    screens = {key: screened(one.screen, limits[key], rules) for key, one in samples.items()}
    wanted = _more_screening(samples, screens, rules)
    if wanted is not None:
        return wanted

    fresh: dict[Key, Confirmed] = {}
    among = {toward: _nominated(screens, toward) for toward in (WORSE, BETTER)}
    for toward, keys in among.items():
        fresh |= confirmed({key: samples[key].confirm for key in keys}, limits, toward, rules)
    open_keys = [key for key in samples if key in fresh and fresh[key].is_open]
    if open_keys:
        looks = min(len(fresh[key].looks) for key in open_keys)
        # A look is taken at all keys of its direction together, so those that lack its batch come first.
        keys = tuple(key for key in open_keys if len(samples[key].confirm) == looks)
        return Wanted(StageKind.CONFIRM, keys, rules.confirm_stretches[looks])

    return {
        key: decision_of(screens[key], fresh.get(key), limits[key], rules, len(among[WORSE]))
        for key in samples
    }


def with_batch(
    samples: Mapping[Key, Samples], wanted: Wanted, batch: Mapping[Key, Sequence[float]]
) -> Mapping[Key, Samples]:
    """The samples with what the wanted stretch brought; a key without a single valid pair gets an empty
    batch, and what nobody wanted is left out.

    Raises InvalidRunFile for a difference that is not a finite number: it would compare false with every
    bound and pass.
    """
    grown = dict(samples)
    for point, metric in wanted.keys:
        pairs = tuple(batch.get((point, metric), ()))
        if not all(math.isfinite(pair) for pair in pairs):
            raise InvalidRunFile(f"{point}: {metric}: the ratio of a pair is not a finite number")
        one = samples[point, metric]
        if wanted.kind is StageKind.CONFIRM:
            grown[point, metric] = replace(one, confirm=(*one.confirm, pairs))
        else:
            grown[point, metric] = replace(one, screen=(*one.screen, pairs))
    return grown


def _more_screening(
    samples: Mapping[Key, Samples], screens: Mapping[Key, Screened], rules: Rules
) -> Wanted | None:
    """The next stretch of the keys that have had the fewest and are still undecided."""
    stretches = rules.screen_stretches
    had = {
        key: len(one.screen)
        for key, one in samples.items()
        if screens[key].standing is Standing.UNDECIDED and len(one.screen) < len(stretches)
    }
    if not had:
        return None
    fewest = min(had.values())
    kind = StageKind.SETTLE if fewest else StageKind.SCREEN
    return Wanted(kind, tuple(key for key, batches in had.items() if batches == fewest), stretches[fewest])


def _nominated(screens: Mapping[Key, Screened], toward: str) -> tuple[Key, ...]:
    return tuple(
        key for key, one in screens.items() if one.standing is Standing.NOMINATED and one.toward == toward
    )
