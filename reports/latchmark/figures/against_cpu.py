"""What does a wait take, and what does it burn? A mark a variant: its time against its CPU time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from latchmark.figures.frame import (
    NOTE_SIZE,
    TEXT_SIZE,
    UNITS_PER_INCH,
    Axes,
    frame,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    time_axis,
    width_of,
)
from latchmark.figures.palette import AXIS, QUIET_TEXT
from latchmark.figures.series import Estimate
from latchmark.wording import amount

WIDTH = 490.0
PANEL_HEIGHT = 300.0
SMALL_PANEL_HEIGHT = 220.0
_AWAY = 8.0  # pixels from a mark to its name
_FAR = 50.0  # the same in a crowd


@dataclass(frozen=True, slots=True)
class Mark:
    """One variant: what it burns, and what it takes."""

    label: str
    style: int
    burnt: Estimate
    taken: Estimate


@dataclass(frozen=True, slots=True)
class Panel:
    """The variants in one place; `title` is empty where there is but one panel."""

    title: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Panels on common axes, both in ns. With `has_diagonal` both are of the same operation, so that a rule
    marks who burns all the time that it takes."""

    quantity: str
    unit: str
    panels: tuple[Panel, ...]
    note: str
    has_diagonal: bool


def against_cpu(chart: Chart) -> Figure:
    """Up is slower, right is dearer; every mark has its name beside it and its intervals both ways."""
    with house_style():
        columns = min(2, len(chart.panels))
        rows = -(-len(chart.panels) // columns)
        cell_width = WIDTH / columns
        cell_height = PANEL_HEIGHT if columns == 1 else SMALL_PANEL_HEIGHT
        below = 6.0 + 14 * len(note_lines(chart.note, WIDTH))
        height = 40 + rows * cell_height + below
        figure, first = frame(WIDTH, height, 0, 0, 0, 0)
        first.remove()
        heading(figure, chart.quantity, chart.unit)
        marks = [mark for panel in chart.panels for mark in panel.marks]
        for index, panel in enumerate(chart.panels):
            row, column = divmod(index, columns)
            top = 40 + row * cell_height
            box = (
                (column * cell_width + 56) / WIDTH,
                1 - (top + cell_height - 40) / height,
                (cell_width - 66) / WIDTH,
                (cell_height - 40 - (22 if panel.title else 6)) / height,
            )
            axes = figure.add_axes(box)
            axes.set_axisbelow(True)
            time_axis(axes, [mark.burnt.extent for mark in marks], "x", 4 if panel.title else 6)
            time_axis(axes, [mark.taken.extent for mark in marks], "y", 5 if panel.title else 8)
            axes.set_xlabel("CPU time of an operation", fontsize=NOTE_SIZE, color=QUIET_TEXT.stand_in)
            if panel.title:
                axes.set_title(label_of(panel.title, 30), fontsize=TEXT_SIZE, loc="left", pad=6)
            _draw(axes, panel, chart.has_diagonal)
        note(figure, chart.note)
        return figure


def _draw(axes: Axes, panel: Panel, has_diagonal: bool) -> None:
    if has_diagonal:
        limits = axes.get_xlim(), axes.get_ylim()
        ends = [max(low for low, _ in limits), min(high for _, high in limits)]
        if ends[0] < ends[1]:
            axes.plot(ends, ends, color=AXIS.stand_in, linewidth=1.2, dashes=(1, 2), zorder=1)
    for mark in panel.marks:
        look = line_style(mark.style)
        x, y = mark.burnt, mark.taken
        if x.low is not None and x.high is not None:
            axes.plot([x.low, x.high], [y.value] * 2, color=look["color"], linewidth=1.6)
        if y.low is not None and y.high is not None:
            axes.plot([x.value] * 2, [y.low, y.high], color=look["color"], linewidth=1.6)
        axes.plot([x.value], [y.value], color=look["color"], marker=look["marker"], ms=7, mew=0, ls="")
    size = TEXT_SIZE if not panel.title else 10
    for mark, (right, up) in zip(panel.marks, _beside(axes, panel.marks, size), strict=True):
        axes.annotate(
            label_of(mark.label, 20),
            (mark.burnt.value, mark.taken.value),
            xytext=(right, up),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=size,
            annotation_clip=False,
            # A name that had to go far is tied to its mark.
            arrowprops={"arrowstyle": "-", "lw": 0.6, "color": AXIS.stand_in, "shrinkA": 0, "shrinkB": 4}
            if abs(up) > 2 * size or right == _FAR or right < -_FAR
            else None,
        )


def _beside(axes: Axes, marks: Sequence[Mark], size: float) -> list[tuple[float, float]]:
    """Where each name begins, seen from its mark: the place around it that hides least."""
    figure = axes.figure
    scale = UNITS_PER_INCH / figure.dpi

    def pixels(x: float, y: float) -> tuple[float, float]:
        right, up = axes.transData.transform((x, y))
        return float(right) * scale, float(up) * scale

    at = [pixels(mark.burnt.value, mark.taken.value) for mark in marks]
    bounds = axes.get_position()
    width, height = figure.get_figwidth() * UNITS_PER_INCH, figure.get_figheight() * UNITS_PER_INCH
    panel = bounds.x0 * width, bounds.y0 * height, bounds.x1 * width, bounds.y1 * height
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in at]
    for mark, (x, y) in zip(marks, at, strict=True):
        (left, low), (right, high) = (
            pixels(*ends) for ends in zip(mark.burnt.extent, mark.taken.extent, strict=True)
        )
        # With room at the ends: a name that touches a bar looks struck through.
        taken += [(left - 4, y - 2, right + 4, y + 2), (x - 2, low - 4, x + 2, high + 4)]
    found = []
    names: list[_Box] = []  # a name under another one cannot be read, one over a bar can
    for mark, (x, y) in zip(marks, at, strict=True):
        # DejaVu Sans is the widest font; in most others the name is shorter, which cannot make names touch.
        length = width_of([label_of(mark.label, 20)], size)
        places = [
            (right, up)
            for up in _rows(size)
            for right in (_AWAY, -_AWAY - length, -length / 2, _FAR, -_FAR - length)
            if up or right != -length / 2
        ]
        # A row up or down before far away, where another mark may be nearer to the name than its own.
        places.sort(key=lambda place: abs(place[1]) + (2 * size if place[0] in (_FAR, -_FAR - length) else 0))
        boxes = [
            (x + right, y + up - size * 0.55, x + right + length, y + up + size * 0.55)
            for right, up in places
        ]
        others = [(a - 6, b - 6, a + 6, b + 6) for a, b in at if (a, b) != (x, y)]
        costs = [
            sum(_overlap(box, other) for other in taken)
            + 3 * sum(_overlap(box, name) for name in names)
            + 2 * (_area(box) - _overlap(box, panel))
            + sum(_overlap(_way(x, y, box), other) for other in others)
            for box in boxes
        ]
        best = costs.index(min(costs))
        names.append(boxes[best])
        found.append(places[best])
    return found


def _rows(size: float) -> list[float]:
    """How far above or below its mark a name may stand, the nearest first."""
    height = 1.15 * size
    return [0.0, *(side * row * height for row in range(1, 8) for side in (1, -1))]


_Box = tuple[float, float, float, float]


def _way(x: float, y: float, box: _Box) -> _Box:
    """What lies between a mark and its name: another mark there would seem to have it."""
    middle = (box[1] + box[3]) / 2
    near = min(max(x, box[0]), box[2])
    return min(x, near), min(y, middle) - 2, max(x, near), max(y, middle) + 2


def _overlap(one: _Box, other: _Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def _area(box: _Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def description_of(chart: Chart) -> str:
    """The marks in words, from their values."""
    told = [f"{chart.quantity} ({chart.unit})."]
    for panel in chart.panels:
        where = f" at {panel.title}" if panel.title else ""
        for mark in panel.marks:
            taken, burnt = (amount(one.value, "ns") for one in (mark.taken, mark.burnt))
            told.append(f"{mark.label}{where}: {taken}, burning {burnt}.")
    return " ".join(told)
