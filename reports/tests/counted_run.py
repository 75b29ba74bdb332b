"""Which run would a machine with counters have written? One of each vendor, its counts from a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from described_run import SHARES, TIME, DescribedRun

SCRIPT = "a table of counts for false sharing"
QEMU = "qemu-system-aarch64, neoverse-n1, one virtual CPU"
NO_ROW = "no event of this core answers this role"
# Role, what counts it, unit, and what it does not say.
ANCHORS = (
    ("cycles", "perf::CYCLES", "cycles", ""),
    ("instructions", "perf::INSTRUCTIONS", "instructions", ""),
    ("cycles:kernel", "perf::CYCLES", "cycles", ""),
)
VENDORS: Mapping[str, Sequence[tuple[str, str, str, str]]] = {
    "intel": (
        ("cross_core_loads", "spr::MEM_LOAD_L3_HIT_RETIRED:XSNP_FWD", "loads", "Plain stores never show."),
        ("cross_core_rfos", "spr::OCR:DEMAND_RFO_L3_HIT_SNOOP_HITM", "requests", ""),
        ("stalls_store_bound", "spr::EXE_ACTIVITY:BOUND_ON_STORES", "cycles", "No time that adds up."),
    ),
    "amd": (
        ("demand_fills_other_ccx", "zen4::DEMAND_FILLS:NEAR_CACHE", "lines", ""),
        ("demand_fills_other_node", "zen4::DEMAND_FILLS:FAR_CACHE", "lines", ""),
        ("stalls_store_bound", "zen4::STALL:STORE_QUEUE", "cycles", "No time that adds up."),
    ),
    "arm": (
        ("l1d_invalidations", "arm_n1::L1D_CACHE_INVAL", "lines", "Seen by who loses the line."),
        ("stalls_backend", "arm_n1::STALL_BACKEND", "cycles", "No time that adds up."),
    ),
}
# Per operation of a worker alone with its line, and of one that takes it from another each time.
APART = {"cycles": 21.0, "instructions": 6.0, "cycles:kernel": 0.021, "task_clock": 5.6}
TOGETHER = {"cycles": 162.0, "instructions": 6.0, "cycles:kernel": 0.16, "task_clock": 43.3}


def counted_run(
    vendor: str = "intel",
    alias: str = "lab-2c",
    seed: int = 5,
    script: str | None = SCRIPT,
    emulated: str | None = None,
    rounds: int = 8,
) -> DescribedRun:
    """Two counters on one line and on two, with 1 and 2 workers; two counter groups take turns: transfers in
    even rounds, stalls in odd ones."""
    run = DescribedRun(alias=alias, seed=seed, rounds=rounds)
    run.machine = {"emulated": emulated}
    run.counters = {
        "cpu": f"one of {vendor}'s",
        "hypervisor": None,
        "script": script,
        "pmus": ["cpu"],
        "table": vendor,
        "control": [],
    }
    first, second = _roles(run, vendor)
    run.experiment(
        "false_sharing/counters",
        ("padded", "packed"),
        ties=("padded", "packed"),
        roles=[[*first], [*second]],
        metrics=(TIME, SHARES),
        question="What does it cost when workers write different variables on one cache line?",
    )
    for variant, time_ns in (("padded", 5.6), ("packed", 43.3)):
        for workers in (1, 2):
            is_together = variant == "packed" and workers > 1
            anchors, taken, stalled = (TOGETHER, 0.97, 105.0) if is_together else (APART, 0.01, 0.2)
            # A plain load shows half of what an increment does; the larger of the two is what was taken.
            groups = (
                {role: taken * (0.5 if role == "cross_core_loads" else 1.0) for role in first},
                dict.fromkeys(second, stalled),
            )
            run.point(
                "false_sharing/counters",
                variant,
                workers,
                time_ns if is_together else 5.6,
                readings_per_operation=[anchors | group for group in groups],
            )
    return run


def _roles(run: DescribedRun, vendor: str) -> tuple[list[str], list[str]]:
    """Adds the roles of all vendors, of which this one answers its own; its two counter groups."""
    run.role("task_clock", "counted", None, "software", unit="ns", scope="both")
    for role, source, unit, caveat in ANCHORS:
        scope = "kernel" if role.endswith(":kernel") else "user"
        perf = {"type": 0, "config": "0x1" if unit == "instructions" else "0x0", "config1": "0x0"}
        more: dict[str, Any] = {"unit": unit, "source": source, "caveat": caveat, "scope": scope}
        run.role(role, "counted", None, "generic", perf=perf, **more)
    own = VENDORS[vendor]
    for role, source, unit, caveat in own:
        perf = {"type": 4, "config": "0x4d2", "config1": "0x0"}
        run.role(role, "counted", None, "uarch", unit=unit, source=source, caveat=caveat, perf=perf)
    answered = {role for role, *_ in own}
    for role, _, unit, caveat in (one for some in VENDORS.values() for one in some):
        if role not in answered:
            answered.add(role)
            run.role(role, "no_encoding", NO_ROW, None, unit=unit, caveat=caveat, perf=None)
    names = [role for role, *_ in own]
    # "The demand of another node" is nothing on one node, and still a part of the sum.
    return [role for role in names if "stalls" not in role], [role for role in names if "stalls" in role]


def control(role: str, result: str = "passed", **more: Any) -> dict[str, Any]:
    """An entry of the positive control."""
    return {
        "role": role,
        "stimulus": "hand_over",
        "cpus": [0, 1],
        "result": result,
        "why": None if result == "passed" else "it stayed at its idle level",
        "counted": 98_000.0,
        "idle": 12.0,
        "times": 100_000,
    } | more
