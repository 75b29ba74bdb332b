"""On which levels did a point stay, and where did it change? Advisory: a step is never a verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from latchmark.model import Unavailable
from latchmark.statistics import TOLERANCE, Ratio, Shift, shifts_of, unpaired_ratio


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of runs without a step: the first and the last with a value, counted from 0, how many have
    one, and the median of theirs."""

    first: int
    last: int
    n: int
    median: float


@dataclass(frozen=True, slots=True)
class Step:
    """From one level to the next. `ratio` is the later over the earlier, of the medians of runs, each of
    which is one value; `p` is that of the test by which it was found."""

    before: Level
    since: Level
    ratio: Ratio
    p: float

    @property
    def at(self) -> int:
        """The first run on the new level, counted from 0."""
        return self.since.first


def steps_of(
    values: Sequence[tuple[int, float]], threshold: float
) -> tuple[tuple[Level, ...], tuple[Step, ...]]:
    """Levels and the steps between them, from pairs (run, median) above zero in the order of the runs.

    Steps of less than 2 % are taken back, smallest first: they may be the layout of the code, and are not
    worth a look.
    """
    medians = [value for _, value in values]
    shifts = list(shifts_of(medians, threshold))
    while shifts:
        sizes = [_size(one, other) for one, other in pairwise(_levels(values, shifts))]
        smallest = min(range(len(sizes)), key=sizes.__getitem__)
        if sizes[smallest] > math.log1p(TOLERANCE):
            break
        del shifts[smallest]
    levels = _levels(values, shifts)
    bounds = [0, *(one.position for one in shifts), len(values)]
    steps = []
    for index, shift in enumerate(shifts):
        first, cut, end = bounds[index : index + 3]
        ratio = unpaired_ratio(medians[cut:end], medians[first:cut])
        assert isinstance(ratio, Ratio), "both levels have values above zero"
        if isinstance(ratio.interval, Unavailable):
            ratio = replace(ratio, interval=Unavailable("95 % needs six runs on either side"))
        steps.append(Step(levels[index], levels[index + 1], ratio, shift.p))
    return levels, tuple(steps)


def _levels(values: Sequence[tuple[int, float]], shifts: Sequence[Shift]) -> tuple[Level, ...]:
    bounds = [0, *(one.position for one in shifts), len(values)]
    stretches = [values[first:end] for first, end in pairwise(bounds) if end > first]
    return tuple(
        Level(some[0][0], some[-1][0], len(some), median(value for _, value in some)) for some in stretches
    )


def _size(one: Level, other: Level) -> float:
    return abs(math.log(other.median / one.median))
