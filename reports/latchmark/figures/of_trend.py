"""How does a history look? A row a point to look over all of them, and one large step plot for each that
moved."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from matplotlib.figure import Figure

from latchmark.figures.drawing import Drawing, interval_text
from latchmark.figures.frame import (
    UNITS_PER_INCH,
    Axes,
    aside,
    frame,
    heading,
    house_style,
    label_of,
    note,
    note_lines,
    ratio_axis,
)
from latchmark.figures.palette import AXIS, BACKGROUND, QUIET_TEXT, SERIES
from latchmark.model import Unavailable
from latchmark.trend import History, Line, is_other_build
from latchmark.wording import amount, count, number

WIDTH = 490.0
PLOT_HEIGHT = 190.0
ROW_HEIGHT = 44.0
MOST_ROWS = 16  # of a figure; two stand side by side
_CURVE = 0.30  # of a row's height, up and down from its middle; the rest is the row's name
_LETTER_GAP = 13.0  # pixels between the letters of two changes; where there is less the table has them


def rows_of(history: History, lines: Sequence[Line]) -> tuple[Drawing, ...]:
    """Every line of one experiment in a row of its own, all on one scale."""
    drawn = [line for line in lines if _relative(line)]
    if not drawn:
        return ()
    # Of medians alone: one wide interval would flatten every row.
    reach = max(max(value, 1 / value) for line in drawn for _, value, _, _ in _relative(line))
    reach = max(reach, 1.05)  # or the scatter of the quietest points would fill their rows
    figures = max(math.ceil(len(drawn) / MOST_ROWS), 2 if len(drawn) > MOST_ROWS / 2 else 1)
    size = math.ceil(len(drawn) / figures)
    found = []
    for first in range(0, len(drawn), size):
        some = drawn[first : first + size]
        names = f"{some[0].experiment}, {some[0].metric.replace('_', ' ')}"
        part = f", {first + 1} to {first + len(some)} of {len(drawn)}" if figures > 1 else ""
        described = "; ".join(_row_in_words(history, line) for line in some)
        title = f"{names}{part}: each point over its first level"
        found.append(
            Drawing("history", title, f"{described}.", partial(_rows, history, some, names + part, reach))
        )
    return tuple(found)


def step_of(history: History, line: Line) -> Drawing:
    """One line with its intervals, levels and all that changed around it."""
    return Drawing(
        "steps", line.title, f"{_row_in_words(history, line)}.", partial(_step_plot, history, line)
    )


def _row_in_words(history: History, line: Line) -> str:
    values = line.measured
    last, summary = values[-1]
    told = f"{line.title}: {amount(summary.median, line.unit)} in run {last + 1}"
    if not line.steps:
        extent = [one.median for _, one in values]
        return (
            f"{told}, {amount(min(extent), line.unit)} to {amount(max(extent), line.unit)} over"
            f" {count(len(values), 'run')}, no step"
        )
    levels = "; ".join(
        f"{amount(one.median, line.unit)} in runs {one.first + 1} to {one.last + 1}" for one in line.levels
    )
    letters = [one.label for one in history.changes if one.at in {step.at for step in line.steps}]
    return f"{told}. Levels: {levels}" + (f". Changes at a step: {', '.join(letters)}" if letters else "")


def _base(line: Line) -> float:
    return line.levels[0].median


def _relative(line: Line) -> list[tuple[int, float, float, float]]:
    """(run, median, low, high) over the first level; the ends are the median where there is no interval.
    Empty for a line that reaches zero, of which there is no ratio."""
    if not line.levels:
        return []
    base = _base(line)
    found = []
    for run, one in line.measured:
        interval = one.interval
        low, high = (
            (one.median, one.median) if isinstance(interval, Unavailable) else (interval.low, interval.high)
        )
        # An end at zero has no place on a ratio axis.
        found.append((run, one.median / base, (low if low > 0 else one.median) / base, high / base))
    return found


def _step_plot(history: History, line: Line) -> Figure:
    with house_style():
        foot = _note(history, [line], has_band=True)
        below = 48.0 + 14 * len(note_lines(foot, WIDTH))
        figure, axes = frame(WIDTH, 60 + PLOT_HEIGHT + below, 50, 8, 60, below)
        heading(
            figure,
            line.title.removeprefix(f"{line.experiment}/"),
            f"{line.metric.replace('_', ' ')} over its first level, {amount(_base(line), line.unit)}",
        )
        values = _relative(line)
        ratio_axis(axes, [(low, high) for _, _, low, high in values])
        axes.set_xlim(0.4, len(history.runs) + 0.6)
        for stretch in _stretches(values):
            edges = _edges(stretch)
            axes.fill_between(
                edges,
                [low for _, _, low, _ in stretch for _ in range(2)],
                [high for _, _, _, high in stretch for _ in range(2)],
                color=SERIES[0].stand_in,
                alpha=0.22,
                linewidth=0,
            )
            axes.plot(
                edges,
                [value for _, value, _, _ in stretch for _ in range(2)],
                color=SERIES[0].stand_in,
                linewidth=1.4,
            )
        _levels(axes, line, lambda value: value, linewidth=2.4)
        _rule_changes(axes, history)
        axes.xaxis.get_major_locator().set_params(integer=True, nbins=8)
        axes.set_xlabel(_runs_label(history), fontsize=11, color=QUIET_TEXT.stand_in)
        note(figure, foot)
        return figure


def _rows(history: History, lines: Sequence[Line], title: str, reach: float) -> Figure:
    with house_style():
        foot = _note(history, lines, has_band=False)
        below = 48.0 + 14 * len(note_lines(foot, WIDTH))
        right = 104.0
        figure, axes = frame(WIDTH, 60 + ROW_HEIGHT * len(lines) + below, 2, right, 60, below)
        heading(figure, title, f"each over its first level; a row is {number(reach)}× up and down")
        axes.set_xlim(0.4, len(history.runs) + 0.6)
        axes.set_ylim(len(lines) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        for row, line in enumerate(lines):
            _row(axes, row, line, reach)
        _rule_changes(axes, history)
        axes.xaxis.get_major_locator().set_params(integer=True, nbins=6)
        axes.set_xlabel(_runs_label(history), fontsize=11, color=QUIET_TEXT.stand_in)
        note(figure, foot)
        return figure


def _row(axes: Axes, row: int, line: Line, reach: float) -> None:
    """The name, below it the runs and levels of one line, beside them its last value."""
    middle = row + 0.46 - _CURVE

    def height(value: float) -> float:
        return middle - _CURVE * math.log(value) / math.log(reach)

    axes.annotate(
        label_of(line.title.removeprefix(f"{line.experiment}/"), 56),
        (0, row - 0.36),
        xycoords=("axes fraction", "data"),
        va="center",
        ha="left",
        fontsize=11,
        # A rule through a name reads as a strike.
        bbox={"facecolor": BACKGROUND.stand_in, "edgecolor": "none", "pad": 1},
    )
    axes.axhline(middle, color=AXIS.stand_in, linewidth=0.5, dashes=(1, 3), zorder=0)
    for stretch in _stretches(_relative(line)):
        medians = [height(value) for _, value, _, _ in stretch for _ in range(2)]
        axes.plot(_edges(stretch), medians, color=SERIES[0].stand_in, linewidth=1.4)
    _levels(axes, line, height, linewidth=2.0)
    aside(axes, 1, middle, amount(line.measured[-1][1].median, line.unit), 8, size=11)
    if line.steps:
        told = count(len(line.steps), "step")
        aside(axes, 1, row - 0.36, told, 8, size=11, color=QUIET_TEXT.stand_in)


def _levels(axes: Axes, line: Line, height: Callable[[float], float], linewidth: float) -> None:
    """A stroke over the runs of each level, where there are several."""
    for level in line.levels if line.steps else ():
        at = height(level.median / _base(line))
        axes.plot(
            [level.first + 0.5, level.last + 1.5], [at, at], color=SERIES[1].stand_in, linewidth=linewidth
        )


def _edges(stretch: Sequence[tuple[int, float, float, float]]) -> list[float]:
    """Where each run of a stretch begins and ends on the axis, on which the first run is 1."""
    return [edge for run, *_ in stretch for edge in (run + 0.5, run + 1.5)]


def _stretches(
    values: Sequence[tuple[int, float, float, float]],
) -> list[list[tuple[int, float, float, float]]]:
    """Runs that follow one another: a line across a run without a value would be a claim about it."""
    found: list[list[tuple[int, float, float, float]]] = []
    for value in values:
        if not found or found[-1][-1][0] != value[0] - 1:
            found.append([])
        found[-1].append(value)
    return found


def _rule_changes(axes: Axes, history: History) -> None:
    """A rule with its letter before the first run of another environment, a tick before each other build."""
    room = -math.inf
    for change in history.changes:
        x = change.at + 0.5
        axes.axvline(x, color=AXIS.stand_in, linewidth=1, dashes=(4, 2), zorder=0.5)
        place = float(axes.transData.transform((x, 1))[0]) * UNITS_PER_INCH / axes.figure.dpi
        if place >= room:
            axes.annotate(
                change.label,
                (x, 1),
                xycoords=("data", "axes fraction"),
                xytext=(0, 3),
                textcoords="offset points",
                va="bottom",
                ha="center",
                fontsize=11,
                color=QUIET_TEXT.stand_in,
                annotation_clip=False,
            )
            room = place + _LETTER_GAP
    if not _are_ticked(history):
        return
    builds = [index + 0.5 for index in _other_builds(history)]
    axes.plot(
        builds,
        [0.0] * len(builds),
        transform=axes.get_xaxis_transform(),
        linestyle="none",
        marker="|",
        markersize=7,
        markeredgewidth=1,
        color=QUIET_TEXT.stand_in,
        clip_on=False,
    )


def _other_builds(history: History) -> list[int]:
    """The runs of another binary than the run before."""
    pairs = enumerate(pairwise(history.runs), 1)
    return [index for index, (before, since) in pairs if is_other_build(before, since)]


def _are_ticked(history: History) -> bool:
    """Where nearly every run has another build, its ticks would be a comb."""
    return 0 < len(_other_builds(history)) <= len(history.runs) / 2


def _runs_label(history: History) -> str:
    first, last = history.runs[0].started_utc[:10], history.runs[-1].started_utc[:10]
    return f"run, {first} to {last}" if first != last else f"run, {first}"


def _note(history: History, lines: Sequence[Line], has_band: bool) -> str:
    counts = {one.n for line in lines for _, one in line.measured}
    launches = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    parts = [history.runs[-1].alias, f"a step a run: median of {launches} launches"]
    if has_band:
        parts.append(interval_text(counts).replace("bars", "band"))
    if any(line.steps for line in lines):
        parts.append("thick: levels")
    if history.changes:
        parts.append("dashed: the environment changed")
    builds = len(_other_builds(history))
    if _are_ticked(history):
        parts.append("ticks at the foot: another build")
    elif builds:
        runs = len(history.runs) - 1
        parts.append(
            "another build in every run" if builds == runs else f"another build in {builds} of {runs} runs"
        )
    return " \u00b7 ".join(parts)
