"""How do a few values compare? Horizontal dots with their intervals, the numbers written beside them."""

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from latchmark.figures.frame import (
    Axes,
    absent,
    aside,
    frame,
    group_heading,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    ratio_axis,
    series_id,
    value_axis,
    width_of,
)
from latchmark.figures.palette import AXIS
from latchmark.figures.series import Estimate
from latchmark.model import Unavailable
from latchmark.wording import number

WIDTH = 490.0
ROW_HEIGHT = 24.0
LONGEST_ROW = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the figure. `beside` is the number in words; `group` heads the rows that share it; `reach`
    is what the value stands for, drawn thin behind its interval."""

    group: str
    label: str
    style: int
    value: Estimate | Unavailable
    beside: str
    reach: tuple[float, float] | None = None

    @property
    def extents(self) -> tuple[tuple[float, float], ...]:
        """What an axis needs room for."""
        if isinstance(self.value, Unavailable):
            return ()
        return (self.value.extent, *([self.reach] if self.reach else []))


@dataclass(frozen=True, slots=True)
class Dots:
    """Rows on one axis. With `is_ratio` the axis is logarithmic and symmetric about 1, where a rule
    stands."""

    quantity: str
    unit: str
    rows: tuple[Row, ...]
    note: str
    is_ratio: bool


def dots(chart: Dots) -> Figure:
    """One row a value in the given order, under the heading of its group; absent rows say why."""
    with house_style():
        lines = _lines(chart)
        left = min(width_of([label_of(row.label, LONGEST_ROW) for row in chart.rows]) + 14, 0.42 * WIDTH)
        right = width_of([row.beside for row in chart.rows if isinstance(row.value, Estimate)], 11) + 10
        below = 34.0 + 14 * len(note_lines(chart.note, WIDTH))
        body = ROW_HEIGHT * len(lines)
        figure, axes = frame(WIDTH, 46 + body + below, left, right, 46, below)
        heading(figure, chart.quantity, chart.unit)
        extents = [extent for row in chart.rows for extent in row.extents]
        if chart.is_ratio:
            ratio_axis(axes, extents, along="x")
        else:
            value_axis(axes, extents, along="x")
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        for position, line in enumerate(lines):
            if isinstance(line, str):
                group_heading(axes, position, line, -left)
            else:
                _row(axes, position, line, left)
        note(figure, chart.note)
        return figure


def _lines(chart: Dots) -> list[Row | str]:
    """Rows with a heading where the group changes; no headings when there is but one unnamed group."""
    lines: list[Row | str] = []
    for index, row in enumerate(chart.rows):
        if row.group and (index == 0 or chart.rows[index - 1].group != row.group):
            lines.append(row.group)
        lines.append(row)
    return lines


def _row(axes: Axes, position: int, row: Row, left: float) -> None:
    mark = series_id(row.style)
    aside(axes, 0, position, label_of(row.label, LONGEST_ROW), -left, gid=mark)
    if isinstance(row.value, Unavailable):
        absent(axes, position, 0.72, label_of(f"not measured: {row.value.reason}", 52))
        return
    look = line_style(row.style)
    axes.axhline(position, color=AXIS.stand_in, linewidth=0.4, dashes=(1, 3), zorder=0)
    if row.reach is not None:
        ends = {"marker": "|", "markersize": 7}
        axes.plot(row.reach, [position] * 2, color=look["color"], linewidth=1, gid=mark, **ends)
    if row.value.low is not None and row.value.high is not None:
        axes.plot(
            [row.value.low, row.value.high],
            [position, position],
            color=look["color"],
            linewidth=2.4,
            solid_capstyle="butt",
            gid=mark,
        )
    axes.plot(
        [row.value.value],
        [position],
        color=look["color"],
        marker=look["marker"],
        markersize=7,
        markeredgewidth=0,
        gid=mark,
    )
    aside(axes, 1, position, row.beside, 8, size=11, gid=mark)


def description_of(chart: Dots) -> str:
    """The figure in words, from its values."""
    parts = [f"{chart.quantity} ({chart.unit})."]
    for row in chart.rows:
        where = f"{row.label}, {row.group}" if row.group else row.label
        if isinstance(row.value, Unavailable):
            parts.append(f"{where}: not measured, {row.value.reason}.")
        else:
            reach = f", from {number(row.reach[0])} to {number(row.reach[1])}" if row.reach else ""
            parts.append(f"{where}: {row.beside}{reach}.")
    return " ".join(parts)
