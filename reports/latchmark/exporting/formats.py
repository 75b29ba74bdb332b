"""How is a table written? CSV, Markdown and JSON; names in a run file are untrusted text."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from latchmark.errors import printable
from latchmark.exporting.tables import CellValue, Table
from latchmark.wording import number


def csv_text(table: Table) -> str:
    """The table as CSV; an absent value is empty, its reason stands in the row's `why`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_unspreadable(cell) for cell in row] for row in table.rows)
    return buffer.getvalue()


def _unspreadable(cell: CellValue) -> CellValue:
    # A spreadsheet runs a text that begins so as a formula, and names in a run file are not ours.
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def markdown_table(table: Table) -> str:
    """The table as Markdown, numbers to three digits; escaped, so that no name ends a cell or a row."""
    lines = [f"| {' | '.join(table.columns)} |", f"|{'---|' * len(table.columns)}"]
    lines += [f"| {' | '.join(_markdown_cell(cell) for cell in row)} |" for row in table.rows]
    return "\n".join(lines) + "\n"


def _markdown_cell(cell: CellValue) -> str:
    if cell is None:
        return "—"
    return number(cell) if isinstance(cell, float) else markdown_text(str(cell))


def markdown_text(text: str) -> str:
    """Text that Markdown shows as it is, on one line and without HTML."""
    plain = printable(" ".join(text.split())).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|" else c for c in plain)


def banners(sentences: Sequence[str]) -> str:
    """What must be read first, each a quotation."""
    return "".join(f"\n> **{markdown_text(sentence)}**\n" for sentence in sentences)


def markdown_list(texts: Sequence[str]) -> str:
    """One item a text."""
    return "".join(f"- {markdown_text(text)}\n" for text in texts)


def table_json(table: Table) -> list[Mapping[str, CellValue]]:
    """One object a row; an absent value is null beside its reason."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
