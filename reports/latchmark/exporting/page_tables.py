"""How are the tables of a page written as JSON? Texts as the page shows them, numbers in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from latchmark.tables import Cell, Table


def page_tables_json(tables: Sequence[Table], point_names: Sequence[str] = ()) -> list[Mapping[str, object]]:
    """One object a table, in the order given. A cell has its `text`, and where that is a number its `value`
    in the unit of the column, `low` and `high` where an interval stands in the cell. Where rows are points of
    the run, `points` has the name of each, from the names of all."""
    return [
        {
            "caption": table.caption,
            "columns": [{"title": column.title, "unit": column.unit} for column in table.columns],
            "points": [point_names[index] for index in table.points] or None,
            "rows": [[_cell_json(cell) for cell in row] for row in table.rows],
        }
        for table in tables
    ]


def _cell_json(cell: Cell) -> Mapping[str, object]:
    entry: dict[str, object] = {"text": cell.text}
    if cell.value is not None:
        entry["value"] = cell.value
    if cell.interval is not None:
        entry["low"], entry["high"] = cell.interval
    return entry
