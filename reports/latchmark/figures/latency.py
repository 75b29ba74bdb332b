"""How long does a single operation take, and how rarely longer? The distribution and its tail."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

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
    plain,
    series_id,
    value_axis,
    width_of,
)
from latchmark.figures.palette import AXIS, QUIET_TEXT
from latchmark.model import Histogram, Unavailable
from latchmark.statistics import FEWEST_BEYOND, Distribution, pooled, quantile_ns
from latchmark.wording import amount

WIDTH = 490.0
PLOT_HEIGHT = 200.0


@dataclass(frozen=True, slots=True)
class DrawnDistribution(Distribution):
    """A distribution with its name and look in a figure; `variant` is the place of its variant in the
    experiment."""

    label: str
    style: int
    variant: int


def _steps(histograms: Sequence[Histogram]) -> tuple[list[float], list[float]]:
    """Upper ends and the share of samples up to each."""
    steps = pooled(histograms)
    total = sum(samples for _, samples in steps) or 1
    seen, shares = 0, []
    for _, samples in steps:
        seen += samples
        shares.append(seen / total)
    return [upper_ns for upper_ns, _ in steps], shares


# A step that moves the curve by less than this is one and a half pixels high, and there are hundreds.
_SMALLEST_STEP = 0.0075
# The same of the tail, whose axes are logarithmic.
_SMALLEST_FACTOR = 1.06


def _visible(edges: Sequence[float], shares: Sequence[float]) -> tuple[list[float], list[float]]:
    """The steps that can be told apart in a figure, each of them exact; the first and the last always."""
    kept = [
        index
        for index, share in enumerate(shares)
        if index in (0, len(shares) - 1)
        or int(share / _SMALLEST_STEP) > int(shares[index - 1] / _SMALLEST_STEP)
    ]
    return [edges[index] for index in kept], [shares[index] for index in kept]


def distribution_figure(distributions: Sequence[DrawnDistribution], text: str) -> Figure:
    """Share of operations done within a time (log x); the band spans the launches."""
    with house_style():
        figure, axes = _frame(
            distributions, text, "Share of operations within a time", "share of all, by ns (log)"
        )
        for one in distributions:
            look = line_style(one.style)
            edges, shares = _visible(*_steps(one.launches))
            axes.step(edges, shares, where="post", color=look["color"], linewidth=1.8, gid=_mark(one))
            if len(one.launches) > 1:
                by_launch = [_steps([histogram]) for histogram in one.launches]
                at = [[_share_at(launch, edge) for launch in by_launch] for edge in edges]
                axes.fill_between(
                    edges,
                    [min(row) for row in at],
                    [max(row) for row in at],
                    step="post",
                    color=look["color"],
                    alpha=0.18,
                    linewidth=0,
                    gid=_mark(one),
                )
        _log(axes.set_xscale, axes.xaxis)
        _resolution(axes, distributions)
        axes.set_ylim(0, 1.03)
        axes.grid(True)
        axes.set_xlabel("ns", fontsize=11, color=QUIET_TEXT.stand_in)
        end_labels(
            axes,
            [
                (axes.get_xlim()[1], 1.0 - 0.08 * i, one.label, one.style)
                for i, one in enumerate(distributions)
            ],
            [_mark(one) for one in distributions],
        )
        return figure


def tail_figure(distributions: Sequence[DrawnDistribution], text: str) -> Figure:
    """How long the slowest one in N takes, as far as ten samples lie beyond; a cross marks the longest."""
    with house_style():
        figure, axes = _frame(
            distributions,
            text,
            "The slow tail",
            "ns (log), for the slowest one in N; cross: the longest of all",
        )
        ends = []
        extents = []
        for one in distributions:
            look = line_style(one.style)
            edges, shares = _steps(one.launches)
            rarities = _apart(
                [
                    (1 / (1 - share), edge)
                    for edge, share in zip(edges, shares, strict=True)
                    if one.count * (1 - share) >= FEWEST_BEYOND
                ]
            )
            if rarities:
                axes.step(
                    [x for x, _ in rarities],
                    [y for _, y in rarities],
                    where="post",
                    color=look["color"],
                    linewidth=1.8,
                    gid=_mark(one),
                )
            longest = {"marker": "x", "markersize": 7, "clip_on": False, "gid": _mark(one)}
            axes.plot([one.count], [one.max_ns], color=look["color"], **longest)
            extents += [(y, y) for _, y in rarities] + [(one.max_ns, one.max_ns)]
            ends.append((float(one.count), one.max_ns, one.label, one.style))
        _log(axes.set_xscale, axes.xaxis)
        axes.set_xlim(1, max(x for x, _, _, _ in ends) * 1.6)
        value_axis(axes, extents)
        axes.set_xlabel("one in N operations takes longer", fontsize=11, color=QUIET_TEXT.stand_in)
        end_labels(axes, ends, [_mark(one) for one in distributions])
        return figure


def _mark(one: DrawnDistribution) -> str:
    return series_id(one.variant)


def _apart(rarities: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points of a tail that can be told apart in a figure; the first and the last always."""
    kept: list[tuple[float, float]] = []
    for index, (rarity, edge_ns) in enumerate(rarities):
        is_end = index in (0, len(rarities) - 1)
        if is_end or rarity >= kept[-1][0] * _SMALLEST_FACTOR or edge_ns >= kept[-1][1] * _SMALLEST_FACTOR:
            kept.append((rarity, edge_ns))
    return kept


# As far below the shortest latency as a rule is still drawn in its place: beyond, it would shrink all else.
_FARTHEST_BELOW = 10


def _resolution(axes: Axes, distributions: Sequence[DrawnDistribution]) -> None:
    """Where the clock's smallest step is: what is shorter was not seen, and what is near it is coarse."""
    step_ns = resolution_ns(distributions)
    low, high = axes.get_xlim()
    is_near = step_ns * _FARTHEST_BELOW >= low
    if is_near:
        axes.set_xlim(min(low, step_ns / 1.3), high)
        axes.axvline(step_ns, color=AXIS.stand_in, linewidth=1, dashes=(2, 2), zorder=1)
    # At the foot on the right there is never a curve: all of them end at the top there.
    axes.annotate(
        f"{'dotted: ' if is_near else LEFTWARDS}clock step {amount(step_ns, 'ns')}",
        (1, 0),
        xycoords="axes fraction",
        xytext=(-4, 6),
        textcoords="offset points",
        fontsize=10,
        color=QUIET_TEXT.stand_in,
        va="bottom",
        ha="right",
        annotation_clip=False,
    )


LEFTWARDS = "\u2190 "


def resolution_ns(distributions: Sequence[DrawnDistribution]) -> float:
    """The smallest step of the clock that the samples were taken with."""
    return max(one.resolution_ns for some in distributions for one in some.launches)


def above_resolution(distributions: Sequence[DrawnDistribution]) -> tuple[int, int]:
    """How many samples are longer than the clock's smallest step, and of how many."""
    above = sum(
        samples
        for some in distributions
        for one in some.launches
        for lower_ns, samples in zip(one.lower_ns, one.counts, strict=True)
        if lower_ns >= one.resolution_ns
    )
    return above, sum(one.count for one in distributions)


def _frame(
    distributions: Sequence[DrawnDistribution], text: str, title: str, unit: str
) -> tuple[Figure, Axes]:
    right = 26 + width_of([label_of(one.label) for one in distributions])
    below = 48.0 + 14 * len(note_lines(text, WIDTH))
    figure, axes = frame(WIDTH, 44 + PLOT_HEIGHT + below, 52, right, 44, below)
    heading(figure, title, unit)
    note(figure, text)
    return figure, axes


def _log(set_scale: object, axis: Axes) -> None:
    assert callable(set_scale)
    set_scale("log")
    axis.set_major_locator(LogLocator(base=10, numticks=6))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))


def _share_at(launch: tuple[list[float], list[float]], edge: float) -> float:
    edges, shares = launch
    index = bisect_right(edges, edge)
    return shares[index - 1] if index else 0.0


def description_of(distributions: Sequence[DrawnDistribution]) -> str:
    """The distributions in words: quantiles that the samples support, and the longest."""
    sentences = []
    for one in distributions:
        known = [
            f"{name} {value:.3g} ns"
            for name, share in (("half within", 0.5), ("99 % within", 0.99), ("99.9 % within", 0.999))
            if not isinstance(value := quantile_ns(one, share), Unavailable)
        ]
        sentences.append(
            f"{one.label}: {', '.join(known)}; longest {one.max_ns:.3g} ns of {one.count:,} samples."
        )
    above, samples = above_resolution(distributions)
    step = amount(resolution_ns(distributions), "ns")
    sentences.append(f"{above:,} of {samples:,} are longer than the clock's step of {step}.")
    return " ".join(sentences)
