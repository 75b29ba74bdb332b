"""Which points belong together? What a point is compared with, and what sat in the same place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from latchmark.model import Experiment, Point


def counterparts_of(experiment: Experiment, points: Sequence[Point]) -> Mapping[int, Point]:
    """By index of a point: the point of its variant's baseline in the same place, where there is one.

    An axis that concerns only one of the two variants does not make places differ: the other one was
    measured at the middle, and there it speaks for all values.
    """
    found: dict[int, Point] = {}
    for variant in experiment.variants:
        other = experiment.baseline_of(variant.name)
        lone = {
            axis.name: axis.middle
            for axis in experiment.axes
            if not (axis.concerns(variant.name) and axis.concerns(other))
        }
        references: dict[tuple[object, ...], Point] = {}
        for point in points:
            if point.variant == other and all(
                lone.get(name, value) == value for name, value in point.parameters
            ):
                references.setdefault(_place(point, lone), point)
        for point in points:
            reference = references.get(_place(point, lone))
            if point.variant == variant.name != other and reference is not None:
                found[point.index] = reference
    return found


def _place(point: Point, lone: Mapping[str, float]) -> tuple[object, ...]:
    shared = tuple((name, value) for name, value in point.parameters if name not in lone)
    return point.team, point.workers, point.placement, point.purpose, shared


def repeats_of(points: Sequence[Point]) -> Mapping[int, Point]:
    """By index of a point: an earlier one whose workers sat on the very same CPUs under another class of
    placement. On a small machine several classes are one place, and one fact must not be told as two."""
    first: dict[tuple[object, ...], Point] = {}
    found: dict[int, Point] = {}
    for point in points:
        if point.skip is None and not point.pairs and not point.is_oversubscribed:
            seat = (
                point.experiment,
                point.variant,
                point.team,
                point.purpose,
                point.parameters,
                sorted(point.cpus),
            )
            earlier = first.setdefault(tuple(map(str, seat)), point)
            if earlier.placement is not point.placement:
                found[point.index] = earlier
    return found
