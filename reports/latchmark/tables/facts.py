"""What is known by name? Facts, or why they are not known, as text and as a table."""

from __future__ import annotations

from latchmark.model import Fact, Facts, Unavailable
from latchmark.tables.table import Cell, Column, Table


def fact_text(fact: Fact) -> str:
    """The value, or the reason why it is not known."""
    return f"not known: {fact.reason}" if isinstance(fact, Unavailable) else fact


def facts_table(caption: str, facts: Facts) -> Table:
    """A row a fact."""
    rows = tuple(
        (Cell(name.replace("_", " ")), Cell(fact_text(fact), is_absent=isinstance(fact, Unavailable)))
        for name, fact in facts.items()
    )
    return Table(caption, (Column("Field"), Column("Value")), rows)
