"""Which of the nominated points differ for certain? Fresh pairs, two looks, Holm over all of them.

Why identical code fails a suite with probability alpha at most, whatever its size. Say k points are
nominated and the nulls among them are I. The confirming pairs are independent of those that nominated, so k
and I are fixed here.

First look: Holm over all k at the first share of alpha declares some null with at most that probability.

Second look: suppose no null was declared before. Then all of I are still tested, beside whatever else is
left. When Holm first rejects a null, only true differences have been rejected so far, so its divisor is |I|
or more: some null's p is at most its share of alpha / |I|, which has that share of alpha as its probability.
It holds for p of all pairs, those of the first look included, however the two looks depend on each other.
Together the looks spend alpha.

Two things keep this true. A point that is given up after the first look stays in the count with a p of 1,
for a smaller divisor would be chosen by the data. And the limit on the median only ever declares fewer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.gate.procedure.rules import Rules
from latchmark.gate.procedure.screening import WORSE, facing, is_tolerated
from latchmark.statistics import holm, rank_test
from latchmark.verdict import Limits, Look, StageKind

Key = tuple[str, str]  # point and metric


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the confirming pairs say of one nominated key.

    `is_declared`: certain beyond the margin and with a median beyond the limit. `is_open`: another look may
    still change that.
    """

    is_declared: bool
    is_open: bool
    pairs: tuple[float, ...]
    looks: tuple[Look, ...]


def confirmed(
    batches: Mapping[Key, Sequence[Sequence[float]]], limits: Mapping[Key, Limits], toward: str, rules: Rules
) -> Mapping[Key, Confirmed]:
    """Where the keys stand that were nominated in one direction, after the looks that all of them have had.

    A key that was declared or given up has no further batch.
    """
    alpha = rules.alpha if toward == WORSE else rules.improvement_alpha
    standing = {key: Confirmed(False, True, (), ()) for key in batches}
    for look, share in enumerate(rules.look_shares):
        pending = [key for key, one in standing.items() if one.is_open]
        if any(len(batches[key]) <= look for key in pending):
            break
        tested_keys = [key for key, one in standing.items() if not one.is_declared]
        pairs = {key: standing[key].pairs + tuple(batches[key][look]) for key in pending}
        tests = {
            key: rank_test(facing(pairs[key], toward), math.log1p(limits[key].margin), rules.most_ties)
            for key in pending
        }
        p_values = [tests[key].p if key in tests else 1.0 for key in tested_keys]
        adjusted = dict(zip(tested_keys, holm(p_values), strict=True))
        is_last = look + 1 == len(rules.look_shares)
        for key in pending:
            is_certain = adjusted[key] <= alpha * share
            seen = Look(
                kind=StageKind.CONFIRM,
                toward=toward,
                pairs=len(pairs[key]),
                test=tests[key].test,
                p=tests[key].p,
                adjusted_p=adjusted[key],
                alpha=alpha * share,
                among=len(tested_keys),
                passed=is_certain,
            )
            is_declared = is_certain and _middle(pairs[key], toward) >= math.log1p(limits[key].limit)
            is_given_up = _is_futile(pairs[key], limits[key], toward, rules)
            standing[key] = Confirmed(
                is_declared,
                not (is_declared or is_given_up or is_last),
                pairs[key],
                (*standing[key].looks, seen),
            )
    return standing


def _middle(pairs: Sequence[float], toward: str) -> float:
    return median(facing(pairs, toward))


def _is_futile(pairs: Sequence[float], limits: Limits, toward: str, rules: Rules) -> bool:
    """Whether more pairs would hardly change anything: surely below what is tolerated, and not even the
    median is beyond the margin."""
    return is_tolerated(pairs, limits, rules) and _middle(pairs, toward) <= math.log1p(limits.margin)
