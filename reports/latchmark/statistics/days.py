"""How far may two days of one machine lie apart? A prediction from the days that were seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import stdev

from latchmark.model import Unavailable

# Of four days the 99 % bound is 8 standard deviations, and says nothing that one could gate by (judgement).
FEWEST_DAYS = 5


def day_spread(medians: Sequence[float]) -> float | Unavailable:
    """The standard deviation of ln over days, from one median a day."""
    if len(medians) < FEWEST_DAYS:
        return Unavailable(f"{len(medians)} days are too few: {FEWEST_DAYS} are needed")
    if min(medians) <= 0:
        return Unavailable("a ratio needs values above zero")
    return stdev(map(math.log, medians))


def day_bound(spread: float, days: int, points: int = 1, alpha: float = 0.01) -> float:
    """What |ln(one day / another)| exceeds at any of so many points with a chance of `alpha`, where `days`
    days gave the spread.

    Days are taken as normal in ln. Student's t pays for how few they are: the largest difference seen would
    be a bound that the next one exceeds about as often as not. Points share `alpha` (Bonferroni), or a suite
    of twenty would fail on identical code twenty times as often as one.
    """
    from scipy.special import stdtrit  # a fifth of a second to import, which `--help` need not pay

    return float(stdtrit(days - 1, 1 - alpha / (2 * points))) * math.sqrt(2) * spread
