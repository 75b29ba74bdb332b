"""Which experiments get a chart of time against CPU time? Those whose variants wait in different ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from latchmark.figures import against_cpu
from latchmark.figures.drawing import Drawing, estimate_of, note_of, style_of, title_of
from latchmark.figures.series import Estimate
from latchmark.model import (
    CPU_TIME,
    TIME_PER_OPERATION,
    WAITING,
    Axis,
    Experiment,
    Placement,
    Point,
    Run,
)
from latchmark.statistics import is_of_waits, repeats_of, summary_of_point
from latchmark.wording import parameter_text, team

# Where all variants burn alike, the chart is a diagonal and says nothing, unless waiting is the question
# (judgement).
SMALLEST_CONTRAST = 2.0


def costs(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """The chart of each team in one place, and on one CPU, where spinning takes what others need; along waits
    a panel each."""
    if experiment.metric(CPU_TIME) is None:
        return
    waits = next((axis for axis in experiment.axes if is_of_waits(experiment, axis)), None)
    repeats = repeats_of(points)
    usual = [
        point
        for point in points
        if point.skip is None
        and not point.is_oversubscribed
        and point.index not in repeats
        and _is_on(experiment, point, waits)
    ]
    for label, some in _places(usual):
        values = [dict(point.parameters).get(waits.name, 0.0) if waits else 0.0 for point in some]
        panels = []
        for value in sorted(set(values)):
            here = [point for point, one in zip(some, values, strict=True) if one == value]
            title = parameter_text(waits.name, value, waits) if waits else ""
            panels.append(against_cpu.Panel(title, tuple(_marks(run, experiment, here))))
        shown = tuple(panel for panel in panels if len(panel.marks) > 1)
        if shown and (experiment.family == WAITING or _contrast(shown) >= SMALLEST_CONTRAST):
            yield _drawing(run, experiment, some, label, shown)


def _drawing(
    run: Run,
    experiment: Experiment,
    points: Sequence[Point],
    label: str,
    panels: tuple[against_cpu.Panel, ...],
) -> Drawing:
    metric = experiment.headline
    is_same_operation = metric.name == TIME_PER_OPERATION
    dotted = " \u00b7 dotted: burns all the time" if is_same_operation else ""
    reading = " \u00b7 up is slower, to the right burns more"
    chart = against_cpu.Chart(
        f"{title_of(metric)} against CPU time",
        f"{metric.unit}; {label}",
        panels,
        note_of(run, points) + reading + dotted,
        is_same_operation,
    )
    words = against_cpu.description_of(chart)
    return Drawing("cost", chart.quantity, words, partial(against_cpu.against_cpu, chart))


def _is_on(experiment: Experiment, point: Point, waits: Axis | None) -> bool:
    """At the middle of every axis, or along the waits."""
    middle = {axis.name: axis.middle for axis in experiment.axes if axis is not waits}
    return all(middle.get(name, value) == value for name, value in point.parameters)


def _places(points: Sequence[Point]) -> list[tuple[str, list[Point]]]:
    """For each team the first place with fewest workers above one, or with one; and all who share a CPU."""
    by_place: dict[tuple[str, int, str], list[Point]] = {}
    for point in points:
        by_place.setdefault((point.team.value, point.workers, point.placement.value), []).append(point)
    ordered = sorted(by_place, key=lambda place: (place[1] == 1, place[1]))
    on_one_cpu = Placement.SAME_CPU.value
    first: dict[str, tuple[str, int, str]] = {}
    for place in sorted(ordered, key=lambda place: place[2] == on_one_cpu):
        first.setdefault(place[0], place)
    chosen = [place for place in by_place if place in first.values() or place[2] == on_one_cpu]
    return [
        (team(some[0], without=[name for name, _ in some[0].parameters]), some)
        for some in (by_place[place] for place in chosen)
    ]


def _marks(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[against_cpu.Mark]:
    for point in points:
        burnt = estimate_of(summary_of_point(run, point, CPU_TIME))
        taken = estimate_of(summary_of_point(run, point))
        # A logarithmic axis has no place for zero: a wait that burnt less than its clock shows is not drawn.
        if isinstance(burnt, Estimate) and isinstance(taken, Estimate) and min(burnt.value, taken.value) > 0:
            style = style_of(experiment, point.variant)
            yield against_cpu.Mark(point.variant, style, _positive(burnt), _positive(taken))


def _positive(estimate: Estimate) -> Estimate:
    is_positive = estimate.low is None or estimate.low > 0
    return estimate if is_positive else Estimate(estimate.value)


def _contrast(panels: Sequence[against_cpu.Panel]) -> float:
    """How many times as much of its time one variant burns as another, in the panel where it is most."""
    shares = [[mark.burnt.value / mark.taken.value for mark in panel.marks] for panel in panels]
    return max(max(some) / min(some) for some in shares)
