"""Which shapes must a run on two cores show? The list that shapes.py goes through."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))

from latchmark.findings.of_crowding import COLLAPSED
from latchmark.model import CPU_TIME, TIME_PER_OPERATION, Purpose, Team
from latchmark.statistics import Interval

FLAT = 1.10  # METHOD: padded counters are flat within 10 % up to the cores
MIB = float(1 << 20)


@dataclass(frozen=True)
class Side:
    """One point: a variant at a number of workers, all other parameters at their middle. ALL and TWICE are
    all cores and twice as many workers as CPUs. By default of the experiment's first purpose. Where `beyond`
    is given, what it costs more than that one."""

    experiment: str
    variant: str
    workers: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    team: Team = Team.THREADS
    purpose: Purpose | None = None
    beyond: Side | None = None


@dataclass(frozen=True)
class Expectation:
    """What an interval must do, and whether one does not."""

    text: str
    is_missed: Callable[[Interval], bool]


@dataclass(frozen=True)
class Shape:
    """`numerator` over `denominator`: by their headline or by another metric, as costs of the team per
    operation where `is_of_team`."""

    name: str
    numerator: Side
    denominator: Side
    expectation: Expectation
    metric: str | None = None
    is_of_team: bool = False


ONE, TWO, ALL, TWICE = "1", "2", "all", "twice"

IS_FLAT = Expectation("flat within 10 %", lambda one: one.low > FLAT or one.high < 1 / FLAT)
IS_HIGHER = Expectation("more than 10 % above 1", lambda one: one.low <= FLAT)
IS_LOWER = Expectation("below 1", lambda one: one.high >= 1)
IS_NOT_HIGHER = Expectation("not above 1", lambda one: one.low > 1)
COLLAPSES = Expectation(f"above {COLLAPSED:g}", lambda one: one.low <= COLLAPSED)
HOLDS = Expectation(f"not above {COLLAPSED:g}", lambda one: one.low > COLLAPSED)
REPORTED = Expectation("reported only", lambda _: False)

COUNTERS, STRIDE = "false_sharing/counters", "false_sharing/stride"
MAP, COUNTER, LOCKS = "lock_granularity/hash_map", "contention/counter", "contention/locks"
HANDOFF, WAIT = "waiting/handoff", "waiting/wait_duration"
DISPATCH, CREATION = "pools/dispatch", "pools/creation"
ROUND_TRIP = "ipc/round_trip"
MEMORY = "instrument/memory"


def _order(experiment: str, *variants: str) -> tuple[Shape, ...]:
    """Each variant costs at most as much as the next, at all cores."""
    return tuple(
        Shape(f"{less} <= {more}", Side(experiment, less, ALL), Side(experiment, more, ALL), IS_NOT_HIGHER)
        for less, more in pairwise(variants)
    )


def _stride(bytes_: int) -> Side:
    return Side(STRIDE, "rmw", TWO, {"stride_bytes": bytes_})


def _crowding(variant: str, expectation: Expectation) -> Shape:
    name = f"{variant} with twice as many workers as CPUs"
    return Shape(name, Side(LOCKS, variant, TWICE), Side(LOCKS, variant, ALL), expectation, is_of_team=True)


def _handoff(*variants: str) -> tuple[Shape, ...]:
    """Each variant hands over sooner than the next, between two CPUs."""
    return tuple(
        Shape(f"handoff: {sooner} < {later}", Side(HANDOFF, sooner, TWO), Side(HANDOFF, later, TWO), IS_LOWER)
        for sooner, later in pairwise(variants)
    )


def _burnt(less: str, more: str, wait_ns: float, expectation: Expectation) -> Shape:
    """CPU time of a wait."""
    at = {"wait": wait_ns}
    name = f"CPU time of a wait of {wait_ns / 1e6:g} ms: {less} < {more}"
    return Shape(name, Side(WAIT, less, TWO, at), Side(WAIT, more, TWO, at), expectation, metric=CPU_TIME)


def _message(variant: str, bytes_: float, beyond: str | None = None) -> Side:
    """A round trip between processes, or what it costs beyond another transport."""
    less = None if beyond is None else _message(beyond, bytes_)
    return Side(ROUND_TRIP, variant, TWO, {"payload": bytes_}, Team.PROCESSES, beyond=less)


def _transports(*variants: str) -> tuple[Shape, ...]:
    """Each transport takes a message of 64 B there and back sooner than the next."""
    return tuple(
        Shape(f"64 B: {sooner} < {later}", _message(sooner, 64), _message(later, 64), IS_LOWER)
        for sooner, later in pairwise(variants)
    )


def _grows(variant: str) -> Shape:
    """What a transport adds to writing and checking the bytes."""
    few, many = (_message(variant, bytes_, beyond="no_transport") for bytes_ in (64, 65536))
    return Shape(f"{variant} grows with the payload, beyond its writing and checking", many, few, IS_HIGHER)


def _resident(variant: str, expectation: Expectation) -> Shape:
    large, small = (Side(CREATION, variant, ONE, {"resident": mib * MIB}) for mib in (100, 10))
    return Shape(f"{variant} from 100 MiB instead of 10 MiB", large, small, expectation)


def _rung(nearer: str, farther: str, expectation: Expectation) -> Shape:
    """A load from the one level against a load from the other."""
    name = f"a load: {nearer} < {farther}"
    return Shape(name, Side(MEMORY, nearer, ONE), Side(MEMORY, farther, ONE), expectation)


def _closed_loop(variant: str, team: Team) -> Side:
    """Submitted, done and collected: latencies end when a task is done, which is not the way back."""
    return Side(DISPATCH, variant, TWO, team=team, purpose=Purpose.THROUGHPUT)


SHAPES: tuple[Shape, ...] = (
    Shape("padded scales", Side(COUNTERS, "padded_128", ALL), Side(COUNTERS, "padded_128", ONE), IS_FLAT),
    Shape("packed does not", Side(COUNTERS, "packed", ALL), Side(COUNTERS, "packed", ONE), IS_HIGHER),
    Shape("a stride of 32 B shares a line, 64 B does not", _stride(32), _stride(64), IS_HIGHER),
    Shape("a stride of 64 B against 128 B: lines in pairs?", _stride(64), _stride(128), REPORTED),
    *_order(MAP, "partition", "striped_padded", "one_mutex"),
    *_order(COUNTER, "sharded", "fetch_add_relaxed", "cas_loop", "mutex"),
    _crowding("ticket", COLLAPSES),
    _crowding("mcs", COLLAPSES),
    _crowding("mutex", HOLDS),
    *_handoff("spin", "futex", "condvar"),
    _burnt("futex", "spin_relax", 1e6, IS_LOWER),
    _burnt("condvar", "spin_relax", 1e6, IS_LOWER),
    *_transports("ring_spinning", "ring_futex", "pipe", "tcp"),
    _grows("pipe"),
    _grows("process_vm_readv"),
    Shape(
        "64 KiB handed over < 64 KiB through a pipe, beyond writing and checking them",
        _message("ring_spinning", 65536, beyond="no_transport"),
        _message("pipe", 65536, beyond="no_transport"),
        IS_LOWER,
    ),
    Shape(
        "64 KiB handed over unread against 64 B",
        _message("ring_untouched", 65536),
        _message("ring_untouched", 64),
        IS_FLAT,
    ),
    _resident("fork", IS_HIGHER),
    _resident("vfork", IS_FLAT),
    _resident("posix_spawn", IS_FLAT),
    Shape(
        "dispatch to a thread < to a process, through one queue",
        Side(DISPATCH, "mutex_queue", TWO),
        Side(DISPATCH, "mutex_queue", TWO, team=Team.PROCESSES),
        IS_LOWER,
    ),
    Shape(
        "closed loop of mutex_queue between threads against pipe between processes",
        _closed_loop("mutex_queue", Team.THREADS),
        _closed_loop("pipe", Team.PROCESSES),
        REPORTED,
        metric=TIME_PER_OPERATION,
    ),
    _rung("l1_hit", "l2_hit", IS_LOWER),
    _rung("l2_hit", "last_level_hit", IS_LOWER),
    # Neighbours of a virtual machine may leave it little of the last level.
    _rung("last_level_hit", "memory", IS_NOT_HIGHER),
)

# Experiments whose operation is a disaster: a launch that ended well has seen it through.
SURVIVED = ("pools/worker_lost",)
