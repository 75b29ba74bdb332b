"""Does the gate keep its promises on this machine? Runs many gates and prints how they ended.

gate_live.py BENCH aa        identical code: no gate may fail; prints a histogram of exit codes
gate_live.py BENCH bursts    identical code while stress-ng runs beside the head's launches only, or in
                             bursts beside both: again none may fail
gate_live.py BENCH injected  20 % more operations on the head side: at least 19 of 20 gates must say so
gate_live.py BENCH slower --heads DIR  real slow-downs (what structural.py leaves): each must be named
gate_live.py BENCH whole     the whole preset: how long a gate takes, stage by stage

Exit 1 when a promise is broken. What the hypervisor took is printed with every figure: a gate on a noisy
machine may say that it sees nothing (3), but never guess.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))

from latchmark.errors import LatchmarkError
from latchmark.loading.verdicts import load_verdict
from latchmark.verdict import Verdict, Word

ROOT = Path(__file__).resolve().parents[1]

# With the two negative controls four points: uncontended and contended.
SMALL = "^contention/locks/mutex/workers:1/|^false_sharing/counters/packed/workers:2/"
UNCONTENDED = "contention/locks/mutex/workers:1/placement:spread"
INJECTED = f"{UNCONTENDED}=+20%"
LEAST_FOUND = 19 / 20
LEAST_GREEN = 0.8
# Judgement: below this the hypervisor is quiet enough for a green answer to be owed.
QUIET_STEAL = 0.01
# As long as a launch of the preset takes, so that a burst beside one side has ended when the other begins.
BURST_S = 0.06
# For whoever measures now.
WAIT_S = 10
BURST = ["stress-ng", "--quiet", "--cpu", "0"]


@dataclass(frozen=True)
class Ended:
    """One gate: its exit code, its verdict where it wrote one, minutes, and the share of CPU time stolen."""

    code: int
    verdict: Verdict | None
    minutes: float
    steal: float
    said: str


def steal_ticks() -> tuple[int, int]:
    """Ticks stolen from this machine since boot, and all ticks."""
    fields = [int(word) for word in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return fields[7], sum(fields)


def gate(base: Path, head: Path, *arguments: str) -> Ended:
    """Runs one gate in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "gate"
        command = [
            *(sys.executable, "-m", "latchmark", "gate", "ab", "--out", str(out), "--runner", str(base)),
            *("--base", str(base), "--head", str(head), *arguments),
        ]
        before, began = steal_ticks(), time.monotonic()
        done = subprocess.run(
            command, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "reports")}, cwd=ROOT,
        )  # fmt: skip
        minutes, after = (time.monotonic() - began) / 60, steal_ticks()
        try:
            verdict = load_verdict(out / "verdict.json")
        except LatchmarkError:
            verdict = None
        stolen = (after[0] - before[0]) / max(1, after[1] - before[1])
        return Ended(done.returncode, verdict, minutes, stolen, f"{done.stdout}{done.stderr}")


def told(number: int, one: Ended) -> str:
    """A line about one gate."""
    what = one.verdict.sentence if one.verdict else one.said.strip().splitlines()[-1:]
    return f"{number:3}  exit {one.code}  {one.minutes:.2f} min  steal {one.steal:.1%}  {what}"


def is_refused(one: Ended) -> bool:
    """Whether somebody else was measuring on this host."""
    return one.code == 4 and "another latchmark is measuring" in one.said


def gates(count: int, base: Path, head: Path, *arguments: str) -> Iterator[Ended]:
    """So many gates one after the other, each told as it ends."""
    for number in range(1, count + 1):
        while is_refused(one := gate(base, head, *arguments)):
            time.sleep(WAIT_S)
        print(told(number, one), flush=True)
        yield one


def histogram(ended: Sequence[Ended]) -> str:
    """How often each exit code came, and the share of rounds that were void."""
    codes = Counter(one.code for one in ended)
    rounds = sum(stage.rounds for one in ended if one.verdict for stage in one.verdict.stages)
    voided = sum(stage.voided for one in ended if one.verdict for stage in one.verdict.stages)
    bars = [f"  exit {code}: {count:3} {'#' * count}" for code, count in sorted(codes.items())]
    minutes = statistics.median(one.minutes for one in ended)
    return "\n".join(
        [*bars, f"  {voided} of {rounds} rounds void; {minutes:.2f} min a gate (median); "
         f"steal {statistics.mean(one.steal for one in ended):.1%}"]
    )  # fmt: skip


def aa(options: argparse.Namespace) -> bool:
    """Identical code: none fails, and where it is quiet most are green."""
    ended = list(gates(options.gates or 60, options.bench, options.bench, "--filter", SMALL))
    print(histogram(ended))
    quiet = [one for one in ended if one.steal < QUIET_STEAL]
    green = sum(one.code == 0 for one in quiet)
    print(f"  quiet gates (steal below {QUIET_STEAL:.0%}): {green} of {len(quiet)} exit 0")
    if not quiet:
        print("  whether a quiet machine gets its green answer was not shown")
    return all(one.code in (0, 3) for one in ended) and green >= LEAST_GREEN * len(quiet)


@contextmanager
def bursts_beside_both() -> Iterator[None]:
    """All CPUs are busy for two seconds of every five."""
    is_over = threading.Event()

    def burst() -> None:
        while not is_over.wait(3):
            subprocess.run([*BURST, "--timeout", "2s"], check=False)

    worker = threading.Thread(target=burst)
    worker.start()
    try:
        yield
    finally:
        is_over.set()
        worker.join()


def with_bursts(bench: Path, folder: Path) -> Path:
    """A program that is `bench`, except that every other launch of it has company on all CPUs."""
    program = folder / "head"
    program.write_text(
        "#!/bin/sh\n"
        # Not by the process's number: a launch takes several, and its parity may never change.
        'if [ "${1:-}" = launch ] && [ $(($(od -An -N1 -tu1 /dev/urandom) % 2)) = 0 ]; then\n'
        f"    timeout {BURST_S} {' '.join(BURST)} >/dev/null 2>&1 3>&- &\nfi\n"
        f'exec "{bench}" "$@"\n',
        "utf-8",
    )
    program.chmod(0o755)
    return program


def bursts(options: argparse.Namespace) -> bool:
    """Identical code under load: none fails, whichever side has the load beside it."""
    count = options.gates or 10
    with tempfile.TemporaryDirectory() as folder:
        head = with_bursts(options.bench, Path(folder))
        print("bursts beside the launches of one side")
        one_sided = list(gates(count, options.bench, head, "--filter", SMALL))
    print(histogram(one_sided))
    print("bursts beside both sides")
    with bursts_beside_both():
        both = list(gates(count, options.bench, options.bench, "--filter", SMALL))
    print(histogram(both))
    return all(one.code in (0, 3) for one in (*one_sided, *both))


def injected(options: argparse.Namespace) -> bool:
    """A slowdown of known size is found."""
    count = options.gates or 20
    ended = list(gates(count, options.bench, options.bench, "--filter", SMALL, "--inject", INJECTED))
    print(histogram(ended))
    found = sum(
        one.code == 1 and any(point.point == UNCONTENDED for point in one.verdict.of(Word.REGRESSED))
        for one in ended
        if one.verdict
    )
    print(f"  {INJECTED}: REGRESSED in {found} of {count}")
    return found >= LEAST_FOUND * count


def slower(options: argparse.Namespace) -> bool:
    """A head binary that really is slower is found, and the points are named."""
    folders = sorted(path.parent for path in options.heads.glob("*/latchmark-bench"))
    if not folders:
        print(f"  no head in {options.heads}: structural.py --out makes them")
    is_kept = bool(folders)
    for folder in folders:
        wanted = (folder / "points").read_text("utf-8").strip()
        (one,) = gates(1, options.bench, folder / "latchmark-bench", "--filter", wanted)
        named = one.verdict.of(Word.REGRESSED) if one.verdict else ()
        for gated in named:
            print(f"     {gated.word} {gated.point}: {gated.because}")
        is_found = one.code == 1 and any(re.search(wanted, gated.point) for gated in named)
        print(f"  {folder.name}: {'found' if is_found else 'NOT FOUND'}")
        is_kept = is_kept and is_found
    return is_kept


def whole(options: argparse.Namespace) -> bool:
    """How long the preset takes: told, and judged by nobody."""
    ended = list(gates(options.gates or 3, options.bench, options.bench))
    print(histogram(ended))
    for one in ended:
        if one.verdict is None:
            continue
        stages = (
            f"{stage.kind} {stage.points} points, {stage.rounds} rounds: {stage.duration_s:.0f} s"
            for stage in one.verdict.stages
        )
        print("  " + "; ".join(stages))
    return all(one.code in (0, 3) for one in ended)


PROMISES = {"aa": aa, "bursts": bursts, "injected": injected, "slower": slower, "whole": whole}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", type=lambda text: Path(text).resolve())
    parser.add_argument("promise", choices=PROMISES)
    parser.add_argument("--gates", type=int, help="how many")
    parser.add_argument("--heads", type=lambda text: Path(text).resolve(), help="for `slower`")
    options = parser.parse_args(arguments)
    if options.promise == "slower" and options.heads is None:
        parser.error("slower needs --heads DIR")
    is_kept = PROMISES[options.promise](options)
    print(f"{options.promise}: {'kept' if is_kept else 'BROKEN'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
