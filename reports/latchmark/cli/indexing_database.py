"""How does a folder become a database? Its rows as the page has them, and the points of each run once."""

from __future__ import annotations

import os
from pathlib import Path

from latchmark.database import StoredFleet, StoredRun, StoredValue, make_database, values_of
from latchmark.loading import load
from latchmark.pages.folder_rows import Folder, Located, RunRow

DATABASE_NAME = "index.sqlite"


def index_database(folder: Path, found: Folder, page: Path) -> Path | None:
    """Makes DIR/index.sqlite of what was found for `page`, from whose folder its paths lead. Returns where a
    file of somebody else's was kept, None where there was none. Raises CannotWrite, InvalidRunFile."""
    here, start = folder.resolve(), page.parent.resolve()

    def path_of(file: Located) -> str:
        path = os.path.relpath(start / file.path, here)
        # A byte that is no UTF-8 cannot be stored as text.
        return path.encode("utf-8", "backslashreplace").decode("utf-8")

    files = {path_of(row.file): start / row.file.path for row in found.runs}

    def values(run: StoredRun) -> tuple[StoredValue, ...]:
        return values_of(load(files[run.path]))

    fleets = tuple(
        StoredFleet(
            path_of(row.folder),
            row.fleet,
            tuple(path_of(host.run.file) if host.run is not None else None for host in row.hosts),
        )
        for row in found.fleets
    )
    runs = tuple(_stored(row, path_of(row.file)) for row in found.runs)
    return make_database(folder / DATABASE_NAME, runs, fleets, found.program, values)


def _stored(row: RunRow, path: str) -> StoredRun:
    run = row.run
    return StoredRun(
        path=path,
        sha256=row.sha256,
        id=run.id,
        host=row.host or None,
        alias=run.alias,
        hard_key=run.hard_key_hash,
        preset=run.preset,
        started_utc=run.started_utc,
        commit_id=run.commit,
        is_complete=not run.why_incomplete,
        why_incomplete=run.why_incomplete or None,
        flags=run.flags or None,
    )
