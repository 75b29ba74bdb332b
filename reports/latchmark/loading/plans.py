"""What would a binary measure? Its plan file, and the plans of single stages that are made from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from latchmark.errors import LatchmarkError
from latchmark.loading.building import metric_of
from latchmark.loading.document import Unreadable, read_document
from latchmark.model import Direction, Purpose, time_of

_SCHEMA = "latchmark.plan/1"


class InvalidPlan(LatchmarkError):
    """A plan that cannot be used: `file: what`."""


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """A point as a plan has it. `skip` says why this machine cannot do it; `launch_s` is what one launch of
    it takes; `metric` is what the point is measured for, empty for one that only counts."""

    name: str
    experiment: str
    definition: str
    skip: str | None
    is_calibrated: bool
    launch_s: float
    is_negative_control: bool
    metric: str
    unit: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan file: its points in order, and the document from which stages are made."""

    points: tuple[PlannedPoint, ...]
    rounds: int
    machine: str
    _document: Mapping[str, Any] = field(repr=False, compare=False)

    def stage_text(
        self,
        points: Sequence[str],
        rounds: int,
        seed: int,
        roles: Sequence[str] = (),
        extra_shares: Mapping[str, float] | None = None,
    ) -> str:
        """The plan file of a stage: these points for so many rounds. `roles` are counted together in every
        launch; `extra_shares` gives points operations beyond those reported, as parts of 1, on the second
        side."""
        wanted, extra = set(points), extra_shares or {}
        chosen = [
            one | ({"extra_share": extra[one["name"]]} if one["name"] in extra else {})
            for one in self._document["points"]
            if one["name"] in wanted
        ]
        needed = {one["experiment"] for one in chosen}
        experiments = [
            one | {"roles": [list(roles)] if roles else []}
            for one in self._document["experiments"]
            if one["name"] in needed
        ]
        document = {**self._document, "rounds": rounds, "seed": str(seed), "minimum_points": None}
        document |= {"experiments": experiments, "points": chosen}
        return json.dumps(document, indent=1, sort_keys=True) + "\n"


def load_plan(path: Path) -> Plan:
    """The plan in `path`. Raises InvalidPlan."""
    try:
        document = read_document(path)
    except Unreadable as error:
        raise InvalidPlan(f"{path}: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != _SCHEMA:
        raise InvalidPlan(f"{path}: is no {_SCHEMA}: is the program that wrote it another version?")
    try:
        experiments = {one["name"]: one for one in document["experiments"]}
        points = tuple(_point_of(one, experiments[one["experiment"]]) for one in document["points"])
        return Plan(points, int(document["rounds"]), str(document["machine"]), document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidPlan(f"{path}: is no whole plan: {type(error).__name__} {error}") from error


def _point_of(one: Mapping[str, Any], experiment: Mapping[str, Any]) -> PlannedPoint:
    time = time_of(map(metric_of, experiment["metrics"]), Purpose(one["purpose"]))
    return PlannedPoint(
        name=str(one["name"]),
        experiment=str(one["experiment"]),
        definition=str(one["definition"]),
        skip=None if one["skip"] is None else str(one["skip"]),
        is_calibrated=one["batch"] is not None,
        launch_s=_launch_s(one),
        is_negative_control=bool(experiment.get("negative_control", False)),
        metric="" if time is None else time.name,
        unit="" if time is None else time.unit,
        direction=Direction.LOWER if time is None else time.direction,
    )


def _launch_s(one: Mapping[str, Any]) -> float:
    """As the runner expects it: what goes beyond windows, warm-up and windows, again for each pair of CPUs;
    an operation that is under way when time is up is finished."""
    half_ns = one["operation_ns"] / 2
    team_ns = one["warm_up_ns"] + half_ns + one["windows"] * (one["window_ns"] + half_ns)
    teams = max(1, len(one.get("pairs", ()))) * max(1, one.get("pages", 1))
    return float(1e-9 * (one["beyond_ns"] + teams * team_ns))
