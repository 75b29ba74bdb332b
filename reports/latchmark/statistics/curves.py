"""Where do two curves cross, and how fast does one grow? Over positions of an axis, paired by round.

Between two positions a curve is the straight line on logarithmic axes, which is exact for powers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import TypeAlias

from latchmark.model import Unavailable
from latchmark.statistics.intervals import Interval, interval_rank
from latchmark.statistics.ratios import TOLERANCE, Ratio, paired_ratio

Curve: TypeAlias = Mapping[float, Mapping[int, float]]
"""By position: the value of each round."""

# A position where most rounds lack a value would cost all others theirs.
_FEWEST_ROUNDS = 0.5
_CLEAR = math.log(1 + TOLERANCE)


@dataclass(frozen=True, slots=True)
class Crossing:
    """One curve passes another at `at`, over `n` rounds; `rises` tells that the first is the smaller one
    before and the larger one beyond. `between` are the positions beside it that were measured: the interval
    knows of the rounds, and not how the curves really run from one to the other."""

    at: float
    interval: Interval | Unavailable
    n: int
    rises: bool
    between: tuple[float, float]

    @property
    def is_far_read(self) -> bool:
        """Whether the measured positions lie far apart, so that the place is a rough one (judgement)."""
        low, high = self.between
        return high > 4 * low


@dataclass(frozen=True, slots=True)
class Meeting:
    """How two curves lie between `low` and `high`: where they cross, and which is clearly the larger one at
    the two ends: 1 the first, -1 the second, 0 neither."""

    crossings: tuple[Crossing, ...]
    low: float
    high: float
    at_low: int
    at_high: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How many times as much at `high` as at `low`, and how many times a doubling: over all, and between the
    last two positions."""

    total: Ratio
    low: float
    high: float
    last_a_doubling: float

    @property
    def a_doubling(self) -> float:
        """The mean factor a doubling of the position."""
        return math.pow(self.total.value, 1 / math.log2(self.high / self.low))

    @property
    def is_shown(self) -> bool:
        """Whether it surely grows: by more than 2 % a doubling."""
        interval = self.total.interval
        surely = interval.low if isinstance(interval, Interval) else self.total.value
        return surely > self._least

    @property
    def is_ruled_out(self) -> bool:
        """Whether it surely grows by less than that: a wide interval around 1 does not tell."""
        interval = self.total.interval
        return isinstance(interval, Interval) and interval.high <= self._least

    @property
    def _least(self) -> float:
        return math.pow(1 + TOLERANCE, math.log2(self.high / self.low))


def meeting_of(first: Curve, second: Curve) -> Meeting | Unavailable:
    """Where two curves cross, each crossing with its interval from the crossings of the rounds.

    At each position stands the 95 % interval of the log ratio. Up to a crossing it lies on one side of zero
    and beyond it on the other; between lies the crossing's interval, which ends at the order statistics of
    the single rounds' crossings. A crossing is one only if on either side, at some position that was
    measured, the curves are clearly apart: those that tie cross all the time.
    """
    logs = _log_ratios(first, second)
    if isinstance(logs, Unavailable):
        return logs
    positions = sorted(logs)
    n = len(logs[positions[0]])
    rank = interval_rank(n)
    # Without an interval the majority has to do.
    fewest = rank or (n + 1) // 2
    clear = [_side(logs[position], fewest, _CLEAR) for position in positions]
    by_round = [
        _zeros([(math.log(position), logs[position][round_]) for position in positions])
        for round_ in range(n)
    ]
    crossings = []
    for before, beyond, side in _passages(logs, positions, by_round, fewest):
        inside = [median(mine) for zeros in by_round if (mine := [x for x in zeros if before <= x <= beyond])]
        at = median(inside) if inside else (before + beyond) / 2
        left = [one for x, one in zip(positions, clear, strict=True) if math.log(x) <= before]
        right = [one for x, one in zip(positions, clear, strict=True) if math.log(x) >= beyond]
        if side in left and -side in right:
            interval: Interval | Unavailable = Interval(math.exp(before), math.exp(beyond))
            if rank is None:
                interval = Unavailable(f"{n} round{' is' if n == 1 else 's are'} too few for 95 %")
            between = _neighbours(positions, math.exp(at))
            crossings.append(Crossing(math.exp(at), interval, n, rises=side < 0, between=between))
    return Meeting(tuple(crossings), positions[0], positions[-1], clear[0], clear[-1])


def growth_of(curve: Curve) -> Growth | Unavailable:
    """How a curve grows from its first position above zero to its last."""
    positions = sorted(position for position, values in curve.items() if position > 0 and values)
    if len(positions) < 2:
        return Unavailable("fewer than two positions have a value")
    low, before, high = positions[0], positions[-2], positions[-1]
    total, last = paired_ratio(curve[high], curve[low]), paired_ratio(curve[high], curve[before])
    if isinstance(total, Unavailable):
        return total
    if isinstance(last, Unavailable):
        return last
    return Growth(total, low, high, math.pow(last.value, 1 / math.log2(high / before)))


def _log_ratios(first: Curve, second: Curve) -> dict[float, list[float]] | Unavailable:
    """By position, the log ratio of every round in which both curves are whole."""
    shared = {
        position: {
            round_: math.log(value) - math.log(other)
            for round_, value in first[position].items()
            if value > 0 and (other := second[position].get(round_, 0.0)) > 0
        }
        for position in first.keys() & second.keys()
        if position > 0
    }
    most = max((len(values) for values in shared.values()), default=0)
    fewest = max(1.0, _FEWEST_ROUNDS * most)
    kept = {position: values for position, values in shared.items() if len(values) >= fewest}
    rounds = set.intersection(*(set(values) for values in kept.values())) if kept else set()
    if len(kept) < 2 or not rounds:
        return Unavailable("the two have fewer than two positions in common")
    return {position: [values[one] for one in sorted(rounds)] for position, values in kept.items()}


def _side(logs: Sequence[float], fewest: int, margin: float = 0.0) -> int:
    """On which side of zero the interval of the median lies, by more than `margin`; 0 if it holds zero."""
    if sum(one <= margin for one in logs) < fewest:
        return 1
    if sum(one >= -margin for one in logs) < fewest:
        return -1
    return 0


def _neighbours(positions: Sequence[float], at: float) -> tuple[float, float]:
    """The positions on either side of a place between the first and the last."""
    return (
        max((one for one in positions if one <= at), default=positions[0]),
        min((one for one in positions if one >= at), default=positions[-1]),
    )


def _zeros(line: Sequence[tuple[float, float]]) -> list[float]:
    """Where a line through these points passes zero."""
    return [
        x + (after_x - x) * y / (y - after_y)
        for (x, y), (after_x, after_y) in pairwise(line)
        if (y < 0) != (after_y < 0)
    ]


def _passages(
    logs: Mapping[float, Sequence[float]],
    positions: Sequence[float],
    by_round: Sequence[Sequence[float]],
    fewest: int,
) -> Iterable[tuple[float, float, int]]:
    """(end of the one side, begin of the other, the first side), as logarithms of the position."""
    xs = [math.log(position) for position in positions]
    edges = sorted({*xs, *(x for zeros in by_round for x in zeros)})
    stretches: list[tuple[int, float, float]] = []
    for begin, end in pairwise(edges):
        stretches.append((_side(_between(logs, positions, xs, (begin + end) / 2), fewest), begin, end))
    decided = [
        (side, spans[0][1], spans[-1][2])
        for side, some in groupby((one for one in stretches if one[0]), key=lambda one: one[0])
        if (spans := list(some))
    ]
    return [(end, begin, side) for (side, _, end), (_, begin, _) in pairwise(decided)]


def _between(
    logs: Mapping[float, Sequence[float]], positions: Sequence[float], xs: Sequence[float], x: float
) -> list[float]:
    """Every round's value at `x`."""
    right = next(index for index, one in enumerate(xs) if one >= x and index)
    share = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    pairs = zip(logs[positions[right - 1]], logs[positions[right]], strict=True)
    return [before + share * (after - before) for before, after in pairs]
