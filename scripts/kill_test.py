"""Does a killed launch, worker, child or runner cost at most the launch in flight, and leave nothing behind?

kill_test.py BENCH [--times 50] [--seed N]: kills at random moments with SIGKILL, looks for processes,
zombies, shared memory, message queues and files that are left, resumes, and prints a table; exit 1 when
anything is lost or left.
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
from typing import Any

from left_over import Watch, adopt_orphans, generation, message_queues, processes

# Both kinds of team, and every experiment that makes processes, descriptors or names of its own; no
# oversubscribed seconds.
POINTS = "^(waiting|pools|ipc)/|^contention/counter/(fetch_add_relaxed|sharded)/.*placement:spread$"
ROUNDS = 1  # besides calibrating, which launches each point as well
# Who waits for a partner that was killed does so until this, which is ten seconds and more otherwise.
TIME_LIMIT_S = 5
LONGEST_RUN_S = 1.5
# Where no victim lives in so many runs there is none.
MOST_RUNS = 5
NEVER_BEGAN = 4


@dataclass(frozen=True)
class Prey:
    """Who is killed: a generation below the runner, in points that have it. However few the kills are, they
    spread over `within_s`: else all would hit the points that are calibrated first."""

    name: str
    generation: int
    points: str
    within_s: float


# Workers that are processes have no children, and workers that have some are threads of the launch.
PREY = (
    Prey("launch", 1, POINTS, within_s=30),
    Prey("worker", 2, "^(pools|ipc)/.*team:processes", within_s=8),
    Prey("child of a worker", 2, "^pools/(creation|startup|worker_lost)/", within_s=2),
)


@dataclass(frozen=True)
class Killed:
    """One kill: who, and what was found wrong afterwards (nothing, when all is well)."""

    victim: str
    wrong: str | None


class Rig:
    """A folder for the runs and for what they may leave; this process adopts whoever survives."""

    def __init__(self, bench: Path, seed: int) -> None:
        adopt_orphans()
        self.folder = Path(tempfile.mkdtemp(prefix="latchmark-kill-"))
        temporary = self.folder / "tmp"
        temporary.mkdir()
        self.program = bench
        self.random = random.Random(seed)
        self.watch = Watch(temporary)
        self.runs = 0

    def start(self, points: str) -> tuple[subprocess.Popen[bytes], Path]:
        self.runs += 1
        out = self.folder / f"run{self.runs}"
        options = ["--filter", points, "--rounds", str(ROUNDS), "--out", str(out)]
        return self._spawn(["run", "quick", *options]), out

    def resume(self, out: Path) -> subprocess.Popen[bytes]:
        return self._spawn(["run", "--resume", str(out)])

    def _spawn(self, words: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self.program), *words, "--time-limit", str(TIME_LIMIT_S)],
            cwd=self.watch.folder,
            env=os.environ | {"TMPDIR": str(self.watch.folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait_a_moment(self, longest_s: float) -> None:
        time.sleep(self.random.uniform(0, longest_s))

    def left_over(self) -> str | None:
        """What a run that has ended left."""
        if wrong := self.watch.left_over():
            return wrong
        temporary = [path.name for path in self.folder.rglob("*.tmp")]
        return f"left beside the run file: {', '.join(temporary)}" if temporary else None


def whole_lines(journal: Path) -> list[bytes]:
    return journal.read_bytes().split(b"\n")[:-1] if journal.exists() else []


def wrong_in(run: dict[str, Any]) -> str | None:
    """A complete run has every measured point once in every round, and of the positive control answers or
    reasons: one that was killed is not tried again."""
    if not run["run"]["complete"]:
        return "the run file is not complete"
    control = run["counters"].get("control", [])
    if not control or any(one["result"] != "passed" and not one["why"] for one in control):
        return "the positive control has neither answers nor reasons"
    measured = [index for index, point in enumerate(run["points"]) if point["skip"] is None]
    made = Counter((launch["point"], launch["round"]) for launch in run["launches"])
    if made != Counter((point, round_) for point in measured for round_ in range(run["run"]["rounds"])):
        return "launches are missing or doubled"
    return None


def wrong_with(run: dict[str, Any], hits: int, code: int) -> str | None:
    """What is wrong with a run that went on while `hits` of its processes were killed."""
    failed = [launch for launch in run["launches"] if launch["status"] != "ok"]
    # A calibrating launch is tried again, so fewer may be on record; killed twice, a point keeps failing.
    if len(failed) > hits * run["run"]["rounds"]:
        return f"{len(failed)} failed launches for {hits} kills"
    if (code == 1) != bool(failed):
        return f"exit code {code} with {len(failed)} failed launches"
    if any(not launch["why"] for launch in failed):
        return "a failed launch without a reason"
    return None


def kill_below(rig: Rig, times: int, prey: Prey) -> list[Killed]:
    """Kills processes of a run that goes on; it must end with each of them on record."""
    results: list[Killed] = []
    for _ in range(MOST_RUNS):
        if len(results) >= times:
            break
        runner, out = rig.start(prey.points)
        hits = 0
        zombie = None
        while runner.poll() is None and len(results) + hits < times:
            rig.wait_a_moment(prey.within_s / times)
            table = processes()
            zombie = zombie or rig.watch.kept_zombie(table, time.monotonic())
            if victims := [pid for pid in generation(table, runner.pid, prey.generation) if table[pid].lives]:
                try:
                    os.kill(rig.random.choice(victims), signal.SIGKILL)
                    hits += 1
                except ProcessLookupError:
                    continue  # it has ended meanwhile
        code = runner.wait()
        wrong = zombie or rig.left_over()
        if (out / "run.json").exists():
            run = json.loads((out / "run.json").read_text())
            wrong = wrong or wrong_in(run) or wrong_with(run, hits, code)
        # Each attempt to measure the clock was killed: a run that says so has nothing to lose yet.
        elif not (code == NEVER_BEGAN and hits > 1 and not out.exists()):
            wrong = wrong or f"exit code {code} and no run file"
        results += [Killed(prey.name, wrong)] * hits
    return results


def kill_runner(rig: Rig, times: int) -> list[Killed]:
    """Kills the runner again and again, resuming in between, until the run is complete in spite of it."""
    results: list[Killed] = []
    while len(results) < times:
        runner, out = rig.start(POINTS)
        journal = out / "journal.jsonl"
        while len(results) < times:
            rig.wait_a_moment(LONGEST_RUN_S)
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
        if (out / "run.json").exists():
            run = json.loads((out / "run.json").read_text())
            if wrong := rig.left_over() or wrong_in(run):
                results.append(Killed("runner", wrong))
    return results


def never_found(results: list[Killed]) -> list[str]:
    """Whom no kill has hit: what they leave behind is then not known. One core has no teams of processes."""
    if len(os.sched_getaffinity(0)) == 1:
        return []
    hit = {killed.victim for killed in results}
    return [f"{prey.name}: none was found" for prey in PREY if prey.name not in hit]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("bench", type=Path)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    rig = Rig(options.bench.resolve(), options.seed)
    print(f"seed {options.seed}")
    if message_queues() is None:
        print("message queues are not looked at: /dev/mqueue is not mounted here, and may not be")
    each = (options.times + len(PREY)) // (len(PREY) + 1)
    results = [killed for prey in PREY for killed in kill_below(rig, each, prey)]
    results += kill_runner(rig, max(0, options.times - len(PREY) * each))
    print(f"{'killed':<18}{'times':>6}{'wrong':>6}")
    for victim in (*(prey.name for prey in PREY), "runner"):
        own = [result for result in results if result.victim == victim]
        print(f"{victim:<18}{len(own):>6}{sum(result.wrong is not None for result in own):>6}")
    wrong = sorted({f"{result.victim}: {result.wrong}" for result in results if result.wrong})
    wrong += never_found(results)
    print("\n".join(wrong) or "nothing lost but launches in flight, nothing left behind")
    if not wrong:
        shutil.rmtree(rig.folder)
    else:
        print(f"the runs are in {rig.folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
