"""What does the database of a folder keep? Its rows; paths are relative to the folder."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.exporting.tables import summary_table
from latchmark.model import Run
from latchmark.model.fleet import Fleet


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run file; None is what index.sql calls NULL. The order is that of the columns."""

    path: str
    sha256: str
    id: str
    host: str | None
    alias: str
    hard_key: str
    preset: str
    started_utc: str
    commit_id: str
    is_complete: bool
    why_incomplete: str | None
    flags: str | None


@dataclass(frozen=True, slots=True)
class StoredFleet:
    """A fleet run, and the path of each host's run file where there is one."""

    path: str
    fleet: Fleet
    runs: tuple[str | None, ...]


# point, experiment, variant, workers, placement, metric, unit, median, low, high, launches, why
StoredValue = tuple[str | float | int | None, ...]
COLUMNS = (
    *("point", "experiment", "variant", "workers", "placement", "metric", "unit"),
    *("median", "low", "high", "launches", "why"),
)


def values_of(run: Run) -> tuple[StoredValue, ...]:
    """What the table of a run's points says, without readings."""
    table = summary_table(run, with_readings=False)
    wanted = [table.columns.index(name) for name in COLUMNS]
    return tuple(tuple(row[index] for index in wanted) for row in table.rows)
