"""What does a run of `standard` look like with a PMU? Each launch holds one of two counter groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from standard_run import standard_run

# Counts per operation of one worker, and how much each ns of the operation adds: waiting burns instructions
# and moves lines. In every launch, then the two groups that take turns, as the suite asks one of each vendor.
ANCHORS: Mapping[str, tuple[str, float, float]] = {
    "cycles": ("cycles", 4.0, 3.1),
    "instructions": ("instructions", 9.0, 1.4),
    "cycles:kernel": ("cycles", 0.02, 0.01),
}
GROUPS: tuple[Mapping[str, tuple[str, float, float]], ...] = (
    {
        "cross_core_loads": ("loads", 0.01, 0.012),
        "cross_core_rfos": ("requests", 0.01, 0.024),
        "memory_ordering_clears": ("clears", 0.001, 0.0001),
        "l1d_misses": ("misses", 0.02, 0.03),
    },
    {
        "stalls_store_bound": ("cycles", 0.3, 1.2),
        "locked_instructions": ("instructions", 1.0, 0.0),
        "branch_misses": ("misses", 0.01, 0.001),
        "ref_cycles": ("cycles", 4.0, 2.0),
    },
)


def with_counters(document: dict[str, Any]) -> dict[str, Any]:
    """The run as a machine with a PMU would have written it; roles of the kernel stay as they are."""
    known = {role["role"]: role for role in document["counters"]["roles"]}
    for role, (unit, _, _) in {**ANCHORS, **GROUPS[0], **GROUPS[1]}.items():
        known[role] = {
            "role": role,
            "unit": unit,
            "meaning": f"the count of {role}",
            "caveat": "Speculative ones are among them, and a prefetch is not.",
            "status": "counted",
            "why": None,
            "tier": "uarch",
            "source": f"spr::{role.upper()}",
            "scope": "kernel" if role.endswith(":kernel") else "user",
            "perf": {"type": 4, "config": "0x4d2", "config1": "0x0"},
        }
    document["counters"]["roles"] = [*known.values()]
    for experiment in document["experiments"]:
        experiment["roles"] = [[*group] for group in GROUPS]
    for launch in document["launches"]:
        if launch["windows"] is not None:
            _count(launch)
    return document


def _count(launch: dict[str, Any]) -> None:
    operations = sum(map(sum, launch["windows"]["operations"]))
    workers = len(launch["windows"]["operations"][0])
    elapsed_ns = sum(map(sum, launch["windows"]["elapsed_ns"]))
    for role, (_, least, a_ns) in {**ANCHORS, **GROUPS[launch["round"] % 2]}.items():
        total = float(round(least * operations + a_ns * elapsed_ns))
        launch["readings"][role] = {
            "status": "counted",
            "value": total,
            "per_worker": [total / workers] * workers,
            "running_share": 1.0,
        }


def counted_standard_run(cores: int = 16, rounds: int = 10) -> dict[str, Any]:
    """All families at full width, with counts."""
    return with_counters(standard_run(cores, rounds))
