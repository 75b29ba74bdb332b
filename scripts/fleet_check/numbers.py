"""How many tasks were started on a played host, and on no other, between two moments of a run?

Its process namespace numbers them one by one. So this is exact also where others start programs on the
machine, of all of which the stamps of launches speak.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fleet_check.controller import journal_lines
from fleet_check.hosts import Host
from fleet_check.isolation import CannotCheck

# Answers without starting anything. A shell would read byte by byte, and the kernel gives the first one only.
ANSWERING = """
import sys
for _ in sys.stdin:
    print(open("/proc/sys/kernel/ns_last_pid").read().strip(), flush=True)
"""
LOOKS_EACH_S = 0.02
# Lines of the journal: the plan, the control and the calibrations come first, and the engine's last words
# with them; the end is the engine's again.
FROM_LINE, TO_LINE = 25, 75


@dataclass(frozen=True)
class Stretch:
    """A stretch of a run by lines of its journal, which are launches, and the tasks meanwhile."""

    launches: int
    tasks: int

    @property
    def tasks_a_launch(self) -> float:
        return self.tasks / self.launches


class Numbers:
    """A program on a host that is asked for the last number. It is there for as long as the host is."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self._program = subprocess.Popen(
            [*host.inside, "/usr/bin/python3", "-c", ANSWERING],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )

    def last(self) -> int:
        if self._program.stdin is None or self._program.stdout is None:
            raise CannotCheck("the played host does not answer")
        self._program.stdin.write("\n")
        answer = self._program.stdout.readline().strip()
        if not answer:
            raise CannotCheck("this kernel does not tell the last number of a process namespace")
        return int(answer)

    @contextmanager
    def watching(self, found: list[Stretch]) -> Iterator[None]:
        """Adds the middle of the run that goes on meanwhile."""
        enough = threading.Event()
        seen: list[tuple[int, int]] = []

        def watch() -> None:
            for wanted in (FROM_LINE, TO_LINE):
                while (lines := journal_lines(self.host)) < wanted:
                    if enough.wait(LOOKS_EACH_S):
                        return
                seen.append((lines, self.last()))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            enough.set()
            watcher.join()
        if len(seen) < 2:
            raise CannotCheck("the run was over before its middle was seen")
        (from_line, from_task), (to_line, to_task) = seen
        found.append(Stretch(to_line - from_line, to_task - from_task))
