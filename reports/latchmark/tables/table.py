"""What is a table? Columns and rows of plain cells: pages lay them out, exports write their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import Point, Unavailable
from latchmark.statistics import Interval, Ratio, Summary
from latchmark.wording import between, number


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` stands in the header, so that the cells are numbers."""

    title: str
    unit: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is the number that the text rounds, in the unit of the column and in full, `interval` its ends
    where the text has them; `is_absent` marks a reason in place of a value."""

    text: str
    value: float | None = None
    interval: tuple[float, float] | None = None
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row. Where rows are points of the run, `points` has the index of each."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    points: tuple[int, ...] = ()


# In words as well, so that a difference survives grey paper.
NOT_EQUAL = "\u2260 "

# The unit of a column whose rows have one each, in the column `Unit`.
UNIT_OF_ROW = "unit of the row"

# What tells a point from the others of its experiment.
POINT_COLUMNS = (
    Column("Variant"),
    Column("Team"),
    Column("Workers", is_number=True),
    Column("Placement"),
    Column("Parameters"),
)


def point_cells(point: Point) -> tuple[Cell, ...]:
    """The cells below POINT_COLUMNS."""
    placement = Cell(point.placement.value.replace("_", " "))
    workers, parameters = count_cell(point.workers), Cell(parameters_text(point))
    return Cell(point.variant), Cell(point.team.value), workers, placement, parameters


def value_cell(value: float | None) -> Cell:
    """A number; a dash where there is none (the reason stands in the row's last cell)."""
    return Cell("\u2013", is_absent=True) if value is None else Cell(number(value), value)


def interval_cell(value: float, interval: Interval | Unavailable) -> Cell:
    """`5.01 [4.98, 5.04]`, sorted by the value; the value alone where there is no interval (the reason stands
    in the row's last cell)."""
    if isinstance(interval, Unavailable):
        return value_cell(value)
    return Cell(f"{number(value)} {between(interval)}", value, (interval.low, interval.high))


def summary_cell(summary: Summary | Unavailable) -> Cell:
    """The median with its interval in one cell."""
    if isinstance(summary, Unavailable):
        return value_cell(None)
    return interval_cell(summary.median, summary.interval)


def count_cell(amount: int | None) -> Cell:
    """What comes whole is written in full: 64 faults are not 64.0, and 1,234,567 samples not 1.23e+06."""
    return value_cell(None) if amount is None else Cell(f"{amount:,}", amount)


def summary_cells(summary: Summary | Unavailable) -> tuple[Cell, Cell, Cell, Cell]:
    """Median, low, high, launches."""
    if isinstance(summary, Unavailable):
        return value_cell(None), value_cell(None), value_cell(None), count_cell(0)
    low, high = _ends(summary.interval)
    return value_cell(summary.median), value_cell(low), value_cell(high), count_cell(summary.n)


def ratio_cell(ratio: Ratio | Unavailable) -> Cell:
    """`2.85\u00d7 [2.01, 6.88]`, sorted by the ratio."""
    if isinstance(ratio, Unavailable):
        return Cell("\u2013", is_absent=True)
    if isinstance(ratio.interval, Unavailable):
        return Cell(f"{number(ratio.value)}\u00d7", ratio.value)
    ends = (ratio.interval.low, ratio.interval.high)
    return Cell(f"{number(ratio.value)}\u00d7 {between(ratio.interval)}", ratio.value, ends)


def why_cell(*statistics: Summary | Ratio | Unavailable) -> Cell:
    """Why a value or its interval is missing; empty when nothing is."""
    reasons: list[str] = []
    for one in statistics:
        reason = one if isinstance(one, Unavailable) else one.interval
        if isinstance(reason, Unavailable):
            reasons.append(reason.reason)
    return Cell("; ".join(dict.fromkeys(reasons)))


def parameters_text(point: Point) -> str:
    """`stride 64, delay 0`."""
    return ", ".join(f"{name} {value:g}" for name, value in point.parameters)


def text_cells(texts: Sequence[str]) -> tuple[Cell, ...]:
    """Cells that are their own text."""
    return tuple(Cell(text) for text in texts)


def _ends(interval: Interval | Unavailable) -> tuple[float | None, float | None]:
    return (interval.low, interval.high) if isinstance(interval, Interval) else (None, None)
