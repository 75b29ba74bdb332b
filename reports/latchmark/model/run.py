"""What is a run? All that one file holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from latchmark.model.experiments import Experiment, Point
from latchmark.model.launches import Disturbance, Launch, Round
from latchmark.model.machine import Machine, Side, Suite
from latchmark.model.readings import Counters


@dataclass(frozen=True)
class Run:
    """All rounds of one preset on one machine. `file_name` and `id` are for people: machines of one model
    that start in one second may share their id, see `fingerprint`. `rounds_seen` is what happened around each
    whole round, empty in files that do not say."""

    file_name: str
    id: str
    started_utc: str
    ended_utc: str
    preset: str
    seed: str
    rounds: int
    windows: int
    window_ns: int
    warm_up_ns: int
    oversubscribed_window_ns: int
    command: tuple[str, ...]
    complete: bool
    incomplete_reason: str | None
    duration_s: float
    expected_s: float
    resumed: int
    sides: tuple[Side, ...]
    disturbance: Mapping[str, Disturbance]
    suite: Suite
    machine: Machine
    counters: Counters
    experiments: tuple[Experiment, ...]
    points: tuple[Point, ...]
    launches: tuple[Launch, ...]
    rounds_seen: tuple[Round, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """What tells this run from all others, and stays the same when it is resumed or copied: a digest of
        its id, its seed and its first launch, whose times no other machine has."""
        first = min(self.launches, key=lambda launch: launch.order, default=None)
        return hashlib.sha256(f"{self.id} {self.seed} {first!r}".encode()).hexdigest()[:16]

    @cached_property
    def _launches_by_point(self) -> Mapping[int, tuple[Launch, ...]]:
        grouped: dict[int, list[Launch]] = {}
        for launch in self.launches:
            grouped.setdefault(launch.point, []).append(launch)
        return {
            index: tuple(sorted(some, key=lambda launch: launch.order)) for index, some in grouped.items()
        }

    def launches_of(self, point: Point) -> tuple[Launch, ...]:
        """The launches of a point in order of execution; empty when it was skipped or never reached."""
        return self._launches_by_point.get(point.index, ())

    @cached_property
    def counter_groups(self) -> frozenset[frozenset[str]]:
        """The sets of roles that launches counted together."""
        return frozenset(frozenset(launch.readings) for launch in self.launches)

    @cached_property
    def _experiments_by_name(self) -> Mapping[str, Experiment]:
        return {experiment.name: experiment for experiment in self.experiments}

    def experiment_of(self, point: Point) -> Experiment:
        """The experiment that a point belongs to."""
        return self._experiments_by_name[point.experiment]

    def points_of(self, experiment: Experiment) -> tuple[Point, ...]:
        """The points of an experiment, skipped ones included, in planned order."""
        return tuple(point for point in self.points if point.experiment == experiment.name)
