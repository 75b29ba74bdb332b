"""How far is every core from every other? Cells in the order of the topology, its borders ruled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from matplotlib import colormaps
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from latchmark.figures.frame import (
    Axes,
    frame,
    heading,
    house_style,
    note,
    note_lines,
    plain,
)
from latchmark.figures.palette import AXIS, BACKGROUND, QUIET_TEXT, TEXT, contrast
from latchmark.wording import number

WIDTH = 490.0
LEFT, RIGHT, TOP = 34.0, 8.0, 62.0
LARGEST_PRINTED = 32  # cores; beyond, the numbers are smaller than anybody reads
# Fixed, as the cells are: they look the same in both themes, so what is written on them must as well.
# Not quite black: matplotlib leaves that to the default, which on a dark page is the light text of the page.
_INKS_ON_CELLS = ("#ffffff", "#010101")


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`cells[row][column]` is half of the way there and back between two cores, for a line on
    the memory node of the row's core; None where there is none. `caches` and
    `sockets` are the columns before which another one begins; `extent` is what the colours span, the same for
    all maps side by side."""

    title: str
    unit: str
    cells: tuple[tuple[float | None, ...], ...]
    caches: tuple[int, ...]
    sockets: tuple[int, ...]
    extent: tuple[float, float]
    note: str

    @property
    def values(self) -> tuple[float, ...]:
        """All that were measured."""
        return tuple(cell for row in self.cells for cell in row if cell is not None)

    @property
    def asymmetry(self) -> float:
        """The largest ratio of the two cells of one pair of cores; 1 where no pair has both."""
        ratios = [1.0]
        for row, cells in enumerate(self.cells):
            for column, there in enumerate(cells[:row]):
                back = self.cells[column][row]
                if there and back:
                    ratios.append(max(there / back, back / there))
        return max(ratios)


def heat_map(chart: HeatMap) -> Figure:
    """The cells on one colour scale; absent ones are hatched."""
    cores = len(chart.cells)
    side = WIDTH - LEFT - RIGHT
    with house_style():
        below = 76.0 + 14 * len(note_lines(chart.note, WIDTH))
        figure, axes = frame(WIDTH, TOP + side + below, LEFT, RIGHT, TOP, below)
        heading(figure, chart.title, chart.unit)
        # Hatched below everything: what no cell covers is absent. A core has no way to itself.
        axes.add_patch(
            Rectangle(
                (-0.5, -0.5), cores, cores, fill=False, hatch="////", edgecolor=AXIS.stand_in, linewidth=0
            )
        )
        for core in range(cores):
            axes.add_patch(Rectangle((core - 0.5, core - 0.5), 1, 1, color=BACKGROUND.stand_in, linewidth=0))
        scale = Normalize(*chart.extent)
        shown = numpy.array([[numpy.nan if cell is None else cell for cell in row] for row in chart.cells])
        # As pixels of an image, one a core: as paths, the map of 128 cores is thirty times as large.
        axes.imshow(shown, cmap="cividis", norm=scale, interpolation="nearest", aspect="auto", zorder=1)
        _rule(axes, chart)
        _name_cores(axes, cores)
        if cores <= LARGEST_PRINTED:
            _print_values(axes, chart, scale)
        _scale_bar(figure, scale, below)
        note(figure, chart.note)
        return figure


def _rule(axes: Axes, chart: HeatMap) -> None:
    """Lines where another cache or socket begins."""
    for position in {*chart.caches, *chart.sockets}:
        width = 2.4 if position in chart.sockets else 1.0
        for line in (axes.axhline, axes.axvline):
            line(position - 0.5, color=TEXT.stand_in, linewidth=width, zorder=2)


def _name_cores(axes: Axes, cores: int) -> None:
    """Cores by their place in the topology; no system's number of a CPU is on a page."""
    step = -(-cores // LARGEST_PRINTED)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(FixedLocator(list(range(0, cores, step))))
        axis.set_major_formatter(FuncFormatter(lambda core, _: f"{core:.0f}"))
        axis.set_tick_params(length=0, labelsize=9 if cores > 16 else 11)
    axes.xaxis.tick_top()
    for spine in axes.spines.values():
        spine.set_visible(False)


def _print_values(axes: Axes, chart: HeatMap, scale: Normalize) -> None:
    colours = colormaps["cividis"]
    size = min(11.0, 230.0 / len(chart.cells))
    for row, cells in enumerate(chart.cells):
        for column, cell in enumerate(cells):
            if cell is not None:
                ground = to_hex(colours(scale(cell)))
                ink = max(_INKS_ON_CELLS, key=lambda one: contrast(one, ground))
                text = f"{cell:.0f}" if cell >= 10 else f"{cell:.1f}"
                axes.text(column, row, text, color=ink, fontsize=size, ha="center", va="center", zorder=3)


def _scale_bar(figure: Figure, scale: Normalize, below: float) -> None:
    """Which colour is how many, under the map."""
    height = figure.get_figheight() * 72
    box = (LEFT / WIDTH, (below - 30) / height, (WIDTH - LEFT - RIGHT) / WIDTH, 10 / height)
    axes = figure.add_axes(box)
    steps = numpy.linspace(scale.vmin, scale.vmax, 64).reshape(1, -1)
    extent = (scale.vmin, scale.vmax, 0, 1)
    axes.imshow(steps, cmap="cividis", norm=scale, interpolation="nearest", aspect="auto", extent=extent)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.yaxis.set_major_locator(NullLocator())
    axes.set_xlabel("ns", fontsize=11, color=QUIET_TEXT.stand_in)
    for spine in axes.spines.values():
        spine.set_visible(False)


def description_of(chart: HeatMap) -> str:
    """The map in words, from its values."""
    values = sorted(chart.values)
    cores = len(chart.cells)
    absent = cores * (cores - 1) - len(values)
    missing = f" {absent} ways were not measured." if absent else ""
    return (
        f"{chart.title} ({chart.unit}): {len(values)} ways between {cores} cores, from {number(values[0])} to"
        f" {number(values[-1])}, half of them at most {number(values[(len(values) - 1) // 2])}."
        f" The two cells of a pair differ by up to {number(chart.asymmetry)}×.{missing}"
    )


def borders_of(owners: Sequence[object]) -> tuple[int, ...]:
    """Where the owner of a core is another one than that of the core before."""
    return tuple(i for i in range(1, len(owners)) if owners[i] != owners[i - 1])
