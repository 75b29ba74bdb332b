"""Does a run show the shapes that two cores must show? One line a shape: `ok`, `NO`, or `absent: reason`.

Each is a ratio with its interval, paired by round. An effect that must be there (sharing, collapse) is missed
where the interval does not show it; what must not be there (an order turned round, a slope) only where the
interval shows it. Exit 1 when a shape is missed. Run as `python3 scripts/shapes.py RUN.json`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))

from latchmark.errors import LatchmarkError
from latchmark.findings.of_crowding import COLLAPSED
from latchmark.loading import load
from latchmark.model import Experiment, Placement, Point, Purpose, Run, Unavailable
from latchmark.statistics import Interval, Ratio, ratio_of_points
from latchmark.wording import between, number

FLAT = 1.10  # METHOD: padded counters are flat within 10 % up to the cores


@dataclass(frozen=True)
class Side:
    """One point: a variant at a number of workers, all other parameters at their middle. ALL and TWICE are
    all cores and twice as many workers as CPUs."""

    experiment: str
    variant: str
    workers: str
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Expectation:
    """What an interval must do, and whether one does not."""

    text: str
    is_missed: Callable[[Interval], bool]


@dataclass(frozen=True)
class Shape:
    """`numerator` over `denominator`, as costs of the team per operation where `is_of_team`."""

    name: str
    numerator: Side
    denominator: Side
    expectation: Expectation
    is_of_team: bool = False


ONE, TWO, ALL, TWICE = "1", "2", "all", "twice"

IS_FLAT = Expectation("flat within 10 %", lambda one: one.low > FLAT or one.high < 1 / FLAT)
IS_HIGHER = Expectation("more than 10 % above 1", lambda one: one.low <= FLAT)
IS_NOT_HIGHER = Expectation("not above 1", lambda one: one.low > 1)
COLLAPSES = Expectation(f"above {COLLAPSED:g}", lambda one: one.low <= COLLAPSED)
HOLDS = Expectation(f"not above {COLLAPSED:g}", lambda one: one.low > COLLAPSED)
REPORTED = Expectation("reported only", lambda _: False)

COUNTERS, STRIDE = "false_sharing/counters", "false_sharing/stride"
MAP, COUNTER, LOCKS = "lock_granularity/hash_map", "contention/counter", "contention/locks"


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
)


def point_of(run: Run, side: Side) -> Point | Unavailable:
    """The point that a side names: threads, for throughput; or why there is none."""
    experiment = next((one for one in run.experiments if one.name == side.experiment), None)
    if experiment is None:
        return Unavailable(f"{side.experiment} is not in this run")
    found = [point for point in run.points_of(experiment) if _is_named(experiment, point, side)]
    if not found:
        return Unavailable(f"no point of {side.experiment}/{side.variant} with {side.workers} workers")
    # The largest team: of numbers that name a class, all cores and twice the CPUs.
    return max(found, key=lambda point: point.workers)


def _is_named(experiment: Experiment, point: Point, side: Side) -> bool:
    usual = {ONE: point.workers == 1, TWO: point.workers == 2, ALL: point.workers > 1}
    is_there = (
        point.is_oversubscribed
        if side.workers == TWICE
        else point.placement is Placement.SPREAD and usual[side.workers]
    )
    middles = {axis.name: axis.middle for axis in experiment.axes}
    wanted = {**middles, **side.parameters}
    return (
        is_there
        and point.variant == side.variant
        and point.purpose is Purpose.THROUGHPUT
        and point.team.value == "threads"
        and all(wanted.get(name, value) == value for name, value in point.parameters)
    )


def ratio_of(run: Run, shape: Shape) -> Ratio | Unavailable:
    """The ratio that a shape is about, with an interval, or why the run cannot say."""
    numerator, denominator = point_of(run, shape.numerator), point_of(run, shape.denominator)
    for point in (numerator, denominator):
        if isinstance(point, Unavailable):
            return point
    assert isinstance(numerator, Point)
    assert isinstance(denominator, Point)
    ratio = ratio_of_points(run, numerator, denominator)
    if isinstance(ratio, Unavailable):
        return ratio
    if isinstance(ratio.interval, Unavailable):
        return ratio.interval
    return ratio.scaled(denominator.workers / numerator.workers) if shape.is_of_team else ratio


def line_of(run: Run, shape: Shape) -> str:
    """`ok      padded scales: 1.01x [0.99, 1.02], expected: flat within 10 %`."""
    ratio = ratio_of(run, shape)
    if isinstance(ratio, Unavailable):
        return f"absent  {shape.name}: {ratio.reason}"
    assert isinstance(ratio.interval, Interval)
    answer = "NO" if shape.expectation.is_missed(ratio.interval) else "ok"
    return (
        f"{answer:<7} {shape.name}: {number(ratio.value)}× {between(ratio.interval)},"
        f" expected: {shape.expectation.text}"
    )


def main(arguments: list[str]) -> int:
    """Prints a line a shape; 1 when one is missed, 2 for wrong usage or a file that is no run."""
    if len(arguments) != 1:
        print("usage: python3 scripts/shapes.py RUN.json", file=sys.stderr)
        return 2
    try:
        run = load(Path(arguments[0]))
    except LatchmarkError as error:
        print(f"shapes: {error}", file=sys.stderr)
        return 2
    lines = [line_of(run, shape) for shape in SHAPES]
    print(*lines, sep="\n")
    return 1 if any(line.startswith("NO") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
