"""What did a run leave behind? Processes, zombies, shared memory, queues and files.

For scripts that kill runs or restrict them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# Long enough for a busy machine to end and reap; a survivor stays for good.
PATIENCE_S = 5.0
PR_SET_CHILD_SUBREAPER = 36
# `/dev/mqueue` is mounted on few machines, but whoever may mount at all may mount it for a moment.
LIST_QUEUES = 'mount -t mqueue mqueue "$0" && ls -A "$0"'
ENDED = "ZX"


@dataclass(frozen=True)
class Process:
    """A line of the process table. `began` tells two processes of one id apart."""

    parent: int
    state: str
    began: str

    @property
    def lives(self) -> bool:
        return self.state not in ENDED


def process_of(stat: str) -> Process:
    """What `/proc/PID/stat` says."""
    # The name in brackets may hold anything; what follows does not.
    fields = stat.rpartition(")")[2].split()
    return Process(parent=int(fields[1]), state=fields[0], began=fields[19])


def processes() -> dict[int, Process]:
    """All processes of this machine, by id."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = process_of((entry / "stat").read_text("utf-8", "replace"))
            except OSError:  # gone meanwhile
                continue
    return found


def generation(table: Mapping[int, Process], ancestor: int, depth: int) -> list[int]:
    """Children of a process (depth 1), their children (2), and so on; zombies too."""
    found = [ancestor]
    for _ in range(depth):
        parents = set(found)
        found = [pid for pid, process in table.items() if process.parent in parents]
    return found


def descendants(table: Mapping[int, Process], ancestor: int) -> list[int]:
    """All generations below a process."""
    found: list[int] = []
    young = generation(table, ancestor, 1)
    while young:
        found += young
        young = [pid for pid, process in table.items() if process.parent in young]
    return found


def adopt_orphans() -> None:
    """Whoever loses its parent below this process becomes its child: nobody hides by outliving a runner."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def reap_orphans(but: int = 0) -> None:
    """Waits for adopted children that have ended, as init would; `but` is waited for by somebody else."""
    for pid, process in processes().items():
        if process.parent == os.getpid() and process.state == "Z" and pid != but:
            os.waitpid(pid, 0)


def message_queues() -> set[str] | None:
    """Names of the POSIX message queues, or None where nobody lets us look."""
    if os.path.ismount("/dev/mqueue"):
        return set(os.listdir("/dev/mqueue"))
    with tempfile.TemporaryDirectory() as folder:
        command = ["unshare", "--mount", "sh", "-c", LIST_QUEUES, folder]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return None
    return set(done.stdout.split()) if done.returncode == 0 else None


def kernel_objects() -> dict[str, set[str]]:
    """What has a name and no process: it stays until somebody removes it."""
    found = {"/dev/shm": set(os.listdir("/dev/shm"))}
    for kind in ("shm", "msg", "sem"):
        table = Path("/proc/sysvipc") / kind
        if table.exists():
            found[f"System V {kind}"] = {
                " ".join(line.split()[:2]) for line in table.read_text().splitlines()
            }
    queues = message_queues()
    return found if queues is None else found | {"POSIX message queues": queues}


class Watch:
    """Remembers what there was; says what there is more once a run has ended. `folder` was empty: a run got
    it as its TMPDIR and as the folder that it works in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = kernel_objects()
        self.zombies: dict[tuple[int, str], float] = {}

    def kept_zombie(self, table: Mapping[int, Process], now_s: float) -> str | None:
        """Whether some process below us has not waited for its child for long. To be asked now and then."""
        seen = {
            (pid, table[pid].began)
            for pid in descendants(table, os.getpid())
            if not table[pid].lives and table[pid].parent != os.getpid()
        }
        self.zombies = {zombie: self.zombies.get(zombie, now_s) for zombie in seen}
        oldest = max((now_s - since for since in self.zombies.values()), default=0.0)
        return f"a zombie was not waited for in {oldest:.0f} s" if oldest > PATIENCE_S else None

    def left_over(self) -> str | None:
        """What a run that has ended left, after some patience; None when nothing."""
        end = time.monotonic() + PATIENCE_S
        while True:
            reap_orphans()
            alive = descendants(processes(), os.getpid())
            if not alive or time.monotonic() > end:
                break
            time.sleep(0.02)
        if alive:
            for pid in alive:  # told once, and out of the way of the next run
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return f"{len(alive)} processes survive"
        for place, names in kernel_objects().items():
            if extra := names - self.before.get(place, names):
                return f"left in {place}: {', '.join(sorted(extra))}"
        if files := sorted(path.name for path in self.folder.iterdir()):
            return f"left in the temporary folder: {', '.join(files)}"
        return None
