"""How does each variant change along a sweep? Lines with interval bands, one panel a quantity."""

import math
from collections.abc import Sequence
from dataclasses import replace

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from latchmark.figures.frame import (
    CHARACTER_WIDTH,
    NOTE_SIZE,
    UNITS_PER_INCH,
    Axes,
    end_labels,
    frame,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    series_id,
    value_axis,
    width_of,
    worker_axis,
)
from latchmark.figures.palette import AXIS, QUIET_TEXT, SERIES, TEXT
from latchmark.figures.series import Series, absent_of, estimates_of
from latchmark.figures.sweep import Strip, Sweep
from latchmark.wording import words

WIDTH = 490.0
PLOT_HEIGHT = 210.0
MOST_SERIES = 8  # in one panel; more go to small multiples, one highlighted in each
STRIP_HEIGHT = 74.0
STRIP_HEAD = 38.0  # its heading, and the gap above
# In a strip as high as this the names of more lines would not stand beside their ends.
_MOST_NAMED_IN_STRIP = 4


def scaling(sweep: Sweep) -> Figure:
    """The sweep as one panel, or as small multiples when it has more than eight series."""
    if len(sweep.series) > MOST_SERIES:
        return _small_multiples(sweep)
    with house_style():
        labels = [label_of(one.label) for one in sweep.series]
        right = 26 + width_of(labels)
        lines = note_lines(_note(sweep), WIDTH)
        below = 48.0 + 14 * len(lines)
        strips = (STRIP_HEAD + STRIP_HEIGHT) * len(sweep.strips)
        # What begins at a rule is written above it, and below the heading.
        head = 44 + (12 if is_labelled(sweep) else 0)
        height = head + PLOT_HEIGHT + strips + below
        figure, axes = frame(WIDTH, height, LEFT, right, head, below + strips)
        heading(figure, sweep.quantity, sweep.unit)
        _dress(axes, sweep)
        for one in sweep.series:
            _draw(axes, one, sweep, one.style)
        _ideal(axes, sweep)
        _reference(axes, sweep)
        _say_absent(axes, sweep)
        _name_ends(axes, sweep.series)
        for index, strip in enumerate(sweep.strips):
            top = head + PLOT_HEIGHT + STRIP_HEAD + index * (STRIP_HEAD + STRIP_HEIGHT)
            axes.tick_params(axis="x", labelbottom=False)
            axes.set_xlabel("")
            axes = _strip(figure, sweep, strip, top, right)
        note(figure, _note(sweep))
        return figure


LEFT = 46.0


def _strip(figure: Figure, sweep: Sweep, strip: Strip, top: float, right: float) -> Axes:
    """A reading on the positions of the panel above."""
    height = figure.get_figheight() * UNITS_PER_INCH
    box = (
        LEFT / WIDTH,
        1 - (top + STRIP_HEIGHT) / height,
        (WIDTH - LEFT - right) / WIDTH,
        STRIP_HEIGHT / height,
    )
    axes = figure.add_axes(box)
    axes.set_axisbelow(True)
    title = label_of(f"{strip.title}, {strip.unit}", int(WIDTH / (NOTE_SIZE * CHARACTER_WIDTH)))
    figure.text(0.0, 1 - (top - 12) / height, title, fontsize=NOTE_SIZE, va="center", ha="left")
    positions, _ = positions_and_extents(sweep.series)
    _, extents = positions_and_extents(strip.series)
    own = replace(sweep, series=strip.series, reference=None, crossovers=(), is_share=strip.is_share)
    _dress(axes, replace(own, shared=(positions, _hull(extents)), breaks=(), strips=()))
    _rules(axes, sweep)
    _thin_out(axes)
    for one in strip.series:
        _draw(axes, one, own, one.style)
    _say_absent(axes, own)
    if len(strip.series) <= _MOST_NAMED_IN_STRIP:
        _name_ends(axes, strip.series)
    return axes


def _hull(extents: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(low for low, _ in extents), max(high for _, high in extents)


def _name_ends(axes: Axes, series: Sequence[Series]) -> None:
    measured = [one for one in series if one.measured]
    end_labels(
        axes, [(*_end_of(one), one.label, one.style) for one in measured], [_gid(one) for one in measured]
    )


def _gid(one: Series) -> str:
    return series_id(one.style if one.variant is None else one.variant)


def _small_multiples(sweep: Sweep) -> Figure:
    """One panel a series over the others in grey, all on the same axes, so that each can be followed."""
    columns, cell_width, cell_height = 2, WIDTH / 2, 146.0
    rows = -(-len(sweep.series) // columns)
    with house_style():
        width = columns * cell_width
        below = 44.0 + 14 * len(note_lines(_note(sweep), width))
        height = 40 + rows * cell_height + below
        figure, first = frame(width, height, 0, 0, 0, 0)
        first.remove()
        heading(figure, sweep.quantity, sweep.unit)
        for index, one in enumerate(sweep.series):
            row, column = divmod(index, columns)
            left = column * cell_width + 46
            top = 40 + row * cell_height + 26
            box = (
                left / width,
                1 - (top + cell_height - 50) / height,
                (cell_width - 66) / width,
                (cell_height - 50) / height,
            )
            axes = figure.add_axes(box)
            _dress(axes, sweep)
            xs, ys = _joined(sweep, sweep.series)
            axes.plot(xs, ys, color=AXIS.stand_in, lw=0.7, alpha=0.5)
            axes.plot(
                *_short_strokes(axes, _lone(sweep, sweep.series)), color=AXIS.stand_in, lw=0.9, alpha=0.5
            )
            _draw(axes, one, sweep, 0)
            _ideal(axes, sweep)
            _reference(axes, sweep)
            _thin_out(axes)
            if index + columns < len(sweep.series):
                axes.set_xlabel("")
            axes.set_title(label_of(one.label), fontsize=12, loc="left", pad=6)
        note(figure, _note(sweep))
        return figure


def _joined(sweep: Sweep, series: Sequence[Series]) -> tuple[list[float], list[float]]:
    """All lines as one with gaps: as a path each, the other lines of every panel are most of the page."""
    xs: list[float] = []
    ys: list[float] = []
    for one in series:
        for stretch in one.stretches([position for position, _ in sweep.breaks]):
            xs += [*(x for x, _ in stretch), math.nan]
            ys += [*(estimate.value for _, estimate in stretch), math.nan]
    return xs, ys


def _lone(sweep: Sweep, series: Sequence[Series]) -> list[tuple[float, float]]:
    """The points that no line reaches, since they stand alone between two rules."""
    rules = [position for position, _ in sweep.breaks]
    alone = [stretch[0] for one in series for stretch in one.stretches(rules) if len(stretch) == 1]
    return [(x, estimate.value) for x, estimate in alone]


def _short_strokes(axes: Axes, points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """A level stroke of five pixels at each point, all as one line with gaps: a line through one point has no
    length, and a mark each would be most of the figure."""
    xs: list[float] = []
    ys: list[float] = []
    for point in points:
        x, y = axes.transData.transform(point)
        ends = [axes.transData.inverted().transform((x + side, y)) for side in (-2.5, 2.5)]
        xs += [*(float(end[0]) for end in ends), math.nan]
        ys += [point[1]] * 2 + [math.nan]
    return xs, ys


def _thin_out(axes: Axes) -> None:
    """Fewer ticks on the value axis of a small panel."""
    if axes.get_yscale() == "log":
        axes.yaxis.set_major_locator(LogLocator(base=10, numticks=4))
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10]))


def _dress(axes: Axes, sweep: Sweep) -> None:
    positions, extents = positions_and_extents(sweep.series)
    if sweep.shared is not None:
        positions, extents = sweep.shared[0], [sweep.shared[1]]
    if sweep.reference is not None:
        extents = [*extents, sweep.reference[1].extent]
    worker_axis(axes, positions, sweep.axis, sweep.scale, sweep.axis_unit)
    value_axis(axes, extents, is_linear=sweep.is_share)
    for crossover in sweep.crossovers:
        axes.axvline(crossover.value, color=TEXT.stand_in, linewidth=1, zorder=1)
        if crossover.low is not None and crossover.high is not None:
            axes.axvspan(crossover.low, crossover.high, color=AXIS.stand_in, alpha=0.25, linewidth=0)
    _rules(axes, sweep)
    if is_labelled(sweep):
        axes.annotate(
            sweep.breaks[0][1],
            (sweep.breaks[0][0], 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, 2),
            textcoords="offset points",
            fontsize=10,
            color=QUIET_TEXT.stand_in,
            va="bottom",
        )


def _rules(axes: Axes, sweep: Sweep) -> None:
    for position, _ in sweep.breaks:
        axes.axvline(position, color=AXIS.stand_in, linewidth=0.8, dashes=(2, 3))


def is_labelled(sweep: Sweep) -> bool:
    """Whether what begins at a rule is written there: beside a second one, or over a small panel, there is no
    room, and the note has it."""
    return len(sweep.breaks) == 1 and len(sweep.series) <= MOST_SERIES


def _note(sweep: Sweep) -> str:
    parts = sweep.note.split(" \u00b7 ")
    samples: dict[str, list[str]] = {}
    for strip in sweep.strips:
        own = ", ".join(part for part in strip.sample if part not in parts)
        samples.setdefault(own, []).append(f"{strip.title[:1].lower()}{strip.title[1:]}")
    parts += [f"{words(titles)}: {own}" for own, titles in samples.items() if own]
    if sweep.breaks and not is_labelled(sweep):
        parts.append(f"rules, from the left: {', '.join(begins for _, begins in sweep.breaks)}")
    return " \u00b7 ".join(parts)


def _band_opacity(series: int) -> float:
    """Fainter with more series: overlapping bands would otherwise hide the lines."""
    return 0.18 if series <= 3 else 0.12 if series <= 5 else 0.07


def positions_and_extents(series: Sequence[Series]) -> tuple[tuple[float, ...], list[tuple[float, float]]]:
    """Where an axis needs ticks, and what it needs room for."""
    positions = tuple(sorted({x for one in series for x, _ in one.points}))
    return positions, [estimate.extent for estimate in estimates_of(series)]


def _draw(axes: Axes, one: Series, sweep: Sweep, style: int) -> None:
    look = line_style(style) | {"gid": _gid(one)}
    for stretch in one.stretches([position for position, _ in sweep.breaks]):
        positions = [x for x, _ in stretch]
        axes.plot(positions, [estimate.value for _, estimate in stretch], **look)
        with_interval = [(x, e.low, e.high) for x, e in stretch if e.low is not None and e.high is not None]
        if len(with_interval) > 1:
            xs, lows, highs = zip(*with_interval, strict=True)
            axes.fill_between(
                xs,
                lows,
                highs,
                color=look["color"],
                alpha=_band_opacity(len(sweep.series)),
                linewidth=0,
                gid=look["gid"],
            )
        # The band of a lone point has no width, and a narrow band hides behind its line: whiskers show both.
        ends = [end for x, low, high in with_interval for end in ((x, low), (x, high), (math.nan, math.nan))]
        whiskers = {"color": look["color"], "linewidth": 1.2, "gid": look["gid"]}
        axes.plot([x for x, _ in ends], [y for _, y in ends], **whiskers)


def _ideal(axes: Axes, sweep: Sweep) -> None:
    if sweep.ideal is None:
        return
    low, high = axes.get_xlim()
    limits = axes.get_ylim()
    # Many steps, because a line through the origin is curved where one axis is logarithmic.
    positions = [low * (high / low) ** (step / 24) for step in range(25)]
    axes.plot(
        positions,
        [sweep.ideal * x for x in positions],
        color=AXIS.stand_in,
        linewidth=1.2,
        dashes=(1, 2),
        zorder=1,
    )
    axes.set_ylim(limits)


def _reference(axes: Axes, sweep: Sweep) -> None:
    """The one value of what the positions do not concern, across the panel; the note names it."""
    if sweep.reference is not None:
        _, estimate = sweep.reference
        axes.axhline(estimate.value, color=TEXT.stand_in, linewidth=1.2, dashes=(1, 2), zorder=1)
        if estimate.low is not None and estimate.high is not None:
            axes.axhspan(estimate.low, estimate.high, color=AXIS.stand_in, alpha=0.2, linewidth=0)


def _say_absent(axes: Axes, sweep: Sweep) -> None:
    """A cross at the foot of the panel where a point has no value; the reasons are in the table below."""
    for label, x, _ in absent_of(sweep.series):
        style, gid = next((one.style, _gid(one)) for one in sweep.series if one.label == label)
        axes.plot(
            [x],
            [0.02],
            transform=axes.get_xaxis_transform(),
            marker="x",
            markersize=6,
            clip_on=False,
            color=SERIES[style % len(SERIES)].stand_in,
            gid=gid,
        )


def _end_of(one: Series) -> tuple[float, float]:
    x, estimate = one.measured[-1]
    return x, estimate.value
