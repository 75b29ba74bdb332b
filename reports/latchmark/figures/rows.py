"""How do points compare side by side? Figures of rows: placements, oversubscription, ratios, fairness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median

from latchmark.figures import dots, fairness
from latchmark.figures.drawing import (
    Drawing,
    by_place,
    ends_of,
    estimate_of,
    finished_launches,
    note_of,
    place_of,
    style_of,
    title_of,
    unit_of,
)
from latchmark.model import Experiment, Placement, Point, Run, Team, Unavailable, Vector
from latchmark.statistics import jain_index, largest_share, ratio_of_points, smallest_share, summary_of_point
from latchmark.wording import number, team


def placements(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """The same number of workers in different places, where the machine has at least two."""
    usual = [
        point for point in points if not point.is_oversubscribed and point.skip is None and point.workers > 1
    ]
    for kind in Team:
        own = [point for point in usual if point.team is kind]
        shared_counts = {
            workers
            for workers in {point.workers for point in own}
            if len({point.placement for point in own if point.workers == workers}) > 1
        }
        some = [point for point in own if point.workers in shared_counts]
        if some and len({point.parameters for point in some}) == 1:
            title = f"Where the workers sit, {kind.value}"
            yield from _value_dots(run, experiment, some, "placement", title)


def oversubscribed(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """More workers than CPUs: another regime, so a figure of its own."""
    crowded = [point for point in points if point.is_oversubscribed and point.skip is None]
    if crowded:
        yield from _value_dots(run, experiment, crowded, "oversubscribed", "More workers than CPUs")


def _value_dots(
    run: Run, experiment: Experiment, points: Sequence[Point], kind: str, title: str
) -> Iterator[Drawing]:
    metric = experiment.headline
    rows = []
    for point in by_place(points):
        summary = summary_of_point(run, point, metric.name)
        beside = "" if isinstance(summary, Unavailable) else f"{number(summary.median)} {ends_of(summary)}"
        rows.append(
            dots.Row(
                team(point), point.variant, style_of(experiment, point.variant), estimate_of(summary), beside
            )
        )
    chart = dots.Dots(
        title,
        f"{title_of(metric).lower()}, {unit_of(metric)}",
        tuple(rows),
        note_of(run, points),
        is_ratio=False,
    )
    yield Drawing(kind, chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def ratios(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """Every variant over the baseline in the same place, paired by round."""
    if len(experiment.variants) < 2:
        return
    rows = []
    usual = [point for point in points if not point.is_oversubscribed and point.skip is None]
    baselines = {place_of(point): point for point in usual if point.variant == experiment.baseline}
    for point in by_place([point for point in usual if point.variant != experiment.baseline]):
        # Only the spread placement: the others are compared in their own figure, and rows must stay readable.
        if point.placement is not Placement.SPREAD or place_of(point) not in baselines:
            continue
        ratio = ratio_of_points(run, point, baselines[place_of(point)], experiment.headline.name)
        beside = "" if isinstance(ratio, Unavailable) else f"{number(ratio.value)}\u00d7 {ends_of(ratio)}"
        rows.append(
            dots.Row(
                team(point), point.variant, style_of(experiment, point.variant), estimate_of(ratio), beside
            )
        )
    if rows:
        unit = (
            f"ratio of {title_of(experiment.headline).lower()}, paired by round; {experiment.baseline} is 1"
        )
        chart = dots.Dots(
            f"Against {experiment.baseline}", unit, tuple(rows), note_of(run, usual), is_ratio=True
        )
        yield Drawing("ratios", chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def fairness_rows(run: Run, points: Sequence[Point]) -> Iterator[Drawing]:
    rows = []
    competing = [point for point in points if point.workers > 1 and point.skip is None]
    for point in by_place(competing):
        shares = [
            value.values
            for launch in finished_launches(run, point)
            if isinstance(value := launch.metrics.get("share"), Vector)
        ]
        evenness = [index for one in shares if isinstance(index := jain_index(one), float)]
        if not evenness:
            continue
        experiment = run.experiment_of(point)
        least = [share for one in shares if isinstance(share := smallest_share(one), float)]
        most = [share for one in shares if isinstance(share := largest_share(one), float)]
        rows.append(
            fairness.Sharing(
                team(point),
                point.variant,
                style_of(experiment, point.variant),
                median(least) * point.workers,
                median(most) * point.workers,
                median(evenness),
            )
        )
    if rows:
        text = (
            f"{run.machine.alias} \u00b7 medians over the launches"
            " \u00b7 windows too short to show starvation"
        )
        chart = fairness.SharingChart(tuple(rows), text)
        yield Drawing(
            "fairness", "Fairness", fairness.description_of(chart), partial(fairness.sharing, chart)
        )
