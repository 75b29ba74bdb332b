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
    value_axis,
    width_of,
)
from latchmark.figures.palette import QUIET_TEXT
from latchmark.model import Histogram, Point, Unavailable

WIDTH = 490.0
PLOT_HEIGHT = 200.0
FEWEST_BEYOND = 10  # samples beyond a quantile: with fewer, the next run would show another one


@dataclass(frozen=True, slots=True)
class Distribution:
    """The samples of one point: one histogram a launch."""

    label: str
    style: int
    launches: tuple[Histogram, ...]
    point: Point

    @property
    def count(self) -> int:
        """Samples of all launches together."""
        return sum(sum(one.counts) for one in self.launches)

    @property
    def max_ns(self) -> float:
        """The longest of all."""
        return max(one.max_ns for one in self.launches)


def quantile_ns(distribution: Distribution, share: float) -> float | Unavailable:
    """The upper end of the bucket that holds the quantile, over all launches; unavailable where fewer than
    ten samples lie beyond it."""
    count = distribution.count
    if count * (1 - share) < FEWEST_BEYOND:
        return Unavailable(f"fewer than {FEWEST_BEYOND} of {count:,} samples lie beyond it")
    seen = 0
    for upper_ns, samples in _pooled(distribution.launches):
        seen += samples
        if seen >= share * count:
            return min(upper_ns, distribution.max_ns)
    return distribution.max_ns


def _pooled(histograms: Sequence[Histogram]) -> list[tuple[float, int]]:
    """(upper end of a bucket in ns, samples), ascending."""
    pooled: dict[float, int] = {}
    for histogram in histograms:
        for upper_ns, samples in zip(histogram.upper_ns, histogram.counts, strict=True):
            if samples:
                pooled[upper_ns] = pooled.get(upper_ns, 0) + samples
    return sorted(pooled.items())


def _steps(histograms: Sequence[Histogram]) -> tuple[list[float], list[float]]:
    """Upper ends and the share of samples up to each."""
    pooled = _pooled(histograms)
    total = sum(samples for _, samples in pooled) or 1
    seen, shares = 0, []
    for _, samples in pooled:
        seen += samples
        shares.append(seen / total)
    return [upper_ns for upper_ns, _ in pooled], shares


def distribution_figure(distributions: Sequence[Distribution], text: str) -> Figure:
    """Share of operations done within a time (log x); the band spans the launches."""
    with house_style():
        figure, axes = _frame(
            distributions, text, "Share of operations within a time", "share of all, by ns (log)"
        )
        for one in distributions:
            look = line_style(one.style)
            edges, shares = _steps(one.launches)
            axes.step(edges, shares, where="post", color=look["color"], linewidth=1.8)
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
                )
        _log(axes.set_xscale, axes.xaxis)
        axes.set_ylim(0, 1.03)
        axes.grid(True)
        axes.set_xlabel("ns", fontsize=11, color=QUIET_TEXT.stand_in)
        end_labels(
            axes,
            [
                (axes.get_xlim()[1], 1.0 - 0.08 * i, one.label, one.style)
                for i, one in enumerate(distributions)
            ],
        )
        return figure


def tail_figure(distributions: Sequence[Distribution], text: str) -> Figure:
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
            rarities = [
                (1 / (1 - share), edge)
                for edge, share in zip(edges, shares, strict=True)
                if one.count * (1 - share) >= FEWEST_BEYOND
            ]
            if rarities:
                axes.step(
                    [x for x, _ in rarities],
                    [y for _, y in rarities],
                    where="post",
                    color=look["color"],
                    linewidth=1.8,
                )
            axes.plot([one.count], [one.max_ns], marker="x", markersize=7, color=look["color"], clip_on=False)
            extents += [(y, y) for _, y in rarities] + [(one.max_ns, one.max_ns)]
            ends.append((float(one.count), one.max_ns, one.label, one.style))
        _log(axes.set_xscale, axes.xaxis)
        axes.set_xlim(1, max(x for x, _, _, _ in ends) * 1.6)
        value_axis(axes, extents)
        axes.set_xlabel("one in N operations takes longer", fontsize=11, color=QUIET_TEXT.stand_in)
        end_labels(axes, ends)
        return figure


def _frame(distributions: Sequence[Distribution], text: str, title: str, unit: str) -> tuple[Figure, Axes]:
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


def description_of(distributions: Sequence[Distribution]) -> str:
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
    return " ".join(sentences)
