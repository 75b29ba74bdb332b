"""Which points of an experiment share a panel? Those that differ in the variant and in one thing more."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.figures.drawing import style_of
from latchmark.figures.series import Estimate, Series
from latchmark.model import Axis, Experiment, Point, Unavailable
from latchmark.wording import team


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


def axis_facets(experiment: Experiment, points: Sequence[Point], axis: Axis) -> list[tuple[str, list[Point]]]:
    """The points along an axis with the others at their middle, by team and place; with them what the axis
    does not concern."""
    others = {one.name: one.middle for one in experiment.axes if one is not axis}
    by_facet: dict[str, list[Point]] = {}
    for point in points:
        is_swept = axis.name in dict(point.parameters) or not axis.concerns(point.variant)
        if is_swept and all(others.get(name, value) == value for name, value in point.parameters):
            label = team(point, without=[name for name, _ in point.parameters])
            by_facet.setdefault(label, []).append(point)
    return [
        (label, some)
        for label, some in by_facet.items()
        if len({dict(point.parameters).get(axis.name) for point in some} - {None}) > 1
    ]


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
