"""What does each thing cost here, in ns, in cycles and in mutexes, and what did others publish?"""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.loading import published_figures
from latchmark.model import Point, Reference, Run, Unavailable
from latchmark.statistics import Interval, Price, Ratio, Summary, numbered_references, price_list
from latchmark.tables.table import Cell, Column, Table, interval_cell, summary_cells, value_cell
from latchmark.wording import count, number, parameter_text, team


def price_tables(run: Run) -> tuple[Table, ...]:
    """The prices of a run, cheapest first, and the sources of what others published; none without a price."""
    prices = price_list(run).prices
    if not prices:
        return ()
    sources = numbered_references(prices, published_figures())
    return (_prices(run, prices, sources), *published_tables(sources))


def price_records(run: Run) -> list[dict[str, object]]:
    """The prices of a run for a document, cheapest first, in full precision: times in ns, null for what is
    missing and its reason beside it."""
    return [_record(price) for price in price_list(run).prices]


def _prices(run: Run, prices: Sequence[Price], sources: Sequence[tuple[int, Reference]]) -> Table:
    columns = (
        Column("Price"),
        Column("Median", "ns", is_number=True),
        Column("Low", "ns", is_number=True),
        Column("High", "ns", is_number=True),
        Column("Counted", "cycles", is_number=True),
        Column("Would buy", "uncontended mutexes", is_number=True),
        Column("Published", "ns [source]"),
        Column("Measured with"),
        Column("Point"),
        Column("Why something is missing"),
    )
    has_cycles = any(isinstance(price.cycles, Summary) for price in prices)
    rows = []
    for price in prices:
        cost, low, high, _ = summary_cells(price.cost)
        cycles = price.cycles.median if isinstance(price.cycles, Summary) else None
        rows.append(
            (
                Cell(price.text),
                cost,
                low,
                high,
                value_cell(cycles),
                _mutexes(price.mutexes),
                Cell(published_text(price, sources)),
                Cell(_place(run, price.point)),
                Cell(price.point_name),
                Cell(_why(price, has_cycles)),
            )
        )
    caption = "What each price is, with the 95 % interval of its median; cheapest first"
    caption += "" if has_cycles else "; no cycles were counted in this run"
    return Table(caption, columns, tuple(rows), tuple(price.point.index for price in prices))


def _place(run: Run, point: Point) -> str:
    """`2 threads spread over the cores, wait 10 \u00b5s`: who worked, and all parameters."""
    axes = {axis.name: axis for axis in run.experiment_of(point).axes}
    names = [name for name, _ in point.parameters]
    told = [parameter_text(name, value, axes.get(name)) for name, value in point.parameters]
    return ", ".join([team(point, without=names), *told])


def _mutexes(mutexes: Ratio | Unavailable) -> Cell:
    """`12.4 [11.8, 13.0]`: an amount, of which the column has the unit."""
    if isinstance(mutexes, Unavailable):
        return value_cell(None)
    return interval_cell(mutexes.value, mutexes.interval)


def _why(price: Price, has_cycles: bool) -> str:
    """The reasons in the order of the columns. That a whole run has no cycles is said once, in the caption,
    and why above the figure."""
    reasons = []
    if isinstance(price.cost.interval, Unavailable):
        reasons.append(f"interval: {price.cost.interval.reason}")
    if isinstance(price.cycles, Unavailable) and has_cycles:
        reasons.append(price.cycles.reason)
    if isinstance(price.mutexes, Unavailable):
        reasons.append(f"mutexes: {price.mutexes.reason}")
    return "; ".join(reasons)


def published_text(price: Price, sources: Sequence[tuple[int, Reference]]) -> str:
    """`5.30 to 8.80 [1]`, one range a source."""
    found = [(n, one) for n, one in sources if price.key and one.quantity == price.key]
    return "; ".join(f"{_range(one)} [{n}]" for n, one in found) or "\u2013"


def _range(one: Reference) -> str:
    low, high = number(one.low_ns), number(one.high_ns)
    return low if low == high else f"{low} to {high}"


def published_tables(sources: Sequence[tuple[int, Reference]]) -> tuple[Table, ...]:
    """Where the numbered figures are from; none without any."""
    if not sources:
        return ()
    columns = (
        Column("Number"),
        Column("Low", "ns", is_number=True),
        Column("High", "ns", is_number=True),
        Column("Machines"),
        Column("Source"),
        Column("What differs from here"),
    )
    rows = tuple(
        (
            Cell(f"[{n}]"),
            value_cell(one.low_ns),
            value_cell(one.high_ns),
            Cell(f"{count(len(one.machines), 'machine')}: {'; '.join(one.machines)}"),
            Cell(one.source),
            Cell(one.caveat),
        )
        for n, one in sources
    )
    return (Table("Published figures, by the number of their source; on bare metal", columns, rows),)


def _record(price: Price) -> dict[str, object]:
    cost, cycles, mutexes = price.cost, price.cycles, price.mutexes
    return {
        "label": price.text,
        "experiment": price.experiment,
        "point": price.point_name,
        "ns": cost.median,
        **_interval(cost.interval),
        "launches": cost.n,
        "cycles": cycles.median if isinstance(cycles, Summary) else None,
        "why_no_cycles": cycles.reason if isinstance(cycles, Unavailable) else None,
        "mutexes": None if isinstance(mutexes, Unavailable) else mutexes.value,
        "why_no_mutexes": mutexes.reason if isinstance(mutexes, Unavailable) else None,
    }


def _interval(interval: Interval | Unavailable) -> dict[str, object]:
    if isinstance(interval, Unavailable):
        return {"low": None, "high": None, "why_no_interval": interval.reason}
    return {"low": interval.low, "high": interval.high, "why_no_interval": None}
