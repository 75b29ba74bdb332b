"""How do the readings of several runs look side by side? What counts them, and their values."""

from __future__ import annotations

from latchmark.compare import ComparedExperiment, Comparison
from latchmark.model import Unavailable
from latchmark.tables.table import (
    NOT_EQUAL,
    POINT_COLUMNS,
    UNIT_OF_ROW,
    Cell,
    Column,
    Table,
    point_cells,
    ratio_cell,
    summary_cell,
)


def sources_table(comparison: Comparison) -> tuple[Table, ...]:
    """Which event counts what, by run: only equal ones are in one ratio."""
    rows = []
    for one in comparison.sources:
        cells = [
            Cell(
                f"{'' if index == 0 or one.is_as_on_first(index) else NOT_EQUAL}{source or 'nothing'}",
                is_absent=source is None,
            )
            for index, source in enumerate(one.sources)
        ]
        rows.append((Cell(one.title), *cells))
    columns = (Column("Reading"), *(Column(label) for label in comparison.labels))
    caption = "What counts each reading: in one ratio only where the events are equal"
    return (Table(caption, columns, tuple(rows)),) if rows else ()


def compared_readings_table(comparison: Comparison, compared: ComparedExperiment) -> tuple[Table, ...]:
    """Readings that two runs have, at the middle of the sweeps."""
    columns = [*POINT_COLUMNS, Column("Reading"), Column("Unit")]
    for index, label in enumerate(comparison.labels):
        columns.append(Column(label, f"{UNIT_OF_ROW} [interval]", is_number=True))
        if index:
            columns.append(Column(f"{label} / {comparison.labels[0]}", "ratio [interval]", is_number=True))
    rows = []
    for one in compared.readings:
        cells, notes = [*point_cells(one.point), Cell(one.title), Cell(one.unit)], []
        for index, (label, cell) in enumerate(zip(comparison.labels, one.cells, strict=True)):
            cells.append(summary_cell(cell.summary))
            reason = cell.summary if isinstance(cell.summary, Unavailable) else cell.ratio
            if index:
                cells.append(ratio_cell(cell.ratio))
            if isinstance(reason, Unavailable) and (index or reason is cell.summary):
                notes.append(f"{label}: {reason.reason}")
        rows.append((*cells, Cell("; ".join(notes))))
    name = f"{compared.experiment.name}: readings side by side, medians over launches"
    return (Table(name, (*columns, Column("Note")), tuple(rows)),) if rows else ()
