"""Which run is as large as asked for, and like a real one? It grows by experiments, not within one."""

from __future__ import annotations

from typing import Any

from described_run import DescribedRun

POINTS_OF_AN_EXPERIMENT = 25
_WORKERS = (1, 2, 4, 8, 16)
# Each adds its part of what sharing costs to the time alone.
_VARIANTS = (("sharded", 0.0), ("striped", 0.3), ("backoff", 1.5), ("shared", 4.0), ("fair", 9.0))
_ROLES = ("cycles", "instructions", "cross_core_loads", "cross_core_rfos")


def growing_run(
    points: int, launches: int = 20, alias: str = "epyc-16c-1s", slower: float = 1.0
) -> dict[str, Any]:
    """A run of `points` points (a multiple of 25) with counters, `launches` launches each, of a machine whose
    times are `slower` times as long."""
    run = DescribedRun(rounds=launches, windows=3, cpus=16, alias=alias)
    for role in _ROLES:
        run.role(role, "counted", None, "uarch")
    for number in range(points // POINTS_OF_AN_EXPERIMENT):
        name = f"family_{number // 4}/experiment_{number}"
        run.experiment(name, [variant for variant, _ in _VARIANTS], question="What does it cost to share?")
        for variant, factor in _VARIANTS:
            for workers in _WORKERS:
                time_ns = slower * (5.0 + number) * (1 + factor * (workers - 1))
                readings = {
                    role: time_ns * share for role, share in zip(_ROLES, (3.0, 2.0, 0.01, 0.02), strict=True)
                }
                run.point(name, variant, workers, time_ns, spread=0.03, readings_per_operation=readings)
    document = run.document()
    # Each alias is another machine, or a comparison would take them for days of one.
    document["machine"]["hard_key_hash"] = f"{abs(hash_of(alias)):016x}"
    return document


def hash_of(text: str) -> int:
    """The same in every process, unlike Python's own."""
    return int.from_bytes(text.encode()[-8:], "big")
