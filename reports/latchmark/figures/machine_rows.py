"""How do machines compare, question by question? Rows on one axis, in each a mark for every machine."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from latchmark.figures.frame import (
    CHARACTER_WIDTH,
    UNITS_PER_INCH,
    Axes,
    absent,
    aside,
    frame,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    ratio_axis,
    time_axis,
    value_axis,
    width_of,
)
from latchmark.figures.palette import AXIS, BACKGROUND
from latchmark.figures.series import Estimate
from latchmark.model import Unavailable
from latchmark.wording import number

WIDTH = 490.0
LANE = 9.0  # pixels from mark to mark within a row, so that no bar hides another
ABSENT_LANE = 15.0
GAP = 10.0  # between rows
HEADING = 24.0
LONGEST_ROW = 30
LONGEST_BESIDE = 24
REASON_SIZE = 10
KEY_LINE = 17.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a machine stands in a row; `is_tied` draws it hollow."""

    value: Estimate | Unavailable
    is_tied: bool = False


@dataclass(frozen=True, slots=True)
class MachineRow:
    """One line of the figure, with the marks in the order of the machines; `group` heads the rows that share
    it, `beside` is what is written at the right end."""

    group: str
    label: str
    marks: tuple[Mark, ...]
    beside: str = ""


@dataclass(frozen=True, slots=True)
class MachineRows:
    """Rows on one logarithmic axis: of ratios with `is_ratio`, symmetric about 1, else of `axis_unit`.
    `shared` is the extent of the values that figures beside this one have, so that all get the same axis."""

    quantity: str
    unit: str
    machines: tuple[str, ...]
    rows: tuple[MachineRow, ...]
    note: str
    is_ratio: bool = False
    axis_unit: str = "ns"
    shared: tuple[tuple[float, float], ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every value of every row."""
        marks = (mark.value for row in self.rows for mark in row.marks)
        return tuple(value for value in marks if isinstance(value, Estimate))


def machine_rows(chart: MachineRows) -> Figure:
    """The machines on one axis; one that has no value in a row is hatched there, with its reason."""
    with house_style():
        left = min(width_of([label_of(row.label, LONGEST_ROW) for row in chart.rows]) + 14, 0.4 * WIDTH)
        right = width_of([label_of(row.beside, LONGEST_BESIDE) for row in chart.rows], 11) + 10
        key = _key_lines(chart.machines)
        top = 44.0 + KEY_LINE * len(key)
        below = 34.0 + 14 * len(note_lines(chart.note, WIDTH))
        body = sum(_height(row) for row in chart.rows) + HEADING * len(_groups(chart))
        figure, axes = frame(WIDTH, top + body + below, left, right, top, below)
        heading(figure, chart.quantity, chart.unit)
        _draw_key(figure, chart.machines, key)
        _scale(axes, chart)
        # In pixels, since rows have as many lanes as they need.
        axes.set_ylim(body, 0)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        _draw_rows(axes, chart, left, WIDTH - left - right)
        note(figure, chart.note)
        return figure


def _scale(axes: Axes, chart: MachineRows) -> None:
    extents = [*(one.extent for one in chart.estimates), *chart.shared]
    if chart.is_ratio:
        ratio_axis(axes, extents, along="x")
    elif chart.axis_unit == "ns":
        time_axis(axes, extents, along="x", ticks=6)
    else:
        value_axis(axes, extents, along="x")


def _height(row: MachineRow) -> float:
    lanes = sum(isinstance(mark.value, Estimate) for mark in row.marks)
    return max(LANE * lanes + ABSENT_LANE * len(_absences(row)), 12.0) + GAP


def _absences(row: MachineRow) -> dict[str, list[int]]:
    """The machines without a value, by reason."""
    found: dict[str, list[int]] = {}
    for index, mark in enumerate(row.marks):
        if isinstance(mark.value, Unavailable):
            found.setdefault(mark.value.reason, []).append(index)
    return found


def _groups(chart: MachineRows) -> list[int]:
    """The rows before which a heading stands."""
    rows = chart.rows
    return [
        index
        for index, row in enumerate(rows)
        if row.group and (index == 0 or rows[index - 1].group != row.group)
    ]


def _draw_rows(axes: Axes, chart: MachineRows, left: float, width: float) -> None:
    """Rows from above; marks and bars of a machine as one path each, which is a third of the bytes."""
    headed = set(_groups(chart))
    lanes: list[list[tuple[float, Mark]]] = [[] for _ in chart.machines]
    top = 0.0
    for index, row in enumerate(chart.rows):
        if index in headed:
            aside(axes, 0, top + HEADING / 2 + 2, label_of(row.group, 60), -left, weight="bold")
            top += HEADING
        height = _height(row)
        axes.axhline(top + height, color=AXIS.stand_in, linewidth=0.4, dashes=(1, 3), zorder=0)
        aside(axes, 0, top + height / 2, label_of(row.label, LONGEST_ROW), -left)
        aside(axes, 1, top + height / 2, label_of(row.beside, LONGEST_BESIDE), 8, size=11)
        y = top + GAP / 2
        for own, mark in zip(lanes, row.marks, strict=True):
            if isinstance(mark.value, Estimate):
                own.append((y + LANE / 2, mark))
                y += LANE
        for reason, machines in _absences(row).items():
            names = ", ".join(chart.machines[machine] for machine in machines)
            told = label_of(f"{names}: {reason}", int(width / (REASON_SIZE * CHARACTER_WIDTH)))
            absent(axes, y + ABSENT_LANE / 2, ABSENT_LANE - 3, told, size=REASON_SIZE)
            y += ABSENT_LANE
        top += height
    for machine, own in enumerate(lanes):
        _draw_machine(axes, machine, own)


def _draw_machine(axes: Axes, machine: int, lanes: Sequence[tuple[float, Mark]]) -> None:
    look = line_style(machine)
    xs: list[float] = []
    ys: list[float] = []
    for y, mark in lanes:
        value = mark.value
        if isinstance(value, Estimate) and value.low is not None and value.high is not None:
            xs += [value.low, value.high, math.nan]
            ys += [y, y, math.nan]
    axes.plot(xs, ys, color=look["color"], linewidth=2, solid_capstyle="butt")
    for is_tied in (False, True):
        own = [(mark.value.value, y) for y, mark in lanes
               if mark.is_tied is is_tied and isinstance(mark.value, Estimate)]  # fmt: skip
        axes.plot(
            [x for x, _ in own],
            [y for _, y in own],
            linestyle="",
            **_mark_look(machine, is_tied),
        )


def _mark_look(machine: int, is_tied: bool) -> dict[str, object]:
    look = line_style(machine)
    return {
        "color": look["color"],
        "marker": look["marker"],
        "markersize": 6.5,
        "markerfacecolor": BACKGROUND.stand_in if is_tied else look["color"],
        "markeredgecolor": look["color"],
        "markeredgewidth": 1.3,
    }


def _key_lines(machines: Sequence[str]) -> list[list[tuple[int, float]]]:
    """Which machine is named where in the key: (machine, left end) by line."""
    lines: list[list[tuple[int, float]]] = [[]]
    x = 0.0
    for machine, name in enumerate(machines):
        width = width_of([label_of(name)], 11) + 30
        if lines[-1] and x + width > WIDTH:
            lines.append([])
            x = 0.0
        lines[-1].append((machine, x))
        x += width
    return lines


def _draw_key(figure: Figure, machines: Sequence[str], lines: Sequence[Sequence[tuple[int, float]]]) -> None:
    height = figure.get_figheight() * UNITS_PER_INCH
    for line, entries in enumerate(lines):
        y = 1 - (48 + KEY_LINE * line) / height
        for machine, x in entries:
            look = _mark_look(machine, is_tied=False) | {"markeredgewidth": 0}
            mark = Line2D([(x + 5) / WIDTH], [y], linestyle="", **look)
            figure.add_artist(mark)
            name = label_of(machines[machine])
            figure.text((x + 14) / WIDTH, y, name, fontsize=11, va="center", ha="left")


def description_of(chart: MachineRows) -> str:
    """The figure in words, from its values."""
    return " ".join([f"{chart.quantity} ({chart.unit}).", *_told(chart)])


def _told(chart: MachineRows) -> Iterator[str]:
    for row in chart.rows:
        where = f"{row.label}, {row.group}" if row.group else row.label
        parts = []
        for name, mark in zip(chart.machines, row.marks, strict=True):
            if isinstance(mark.value, Unavailable):
                parts.append(f"{name} not measured, {mark.value.reason}")
                continue
            value = mark.value
            ends = (
                f" [{number(value.low)}, {number(value.high)}]"
                if value.low is not None and value.high is not None
                else " (no interval)"
            )
            parts.append(f"{name} {number(value.value)}{ends}{', tied' if mark.is_tied else ''}")
        yield f"{where}: {'; '.join(parts)}."
