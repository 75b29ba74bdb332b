"""Which runs would a machine have stored? One point alone, one contended, their counts, and what differs."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping, Sequence
from typing import Any

from described_run import SHARES, TIME, DescribedRun

ALONE = "contention/counter/cas_loop/workers:1/placement:spread"
SHARED = "contention/counter/cas_loop/workers:2/placement:spread"
COUNTING = f"{SHARED}/purpose:counts"
CONTROL = "instrument/unchanged/arithmetic/workers:1/placement:spread"
TALLY = {
    "name": "cas_failures",
    "unit": "1/operation",
    "direction": "lower",
    "shape": "scalar",
    "meaning": "failed compare-exchanges",
}


def stored(
    time_ns: float = 20.0,
    instructions: float | None = 12.0,
    cas_failures: float = 0.25,
    rounds: int = 12,
    seed: int = 1,
    spread: float = 0.01,
    with_control: bool = False,
    **run: Any,
) -> dict[str, Any]:
    """A run of one side. `run` replaces members of the document's `run`."""
    described = DescribedRun(rounds=rounds, seed=seed)
    described.role("instructions", "counted", None, "generic", unit="instructions")
    described.role("cross_core_loads", "counted", None, "uarch", unit="loads")
    described.role("page_faults", "counted", None, "software", unit="faults")
    described.experiment("contention/counter", ("cas_loop",), metrics=(TIME, SHARES, TALLY))
    counts = random.Random(seed)
    for workers in (1, 2):
        per_operation = {"instructions": instructions, "cross_core_loads": 0.9, "page_faults": 0.0}
        described.point(
            "contention/counter",
            "cas_loop",
            workers,
            time_ns * workers,
            spread=spread,
            readings_per_operation=[
                {
                    role: value * (1 + counts.gauss(0, 2e-4))
                    for role, value in per_operation.items()
                    if value is not None
                }
                for _ in range(rounds)
            ],
        )
    described.point(
        "contention/counter", "cas_loop", 2, time_ns * 2, spread=0.0005, purpose="counts",
        scalars={"cas_failures": cas_failures},
    )  # fmt: skip
    if with_control:
        described.experiment("instrument/unchanged", ("arithmetic",), metrics=(TIME,))
        described.experiments[-1]["negative_control"] = True
        described.point("instrument/unchanged", "arithmetic", 1, 5.0, spread=0.001)
    document = described.document()
    document["run"] |= run
    return document


def two_sided(
    base: Mapping[str, Any], head: Mapping[str, Any], build_ids: Sequence[str] = ("4f1d9a", "4f1d9a")
) -> dict[str, Any]:
    """The launches of two runs of one description as the two sides of one run, pair by pair."""
    document = copy.deepcopy(dict(base))
    document["run"]["sides"] = [
        {"name": name, "build_id": build_id}
        for name, build_id in zip(("base", "head"), build_ids, strict=True)
    ]
    sides = [
        {(one["point"], one["round"]): copy.deepcopy(one) for one in side["launches"]}
        for side in (base, head)
    ]
    launches: list[dict[str, Any]] = []
    in_time = sorted(sides[0].items(), key=lambda entry: int(entry[1]["order"]))
    for place, (key, launch) in enumerate(in_time):
        pair = [(launch, "base"), (sides[1][key], "head")]
        for one, side in pair if place % 2 else reversed(pair):
            launches.append(one | {"side": side, "order": len(launches)})
    document["launches"] = launches
    return document
