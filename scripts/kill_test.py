"""Does a killed launch, worker or runner cost at most the launch in flight, and leave nothing behind?

kill_test.py BENCH [--times 50] [--seed N]: kills at random moments with SIGKILL, looks in /proc and /dev/shm
for what is left, resumes, and prints a table; exit 1 when anything was lost or is left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

# Both kinds of team, short windows, no oversubscribed seconds.
POINTS = "^contention/counter/(fetch_add_relaxed|sharded)/.*placement:spread$"
# Long enough for a busy machine to reap; a survivor stays for good.
PATIENCE_S = 5.0
NEVER_BEGAN = 4


@dataclass(frozen=True)
class Killed:
    """One kill: who, and what was found wrong afterwards (nothing, when all is well)."""

    victim: str
    wrong: str | None


def parents_of(program: Path) -> dict[int, int]:
    """The living processes of this program, each with its parent."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit() or Path(os.readlink(entry / "exe")) != program:
                continue
            # The name in brackets may hold anything; what follows does not.
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # gone meanwhile
            continue
        if state not in "ZX":
            found[int(entry.name)] = int(parent)
    return found


def below(runner: int, program: Path, depth: int) -> list[int]:
    """Launches (depth 1) or worker processes (depth 2) of a runner."""
    parents = parents_of(program)
    generation = [runner]
    for _ in range(depth):
        generation = [pid for pid, parent in parents.items() if parent in generation]
    return generation


def shared_memory() -> set[str]:
    return set(os.listdir("/dev/shm"))


class Rig:
    """A copy of the binary, so that its processes are told from everybody else's; a folder for its runs."""

    def __init__(self, bench: Path, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="latchmark-kill-"))
        self.program = self.folder / "latchmark-bench"
        shutil.copy2(bench, self.program)
        self.random = random.Random(seed)
        self.shared_before = shared_memory()
        self.runs = 0

    def start(self, rounds: int) -> tuple[subprocess.Popen[bytes], Path]:
        self.runs += 1
        out = self.folder / f"run{self.runs}"
        options = ["--filter", POINTS, "--rounds", str(rounds), "--out", str(out)]
        return self._spawn(["run", "quick", *options]), out

    def resume(self, out: Path) -> subprocess.Popen[bytes]:
        return self._spawn(["run", "--resume", str(out)])

    def _spawn(self, words: list[str]) -> subprocess.Popen[bytes]:
        command = [str(self.program), *words]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_a_moment(self, longest_s: float) -> None:
        time.sleep(self.random.uniform(0, longest_s))

    def left_over(self) -> str | None:
        """What a finished run has left, after some patience."""
        end = time.monotonic() + PATIENCE_S
        while (alive := parents_of(self.program)) and time.monotonic() < end:
            time.sleep(0.02)
        if alive:
            return f"{len(alive)} processes survive"
        if extra := shared_memory() - self.shared_before:
            return f"left in /dev/shm: {', '.join(sorted(extra))}"
        if temporary := [path.name for path in self.folder.rglob("*.tmp")]:
            return f"left beside the run file: {', '.join(temporary)}"
        return None


def whole_lines(journal: Path) -> list[bytes]:
    return journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []


def wrong_in(run_file: Path, rounds: int) -> str | None:
    """A complete run has every measured point once in every round."""
    run = json.loads(run_file.read_text())
    if not run["run"]["complete"]:
        return "the run file is not complete"
    measured = [index for index, point in enumerate(run["points"]) if point["skip"] is None]
    made = Counter((launch["point"], launch["round"]) for launch in run["launches"])
    if made != Counter((point, round_) for point in measured for round_ in range(rounds)):
        return "launches are missing or doubled"
    return None


def kill_below(rig: Rig, times: int, victim: str, depth: int) -> list[Killed]:
    """Kills launches or worker processes of a run that goes on; it must end with each of them on record."""
    results: list[Killed] = []
    while len(results) < times:
        rounds = 6
        runner, out = rig.start(rounds)
        hits = 0
        while runner.poll() is None and len(results) + hits < times:
            rig.wait_a_moment(0.3)
            if victims := below(runner.pid, rig.program, depth):
                os.kill(rig.random.choice(victims), signal.SIGKILL)
                hits += 1
        code = runner.wait()
        if code == NEVER_BEGAN and hits > 1 and not out.exists():
            # Each attempt to measure the clock was killed: a run that says so has nothing to lose yet.
            results += [Killed(victim, rig.left_over())] * hits
            continue
        wrong = rig.left_over() or wrong_in(out / "run.json", rounds)
        launches = json.loads((out / "run.json").read_text())["launches"]
        failed = [launch for launch in launches if launch["status"] != "ok"]
        # A calibrating launch is tried again, so fewer may be on record; killed twice, a point keeps failing.
        if wrong is None and len(failed) > hits * rounds:
            wrong = f"{len(failed)} failed launches for {hits} kills"
        if wrong is None and (code == 1) != bool(failed):
            wrong = f"exit code {code} with {len(failed)} failed launches"
        if wrong is None and any(not launch["why"] for launch in failed):
            wrong = "a failed launch without a reason"
        results += [Killed(victim, wrong)] * hits
    return results


def kill_runner(rig: Rig, times: int) -> list[Killed]:
    """Kills the runner again and again, resuming in between, until the run is complete in spite of it."""
    results: list[Killed] = []
    while len(results) < times:
        rounds = 4
        runner, out = rig.start(rounds)
        journal = out / "journal.jsonl"
        while len(results) < times:
            rig.wait_a_moment(1.5)
            before = whole_lines(journal)
            runner.kill()
            if runner.wait() != -signal.SIGKILL:
                break  # it was done before
            after = whole_lines(journal)
            lost = after[: len(before)] != before
            results.append(Killed("runner", "the journal has lost lines" if lost else rig.left_over()))
            if not after:
                break  # killed before it had begun: nothing to resume
            runner = rig.resume(out)
        runner.wait()
        if whole_lines(journal):
            rig.resume(out).wait()
        if (out / "run.json").exists() and (wrong := rig.left_over() or wrong_in(out / "run.json", rounds)):
            results.append(Killed("runner", wrong))
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    rig = Rig(options.bench.resolve(), options.seed)
    print(f"seed {options.seed}")
    each = (options.times + 2) // 3
    results = kill_below(rig, each, "launch", 1) + kill_below(rig, each, "worker process", 2)
    results += kill_runner(rig, options.times - 2 * each)
    print(f"{'killed':<16}{'times':>6}{'wrong':>6}")
    for victim in ("launch", "worker process", "runner"):
        own = [result for result in results if result.victim == victim]
        print(f"{victim:<16}{len(own):>6}{sum(result.wrong is not None for result in own):>6}")
    wrong = sorted({f"{result.victim}: {result.wrong}" for result in results if result.wrong})
    print("\n".join(wrong) or "nothing lost but launches in flight, nothing left behind")
    if not wrong:
        shutil.rmtree(rig.folder)
    else:
        print(f"the runs are in {rig.folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
