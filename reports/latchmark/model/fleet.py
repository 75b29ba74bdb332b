"""What became of a preset on many machines? A manifest, and one status per host.

A host that is silent is not one that agrees, so it has a status as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

# A host's name is a folder of its own: no slash, no leading dot or dash, short enough for every file system.
HOST_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}", re.ASCII)

# Where things lie in a folder of a fleet run.
MANIFEST_NAME: Final = "fleet.json"
HOSTS_FOLDER: Final = "hosts"  # hosts/NAME/{status.json, run/, log.txt}
STATUS_NAME: Final = "status.json"
RUN_NAME: Final = "run/run.json"
JOURNAL_NAME: Final = "run/journal.jsonl"  # of a run that did not end
LOG_NAME: Final = "log.txt"
TABLE_NAME: Final = "status.csv"

# Names in the line of coverage for one state: a rack that is switched off must not fill a page.
MOST_NAMES: Final = 8


class HostState(Enum):
    """What the files of a host say, never what the engine's return code says."""

    OK = "ok"  # a complete run file, every launch ok or skipped with a reason
    FAILED = "failed"  # a complete run file in which a launch failed its verify, crashed or timed out
    INCOMPLETE = "incomplete"  # it began and did not end, or could not begin: what there is is kept
    UNREACHABLE = "unreachable"  # the engine could not talk to it
    INCOMPATIBLE = "incompatible"  # no package for it, a libc too old, or files that are none of this suite
    NOT_COLLECTED = "not collected"  # started, and nobody has asked since


@dataclass(frozen=True, slots=True)
class HostStatus:
    """One host: `host` is its name in the inventory; `reason` is one line (untrusted), empty where it is
    ok."""

    host: str
    state: HostState
    reason: str
    exit_code: int | None  # of the run on the target; None where it has not ended
    utc: str  # when this was found out
    architecture: str | None  # as `uname -m` says
    attempt: int  # 1 for the first run, 2 after one resume
    run_sha256: str | None  # of run/run.json; None where there is none

    @property
    def has_measured(self) -> bool:
        """Whether there is a complete run of it."""
        return self.state in (HostState.OK, HostState.FAILED)


@dataclass(frozen=True, slots=True)
class Package:
    """What was staged for one architecture."""

    architecture: str
    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Fleet:
    """One preset on many machines: the manifest `fleet.json` and the statuses, hosts in the manifest's
    order."""

    id: str
    preset: str
    engine: str  # "ansible" or "slurm"
    started_utc: str
    options: tuple[str, ...]  # of the run on each target, such as --rounds 3
    packages: tuple[Package, ...]
    hosts: tuple[HostStatus, ...]
    told_engine: tuple[str, ...]  # what collect must say to the engine again: inventory, limit, partition

    @property
    def exit_code(self) -> int:
        """As the README's table: 4 nothing was measured, 1 a run failed, 3 a host is missing or incomplete, 0
        all is well."""
        states = {host.state for host in self.hosts}
        if not any(host.run_sha256 for host in self.hosts):
            return 4
        if HostState.FAILED in states:
            return 1
        return 0 if states == {HostState.OK} else 3

    @property
    def with_runs(self) -> tuple[HostStatus, ...]:
        """Hosts with a complete run."""
        return tuple(host for host in self.hosts if host.has_measured)

    @property
    def without_runs(self) -> tuple[HostStatus, ...]:
        """The other hosts."""
        return tuple(host for host in self.hosts if not host.has_measured)

    @property
    def measured(self) -> int:
        """How many hosts have a complete run."""
        return len(self.with_runs)

    @property
    def coverage(self) -> str:
        """`3 of 4 machines; node7 unreachable`: the missing hosts, state by state."""
        missing: dict[HostState, list[str]] = {}
        for host in self.without_runs:
            missing.setdefault(host.state, []).append(host.host)
        noun = "machine" if len(self.hosts) == 1 else "machines"
        told = [f"{_names(hosts)} {state.value}" for state, hosts in missing.items()]
        return "; ".join([f"{self.measured} of {len(self.hosts)} {noun}", *told])


def _names(hosts: list[str]) -> str:
    """`a`, `a and b`, `a, b and 12 others`."""
    shown = hosts if len(hosts) <= MOST_NAMES else hosts[: MOST_NAMES - 1]
    rest = [f"{len(hosts) - len(shown)} others"] if len(shown) < len(hosts) else []
    *first, last = [*shown, *rest]
    return f"{', '.join(first)} and {last}" if first else last
