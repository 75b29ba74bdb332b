"""Does a run complete where a machine or a container forbids things? Prints a line a restriction.

restricted.py BENCH [NAME...]: measures some points once under each restriction. Points that it concerns must
be skipped with a reason that names it, the others measured, and nothing left behind; exit 1 when not. What
cannot be restricted here is left out with the reason.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from left_over import Watch, adopt_orphans
from skips import EXPECTED_FILE, Skip, expected_of, is_expected

LIMIT_S = 300
# Enough for a runner, a launch with a thread or two of its own, and a team of two with a helper each.
TASKS = 12
NOBODY = "nobody"
QUEUES_MAX = "/proc/sys/fs/mqueue/queues_max"


class CannotRestrict(Exception):
    """Not by this user on this machine: why."""


@dataclass(frozen=True)
class Restriction:
    """The words of `before` go before the command. Skipped points must name the `cause`. Of each pattern in
    `concerned` some point must be skipped for it, and of `spared` some point must be measured."""

    name: str
    before: Callable[[], Sequence[str]]
    cause: str
    spared: str
    concerned: tuple[str, ...] = ()
    preset: str = "quick"
    points: str = "^(waiting|pools|ipc)/"


def words(*before: str) -> Callable[[], Sequence[str]]:
    """The same words on all machines."""
    return lambda: before


def in_namespace(kind: str, prepared_by: str, *then: str) -> Callable[[], Sequence[str]]:
    """In a namespace of its own, after a shell command there."""
    return words("unshare", kind, "--", "sh", "-ec", f'{prepared_by}; exec {" ".join(then)} "$0" "$@"')


def few_tasks() -> Sequence[str]:
    """The limit counts all tasks of a user, and root is exempt: hence somebody who has none, or few."""
    if os.getuid() != 0:
        raise CannotRestrict("needs root, to become a user without processes")
    user = pwd.getpwnam(NOBODY)
    there = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            there += len(os.listdir(entry / "task")) if entry.stat().st_uid == user.pw_uid else 0
        except OSError:  # gone meanwhile
            continue
    become = ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
    return (*become, "prlimit", f"--nproc={there + TASKS}")


def without(variant: str, *more: str) -> dict[str, Any]:
    """One round trip that is concerned, and one over pipes, which nothing here takes away."""
    concerned = f"^ipc/round_trip/{variant}/"
    points = "|".join([f"^ipc/round_trip/({variant}|pipe)/team:processes/.*spread$", *more])
    return {"concerned": (concerned, *more), "spared": "/pipe/", "preset": "standard", "points": points}


def refused(error: str, said: str) -> Restriction:
    """What containers do with a seccomp filter."""
    calls = ("io_uring_setup", "process_vm_readv", "perf_event_open")
    before = words(sys.executable, str(Path(__file__).with_name("deny.py")), error, *calls, "--")
    more = ("^ipc/round_trip/process_vm_readv/team:processes/", "^instrument/counters/read/")
    cause = f"{said}|the kernel refuses a software event"
    return Restriction(f"system calls that fail with {error}", before, cause, **without("io_uring", *more))


RESTRICTIONS = (
    Restriction(
        "64 descriptors",
        words("prlimit", "--nofile=64"),
        cause="Too many open files",
        spared="^waiting/handoff/",
    ),
    Restriction(
        "few tasks",
        few_tasks,
        cause="Resource temporarily unavailable",
        spared="^waiting/handoff/",
        concerned=("^pools/startup/",),
    ),
    Restriction(
        "1 MiB of /dev/shm",
        in_namespace("--mount", "mount -t tmpfs -o size=1m tmpfs /dev/shm"),
        cause="/dev/shm|No space left on device",
        spared="^ipc/round_trip/",
    ),
    Restriction(
        "no message queues",
        # Who may lift limits may make one all the same.
        in_namespace("--ipc", f"echo 0 >{QUEUES_MAX}", "setpriv", "--bounding-set=-sys_resource"),
        cause="mq_open.*No space left on device",
        **without("posix_mq"),
    ),
    Restriction(
        "no bytes for message queues",
        words("prlimit", "--msgqueue=0"),
        cause="mq_open.*Too many open files",
        **without("posix_mq"),
    ),
    Restriction(
        "no loopback", words("unshare", "--net", "--"), cause="Network is unreachable", **without("tcp")
    ),
    refused("EPERM", "Operation not permitted"),
    refused("ENOSYS", "Function not implemented"),
)


class Rig:
    """Folders that the restricted may write to, and a copy of the binary that everybody may run."""

    def __init__(self, bench: Path) -> None:
        adopt_orphans()
        self.folder = Path(tempfile.mkdtemp(prefix="latchmark-restricted-"))
        self.program = self.folder / bench.name
        shutil.copy2(bench, self.program)
        temporary = self.folder / "tmp"
        temporary.mkdir()
        for folder in (self.folder, temporary):
            folder.chmod(0o777)
        self.watch = Watch(temporary)

    def measure(self, restriction: Restriction, out: Path) -> subprocess.CompletedProcess[str]:
        """One round. Raises CannotRestrict when not even `true` can be run that way."""
        before = restriction.before()
        tried = subprocess.run([*before, "true"], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            raise CannotRestrict(tried.stderr.strip() or f"exit code {tried.returncode}")
        options = ["--filter", restriction.points, "--rounds", "1", "--out", str(out)]
        return subprocess.run(
            [*before, str(self.program), "run", restriction.preset, *options],
            cwd=self.watch.folder,
            env=os.environ | {"TMPDIR": str(self.watch.folder)},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )


def wrong_in(run: dict[str, Any], restriction: Restriction, expected: tuple[Skip, ...]) -> list[str]:
    """What a restricted run shows that it must not, and what it does not show."""
    skipped = {point["name"]: point["skip"] for point in run["points"] if point["skip"] is not None}
    measured = [point["name"] for point in run["points"] if point["skip"] is None]
    caused = [name for name, reason in skipped.items() if re.search(restriction.cause, reason)]
    wrong = [
        f"{name} is skipped for another reason: {reason}"
        for name, reason in skipped.items()
        if name not in caused and not is_expected(Skip("point", name, reason), expected)
    ]
    wrong += [
        f"{run['points'][launch['point']]['name']} {launch['status']}: {launch['why']}"
        for launch in run["launches"]
        if launch["status"] != "ok"
    ]
    wrong += [
        f"no point with {pattern} is skipped with a reason like {restriction.cause}"
        for pattern in restriction.concerned
        if not any(re.search(pattern, name) for name in caused)
    ]
    if not any(re.search(restriction.spared, name) for name in measured):
        wrong.append(f"no point with {restriction.spared} is measured")
    return wrong


def check(rig: Rig, restriction: Restriction, number: int) -> bool:
    """Prints what a restriction leads to."""
    out = rig.folder / f"run{number}"
    try:
        done = rig.measure(restriction, out)
    except CannotRestrict as why:
        print(f"absent  {restriction.name}: {why}", flush=True)
        return True
    left = rig.watch.left_over()
    wrong = [left] if left else []
    if done.returncode != 0:
        wrong.append(f"exit code {done.returncode}: {done.stderr.strip()[-500:]}")
    if (out / "run.json").exists():
        run = json.loads((out / "run.json").read_text("utf-8"))
        wrong += wrong_in(run, restriction, expected_of(EXPECTED_FILE.read_text("utf-8")))
        skipped = sum(point["skip"] is not None for point in run["points"])
        told = f"{len(run['points']) - skipped} points measured, {skipped} skipped"
    else:
        told = "no run file"
    print(f"{'NO' if wrong else 'ok':<7} {restriction.name}: {told}", *wrong, sep="\n        ", flush=True)
    return not wrong


def main(arguments: list[str]) -> int:
    """1 when a restriction was not endured, 2 for wrong usage."""
    chosen = [one for one in RESTRICTIONS if not arguments[1:] or one.name in arguments[1:]]
    if not arguments or len(chosen) < len(arguments[1:]):
        names = ", ".join(one.name for one in RESTRICTIONS)
        print(f"usage: python3 scripts/restricted.py BENCH [NAME...], of: {names}", file=sys.stderr)
        return 2
    rig = Rig(Path(arguments[0]).resolve())
    try:
        answers = [check(rig, restriction, number) for number, restriction in enumerate(chosen)]
    finally:
        shutil.rmtree(rig.folder)
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
