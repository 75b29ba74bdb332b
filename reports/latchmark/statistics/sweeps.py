"""Which points lie along an axis? The sweeps of an experiment, and the curves of their launches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchmark.model import Axis, Experiment, Placement, Point, Run, Team
from latchmark.statistics.curves import Curve
from latchmark.statistics.points import values_by_round


@dataclass(frozen=True, slots=True)
class Place:
    """Who works where along a sweep."""

    team: Team
    workers: int
    placement: Placement


@dataclass(frozen=True, slots=True)
class Swept:
    """The points of one variant in one place, by the value of the axis; other axes are at their middle."""

    place: Place
    variant: str
    points: Mapping[float, Point]

    def curve(self, run: Run, metric: str | None = None) -> Curve:
        """A metric by position and round, where there is one; the headline unless said otherwise."""
        curves = {value: values_by_round(run, point, metric) for value, point in self.points.items()}
        return {value: curve for value, curve in curves.items() if curve}

    @property
    def last(self) -> Point:
        """The point at the largest value."""
        return self.points[max(self.points)]


def sweeps_along(experiment: Experiment, points: Sequence[Point], axis: Axis) -> tuple[Swept, ...]:
    """The sweeps of the variants that an axis concerns, by place in planned order, variants as described."""
    others = {one.name: one.middle for one in experiment.axes if one is not axis}
    found: dict[tuple[Place, str], dict[float, Point]] = {}
    for point in points:
        parameters = dict(point.parameters)
        if (
            axis.name in parameters
            and axis.concerns(point.variant)
            and all(others.get(name, value) == value for name, value in point.parameters)
        ):
            place = Place(point.team, point.workers, point.placement)
            found.setdefault((place, point.variant), {})[parameters[axis.name]] = point
    variants = [variant.name for variant in experiment.variants]
    places = list(dict.fromkeys(place for place, _ in found))
    ordered = sorted(found.items(), key=lambda one: (places.index(one[0][0]), variants.index(one[0][1])))
    return tuple(
        Swept(place, variant, dict(sorted(some.items())))
        for (place, variant), some in ordered
        if len(some) > 1
    )


def in_first_places(sweeps: Sequence[Swept]) -> tuple[tuple[Swept, ...], ...]:
    """The sweeps of each team in the first place that has some: the others tell the same again."""
    first: dict[Team, Place] = {}
    for swept in sweeps:
        first.setdefault(swept.place.team, swept.place)
    return tuple(tuple(swept for swept in sweeps if swept.place == place) for place in first.values())
