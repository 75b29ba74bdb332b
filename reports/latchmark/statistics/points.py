"""What do a run's launches say about a point? Picks the values of one side; no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping

from latchmark.model import Experiment, Point, Purpose, Run, Unavailable
from latchmark.statistics.intervals import Summary, summary_of
from latchmark.statistics.ratios import Ratio, paired_ratio


def first_side(run: Run) -> str:
    """The side that a report shows: the first. Averaging two binaries would describe neither."""
    return run.sides[0].name


def values_by_round(
    run: Run, point: Point, metric: str | None = None, side: str | None = None
) -> Mapping[int, float]:
    """The value of each launch that has one, by round; by default the headline metric, the first side."""
    values = {}
    for launch in run.launches_of(point):
        value = launch.scalar(metric or run.experiment_of(point).headline.name)
        if launch.side == (side or first_side(run)) and not isinstance(value, Unavailable):
            values[launch.round] = value
    return values


def summary_of_point(
    run: Run, point: Point, metric: str | None = None, side: str | None = None
) -> Summary | Unavailable:
    """The summary of a scalar metric over a point's launches, in the metric's unit, or why there is none."""
    values = values_by_round(run, point, metric, side)
    return summary_of(tuple(values.values())) if values else Unavailable(why_absent(run, point, metric))


def ratio_of_points(
    run: Run, numerator: Point, denominator: Point, metric: str | None = None, side: str | None = None
) -> Ratio | Unavailable:
    """The ratio of two points of one run, paired by round, or why there is none."""
    for point in (numerator, denominator):
        if not values_by_round(run, point, metric, side):
            return Unavailable(f"{point.name}: {why_absent(run, point, metric)}")
    return paired_ratio(
        values_by_round(run, numerator, metric, side), values_by_round(run, denominator, metric, side)
    )


def controls_of(run: Run, experiment: Experiment) -> tuple[tuple[Point, Point], ...]:
    """Pairs (point, reference) of variants that differ only in sharing, alone: they must cost the same."""
    ties = experiment.ties_at_one_worker
    if not ties:
        return ()
    reference = experiment.baseline if experiment.baseline in ties else ties[0]
    alone = [
        point
        for point in run.points_of(experiment)
        if point.workers == 1 and point.purpose is Purpose.THROUGHPUT and point.variant in ties
    ]
    return tuple(
        (point, against)
        for against in alone
        for point in alone
        if against.variant == reference != point.variant
        and (against.team, against.placement, against.parameters)
        == (point.team, point.placement, point.parameters)
    )


def per_operation(run: Run, point: Point, role: str, side: str | None = None) -> Summary | Unavailable:
    """A role's count per operation, over the launches whose counter group held it, or why there is none."""
    answers = [
        launch.per_operation(role)
        for launch in run.launches_of(point)
        if launch.side == (side or first_side(run)) and role in launch.readings
    ]
    values = [answer for answer in answers if not isinstance(answer, Unavailable)]
    if values:
        return summary_of(values)
    reasons = [answer.reason for answer in answers if isinstance(answer, Unavailable)]
    known = [one.why for one in run.counters.roles if one.role == role and not one.is_available and one.why]
    return Unavailable((known or reasons or [why_absent(run, point, role)])[0])


def why_absent(run: Run, point: Point, metric: str | None = None) -> str:
    """Why a point has no value: skipped, never reached, failed, or not measured by it."""
    if point.skip is not None:
        return point.skip
    launches = run.launches_of(point)
    if not launches:
        return (
            "never launched"
            if run.complete
            else f"never launched: {run.incomplete_reason or 'the run is incomplete'}"
        )
    name = metric or run.experiment_of(point).headline.name
    reasons = [launch.scalar(name) for launch in launches]
    return next((one.reason for one in reasons if isinstance(one, Unavailable)), f"no launch has {name}")
