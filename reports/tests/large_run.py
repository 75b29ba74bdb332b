"""Which run is as large as the budgets of size and time allow for?"""

from __future__ import annotations

from typing import Any

from described_run import DescribedRun


def large_run(workers: int = 64, points: int = 300, launches: int = 20, windows: int = 9) -> dict[str, Any]:
    """The largest run that the budgets speak of, with readings of a full counter group in every launch."""
    run = DescribedRun(rounds=launches, windows=windows, cpus=workers)
    roles = (
        "cycles",
        "instructions",
        "cross_core_loads",
        "cross_core_rfos",
        "voluntary_switches",
        "involuntary_switches",
    )
    for role in roles:
        run.role(role, "counted", None, "uarch")
    axis = {"name": "step", "unit": "", "values": [float(step) for step in range(points)], "middle": 0.0}
    run.experiment("contention/counter", ("sharded", "shared"), axes=(axis,))
    for point in range(points):
        run.point(
            "contention/counter",
            ("sharded", "shared")[point % 2],
            workers,
            5.0 + point,
            parameters={"step": point},
            readings_per_operation=dict.fromkeys(roles, 1.0),
        )
    document = run.document()
    for launch in document["launches"]:
        # Numbers as long as real ones: a file of round numbers would be too easy to read.
        shift = run.random.randrange(1_000_000)
        for row in launch["windows"]["elapsed_ns"]:
            row[:] = [value + shift + 7919 * worker for worker, value in enumerate(row)]
        for reading in launch["readings"].values():
            reading["per_worker"] = [
                round(value) + shift + worker for worker, value in enumerate(reading["per_worker"])
            ]
            reading["value"] = sum(reading["per_worker"])
        launch["metrics"]["share"]["values"] = [
            round((1 + worker / 1e4) / workers, 6) for worker in range(workers)
        ]
    return document
