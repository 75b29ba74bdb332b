"""Which costs do people look for by name, and where does the suite measure them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import Experiment, Placement, Point, Team


@dataclass(frozen=True, slots=True)
class Where:
    """The points of an experiment that measure one cost. `at` are parameters off the middle; a team or
    placement of None is any, and of several the smallest team counts."""

    experiment: str
    variant: str
    fewest: int = 1
    most: int | None = None
    team: Team | None = None
    placement: Placement | None = None
    at: tuple[tuple[str, float], ...] = ()

    def fits(self, experiment: Experiment, point: Point) -> bool:
        """Whether a point of the experiment measures it."""
        parameters = {axis.name: axis.middle for axis in experiment.axes} | dict(self.at)
        return (
            point.variant == self.variant
            and point.purpose is experiment.main_purpose
            and self.fewest <= point.workers <= (self.most or point.workers)
            and self.team in (None, point.team)
            and self.placement in (None, point.placement)
            and all(parameters.get(name, value) == value for name, value in point.parameters)
            and all(name in dict(point.parameters) or _middle(experiment, name) == v for name, v in self.at)
        )


@dataclass(frozen=True, slots=True)
class Rung:
    """A cost with a name of its own; `key` is what published figures call it. The first place that a run has
    measured speaks for it."""

    key: str
    label: str
    places: tuple[Where, ...]


def usual_first(points: Sequence[Point]) -> list[Point]:
    """Points of one cost, the one that speaks for it first: measured, with a CPU for each worker, the
    smallest team, spread over the cores. Oversubscribed ones and rows of a map never do."""
    usual = [point for point in points if not (point.is_oversubscribed or point.is_map_row)]
    return sorted(
        usual,
        key=lambda point: (
            point.skip is not None,
            # Workers on one CPU pay for taking turns, which is another cost.
            point.placement is Placement.SAME_CPU and point.workers > 1,
            point.workers,
            point.placement is not Placement.SPREAD,
            point.index,
        ),
    )


def _middle(experiment: Experiment, name: str) -> float | None:
    return next((axis.middle for axis in experiment.axes if axis.name == name), None)


def _rung(key: str, label: str, *places: Where) -> Rung:
    return Rung(key, label, places)


# An increment behind a mutex and not the experiment of locks at its middle: that has 50 ns of other work in
# every operation, and a mutex would seem to cost three times as much.
UNCONTENDED_MUTEX = _rung(
    "mutex",
    "mutex locked and unlocked, uncontended",
    Where("contention/counter", "mutex", most=1),
    Where("contention/locks", "mutex", most=1, at=(("outside_ns", 0.0),)),
)

_PROCESSES, _THREADS = Team.PROCESSES, Team.THREADS

RUNGS: tuple[Rung, ...] = (
    *(
        _rung(variant, label, Where("instrument/memory", variant))
        for variant, label in (
            ("l1_hit", "load that hits the first-level cache"),
            ("l2_hit", "load that hits the second-level cache"),
            ("last_level_hit", "load that hits the last-level cache"),
            ("memory", "load from memory"),
        )
    ),
    _rung("clock", "read of the monotonic clock", Where("instrument/clock", "monotonic")),
    _rung("atomic_add", "atomic add, uncontended", Where("contention/counter", "fetch_add_relaxed", most=1)),
    _rung(
        "atomic_add_contended",
        "atomic add, two workers on one counter",
        Where("contention/counter", "fetch_add_relaxed", fewest=2, most=2),
    ),
    UNCONTENDED_MUTEX,
    _rung(
        "mutex_contended",
        "mutex, two workers on one counter",
        Where("contention/counter", "mutex", fewest=2, most=2),
    ),
    _rung(
        "false_sharing",
        "increment of one's own counter, on a neighbour's line",
        Where("false_sharing/counters", "packed", fewest=2, most=2),
    ),
    *(
        _rung(
            f"line_{placement.value}",
            label,
            Where("contention/core_to_core", "store_load", placement=placement),
        )
        for placement, label in (
            (Placement.SAME_CORE, "line from one hardware thread to the other, same core"),
            (Placement.SAME_LLC, "line from one core to another, same last-level cache"),
            (Placement.OTHER_LLC, "line from one core to another, other last-level cache"),
            (Placement.OTHER_SOCKET, "line from one core to another, other socket"),
        )
    ),
    _rung("wake_spinning", "wake-up of a spinning thread", Where("waiting/wait_duration", "spin_relax")),
    _rung("wake_futex", "wake-up of a sleeping thread, futex", Where("waiting/wait_duration", "futex")),
    _rung(
        "wake_condvar",
        "wake-up of a sleeping thread, condition variable",
        Where("waiting/wait_duration", "condvar"),
    ),
    _rung("handoff_spin", "hand-over there and back, spinning", Where("waiting/handoff", "spin")),
    _rung("handoff_futex", "hand-over there and back, futex", Where("waiting/handoff", "futex")),
    _rung(
        "handoff_condvar", "hand-over there and back, condition variable", Where("waiting/handoff", "condvar")
    ),
    _rung(
        "handoff_one_cpu",
        "two context switches: condition variable, one CPU",
        Where("waiting/arming", "condvar", placement=Placement.SAME_CPU),
    ),
    *(
        _rung(f"round_trip_{variant}", label, Where("ipc/round_trip", variant, team=_PROCESSES))
        for variant, label in (
            ("ring_spinning", "message to a process and back, shared ring, spinning"),
            ("ring_futex", "message to a process and back, shared ring, sleeping"),
            ("pipe", "message to a process and back, copied through a pipe"),
            ("unix_stream", "message to a process and back, Unix socket"),
            ("tcp", "message to a process and back, TCP"),
        )
    ),
    _rung(
        "task_to_threads",
        "empty task to a pool of threads and back",
        Where("pools/dispatch", "mutex_queue", team=_THREADS),
    ),
    _rung(
        "task_to_processes",
        "empty task to a pool of processes and back",
        Where("pools/dispatch", "pipe", team=_PROCESSES),
    ),
    *(
        _rung(variant, label, Where("pools/creation", variant))
        for variant, label in (
            ("thread", "thread made, run and waited for"),
            ("vfork", "process by vfork, run and waited for"),
            ("posix_spawn", "new program by posix_spawn, run and waited for"),
            ("fork", "process by fork, run and waited for"),
            ("fork_exec", "new program by fork and exec, run and waited for"),
        )
    ),
    _rung(
        "fork_100_mib",
        "process by fork, 100 MiB resident",
        Where("pools/creation", "fork", at=(("resident", 100.0 * 1024 * 1024),)),
    ),
)
