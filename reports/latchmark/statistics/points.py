"""What do a run's launches say about a point? Picks the values of one side; no arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from latchmark.model import Experiment, Point, Run, Unavailable, Vector
from latchmark.statistics.fairness import Sharing, sharing_of
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


def measured_points(run: Run) -> tuple[Point, ...]:
    """The planned points of which at least one launch gave a value, of whichever metric."""
    return tuple(
        point
        for point in run.points
        if point.skip is None
        and any(
            launch.is_ok and any(not isinstance(value, Unavailable) for value in launch.metrics.values())
            for launch in run.launches_of(point)
        )
    )


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


def difference_of_points(
    run: Run, point: Point, reference: Point, metric: str | None = None, side: str | None = None
) -> Summary | Unavailable:
    """How much more a point has than another of the same run, in the metric's unit, paired by round."""
    values, others = (values_by_round(run, one, metric, side) for one in (point, reference))
    for one, known in ((point, values), (reference, others)):
        if not known:
            return Unavailable(f"{one.name}: {why_absent(run, one, metric)}")
    return summary_of([values[round_] - others[round_] for round_ in sorted(values.keys() & others.keys())])


def sharing_of_point(run: Run, point: Point) -> Sharing | Unavailable:
    """How the workers of a point, or those of its subject, shared the work; unavailable for one alone."""
    return sharing_of(_vectors(run, point, "share"))


def by_pair(run: Run, point: Point, metric: str) -> tuple[float, ...] | Unavailable:
    """A metric of each pair of CPUs that a point visits: its median over the launches."""
    launches = _vectors(run, point, metric)
    if not launches:
        return Unavailable(f"no launch has {metric}")
    return tuple(median(values) for values in zip(*launches, strict=True))


def _vectors(run: Run, point: Point, metric: str) -> list[tuple[float, ...]]:
    return [
        value.values
        for launch in run.launches_of(point)
        if launch.is_ok
        and launch.side == first_side(run)
        and isinstance(value := launch.metrics.get(metric), Vector)
    ]


def controls_of(run: Run, experiment: Experiment) -> tuple[tuple[Point, Point], ...]:
    """Pairs (point, reference) of variants that differ only in sharing, alone: they must cost the same."""
    ties = experiment.ties_at_one_worker
    if not ties:
        return ()
    references = {name: experiment.baseline_of(name) for name in ties}
    alone = [
        point
        for point in run.points_of(experiment)
        if point.workers == 1 and point.purpose is experiment.main_purpose and point.variant in ties
    ]
    return tuple(
        (point, against)
        for against in alone
        for point in alone
        if point.variant != against.variant
        # Where the baseline is not one of them, the first speaks for all.
        and against.variant == (own if (own := references[point.variant]) in ties else ties[0])
        and (against.team, against.placement, against.parameters)
        == (point.team, point.placement, point.parameters)
    )


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
