"""Where does a variant change along a sweep? The largest step between neighbouring values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from latchmark.findings.comparing import certain_effect, comparisons
from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD, finding_of
from latchmark.findings.sentences import Comparison, dearer_first, step_sentence
from latchmark.model import Axis, Experiment, Point, Run
from latchmark.statistics import sweeps_along


def along_axes(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The clearest steps of the experiment: that of each axis first, then those of further variants."""
    steps: list[tuple[int, Comparison, Axis]] = []
    for axis in experiment.axes:
        # Work that the axis itself asks for takes its time, and more bytes take more: no step.
        if axis.unit != experiment.headline.unit and not axis.is_size:
            largest = _largest_steps(run, experiment, points, axis)
            steps += [(rank, one, axis) for rank, one in enumerate(largest)]
    for _, one, axis in sorted(steps, key=lambda step: (step[0], -certain_effect(step[1])))[:MOST_TOLD]:
        told = dearer_first(one)
        yield finding_of(FindingKind.STEP, told, step_sentence(told, axis))


def _largest_steps(run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis) -> list[Comparison]:
    """The largest step of each variant, over its teams and places; the clearest first."""
    found = []
    for variant in experiment.variants:
        if axis.concerns(variant.name):
            own = [point for point in points if point.variant == variant.name]
            apart = [one for one in _steps(run, experiment, own, axis) if one.ratio.is_apart]
            found += [max(apart, key=certain_effect)] if apart else []
    return sorted(found, key=certain_effect, reverse=True)


def _steps(run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis) -> list[Comparison]:
    """Each value against the one before, the other axes at their middle."""
    pairs = [
        (sweep.points[after], sweep.points[before])
        for sweep in sweeps_along(experiment, points, axis)
        for before, after in pairwise(sweep.points)
    ]
    return comparisons(run, experiment, pairs)
