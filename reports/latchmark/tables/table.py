"""What is a table on a page? Columns and rows of plain cells; the template only lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import Point, Unavailable
from latchmark.statistics import Interval, Ratio, Summary
from latchmark.wording import number


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` stands in the header, so that the cells are numbers."""

    title: str
    unit: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """`sort` is what sorting compares, the text itself when empty; `is_absent` marks a reason in place of a
    value."""

    text: str
    sort: str = ""
    is_absent: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


# In words as well, so that a difference survives grey paper.
NOT_EQUAL = "\u2260 "

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
    workers = Cell(str(point.workers), str(point.workers))
    placement = Cell(point.placement.value.replace("_", " "))
    return Cell(point.variant), Cell(point.team.value), workers, placement, Cell(parameters_text(point))


def value_cell(value: float | None) -> Cell:
    """A number; a dash where there is none (the reason stands in the row's last cell)."""
    return Cell("\u2013", is_absent=True) if value is None else Cell(number(value), f"{value:.6g}")


def summary_cells(summary: Summary | Unavailable) -> tuple[Cell, Cell, Cell, Cell]:
    """Median, low, high, launches."""
    if isinstance(summary, Unavailable):
        return value_cell(None), value_cell(None), value_cell(None), Cell("0", "0")
    low, high = _ends(summary.interval)
    return value_cell(summary.median), value_cell(low), value_cell(high), Cell(str(summary.n), str(summary.n))


def ratio_cell(ratio: Ratio | Unavailable) -> Cell:
    """`2.85\u00d7 [2.01, 6.88]`, sorted by the ratio."""
    if isinstance(ratio, Unavailable):
        return Cell("\u2013", is_absent=True)
    low, high = _ends(ratio.interval)
    interval = "" if low is None or high is None else f" [{number(low)}, {number(high)}]"
    return Cell(f"{number(ratio.value)}\u00d7{interval}", f"{ratio.value:.6g}")


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
