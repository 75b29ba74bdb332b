"""Where does the median of a point lie? Order statistics: exact and deterministic, for any distribution."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.model import Unavailable

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float

    def includes(self, value: float) -> bool:
        """Whether `value` cannot be told from the middle."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Summary:
    """The median over `n` launches, in the metric's unit, with its interval or why there is none."""

    median: float
    interval: Interval | Unavailable
    n: int


def summary_of(values: Sequence[float]) -> Summary | Unavailable:
    """The summary of one value a launch."""
    if not values:
        return Unavailable("no launch has a value")
    return Summary(median(values), median_interval(values), len(values))


def median_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval | Unavailable:
    """The interval between the order statistics that holds the true median with at least `confidence`.

    Needs six launches for 95 %: of five, all lie on one side of the median once in sixteen times.
    """
    rank = interval_rank(len(values), confidence)
    if rank is None:
        launches = "1 launch is" if len(values) == 1 else f"{len(values)} launches are"
        return Unavailable(f"{launches} too few for {confidence * 100:.0f} %")
    ordered = sorted(values)
    return Interval(ordered[rank - 1], ordered[-rank])


@functools.cache
def interval_rank(n: int, confidence: float = CONFIDENCE) -> int | None:
    """Which of `n` ordered values, from either end, bounds the interval (1 is the end); None for a small n.

    The number of values below the median is binomial (n, 1/2). Rank k fails when fewer than k values lie on
    one side, so the largest k whose tails stay within 1 - confidence gives the shortest interval.
    """
    from scipy.special import bdtr  # a fifth of a second to import, which `--help` and bad usage need not pay

    rank = 0
    while rank < n // 2 and 2 * float(bdtr(rank, n, 0.5)) <= 1 - confidence:
        rank += 1
    return rank or None
