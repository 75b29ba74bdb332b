"""Which figures have others published for the same operations? Reads the table beside the package."""

from __future__ import annotations

import csv
import functools
from pathlib import Path

from latchmark.model import Reference

_TABLE = Path(__file__).parent.with_name("references.tsv")
_IN_NS = {"ns": 1.0, "us": 1000.0}


@functools.cache
def published_figures() -> tuple[Reference, ...]:
    """What the table holds, in its order, in ns. It is a part of the package, and its test is what finds a
    damaged row."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_reference(row) for row in rows)


def _reference(row: dict[str, str]) -> Reference:
    scale = _IN_NS[row["unit"]]
    return Reference(
        row["quantity"],
        tuple(row["machines"].split("; ")),
        float(row["low"]) * scale,
        float(row["high"]) * scale,
        row["source"],
        row["caveat"],
    )
