"""What was asked? Experiments, their variants, axes and metrics, and the points of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from latchmark.model.names import (
    CPU_TIME,
    LATENCY_P50,
    LATENCY_P99,
    ONE_WAY,
    TALLY_UNIT,
    TIME_PER_OPERATION,
)


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


def time_of(metrics: Iterable[MetricDefinition], purpose: Purpose) -> MetricDefinition | None:
    """The time that points of a purpose are measured for, of their experiment's metrics: who takes latencies
    disturbs the time, and who counts disturbs both. None for points that only count."""
    if purpose is Purpose.COUNTS:
        return None
    latencies = (LATENCY_P50, LATENCY_P99)
    for metric in metrics:
        is_directed = metric.shape is Shape.SCALAR and metric.direction is not Direction.NONE
        if is_directed and (metric.name in latencies) == (purpose is Purpose.LATENCY):
            return metric
    return None


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
    is more work in a larger team. No change of the code under test can touch a negative control."""

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
    is_negative_control: bool = False

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
        does their work and not that of the experiment's baseline; else the experiment's. A negative control
        is compared with nothing but itself on another side."""
        if self.is_negative_control:
            return variant
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
    two CPUs is the subject. `extra_share` is how many more operations than it says, as a part of 1, every
    side but the first really does: by such a slowdown of known size a gate is tried.
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
    extra_share: float = 0.0

    @property
    def is_oversubscribed(self) -> bool:
        """More workers than CPUs: another regime, never on an axis with the others."""
        return self.placement is Placement.OVERSUBSCRIBED

    @property
    def is_map_row(self) -> bool:
        """One core with each of the others: a row of the map of cores, which is drawn and not compared."""
        return self.placement is Placement.MAP_ROW
