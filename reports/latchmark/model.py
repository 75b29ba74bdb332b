"""What is a run, once loaded? Frozen values; no JSON and no file is left inside.

Times are nanoseconds unless a name says otherwise. Whatever could not be measured is `Unavailable(reason)`: a
type without arithmetic, so that mypy refuses a figure or a sum in which it would pass for zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

TIME_PER_OPERATION = "time_per_operation"
"""The usual headline metric: ns per operation of one worker, the median of the launch's windows."""

CPU_TIME = "cpu_time_per_operation"
"""What an operation burns: CPU time, user and kernel, of the subject's workers."""

ONE_WAY = "one_way"
"""The headline metric of points that visit pairs of CPUs: ns for one hand-over from a CPU to another."""

LATENCY_P50 = "latency_p50"
LATENCY_P99 = "latency_p99"
"""Quantiles of the latencies of a launch; the first is the headline where a latency is the question."""

WAITING = "waiting"
"""The family that asks how to wait; there CPU time is the price of a short latency."""

PAYLOAD = "payload"
"""The axis of bytes that every operation moves."""

SUBMITTER = "submitter"
"""The part that hands tasks over and does none itself; all other workers of its team execute them."""

TALLY_UNIT = "1/operation"
"""The unit of what a workload counts while it runs."""

BY_PAIR = "_by_pair"
"""How a vector is named that holds one number a pair of CPUs instead of one a worker."""


@dataclass(frozen=True, slots=True)
class Unavailable:
    """There is no value, and this is why (a sentence for a person)."""

    reason: str


Fact: TypeAlias = str | Unavailable
Facts: TypeAlias = Mapping[str, Fact]


class Team(StrEnum):
    """What the workers are."""

    THREADS = "threads"
    PROCESSES = "processes"


class Placement(StrEnum):
    """Where the workers sit, by class of topology and never by CPU number."""

    SAME_CPU = "same_cpu"
    SAME_CORE = "same_core"
    SAME_LLC = "same_llc"
    OTHER_LLC = "other_llc"
    OTHER_SOCKET = "other_socket"
    SPREAD = "spread"
    COMPACT = "compact"
    OVERSUBSCRIBED = "oversubscribed"
    MAP_ROW = "map_row"


class Purpose(StrEnum):
    """What a point is instrumented for: one of these distorts the others."""

    THROUGHPUT = "throughput"
    LATENCY = "latency"
    COUNTS = "counts"


class Direction(StrEnum):
    """Which way a metric gets better."""

    LOWER = "lower"
    HIGHER = "higher"
    NONE = "none"


class Shape(StrEnum):
    """What one launch yields for a metric."""

    SCALAR = "scalar"
    VECTOR = "vector"
    MATRIX = "matrix"
    HISTOGRAM = "histogram"


class LaunchStatus(StrEnum):
    """How a launch ended; only `ok` has numbers to show."""

    OK = "ok"
    VERIFY_FAILED = "verify_failed"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


class ReadingStatus(StrEnum):
    """How a counter reading came about; only the first two carry a value that may be shown."""

    COUNTED = "counted"
    SCALED = "scaled"
    UNDERSAMPLED = "undersampled"
    NEVER_SCHEDULED = "never_scheduled"
    READ_FAILED = "read_failed"
    GROUP_FULL = "group_full"
    NOT_SUPPORTED = "not_supported"
    NOT_IMPLEMENTED_BY_PMU = "not_implemented_by_pmu"
    UNRESPONSIVE = "unresponsive"
    NOT_PERMITTED = "not_permitted"
    OPEN_FAILED = "open_failed"
    NO_ENCODING = "no_encoding"
    NO_PMU = "no_pmu"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the binaries that took part."""

    name: str
    build_id: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The program that measured."""

    version: str
    commit: str
    compiler: str
    flags: str
    build_type: str
    build_id: str
    atomics: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cpu:
    """One CPU that the run was allowed to use; all but `os_id` are dense indices."""

    os_id: int
    core: int
    llc: int
    package: int
    node: int
    kind: int


@dataclass(frozen=True, slots=True)
class Topology:
    """The CPUs in topology order. `llc_kib` is None where the machine does not say."""

    source: str
    cpus: tuple[Cpu, ...]
    llc_kib: int | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock behind every time in the run, all in ns; `chain_step_ns` calibrates delays."""

    name: str
    resolution_ns: float
    read_ns: float
    chain_step_ns: float


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured. `placements` has None for a class that exists here, else why it does not."""

    alias: str
    hard_key: Facts
    hard_key_hash: str
    soft_key: Facts
    topology: Topology
    clock: Clock
    placements: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Role:
    """What was asked of the hardware, and what became of it on this machine."""

    role: str
    unit: str
    meaning: str
    status: ReadingStatus
    why: str | None
    tier: str | None
    source: str | None
    scope: str | None

    @property
    def is_available(self) -> bool:
        """Whether launches can hold a value for this role."""
        return self.status in (ReadingStatus.COUNTED, ReadingStatus.SCALED)


@dataclass(frozen=True, slots=True)
class Counters:
    """The counter facilities of the machine, once per run."""

    perf_event_paranoid: int | None
    pmus: tuple[str, ...]
    table: str | None
    libpfm: str | None
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One implementation within an experiment.

    `baseline` is what it is compared with, where that is not the experiment's; `parts` names the kinds of
    work where the workers differ, the subject's first.
    """

    name: str
    summary: str
    baseline: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """A swept parameter; the others stay at `middle` while it varies. `variants` are those that it concerns,
    all when empty."""

    name: str
    unit: str
    values: tuple[float, ...]
    middle: float
    variants: tuple[str, ...] = ()

    def concerns(self, variant: str) -> bool:
        """Whether the variant is measured at more than the middle."""
        return not self.variants or variant in self.variants

    @property
    def is_size(self) -> bool:
        """Whether it is an amount of bytes, from little to much, and not a distance between them: the sweep
        reaches beyond a hundredfold (judgement)."""
        above = [value for value in self.values if value > 0]
        return self.unit == "B" and bool(above) and max(above) > 100 * min(above)


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """What a metric of an experiment means."""

    name: str
    unit: str
    meaning: str
    direction: Direction
    shape: Shape


# Scalars that the harness itself adds to an experiment.
_BY_THE_HARNESS = (
    TIME_PER_OPERATION,
    CPU_TIME,
    ONE_WAY,
    LATENCY_P50,
    LATENCY_P99,
    "throughput",
    "start_skew",
)


@dataclass(frozen=True, slots=True)
class Experiment:
    """One question, with its variants and sweep. `mechanism` may be empty. `baseline_is_floor` says that the
    baseline does the same work without what is measured, so that a difference to it is overhead; `scales`
    that more workers can do more, which they cannot where they wait for one another, nor where an operation
    is more work in a larger team."""

    name: str
    version: int
    question: str
    operation: str
    baseline: str
    mechanism: str
    variants: tuple[Variant, ...]
    axes: tuple[Axis, ...]
    metrics: tuple[MetricDefinition, ...]
    ties_at_one_worker: tuple[str, ...]
    roles: tuple[tuple[str, ...], ...]
    baseline_is_floor: bool = False
    scales: bool = True

    @property
    def family(self) -> str:
        """The part of the name before the slash."""
        return self.name.split("/", 1)[0]

    @property
    def headline(self) -> MetricDefinition:
        """The metric that answers the question: the first scalar of the file that has a better and a worse,
        since metrics are listed by what the experiment asks for first."""
        scalars = [metric for metric in self.metrics if metric.shape is Shape.SCALAR]
        directed = [metric for metric in scalars if metric.direction is not Direction.NONE]
        return [*directed, *scalars, *self.metrics][0]

    @property
    def main_purpose(self) -> Purpose:
        """What the points are instrumented for that have the headline metric."""
        return Purpose.LATENCY if self.headline.name in (LATENCY_P50, LATENCY_P99) else Purpose.THROUGHPUT

    @property
    def quantities(self) -> tuple[MetricDefinition, ...]:
        """What the workloads measure beside their operations, such as memory held."""
        return tuple(
            metric
            for metric in self.metrics
            if metric.shape is Shape.SCALAR
            and metric is not self.headline
            and metric.name not in _BY_THE_HARNESS
            and metric.unit != TALLY_UNIT
            and not metric.name.startswith((f"{TIME_PER_OPERATION}_of_", f"{CPU_TIME}_of_"))
        )

    def metric(self, name: str) -> MetricDefinition | None:
        """The metric of that name, where the experiment has it."""
        return next((metric for metric in self.metrics if metric.name == name), None)

    def baseline_of(self, variant: str) -> str:
        """What a variant is compared with: the baseline that it names; itself where others name it, since it
        does their work and not that of the experiment's baseline; else the experiment's."""
        own = {one.name: one.baseline for one in self.variants if one.baseline is not None}
        return own.get(variant, variant if variant in own.values() else self.baseline)

    def is_at_middle(self, point: Point) -> bool:
        """Whether no axis is swept at this point."""
        parameters = dict(point.parameters)
        return all(parameters.get(axis.name, axis.middle) == axis.middle for axis in self.axes)


Parameters: TypeAlias = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """Variant x parameters (sorted by name) x placement; `skip` says why it was not measured.

    `pairs` are the pairs of CPUs (OS ids) that a launch visits one after the other, where the way between
    two CPUs is the subject.
    """

    index: int
    name: str
    experiment: str
    variant: str
    team: Team
    workers: int
    placement: Placement
    cpus: tuple[int, ...]
    parameters: Parameters
    purpose: Purpose
    definition: str
    skip: str | None
    batch: int | None
    pairs: tuple[tuple[int, int], ...] = ()

    @property
    def is_oversubscribed(self) -> bool:
        """More workers than CPUs: another regime, never on an axis with the others."""
        return self.placement is Placement.OVERSUBSCRIBED

    @property
    def is_map_row(self) -> bool:
        """One core with each of the others: a row of the map of cores, which is drawn and not compared."""
        return self.placement is Placement.MAP_ROW


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
class Reading:
    """A role's total over a launch's windows and its team, or why there is none."""

    status: ReadingStatus
    value: float | Unavailable
    per_worker: tuple[float | None, ...]
    running_share: float | None


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
class Launch:
    """One fresh process that measured one point once: the statistical unit. `point` indexes `Run.points`."""

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

    @property
    def is_ok(self) -> bool:
        """Whether this launch's numbers may be shown."""
        return self.status is LaunchStatus.OK

    def scalar(self, metric: str) -> float | Unavailable:
        """The launch's value of a scalar metric, or why it has none."""
        if not self.is_ok:
            return Unavailable(f"launch {self.status}: {self.why or 'no reason recorded'}")
        value = self.metrics.get(metric, Unavailable(f"this point does not measure {metric}"))
        if isinstance(value, float | Unavailable):
            return value
        return Unavailable(f"{metric} is not a scalar")

    def per_operation(self, role: str) -> float | Unavailable:
        """A reading divided by the team's operations, or why that cannot be said."""
        reading = self.readings.get(role)
        if not self.is_ok or self.windows is None:
            return Unavailable(f"launch {self.status}: {self.why or 'no windows'}")
        if reading is None:
            return Unavailable(f"{role} was not in this launch's counter group")
        if isinstance(reading.value, Unavailable):
            return reading.value
        operations = self.windows.counted_operations
        return reading.value / operations if operations else Unavailable("no operation was completed")


@dataclass(frozen=True)
class Run:
    """All rounds of one preset on one machine. `file_name` is for people; identity is `id`."""

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
    def _experiments_by_name(self) -> Mapping[str, Experiment]:
        return {experiment.name: experiment for experiment in self.experiments}

    def experiment_of(self, point: Point) -> Experiment:
        """The experiment that a point belongs to."""
        return self._experiments_by_name[point.experiment]

    def points_of(self, experiment: Experiment) -> tuple[Point, ...]:
        """The points of an experiment, skipped ones included, in planned order."""
        return tuple(point for point in self.points if point.experiment == experiment.name)
