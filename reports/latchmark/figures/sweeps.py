"""How do variants change along a sweep? The panels of time, throughput and readings, and what got none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from latchmark.figures import scaling
from latchmark.figures.drawing import (
    Drawing,
    estimate_of,
    interval_text,
    machine_of,
    note_of,
    sample_text,
    style_of,
    title_of,
    unit_of,
)
from latchmark.figures.frame import label_of
from latchmark.figures.series import Estimate, Series
from latchmark.model import (
    TIME_PER_OPERATION,
    Experiment,
    MetricDefinition,
    Point,
    Run,
    Unavailable,
)
from latchmark.statistics import (
    ANCHORS,
    Measure,
    Summary,
    measured_by_round,
    measures_of,
    ratio_of_points,
    summary_of_measure,
    summary_of_point,
)

# A count that never reaches this per operation explains nothing and would be a panel of noise (judgement).
SMALLEST_COUNT_SHOWN = 0.005
# The frequency of a machine that keeps it moves by a few percent (judgement).
SMALLEST_CHANGE_OF_RATIO = 0.1
# A finding names two readings at most; five event groups would draw hundreds of panels that nobody sees.
MOST_CHARTED = 2
THROUGHPUT = "throughput"


def sweeps(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """One facet a team and placement: the metric against workers, the team's throughput and efficiency."""
    facets = facets_of(experiment, points)
    for label, some in facets:
        suffix = f", {label}" if len(facets) > 1 else ""
        metric = experiment.headline
        yield _sweep(
            run, experiment, some, metric, title_of(metric) + suffix, unit_of(metric), 1.0, with_ideal=False
        )
        rates = [one for one in experiment.metrics if one.name == THROUGHPUT and one is not metric]
        # Where workers differ, only the subjects' operations count: a team of one subject and nine others
        # would look like one that does not scale.
        for rate in [] if any(variant.parts for variant in experiment.variants) else rates:
            yield _sweep(
                run,
                experiment,
                some,
                rate,
                "Throughput" + suffix,
                "million operations/s of the team",
                1e-6,
                # Where an operation grows with the team, n times the operations are not what is hoped for.
                with_ideal=experiment.scales,
            )
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
        chart = scaling.Sweep(
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


def facets_of(experiment: Experiment, points: Sequence[Point]) -> list[tuple[str, list[Point]]]:
    """Points at the middle of all axes that differ in variant and workers alone, where there are at least two
    numbers of workers."""
    axes = {axis.name for axis in experiment.axes}
    by_facet: dict[tuple[str, str, str], list[Point]] = {}
    for point in points:
        if not point.is_oversubscribed and not point.pairs and experiment.is_at_middle(point):
            parameters = ", ".join(
                f"{name} {value:g}" for name, value in point.parameters if name not in axes
            )
            by_facet.setdefault((point.team.value, point.placement.value, parameters), []).append(point)
    # The one-worker control is planned once, as `spread`, and begins every other placement's line as well.
    found = []
    for (kind, placement, parameters), some in by_facet.items():
        measured = {point.workers for point in some if point.skip is None}
        if len(measured) > 1:
            label = ", ".join(part for part in (kind, placement.replace("_", " "), parameters) if part)
            found.append((label, some))
    return found


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
    """The panels of readings, on the x axis of the time panel of the first facet."""
    for label, some in facets_of(experiment, points)[:1]:
        for measure in _charted(run, some):
            summaries = {point.index: summary_of_measure(run, point, measure) for point in some}
            values = [(point, float(point.workers), estimate_of(summaries[point.index])) for point in some]
            # Roles rotate over the launches: the sample is not that of the time.
            counts = {one.n for one in summaries.values() if isinstance(one, Summary)}
            notes = [machine_of(run), label, sample_text(counts), interval_text(counts)]
            notes += [] if run.counters.script is None else ["counts from a script"]
            chart = scaling.Sweep(
                measure.title[:1].upper() + measure.title[1:],
                measure.unit,
                "workers",
                series_of(experiment, values),
                " \u00b7 ".join(notes),
                is_share=measure.is_share,
            )
            yield scaling_drawing("reading", chart)


def _charted(run: Run, points: Sequence[Point]) -> list[Measure]:
    """The first measures, in the order in which they explain, that reach an amount worth seeing; not roles
    that say no more than what is derived from them. What moves with any waiting comes last."""
    told = _told_by_derived(run, points)
    found = []
    for measure in measures_of(run):
        if measure.name in told:
            continue
        summaries = [summary_of_measure(run, point, measure) for point in points]
        values = [one.median for one in summaries if isinstance(one, Summary)]
        if max((abs(value) for value in values), default=0.0) < SMALLEST_COUNT_SHOWN:
            continue
        if not (measure.is_ratio and _is_level(values)):
            found.append(measure)
    return sorted(found, key=lambda measure: measure.name in ANCHORS)[:MOST_CHARTED]


def _is_level(values: Sequence[float]) -> bool:
    """A line that says nothing: one number would do, and it is in the table."""
    return max(values) <= (1 + SMALLEST_CHANGE_OF_RATIO) * min(values)


def _told_by_derived(run: Run, points: Sequence[Point]) -> frozenset[str]:
    """The inputs of every derived measure of which a point has a value."""
    return frozenset(
        role
        for measure in measures_of(run)
        if measure.derived is not None and any(measured_by_round(run, point, measure) for point in points)
        for role in measure.roles
    )


@dataclass(frozen=True, slots=True)
class UnchartedRoles:
    """Counter roles without a figure in an experiment, and why: no value, never worth a panel, or derived."""

    roles: tuple[str, ...]
    why: str
    is_measured: bool


def uncharted_roles(run: Run, experiment: Experiment) -> tuple[UnchartedRoles, ...]:
    """The roles that the experiment asked for or the run has, and that got no panel; grouped by reason."""
    points = [
        point
        for _, some in facets_of(experiment, run.points_of(experiment))
        for point in some
        if point.purpose is experiment.main_purpose
    ]
    measures = {measure.name: measure for measure in measures_of(run)}
    told = _told_by_derived(run, points)
    first = [some for _, some in facets_of(experiment, points)[:1]]
    charted = {measure.name for some in first for measure in _charted(run, some)}
    asked = {role for group in experiment.roles for role in group}
    grouped: dict[tuple[str, bool], list[str]] = {}
    for role in run.counters.roles:
        if (why := run.counters.why_none(role)) is not None:
            if role.role in asked:
                grouped.setdefault((why, False), []).append(role.role)
            continue
        if role.role in told:
            grouped.setdefault(("in the table; the figures show what is derived from them", True), []).append(
                role.role
            )
            continue
        values = [
            value
            for point in points
            if isinstance(value := summary_of_measure(run, point, measures[role.role]), Summary)
        ]
        if not values and (why := _lost(run, run.points_of(experiment), role.role)):
            grouped.setdefault((why, False), []).append(role.role)
        if values and max(abs(value.median) for value in values) < SMALLEST_COUNT_SHOWN:
            grouped.setdefault((f"below {SMALLEST_COUNT_SHOWN:g} per operation everywhere", True), []).append(
                role.role
            )
        elif values and role.role not in charted:
            grouped.setdefault(("in the table; the figures show what explains most", True), []).append(
                role.role
            )
    return tuple(
        UnchartedRoles(tuple(roles), why, is_measured) for (why, is_measured), roles in grouped.items()
    )


def _lost(run: Run, points: Sequence[Point], role: str) -> str:
    """How the launches failed that tried to count a role; empty where none did, or one has a value."""
    tried = [one.readings[role] for point in points for one in run.launches_of(point) if role in one.readings]
    if any(not isinstance(one.value, Unavailable) for one in tried):
        return ""
    statuses = dict.fromkeys(one.status.value.replace("_", " ") for one in tried)
    return f"{', '.join(statuses)} in every launch; the reasons are above" if tried else ""
