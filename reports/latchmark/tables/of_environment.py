"""What was measured on, and with what? The whole fingerprint, the build and the placements as tables."""

from __future__ import annotations

from latchmark.model import TASKS_STARTED, Disturbance, Fact, Machine, Run, Unavailable
from latchmark.tables.facts import facts_table
from latchmark.tables.table import Table
from latchmark.wording import count


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
        facts_table("Disturbance of the whole run", _disturbance_of(run)),
    )


def _disturbance_of(run: Run) -> dict[str, Fact]:
    """What happened around the whole run, and how many tasks were started while a launch ran: its own are the
    same in every launch of a point."""
    by_launch = [launch.disturbance[TASKS_STARTED] for launch in run.launches]
    counts = [count for count in by_launch if isinstance(count, float)]
    unknown = next((one for one in by_launch if isinstance(one, Unavailable)), Unavailable("no launches"))
    in_launches: Fact = f"{min(counts):g} to {max(counts):g}" if counts else unknown
    return {
        **{name: _told(value) for name, value in run.disturbance.items()},
        f"{TASKS_STARTED} during one launch": in_launches,
    }


def _told(value: Disturbance) -> Fact:
    """A run as a whole has no workers, so every value is one number."""
    if isinstance(value, tuple):
        return Unavailable("a number a worker, for a run")
    return value if isinstance(value, Unavailable) else f"{value:.6g}"
