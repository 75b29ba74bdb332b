"""How evenly do workers share? The smallest and the largest share of each point, an even share being 1."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from latchmark.figures.frame import (
    aside,
    frame,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    value_axis,
    width_of,
)
from latchmark.figures.palette import AXIS

WIDTH = 490.0
ROW_HEIGHT = 24.0
LONGEST_ROW = 30


@dataclass(frozen=True, slots=True)
class Sharing:
    """One point: medians over its launches of the smallest and largest share times the workers, and of Jain's
    index."""

    group: str
    label: str
    style: int
    smallest: float
    largest: float
    jain: float


@dataclass(frozen=True, slots=True)
class SharingChart:
    """The points of one experiment whose workers compete."""

    rows: tuple[Sharing, ...]
    note: str


def sharing(chart: SharingChart) -> Figure:
    """A bar from the smallest to the largest share, Jain's index beside it."""
    with house_style():
        lines: list[Sharing | str] = []
        for index, row in enumerate(chart.rows):
            if index == 0 or chart.rows[index - 1].group != row.group:
                lines.append(row.group)
            lines.append(row)
        left = min(width_of([label_of(row.label, LONGEST_ROW) for row in chart.rows]) + 14, 0.42 * WIDTH)
        below = 34.0 + 14 * len(note_lines(chart.note, WIDTH))
        figure, axes = frame(WIDTH, 46 + ROW_HEIGHT * len(lines) + below, left, 76, 46, below)
        heading(figure, "Fairness", "least and most that a worker did, 1 = an even share; Jain's index")
        value_axis(axes, [(0.0, row.largest) for row in chart.rows] + [(0.0, 1.0)], along="x")
        axes.axvline(1.0, color=AXIS.stand_in, linewidth=1.2, zorder=0.5)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        for position, line in enumerate(lines):
            if isinstance(line, str):
                aside(axes, 0, position + 0.08, label_of(line, 60), -left, weight="bold")
                continue
            look = line_style(line.style)
            aside(axes, 0, position, label_of(line.label, LONGEST_ROW), -left)
            axes.plot([line.smallest, line.largest], [position] * 2, color=look["color"], linewidth=2.4)
            axes.plot(
                [line.smallest, line.largest],
                [position] * 2,
                color=look["color"],
                linestyle="none",
                marker=look["marker"],
                markersize=6,
                markeredgewidth=0,
            )
            aside(axes, 1, position, f"Jain {line.jain:.2f}", 8, size=11)
        note(figure, chart.note)
        return figure


def description_of(chart: SharingChart) -> str:
    """The chart in words, from its values."""
    return "Shares of the workers, 1 being even. " + " ".join(
        f"{row.label}, {row.group}: from {row.smallest:.2f} to {row.largest:.2f},"
        f" Jain's index {row.jain:.2f}."
        for row in chart.rows
    )
