"""Which machines must a drawing of a topology be right for? Described ones, from one CPU to two sockets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from latchmark.model import Clock, Cpu, Fact, Machine, Topology


def cpu(os_id: int, core: int, llc: int = 0, package: int = 0, node: int = 0, kind: int = 0) -> Cpu:
    return Cpu(os_id, core, llc, package, node, kind)


def machine(
    cpus: Sequence[Cpu],
    llc_kib: int | None = 32768,
    soft_key: Mapping[str, Fact] | None = None,
    source: str = "this machine",
) -> Machine:
    topology = Topology(source, tuple(cpus), llc_kib)
    return Machine("lab", {}, "8a1f", soft_key or {}, topology, Clock("CLOCK_MONOTONIC", 1, 1, 1), {})


ONE = machine([cpu(0, 0)], llc_kib=None)
TWO = machine([cpu(0, 0), cpu(1, 1)], llc_kib=491520)
# Eight cores of two threads each, whose numbers lie eight apart.
THREADED = machine([cpu(os_id, core) for core in range(8) for os_id in (core, core + 8)])
HYBRID = machine(
    [cpu(os_id, core) for core in range(8) for os_id in (2 * core, 2 * core + 1)]
    + [cpu(16 + core, 8 + core, kind=1) for core in range(8)]
)
# Two sockets of four caches of twelve cores; a quarter of the machine is kept from the run.
LARGE = machine(
    [
        cpu(os_id, core, core // 12, core // 48, core // 48)
        for core in range(96)
        for os_id in (core, core + 96)
    ],
    soft_key={"allowed_cpus": "192 of 256: 0-191"},
)
# Each cache serves two memory nodes; and each node has two caches.
NODES_IN_CACHES = machine([cpu(one, one, one // 16, one // 16, one // 8) for one in range(32)])
CACHES_IN_NODES = machine([cpu(one, one, one // 4, one // 16, one // 8) for one in range(32)])
EVERY = {
    "one": ONE,
    "two": TWO,
    "threaded": THREADED,
    "hybrid": HYBRID,
    "large": LARGE,
    "nodes in caches": NODES_IN_CACHES,
    "caches in nodes": CACHES_IN_NODES,
}
