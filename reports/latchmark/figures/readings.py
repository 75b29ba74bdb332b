"""Which readings stand beside a figure? Those that explain, on its axis; what got no panel, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from latchmark.figures import dots
from latchmark.figures.drawing import (
    Drawing,
    by_place,
    estimate_of,
    interval_text,
    machine_of,
    sample_text,
    style_of,
)
from latchmark.figures.facets import axis_facets, facets_of, series_of
from latchmark.figures.sweep import Strip
from latchmark.model import Experiment, Point, Run, Unavailable
from latchmark.statistics import (
    ANCHORS,
    Interval,
    Measure,
    Summary,
    measured_by_round,
    measures_of,
    repeats_of,
    summary_of_measure,
)
from latchmark.wording import between, distance, number, team

# A count that never reaches this per operation explains nothing and would be a panel of noise (judgement).
SMALLEST_COUNT_SHOWN = 0.005
# Less than the frequency of a machine moves that keeps it; a line this level is a number (judgement).
SMALLEST_CHANGE_SHOWN = 0.1
# A finding names two readings at most; the third panel is the cost in cycles.
MOST_CAUSES = 2
MOST_CHARTED = 3
CYCLES = "cycles"


@dataclass(frozen=True, slots=True)
class UnchartedRoles:
    """Counter roles without a figure in an experiment, and why: no value, never worth a panel, or derived."""

    roles: tuple[str, ...]
    why: str
    is_measured: bool


def strips_of(
    run: Run, experiment: Experiment, points: Sequence[Point], at: Callable[[Point], float]
) -> tuple[Strip, ...]:
    """What explains the points, each on the axis where `at` says their places are."""
    return tuple(_strip(run, experiment, points, at, measure) for measure in charted(run, points))


def _strip(
    run: Run, experiment: Experiment, points: Sequence[Point], at: Callable[[Point], float], measure: Measure
) -> Strip:
    summaries = {point.index: summary_of_measure(run, point, measure) for point in points}
    series = series_of(
        experiment, [(point, at(point), estimate_of(summaries[point.index])) for point in points]
    )
    sample = _sample(run, [*summaries.values()])
    return Strip(_title(measure), measure.unit, series, sample, measure.is_share)


def _title(measure: Measure) -> str:
    return measure.title[:1].upper() + measure.title[1:]


def _sample(run: Run, summaries: Sequence[Summary | Unavailable]) -> tuple[str, ...]:
    """Roles rotate over the launches: the sample is not that of the time."""
    counts = {one.n for one in summaries if isinstance(one, Summary)}
    script = () if run.counters.script is None else ("counts from a script",)
    return (sample_text(counts), interval_text(counts), *script)


def readings_in_rows(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """Where nothing is swept: a row a point, as in the figure of what they cost."""
    if _swept(experiment, points):
        return
    usual = _unswept(experiment, points)
    # As their figure has them: ways between cores by class in the order of the plan.
    usual = usual if any(point.pairs for point in usual) else by_place(usual)
    for measure in charted(run, usual):
        summaries = [summary_of_measure(run, point, measure) for point in usual]
        rows = tuple(
            dots.Row(
                _place(point),
                point.variant,
                style_of(experiment, point.variant),
                estimate_of(summary),
                _beside(summary),
            )
            for point, summary in zip(usual, summaries, strict=True)
        )
        text = " \u00b7 ".join((machine_of(run), *_sample(run, summaries)))
        chart = dots.Dots(_title(measure), measure.unit, rows, text, is_ratio=False)
        yield Drawing("reading", chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def _place(point: Point) -> str:
    if point.pairs:
        return distance(point.placement)
    return team(point, without=[name for name, _ in point.parameters])


def _beside(summary: Summary | Unavailable) -> str:
    if isinstance(summary, Unavailable):
        return ""
    interval = summary.interval
    return number(summary.median) + (f" {between(interval)}" if isinstance(interval, Interval) else "")


def _swept(experiment: Experiment, points: Sequence[Point]) -> list[Point]:
    """The points of the figure that readings stand below: along workers, or along the first axis."""
    facets = facets_of(experiment, points)
    for axis in () if facets else experiment.axes:
        facets = facets or axis_facets(experiment, points, axis)
    return facets[0][1] if facets else []


def _unswept(experiment: Experiment, points: Sequence[Point]) -> list[Point]:
    repeats = repeats_of(points)
    order = list(dict.fromkeys(point.placement for point in points))
    return [
        point
        for point in sorted(points, key=lambda point: order.index(point.placement))
        if point.skip is None
        and not point.is_oversubscribed
        and not point.is_map_row
        and point.index not in repeats
        and experiment.is_at_middle(point)
    ]


def charted(run: Run, points: Sequence[Point]) -> list[Measure]:
    """The first measures, in the order in which they explain, that differ by an amount worth seeing; not
    roles that say no more than what is derived from them. The cost in cycles is one where it was counted;
    what else moves with any waiting comes last."""
    told = _told_by_derived(run, points) - {CYCLES}
    found = [
        measure for measure in measures_of(run) if measure.name not in told and _differs(run, points, measure)
    ]
    causes = [measure for measure in found if measure.name not in ANCHORS]
    anchors = sorted((one for one in found if one.name in ANCHORS), key=lambda one: one.name != CYCLES)
    return [*causes[:MOST_CAUSES], *anchors][:MOST_CHARTED]


def _differs(run: Run, points: Sequence[Point], measure: Measure) -> bool:
    values = _medians(run, points, measure)
    return _is_seen(values) and not _is_level(values)


def _medians(run: Run, points: Sequence[Point], measure: Measure) -> list[float]:
    summaries = [summary_of_measure(run, point, measure) for point in points]
    return [one.median for one in summaries if isinstance(one, Summary)]


def _is_seen(values: Sequence[float]) -> bool:
    return max((abs(value) for value in values), default=0.0) >= SMALLEST_COUNT_SHOWN


def _is_level(values: Sequence[float]) -> bool:
    """A line that says nothing: one number would do, and it is in the table."""
    return max(values) <= (1 + SMALLEST_CHANGE_SHOWN) * min(values)


def _told_by_derived(run: Run, points: Sequence[Point]) -> frozenset[str]:
    """The inputs of every derived measure of which a point has a value."""
    return frozenset(
        role
        for measure in measures_of(run)
        if measure.derived is not None and any(measured_by_round(run, point, measure) for point in points)
        for role in measure.roles
    )


def uncharted_roles(run: Run, experiment: Experiment) -> tuple[UnchartedRoles, ...]:
    """The roles that the experiment asked for or the run has, and that got no panel; grouped by reason."""
    points = [point for point in run.points_of(experiment) if point.purpose is experiment.main_purpose]
    base = _swept(experiment, points) or _unswept(experiment, points)
    measures = {measure.name: measure for measure in measures_of(run)}
    told = _told_by_derived(run, base)
    drawn = {measure.name for measure in charted(run, base)}
    asked = {role for group in experiment.roles for role in group}
    grouped: dict[tuple[str, bool], list[str]] = {}
    for role in run.counters.roles:
        why, is_measured = run.counters.why_none(role) or "", False
        if not why:
            values = _medians(run, base, measures[role.role])
            if values:
                why, is_measured = _why_uncharted(values, role.role in told), True
            else:
                why = _lost(run, run.points_of(experiment), role.role)
        elif role.role not in asked:
            continue
        if why and role.role not in drawn:
            grouped.setdefault((why, is_measured), []).append(role.role)
    return tuple(UnchartedRoles(tuple(roles), why, measured) for (why, measured), roles in grouped.items())


def _why_uncharted(values: Sequence[float], is_told: bool) -> str:
    if is_told:
        return "in the table; the figures show what is derived from them"
    if not _is_seen(values):
        return f"below {SMALLEST_COUNT_SHOWN:g} per operation everywhere"
    if _is_level(values):
        return "the same at every point of the first figure, to a tenth; in the table"
    return "in the table; the figures show what explains most"


def _lost(run: Run, points: Sequence[Point], role: str) -> str:
    """How the launches failed that tried to count a role; empty where none did, or one has a value."""
    tried = [one.readings[role] for point in points for one in run.launches_of(point) if role in one.readings]
    if any(not isinstance(one.value, Unavailable) for one in tried):
        return ""
    statuses = dict.fromkeys(one.status.value.replace("_", " ") for one in tried)
    return f"{', '.join(statuses)} in every launch; the reasons are above" if tried else ""
