"""What follows from several readings of one launch? Ratios and transfers, by one table of definitions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from latchmark.model import Launch, Reading, Role, Run, Unavailable

TRANSFERS = "cross_core_transfers"

_COMBINED: Mapping[str, Callable[[Iterable[float]], float]] = {"sum": math.fsum, "max": max}


@dataclass(frozen=True, slots=True)
class Derived:
    """The sum, or the largest, of the readings `above` over the sum of those `below`; over the operations of
    the team where there is nothing below. Both name roles as they are asked."""

    name: str
    title: str
    unit: str
    meaning: str
    caveat: str
    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    combined: Literal["sum", "max"] = "sum"

    @property
    def inputs(self) -> tuple[str, ...]:
        """The roles that a launch must hold."""
        return tuple(dict.fromkeys((*self.above, *self.below)))

    @property
    def is_per_operation(self) -> bool:
        """Whether it is a count, and not a ratio of two."""
        return not self.below

    def formula(self, names: Mapping[str, str]) -> str:
        """`max(a, b) / operation`, with what stands for each role."""
        above, below = ([names[role] for role in roles] for roles in (self.above, self.below))
        told = f"max({', '.join(above)})" if self.combined == "max" else _sum(above)
        return f"{told} / {_sum(below) or 'operation'}"


def _sum(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"({' + '.join(names)})" if names else ""


# In the order in which they explain a difference. Those with one name ask one question of several vendors.
_DEFINITIONS = (
    Derived(
        TRANSFERS,
        "cross-core transfers",
        "lines per operation",
        "lines that a worker took from another core of its socket",
        "The larger of loads and ownership requests: a locked increment shows in both, so their sum would"
        " count it twice, and a plain store only in the second. Exact where all transfers are of one kind,"
        " else a lower bound. Lines from another sub-NUMA cluster or socket are not among them.",
        above=("cross_core_loads", "cross_core_rfos"),
        combined="max",
    ),
    Derived(
        TRANSFERS,
        "cross-core transfers",
        "lines per operation",
        "lines that a worker demanded and got from another core complex or another node",
        "Within a core complex AMD cannot tell a line of a neighbour from one of the shared cache: transfers"
        " there are not counted.",
        above=("demand_fills_other_ccx", "demand_fills_other_node"),
    ),
    Derived(
        TRANSFERS,
        "cross-core transfers",
        "lines per operation",
        "lines that a worker demanded and got from another core complex of its node",
        "Within a core complex AMD cannot tell a line of a neighbour from one of the shared cache: transfers"
        " there are not counted, nor are those between nodes.",
        above=("demand_fills_other_ccx",),
    ),
    Derived(
        TRANSFERS,
        "cross-core transfers",
        "lines per operation",
        "lines that other cores took away from a worker, summed over the team",
        "Counted by who loses the line, cache maintenance included; an atomic that executes in the"
        " interconnect takes none away.",
        above=("l1d_invalidations",),
    ),
    Derived(
        "kernel_cycle_share",
        "kernel share of cycles",
        "of cycles",
        "the part of the workers' cycles that the kernel took",
        "Cycles of a worker that sleeps are nobody's.",
        above=("cycles:kernel",),
        below=("cycles", "cycles:kernel"),
    ),
    Derived(
        "effective_ghz",
        "effective GHz",
        "GHz",
        "core clock while the workers ran, in user and kernel mode",
        "CPU time goes on while a hypervisor runs something else, and cycles do not.",
        above=("cycles", "cycles:kernel"),
        below=("task_clock",),
    ),
    Derived(
        "frequency_to_nominal",
        "frequency to nominal",
        "of nominal",
        "core clock over the clock at which the constant counter runs",
        "Above 1 the core runs faster than its nominal clock; it says nothing about how much work is done.",
        above=("cycles",),
        below=("ref_cycles",),
    ),
    Derived(
        "ipc",
        "IPC",
        "instructions per cycle",
        "instructions retired a cycle in user mode",
        "Spinning retires many instructions and does no work.",
        above=("instructions",),
        below=("cycles",),
    ),
)


def derived_of(run: Run) -> tuple[Derived, ...]:
    """What a run's roles allow to derive, one of each name: where several do, the one with the best status,
    and of these the first that a launch counted all of; absent where a role was not asked for."""
    known = {role.role: role for role in run.counters.roles}
    chosen: dict[str, Derived] = {}
    for one in (*_DEFINITIONS, *_stall_shares(known.values())):
        if all(role in known for role in one.inputs):
            earlier = chosen.setdefault(one.name, one)
            if _lack(run, one, known) < _lack(run, earlier, known):
                chosen[one.name] = one
    return tuple(chosen.values())


def _lack(run: Run, derived: Derived, known: Mapping[str, Role]) -> tuple[int, bool]:
    worst = max(known[role].status.badness for role in derived.inputs)
    return worst, not any(group.issuperset(derived.inputs) for group in run.counter_groups)


def _stall_shares(roles: Iterable[Role]) -> Iterable[Derived]:
    """One for each role of stalled cycles, with the cycles of the same scope."""
    for role in roles:
        name, _, scope = role.role.partition(":")
        if not name.removeprefix("generic_").startswith("stalls_"):
            continue
        suffix = f":{scope}" if scope else ""
        yield Derived(
            f"{name}_share{suffix}",
            f"share of cycles in {role.role}",
            "of cycles",
            f"the part of the cycles that {role.role} counts ({role.meaning})",
            " ".join(text for text in (role.caveat, "Shares of different stalls overlap.") if text),
            above=(role.role,),
            below=(f"cycles{suffix}",),
        )


def source_of(run: Run, derived: Derived) -> str | None:
    """What counts it here, as a formula of sources; two are comparable only where these are equal."""
    known = {role.role: role.source for role in run.counters.roles}
    named = {
        # One event in two scopes is two quantities.
        role: f"{source}:{scope}" if (scope := role.partition(":")[2]) else source
        for role in derived.inputs
        if (source := known.get(role)) is not None
    }
    return derived.formula(named) if len(named) == len(derived.inputs) else None


def derived_reading(launch: Launch, derived: Derived) -> Reading | None:
    """What one launch says, with the worst status of its inputs; None where it did not count all of them:
    they rotate, and half of a formula is no failure."""
    found = [launch.readings[role] for role in derived.inputs if role in launch.readings]
    if len(found) < len(derived.inputs):
        return None
    worst = max(found, key=lambda one: one.status.badness)
    shares = [one.running_share for one in found if one.running_share is not None]
    return Reading(worst.status, _value_of(launch, derived), (), min(shares, default=None))


def _value_of(launch: Launch, derived: Derived) -> float | Unavailable:
    amounts: dict[str, float] = {}
    lacking: list[tuple[int, Unavailable]] = []
    for role in derived.inputs:
        reading = launch.readings[role]
        if isinstance(reading.value, Unavailable):
            lacking.append((reading.status.badness, Unavailable(f"{role}: {reading.value.reason}")))
        else:
            amounts[role] = reading.value
    if not launch.is_ok or launch.windows is None:
        return Unavailable(f"launch {launch.status}: {launch.why or 'no windows'}")
    if lacking:
        return max(lacking, key=lambda one: one[0])[1]
    above = _COMBINED[derived.combined]([amounts[role] for role in derived.above])
    if derived.is_per_operation:
        below: float = launch.windows.counted_operations
        return above / below if below else Unavailable("no operation was completed")
    below = math.fsum(amounts[role] for role in derived.below)
    return above / below if below else Unavailable(f"{_sum(list(derived.below))}: counted 0")
