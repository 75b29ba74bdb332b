"""Which runs are known without reading their files again? A SQLite index, never the only copy.

Everything in it follows from the run files, so it may be deleted at any time and made again. It belongs on a
local disk: the locks that keep two commands from writing at once cannot be trusted on network file systems.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from latchmark.errors import CannotWrite, LatchmarkError
from latchmark.model import Direction, Fact, Facts, Unavailable
from latchmark.statistics import Interval, Summary
from latchmark.trend.recorded import RecordedPoint, RecordedRun

_APPLICATION_ID = 0x6C6D7472  # "lmtr": by it a file of ours is told from any other
_VERSION = 1
_TABLES = """
CREATE TABLE run (
    sha256 TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, file_name TEXT NOT NULL, started_utc TEXT NOT NULL,
    alias TEXT NOT NULL, preset TEXT NOT NULL, flags TEXT NOT NULL, commit_id TEXT NOT NULL,
    build_id TEXT NOT NULL, hard_key_hash TEXT NOT NULL, is_complete INTEGER NOT NULL, emulated TEXT,
    hard_key TEXT NOT NULL, facts TEXT NOT NULL
);
CREATE TABLE point (
    run TEXT NOT NULL REFERENCES run (sha256) ON DELETE CASCADE, position INTEGER NOT NULL,
    name TEXT NOT NULL, experiment TEXT NOT NULL, metric TEXT NOT NULL, unit TEXT NOT NULL,
    direction TEXT NOT NULL, definition TEXT NOT NULL, is_control INTEGER NOT NULL,
    median REAL, low REAL, high REAL, n INTEGER NOT NULL, why TEXT,
    PRIMARY KEY (run, position)
) WITHOUT ROWID;
"""


class UnusableIndex(LatchmarkError):
    """A file that is no index of this version: `file: why`."""


def known_runs(path: Path) -> tuple[RecordedRun, ...]:
    """The runs in the index at `path`, by start; none where there is no file or an empty one. Raises
    UnusableIndex for a damaged file, a foreign one, and one of a newer version."""
    # Opening a path that is not there would make a file.
    if not path.exists():
        return ()
    try:
        with closing(sqlite3.connect(path)) as connection:
            if _is_empty(connection):
                return ()
            _check(connection, path)
            return _runs_in(connection)
    except (sqlite3.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableIndex(f"{path}: is damaged or no index of runs ({error})") from error


def add_runs(path: Path, runs: Iterable[RecordedRun]) -> None:
    """Adds runs to the index at `path`, which is made where there is none; a run of the same id is replaced.
    All of them or none. Raises CannotWrite."""
    with _writing(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Before the first look, so that two commands that both make the index do not both make its tables.
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN IMMEDIATE")
        if _is_empty(connection):
            for statement in _TABLES.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        for run in runs:
            _insert(connection, run)
        connection.execute("COMMIT")


def rebuild(path: Path, runs: Iterable[RecordedRun]) -> Path:
    """Puts a new index of `runs` in the place of an unusable one, which is kept under the name that is
    returned: it may be somebody else's file. Raises CannotWrite."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        add_runs(beside, runs)
        with _writing(path):
            aside = _free_name(path)
            path.rename(aside)
            beside.rename(path)
            return aside
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise CannotWrite(f"{path}: the index cannot be written: {error}") from error


def _free_name(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.unusable-{number}")).exists():
        number += 1
    return aside


def _is_empty(connection: sqlite3.Connection) -> bool:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(tables == 0)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != _APPLICATION_ID:
        raise UnusableIndex(f"{path}: is a database of another program")
    if version != _VERSION:
        raise UnusableIndex(f"{path}: is an index of version {version}, this program knows {_VERSION}")
    (state,) = connection.execute("PRAGMA quick_check").fetchone()
    if state != "ok":
        raise UnusableIndex(f"{path}: is damaged ({state})")


def _insert(connection: sqlite3.Connection, run: RecordedRun) -> None:
    connection.execute("DELETE FROM run WHERE id = ? OR sha256 = ?", (run.id, run.sha256))
    head = (
        *(run.sha256, run.id, run.file_name, run.started_utc, run.alias, run.preset, run.flags),
        *(run.commit, run.build_id, run.hard_key_hash, run.is_complete, run.emulated),
        *(_json_of(run.hard_key), _json_of(run.facts)),
    )
    connection.execute(f"INSERT INTO run VALUES ({_marks(head)})", head)
    rows = [(run.sha256, position, *_row_of(point)) for position, point in enumerate(run.points)]
    if rows:
        connection.executemany(f"INSERT INTO point VALUES ({_marks(rows[0])})", rows)


def _marks(row: Sequence[object]) -> str:
    return ", ".join("?" * len(row))


def _row_of(point: RecordedPoint) -> tuple[str | float | int | None, ...]:
    identity = (
        *(point.name, point.experiment, point.metric, point.unit),
        *(point.direction.value, point.definition, point.is_control),
    )
    summary = point.summary
    if isinstance(summary, Unavailable):
        return (*identity, None, None, None, 0, summary.reason)
    if isinstance(summary.interval, Unavailable):
        return (*identity, summary.median, None, None, summary.n, summary.interval.reason)
    return (*identity, summary.median, summary.interval.low, summary.interval.high, summary.n, None)


def _runs_in(connection: sqlite3.Connection) -> tuple[RecordedRun, ...]:
    points: dict[str, list[RecordedPoint]] = {}
    for run, *row in connection.execute(
        "SELECT run, name, experiment, metric, unit, direction, definition, is_control, median, low, high, n,"
        " why FROM point ORDER BY run, position"
    ):
        points.setdefault(run, []).append(_point_of(*row))
    found = []
    for row in connection.execute("SELECT * FROM run ORDER BY started_utc, id"):
        *texts, is_complete, emulated, hard_key, facts = row
        sha256, id_, file_name, started_utc, alias, preset, flags, commit, build_id, hard_key_hash = texts
        found.append(
            RecordedRun(
                sha256=sha256,
                id=id_,
                file_name=file_name,
                started_utc=started_utc,
                alias=alias,
                preset=preset,
                flags=flags,
                commit=commit,
                build_id=build_id,
                hard_key_hash=hard_key_hash,
                is_complete=bool(is_complete),
                emulated=emulated,
                hard_key=_facts_of(hard_key),
                facts=_facts_of(facts),
                points=tuple(points.get(sha256, ())),
            )
        )
    return tuple(found)


def _point_of(
    name: str,
    experiment: str,
    metric: str,
    unit: str,
    direction: str,
    definition: str,
    is_control: int,
    median: float | None,
    low: float | None,
    high: float | None,
    n: int,
    why: str | None,
) -> RecordedPoint:
    reason = Unavailable(why or "")
    interval: Interval | Unavailable = reason if low is None or high is None else Interval(low, high)
    summary: Summary | Unavailable = reason if median is None else Summary(median, interval, n)
    return RecordedPoint(
        name, experiment, metric, unit, Direction(direction), definition, bool(is_control), summary
    )


def _json_of(facts: Facts) -> str:
    told = {name: fact if isinstance(fact, str) else {"why": fact.reason} for name, fact in facts.items()}
    return json.dumps(told, ensure_ascii=False)


def _facts_of(text: str) -> Facts:
    facts: dict[str, Fact] = {}
    for name, fact in json.loads(text).items():
        facts[name] = fact if isinstance(fact, str) else Unavailable(str(fact["why"]))
    return facts
