"""Are the promises about the instrument kept? Prints each budget beside what a run measured."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reports"))

from latchmark.errors import LatchmarkError
from latchmark.loading import load
from latchmark.model import Point, Purpose, Run, Unavailable
from latchmark.statistics import (
    Ratio,
    Summary,
    difference_of_points,
    ratio_of_points,
    summary_of,
    summary_of_point,
)
from latchmark.wording import between, number


def alone(run: Run, experiment: str, variant: str) -> Point | None:
    """The one-worker point of a variant for throughput, when it was measured."""
    wanted = (experiment, variant, 1, Purpose.THROUGHPUT)
    for point in run.points:
        if (point.experiment, point.variant, point.workers, point.purpose) == wanted and not point.skip:
            return point
    return None


def level(run: Run, experiment: str, variant: str) -> str:
    """Time of one operation with its interval, or why there is none."""
    point = alone(run, experiment, variant)
    summary = None if point is None else summary_of_point(run, point)
    return nanoseconds(summary)


def nanoseconds(summary: Summary | Unavailable | None) -> str:
    """A value with its interval."""
    if not isinstance(summary, Summary):
        return "not measured"
    return f"{number(summary.median)} ns {between(summary.interval)}"


def recording(run: Run) -> str:
    """What recording a latency costs beyond its clock read."""
    read, recorded = (alone(run, "instrument/clock", variant) for variant in ("monotonic", "read_and_record"))
    return nanoseconds(difference_of_points(run, recorded, read) if read and recorded else None)


def loop(run: Run) -> str:
    """How many times as long the steps take with a loop around each operation."""
    chain, bare = (alone(run, "instrument/operation", variant) for variant in ("chain", "chain_bare"))
    ratio = ratio_of_points(run, chain, bare) if chain and bare else None
    return f"{number(ratio.value)}x {between(ratio.interval)}" if isinstance(ratio, Ratio) else "not measured"


def launch_cost(run: Run) -> str:
    """What a launch costs beyond windows, warm-up and set-up, in ms: median and largest."""
    costs = [launch.cost.overhead_ns / 1e6 for launch in run.launches if launch.cost is not None]
    summary = summary_of(costs) if costs else None
    if not isinstance(summary, Summary):
        return "not measured"
    return f"{number(summary.median)} ms, at most {number(max(costs))} ms"


def rows(run: Run) -> Iterator[tuple[str, str, str]]:
    """Promise, budget, and what this run says."""
    planned = f"{number(run.expected_s)} s expected"
    took = f"{number(run.duration_s)} s ({planned})"
    yield f"preset {run.preset}, {run.rounds} rounds", "quick: 150 s", took
    yield "a launch beyond its windows", "10 ms", launch_cost(run)
    yield "an empty operation", "1 ns", level(run, "instrument/operation", "empty")
    yield "loop around a 5 ns operation", "1.02x", loop(run)
    yield "all counters, begin and end", "5 us", level(run, "instrument/counters", "window")
    yield "the CPU's own of them", "", level(run, "instrument/counters", "hardware")
    yield "one clock read", "", level(run, "instrument/clock", "monotonic")
    yield "recording, beyond a clock read", "10 ns", recording(run)


def main(arguments: list[str]) -> int:
    """Prints the table of one run file."""
    if len(arguments) != 1:
        print("usage: budgets.py RUN.json", file=sys.stderr)
        return 2
    try:
        run = load(Path(arguments[0]))
    except LatchmarkError as error:
        print(f"budgets: {error}", file=sys.stderr)
        return 2
    for promise, budget, measured in rows(run):
        print(f"{promise:32} {budget:12} {measured}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
