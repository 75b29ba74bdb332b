"""How is the machine built? Sockets, memory nodes, last-level caches, cores and hardware threads, one inside
the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from latchmark.figures.drawing import Drawing, machine_of
from latchmark.figures.frame import NOTE_SIZE, Axes, frame, house_style, label_of, note, note_lines
from latchmark.figures.palette import AXIS, BACKGROUND, GRID, QUIET_TEXT, TEXT
from latchmark.figures.topology_boxes import (
    GAP,
    LABEL_LINE,
    LARGEST_NUMBERED,
    NUMBER_SIZE,
    PADDING,
    Box,
    Placed,
    everything,
    grouped,
    layout_of,
    ranges,
    size_of_cache,
)
from latchmark.model import Cpu, Machine, Run
from latchmark.wording import count

WIDTH = 360.0  # pixels: what a phone leaves of its 390, so that the text is nowhere much smaller than here
LONGEST_NAME = 60  # characters of a title

_LOOKS: dict[str, dict[str, object]] = {
    "package": {"facecolor": "none", "edgecolor": TEXT.stand_in, "linewidth": 1.2},
    "node": {"facecolor": "none", "edgecolor": AXIS.stand_in, "linewidth": 0.8, "linestyle": (0, (4, 2))},
    "llc": {"facecolor": "none", "edgecolor": AXIS.stand_in, "linewidth": 0.8},
    "core": {"facecolor": GRID.stand_in, "edgecolor": "none", "linewidth": 0},
    # Without a number in it a tile carries the information alone, so it is no pale ground.
    "small core": {"facecolor": AXIS.stand_in, "edgecolor": "none", "linewidth": 0},
    "lesser core": {"facecolor": "none", "edgecolor": AXIS.stand_in, "linewidth": 0.8},
    "between threads": {"facecolor": BACKGROUND.stand_in, "edgecolor": "none", "linewidth": 0},
}

Corner = tuple[float, float, float, float]  # x, y, width, height


def topology_of(run: Run) -> Drawing:
    """The CPUs that the run was allowed to use, drawn; how many others there are is hatched."""
    return Drawing(
        "topology",
        f"How {label_of(machine_of(run), LONGEST_NAME)} is built",
        description_of(run.machine),
        partial(topology_figure, run.machine),
    )


def topology_figure(machine: Machine) -> Figure:
    """Boxes in boxes: a tile is a core, divided into its hardware threads."""
    layout = layout_of(machine, WIDTH)
    others = not_allowed(machine)
    text = " \u00b7 ".join(_key(machine))
    strip = LABEL_LINE + 2 * GAP if others else 0.0
    below = 12.0 + 14 * len(note_lines(text, WIDTH))
    with house_style():
        figure, axes = frame(WIDTH, layout.height + strip + below, 0, 0, 1, below)
        axes.set_xlim(-1, WIDTH + 1)
        axes.set_ylim(layout.height + strip, -1)
        axes.set_axis_off()
        _draw(axes, layout.placed)
        if others:
            _hatch(axes, layout.height + GAP, f"{count(others, 'CPU')} not allowed to this run")
        note(figure, text)
        return figure


def description_of(machine: Machine) -> str:
    """The drawing in words: every cache with its cores and CPUs, by socket and memory node."""
    cpus, size = machine.topology.cpus, size_of_cache(machine)
    has_nodes = len({cpu.node for cpu in cpus}) > 1
    told = []
    for socket in grouped(cpus, "package"):
        for node in grouped(socket, "node"):
            place = f"Socket {node[0].package}{f', NUMA node {node[0].node}' if has_nodes else ''}"
            cache = f"a last-level cache{f' of {size}' if size else ''}"
            told += [f"{place}: {cache} with {_cores(some)}." for some in grouped(node, "llc")]
    others = not_allowed(machine)
    if others:
        told.append(f"{count(others, 'CPU')} not allowed to this run.")
    return " ".join(told)


def not_allowed(machine: Machine) -> int:
    """How many CPUs the machine has that the run was not allowed to use; 0 where there is none or the machine
    does not say."""
    told = machine.soft_key.get("allowed_cpus")
    found = re.match(r"(\d{1,6}) of (\d{1,6}):", told) if isinstance(told, str) else None
    return max(0, int(found[2]) - int(found[1])) if found else 0


def _cores(cpus: Sequence[Cpu]) -> str:
    """`8 cores, 4 of them of a less capable kind, CPUs 0\u201311`."""
    cores = {cpu.core: cpu.kind for cpu in cpus}
    lesser = sum(kind > 0 for kind in cores.values())
    kinds = f", {lesser} of them of a less capable kind" if lesser else ""
    noun = "CPU" if len(cpus) == 1 else "CPUs"
    return f"{count(len(cores), 'core')}{kinds}, {noun} {ranges([cpu.os_id for cpu in cpus])}"


def _key(machine: Machine) -> Iterator[str]:
    """What the signs mean, and what of the machine is not in them."""
    cpus, size = machine.topology.cpus, size_of_cache(machine)
    threads = max(len(some) for socket in grouped(cpus, "package") for some in grouped(socket, "core"))
    if len(cpus) <= LARGEST_NUMBERED:
        numbers = "the number in it its CPU" if threads == 1 else "the numbers in it its CPUs"
        yield f"a tile is a core, {numbers}"
    else:
        parts = {1: "", 2: ", its halves hardware threads"}.get(threads, ", its parts hardware threads")
        yield f"a tile is a core{parts}"
        yield f"around tiles their last-level cache{f', {size}' if size else ''}"
    if len({cpu.kind for cpu in cpus}) > 1:
        yield "outlined: a less capable kind of core"
    if not size:
        yield "size of the last-level cache not known"
    if machine.topology.source != "this machine":
        yield f"topology from {label_of(machine.topology.source)}"


def _draw(axes: Axes, placed: Sequence[Placed]) -> None:
    drawn: dict[str, list[Corner]] = {look: [] for look in _LOOKS}
    for x, y, box in everything(placed):
        drawn[_look(box)].append((x, y, box.width, box.height))
        if box.label:
            weight = "bold" if box.level == "package" else "normal"
            _write(axes, x + PADDING, y + 3 + LABEL_LINE / 2, box.label, fontweight=weight)
        cell = box.width / max(box.threads, 1)
        drawn["between threads"] += [
            (x + cell * index - 0.5, y, 1.0, box.height) for index in range(1, box.threads)
        ]
        for index, number in enumerate(box.numbers):
            place = x + cell * (index + 0.5), y + box.height / 2
            _write(axes, *place, number, ha="center", fontsize=NUMBER_SIZE)
    for order, (look, corners) in enumerate(drawn.items()):
        if corners:
            axes.add_patch(PathPatch(_path(corners), zorder=0.1 * order, **_LOOKS[look]))


def _look(box: Box) -> str:
    if box.level != "core":
        return box.level
    return "lesser core" if box.kind else "core" if box.numbers else "small core"


def _path(corners: Sequence[Corner]) -> Path:
    """All rectangles of one look as one path: one each would be 100 bytes a core."""
    points, codes = [], []
    for x, y, width, height in corners:
        points += [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    return Path(points, codes)


def _hatch(axes: Axes, top: float, text: str) -> None:
    look = {"fill": False, "hatch": "////", "edgecolor": AXIS.stand_in, "linewidth": 0}
    axes.add_patch(Rectangle((0, top), 28, LABEL_LINE, **look))
    _write(axes, 34, top + LABEL_LINE / 2, text, color=QUIET_TEXT.stand_in)


def _write(axes: Axes, x: float, y: float, text: str, **look: object) -> None:
    usual = {"va": "center", "ha": "left", "fontsize": NOTE_SIZE, "color": TEXT.stand_in}
    axes.text(x, y, text, **{**usual, **look})
