"""Which machine is fastest at what? The ranks of the runs in each experiment, as far as intervals tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.compare.runs import ComparedExperiment, ComparedPoint, Comparison
from latchmark.model import Direction, Experiment, Unavailable
from latchmark.statistics import Interval, Ratio, Summary

# Costs of the measuring itself are no merit of a machine.
INSTRUMENT = "instrument"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one run stands in one experiment. `level` is the geometric mean of its medians over the points
    that all who take part have, in the unit of the headline; `ratio` is to the base of the row, which has
    none to itself. `best` and `worst` are the ranks that the intervals leave open, 1 being the fastest."""

    level: Summary
    ratio: Ratio | Unavailable
    best: int
    worst: int

    @property
    def is_tied(self) -> bool:
        """Whether its interval overlaps that of another run."""
        return self.best < self.worst


@dataclass(frozen=True, slots=True)
class RankedExperiment:
    """The standings of one experiment, in the order of the runs, or why a run has none. `base` is the run
    over which the ratios are: the reference, or the first that takes part; `points` are those of the mean."""

    experiment: Experiment
    base: int
    points: int
    standings: tuple[Standing | Unavailable, ...]

    @property
    def known(self) -> dict[int, Standing]:
        """The standings that there are, by run."""
        return {index: one for index, one in enumerate(self.standings) if isinstance(one, Standing)}

    @property
    def fastest(self) -> tuple[int, ...]:
        """The runs that may be the fastest: one, or those tied with it."""
        return tuple(index for index, one in self.known.items() if one.best == 1)


def ranks_of(comparison: Comparison) -> tuple[RankedExperiment, ...]:
    """One entry for each experiment in which at least two runs can be ranked, the instrument's own aside."""
    ranked = (
        ranked_experiment(compared)
        for compared in comparison.experiments
        if compared.experiment.family != INSTRUMENT
    )
    return tuple(one for one in ranked if one is not None)


def ranked_experiment(compared: ComparedExperiment) -> RankedExperiment | None:
    """The ranks in one experiment; None where fewer than two runs share a point with an interval.

    A mean of several points is ranked and not one chosen point: which one is chosen would decide who wins.
    Its interval goes from the mean of the lower ends to that of the upper ones, which holds at least as often
    as those of the points do, since their errors partly cancel: wide rather than wrong.
    """
    experiment = compared.experiment
    if experiment.headline.direction is Direction.NONE:
        return None
    points = [one for one in compared.headlines if sum(_is_known(one, i) for i in _indices(one)) > 1]
    if not points:
        return None
    base = next(index for index in _indices(points[0]) if any(_is_known(one, index) for one in points))
    with_base = [one for one in points if _is_known(one, base)]
    taking_part = [i for i in _indices(points[0]) if any(_is_known(one, i) for one in with_base)]
    shared = [one for one in with_base if all(_is_known(one, index) for index in taking_part)]
    if not shared or len(taking_part) < 2:
        return None
    levels = {index: _mean([one.cells[index].level for one in shared]) for index in taking_part}
    is_lower = experiment.headline.direction is Direction.LOWER
    standings: list[Standing | Unavailable] = [
        _standing(index, levels, base, is_lower) if index in levels else _why_not(compared, index)
        for index in _indices(points[0])
    ]
    return RankedExperiment(experiment, base, len(shared), tuple(standings))


def _indices(point: ComparedPoint) -> range:
    return range(len(point.cells))


def _is_known(point: ComparedPoint, index: int) -> bool:
    """Whether a run has a value there that can be ranked: above zero, and with an interval."""
    level = point.cells[index].level
    return isinstance(level, Summary) and isinstance(level.interval, Interval) and level.interval.low > 0


def _mean(levels: Sequence[Summary | Unavailable]) -> Summary:
    known = [(one, one.interval) for one in levels if isinstance(one, Summary)]
    ends = [(one.median, end.low, end.high) for one, end in known if isinstance(end, Interval)]
    middle, low, high = (
        math.exp(math.fsum(map(math.log, values)) / len(values)) for values in zip(*ends, strict=True)
    )
    return Summary(middle, Interval(low, high), min(one.n for one, _ in known))


def _standing(index: int, levels: dict[int, Summary], base: int, is_lower: bool) -> Standing:
    own = levels[index]
    others = [levels[other] for other in levels if other != index]
    below = sum(_end(other).high < _end(own).low for other in others)
    above = sum(_end(other).low > _end(own).high for other in others)
    before, after = (below, above) if is_lower else (above, below)
    ratio = _ratio(own, levels[base]) if index != base else Unavailable("the base")
    return Standing(own, ratio, before + 1, len(levels) - after)


def _ratio(level: Summary, base: Summary) -> Ratio | Unavailable:
    interval = Interval(_end(level).low / _end(base).high, _end(level).high / _end(base).low)
    return Ratio(level.median / base.median, interval, min(level.n, base.n))


def _end(level: Summary) -> Interval:
    assert isinstance(level.interval, Interval)
    return level.interval


def _why_not(compared: ComparedExperiment, index: int) -> Unavailable:
    """The reason that most of its points have."""
    reasons = [_reason(one, index) for one in compared.headlines]
    return Unavailable(max(dict.fromkeys(reasons), key=reasons.count))


def _reason(point: ComparedPoint, index: int) -> str:
    level = point.cells[index].level
    if isinstance(level, Unavailable):
        return level.reason
    return level.interval.reason if isinstance(level.interval, Unavailable) else "no point in common"
