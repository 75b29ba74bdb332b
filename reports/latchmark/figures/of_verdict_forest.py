"""Which points changed, by how much, and against what was that judged? A row a point: its ratio with
interval, and its margin, limit and detectable effect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from latchmark.figures.frame import (
    CHARACTER_WIDTH,
    NOTE_SIZE,
    UNITS_PER_INCH,
    Axes,
    absent,
    aside,
    frame,
    heading,
    house_style,
    label_of,
    note,
    note_lines,
    ratio_axis,
    width_of,
)
from latchmark.figures.palette import AXIS, BACKGROUND, GRID, QUIET_TEXT, SERIES, TEXT
from latchmark.figures.series import Estimate
from latchmark.model import Unavailable
from latchmark.verdict import Limits, Word, times
from latchmark.wording import percent

WIDTH = 490.0
ROW_HEIGHT = 38.0  # a line for the name and one for the interval
GROUP_HEIGHT = 24.0
KEY_HEIGHT = 17.0
LONGEST_NAME = int(WIDTH / (NOTE_SIZE * CHARACTER_WIDTH))

# Ink and marker of a word; the word itself heads the rows.
_LOOKS = {
    Word.REGRESSED: (SERIES[1], ">"),
    Word.IMPROVED: (SERIES[2], "<"),
    Word.OK: (SERIES[0], "o"),
    Word.INCONCLUSIVE: (SERIES[5], "D"),
    Word.SUSPECT: (SERIES[3], "X"),
}
_OTHER_LOOK = (SERIES[5], "s")


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One point. `group` heads the rows that share it, unless it is empty; `beside` is the ratio in words;
    `limits` is None where nothing was asked of it."""

    group: str
    label: str
    word: Word
    value: Estimate | Unavailable
    beside: str
    limits: Limits | None
    detectable: float | None


@dataclass(frozen=True, slots=True)
class Forest:
    """Rows on one logarithmic axis of ratios, symmetric about 1, where nothing changed."""

    title: str
    unit: str
    rows: tuple[ForestRow, ...]
    note: str


def forest(chart: Forest) -> Figure:
    """The rows in the given order; a row without a ratio is hatched and says why."""
    with house_style():
        key = _key(chart.rows)
        groups = [(name, list(some)) for name, some in groupby(chart.rows, key=lambda row: row.group)]
        body = ROW_HEIGHT * len(chart.rows) + GROUP_HEIGHT * sum(name != "" for name, _ in groups)
        foot = 14.0 * len(note_lines(chart.note, WIDTH)) + KEY_HEIGHT * len(_key_lines(key))
        right = width_of([row.beside for row in chart.rows], NOTE_SIZE) + 10
        figure, axes = frame(WIDTH, 46 + body + 38 + foot, 2, right, 46, 38 + foot)
        heading(figure, chart.title, chart.unit)
        ratio_axis(axes, [extent for row in chart.rows for extent in _extents(row)], along="x")
        # One unit of the other axis is a pixel, counted from above.
        axes.set_ylim(body, 0)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        y = 0.0
        for name, rows in groups:
            if name:
                aside(axes, 0, y + GROUP_HEIGHT / 2 + 2, label_of(name, 60), 0, weight="bold")
                y += GROUP_HEIGHT
            for row in rows:
                _draw_row(axes, y, row)
                y += ROW_HEIGHT
        _draw_key(figure, key, 10 + 14.0 * len(note_lines(chart.note, WIDTH)))
        note(figure, chart.note)
        return figure


def _extents(row: ForestRow) -> list[tuple[float, float]]:
    """What the axis needs room for."""
    found = []
    if isinstance(row.value, Estimate):
        found.append(row.value.extent)
    if row.limits is not None:
        found.append((1.0, 1 + row.limits.tolerated))
    if row.detectable is not None:
        found.append((1.0, 1 + row.detectable))
    return found


def _draw_row(axes: Axes, top: float, row: ForestRow) -> None:
    middle = top + 0.66 * ROW_HEIGHT
    aside(axes, 0, top + 0.24 * ROW_HEIGHT, shortened(row.label), 0, size=NOTE_SIZE)
    # The rule at 1 and the grid would run through the name.
    axes.texts[-1].set_bbox({"facecolor": BACKGROUND.stand_in, "edgecolor": "none", "pad": 1})
    if isinstance(row.value, Unavailable):
        absent(axes, middle, 16, label_of(f"no ratio: {row.value.reason}", 58), NOTE_SIZE)
        return
    ink, marker = _LOOKS.get(row.word, _OTHER_LOOK)
    if row.limits is not None:
        _draw_limits(axes, middle, row.limits)
    axes.axhline(middle, color=AXIS.stand_in, linewidth=0.4, dashes=(1, 3), zorder=0)
    if row.detectable is not None:
        below = middle + 8
        reach = [1, 1 + row.detectable]
        axes.plot(reach, [below, below], color=QUIET_TEXT.stand_in, linewidth=1)
        axes.plot(reach[1:], [below], color=QUIET_TEXT.stand_in, marker="|", markersize=6, markeredgewidth=1)
    if row.value.low is not None and row.value.high is not None:
        axes.plot(
            [row.value.low, row.value.high],
            [middle, middle],
            color=ink.stand_in,
            linewidth=2.4,
            solid_capstyle="butt",
        )
    axes.plot([row.value.value], [middle], color=ink.stand_in, marker=marker, markersize=7, markeredgewidth=0)
    aside(axes, 1, middle, row.beside, 8, size=NOTE_SIZE)


def _draw_limits(axes: Axes, middle: float, limits: Limits) -> None:
    """The margin as a band about 1, the limit and what is tolerated as strokes."""
    margin = 1 + limits.margin
    axes.add_patch(
        Rectangle(
            (1 / margin, middle - 9), margin - 1 / margin, 18, color=GRID.stand_in, linewidth=0, zorder=0
        )
    )
    for value, dashes in ((limits.limit, ()), (limits.tolerated, (1.5, 1.5))):
        axes.plot(
            [1 + value, 1 + value],
            [middle - 9, middle + 9],
            color=AXIS.stand_in,
            linewidth=1.4,
            dashes=dashes,
            zorder=0.6,
        )


def shortened(name: str, longest: int = LONGEST_NAME) -> str:
    """A long name without its middle: where it runs and in which team tells points apart."""
    name = label_of(name, 1000)
    if len(name) <= longest:
        return name
    tail = longest // 2
    return f"{name[: longest - tail - 1]}\u2026{name[-tail:]}"


def _key(rows: Sequence[ForestRow]) -> list[tuple[str, str]]:
    """(sign, text) of what the rows show; a number where all rows have the same."""
    limits = [row.limits for row in rows if row.limits is not None and isinstance(row.value, Estimate)]
    found = [("interval", "median, 95 % interval")]
    if limits:
        found += [
            ("margin", _named("margin", [one.margin for one in limits])),
            ("limit", _named("limit", [one.limit for one in limits])),
            ("tolerated", _named("tolerated", [one.tolerated for one in limits])),
        ]
    if any(row.detectable is not None for row in rows):
        found.append(("detectable", "detectable: confirmed 9 times in 10"))
    return found


def _named(name: str, values: Sequence[float]) -> str:
    return f"{name} {percent(values[0])}" if len(set(values)) == 1 else f"{name}, each its own"


def _key_lines(key: Sequence[tuple[str, str]]) -> list[list[tuple[float, str, str]]]:
    """The key in lines that fit: (x in pixels, sign, text)."""
    lines: list[list[tuple[float, str, str]]] = []
    x = math.inf
    for sign, text in key:
        width = 24 + width_of([text], NOTE_SIZE) + 12
        if x + width > WIDTH + 12:
            lines.append([])
            x = 0.0
        lines[-1].append((x, sign, text))
        x += width
    return lines


def _draw_key(figure: Figure, key: Sequence[tuple[str, str]], bottom: float) -> None:
    height = figure.get_figheight() * UNITS_PER_INCH

    def stroke(xs: Sequence[float], ys: Sequence[float], **look: object) -> None:
        points = [x / WIDTH for x in xs], [y / height for y in ys]
        figure.add_artist(Line2D(*points, **look))

    for index, line in enumerate(reversed(_key_lines(key))):
        y = bottom + KEY_HEIGHT * index + KEY_HEIGHT / 2
        for x, sign, text in line:
            if sign == "interval":
                stroke([x, x + 18], [y, y], color=TEXT.stand_in, linewidth=2.4)
                stroke([x + 9], [y], color=TEXT.stand_in, marker="o", markersize=7, markeredgewidth=0)
            elif sign == "margin":
                stroke([x, x + 18], [y, y], color=GRID.stand_in, linewidth=12, solid_capstyle="butt")
            elif sign == "detectable":
                stroke([x, x + 16], [y, y], color=QUIET_TEXT.stand_in, linewidth=1)
                stroke([x + 16, x + 16], [y - 3, y + 3], color=QUIET_TEXT.stand_in, linewidth=1)
            else:
                dashes = () if sign == "limit" else (1.5, 1.5)
                stroke([x + 9, x + 9], [y - 7, y + 7], color=AXIS.stand_in, linewidth=1.4, dashes=dashes)
            figure.text(
                (x + 24) / WIDTH,
                y / height,
                text,
                fontsize=NOTE_SIZE,
                color=QUIET_TEXT.stand_in,
                va="center",
                ha="left",
            )


def description_of(chart: Forest) -> str:
    """The figure in words, from its values."""
    parts = [f"{chart.title} ({chart.unit})."]
    for row in chart.rows:
        where = f"{row.group}, {row.label}" if row.group else row.label
        if isinstance(row.value, Unavailable):
            parts.append(f"{where}: no ratio, {row.value.reason}.")
            continue
        seen = "" if row.detectable is None else f", {percent(row.detectable)} detectable"
        asked = "" if row.limits is None else f", limit {times(1 + row.limits.limit)}"
        parts.append(f"{where}: {row.beside}{asked}{seen}.")
    return " ".join(parts)
