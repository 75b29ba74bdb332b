"""Where in the drawing of a machine is each of its parts? Boxes in boxes, from the CPUs to pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter

from latchmark.figures.frame import CHARACTER_WIDTH, NOTE_SIZE, label_of
from latchmark.model import Cpu, Machine
from latchmark.wording import axis_value

LARGEST_NUMBERED = 64  # CPUs; beyond, numbers are smaller than anybody reads, and caches name ranges instead
NUMBER_SIZE, LABEL_LINE = 10.5, 15.0
PADDING, GAP = 7.0, 5.0
_NUMBERED_HEIGHT = 22.0
# Width of a hardware thread and height of its core without a number; smaller where there are many.
_TILE, _LARGEST_TILED, _SMALL_TILE = (6.0, 10.0), 512, (2.0, 4.0)
_MOST_COLUMNS = 8

CUT = "\u2026"


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the machine and what it holds; lengths in CSS pixels, places from its own upper left corner.
    `label` stands above what it holds. A core holds nothing but its threads, `numbers` being the system's,
    and none of them where there is no room."""

    level: str
    label: str
    width: float
    height: float
    inside: tuple[Placed, ...] = ()
    threads: int = 0
    numbers: tuple[str, ...] = ()
    kind: int = 0

    @property
    def is_cut(self) -> bool:
        """Whether a name in it is not whole."""
        return self.label.endswith(CUT) or any(box.is_cut for _, _, box in self.inside)


Placed = tuple[float, float, Box]  # from the left, from the top


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes side by side and one under the other, and the room that they take."""

    placed: tuple[Placed, ...]
    width: float
    height: float


def layout_of(machine: Machine, room: float) -> Layout:
    """The whole machine, no wider than `room` pixels where that can be."""
    cpus = machine.topology.cpus
    return _in_rows(_parts(machine, cpus, levels_of(cpus), room), room)


def everything(placed: Sequence[Placed], left: float = 0.0, top: float = 0.0) -> Iterator[Placed]:
    """All boxes with their places in the drawing, outer ones before inner ones."""
    for x, y, box in placed:
        yield left + x, top + y, box
        yield from everything(box.inside, left + x, top + y)


def levels_of(cpus: Sequence[Cpu]) -> tuple[str, ...]:
    """What is drawn inside what, from the socket to the core. Memory nodes only where a socket has several;
    inside the caches where one of these serves several of them."""
    if len({(cpu.package, cpu.node) for cpu in cpus}) == len({cpu.package for cpu in cpus}):
        return "package", "llc", "core"
    caches = {(cpu.package, cpu.llc) for cpu in cpus}
    is_shared = len({(cpu.package, cpu.llc, cpu.node) for cpu in cpus}) > len(caches)
    return ("package", "llc", "node", "core") if is_shared else ("package", "node", "llc", "core")


def ranges(os_ids: Sequence[int]) -> str:
    """`0\u201311, 96\u2013107`."""
    ordered = sorted(os_ids)
    breaks = [(before, after) for before, after in pairwise(ordered) if after != before + 1]
    starts = [ordered[0], *(after for _, after in breaks)]
    ends = [*(before for before, _ in breaks), ordered[-1]]
    return ", ".join(f"{a}" if a == b else f"{a}\u2013{b}" for a, b in zip(starts, ends, strict=True))


def grouped(cpus: Sequence[Cpu], level: str) -> Iterator[list[Cpu]]:
    """The CPUs of each socket, node, cache or core."""
    owner = attrgetter(level)
    # Sorted, since a file may list the threads of a core far apart.
    for _, some in groupby(sorted(cpus, key=owner), key=owner):
        yield list(some)


def size_of_cache(machine: Machine) -> str:
    """`32 MiB`, or nothing where the machine does not say."""
    kib = machine.topology.llc_kib
    return "" if kib is None else axis_value(kib * 1024, "B")


def _parts(machine: Machine, cpus: Sequence[Cpu], levels: Sequence[str], room: float) -> list[Box]:
    """The boxes of the first level, none wider than `room` where that can be, all as wide as the widest."""
    groups = grouped(cpus, levels[0])
    if levels[0] == "core":
        return [_core(machine, some) for some in groups]
    found = [_around(machine, some, levels, room) for some in groups]
    return [replace(box, width=max(one.width for one in found)) for box in found]


def _core(machine: Machine, threads: Sequence[Cpu]) -> Box:
    cpus = machine.topology.cpus
    if len(cpus) > LARGEST_NUMBERED:
        width, height = _TILE if len(cpus) <= _LARGEST_TILED else _SMALL_TILE
        return Box("core", "", width * len(threads), height, threads=len(threads), kind=threads[0].kind)
    longest = max(len(str(cpu.os_id)) for cpu in cpus)
    width = (longest * NUMBER_SIZE * CHARACTER_WIDTH + 10) * len(threads)
    numbers = tuple(str(cpu.os_id) for cpu in threads)
    return Box("core", "", width, _NUMBERED_HEIGHT, (), len(threads), numbers, threads[0].kind)


def _around(machine: Machine, cpus: Sequence[Cpu], levels: Sequence[str], room: float) -> Box:
    """A box around the boxes of the next level, in as many columns as make it lowest and cut no name."""
    inner = room - 2 * PADDING
    # Cores are of one size: a row takes what it can.
    most = 1 if levels[1] == "core" else _MOST_COLUMNS
    found = []
    for columns in range(1, most + 1):
        parts = _parts(machine, cpus, levels[1:], (inner - GAP * (columns - 1)) / columns)
        layout = _in_rows(parts, inner)
        is_bad = layout.width > inner or any(part.is_cut for part in parts)
        found.append((is_bad, layout.height, columns, layout))
    layout = min(found, key=lambda one: one[:3])[3]
    label = _label(machine, cpus, levels[0], int((room - 2 * PADDING) / (NOTE_SIZE * CHARACTER_WIDTH)))
    head = LABEL_LINE + 3 + PADDING / 2
    return Box(
        levels[0],
        label,
        max(layout.width, len(label) * NOTE_SIZE * CHARACTER_WIDTH) + 2 * PADDING,
        head + layout.height + PADDING,
        tuple((x + PADDING, y + head, box) for x, y, box in layout.placed),
    )


def _in_rows(boxes: Sequence[Box], room: float) -> Layout:
    """Left to right in rows no wider than `room`; rows of equal boxes are about equally long."""
    widest = max(box.width for box in boxes)
    rows = math.ceil(len(boxes) / max(1, int((room + GAP + 0.01) / (widest + GAP))))
    in_row = math.ceil(len(boxes) / rows)
    are_equal = len({box.width for box in boxes}) == 1
    x = y = width = height = 0.0
    placed: list[Placed] = []
    for index, box in enumerate(boxes):
        is_full = index % in_row == 0 if are_equal else x + box.width > room + 0.01
        if placed and is_full:
            x, y, height = 0.0, y + height + GAP, 0.0
        placed.append((x, y, box))
        width, height = max(width, x + box.width), max(height, box.height)
        x += box.width + GAP
    return Layout(tuple(placed), width, y + height)


def _label(machine: Machine, cpus: Sequence[Cpu], level: str, characters: int) -> str:
    """The longest name that the room takes; of a cache the range of its CPUs where they have no numbers."""
    every = machine.topology.cpus
    if level == "package":
        nodes = {cpu.node for cpu in cpus}
        has_several = len({cpu.node for cpu in every}) > 1
        names = [f"Socket {cpus[0].package}"]
        if has_several and len(nodes) == 1:
            names.insert(0, f"{names[0]}, NUMA node {cpus[0].node}")
    elif level == "node":
        names = [f"NUMA node {cpus[0].node}", f"Node {cpus[0].node}"]
    elif len(every) > LARGEST_NUMBERED:
        told = ranges([cpu.os_id for cpu in cpus])
        names = [f"CPUs {told}", told]
    else:
        size = size_of_cache(machine)
        names = [f"{name} {size}".strip() for name in ("Last-level cache", "LLC")]
    whole = [name for name in names if len(name) <= characters]
    return whole[0] if whole else label_of(names[-1], max(characters, 4))
