"""How do variants change along an axis? The metric, and beside it what the axis is about: what a wait burns,
what a pool wastes on a task, bytes a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latchmark.figures.drawing import Drawing, estimate_of, note_of, style_of, title_of, unit_of
from latchmark.figures.facets import axis_facets, facets_of, series_of
from latchmark.figures.readings import strips_of
from latchmark.figures.series import Estimate, Series, estimates_of
from latchmark.figures.sweep import Strip, Sweep
from latchmark.figures.sweeps import with_readings
from latchmark.model import (
    CPU_TIME,
    LATENCY_P50,
    LATENCY_P99,
    PAYLOAD,
    Axis,
    Experiment,
    Point,
    Run,
    Unavailable,
)
from latchmark.statistics import (
    WORTH_IT,
    Crossing,
    Interval,
    Pair,
    counterparts_of,
    difference_of_points,
    efficiency_of,
    in_first_places,
    is_handed_over,
    is_of_tasks,
    is_of_waits,
    pairs_by_size,
    pairs_of_waits,
    summary_of,
    summary_of_point,
    sweeps_along,
    threshold_of,
    why_absent,
    worth_from,
)
from latchmark.wording import percent


def along_axes(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """The panels of every axis, and the efficiency of pools along the time of a task."""
    explained = _explained(experiment, points)
    for axis in experiment.axes:
        yield from _along(run, experiment, points, axis, explained)
        if is_of_tasks(experiment, axis):
            yield from _efficiencies(run, experiment, points, axis)


def _explained(experiment: Experiment, points: Sequence[Point]) -> Sequence[Point]:
    """The first facet, where no figure along workers has the readings already."""
    if facets_of(experiment, points):
        return ()
    facets = [some for axis in experiment.axes for _, some in axis_facets(experiment, points, axis)]
    return facets[0] if facets else ()


def _along(
    run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis, explained: Sequence[Point]
) -> Iterator[Drawing]:
    """The metric along one axis, or what is added to a floor that the axis moves as well; with it the
    readings of the `explained`, and what the axis is about: what a wait burns, bytes a second."""
    metric = experiment.headline
    for label, some in axis_facets(experiment, points, axis):
        swept = [point for point in some if axis.concerns(point.variant)]
        values = [
            (point, dict(point.parameters)[axis.name], estimate_of(summary_of_point(run, point)))
            for point in swept
        ]
        reference = _reference(run, experiment, some, axis)
        text = note_of(run, some)
        if reference:
            text += f" \u00b7 dotted: {reference[0]}, which has no {axis.name}"
        if experiment.baseline_is_floor and axis.concerns(experiment.baseline):
            # What the axis moves in the floor as well would hide the little that is asked about.
            quantity, unit = "Overhead", f"{metric.unit} more than {experiment.baseline}, paired by round"
            floors = counterparts_of(experiment, swept)
            series = series_of(
                experiment,
                [
                    (point, x, estimate_of(difference_of_points(run, point, floors[point.index])))
                    for point, x, _ in values
                    if point.index in floors
                ],
            )
        else:
            quantity, unit = title_of(metric), unit_of(metric)
            series = series_of(experiment, values)
        upright = "a crossover of CPU time" if is_of_waits(experiment, axis) else "a crossover"
        chart = AxisChart(axis, label, text, upright)
        strips = _strips(run, experiment, swept, axis) if some == explained else ()
        crossovers = crossovers_of(run, experiment, swept, axis)
        yield from chart.drawing(quantity, unit, series, reference, crossovers, strips=strips)
        if metric.name == LATENCY_P50:
            yield from _rare(run, experiment, swept, chart)
        if is_of_waits(experiment, axis):
            yield from _burnt(run, experiment, swept, chart)
        if axis.name == PAYLOAD and metric.unit == "ns":
            yield from _bytes_a_second(experiment, values, chart)


@dataclass(frozen=True, slots=True)
class AxisChart:
    """What all panels along one axis in one place share."""

    axis: Axis
    place: str
    note: str
    upright: str = "a crossover"

    def drawing(
        self,
        quantity: str,
        unit: str,
        series: tuple[Series, ...],
        reference: tuple[str, Estimate] | None = None,
        crossovers: tuple[Estimate, ...] = (),
        is_share: bool = False,
        strips: Sequence[Strip] = (),
    ) -> Iterator[Drawing]:
        """One panel, where any series has a value, and the readings with it."""
        if not estimates_of(series):
            return
        axis_unit = tick_unit(self.axis)
        has_unit = self.axis.unit not in ("", "1") and not axis_unit
        chart = Sweep(
            f"{quantity} by {self.axis.name}",
            f"{unit}; {self.place}",
            f"{self.axis.name} ({self.axis.unit})" if has_unit else self.axis.name,
            series,
            f"{self.note} \u00b7 upright: {self.upright}, shaded its interval" if crossovers else self.note,
            scale=scale_of(self.axis),
            reference=reference,
            axis_unit=axis_unit,
            crossovers=crossovers,
            is_share=is_share,
        )
        yield from with_readings(chart, strips)


def _strips(run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis) -> tuple[Strip, ...]:
    return strips_of(run, experiment, points, lambda point: dict(point.parameters)[axis.name])


def tick_unit(axis: Axis) -> str:
    """The unit for ticks, where values are so large that people say them in larger units."""
    return axis.unit if axis.unit in ("B", "ns") and max(axis.values) >= _LONG_VALUE else ""


_LONG_VALUE = 10_000


def crossovers_of(
    run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis
) -> tuple[Estimate, ...]:
    """Where costs change places along an axis: those that the findings name first."""
    sweeps = sweeps_along(experiment, points, axis)
    pairs: Sequence[Pair] = ()
    if is_of_waits(experiment, axis):
        pairs = pairs_of_waits(run, sweeps)
    elif axis.is_size:
        pairs = pairs_by_size(run, experiment, sweeps)
    crossings = sorted((one for pair in pairs for one in pair.meeting.crossings), key=lambda one: one.at)
    return tuple(estimate_of_crossing(one) for one in crossings[:MOST_CROSSOVERS])


MOST_CROSSOVERS = 3  # more rules would be a grid


def estimate_of_crossing(crossing: Crossing) -> Estimate:
    """A crossing as a figure takes it."""
    if isinstance(crossing.interval, Interval):
        return Estimate(crossing.at, crossing.interval.low, crossing.interval.high)
    return Estimate(crossing.at)


def _rare(run: Run, experiment: Experiment, points: Sequence[Point], chart: AxisChart) -> Iterator[Drawing]:
    """The slow ones beside the median, which may have another order."""
    yield from chart.drawing(
        "Latency p99", "ns, 99 of 100 are as short", _values(run, experiment, points, chart, LATENCY_P99)
    )


def _burnt(run: Run, experiment: Experiment, points: Sequence[Point], chart: AxisChart) -> Iterator[Drawing]:
    """What the wait burns; here spinning and parking change places."""
    yield from chart.drawing(
        "CPU time burnt",
        "ns of CPU time per operation",
        _values(run, experiment, points, chart, CPU_TIME),
        crossovers=crossovers_of(run, experiment, points, chart.axis),
    )


def _values(
    run: Run, experiment: Experiment, points: Sequence[Point], chart: AxisChart, metric: str
) -> tuple[Series, ...]:
    return series_of(
        experiment,
        [
            (
                point,
                dict(point.parameters)[chart.axis.name],
                estimate_of(summary_of_point(run, point, metric)),
            )
            for point in points
        ],
    )


def _bytes_a_second(
    experiment: Experiment,
    values: Sequence[tuple[Point, float, Estimate | Unavailable]],
    chart: AxisChart,
) -> Iterator[Drawing]:
    """The same times seen as throughput: the payload over them."""
    rates: list[tuple[Point, float, Estimate | Unavailable]] = [
        (point, size, value if isinstance(value, Unavailable) else value.under(size * 1e3))
        for point, size, value in values
        if size > 0
    ]
    unit = "million bytes/s, payload over time"
    yield from chart.drawing("Bytes a second", unit, series_of(experiment, rates))


def _efficiencies(run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis) -> Iterator[Drawing]:
    """How much of their executors' time the pools turn into work, threads and processes in one panel."""
    sweeps = [swept for some in in_first_places(sweeps_along(experiment, points, axis)) for swept in some]
    series, crossings = [], []
    for style, swept in enumerate(sweeps):
        curve = efficiency_of(run, experiment, swept)
        values = tuple(
            (value, estimate_of(summary_of(tuple(curve[value].values()))))
            if value in curve
            else (value, Unavailable(why_absent(run, point)))
            for value, point in swept.points.items()
        )
        name = f"{swept.variant}, {swept.place.team.value}"
        series.append(Series(name, style, values, style_of(experiment, swept.variant)))
        meeting = threshold_of(run, experiment, swept) if is_handed_over(experiment, swept.variant) else None
        crossing = None if meeting is None else worth_from(meeting)
        crossings += [] if crossing is None else [estimate_of_crossing(crossing)]
    chart = AxisChart(
        axis,
        f"dotted: {percent(WORTH_IT)}",
        note_of(run, [swept.last for swept in sweeps]),
        f"where a pool reaches {percent(WORTH_IT)}",
    )
    yield from chart.drawing(
        "Efficiency",
        "task over its time on an executor; 1 is perfect",
        tuple(series),
        (f"{percent(WORTH_IT)}", Estimate(WORTH_IT)),
        tuple(crossings[:MOST_CROSSOVERS]),
        is_share=True,
    )


def _reference(
    run: Run, experiment: Experiment, points: Sequence[Point], axis: Axis
) -> tuple[str, Estimate] | None:
    """The baseline where the axis does not concern it: one value, which stands for all positions."""
    for point in points:
        if point.variant == experiment.baseline and not axis.concerns(point.variant):
            estimate = estimate_of(summary_of_point(run, point))
            if isinstance(estimate, Estimate):
                return point.variant, estimate
    return None


# Values that span more than this lie too close together on a linear axis (judgement).
_WIDEST_LINEAR = 12


def scale_of(axis: Axis) -> str:
    """`log`; with a zero among the values `linear`, or where they span too much `from_zero`."""
    above = [value for value in axis.values if value > 0]
    if min(axis.values) > 0:
        return "log"
    is_wide = bool(above) and min(axis.values) == 0 and max(above) > _WIDEST_LINEAR * min(above)
    return "from_zero" if is_wide else "linear"
