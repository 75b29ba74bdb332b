"""How far do values scatter, and below what is their median? Both robust, exact and deterministic."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from latchmark.model import Unavailable
from latchmark.statistics.intervals import CONFIDENCE, median_interval

# Makes the median absolute deviation of a normal distribution its standard deviation.
NORMAL_SCALE = 1.4826


def spread_of(values: Sequence[float]) -> float | None:
    """1.4826 times the median distance from the median, in the unit of the values; None of fewer than two."""
    if len(values) < 2:
        return None
    middle = median(values)
    return NORMAL_SCALE * median(abs(value - middle) for value in values)


def upper_bound(values: Sequence[float], confidence: float = CONFIDENCE) -> float | None:
    """The order statistic that the true median stays below with at least `confidence`, one-sided; None of too
    few values (five for 95 %)."""
    # The interval that leaves twice as much outside leaves this much above.
    interval = median_interval(values, 1 - 2 * (1 - confidence))
    return None if isinstance(interval, Unavailable) else interval.high
