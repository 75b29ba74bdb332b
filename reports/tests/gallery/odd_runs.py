"""Which runs are odd in one way each? Described ones, for the gallery: what a page must still say of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from described_run import BY_PAIR, LATENCY, ONE_WAY, SHARES, TIME, DescribedRun
from families_run import CPU, HANDOFFS, families, handoff
from quick_run import quick_run
from standard_run import COLLAPSING, THROUGHPUT, Catalogue, axis, histogram

NO_SYSCALL = "perf_event_open does not exist here (ENOSYS): an emulator, or a kernel too old"
LOST = "the workload does not find the 143,021 operations that were done"
SIGNAL = "stopped by a signal"
LOCKED = "perf_event_paranoid is 4: needs 2, or CAP_PERFMON"
NO_SECOND_CORE = "needs two cores; this machine has one"
# How far the second of two CPUs is from the first, on the large machine.
APART = {"same_core": 96, "same_llc": 1, "other_llc": 12, "other_socket": 48}


def no_counters() -> dict[str, Any]:
    """Every role is refused, those of the kernel as well: a sandbox without the system call."""
    document = quick_run(alias="sandbox-2c", seed=21)
    for role in document["counters"]["roles"]:
        role |= {"status": "not_permitted", "why": NO_SYSCALL, "tier": None, "source": None, "scope": None}
    document["counters"] |= {"pmus": [], "perf_event_paranoid": None}
    return document


def failed_verifies() -> dict[str, Any]:
    """A counter that loses updates: `cas_loop` in every launch, `mutex` between processes in one of six."""
    document = quick_run(alias="losing-2c", seed=22)
    lost = _points(document, lambda point: str(point["variant"]) == "cas_loop")
    once = _points(document, lambda point: (point["variant"], point["team"]) == ("mutex", "processes"))[-1:]
    for launch in document["launches"]:
        if launch["point"] in lost or (launch["point"] in once and launch["round"] == 2):
            _fail(launch, "verify_failed", LOST)
    return document


def incomplete() -> dict[str, Any]:
    """Stopped in its fourth round: some points have four launches, the others three, two experiments none."""
    document = quick_run(alias="stopped-2c", seed=23)
    never = _points(document, lambda point: str(point["experiment"]).startswith("instrument/"))
    kept = [one for one in document["launches"] if one["round"] < 3 and one["point"] not in never]
    kept += [one for one in document["launches"] if one["round"] == 3 and one["point"] % 3 == 0][:4]
    for order, launch in enumerate(kept):
        launch["order"] = order
    document["launches"] = kept
    document["run"] |= {
        "complete": False,
        "incomplete_reason": SIGNAL,
        "duration_s": 19.0,
        "command": ["latchmark-bench", "run", "quick", "--out", "results/stopped"],
    }
    return document


def one_cpu() -> dict[str, Any]:
    """A single CPU: nobody works at the same time, and what needs a second core is skipped."""
    run = DescribedRun(alias="tiny-1c", cpus=1, seed=24)
    for role in ("cycles", "instructions"):
        run.role(role)
    run.role("task_clock", "counted", None, "software")
    costs = {"packed": 1.0, "padded_128": 1.0, "thread_local": 0.2}
    run.experiment(
        "false_sharing/counters",
        [*costs],
        "padded_128",
        ("packed", "padded_128"),
        question="What does it cost when workers write different variables on one cache line?",
    )
    _alone(run, "false_sharing/counters", {variant: 4.7 * cost for variant, cost in costs.items()})
    run.experiment(
        "contention/counter",
        ("fetch_add_relaxed", "mutex"),
        operation="increment of the shared counter",
        question="What does an exact count cost when every worker adds to the same one?",
    )
    _alone(run, "contention/counter", {"fetch_add_relaxed": 5.3, "mutex": 15.0})
    handoff(run, HANDOFFS, ("same_cpu",))
    for point in run.points:
        point["cpus"] = [0] * len(point["cpus"])
    document = run.document()
    document["machine"]["placements"] |= {"same_llc": NO_SECOND_CORE}
    return document


def _alone(run: DescribedRun, experiment: str, times_ns: Mapping[str, float]) -> None:
    for variant, time_ns in times_ns.items():
        run.point(experiment, variant, 1, time_ns)
        run.point(experiment, variant, 2, skip=NO_SECOND_CORE)
        run.point(experiment, variant, 2, 2 * time_ns, placement="oversubscribed", spread=0.05)


class LargeMachine(Catalogue):
    """2 sockets x 48 cores x 2 threads, 4 last-level caches a socket; CPUs 96 to 191 are second threads."""

    CORES, OF_A_SOCKET, OF_A_CACHE = 96, 48, 12

    def __init__(self) -> None:
        super().__init__(self.CORES, rounds=6)
        self.run.alias, self.run.cpus = "epyc-96c-2s", 2 * self.CORES
        self.cores = 2 * self.CORES  # of which oversubscribed teams have two workers each
        for role in self.run.roles:
            role |= {"why": LOCKED} if role["why"] else {}
        self.workers = [1, 2, 4, 8, self.OF_A_CACHE, 24, self.OF_A_SOCKET, self.CORES]

    def point(self, experiment: str, variant: str, workers: int, time_ns: float, **more: Any) -> None:
        """As the placement says; `spread` goes over all caches first."""
        apart = APART.get(more.get("placement", "spread"))
        cpus = [worker % 8 * self.OF_A_CACHE + worker // 8 for worker in range(workers)]
        if workers <= self.CORES:
            more["cpus"] = cpus if apart is None else (0, apart)
        super().point(experiment, variant, workers, time_ns, **more)

    def locks_of_a_crowd(self, variants: Mapping[str, tuple[float, float]]) -> None:
        """contention/locks over all workers, placements and twice as many workers as CPUs."""
        name = "contention/locks"
        metrics = (TIME, THROUGHPUT, CPU, SHARES, LATENCY)
        outside = axis("outside_ns", "ns", (200,), 200)
        question = "What does one contended lock cost?"
        self.run.experiment(name, [*variants], metrics=metrics, axes=(outside,), question=question)
        more: dict[str, Any] = {"parameters": {"outside_ns": 200}}
        for variant, (alone_ns, factor) in variants.items():
            for workers in self.workers:
                self.point(name, variant, workers, 200 + alone_ns * (1 + factor * (workers - 1)), **more)
            for placement, cost in (
                ("same_core", 0.6),
                ("same_llc", 1),
                ("other_llc", 2),
                ("other_socket", 4),
            ):
                time_ns = 200 + alone_ns * (1 + cost * factor)
                self.point(name, variant, 2, time_ns, placement=placement, **more)
            collapse = 300 if variant in COLLAPSING else 2.2
            crowded_ns = collapse * (200 + alone_ns * factor * self.CORES)
            self.point(name, variant, 384, crowded_ns, placement="oversubscribed", spread=0.1, **more)
            waits = {"purpose": "latency", "metrics": histogram(1e7 * factor)}
            self.point(name, variant, self.CORES, crowded_ns, **waits, **more)

    def map_of_cores(self) -> None:
        """contention/core_to_core: a few pairs of each class, and the rows of the whole map."""
        name = "contention/core_to_core"
        question = "How long does a cache line take from one core to another?"
        self.run.experiment(name, ("store_load",), metrics=(ONE_WAY, *BY_PAIR, TIME), question=question)
        for placement, apart in APART.items():
            pairs = [(first, first + apart) for first in (0, 3, 6)]
            self._pairs(name, "store_load", pairs, 1.0, placement=placement)
        for row in range(self.CORES):
            pairs = [(row, other) for other in range(self.CORES) if other != row]
            self._pairs(name, "store_load", pairs, 1.0, placement="map_row", parameters={"row": row})

    @classmethod
    def way_ns(cls, one: int, other: int) -> float:
        """By what two CPUs share; longer against the direction of the ring."""
        first, second = one % cls.CORES, other % cls.CORES
        if first == second:
            return 7.0
        is_same_cache = first // cls.OF_A_CACHE == second // cls.OF_A_CACHE
        is_same_socket = first // cls.OF_A_SOCKET == second // cls.OF_A_SOCKET
        base_ns = 24.0 if is_same_cache else 110.0 if is_same_socket else 205.0
        return base_ns + (first * 7 + second * 3) % 11 + (6.0 if first > second else 0.0)

    def document(self) -> dict[str, Any]:
        document = self.run.document()
        machine = document["machine"]
        machine["topology"] |= {
            "llc_kib": 32768,
            "cpus": [
                {
                    "os_id": cpu,
                    "core": cpu % self.CORES,
                    "llc": cpu % self.CORES // self.OF_A_CACHE,
                    "package": cpu % self.CORES // self.OF_A_SOCKET,
                    "node": cpu % self.CORES // self.OF_A_SOCKET,
                    "kind": 0,
                }
                for cpu in range(2 * self.CORES)
            ],
        }
        machine["hard_key"] |= {"vendor": "AuthenticAMD", "model name": "AMD EPYC", "sockets": "2"}
        machine["hard_key"] |= {"cores": str(self.CORES), "memory": "768 GiB", "hypervisor": "none"}
        machine["placements"] = dict.fromkeys([*machine["placements"], "other_llc", "same_cpu"], None)
        return document


def many_cpus() -> dict[str, Any]:
    """192 CPUs: long axes, many rulings, a map of 96 rows."""
    large = LargeMachine()
    large.counters()
    large.counter()
    large.locks_of_a_crowd({"mutex": (15, 4), "ttas": (8, 4), "ticket": (9, 30), "mcs": (14, 2.4)})
    large.map_of_cores()
    families(large.run)
    return large.document()


def disjoint() -> tuple[dict[str, Any], dict[str, Any]]:
    """Two machines of which one shared lines and the other sent messages: no experiment of both."""
    first = DescribedRun(alias="sharing-2c", seed=26)
    second = DescribedRun(alias="messaging-4c", seed=27, cpus=4)
    for run, name, variants, times_ns in (
        (first, "false_sharing/counters", ("padded_128", "packed"), (4.7, 36.0)),
        (second, "ipc/round_trip", ("ring_spinning", "pipe"), (310.0, 6200.0)),
    ):
        run.role("cycles")
        team = "processes" if name.startswith("ipc") else "threads"
        run.experiment(name, variants, metrics=(TIME, SHARES), operation="message there and back"
                       if team == "processes" else "increment of the worker's own counter")  # fmt: skip
        for variant, time_ns in zip(variants, times_ns, strict=True):
            run.point(name, variant, 2, time_ns, team=team)
    documents = first.document(), second.document()
    documents[1]["machine"]["hard_key"] |= {"model name": "AMD EPYC", "vendor": "AuthenticAMD"}
    return documents


# What each page of the gallery is named after, and the runs that it is of.
ODD_RUNS: Mapping[str, Callable[[], Sequence[dict[str, Any]]]] = {
    "no-counters": lambda: _with_keys(no_counters()),
    "failed-verifies": lambda: _with_keys(failed_verifies()),
    "one-cpu": lambda: _with_keys(one_cpu()),
    "192-cpus": lambda: _with_keys(many_cpus()),
    "incomplete": lambda: _with_keys(incomplete()),
    "disjoint": lambda: _with_keys(*disjoint()),
}


def _with_keys(*documents: dict[str, Any]) -> Sequence[dict[str, Any]]:
    """An index would otherwise take unlike machines for one."""
    for document in documents:
        key = json.dumps(document["machine"]["hard_key"], sort_keys=True)
        document["machine"]["hard_key_hash"] = hashlib.sha256(key.encode()).hexdigest()[:16]
    return documents


def _points(document: Mapping[str, Any], is_meant: Callable[[dict[str, Any]], bool]) -> list[int]:
    return [index for index, point in enumerate(document["points"]) if is_meant(point)]


def _fail(launch: dict[str, Any], status: str, why: str) -> None:
    launch |= {"status": status, "why": why, "metrics": {}, "windows": None, "readings": {}, "cost": None}
