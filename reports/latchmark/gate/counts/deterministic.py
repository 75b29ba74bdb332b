"""How noisy is a count, and did a quiet one grow?

A count is what the workers do and not how long it takes, so a quiet one needs few launches: a threshold on
nearly noise-free values, outside the suite's alpha. Its false rate is the test's to show.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from latchmark.model import Direction, Unavailable
from latchmark.statistics import interval_rank, unpaired_ratio
from latchmark.verdict import Estimate, Grade, Word, ratio_text
from latchmark.wording import count, number, percent

LEAST_PAIRS = 5
# A page fault or a switch of context, the dearest of what is counted, costs about a microsecond: less than
# this a working operation is less than a nanosecond. Below it a ratio compares accidents.
SMALLEST_COUNT = 0.001
SMALLEST_CHANGE = 0.005
FLOORS = 5  # The threshold lies this many times above what launches of one binary differ by.
_DETERMINISTIC, _STABLE = 0.003, 0.03


def grade_of(values: Sequence[float]) -> Grade:
    """How much the values of launches of one binary differ: deviation over mean. Too few to tell are
    noisy."""
    if len(values) < LEAST_PAIRS:
        return Grade.NOISY
    spread = variation_of(values)
    if spread < _DETERMINISTIC:
        return Grade.DETERMINISTIC
    return Grade.STABLE if spread < _STABLE else Grade.NOISY


def variation_of(values: Sequence[float]) -> float:
    """The standard deviation as a part of the mean; 0 where nothing worth counting happens."""
    if is_nothing(values):
        return 0.0
    middle = math.fsum(values) / len(values)
    squares = math.fsum((value - middle) ** 2 for value in values)
    return math.sqrt(squares / max(1, len(values) - 1)) / abs(middle)


def threshold_of(base: Sequence[float], floor: float | None) -> float:
    """From which change on, as a part of 1, a count of grade D is another one. `floor` is the calibrated
    variation; a short run may show less of it than there is, a calibration of another day more."""
    return max(SMALLEST_CHANGE, FLOORS * max(floor or 0.0, variation_of(base)))


def decide_deterministic(
    base: Sequence[float],
    head: Sequence[float],
    floor: float | None,
    direction: Direction = Direction.LOWER,
    least_pairs: int = LEAST_PAIRS,
) -> tuple[Word, str, Estimate | None]:
    """Whether a count of grade D changed: beyond 0.5 %, and beyond 5 times what launches of base differ by.

    Where base counts next to nothing there is no ratio, and the change per operation is judged. With five
    launches a side a count of two modes is called another one once in a thousand times, with twelve never:
    who decides many counts at once asks for more than the `least_pairs` that suffice for one.
    """
    pairs = min(len(base), len(head))
    if pairs < least_pairs:
        return Word.INCONCLUSIVE, f"{count(pairs, 'pair')} of launches: {least_pairs} are needed", None
    before, after = median(base), median(head)
    told = f"{_precise(after)} against {_precise(before)} per operation"
    if min(*base, *head) < 0:
        return Word.SUSPECT, f"{told}: a count below 0", None
    if is_nothing(base):
        return _decide_from_nothing(base, head, told, direction)
    estimate = estimate_of_medians(base, head, direction)
    if estimate is None:
        word = Word.IMPROVED if (after < before) is (direction is Direction.LOWER) else Word.REGRESSED
        return word, f"{told}: it happens on one side only", None
    threshold = threshold_of(base, floor)
    seen = f"{ratio_text(estimate)}: {told}"
    limit = f"the threshold of {percent(threshold)}"
    if 1 / (1 + threshold) <= estimate.value <= 1 + threshold:
        return Word.OK, f"{seen}, within {limit}", estimate
    if not _are_apart(base, head):
        return Word.INCONCLUSIVE, f"{seen}, beyond {limit}, but launches of the sides overlap", estimate
    word = Word.REGRESSED if estimate.value > 1 else Word.IMPROVED
    return word, f"{seen}, beyond {limit}", estimate


def estimate_of_medians(
    base: Sequence[float], head: Sequence[float], direction: Direction
) -> Estimate | None:
    """The ratio of the medians of two samples that are not paired, above 1 where head is worse, with the
    quotient of their intervals; None where one is empty or its median is 0."""
    worse, better = (base, head) if direction is Direction.HIGHER else (head, base)
    pairs = min(len(base), len(head))
    if pairs == 0 or median(base) <= 0 or median(head) <= 0:
        return None
    ratio = unpaired_ratio(worse, better)
    if isinstance(ratio, Unavailable) or isinstance(ratio.interval, Unavailable):
        return Estimate(median(worse) / median(better), None, None, None, pairs)
    low, high = ratio.interval.low, ratio.interval.high
    # Both medians stay within their own 95 %, so one end alone holds with more than that.
    return Estimate(ratio.value, low, high, high, pairs)


def shows_nothing(word: Word, base: Sequence[float]) -> bool:
    """Whether an OK stands for a count that happens on neither side: shown, but no point that was looked at,
    or a gate whose times are all unknown would be green for its page faults."""
    return word is Word.OK and is_nothing(base)


def is_nothing(values: Sequence[float]) -> bool:
    """Whether a count happens too rarely to cost anything: then ratios of it are accidents."""
    return all(abs(value) <= SMALLEST_COUNT for value in values)


def _are_apart(base: Sequence[float], head: Sequence[float]) -> bool:
    """Whether the intervals of the two medians do not touch; of five launches none does.

    A count with two modes that its five launches of base saw only one of would else fail once in sixty times.
    """
    (low, high), (other_low, other_high) = (_middle_of(values) for values in (base, head))
    return other_low > high or other_high < low


def _middle_of(values: Sequence[float]) -> tuple[float, float]:
    rank = interval_rank(len(values)) or 1
    ordered = sorted(values)
    return ordered[rank - 1], ordered[-rank]


def _decide_from_nothing(
    base: Sequence[float], head: Sequence[float], told: str, direction: Direction
) -> tuple[Word, str, None]:
    change = (median(head) - median(base)) * (1 if direction is Direction.LOWER else -1)
    limit = f"{number(SMALLEST_COUNT)} per operation"
    most = max(base)
    seen = f"{told}: base counts {f'at most {number(most)} per operation' if most > 0 else 'nothing'}"
    if abs(change) <= SMALLEST_COUNT or not _are_apart(base, head):
        return Word.OK, f"{seen}, and head not for certain more than {limit}", None
    word = Word.REGRESSED if change > 0 else Word.IMPROVED
    return word, f"{seen}, and head more than {limit}", None


def _precise(value: float) -> str:
    # Three digits, as elsewhere, would hide what a threshold of half a percent decides on.
    return f"{value:.5g}"
