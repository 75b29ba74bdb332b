"""What is the machine? The card of the first screen, and the whole fingerprint."""

from __future__ import annotations

from latchmark.model import Fact, Machine, Run, Unavailable
from latchmark.pages.facts import fact_text, facts_table
from latchmark.pages.tables import Table
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


def topology_text(machine: Machine) -> str:
    """`1 socket, 2 cores, 2 CPUs, 1 last-level cache`, of the CPUs that the run was allowed to use."""
    cpus = machine.topology.cpus
    sockets = len({cpu.package for cpu in cpus})
    cores = len({(cpu.package, cpu.core) for cpu in cpus})
    caches = len({(cpu.package, cpu.llc) for cpu in cpus})
    return ", ".join(
        count(amount, noun)
        for amount, noun in (
            (sockets, "socket"),
            (cores, "core"),
            (len(cpus), "CPU"),
            (caches, "last-level cache"),
        )
    )


def environment_of(run: Run) -> tuple[Table, ...]:
    """The fingerprint in full, the build, and the placements; counters have their own section."""
    suite = run.suite
    build = {
        "version": suite.version,
        "commit": suite.commit,
        "compiler": suite.compiler,
        "flags": suite.flags,
        "build type": suite.build_type,
        "build id": suite.build_id,
        "atomics": suite.atomics,
    }
    libraries = {f"library {name}": version for name, version in suite.libraries.items()}
    placements: dict[str, Fact] = {
        name: "available" if why is None else Unavailable(why) for name, why in run.machine.placements.items()
    }
    return (
        facts_table("Hard key: what makes it another machine", run.machine.hard_key),
        facts_table("Soft key: what may differ between days", run.machine.soft_key),
        facts_table("Build", {**build, **libraries}),
        facts_table("Placements", placements),
    )
