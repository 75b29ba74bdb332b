"""Does `contention/core_to_core` agree with an independent ping-pong? Prints their ratio with its interval.

The two take turns, round by round, on the same two CPUs; each is a fresh process on eight fresh pages. Exit 1
when they are more than 15 % apart. Run as `python3 scripts/cross_check.py BENCH [ROUNDS]`; $CXX compiles the
other one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "reports"))

from latchmark.model import Unavailable  # noqa: E402
from latchmark.statistics import Ratio, paired_ratio  # noqa: E402
from latchmark.wording import between, number  # noqa: E402

SOURCE = ROOT / "benchmarks/contention/core_to_core/independent_ping_pong.cpp"
ROUNDS = 10
LARGEST_FACTOR = 1.15
LAUNCH_LIMIT_S = 60
# The windows are about as long as what the other one times on a page.
REQUEST: dict[str, Any] = {
    "protocol": 1,
    "experiment": "contention/core_to_core",
    "variant": "store_load",
    "team": "threads",
    "workers": 2,
    "parameters": {},
    "purpose": "throughput",
    "batch": 1,
    "windows": 1,
    "window_ns": 4_000_000,
    "warm_up_ns": 1_000_000,
    "chain_step_ns": 1.0,
    "seed": 0,
    "roles": [],
}


class CannotCheck(Exception):
    """One of the two could not be measured: what it said."""


def answer_of(bench: Path, request: dict[str, Any]) -> dict[str, Any]:
    """What a launch answers, on descriptor 3. Raises CannotCheck."""
    command = ["sh", "-c", 'exec "$0" launch 3>&1 >/dev/null', str(bench)]
    done = subprocess.run(
        command,
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=LAUNCH_LIMIT_S,
        check=False,
    )
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise CannotCheck(f"{bench} answered nothing: {done.stderr.strip()}") from error
    if answer["status"] != "ok":
        raise CannotCheck(f"{bench}: {answer['why']}")
    return answer


def ours(bench: Path, cpus: tuple[int, int]) -> Callable[[], float]:
    """Measures one way with a launch of our binary, which is calibrated here."""
    request = REQUEST | {"cpus": cpus}
    calibrated = answer_of(bench, request | {"kind": "calibrate", "windows": 4})["batch"]
    visit = {"kind": "measure", "batch": calibrated, "pairs": [cpus], "pages": 8}

    def one_way_ns() -> float:
        metric = answer_of(bench, request | visit)["metrics"]["one_way"]
        if "why" in metric:
            raise CannotCheck(f"{bench}: {metric['why']}")
        return float(metric["value"])

    return one_way_ns


def independent(program: Path, cpus: tuple[int, int]) -> Callable[[], float]:
    """Measures one way with the other program."""

    def one_way_ns() -> float:
        command = [str(program), *map(str, cpus)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LAUNCH_LIMIT_S, check=False)
        if done.returncode != 0:
            raise CannotCheck(f"{program.name}: {done.stderr.strip() or done.returncode}")
        return float(done.stdout)

    return one_way_ns


def compare(first: Callable[[], float], second: Callable[[], float], rounds: int) -> Ratio | Unavailable:
    """`first` over `second`, paired by round; who begins changes from round to round."""
    values: tuple[dict[int, float], dict[int, float]] = ({}, {})
    for i in range(rounds):
        for which in (0, 1) if i % 2 == 0 else (1, 0):
            values[which][i] = (first, second)[which]()
    return paired_ratio(*values)


def is_within(ratio: Ratio, factor: float) -> bool:
    """Whether the two agree."""
    return 1 / factor <= ratio.value <= factor


def agree(name: str, ratio: Ratio | Unavailable, factor: float) -> bool:
    """Prints what a comparison says. Raises CannotCheck when it says nothing."""
    if isinstance(ratio, Unavailable):
        raise CannotCheck(ratio.reason)
    answer = "ok" if is_within(ratio, factor) else "NO"
    print(
        f"{answer:<7} {name}: {number(ratio.value)}× {between(ratio.interval)} in {ratio.n} rounds,"
        f" expected: within {factor - 1:.0%}",
        flush=True,
    )
    return answer == "ok"


def check(bench: Path, rounds: int) -> int:
    """Prints the ratio. Raises CannotCheck."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise CannotCheck("needs two CPUs; one is allowed")
    cpus = (allowed[0], allowed[-1])
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / SOURCE.stem
        compiler = os.environ.get("CXX", "c++")
        command = [compiler, "-std=c++20", "-O2", "-pthread", str(SOURCE), "-o", str(program)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotCheck(f"cannot compile {SOURCE.name}: {done.stderr.strip()}")
        ratio = compare(ours(bench, cpus), independent(program, cpus), rounds)
    return 0 if agree("core_to_core over an independent ping-pong", ratio, LARGEST_FACTOR) else 1


def command(name: str, check: Callable[[Path, int], int], arguments: list[str]) -> int:
    """Runs a check: 1 when two disagree, 2 for wrong usage, 4 when one of them cannot be measured."""
    rounds = arguments[1:] or [str(ROUNDS)]
    if not arguments or len(rounds) != 1 or not (rounds[0].isdecimal() and int(rounds[0]) > 0):
        print(f"usage: python3 scripts/{name}.py BENCH [ROUNDS]", file=sys.stderr)
        return 2
    try:
        return check(Path(arguments[0]).resolve(), int(rounds[0]))
    except (CannotCheck, OSError, subprocess.TimeoutExpired) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 4


def main(arguments: list[str]) -> int:
    """The command."""
    return command("cross_check", check, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
