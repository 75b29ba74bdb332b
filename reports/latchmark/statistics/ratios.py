"""How many times as much? Ratios of two points, paired by round within a run, unpaired between runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.model import Unavailable
from latchmark.statistics.intervals import Interval, median_interval

# Judgement: a smaller difference may be code alignment, and an interval that merely excludes 1 does so by
# chance in one of thirty comparisons of six rounds.
TOLERANCE = 0.02


@dataclass(frozen=True, slots=True)
class Ratio:
    """`value` times as much, from `n` pairs (paired) or from the smaller of the two samples (unpaired).

    `dropped` counts the rounds in which only one of the two has a value.
    """

    value: float
    interval: Interval | Unavailable
    n: int
    dropped: int = 0

    @property
    def excludes_one(self) -> bool:
        """Whether a difference was shown: there is an interval, and 1 is outside it."""
        return isinstance(self.interval, Interval) and not self.interval.includes(1.0)

    @property
    def is_apart(self) -> bool:
        """Whether the difference is worth telling: the whole interval lies more than 2 % away from 1."""
        return isinstance(self.interval, Interval) and (
            self.interval.low > 1 + TOLERANCE or self.interval.high < 1 / (1 + TOLERANCE)
        )

    @property
    def is_tied(self) -> bool:
        """Whether the two were shown to be alike: the whole interval lies within 2 % of 1."""
        return isinstance(self.interval, Interval) and (
            self.interval.low >= 1 / (1 + TOLERANCE) and self.interval.high <= 1 + TOLERANCE
        )

    @property
    def certain_effect(self) -> float:
        """How large the difference is at least: the logarithm of the interval's end nearer to 1, or 0."""
        if isinstance(self.interval, Unavailable) or not self.excludes_one:
            return 0.0
        return min(abs(math.log(self.interval.low)), abs(math.log(self.interval.high)))

    def scaled(self, factor: float) -> Ratio:
        """The same comparison of amounts of which the first is `factor` times as large."""
        interval = self.interval
        if isinstance(interval, Interval):
            interval = Interval(interval.low * factor, interval.high * factor)
        return Ratio(self.value * factor, interval, self.n, self.dropped)

    @property
    def inverse(self) -> Ratio:
        """The same comparison the other way round."""
        interval = self.interval
        if isinstance(interval, Interval):
            interval = Interval(1 / interval.high, 1 / interval.low)
        return Ratio(1 / self.value, interval, self.n, self.dropped)


def paired_ratio(numerator: Mapping[int, float], denominator: Mapping[int, float]) -> Ratio | Unavailable:
    """The median of the per-round ratios, from values by round.

    A round's launches lie close in time, so a drifting machine moves both and cancels; the medians of the two
    points do not cancel. Taken on logarithms, so that swapping the two gives the reciprocal even for an even
    number of rounds.
    """
    rounds = sorted(numerator.keys() & denominator.keys())
    dropped = len(numerator.keys() | denominator.keys()) - len(rounds)
    if not rounds:
        return Unavailable("no round has a value of both")
    if any(numerator[i] <= 0 or denominator[i] <= 0 for i in rounds):
        return Unavailable("a ratio needs values above zero")
    logs = [math.log(numerator[i]) - math.log(denominator[i]) for i in rounds]
    return Ratio(math.exp(median(logs)), _exponential(median_interval(logs)), len(rounds), dropped)


def unpaired_ratio(numerator: Sequence[float], denominator: Sequence[float]) -> Ratio | Unavailable:
    """The ratio of the medians of two independent samples, for instance of two machines.

    Its interval is the quotient of the two order-statistic intervals. That holds the true ratio in at least
    90 % of cases whatever the distributions (both intervals hold), and in 95 % or more where the two errors
    do not conspire: it is wide rather than wrong. Unlike a bootstrap of six values it is deterministic and
    does not fall short.
    """
    if not numerator or not denominator:
        return Unavailable("one of the two has no launch with a value")
    if min(*numerator, *denominator) <= 0:
        return Unavailable("a ratio needs values above zero")
    above, below = median_interval(numerator), median_interval(denominator)
    interval: Interval | Unavailable
    if isinstance(above, Unavailable):
        interval = above
    elif isinstance(below, Unavailable):
        interval = below
    else:
        interval = Interval(above.low / below.high, above.high / below.low)
    return Ratio(median(numerator) / median(denominator), interval, min(len(numerator), len(denominator)))


def _exponential(logs: Interval | Unavailable) -> Interval | Unavailable:
    return logs if isinstance(logs, Unavailable) else Interval(math.exp(logs.low), math.exp(logs.high))
