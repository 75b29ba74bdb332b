"""Does the pipe of `ipc/round_trip` agree with `perf bench sched pipe`? Prints their ratios with intervals.

Threads and processes, both ends on one CPU and on two; the two programs take turns and are pinned alike. perf
pins nobody, and without that it measures one CPU where two are allowed: its two ends are pinned from outside,
as soon as they are there. Exit 1 when they are more than 25 % apart; a machine without perf is no failure.
Run as `python3 scripts/cross_check_pipe.py BENCH [ROUNDS]`.
"""

from __future__ import annotations

import glob
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cross_check import LAUNCH_LIMIT_S, REQUEST, CannotCheck, agree, answer_of, command, compare

LARGEST_FACTOR = 1.25
# perf sends an int, which is the least that a pattern of ours could be told apart in.
PAYLOAD_B = 8
WINDOW_NS = 100_000_000
# The first milliseconds, in which the ends of perf are not pinned yet, are one per cent of this.
PERF_S = 0.5
FIRST_LOOPS = 5_000
# Debian's wrapper asks for the perf of the running kernel, but any will do for this.
PERFS = ("perf", "/usr/bin/perf_*", "/usr/lib/linux-tools*/perf", "/usr/lib/linux-tools/*/perf")
PER_OPERATION = re.compile(r"([\d.]+) usecs/op")


def ours(bench: Path, team: str, cpus: tuple[int, int]) -> Callable[[], float]:
    """Measures a round trip with a launch of our binary, which is calibrated here."""
    request: dict[str, Any] = REQUEST | {
        "experiment": "ipc/round_trip",
        "variant": "pipe",
        "team": team,
        "parameters": {"payload": PAYLOAD_B},
        "cpus": cpus,
        # A single window would also be counted, which perf's is not: counters slow down whoever is switched.
        "windows": 2,
        "window_ns": WINDOW_NS,
    }
    batch = answer_of(bench, request | {"kind": "calibrate", "windows": 4})["batch"]

    def round_trip_ns() -> float:
        metric = answer_of(bench, request | {"kind": "measure", "batch": batch})["metrics"][
            "time_per_operation"
        ]
        if "why" in metric:
            raise CannotCheck(f"{bench}: {metric['why']}")
        return float(metric["value"])

    return round_trip_ns


def ends_of(pid: int, team: str) -> list[int]:
    """The ends of perf's pipe, as far as they are there: its threads but the first, or it and its child."""
    try:
        if team == "threads":
            return sorted(int(task) for task in os.listdir(f"/proc/{pid}/task") if int(task) != pid)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]
    except OSError:  # it has ended
        return []


def pin_ends(perf: subprocess.Popen[str], team: str, cpus: tuple[int, int]) -> None:
    """Gives each end its CPU. Raises CannotCheck when perf ends before it has two."""
    while len(ends := ends_of(perf.pid, team)) < 2:
        if perf.poll() is not None:
            said = perf.communicate()[1].strip()
            raise CannotCheck(f"perf ended before its two ends could be pinned: {said or perf.returncode}")
        time.sleep(0.0005)
    for end, cpu in zip(ends, cpus, strict=True):
        os.sched_setaffinity(end, {cpu})


def perf_round_trip_ns(program: str, team: str, cpus: tuple[int, int], loops: int) -> float:
    """One run of perf. Raises CannotCheck."""
    words = ["taskset", "-c", f"{cpus[0]},{cpus[1]}", program, "bench", "sched", "pipe", "-l", str(loops)]
    with subprocess.Popen(
        [*words, *(["-T"] if team == "threads" else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as perf:
        if cpus[0] != cpus[1]:
            pin_ends(perf, team, cpus)
        printed, said = perf.communicate(timeout=LAUNCH_LIMIT_S)
    found = PER_OPERATION.search(printed)
    if found is None:
        raise CannotCheck(f"{program} bench sched pipe: {said.strip() or printed.strip()}")
    return 1e3 * float(found[1])


def perf(program: str, team: str, cpus: tuple[int, int]) -> Callable[[], float]:
    """Measures a round trip with perf, for as long as ends that were pinned a little late do not show."""
    loops = int(1e9 * PERF_S / perf_round_trip_ns(program, team, cpus, FIRST_LOOPS))
    return lambda: perf_round_trip_ns(program, team, cpus, loops)


def find_perf() -> str | None:
    """A perf that runs here: not every one does, whatever its name."""
    for pattern in PERFS:
        for program in [pattern] if "/" not in pattern else sorted(glob.glob(pattern)):
            words = [program, "bench", "sched", "pipe", "-l", "1"]
            try:
                done = subprocess.run(words, capture_output=True, text=True, timeout=10, check=False)
            except (OSError, subprocess.TimeoutExpired):
                continue
            if done.returncode == 0 and PER_OPERATION.search(done.stdout):
                return program
    return None


def places() -> Iterator[tuple[str, tuple[int, int]]]:
    """One CPU, and two where two are allowed."""
    allowed = sorted(os.sched_getaffinity(0))
    yield "one CPU", (allowed[0], allowed[0])
    if len(allowed) > 1:
        yield "two CPUs", (allowed[0], allowed[-1])


def check(bench: Path, rounds: int) -> int:
    """Prints the ratios. Raises CannotCheck."""
    program = find_perf()
    if program is None:
        print(
            "absent  pipe over perf bench sched pipe: no perf that runs here was found (Debian: linux-perf)"
        )
        return 0
    answers = [
        agree(
            f"pipe between {team} on {place} over {Path(program).name} bench sched pipe",
            compare(ours(bench, team, cpus), perf(program, team, cpus), rounds),
            LARGEST_FACTOR,
        )
        for place, cpus in places()
        for team in ("threads", "processes")
    ]
    return 0 if all(answers) else 1


def main(arguments: list[str]) -> int:
    """The command."""
    return command("cross_check_pipe", check, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
