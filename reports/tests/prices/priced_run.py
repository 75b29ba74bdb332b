"""Which run has a price of every kind? Named costs, costs by rule, an outsider's, and what has no price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from described_run import BY_PAIR, ONE_WAY, SHARES, TIME, DescribedRun

P50 = {**TIME, "name": "latency_p50", "meaning": "median wait"}
RATE = {**TIME, "name": "rate", "unit": "GB/s", "direction": "higher", "meaning": "bytes a second"}
NO_SOCKET = "needs two sockets; this machine has one"
# What a cycle of 4 GHz takes, and that one in ten is the kernel's.
PER_NS: Mapping[str, float] = {"cycles": 3.6, "cycles:kernel": 0.4, "task_clock": 1.0}


class Priced:
    """Adds costs to a described run; with `counts` every launch has counted its cycles."""

    def __init__(self, counts: bool = True, rounds: int = 6, alias: str = "xeon-2c-1s") -> None:
        self.run = DescribedRun(rounds=rounds, alias=alias)
        self.counts = counts
        for role in PER_NS:
            if counts:
                self.run.role(role, "counted", None, "generic")
            else:
                self.run.role(role)

    def experiment(self, name: str, *variants: str, **more: Any) -> None:
        """The first variant is the baseline."""
        defaults: dict[str, Any] = {"metrics": (TIME, SHARES)}
        self.run.experiment(name, variants, **(defaults | more))

    def point(self, experiment: str, variant: str, workers: int, time_ns: float, **more: Any) -> None:
        """Its launches all take exactly `time_ns`, unless said otherwise."""
        times: Sequence[float] = more.pop("times_ns", [time_ns] * self.run.rounds)
        if self.counts:
            more["readings_per_operation"] = {role: time_ns * a_ns for role, a_ns in PER_NS.items()}
        self.run.point(experiment, variant, workers, times, **more)


def priced_run(counts: bool = True, rounds: int = 6, alias: str = "xeon-2c-1s", scale: float = 1.0) -> Any:
    """A document: counter, core-to-core, waits, processes, and an outsider's experiment."""
    priced = Priced(counts, rounds, alias)
    priced.experiment("contention/counter", "sharded", "fetch_add_relaxed", "mutex")
    for variant, alone_ns, together_ns in (
        ("sharded", 5.0, 5.0),
        ("fetch_add_relaxed", 6.0, 40.0),
        ("mutex", 20.0, 160.0),
    ):
        priced.point("contention/counter", variant, 4, 9 * together_ns, placement="oversubscribed")
        priced.point("contention/counter", variant, 2, scale * together_ns)
        priced.point("contention/counter", variant, 1, scale * alone_ns)

    priced.experiment("contention/core_to_core", "store_load", metrics=(ONE_WAY, *BY_PAIR))
    priced.point(
        "contention/core_to_core", "store_load", 2, scale * 50.0, placement="same_llc", pairs=((0, 1),)
    )
    priced.run.point("contention/core_to_core", "store_load", 2, placement="other_socket", skip=NO_SOCKET)

    priced.experiment("waiting/wait_duration", "futex", metrics=(P50, TIME))
    wait = {"metrics": {"latency_p50": {"value": scale * 5000.0}}, "purpose": "latency"}
    priced.point("waiting/wait_duration", "futex", 2, scale * 9000.0, **wait)

    resident: dict[str, Any] = {
        "name": "resident",
        "unit": "B",
        "values": [1048576.0, 104857600.0],
        "middle": 1048576.0,
    }
    priced.experiment(
        "pools/creation", "thread", "fork_exec", "fork", axes=({**resident, "variants": ["fork"]},)
    )
    priced.point("pools/creation", "thread", 1, scale * 10_000.0)
    priced.point("pools/creation", "fork_exec", 1, scale * 500_000.0)
    for size, time_ns in ((1048576.0, 90_000.0), (104857600.0, 3_000_000.0)):
        priced.point("pools/creation", "fork", 1, scale * time_ns, parameters={"resident": size})

    priced.experiment(
        "custom/parser", "scalar", "vector", operation="document parsed", parts={"scalar": ["a", "b"]}
    )
    priced.point("custom/parser", "vector", 1, 400.0)
    priced.point("custom/parser", "scalar", 1, scale * 700.0)
    priced.experiment("custom/bandwidth", "copy", metrics=(RATE,), operation="block copied")
    priced.run.point("custom/bandwidth", "copy", 1, 3.0, metrics={"rate": {"value": 7.0}})
    priced.experiment("instrument/team", "empty", operation="nothing")
    priced.point("instrument/team", "empty", 1, 0.2)
    return priced.run.document()
