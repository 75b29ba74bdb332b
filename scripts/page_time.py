"""What do the pages cost? Time, memory and size from file to page, how they grow, and the first paint.

Run as `python3 scripts/page_time.py [--figure FILE]`: prints a line a page with its budget and exits 1 above
one, or when time or memory grow clearly faster than their input. `--figure` draws the growth (SVG or PNG).
Times are CPU time of a process of its own; the first paint is printed and never judged.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from first_paint import LOADS, NoBrowser, first_paints_ms
from growth import draw, growth_of

_REPORTS = Path(__file__).resolve().parents[1] / "reports"

LONGEST_PAINT_S = 1.0
POINTS = (75, 150, 300, 600)
MACHINES = (2, 4, 8)


@dataclass(frozen=True)
class Case:
    """A page of some run files; a budget that is None is none."""

    name: str
    command: str
    files: tuple[str, ...]
    longest_s: float | None = None
    largest_mb: float | None = None
    most_memory_mb: float | None = None


@dataclass(frozen=True)
class Cost:
    """CPU time, peak of resident memory and size of one page."""

    time_s: float
    memory_mb: float
    size_mb: float


CASES = (
    Case("quick", "report", ("quick",), 5, 5),
    Case("standard with a PMU", "report", ("standard",), 60, 5),
    Case("300 points x 20 launches, 64 workers", "report", ("large",), 15, 5, 500),
)
BY_POINTS = tuple(
    Case(f"{points} points x 20 launches", "report", (f"points-{points}",), *budget)
    for points, budget in zip(POINTS, ((), (), (15, 5, 500), ()), strict=True)
)
BY_MACHINES = tuple(
    Case(
        f"{machines} machines x 300 points",
        "compare",
        tuple(f"machine-{number}" for number in range(machines)),
        *budget,
    )
    for machines, budget in zip(MACHINES, ((), (None, 15), (60, None)), strict=True)
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figure", metavar="FILE", type=Path, help="draws the growth")
    parser.add_argument("--describe", metavar="DIR", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.describe is not None:
        _describe(options.describe)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # By another process: children begin as copies, and this one's peak of memory would count as theirs.
        subprocess.run([sys.executable, __file__, "--describe", folder], check=True)
        costs = {}
        for case in (*CASES, *BY_POINTS, *BY_MACHINES):
            costs[case] = cost_of(case, folder)
            _tell(case, costs[case])
        _tell_paints(folder)
    grown = [
        _grown(across, sizes, [costs[case] for case in cases])
        for across, sizes, cases in (("points", POINTS, BY_POINTS), ("machines", MACHINES, BY_MACHINES))
    ]
    if options.figure:
        _draw(options.figure, costs)
        print(f"figure: {options.figure}")
    within = [is_within(case, cost) for case, cost in costs.items()]
    return 0 if all(within) and all(grown) else 1


def cost_of(case: Case, folder: Path) -> Cost:
    """From files to a page, as a user's command does it. Raises CalledProcessError."""
    page = folder / f"{case.command}-{len(case.files)}-{case.files[0]}.html"
    files = [str(folder / f"{name}.json") for name in case.files]
    command = [sys.executable, "-m", "latchmark", case.command, *files, "-o", str(page)]
    started = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(_REPORTS)})
    _, status, used = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode != 0:
        raise subprocess.CalledProcessError(started.returncode, command)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, page.stat().st_size / 1e6)


def is_within(case: Case, cost: Cost) -> bool:
    """Whether no budget is exceeded."""
    return all(
        budget is None or value <= budget
        for value, budget in (
            (cost.time_s, case.longest_s),
            (cost.size_mb, case.largest_mb),
            (cost.memory_mb, case.most_memory_mb),
        )
    )


def _tell(case: Case, cost: Cost) -> None:
    state = "ok" if is_within(case, cost) else "OVER BUDGET"
    parts = (
        (f"{cost.time_s:.1f} s of CPU time", case.longest_s),
        (f"{cost.memory_mb:.0f} MB of memory", case.most_memory_mb),
        (f"{cost.size_mb:.2f} MB", case.largest_mb),
    )
    told = ", ".join(text if budget is None else f"{text} (budget {budget:g})" for text, budget in parts)
    print(f"{case.name}: {told}: {state}", flush=True)


def _grown(across: str, sizes: Sequence[int], costs: Sequence[Cost]) -> bool:
    is_linear = True
    for what, values in (
        ("time", [cost.time_s for cost in costs]),
        ("memory", [cost.memory_mb for cost in costs]),
        ("size", [cost.size_mb for cost in costs]),
    ):
        growth = growth_of(sizes, values)
        is_linear = is_linear and growth.is_linear
        state = "linear" if growth.is_linear else "NOT LINEAR"
        print(
            f"{what} over {sizes[0]} to {sizes[-1]} {across}: exponent {growth.exponent:.2f},"
            f" a straight line misses no value by more than {growth.miss:.0%}: {state}"
        )
    return is_linear


def _tell_paints(folder: Path) -> None:
    pages = sorted(folder.glob("*.html"))
    try:
        paints_ms = first_paints_ms(pages)
    except NoBrowser as why:
        print(f"first paint: not measured: {why}")
        return
    for page, paint_ms in zip(pages, paints_ms, strict=True):
        state = "ok" if paint_ms <= 1e3 * LONGEST_PAINT_S else "over"
        told = f"{paint_ms:.0f} ms, the median of {LOADS} loads (budget {1e3 * LONGEST_PAINT_S:g})"
        print(f"first paint of {page.stem}: {told}: {state}", flush=True)


def _draw(path: Path, costs: dict[Case, Cost]) -> None:
    pages = {"one run": (1, POINTS, BY_POINTS), "comparison": (300, MACHINES, BY_MACHINES)}

    def lines(value: str) -> dict[str, list[tuple[float, float]]]:
        return {
            name: [
                (scale * size, getattr(costs[case], value)) for size, case in zip(sizes, cases, strict=True)
            ]
            for name, (scale, sizes, cases) in pages.items()
        }

    draw(
        path,
        "points of all runs, 20 launches each",
        {
            "CPU time in s": lines("time_s"),
            "memory in MB": lines("memory_mb"),
            "page in MB": lines("size_mb"),
        },
    )


def _describe(folder: Path) -> None:
    """Writes the run files of all cases."""
    sys.path[:0] = [str(_REPORTS), str(_REPORTS / "tests")]
    from counted_standard_run import counted_standard_run
    from described_run import write_run
    from growing_run import growing_run
    from large_run import large_run
    from quick_run import quick_run

    write_run(quick_run(), folder / "quick.json")
    write_run(counted_standard_run(), folder / "standard.json")
    write_run(large_run(windows=1), folder / "large.json")
    for points in POINTS:
        write_run(growing_run(points), folder / f"points-{points}.json")
    for number in range(MACHINES[-1]):
        name = f"machine-{number}"
        write_run(growing_run(300, alias=name, slower=1 + number / 10), folder / f"{name}.json")


if __name__ == "__main__":
    sys.exit(main())
