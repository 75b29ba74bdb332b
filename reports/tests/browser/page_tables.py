"""Do the tables on a page say what the export says? Every cell, by a rule of rounding that is written down
here again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

# Of every table but those below a selector: caption, [title, unit] of the columns, texts of the cells.
READ = """
const text = (cell) => cell.textContent.trim();
const tables = [...document.querySelectorAll("main table:not(.checks)")];
return tables.filter((table) => !table.closest(arguments[0])).map((table) => ({
  caption: text(table.caption),
  columns: [...table.tHead.rows[0].cells].map((head) => {
    const unit = head.querySelector("small")?.textContent ?? "";
    return [text(head).slice(0, unit ? -unit.length : undefined).trim(), unit];
  }),
  rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map(text)),
}));
"""
READ_CHECKS = """
return [...document.querySelectorAll("main table.checks tbody tr")].map((row) =>
  [...row.cells].map((cell) => cell.textContent.trim()));
"""


def rounded(value: float) -> str:
    """Three significant digits, halves to even, thousands with commas."""
    three = Context(prec=3, rounding=ROUND_HALF_EVEN).plus(Decimal(value))
    if three == 0:
        return "0"
    if not Decimal("0.0001") <= abs(Decimal(value)) < 10**7:
        mantissa, exponent = f"{three.normalize():e}".lower().split("e")
        return f"{mantissa}e{'-' if int(exponent) < 0 else '+'}{abs(int(exponent)):02}"
    digits = max(0, 2 - three.adjusted())
    return f"{Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN):,}"


def told(cell: Mapping[str, Any]) -> set[str]:
    """The texts in which a page may tell a number of the export."""
    value = cell["value"]
    ends = f"[{rounded(cell['low'])}, {rounded(cell['high'])}]" if "low" in cell else ""
    if ends:
        return {f"{rounded(value)}\u00d7 {ends}", f"{rounded(value)} {ends}"}
    if isinstance(value, int):
        return {f"{value:,}"}
    return {rounded(value), f"{rounded(value)}\u00d7"}


def differences(shown: Sequence[Mapping[str, Any]], exported: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every cell, row, column or table in which the page and the export do not agree."""
    captions = [table["caption"] for table in exported]
    if [table["caption"] for table in shown] != captions:
        return [f"tables: {[table['caption'] for table in shown]} and not {captions}"]
    found = []
    for one, other in zip(shown, exported, strict=True):
        columns = [[column["title"], column["unit"]] for column in other["columns"]]
        if one["columns"] != columns:
            found.append(f"{one['caption']}: columns {one['columns']} and not {columns}")
        if len(one["rows"]) != len(other["rows"]):
            found.append(f"{one['caption']}: {len(one['rows'])} rows and not {len(other['rows'])}")
        for texts, cells in zip(one["rows"], other["rows"], strict=False):
            found += [
                f"{one['caption']}: {text!r} and not {cell}"
                for text, cell in zip(texts, cells, strict=True)
                if not _agree(text, cell)
            ]
    return found


def _agree(text: str, cell: Mapping[str, Any]) -> bool:
    if " ".join(text.split()) != " ".join(cell["text"].split()):
        return False
    # How many launches counted it stands behind a reading that not all counted; a baseline is a word for 1.
    number = text.partition(" (")[0]
    return "value" not in cell or number in told(cell) or (text, cell["value"]) == ("baseline", 1)
