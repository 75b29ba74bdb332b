"""Which folder would a fleet run leave behind? Hosts in every state, for tests of what reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from folder.stored_results import LAPTOP, put, stored_run

from latchmark.exporting.fleet import write_csv, write_manifest, write_status
from latchmark.loading.fleet import load_fleet, run_path
from latchmark.model.fleet import (
    HOSTS_FOLDER,
    JOURNAL_NAME,
    LOG_NAME,
    STATUS_NAME,
    Fleet,
    HostState,
    HostStatus,
    Package,
)

STARTED = "2026-11-22T08:00:00Z"


def status_of(host: str, state: HostState = HostState.UNREACHABLE, **other: Any) -> HostStatus:
    """A status; unless told otherwise of a host that could not be asked."""
    values: dict[str, Any] = {
        "reason": "",
        "exit_code": None,
        "utc": "2026-11-22T09:30:00Z",
        "architecture": None,
        "attempt": 1,
        "run_sha256": None,
    }
    return HostStatus(host, state, **(values | other))


def fleet_of(
    hosts: Mapping[str, HostStatus | None], started_utc: str = STARTED, preset: str = "quick"
) -> Fleet:
    """A fleet run of these hosts; None is one without a status."""
    return Fleet(
        id="0123456789ab",
        preset=preset,
        engine="ansible",
        started_utc=started_utc,
        options=("--rounds", "3"),
        packages=(Package("x86_64", "latchmark-0.1.0-x86_64.tar.gz", "ab" * 32),),
        hosts=tuple(status or status_of(host, HostState.NOT_COLLECTED) for host, status in hosts.items()),
        told_engine=("--inventory", "rack.yml"),
    )


def put_fleet(folder: Path, hosts: Mapping[str, HostStatus | None], **other: Any) -> Path:
    """Writes the manifest, and the statuses that are given."""
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, fleet_of(hosts, **other))
    for status in hosts.values():
        if status is not None:
            write_status(folder, status)
    return folder


def measured(
    folder: Path, host: str, document: dict[str, Any], state: HostState = HostState.OK
) -> HostStatus:
    """Puts the run file of a host into the folder of its fleet run; the status that goes with it."""
    path = put(document, run_path(folder, host))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    told = "" if state is HostState.OK else "3 launches failed their verify"
    code = 0 if state is HostState.OK else 1
    return status_of(host, state, reason=told, exit_code=code, architecture="x86_64", run_sha256=sha256)


def rack(folder: Path, amount: int, key: str = LAPTOP, started: str = "08:05") -> dict[str, HostStatus]:
    """So many measured hosts of one model: alias and hard key are the same."""
    found = {}
    for number in range(1, amount + 1):
        document = stored_run(f"{started}:{number % 60:02}", "xeon-2c-1s", key)
        document["run"]["id"] += f"-{number}"
        found[f"node{number}"] = measured(folder, f"node{number}", document)
    return found


def with_raw_reason(folder: Path, host: str, reason: str) -> None:
    """Changes the reason in a status that was written, as this suite would not write it."""
    path = folder / HOSTS_FOLDER / host / STATUS_NAME
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"reason": reason}), "utf-8")


def every_state(folder: Path) -> Path:
    """The folder of a fleet run in which each state occurs, with logs, a journal, pages and the table."""
    hosts: dict[str, HostStatus | None] = dict(rack(folder, 2))
    broken = stored_run("08:06:30", "xeon-2c-1s")
    broken["run"]["id"] += "-3"
    hosts["node3"] = measured(folder, "node3", broken, HostState.FAILED)
    hosts["node4"] = status_of(
        "node4",
        HostState.INCOMPLETE,
        reason="ended by signal 9 after 12 of 60 launches",
        exit_code=137,
        attempt=2,
    )
    hosts["node5"] = status_of("node5", reason="ssh: connect to host node5 port 22: No route to host")
    hosts["node6"] = status_of(
        "node6",
        HostState.INCOMPATIBLE,
        reason="its glibc is 2.28, the package needs 2.31",
        architecture="x86_64",
    )
    hosts["node7"] = None
    put_fleet(folder, hosts)
    for host in ("node1", "node4"):
        here = folder / HOSTS_FOLDER / host
        (here / JOURNAL_NAME).parent.mkdir(exist_ok=True)
        (here / LOG_NAME).write_text("a log\n", "utf-8")
    (folder / HOSTS_FOLDER / "node4" / JOURNAL_NAME).write_text(
        json.dumps({"schema": "latchmark.journal/1"}), "utf-8"
    )
    (folder / "engine.log").write_text("PLAY\n", "utf-8")
    write_csv(folder, load_fleet(folder))
    return folder
