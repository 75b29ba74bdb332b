"""What does each thing cost on every machine, as a table? And what others published, by its source."""

from __future__ import annotations

from latchmark.compare import Comparison
from latchmark.loading import published_figures
from latchmark.model import Unavailable
from latchmark.statistics import Price, joint_prices, numbered_references, price_list
from latchmark.tables.of_prices import published_tables, published_text
from latchmark.tables.table import Cell, Column, Table, summary_cell, value_cell


def compared_prices_tables(comparison: Comparison) -> tuple[Table, ...]:
    """Rows are prices, cheapest first, columns are machines; none where fewer than two have prices."""
    if len(comparison.real) < 2:
        return ()
    labels = [comparison.labels[index] for index in comparison.real]
    joint = joint_prices([price_list(comparison.runs[index]) for index in comparison.real])
    if not joint:
        return ()
    sources = numbered_references([price for price, _ in joint], published_figures())
    columns = (
        Column("Price"),
        *(Column(label, "ns [interval]", is_number=True) for label in labels),
        Column("Published", "ns [source]"),
        Column("Point"),
        Column("Note"),
    )
    rows = []
    for price, mine in joint:
        cells = [value_cell(None) if one is None else summary_cell(one.cost) for one in mine]
        notes = [f"{label}: {why}" for label, one in zip(labels, mine, strict=True) if (why := _why(one))]
        told = (Cell(published_text(price, sources)), Cell(price.point_name), Cell("; ".join(notes)))
        rows.append((Cell(price.text), *cells, *told))
    caption = "What each price is on each machine, medians over launches; cheapest first"
    return (Table(caption, columns, tuple(rows)), *published_tables(sources))


def _why(price: Price | None) -> str:
    if price is None:
        return "no price for it"
    return price.cost.interval.reason if isinstance(price.cost.interval, Unavailable) else ""
