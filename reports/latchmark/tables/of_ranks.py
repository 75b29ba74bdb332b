"""Who is fastest at what, as a table? The ranks that the intervals leave open, and the ratios."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.compare import RankedExperiment, Standing
from latchmark.model import Unavailable
from latchmark.tables.table import Cell, Column, Table, count_cell, ratio_cell


def ranks_table(labels: Sequence[str], ranks: Sequence[RankedExperiment]) -> tuple[Table, ...]:
    """Rows are experiments; none where nothing was ranked. `1–2` is first or second: the interval overlaps
    another's."""
    columns = [Column("Experiment"), Column("Points", "that all have", is_number=True)]
    for label in labels:
        columns.append(Column(f"Rank of {label}"))
        columns.append(Column(f"{label} / base", "ratio [interval]", is_number=True))
    columns += [Column("Base of the ratios"), Column("Note")]
    rows = tuple(_row(labels, one) for one in ranks)
    return (Table("Ranks by experiment, 1 being the fastest", tuple(columns), rows),) if rows else ()


def _row(labels: Sequence[str], one: RankedExperiment) -> tuple[Cell, ...]:
    cells = [Cell(one.experiment.name), count_cell(one.points)]
    notes = []
    for label, standing in zip(labels, one.standings, strict=True):
        is_absent = isinstance(standing, Unavailable)
        cells.append(Cell(rank_text(standing), is_absent=is_absent))
        cells.append(ratio_cell(standing if isinstance(standing, Unavailable) else standing.ratio))
        if isinstance(standing, Unavailable):
            notes.append(f"{label}: {standing.reason}")
    return (*cells, Cell(labels[one.base]), Cell("; ".join(notes)))


def rank_text(standing: Standing | Unavailable) -> str:
    """`1`, or `1–2` where its interval overlaps another's."""
    if isinstance(standing, Unavailable):
        return "\u2013"
    return f"{standing.best}\u2013{standing.worst}" if standing.is_tied else str(standing.best)
