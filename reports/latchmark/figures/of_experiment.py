"""Which figures does an experiment of a run get? From the run's points to drawings, in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from latchmark.figures import latency, launches
from latchmark.figures.along_axes import along_axes
from latchmark.figures.costs import costs
from latchmark.figures.distances import distances
from latchmark.figures.drawing import Drawing, machine_of, style_of, title_of
from latchmark.figures.palette import SERIES
from latchmark.figures.quantities import quantities
from latchmark.figures.readings import readings_in_rows
from latchmark.figures.rows import fairness_rows, oversubscribed, placements, ratios
from latchmark.figures.sweeps import sweeps
from latchmark.model import Experiment, MetricDefinition, Point, Purpose, Run, Shape, Team
from latchmark.statistics import Distribution, distributions_of, first_side, values_by_round
from latchmark.wording import count, team

MOST_DISTRIBUTIONS = 8  # in one figure


def drawings_of(run: Run, experiment: Experiment) -> tuple[Drawing, ...]:
    """The figures of an experiment that its points have values for."""
    points = [point for point in run.points_of(experiment) if point.purpose is experiment.main_purpose]
    found = [
        *costs(run, experiment, points),
        *distances(run, experiment, points),
        *sweeps(run, experiment, points),
        *along_axes(run, experiment, points),
        *ratios(run, experiment, points),
        *placements(run, experiment, points),
        *oversubscribed(run, experiment, points),
        *readings_in_rows(run, experiment, points),
        *_latencies(run, experiment),
        *quantities(run, experiment, points),
        *fairness_rows(run, experiment, points),
        *_launches(run, experiment, points),
    ]
    return tuple(found)


def _latencies(run: Run, experiment: Experiment) -> Iterator[Drawing]:
    """The distributions at the middle of the sweep with most workers of each team; the table has all."""
    for metric in experiment.metrics:
        if metric.shape is Shape.HISTOGRAM:
            for kind in Team:
                points = [
                    point
                    for point in run.points_of(experiment)
                    if point.team is kind and not point.is_oversubscribed and experiment.is_at_middle(point)
                ]
                found = distributions_of(run, experiment, metric, points)
                most = max((one.point.workers for one in found), default=0)
                yield from _distributions(
                    run, experiment, metric, [one for one in found if one.point.workers == most]
                )


def _distributions(
    run: Run, experiment: Experiment, metric: MetricDefinition, found: Sequence[Distribution]
) -> Iterator[Drawing]:
    # As many in each figure as in the others, so that none is left with one.
    size = -(-len(found) // -(-len(found) // MOST_DISTRIBUTIONS)) if found else 1
    for start in range(0, len(found), size):
        some = _with_colours(experiment, found[start : start + size])
        most, least = (pick(len(one.launches) for one in some) for pick in (max, min))
        amount = count(most, "launch") if least == most else f"{least} to {count(most, 'launch')}"
        place = team(some[0].point, without=[name for name, _ in some[0].point.parameters])
        text = f"{machine_of(run)} \u00b7 {place} \u00b7 {amount} a point \u00b7 band: from launch to launch"
        above, samples = latency.above_resolution(some)
        stepped = f" \u00b7 {above:,} of {samples:,} samples above the clock's step"
        is_usual = experiment.main_purpose is not Purpose.LATENCY
        title = f"{title_of(metric)} of single operations" if is_usual else title_of(metric)
        words = latency.description_of(some)
        yield Drawing("latency", title, words, partial(latency.distribution_figure, some, text + stepped))
        yield Drawing("tail", f"{title}: the tail", words, partial(latency.tail_figure, some, text))


def _with_colours(experiment: Experiment, found: Sequence[Distribution]) -> list[latency.DrawnDistribution]:
    """Each in the colour that its variant has in other figures, where that tells them apart here."""
    variants = [style_of(experiment, one.point.variant) for one in found]
    is_told_apart = len({variant % len(SERIES) for variant in variants}) == len(variants)
    return [
        latency.DrawnDistribution(
            one.point, one.launches, one.point.variant, variant if is_told_apart else place, variant
        )
        for place, (variant, one) in enumerate(zip(variants, found, strict=True))
    ]


def _launches(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    usual = [point for point in points if not point.is_oversubscribed and point.skip is None]
    found: list[launches.Launched] = []
    for point in usual:
        values = values_by_round(run, point, experiment.headline.name)
        middle = median(values.values()) if values else 0.0
        for launch in run.launches_of(point):
            if launch.side == first_side(run):
                value = launch.scalar(experiment.headline.name)
                is_drawn = isinstance(value, float) and value > 0 and middle > 0
                relative = value / middle if is_drawn and isinstance(value, float) else None
                found.append(launches.Launched(launch.order, launch.round, relative))
    if any(one.relative is not None for one in found):
        ordered = tuple(sorted(found, key=lambda one: one.order))
        text = (
            f"{machine_of(run)} \u00b7 one dot a launch, {len(found)} launches of {len(usual)} points"
            " \u00b7 no intervals \u00b7 cross: failed"
        )
        strip = launches.LaunchStrip(title_of(experiment.headline).lower(), ordered, text)
        yield Drawing(
            "launches",
            "Launches in order of running",
            launches.description_of(strip),
            partial(launches.launch_strip, strip),
        )
