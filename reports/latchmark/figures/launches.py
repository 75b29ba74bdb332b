"""Did the machine change during the run? Every launch in the order of execution, relative to its point's
median."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from matplotlib.figure import Figure

from latchmark.figures.frame import (
    frame,
    heading,
    house_style,
    note,
    note_lines,
    ratio_axis,
)
from latchmark.figures.palette import AXIS, QUIET_TEXT, SERIES

WIDTH = 490.0
PLOT_HEIGHT = 170.0


@dataclass(frozen=True, slots=True)
class Launched:
    """One launch: `relative` is its value over its point's median, None when it failed."""

    order: int
    round: int
    relative: float | None


@dataclass(frozen=True, slots=True)
class LaunchStrip:
    """The launches of one experiment; `quantity` is what was measured in each."""

    quantity: str
    launches: tuple[Launched, ...]
    note: str


def launch_strip(strip: LaunchStrip) -> Figure:
    """A dot a launch, a bar for the median of each round, a cross at the foot for a failed launch."""
    with house_style():
        below = 48.0 + 14 * len(note_lines(strip.note, WIDTH))
        figure, axes = frame(WIDTH, 44 + PLOT_HEIGHT + below, 46, 8, 44, below)
        heading(
            figure,
            "Launches in order of running",
            f"{strip.quantity} over the point's median; bar: median of the round",
        )
        measured = [(one.order, one.relative) for one in strip.launches if one.relative is not None]
        ratio_axis(axes, [(relative, relative) for _, relative in measured])
        orders = [one.order for one in strip.launches]
        # One path of strokes whose round ends are the dots: thousands of marks of their own would be the
        # largest figure of the page. A stroke without length would be dropped.
        length = 0.3 * (max(orders) - min(orders) + 1) / WIDTH
        axes.plot(
            [one for order, _ in measured for one in (order, order + length, math.nan)],
            [one for _, relative in measured for one in (relative, relative, math.nan)],
            linewidth=4,
            solid_capstyle="round",
            color=SERIES[0].stand_in,
            alpha=0.65,
        )
        for first, last, middle in round_medians(strip):
            axes.plot([first, last], [middle, middle], color=SERIES[1].stand_in, linewidth=2.2)
        for first, _, _ in round_medians(strip)[1:]:
            axes.axvline(first - 0.5, color=AXIS.stand_in, linewidth=0.5, dashes=(1, 3), zorder=0)
        lost = [one.order for one in strip.launches if one.relative is None]
        axes.plot(
            lost,
            [0.03] * len(lost),
            transform=axes.get_xaxis_transform(),
            linestyle="none",
            marker="x",
            markersize=6,
            color=SERIES[3].stand_in,
            clip_on=False,
        )
        margin = 0.02 * (max(orders) - min(orders)) + 0.5
        axes.set_xlim(min(orders) - margin, max(orders) + margin)
        axes.xaxis.get_major_locator().set_params(integer=True, nbins=6)
        axes.set_xlabel("position in the run", fontsize=11, color=QUIET_TEXT.stand_in)
        note(figure, strip.note)
        return figure


def round_medians(strip: LaunchStrip) -> list[tuple[int, int, float]]:
    """(first position, last position, median) of every round that has a value."""
    found = []
    for round_ in sorted({one.round for one in strip.launches}):
        launches = [one for one in strip.launches if one.round == round_]
        values = [one.relative for one in launches if one.relative is not None]
        if values:
            orders = [one.order for one in launches]
            found.append((min(orders), max(orders), median(values)))
    return found


def description_of(strip: LaunchStrip) -> str:
    """The strip in words, from its values."""
    values = [one.relative for one in strip.launches if one.relative is not None]
    failed = len(strip.launches) - len(values)
    lost = f" {failed} failed." if failed else ""
    if not values:
        return f"{len(strip.launches)} launches in order of running, none with a value."
    rounds = "; ".join(f"{middle:.3g}" for _, _, middle in round_medians(strip))
    return (
        f"{len(strip.launches)} launches in order of running, each over its point's median:"
        f" from {min(values):.3g} to {max(values):.3g}. Medians of the rounds: {rounds}.{lost}"
    )
