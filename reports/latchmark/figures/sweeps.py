"""How do variants change with the number of workers? Time with its readings below, throughput, efficiency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from latchmark.figures.drawing import Drawing, estimate_of, note_of, title_of, unit_of
from latchmark.figures.facets import facets_of, series_of
from latchmark.figures.frame import label_of
from latchmark.figures.readings import strips_of
from latchmark.figures.scaling import MOST_SERIES, scaling
from latchmark.figures.series import Estimate, Series
from latchmark.figures.sweep import Strip, Sweep, description_of
from latchmark.model import TIME_PER_OPERATION, Experiment, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics import ratio_of_points, summary_of_point

THROUGHPUT = "throughput"


def sweeps(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """One facet a team and placement: the metric against workers, the team's throughput and efficiency."""
    facets = facets_of(experiment, points)
    for label, some in facets:
        suffix = f", {label}" if len(facets) > 1 else ""
        metric = experiment.headline
        chart = _sweep(run, experiment, some, metric, title_of(metric) + suffix, unit_of(metric), 1.0)
        # In the first place alone: what explains a cost there explains it in the others.
        is_first = some is facets[0][1]
        strips = strips_of(run, experiment, some, lambda point: float(point.workers)) if is_first else ()
        yield from with_readings(chart, strips)
        rates = [one for one in experiment.metrics if one.name == THROUGHPUT and one is not metric]
        # Where workers differ, only the subjects' operations count: a team of one subject and nine others
        # would look like one that does not scale.
        for rate in [] if any(variant.parts for variant in experiment.variants) else rates:
            unit = "million operations/s of the team"
            # Where an operation grows with the team, n times the operations are not what is hoped for.
            chart = _sweep(run, experiment, some, rate, f"Throughput{suffix}", unit, 1e-6, experiment.scales)
            yield scaling_drawing("sweep", chart)
        if metric.name == TIME_PER_OPERATION and experiment.scales:
            yield from _efficiency(run, experiment, some, suffix)


def _efficiency(run: Run, experiment: Experiment, points: Sequence[Point], suffix: str) -> Iterator[Drawing]:
    """What is left of a worker in a team: its rate over the rate of one alone, paired by round."""
    alone = {point.variant: point for point in points if point.workers == 1}
    values = [
        (point, float(point.workers), estimate_of(ratio_of_points(run, alone[point.variant], point)))
        for point in points
        if point.variant in alone
    ]
    series = series_of(experiment, values)
    if any(len(one.measured) > 1 for one in series):
        unit = "rate of a worker over that of one alone; 1 is perfect"
        chart = Sweep(
            f"Efficiency{suffix}", unit, "workers", series, note_of(run, points), breaks_of(run, points)
        )
        yield scaling_drawing("sweep", chart)


def _sweep(
    run: Run,
    experiment: Experiment,
    points: Sequence[Point],
    metric: MetricDefinition,
    title: str,
    unit: str,
    factor: float,
    with_ideal: bool = False,
) -> Sweep:
    series = workers_series(run, experiment, points, metric.name, factor)
    ideal = None
    baseline = [one for one in series if one.label == experiment.baseline]
    if with_ideal and baseline and baseline[0].measured and baseline[0].measured[0][0] == 1:
        ideal = baseline[0].measured[0][1].value
        unit += f"; dotted: perfect {label_of(experiment.baseline, 20)}"
    return Sweep(title, unit, "workers", series, note_of(run, points), breaks_of(run, points), ideal)


def scaling_drawing(kind: str, chart: Sweep) -> Drawing:
    """The panel of a sweep with its words."""
    return Drawing(kind, chart.quantity, description_of(chart), partial(scaling, chart))


def with_readings(chart: Sweep, strips: Sequence[Strip]) -> Iterator[Drawing]:
    """The panel with its readings below it on the same axis; beside it where each is small multiples."""
    if len(chart.series) <= MOST_SERIES:
        yield scaling_drawing("sweep", replace(chart, strips=tuple(strips)))
        return
    yield scaling_drawing("sweep", chart)
    machine = chart.note.split(" \u00b7 ", 1)[0]
    for strip in strips[:_MOST_READINGS_BESIDE]:
        note = " \u00b7 ".join((machine, *strip.sample))
        own = Sweep(strip.title, strip.unit, chart.axis, strip.series, note, chart.breaks)
        own = replace(own, scale=chart.scale, axis_unit=chart.axis_unit, is_share=strip.is_share)
        yield scaling_drawing("reading", own)


# Small multiples of many variants are the largest figures of a page.
_MOST_READINGS_BESIDE = 1


def workers_series(
    run: Run, experiment: Experiment, points: Sequence[Point], metric: str | None = None, factor: float = 1.0
) -> tuple[Series, ...]:
    """A scalar metric against workers, the headline unless said otherwise; `factor` changes the unit."""
    values: list[tuple[Point, float, Estimate | Unavailable]] = []
    for point in points:
        estimate = estimate_of(summary_of_point(run, point, metric))
        if isinstance(estimate, Estimate):
            estimate = estimate.scaled(factor)
        values.append((point, float(point.workers), estimate))
    return series_of(experiment, values)


def breaks_of(run: Run, points: Sequence[Point]) -> tuple[tuple[float, str], ...]:
    """Where the team first spans another socket, last-level cache or hardware thread, between two
    positions."""
    cpus = {cpu.os_id: cpu for cpu in run.machine.topology.cpus}
    spans: dict[int, tuple[int, int, bool]] = {}
    for point in points:
        used = [cpus[one] for one in point.cpus if one in cpus]
        if used:
            cores = [(cpu.package, cpu.core) for cpu in used]
            spans[point.workers] = (
                len({cpu.package for cpu in used}),
                len({cpu.llc for cpu in used}),
                len(set(cores)) < len(cores),
            )
    found = []
    for (before, (packages, llcs, shared)), (after, (more_packages, more_llcs, now_shared)) in pairwise(
        sorted(spans.items())
    ):
        position = (before * after) ** 0.5
        # From one worker to two is no break: one worker spans nothing.
        if before > 1 and more_packages > packages:
            found.append((position, "second socket" if packages == 1 else "further socket"))
        elif before > 1 and more_llcs > llcs == 1:
            found.append((position, "second cache"))
        elif before > 1 and now_shared and not shared:
            found.append((position, "hardware threads"))
    return tuple(found)
