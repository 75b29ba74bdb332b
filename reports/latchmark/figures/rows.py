"""How do points compare side by side? Figures of rows: placements, oversubscription, ratios, fairness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from latchmark.figures import dots, fairness
from latchmark.figures.drawing import (
    Drawing,
    by_place,
    ends_of,
    estimate_of,
    machine_of,
    note_of,
    style_of,
    title_of,
    unit_of,
)
from latchmark.model import Experiment, Placement, Point, Run, Team, Unavailable
from latchmark.statistics import (
    Ratio,
    Sharing,
    Summary,
    counterparts_of,
    difference_of_points,
    ratio_of_points,
    repeats_of,
    sharing_of_point,
    summary_of_point,
)
from latchmark.wording import number, team

MOST_ROWS = 30  # of a figure; more would be a table without its order


def placements(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """The same number of workers in different places, where the machine has at least two."""
    repeats = repeats_of(points)
    usual = [
        point
        for point in points
        if not point.is_oversubscribed
        and not point.pairs
        and point.skip is None
        and point.workers > 1
        and experiment.is_at_middle(point)
        and point.index not in repeats
    ]
    for kind in Team:
        own = [point for point in usual if point.team is kind]
        for workers in sorted({point.workers for point in own}):
            some = [point for point in own if point.workers == workers]
            if len({point.placement for point in some}) > 1:
                title = f"Where {workers} workers sit, {kind.value}"
                yield from _value_dots(run, experiment, some, "placement", title)


def oversubscribed(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """More workers than CPUs: another regime, so figures of their own, one a team and number of workers."""
    crowded = [point for point in points if point.is_oversubscribed and point.skip is None]
    for _, group in groupby(by_place(crowded), key=lambda point: (point.team, point.workers)):
        some = list(group)
        title = f"More workers than CPUs: {team(some[0], without=_swept(some[0]))}"
        yield from _value_dots(run, experiment, some, "oversubscribed", title)


def _value_dots(
    run: Run, experiment: Experiment, points: Sequence[Point], kind: str, title: str
) -> Iterator[Drawing]:
    metric = experiment.headline
    rows = []
    for point in by_place(points):
        summary = summary_of_point(run, point, metric.name)
        beside = "" if isinstance(summary, Unavailable) else f"{number(summary.median)} {ends_of(summary)}"
        style = style_of(experiment, point.variant)
        group = "" if kind == "oversubscribed" else _group(point)
        rows.append(dots.Row(group, point.variant, style, estimate_of(summary), beside))
    unit = f"{title_of(metric).lower()}, {unit_of(metric)}"
    chart = dots.Dots(title, unit, tuple(rows), note_of(run, points), is_ratio=False)
    yield Drawing(kind, chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def ratios(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """Every variant against its baseline in the same place, paired by round: how many times as much, or how
    much more where the baseline is a floor."""
    middle = _readable(
        [
            point
            for point in points
            # The other placements are compared in their own figure.
            if point.placement is Placement.SPREAD and point.skip is None and experiment.is_at_middle(point)
        ]
    )
    counterparts = counterparts_of(experiment, middle)
    metric, is_floor = experiment.headline, experiment.baseline_is_floor
    rows = []
    for point in by_place([point for point in middle if point.index in counterparts]):
        against = counterparts[point.index]
        compared: Summary | Ratio | Unavailable
        if is_floor:
            compared = difference_of_points(run, point, against, metric.name)
        else:
            compared = ratio_of_points(run, point, against, metric.name)
        beside = ""
        if not isinstance(compared, Unavailable):
            amount = (
                f"+{number(compared.median)}"
                if isinstance(compared, Summary)
                else f"{number(compared.value)}\u00d7"
            )
            beside = f"{amount.replace('+-', '-')} {ends_of(compared)}"
        style = style_of(experiment, point.variant)
        rows.append(dots.Row(_group(point), point.variant, style, estimate_of(compared), beside))
    if rows:
        baselines = {one.variant for one in counterparts.values()}
        baseline = experiment.baseline if baselines == {experiment.baseline} else "the baseline"
        title = f"Against {baseline}" if len(baselines) == 1 else "Against their baselines"
        unit = f"ratio of {title_of(metric).lower()}, paired by round; {baseline} is 1"
        if is_floor:
            unit = f"{metric.unit} more than {baseline}, paired by round"
        chart = dots.Dots(title, unit, tuple(rows), note_of(run, middle), is_ratio=not is_floor)
        yield Drawing("ratios", chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def fairness_rows(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """The shares of the workers of each variant, where they compete."""
    competing = [
        point
        for point in points
        if point.workers > 1
        and point.skip is None
        and point.placement in (Placement.SPREAD, Placement.OVERSUBSCRIBED)
        and experiment.is_at_middle(point)
    ]
    rows = []
    for point in by_place(_readable(competing)):
        sharing = sharing_of_point(run, point)
        if isinstance(sharing, Sharing):
            style = style_of(experiment, point.variant)
            row = fairness.Shares(_group(point), point.variant, style, sharing)
            rows.append(row)
    if rows:
        text = (
            f"{machine_of(run)} \u00b7 medians over the launches \u00b7 windows too short to show starvation"
        )
        chart = fairness.SharingChart(tuple(rows), text)
        yield Drawing(
            "fairness", "Fairness", fairness.description_of(chart), partial(fairness.sharing, chart)
        )


def _readable(points: Sequence[Point]) -> list[Point]:
    """All of them, or where these are too many those of the smallest and largest team of each kind and place:
    the others are in the table."""
    if len(points) <= MOST_ROWS:
        return list(points)
    kept: list[Point] = []
    for _, group in groupby(sorted(points, key=_kind), key=_kind):
        some = list(group)
        numbers = [point.workers for point in some]
        kept += [point for point in some if point.workers in (min(numbers), max(numbers))]
    return sorted(kept, key=lambda point: point.index)


def _kind(point: Point) -> tuple[str, str]:
    return point.team.value, point.placement.value


def _group(point: Point) -> str:
    """Who works where; the figure is about the middle of the sweep, which its caption need not repeat."""
    return team(point, without=_swept(point))


def _swept(point: Point) -> set[str]:
    return {name for name, _ in point.parameters}
