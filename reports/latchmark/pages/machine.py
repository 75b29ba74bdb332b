"""What is the machine? The card of the first screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

from latchmark.figures import topology_of
from latchmark.model import Fact, Run, Unavailable
from latchmark.tables import topology_text
from latchmark.wording import axis_value, count, number

# The fields that decide what a concurrency number means, in reading order; all others are in the environment.
_CARD = (
    ("Processor", "model_name"),
    ("Caches", "caches"),
    ("Memory", "memory"),
    ("Virtualisation", "hypervisor"),
    ("Kernel", "kernel"),
    ("Governor", "governor"),
    ("Turbo", "turbo"),
    ("Huge pages", "transparent_huge_pages"),
)


@dataclass(frozen=True, slots=True)
class MachineCard:
    """The topology as SVG, (label, value) pairs, and the names of fields that could not be read: why is in
    the environment."""

    drawing: str
    rows: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def card_of(run: Run) -> MachineCard:
    """The card of the machine that a run was measured on."""
    machine = run.machine
    facts: dict[str, Fact] = {**machine.hard_key, **machine.soft_key}
    known = [(label, facts[name]) for label, name in _CARD if name in facts]
    rows = [
        (label, _caches(fact) if label == "Caches" else fact)
        for label, fact in known
        if not isinstance(fact, Unavailable)
    ]
    unknown = [label.lower() for label, fact in known if isinstance(fact, Unavailable)]
    # Beside the processor's name, where the machine has one.
    rows.insert(sum(label == "Processor" for label, _ in rows), ("Topology", topology_text(machine)))
    available = [role for role in run.counters.roles if run.counters.why_none(role) is None]
    rows.append(("Counters", f"{len(available)} of {count(len(run.counters.roles), 'role')} available"))
    clock = machine.clock
    rows.append(
        (
            "Clock",
            f"{number(clock.read_ns)} ns a read, steps of {number(clock.resolution_ns)} ns ({clock.name})",
        )
    )
    return MachineCard(topology_of(run).svg("machine"), tuple(rows), tuple(unknown))


# What the runner writes of a cache: its KiB, and how many CPUs share one.
_CACHE = re.compile(r"\b(\d{1,9})K x (\d+)")


def _caches(text: str) -> str:
    """`L1d 48 KiB, L2 2 MiB, L3 32 MiB for 16 CPUs`: a cache that is not shared is a CPU's own."""
    return _CACHE.sub(lambda found: _cache(int(found[1]), int(found[2])), text)


def _cache(kib: int, sharers: int) -> str:
    size = axis_value(kib * 1024, "B")
    return size if sharers == 1 else f"{size} for {count(sharers, 'CPU')}"
