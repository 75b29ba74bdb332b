"""Which files of a fleet run are there to be linked? Its pages, and of each host run, log and journal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from latchmark.loading.fleet import run_path
from latchmark.model.fleet import HOSTS_FOLDER, JOURNAL_NAME, LOG_NAME, TABLE_NAME, Fleet, HostStatus
from latchmark.pages.folder_rows import FleetRow, HostRow, Located, RunRow


@dataclass(frozen=True, slots=True)
class Start:
    """The folder from which links lead."""

    folder: Path

    def to(self, path: Path) -> Located:
        """The file as the page addresses it."""
        return Located(os.path.relpath(path, self.folder))

    def to_any(self, path: Path) -> Located | None:
        """The file, where it is one."""
        return self.to(path) if path.is_file() else None

    def to_report(self, path: Path) -> Located | None:
        """The page beside a file, where there is one."""
        return self.to_any(path.with_name("report.html"))


def hosts_of(fleets: Mapping[Path, Fleet]) -> Mapping[Path, str]:
    """The host of each place at which a fleet run keeps the run file of one."""
    return {
        run_path(folder, status.host): status.host
        for folder, fleet in fleets.items()
        for status in fleet.hosts
    }


def fleet_row(
    start: Start, folder: Path, fleet: Fleet, runs: Mapping[str, RunRow], indexed: Path
) -> FleetRow:
    """The row of a fleet run; `runs` by their paths from the page."""
    return FleetRow(
        folder=start.to(folder),
        fleet=fleet,
        hosts=tuple(_host_row(start, folder, status, runs) for status in fleet.hosts),
        index=start.to_any(folder / "index.html"),
        comparison=start.to_any(folder / "comparison.html"),
        table=start.to_any(folder / TABLE_NAME),
        log=start.to_any(folder / "engine.log"),
        is_here=folder == indexed,
    )


def _host_row(start: Start, folder: Path, status: HostStatus, runs: Mapping[str, RunRow]) -> HostRow:
    here = folder / HOSTS_FOLDER / status.host
    run = runs.get(start.to(run_path(folder, status.host)).path)
    return HostRow(
        status=status,
        run=run,
        log=start.to_any(here / LOG_NAME),
        journal=None if run else start.to_any(here / JOURNAL_NAME),
        doubt=_doubt(status, run),
    )


def _doubt(status: HostStatus, run: RunRow | None) -> str:
    """A status speaks for the file that was collected, and for no other."""
    if status.run_sha256 is None:
        return ""
    if run is None:
        return "its run file is not there any more, or cannot be read"
    return "" if run.sha256 == status.run_sha256 else "its run file is not the one that was collected"
