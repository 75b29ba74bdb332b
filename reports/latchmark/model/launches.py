"""What did one process measure? Its metrics, windows, readings and disturbances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from latchmark.model.readings import Reading
from latchmark.model.unavailable import Unavailable


class LaunchStatus(StrEnum):
    """How a launch ended; only `ok` has numbers to show."""

    OK = "ok"
    VERIFY_FAILED = "verify_failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    FAILED = "failed"

    @property
    def text(self) -> str:
        """As sentences say it: `verify failed`."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Vector:
    """One number a worker, or one a pair of CPUs."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of numbers; None where a cell has no value (a CPU against itself)."""

    rows: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts by bucket [lower_ns, upper_ns); `max_ns` is exact, `resolution_ns` is the clock's."""

    lower_ns: tuple[float, ...]
    upper_ns: tuple[float, ...]
    counts: tuple[int, ...]
    max_ns: float
    resolution_ns: float


Metric: TypeAlias = float | Vector | Matrix | Histogram | Unavailable
# Forks and clones on the whole machine, the launch's own too: among a launch's disturbances by this name.
TASKS_STARTED: Final = "tasks_started"

Disturbance: TypeAlias = float | tuple[float | None, ...] | Unavailable


@dataclass(frozen=True, slots=True)
class Windows:
    """What happened in each window: `operations[window][worker]`, `elapsed_ns[window][worker]`,
    `overlap[window]`. Readings are totals over the windows from `counted_from` on, and times come from those
    before it, or from all where it is 0: counters slow down whoever is switched.

    Kept for pictures and cautions. Windows of one launch are not independent, so no statistic takes them.
    """

    operations: tuple[tuple[int, ...], ...]
    elapsed_ns: tuple[tuple[int, ...], ...]
    overlap: tuple[float, ...]
    counted_from: int = 0

    @property
    def total_operations(self) -> int:
        """Operations of the whole team over all windows."""
        return sum(sum(window) for window in self.operations)

    @property
    def counted_operations(self) -> int:
        """Operations of the whole team over the counted windows: what readings are divided by."""
        return sum(sum(window) for window in self.operations[self.counted_from :])

    @property
    def counted_ns(self) -> int:
        """How long the counted windows took."""
        return sum(max(window) for window in self.elapsed_ns[self.counted_from :])


@dataclass(frozen=True, slots=True)
class Cost:
    """Where a launch's wall time went, in ns; `other` holds parts without a field of their own."""

    wall_ns: float
    set_up_ns: float
    warm_up_ns: float
    windows_ns: float
    overhead_ns: float
    other: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Round:
    """What happened around one round as a whole, for which the ticks of the kernel are fine enough.

    Seconds count from the beginning of the sitting. `between_s` is the part of its time that belongs to no
    launch: the runner's own milliseconds, or a machine that stood still. Rounds that were interrupted are
    absent.
    """

    round: int
    began_s: float
    ended_s: float
    between_s: float
    disturbance: Mapping[str, Disturbance]


@dataclass(frozen=True, slots=True)
class Launch:
    """One fresh process that measured one point once: the statistical unit. `point` indexes `Run.points`.

    `began_s` counts from the beginning of the sitting; None in files that do not say.
    """

    point: int
    side: str
    round: int
    order: int
    status: LaunchStatus
    why: str | None
    metrics: Mapping[str, Metric]
    windows: Windows | None
    readings: Mapping[str, Reading]
    disturbance: Mapping[str, Disturbance]
    cost: Cost | None
    cautions: tuple[str, ...]
    began_s: float | None = None

    @property
    def is_ok(self) -> bool:
        """Whether this launch's numbers may be shown."""
        return self.status is LaunchStatus.OK

    def scalar(self, metric: str) -> float | Unavailable:
        """The launch's value of a scalar metric, or why it has none."""
        if not self.is_ok:
            return Unavailable(f"launch {self.status.text}: {self.why or 'no reason recorded'}")
        value = self.metrics.get(metric, Unavailable(f"this point does not measure {metric}"))
        if isinstance(value, float | Unavailable):
            return value
        return Unavailable(f"{metric} is not a scalar")

    def per_operation(self, role: str) -> float | Unavailable:
        """A reading divided by the team's operations, or why that cannot be said."""
        reading = self.readings.get(role)
        if not self.is_ok or self.windows is None:
            return Unavailable(f"launch {self.status.text}: {self.why or 'no windows'}")
        if reading is None:
            return Unavailable(f"{role} was not in this launch's counter group")
        if isinstance(reading.value, Unavailable):
            return reading.value
        operations = self.windows.counted_operations
        return reading.value / operations if operations else Unavailable("no operation was completed")
