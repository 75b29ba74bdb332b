"""How evenly do workers share? One number a worker in, one number out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.model import Unavailable
from latchmark.statistics.intervals import Summary, summary_of


@dataclass(frozen=True, slots=True)
class Sharing:
    """How a team shared, over its launches: Jain's index, and the medians of the least and the most that a
    worker did, where 1 is an even share."""

    jain: Summary
    least: float
    most: float


def sharing_of(launches: Sequence[Sequence[float]]) -> Sharing | Unavailable:
    """The sharing of a team from its amounts per worker in each launch; one worker shares with nobody."""
    known = [
        amounts for amounts in launches if len(amounts) > 1 and not isinstance(_total(amounts), Unavailable)
    ]
    jain = summary_of([index for one in known if isinstance(index := jain_index(one), float)])
    if isinstance(jain, Unavailable):
        return jain
    least = [share * len(one) for one in known if isinstance(share := smallest_share(one), float)]
    most = [share * len(one) for one in known if isinstance(share := largest_share(one), float)]
    return Sharing(jain, median(least), median(most))


def jain_index(amounts: Sequence[float]) -> float | Unavailable:
    """Jain's index of amounts per worker: 1 when even, 1/W when one worker of W got everything."""
    total = _total(amounts)
    if isinstance(total, Unavailable):
        return total
    # On shares: squares of large counts would overflow, and those of small ones vanish. Rounding can pass 1
    # by a hair.
    return min(1.0, 1 / (len(amounts) * math.fsum((amount / total) ** 2 for amount in amounts)))


def smallest_share(amounts: Sequence[float]) -> float | Unavailable:
    """The smallest worker's part of the whole; 1/W when even."""
    total = _total(amounts)
    return total if isinstance(total, Unavailable) else min(amounts) / total


def largest_share(amounts: Sequence[float]) -> float | Unavailable:
    """The largest worker's part of the whole; 1/W when even, 1 when it got everything."""
    total = _total(amounts)
    return total if isinstance(total, Unavailable) else max(amounts) / total


def _total(amounts: Sequence[float]) -> float | Unavailable:
    total = math.fsum(amounts)
    if not total > 0 or min(amounts) < 0:
        return Unavailable("no worker completed an operation")
    return total
