"""What is the machine? The card of the first screen."""

from __future__ import annotations

from latchmark.model import Fact, Run
from latchmark.tables import fact_text, topology_text
from latchmark.wording import count, number

# The fields that decide what a concurrency number means, in reading order; all others are in the environment.
_CARD = (
    ("Processor", "model_name"),
    ("Caches", "caches"),
    ("Memory", "memory"),
    ("NUMA nodes", "numa_nodes"),
    ("Virtualisation", "hypervisor"),
    ("Kernel", "kernel"),
    ("Governor", "governor"),
    ("Turbo", "turbo"),
    ("Huge pages", "transparent_huge_pages"),
)


def card_of(run: Run) -> tuple[tuple[str, str], ...]:
    """(label, value) pairs; a field that could not be read says why."""
    machine = run.machine
    facts: dict[str, Fact] = {**machine.hard_key, **machine.soft_key}
    rows = [(label, fact_text(facts[name])) for label, name in _CARD if name in facts]
    rows.insert(1, ("Topology", topology_text(machine)))
    available = [role for role in run.counters.roles if run.counters.why_none(role) is None]
    rows.append(("Counters", f"{len(available)} of {count(len(run.counters.roles), 'role')} available"))
    clock = machine.clock
    rows.append(
        (
            "Clock",
            f"{clock.name}, one read {number(clock.read_ns)} ns,"
            f" smallest step {number(clock.resolution_ns)} ns",
        )
    )
    return tuple(rows)
