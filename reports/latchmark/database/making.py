"""How is the database of a folder made? Anew beside the old one, of which what still holds is taken."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from pathlib import Path

from latchmark.database.rows import COLUMNS, StoredFleet, StoredRun, StoredValue
from latchmark.errors import CannotWrite, LatchmarkError

SCHEMA_FILE = Path(__file__).resolve().parents[2] / "schema/index.sql"
EXAMPLES = "-- Examples"  # what follows in the file is for people
_APPLICATION_ID = 0x6C6D6978  # "lmix": by it a file of ours is told from any other
_VERSION = 1
_Values = Callable[[StoredRun], Sequence[StoredValue]]
_MAGIC, _PLACE_OF_ID = b"SQLite format 3\0", 68  # of SQLite's file format


def make_database(
    path: Path,
    runs: Sequence[StoredRun],
    fleets: Sequence[StoredFleet],
    program: str,
    values: _Values,
) -> Path | None:
    """Puts a database of these rows at `path`. `values` is asked for runs that the old database does not know
    by their SHA-256, or knows from another `program`. Returns the name under which a file that is not ours
    was kept, None where there was none. Raises CannotWrite."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with _writing(path):
            is_foreign = _is_foreign(path)
            _made(path, beside, runs, fleets, program, values)
            aside = _free_name(path) if is_foreign else None
            if aside is not None:
                path.rename(aside)
            os.replace(beside, path)
            return aside
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except LatchmarkError:
        raise
    except (sqlite3.Error, OSError) as error:
        raise CannotWrite(f"{path}: the database cannot be written: {error}") from error


def _is_foreign(path: Path) -> bool:
    """Whether somebody else's file is there. Raises CannotWrite for what is no file."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    # A pipe would be waited for, and what a link leads to is not ours to judge.
    if not stat.S_ISREG(mode):
        raise CannotWrite(f"{path}: is no regular file: move it away")
    with open(path, "rb") as file:
        head = file.read(_PLACE_OF_ID + 4)
    ours = head.startswith(_MAGIC) and head[_PLACE_OF_ID:] == _APPLICATION_ID.to_bytes(4, "big")
    return bool(head) and not ours


def _made(
    path: Path,
    beside: Path,
    runs: Sequence[StoredRun],
    fleets: Sequence[StoredFleet],
    program: str,
    values: _Values,
) -> None:
    """The new database, with the help of the old one where that can be trusted."""
    if path.exists():
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as old:
                if _is_usable(old, program):
                    _fill(beside, runs, fleets, program, lambda run: _known(old, run) or values(run))
                    return
        except sqlite3.Error:
            # What says that it is ours need not be: another table of the name, a text in place of a number.
            beside.unlink(missing_ok=True)
    _fill(beside, runs, fleets, program, values)


def _known(old: sqlite3.Connection, run: StoredRun) -> Sequence[StoredValue]:
    wanted = f"SELECT {', '.join(COLUMNS)} FROM value WHERE sha256 = ? ORDER BY position"
    return old.execute(wanted, (run.sha256,)).fetchall()


def _is_usable(old: sqlite3.Connection, program: str) -> bool:
    try:
        marks = [old.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version")]
        if marks != [(_APPLICATION_ID,), (_VERSION,)]:
            return False
        if old.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return False
        return bool(old.execute("SELECT program FROM source").fetchall() == [(program,)])
    except sqlite3.Error:
        return False


def _fill(
    path: Path,
    runs: Sequence[StoredRun],
    fleets: Sequence[StoredFleet],
    program: str,
    values: _Values,
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as new:
        # Nobody sees the file before it is renamed: a journal would protect nothing.
        new.execute("PRAGMA journal_mode = OFF")
        new.executescript(SCHEMA_FILE.read_text("utf-8").partition(EXAMPLES)[0])
        new.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        new.execute(f"PRAGMA user_version = {_VERSION}")
        new.execute("BEGIN")
        new.execute("INSERT INTO source VALUES (?)", (program,))
        seen: set[str] = set()
        for run in runs:
            _insert(new, "run", [astuple(run)])
            if run.sha256 not in seen:
                rows = enumerate(values(run))
                _insert(new, "value", [(run.sha256, position, *row) for position, row in rows])
            seen.add(run.sha256)
        for one in fleets:
            _insert_fleet(new, one)
        new.execute("COMMIT")


def _insert_fleet(new: sqlite3.Connection, one: StoredFleet) -> None:
    fleet = one.fleet
    head = (one.path, fleet.id, fleet.preset, fleet.engine, fleet.started_utc, fleet.coverage)
    _insert(new, "fleet", [head])
    hosts = [
        (
            *(one.path, host.host, host.state.value, host.reason, host.exit_code, host.utc),
            *(host.architecture, host.attempt, run),
        )
        for host, run in zip(fleet.hosts, one.runs, strict=True)
    ]
    _insert(new, "host", hosts)


def _insert(new: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        new.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.unusable-{number}")).exists():
        number += 1
    return aside
