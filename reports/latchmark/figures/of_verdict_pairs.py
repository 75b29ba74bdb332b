"""On which launches does the verdict of a point rest? The ratio of every pair in the order of time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from matplotlib.figure import Figure

from latchmark.figures.frame import (
    NOTE_SIZE,
    Axes,
    frame,
    heading,
    house_style,
    label_of,
    note,
    note_lines,
    ratio_axis,
    width_of,
)
from latchmark.figures.of_verdict_forest import shortened
from latchmark.figures.palette import AXIS, BACKGROUND, QUIET_TEXT, SERIES, TEXT, Ink
from latchmark.statistics import Interval, median_interval
from latchmark.verdict import Estimate, ratio_text
from latchmark.wording import count

WIDTH = 490.0
PLOT_HEIGHT = 190.0

# Who was launched first: ink and marker, since a side that profits from its place shows as one sign above
# the other.
_LOOKS = {"base": (SERIES[0], "o"), "head": (SERIES[1], "^")}


@dataclass(frozen=True, slots=True)
class Shown:
    """One pair: `ratio` is None where one cannot be made; `counts` is false where the round is void."""

    stretch: int
    first: str
    ratio: float | None
    counts: bool


@dataclass(frozen=True, slots=True)
class PairStrip:
    """The pairs of the point `name`; `stretches` names the stages that `Shown.stretch` indexes; `limit` is a
    ratio above 1."""

    name: str
    unit: str
    pairs: tuple[Shown, ...]
    stretches: tuple[str, ...]
    limit: float
    note: str


def pair_strip(strip: PairStrip) -> Figure:
    """A sign a pair, hollow where it does not count; behind each stretch its median and the interval of
    it."""
    with house_style():
        signs = f"{shortened(strip.name)} \u00b7 {strip.note} \u00b7 {_signs(strip)}"
        below = 48.0 + 14 * len(note_lines(signs, WIDTH))
        figure, axes = frame(WIDTH, 60 + PLOT_HEIGHT + below, 46, 8, 60, below)
        heading(figure, "Pairs in order of time", strip.unit)
        reach = reach_of(strip)
        ratio_axis(axes, [(1 / reach, reach)])
        low, high = axes.get_ylim()
        axes.axhline(strip.limit, color=AXIS.stand_in, linewidth=1, dashes=(4, 3), zorder=0.5)
        for first, last, name, values in stretches_of(strip):
            _draw_stretch(axes, first, last, name, values, len(strip.pairs))
        for side, (ink, marker) in _LOOKS.items():
            for counts in (True, False):
                some = [
                    (position, min(max(pair.ratio, low), high))
                    for position, pair in enumerate(strip.pairs, 1)
                    if pair.ratio is not None and pair.first == side and pair.counts is counts
                ]
                _draw_signs(axes, some, ink, marker, is_filled=counts)
        lost = [position for position, pair in enumerate(strip.pairs, 1) if pair.ratio is None]
        axes.plot(
            lost,
            [0.03] * len(lost),
            transform=axes.get_xaxis_transform(),
            linestyle="none",
            marker="x",
            markersize=6,
            color=TEXT.stand_in,
            clip_on=False,
        )
        axes.set_xlim(0.2, len(strip.pairs) + 0.8)
        axes.xaxis.get_major_locator().set_params(integer=True, nbins=8)
        axes.set_xlabel("pair, in order of time", fontsize=NOTE_SIZE, color=QUIET_TEXT.stand_in)
        note(figure, signs)
        return figure


def _draw_stretch(axes: Axes, first: int, last: int, name: str, values: Sequence[float], amount: int) -> None:
    if first > 1:
        axes.axvline(first - 0.5, color=AXIS.stand_in, linewidth=0.8, dashes=(1, 3), zorder=0)
    room = (WIDTH - 54) * (last - first + 1) / amount
    if width_of([name], NOTE_SIZE) <= room:
        axes.annotate(
            name,
            (first - 0.5, 1),
            xycoords=("data", "axes fraction"),
            xytext=(2, 9),
            textcoords="offset points",
            fontsize=NOTE_SIZE,
            color=QUIET_TEXT.stand_in,
            va="center",
            annotation_clip=False,
        )
    if not values:
        return
    interval = median_interval(values)
    ends = [first - 0.5, last + 0.5]
    if isinstance(interval, Interval):
        axes.fill_between(
            ends, interval.low, interval.high, color=TEXT.stand_in, alpha=0.14, linewidth=0, zorder=0.3
        )
    axes.plot(ends, [median(values)] * 2, color=TEXT.stand_in, linewidth=1.6, zorder=1)


def _draw_signs(
    axes: Axes, points: Sequence[tuple[float, float]], ink: Ink, marker: str, is_filled: bool
) -> None:
    # A hollow sign is one within another: the page keeps the ink of a marker's face or of its edge, not both.
    layers = [(ink, 5.0)] if is_filled else [(ink, 6.5), (BACKGROUND, 3.8)]
    for layer, size in layers:
        axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            linestyle="none",
            color=layer.stand_in,
            marker=marker,
            markersize=size,
            markeredgewidth=0,
            clip_on=False,
        )


def reach_of(strip: PairStrip) -> float:
    """How far from 1 the axis goes: every stretch's interval and the limit are inside, and all pairs but a
    few.

    One launch that met a stall can be many times its partner; an axis that held it would flatten the rest.
    """
    sizes = sorted(abs(math.log(pair.ratio)) for pair in strip.pairs if pair.ratio)
    if not sizes:
        return strip.limit
    common = sizes[math.ceil(0.95 * len(sizes)) - 1]
    # Pairs up to twice as far as nearly all others still fit well.
    reach = max(size for size in sizes if size <= 2 * common)
    for _, _, _, values in stretches_of(strip):
        interval = median_interval(values) if values else None
        if isinstance(interval, Interval):
            reach = max(reach, abs(math.log(interval.low)), abs(math.log(interval.high)))
    return max(math.exp(reach), strip.limit)


def stretches_of(strip: PairStrip) -> list[tuple[int, int, str, list[float]]]:
    """(first position, last position, name, ratios of the pairs that count) of every stretch."""
    found = []
    for index, some in groupby(enumerate(strip.pairs, 1), key=lambda entry: entry[1].stretch):
        members = list(some)
        values = [pair.ratio for _, pair in members if pair.counts and pair.ratio is not None]
        found.append((members[0][0], members[-1][0], label_of(strip.stretches[index]), values))
    return found


def _signs(strip: PairStrip) -> str:
    """What the signs mean that this figure has."""
    texts = ["circle: base first", "triangle: head first"]
    if any(not pair.counts and pair.ratio is not None for pair in strip.pairs):
        texts.append("hollow: does not count")
    if any(pair.ratio is None for pair in strip.pairs):
        texts.append("cross: no ratio")
    beyond = _beyond(strip)
    if beyond:
        texts.append(f"{count(beyond, 'pair')} beyond the axis, at its edge")
    return " \u00b7 ".join(texts)


def _beyond(strip: PairStrip) -> int:
    # As wide as ratio_axis makes it.
    edge = math.log(max(reach_of(strip), 1.05)) * 1.08
    return sum(abs(math.log(pair.ratio)) > edge for pair in strip.pairs if pair.ratio)


def description_of(strip: PairStrip) -> str:
    """The strip in words, from its values."""
    parts = [f"{count(len(strip.pairs), 'pair')} of launches in order of time, {strip.unit}."]
    for _, _, name, values in stretches_of(strip):
        if not values:
            parts.append(f"{name}: no pair counts.")
            continue
        interval = median_interval(values)
        ends = (interval.low, interval.high) if isinstance(interval, Interval) else (None, None)
        told = ratio_text(Estimate(median(values), *ends, upper=None, pairs=len(values)))
        parts.append(f"{name}: median {told} of {count(len(values), 'pair')}.")
    uncounted = sum(not pair.counts for pair in strip.pairs)
    if uncounted:
        parts.append(f"{count(uncounted, 'pair')} not counted.")
    return " ".join(parts)
