"""What could a gate have seen? The slowdown it finds nine times in ten, and the pairs that would decide."""

from __future__ import annotations

import math
from statistics import NormalDist

from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Limits

POWER = 0.90
# Wilcoxon's test of normal noise needs 1.05 times the pairs' spread where a mean's needs 1, a median 1.25.
_RANKS, _MEDIAN = 1.05, 1.25
# All three steps must succeed. For the two tests together to succeed nine times in ten, each has to alone
# nineteen times in twenty; a formula for the confirming test alone says 8.0 % where 10.3 % is true.
_EACH_STEP = 1 - (1 - POWER) / 2
_NORMAL = NormalDist()


def mde90(
    spread: float, limits: Limits, rules: Rules, *, screen_pairs: int, confirm_pairs: int, among: int
) -> float | None:
    """The true slowdown, as a part of 1, that the procedure confirms with probability 90 %.

    `spread` is that of ln(head / base); `among` the number of points confirmed together. None where a step
    has no pairs. It is the largest of what screening, confirming and the limit on the median each need.
    """
    if screen_pairs < 1 or confirm_pairs < 1:
        return None
    nominated = _upper(rules.nominate_p) + _NORMAL.inv_cdf(_EACH_STEP)
    confirmed = _confirming_quantile(rules, among) + _NORMAL.inv_cdf(_EACH_STEP)
    return math.expm1(
        max(
            nominated * _RANKS * spread / math.sqrt(screen_pairs),
            math.log1p(limits.margin) + confirmed * _RANKS * spread / math.sqrt(confirm_pairs),
            math.log1p(limits.limit) + _NORMAL.inv_cdf(POWER) * _MEDIAN * spread / math.sqrt(confirm_pairs),
        )
    )


def pairs_needed(
    median: float, spread: float, limits: Limits, rules: Rules, *, among: int, have: int
) -> int | None:
    """About how many pairs would decide, if ln(head / base) keeps the `median` and the `spread` it has.

    Whichever takes fewer: the upper bound falls below what is tolerated, or the slowdown is confirmed. More
    than the point `have`, since these did not decide. None where no number would: beyond what is tolerated
    but not beyond the limit, which only a policy that tolerates less than its limit allows.
    """
    room = math.log1p(limits.tolerated) - median
    beyond = median - math.log1p(limits.margin)
    needed = []
    if room > 0:
        needed.append((_NORMAL.inv_cdf(0.95) * _MEDIAN * spread / room) ** 2)
    if beyond > 0 and median >= math.log1p(limits.limit):
        needed.append((_confirming_quantile(rules, among) * _RANKS * spread / beyond) ** 2)
    return max(have + 1, math.ceil(min(needed))) if needed else None


def _confirming_quantile(rules: Rules, among: int) -> float:
    return _upper(rules.alpha * rules.look_shares[-1] / max(1, among))


def _upper(share: float) -> float:
    """What a standard normal value exceeds with this probability; 1 - share would lose the small ones."""
    return -_NORMAL.inv_cdf(share)
