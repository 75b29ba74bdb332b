"""What do all figures share? A frame in CSS pixels, axes in the report's inks, labels at the lines, and a
note."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from latchmark.figures.palette import AXIS, BACKGROUND, DASHES, GRID, MARKERS, QUIET_TEXT, SERIES, TEXT
from latchmark.figures.svg import SERIES_MARK, STYLE
from latchmark.wording import axis_value, scale_for

UNITS_PER_INCH = 72  # of an SVG view box: with it, sizes below are CSS pixels at full width
TEXT_SIZE = 12
NOTE_SIZE = 11
LINE_GAP = 15
# Widths are laid out before the reader's font is known; DejaVu Sans, the widest in common use, needs this
# much.
CHARACTER_WIDTH = 0.62
LONGEST_LABEL = 26  # characters; a longer name is cut here and whole in the table

Axes = Any  # matplotlib 3.6 has no types

_HOUSE: dict[str, object] = {
    **STYLE,
    "font.size": TEXT_SIZE,
    "text.color": TEXT.stand_in,
    "axes.edgecolor": AXIS.stand_in,
    "axes.labelcolor": TEXT.stand_in,
    "axes.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": "none",
    "figure.edgecolor": "none",
    "xtick.color": AXIS.stand_in,
    "ytick.color": AXIS.stand_in,
    "xtick.labelcolor": QUIET_TEXT.stand_in,
    "ytick.labelcolor": QUIET_TEXT.stand_in,
    "xtick.major.width": 0.8,
    "ytick.major.width": 0.8,
    "xtick.major.size": 4,
    "ytick.major.size": 4,
    "grid.color": GRID.stand_in,
    "grid.linewidth": 0.8,
    "hatch.color": AXIS.stand_in,
    "hatch.linewidth": 0.8,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Settings that count while artists are made; a caller's own matplotlib settings stay as they are."""
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **_HOUSE}):
        yield


def label_of(name: str, longest: int = LONGEST_LABEL) -> str:
    """A name as a figure can carry it: one line, no characters that XML forbids, cut with an ellipsis."""
    clean = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return clean if len(clean) <= longest else clean[: longest - 1] + "\u2026"


def width_of(labels: Sequence[str], size: float = TEXT_SIZE) -> float:
    """Room in pixels for the longest of the labels in any font."""
    return max((len(label) for label in labels), default=0) * size * CHARACTER_WIDTH


def frame(
    width: float, height: float, left: float, right: float, top: float, bottom: float
) -> tuple[Figure, Axes]:
    """A figure with one panel; all lengths in CSS pixels, the last four its margins."""
    figure = Figure(figsize=(width / UNITS_PER_INCH, height / UNITS_PER_INCH), dpi=UNITS_PER_INCH)
    FigureCanvasSVG(figure)
    rectangle = (
        left / width,
        bottom / height,
        (width - left - right) / width,
        (height - top - bottom) / height,
    )
    axes = figure.add_axes(rectangle)
    axes.set_axisbelow(True)
    return figure, axes


def heading(figure: Figure, text: str, unit: str) -> None:
    """What the panel shows, above it and level: a rotated axis label is read by nobody."""
    height = figure.get_figheight() * UNITS_PER_INCH
    width = figure.get_figwidth() * UNITS_PER_INCH
    # Bold letters are about a tenth wider.
    text = label_of(text, int(width / (TEXT_SIZE * CHARACTER_WIDTH * 1.1)))
    unit = label_of(unit, int(width / (NOTE_SIZE * CHARACTER_WIDTH)))
    figure.text(0.0, 1 - 12 / height, text, fontsize=TEXT_SIZE, fontweight="bold", va="center", ha="left")
    figure.text(
        0.0, 1 - 28 / height, unit, fontsize=NOTE_SIZE, color=QUIET_TEXT.stand_in, va="center", ha="left"
    )


def note(figure: Figure, text: str) -> None:
    """Machine, sample and interval in the foot of the figure, in lines that fit its width."""
    width = figure.get_figwidth() * UNITS_PER_INCH
    height = figure.get_figheight() * UNITS_PER_INCH
    for index, line in enumerate(reversed(note_lines(text, width))):
        figure.text(
            0.0,
            (6 + 14 * index) / height,
            line,
            fontsize=NOTE_SIZE,
            color=QUIET_TEXT.stand_in,
            va="center",
            ha="left",
        )


def note_lines(text: str, width: float) -> tuple[str, ...]:
    """The note broken at its separators so that no line is wider than the figure; one that is, at words."""
    room = int(width / (NOTE_SIZE * CHARACTER_WIDTH))
    lines: list[str] = []
    for part in text.split(" \u00b7 "):
        joined = f"{lines[-1]} \u00b7 {part}" if lines else part
        if lines and len(joined) <= room:
            lines[-1] = joined
        else:
            lines += [label_of(line, room) for line in wrap(part, room, break_on_hyphens=False)]
    return tuple(lines)


def worker_axis(
    axes: Axes, positions: Sequence[float], label: str, scale: str = "log", unit: str = ""
) -> None:
    """The x axis of a sweep: a tick at every position that was measured and none between.

    `scale` is `log` (to the base 2), `linear`, or `from_zero`: linear up to the smallest position above zero
    and logarithmic beyond. Sizes and times carry their `unit` at the tick, since they span several.
    """
    low, high = min(positions), max(positions)
    if scale == "log":
        axes.set_xscale("log", base=2)
        # A lone position has no extent from which a margin could follow.
        spread = (high / low) ** 0.06 if high > low else 1.3
        axes.set_xlim(low / spread, high * spread)
    elif scale == "from_zero":
        nearest = min(position for position in positions if position > 0)
        axes.set_xscale("symlog", base=2, linthresh=nearest)
        axes.set_xlim(-0.3 * nearest, high * (high / nearest) ** 0.06)
    else:
        margin = 0.06 * (high - low) or 0.5
        axes.set_xlim(low - margin, high + margin)
    axes.xaxis.set_major_locator(FixedLocator(list(positions)))
    texts = {x: _tick(x, unit) for x in positions}
    if unit:
        texts = _with_room(axes, texts)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: texts.get(x, "")))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(label_of(label, 60), fontsize=NOTE_SIZE, color=QUIET_TEXT.stand_in)


def value_axis(
    axes: Axes, extents: Sequence[tuple[float, float]], along: str = "y", is_linear: bool = False
) -> None:
    """A linear axis from zero, or a logarithmic one where the values span more than a factor of 12 (a
    judgement: beyond it the small values of a linear axis can no longer be told apart). Zero and below
    force linear, and so does `is_linear`, for shares of a whole."""
    axis = axes.yaxis if along == "y" else axes.xaxis
    set_limits = axes.set_ylim if along == "y" else axes.set_xlim
    set_scale = axes.set_yscale if along == "y" else axes.set_xscale
    low = min((low for low, _ in extents), default=0.0)
    high = max((high for _, high in extents), default=1.0)
    if low > 0 and high / low > 12 and not is_linear:
        set_scale("log")
        set_limits(low / 1.5, high * 1.5)
        # Level labels are wider than they are high, so the x axis has room for fewer.
        subdivisions = (1.0,) if high / low >= 200 else (1.0, 2.0, 5.0) if along == "y" else (1.0, 3.0)
        axis.set_major_locator(LogLocator(base=10, subs=subdivisions, numticks=12))
        axis.set_minor_locator(NullLocator())
    else:
        set_limits(min(0.0, low * 1.08), high * 1.08 if high > 0 else 1.0)
        axis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axis.set_minor_formatter(NullFormatter())
    axes.grid(True, axis=along)


def _tick(value: float, unit: str) -> str:
    """Beside 10 \u00b5s stands 1 \u00b5s and not 1000 ns."""
    if unit == "ns":
        factor, said = scale_for(value, unit)
        return f"{value * factor:g} {said}"
    return axis_value(value, unit) if unit == "B" else f"{value:g}"


def time_axis(axes: Axes, extents: Sequence[tuple[float, float]], along: str, ticks: int) -> None:
    """A logarithmic axis of times in ns, all above zero, each tick with the unit that people say."""
    axis = axes.yaxis if along == "y" else axes.xaxis
    low, high = min(low for low, _ in extents) / 1.5, max(high for _, high in extents) * 1.5
    (axes.set_yscale if along == "y" else axes.set_xscale)("log")
    (axes.set_ylim if along == "y" else axes.set_xlim)(low, high)
    is_narrow = high / low < 10 ** (ticks / 3)
    axis.set_major_locator(
        LogLocator(base=10, subs=(1.0, 2.0, 5.0) if is_narrow else (1.0,), numticks=max(ticks, 2))
    )
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, "ns")))
    if along == "x":
        # Where values lie close together the locator takes ticks from a linear scale, as many as it likes.
        texts = {float(x): _tick(float(x), "ns") for x in axis.get_majorticklocs() if low <= x <= high}
        axis.set_major_locator(FixedLocator(sorted(_with_room(axes, texts))))
    axes.grid(True, axis=along)


_GAP = 6.0  # pixels between two labels


def _with_room(axes: Axes, texts: Mapping[float, str]) -> dict[float, str]:
    """The labels that do not run into one another, the last of them first; each position keeps its tick."""
    scale = UNITS_PER_INCH / axes.figure.dpi
    kept: dict[float, str] = {}
    room = math.inf
    for x in sorted(texts, reverse=True):
        middle = float(axes.transData.transform((x, 1))[0]) * scale
        half = width_of([texts[x]]) / 2
        if middle + half <= room:
            kept[x] = texts[x]
            room = middle - half - _GAP
    return kept


# Steps of a ratio axis, used on both sides of 1.
_STEPS = (1.02, 1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000, 10_000, 100_000)


def ratio_axis(axes: Axes, extents: Sequence[tuple[float, float]], along: str = "y") -> None:
    """A logarithmic axis symmetric about 1, so that twice and half look equally far, with a rule at 1."""
    reach = max((max(high, 1 / low) for low, high in extents if low > 0), default=1.1)
    reach = max(reach, 1.05) ** 1.08
    axis = axes.yaxis if along == "y" else axes.xaxis
    (axes.set_yscale if along == "y" else axes.set_xscale)("log")
    (axes.set_ylim if along == "y" else axes.set_xlim)(1 / reach, reach)
    # Labels closer than a third of the half axis would touch, so the larger steps are taken first.
    chosen: list[float] = []
    for step in reversed([step for step in _STEPS if step <= reach]):
        last = math.log(chosen[-1]) if chosen else math.inf
        if min(last - math.log(step), math.log(step)) >= 0.36 * math.log(reach):
            chosen.append(step)
    axis.set_major_locator(FixedLocator([1 / step for step in chosen] + [1.0] + chosen))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:.2g}\u00d7" if value < 1 else plain(value) + "\u00d7")
    )
    axis.set_minor_locator(NullLocator())
    axes.grid(True, axis=along)
    (axes.axhline if along == "y" else axes.axvline)(1.0, color=AXIS.stand_in, linewidth=1.2, zorder=0.5)


def plain(value: float) -> str:
    """A tick's number without an exponent where a person would not write one."""
    if 0 < abs(value) < 0.001:
        return f"{value:.3g}"
    # A million and more in millions: seven digits leave no room for the panel.
    scaled, unit = (value / 1e6, "\u202fM") if abs(value) >= 1e6 else (value, "")
    return f"{scaled:,.10g}".replace(",", "\u202f") + unit


def line_style(style: int) -> dict[str, Any]:
    """Colour, marker and dash of a series: three signs for one thing, since colour alone must not carry
    it."""
    ink = SERIES[style % len(SERIES)]
    return {
        "color": ink.stand_in,
        "marker": MARKERS[style % len(MARKERS)],
        "dashes": DASHES[style % len(DASHES)],
        "linewidth": 1.8,
        "markersize": 5.5,
        "markeredgewidth": 0,
    }


def series_id(variant: int) -> str:
    """What marks an artist as one of a variant, so that a reader can pick it out of all figures."""
    return f"{SERIES_MARK}{variant}"


def spread_apart(wanted: Sequence[float], gap: float) -> tuple[float, ...]:
    """Positions at least `gap` apart, in the order of `wanted` and as near to it as that allows."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    # Labels that touch move as one block around the mean of what its members wanted.
    blocks: list[tuple[float, list[int]]] = []
    for index in order:
        blocks.append((wanted[index], [index]))
        while len(blocks) > 1:
            (below, members), (above, others) = blocks[-2], blocks[-1]
            if above - below >= gap * (len(members) + len(others)) / 2:
                break
            together = [*members, *others]
            centre = (below * len(members) + above * len(others)) / len(together)
            blocks[-2:] = [(centre, together)]
    placed = [0.0] * len(wanted)
    for centre, members in blocks:
        for rank, index in enumerate(members):
            placed[index] = centre + gap * (rank - (len(members) - 1) / 2)
    return tuple(placed)


def end_labels(
    axes: Axes, ends: Sequence[tuple[float, float, str, int]], marks: Sequence[str | None] = ()
) -> None:
    """Names beside the lines' ends, (x, y, label, style) each, moved apart where they would overlap; `marks`
    are their `series_id`."""
    figure = axes.figure
    height = figure.get_figheight() * UNITS_PER_INCH
    width = figure.get_figwidth() * UNITS_PER_INCH
    # Without a draw the scale's limits are already set, so data and display positions agree.
    positions = [axes.transData.transform((x, y)) for x, y, _, _ in ends]
    heights = spread_apart([float(y) for _, y in positions], LINE_GAP)
    right = axes.get_position().x1 * width
    last = max((float(x) for x, _ in positions), default=0.0)
    marks = marks or [None] * len(ends)
    for (_, _, label, style), (x, y), placed, mark in zip(ends, positions, heights, marks, strict=True):
        # The way from a line that ends early is no data: dotted, so that it cannot pass for some.
        look: dict[str, Any] = (
            {"linewidth": 0.9} if float(x) > last - 1 else {"linewidth": 0.8, "dashes": (1, 3)}
        )
        figure.text(
            (right + 18) / width,
            placed / height,
            label_of(label),
            va="center",
            ha="left",
            fontsize=TEXT_SIZE,
            gid=mark,
        )
        figure.add_artist(
            Line2D(
                [(float(x) + 5) / width, (right + 14) / width],
                [float(y) / height, placed / height],
                color=SERIES[style % len(SERIES)].stand_in,
                gid=mark,
                **look,
            )
        )


def aside(
    axes: Axes, x: float, y: float, text: str, offset: float, size: float = TEXT_SIZE, **look: object
) -> None:
    """Text in the row `y` of a figure of rows, `offset` pixels from its left (x = 0) or right (x = 1) end."""
    axes.annotate(
        text,
        (x, y),
        xycoords=("axes fraction", "data"),
        xytext=(offset, 0),
        textcoords="offset points",
        va="center",
        ha="left",
        fontsize=size,
        annotation_clip=False,
        **look,
    )


def group_heading(axes: Axes, y: float, text: str, offset: float) -> None:
    """Who works where, over the rows that share it, on a ground of its own: rules run through all rows."""
    ground = {"facecolor": BACKGROUND.stand_in, "edgecolor": "none", "pad": 1.0}
    aside(axes, 0, y + 0.08, label_of(text, 60), offset, weight="bold", bbox=ground)


def absent(axes: Axes, y: float, height: float, why: str, size: float = TEXT_SIZE) -> None:
    """The row `y` of a figure of rows where a value is missing: hatched over `height`, in units of its axis,
    and said in words. A gap could pass for a value beyond the axis."""
    axes.add_patch(
        Rectangle(
            (0, y - height / 2),
            1,
            height,
            transform=axes.get_yaxis_transform(),
            fill=False,
            hatch="////",
            edgecolor=GRID.stand_in,
            linewidth=0,
            zorder=0,
        )
    )
    aside(axes, 0, y, why, 4, size=size, color=QUIET_TEXT.stand_in, style="italic")
