"""How does each variant change along a sweep? Lines with interval bands, one panel a quantity."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from latchmark.figures.frame import (
    Axes,
    end_labels,
    frame,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    value_axis,
    width_of,
    worker_axis,
)
from latchmark.figures.palette import AXIS, QUIET_TEXT, SERIES, TEXT
from latchmark.figures.series import Estimate, Series, absent_of, estimates_of
from latchmark.wording import amount, axis_value, percent

WIDTH = 490.0
PLOT_HEIGHT = 210.0
MOST_SERIES = 8  # in one panel; more go to small multiples, one highlighted in each


@dataclass(frozen=True, slots=True)
class Sweep:
    """One panel: `quantity` and `unit` head it, `axis` names the positions, `breaks` are (position, what
    begins there) of the topology, `ideal` is the slope of perfect scaling, drawn dotted through the origin;
    `reference` is a name and its one value for all positions; `scale` is that of the positions, see
    `worker_axis`, and `axis_unit` theirs. `shared` are the positions and the extent of the values that panels
    beside this one have, so that all get the same axes. `crossovers` are positions with what is uncertain
    about them; `is_share` that values are parts of a whole."""

    quantity: str
    unit: str
    axis: str
    series: tuple[Series, ...]
    note: str
    breaks: tuple[tuple[float, str], ...] = ()
    ideal: float | None = None
    scale: str = "log"
    reference: tuple[str, Estimate] | None = None
    shared: tuple[tuple[float, ...], tuple[float, float]] | None = None
    axis_unit: str = ""
    crossovers: tuple[Estimate, ...] = ()
    is_share: bool = False


def scaling(sweep: Sweep) -> Figure:
    """The sweep as one panel, or as small multiples when it has more than eight series."""
    if len(sweep.series) > MOST_SERIES:
        return _small_multiples(sweep)
    with house_style():
        labels = [label_of(one.label) for one in sweep.series]
        right = 26 + width_of(labels)
        below = 48.0 + 14 * len(note_lines(_note(sweep), WIDTH))
        figure, axes = frame(WIDTH, 40 + PLOT_HEIGHT + below, 46, right, 44, below)
        heading(figure, sweep.quantity, sweep.unit)
        _dress(axes, sweep)
        for one in sweep.series:
            _draw(axes, one, sweep, one.style)
        _ideal(axes, sweep)
        _reference(axes, sweep)
        _say_absent(axes, sweep)
        ends = [(*_end_of(one), one.label, one.style) for one in sweep.series if one.measured]
        end_labels(axes, ends)
        note(figure, _note(sweep))
        return figure


def _small_multiples(sweep: Sweep) -> Figure:
    """One panel a series over the others in grey, all on the same axes, so that each can be followed."""
    columns, cell_width, cell_height = 2, WIDTH / 2, 160.0
    rows = -(-len(sweep.series) // columns)
    with house_style():
        width = columns * cell_width
        below = 30.0 + 14 * len(note_lines(_note(sweep), width))
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
                1 - (top + cell_height - 64) / height,
                (cell_width - 66) / width,
                (cell_height - 64) / height,
            )
            axes = figure.add_axes(box)
            _dress(axes, sweep)
            xs, ys = _joined(sweep, sweep.series)
            axes.plot(xs, ys, color=AXIS.stand_in, lw=0.7, alpha=0.5)
            # A line through one point has no length: without marks the others would end at the first rule.
            axes.plot(*_lone(sweep, sweep.series), ls="", marker="_", ms=5, color=AXIS.stand_in, alpha=0.5)
            _draw(axes, one, sweep, 0)
            _ideal(axes, sweep)
            _reference(axes, sweep)
            _thin_out(axes)
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


def _lone(sweep: Sweep, series: Sequence[Series]) -> tuple[list[float], list[float]]:
    """The points that no line reaches, since they stand alone between two rules."""
    rules = [position for position, _ in sweep.breaks]
    alone = [stretch[0] for one in series for stretch in one.stretches(rules) if len(stretch) == 1]
    return [x for x, _ in alone], [estimate.value for _, estimate in alone]


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
    for position, _ in sweep.breaks:
        axes.axvline(position, color=AXIS.stand_in, linewidth=0.8, dashes=(2, 3))
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


def is_labelled(sweep: Sweep) -> bool:
    """Whether what begins at a rule is written there: beside a second one, or over a small panel, there is no
    room, and the note has it."""
    return len(sweep.breaks) == 1 and len(sweep.series) <= MOST_SERIES


def _note(sweep: Sweep) -> str:
    if not sweep.breaks or is_labelled(sweep):
        return sweep.note
    return f"{sweep.note} \u00b7 rules, from the left: {', '.join(begins for _, begins in sweep.breaks)}"


def _band_opacity(series: int) -> float:
    """Fainter with more series: overlapping bands would otherwise hide the lines."""
    return 0.18 if series <= 3 else 0.12 if series <= 5 else 0.07


def positions_and_extents(series: Sequence[Series]) -> tuple[tuple[float, ...], list[tuple[float, float]]]:
    """Where an axis needs ticks, and what it needs room for."""
    positions = tuple(sorted({x for one in series for x, _ in one.points}))
    return positions, [estimate.extent for estimate in estimates_of(series)]


def _draw(axes: Axes, one: Series, sweep: Sweep, style: int) -> None:
    look = line_style(style)
    for stretch in one.stretches([position for position, _ in sweep.breaks]):
        positions = [x for x, _ in stretch]
        axes.plot(positions, [estimate.value for _, estimate in stretch], **look)
        with_interval = [(x, e.low, e.high) for x, e in stretch if e.low is not None and e.high is not None]
        if len(with_interval) > 1:
            xs, lows, highs = zip(*with_interval, strict=True)
            axes.fill_between(
                xs, lows, highs, color=look["color"], alpha=_band_opacity(len(sweep.series)), linewidth=0
            )
        # The band of a lone point has no width, and a narrow band hides behind its line: whiskers show both.
        ends = [end for x, low, high in with_interval for end in ((x, low), (x, high), (math.nan, math.nan))]
        axes.plot([x for x, _ in ends], [y for _, y in ends], color=look["color"], linewidth=1.2)


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
        style = next(one.style for one in sweep.series if one.label == label)
        axes.plot(
            [x],
            [0.02],
            transform=axes.get_xaxis_transform(),
            marker="x",
            markersize=6,
            clip_on=False,
            color=SERIES[style % len(SERIES)].stand_in,
        )


def _end_of(one: Series) -> tuple[float, float]:
    x, estimate = one.measured[-1]
    return x, estimate.value


def description_of(sweep: Sweep) -> str:
    """The panel in words, from its values: for readers who do not see it."""
    at = partial(axis_value, unit=sweep.axis_unit)
    sentences = [f"{sweep.quantity} ({sweep.unit}) against {sweep.axis}."]
    for one in sweep.series:
        if not one.measured:
            continue
        (first_x, first), (last_x, last) = one.measured[0], one.measured[-1]
        if first_x == last_x:
            sentences.append(f"{one.label}: {first.value:.3g} at {at(first_x)}{_widest(one)}.")
            continue
        verb = "rises" if last.value > first.value else "falls" if last.value < first.value else "stays"
        sentences.append(
            f"{one.label} {verb} from {first.value:.3g} to {last.value:.3g}"
            f" between {at(first_x)} and {at(last_x)}{_widest(one)}."
        )
    sentences += [f"Crossover at {amount(one.value, sweep.axis_unit)}." for one in sweep.crossovers]
    if sweep.reference is not None:
        label, estimate = sweep.reference
        sentences.append(f"{label}, dotted: {estimate.value:.3g} throughout.")
    absent = absent_of(sweep.series)
    if absent:
        sentences.append(
            "Not measured: " + "; ".join(f"{label} at {at(x)} ({why})" for label, x, why in absent) + "."
        )
    return " ".join(sentences)


def _widest(one: Series) -> str:
    shares = [
        (e.high - e.low) / e.value
        for _, e in one.measured
        if e.low is not None and e.high is not None and e.value
    ]
    return f", widest interval {percent(max(shares))} of its value" if shares else ", without interval"
