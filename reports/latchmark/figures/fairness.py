"""How evenly do workers share? The smallest and the largest share of each point, an even share being 1."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from latchmark.figures.frame import (
    aside,
    frame,
    group_heading,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    series_id,
    value_axis,
    width_of,
)
from latchmark.figures.palette import AXIS
from latchmark.statistics import Sharing

WIDTH = 490.0
ROW_HEIGHT = 24.0
LONGEST_ROW = 30


@dataclass(frozen=True, slots=True)
class Shares:
    """One point: how its workers shared."""

    group: str
    label: str
    style: int
    sharing: Sharing


@dataclass(frozen=True, slots=True)
class SharingChart:
    """The points of one experiment whose workers compete."""

    rows: tuple[Shares, ...]
    note: str


def sharing(chart: SharingChart) -> Figure:
    """A bar from the smallest to the largest share, Jain's index beside it."""
    with house_style():
        lines: list[Shares | str] = []
        for index, row in enumerate(chart.rows):
            if index == 0 or chart.rows[index - 1].group != row.group:
                lines.append(row.group)
            lines.append(row)
        left = min(width_of([label_of(row.label, LONGEST_ROW) for row in chart.rows]) + 14, 0.42 * WIDTH)
        below = 34.0 + 14 * len(note_lines(chart.note, WIDTH))
        figure, axes = frame(WIDTH, 46 + ROW_HEIGHT * len(lines) + below, left, 76, 46, below)
        heading(figure, "Fairness", "least and most that a worker did, 1 = an even share; Jain's index")
        value_axis(axes, [(0.0, row.sharing.most) for row in chart.rows] + [(0.0, 1.0)], along="x")
        axes.axvline(1.0, color=AXIS.stand_in, linewidth=1.2, zorder=0.5)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        for position, line in enumerate(lines):
            if isinstance(line, str):
                group_heading(axes, position, line, -left)
                continue
            look, mark = line_style(line.style), series_id(line.style)
            aside(axes, 0, position, label_of(line.label, LONGEST_ROW), -left, gid=mark)
            ends = [line.sharing.least, line.sharing.most]
            axes.plot(ends, [position] * 2, color=look["color"], linewidth=2.4, gid=mark)
            axes.plot(
                ends,
                [position] * 2,
                color=look["color"],
                linestyle="none",
                marker=look["marker"],
                markersize=6,
                markeredgewidth=0,
                gid=mark,
            )
            aside(axes, 1, position, f"Jain {line.sharing.jain.median:.2f}", 8, size=11, gid=mark)
        note(figure, chart.note)
        return figure


def description_of(chart: SharingChart) -> str:
    """The chart in words, from its values."""
    return "Shares of the workers, 1 being even. " + " ".join(
        f"{row.label}, {row.group}: from {row.sharing.least:.2f} to {row.sharing.most:.2f},"
        f" Jain's index {row.sharing.jain.median:.2f}."
        for row in chart.rows
    )
