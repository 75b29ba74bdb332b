"""How do variants change along a sweep? The panels of time, throughput and readings, and what got none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from latchmark.figures import scaling
from latchmark.figures.drawing import Drawing, estimate_of, note_of, style_of, title_of, unit_of
from latchmark.figures.frame import label_of
from latchmark.figures.series import Estimate, Series, estimates_of
from latchmark.model import Experiment, MetricDefinition, Point, Purpose, Run, Unavailable
from latchmark.statistics import Summary, per_operation, summary_of_point

# A count that never reaches this per operation explains nothing and would be a panel of noise (judgement).
SMALLEST_COUNT_SHOWN = 0.005
THROUGHPUT = "throughput"


def sweeps(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """One facet a team, placement and set of parameters: the metric against workers, and the team's
    throughput."""
    facets = facets_of(points)
    for label, some in facets:
        suffix = f", {label}" if len(facets) > 1 else ""
        metric = experiment.headline
        yield _sweep(
            run, experiment, some, metric, title_of(metric) + suffix, unit_of(metric), 1.0, with_ideal=False
        )
        rates = [one for one in experiment.metrics if one.name == THROUGHPUT and one is not metric]
        for rate in rates:
            yield _sweep(
                run,
                experiment,
                some,
                rate,
                "Throughput" + suffix,
                "million operations/s of the team",
                1e-6,
                with_ideal=True,
            )
    for axis in experiment.axes:
        for label, some in _axis_facets(experiment, points, axis.name):
            values = [
                (point, dict(point.parameters)[axis.name], estimate_of(summary_of_point(run, point)))
                for point in some
            ]
            by_axis = series_of(experiment, values)
            chart = scaling.Sweep(
                f"{title_of(experiment.headline)} by {axis.name}, {label}",
                unit_of(experiment.headline),
                f"{axis.name} ({axis.unit})" if axis.unit else axis.name,
                by_axis,
                note_of(run, some),
                is_log=min(axis.values) > 0,
            )
            if estimates_of(by_axis):
                yield scaling_drawing("sweep", chart)


def _sweep(
    run: Run,
    experiment: Experiment,
    points: Sequence[Point],
    metric: MetricDefinition,
    title: str,
    unit: str,
    factor: float,
    with_ideal: bool,
) -> Drawing:
    series = workers_series(run, experiment, points, metric.name, factor)
    ideal = None
    baseline = [one for one in series if one.label == experiment.baseline]
    if with_ideal and baseline and baseline[0].measured and baseline[0].measured[0][0] == 1:
        ideal = baseline[0].measured[0][1].value
        unit += f"; dotted: perfect {label_of(experiment.baseline, 20)}"
    chart = scaling.Sweep(title, unit, "workers", series, note_of(run, points), breaks_of(run, points), ideal)
    return scaling_drawing("sweep", chart)


def scaling_drawing(kind: str, chart: scaling.Sweep) -> Drawing:
    return Drawing(kind, chart.quantity, scaling.description_of(chart), partial(scaling.scaling, chart))


def facets_of(points: Sequence[Point]) -> list[tuple[str, list[Point]]]:
    """Points that differ in variant and workers alone, where there are at least two numbers of workers."""
    usual = [point for point in points if not point.is_oversubscribed]
    by_facet: dict[tuple[str, str, str], list[Point]] = {}
    for point in usual:
        parameters = ", ".join(f"{name} {value:g}" for name, value in point.parameters)
        by_facet.setdefault((point.team.value, point.placement.value, parameters), []).append(point)
    # The one-worker control is planned once, as `spread`, and begins every other placement's line as well.
    found = []
    for (kind, placement, parameters), some in by_facet.items():
        measured = {point.workers for point in some if point.skip is None}
        if len(measured) > 1:
            label = ", ".join(part for part in (kind, placement.replace("_", " "), parameters) if part)
            found.append((label, some))
    return found


def _axis_facets(experiment: Experiment, points: Sequence[Point], axis: str) -> list[tuple[str, list[Point]]]:
    by_facet: dict[str, list[Point]] = {}
    middles = {one.name: one.middle for one in experiment.axes}
    for point in points:
        others = {name: value for name, value in point.parameters if name != axis}
        if axis in dict(point.parameters) and all(
            value == middles.get(name, value) for name, value in others.items()
        ):
            by_facet.setdefault(
                f"{point.team.value}, {point.workers} workers, {point.placement.value}", []
            ).append(point)
    return [
        (label, some) for label, some in by_facet.items() if len({point.parameters for point in some}) > 1
    ]


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


def series_of(
    experiment: Experiment, values: Sequence[tuple[Point, float, Estimate | Unavailable]]
) -> tuple[Series, ...]:
    """One series a variant, in the experiment's order, from (point, position, value)."""
    found = []
    for variant in experiment.variants:
        own = [(position, value) for point, position, value in values if point.variant == variant.name]
        if own:
            ordered = tuple(sorted(own, key=lambda pair: pair[0]))
            found.append(Series(variant.name, style_of(experiment, variant.name), ordered))
    return tuple(found)


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


def readings(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """One panel a role that reaches a count worth seeing, on the x axis of the time panel."""
    facets = facets_of(points)
    for label, some in facets:
        for role in run.counters.roles:
            values = [
                (point, float(point.workers), estimate_of(per_operation(run, point, role.role)))
                for point in some
            ]
            series = series_of(experiment, values)
            if max((abs(one.value) for one in estimates_of(series)), default=0.0) < SMALLEST_COUNT_SHOWN:
                continue
            suffix = f", {label}" if len(facets) > 1 else ""
            title = role.role.replace("_", " ").capitalize() + suffix
            chart = scaling.Sweep(title, f"{role.unit} per operation", "workers", series, note_of(run, some))
            yield scaling_drawing("reading", chart)


@dataclass(frozen=True, slots=True)
class UnchartedRoles:
    """Counter roles without a figure in an experiment, and why: no value, or never worth a panel."""

    roles: tuple[str, ...]
    why: str
    is_measured: bool


def uncharted_roles(run: Run, experiment: Experiment) -> tuple[UnchartedRoles, ...]:
    """The roles that the experiment asked for or the run has, and that got no panel; grouped by reason."""
    points = [
        point
        for _, some in facets_of(run.points_of(experiment))
        for point in some
        if point.purpose is Purpose.THROUGHPUT
    ]
    asked = {role for group in experiment.roles for role in group}
    grouped: dict[tuple[str, bool], list[str]] = {}
    for role in run.counters.roles:
        if not role.is_available:
            if role.role in asked:
                why = role.why or role.status.value.replace("_", " ")
                grouped.setdefault((why, False), []).append(role.role)
            continue
        values = [
            value for point in points if isinstance(value := per_operation(run, point, role.role), Summary)
        ]
        if values and max(abs(value.median) for value in values) < SMALLEST_COUNT_SHOWN:
            grouped.setdefault((f"below {SMALLEST_COUNT_SHOWN:g} per operation everywhere", True), []).append(
                role.role
            )
    return tuple(
        UnchartedRoles(tuple(roles), why, is_measured) for (why, is_measured), roles in grouped.items()
    )
