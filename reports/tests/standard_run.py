"""What does a run of `standard` look like? All families at full width, for tests and budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from described_run import BY_PAIR, LATENCY, ONE_WAY, SHARES, TIME, DescribedRun
from families_run import CPU, families

THROUGHPUT = {
    "name": "throughput",
    "unit": "operations/s",
    "direction": "higher",
    "shape": "scalar",
    "meaning": "operations a second of the whole team",
}
# Time per operation alone, and how many times as much each further worker costs.
LOCKS: Mapping[str, tuple[float, float]] = {
    "mutex": (15.0, 4.0),
    "adaptive": (15.0, 3.5),
    "recursive": (17.0, 4.2),
    "priority_inheriting": (18.0, 90.0),
    "robust": (20.0, 4.5),
    "timed_mutex": (16.0, 4.0),
    "pthread_spin": (9.0, 5.0),
    "tas": (8.0, 7.0),
    "ttas": (8.0, 4.0),
    "ttas_backoff": (8.0, 1.8),
    "ticket": (9.0, 3.0),
    "mcs": (14.0, 2.4),
    "clh": (14.0, 2.5),
    "absl_mutex": (16.0, 2.0),
    "tbb_spin_mutex": (9.0, 2.1),
    "tbb_queuing_mutex": (15.0, 2.6),
    "ck_fas": (8.0, 5.0),
}
COLLAPSING = ("ticket", "mcs", "clh", "tbb_queuing_mutex")


def tally(name: str) -> dict[str, str]:
    """The metric of something that a workload counts."""
    return {
        "name": name,
        "unit": "1/operation",
        "direction": "lower",
        "shape": "scalar",
        "meaning": "counted by the workload, per operation",
    }


def axis(name: str, unit: str, values: Sequence[float], middle: float, *variants: str) -> dict[str, Any]:
    """A sweep; without variants it concerns all of them."""
    return {"name": name, "unit": unit, "values": list(values), "middle": middle, "variants": [*variants]}


def histogram(longest_ns: float) -> dict[str, Any]:
    """Waits with a tail, on buckets like the recorder's."""
    upper_ns = [longest_ns * 2.0 ** ((step - 79) / 4) for step in range(80)]
    counts = [int(200_000 * 0.8 ** abs(step - 24)) + 1 for step in range(80)]
    buckets = {"lower_ns": [0.0, *upper_ns[:-1]], "upper_ns": upper_ns, "counts": counts}
    return {"latency": {"histogram": {**buckets, "max_ns": longest_ns, "resolution_ns": 1.0}}}


class Catalogue:
    """Adds experiments of the suite to a described run on two sockets of two caches each."""

    def __init__(self, cores: int = 16, rounds: int = 10) -> None:
        self.run = DescribedRun(rounds=rounds, windows=1, cpus=cores, alias=f"epyc-{cores}c-2s")
        self.cores = cores
        self.workers = [1 << step for step in range(20) if 1 << step <= cores]
        for role in ("cycles", "instructions", "cross_core_loads"):
            self.run.role(role)
        for role in ("task_clock", "voluntary_switches", "involuntary_switches", "page_faults"):
            self.run.role(role, "counted", None, "software")

    def point(self, experiment: str, variant: str, workers: int, time_ns: float, **more: Any) -> None:
        """A point with throughput, and readings of the kernel."""
        metrics = more.pop("metrics", {})
        if more.get("purpose", "throughput") == "throughput":
            metrics = {
                "throughput": {"value": workers * 1e9 / time_ns},
                CPU["name"]: {"value": time_ns * 0.99},
            } | metrics
        readings = {"task_clock": time_ns / workers, "voluntary_switches": 0.02 * workers, "page_faults": 0.0}
        self.run.point(
            experiment, variant, workers, time_ns, metrics=metrics, readings_per_operation=readings, **more
        )

    def locks(self) -> None:
        """contention/locks: many variants, oversubscription, fairness, latencies, hand-overs."""
        name = "contention/locks"
        metrics = (TIME, THROUGHPUT, CPU, SHARES, LATENCY, tally("handovers"))
        outside = axis("outside_ns", "ns", (0, 200, 1000), 200)
        question = "What does one contended lock cost?"
        self.run.experiment(name, [*LOCKS], metrics=metrics, axes=(outside,), question=question)
        for variant, (alone_ns, factor) in LOCKS.items():
            at_middle = {"outside_ns": 200}
            for workers in self.workers:
                time_ns = 200.0 + alone_ns * (1 + factor * (workers - 1))
                uneven = [1.6 if variant == "tas" and worker == 0 else 1.0 for worker in range(workers)]
                shares = {"share": {"values": [one / sum(uneven) for one in uneven]}} if workers > 1 else {}
                self.point(name, variant, workers, time_ns, parameters=at_middle, metrics=shares, spread=0.03)
                # Waits and hand-overs at the ends of the sweep.
                ends = (2, self.cores)
                for purpose, counted in (
                    ()
                    if workers not in ends
                    else (
                        ("latency", histogram(1e4 * factor)),
                        ("counts", {"handovers": {"value": min(1.0, 2 / factor) if workers > 1 else 0.0}}),
                    )
                ):
                    more = {"parameters": at_middle, "purpose": purpose, "metrics": counted}
                    self.point(name, variant, workers, time_ns, **more)
            for value in (0, 1000):
                self.point(name, variant, 2, 50.0 + value, parameters={"outside_ns": value})
            for placement, cost in (("same_llc", 1.0), ("other_llc", 1.7), ("other_socket", 3.0)):
                time_ns = 200.0 + alone_ns * (1 + cost * factor)
                self.point(name, variant, 2, time_ns, placement=placement, parameters=at_middle)
            for times in (1.5, 2):
                workers = int(self.cores * times)
                collapse = 300.0 if variant in COLLAPSING else 1.1
                time_ns = (200.0 + alone_ns * (1 + factor * (self.cores - 1))) * times * collapse
                crowded = {"parameters": at_middle, "placement": "oversubscribed"}
                self.point(name, variant, workers, time_ns, spread=0.1, **crowded)

    def hash_map(self) -> None:
        """lock_granularity/hash_map: axes that concern some variants only."""
        name = "lock_granularity/hash_map"
        striped = ("striped_packed", "striped_padded")
        middle = {"stripes": 64.0, "reads": 90.0, "key_skew": 0.0}
        axes = (
            axis("stripes", "", (1, 4, 16, 64, 256, 1024, 4096), 64, *striped),
            axis("reads", "%", (50, 90, 99), 90),
            axis("key_skew", "", (0, 0.99), 0),
        )
        question = "How many locks does a hash map need?"
        variants = {"partition": 1.0, "one_mutex": 12.0, "striped_packed": 2.2, "striped_padded": 1.8}
        variants |= {"bucket_spin": 1.5, "shared_mutex": 14.0}
        metrics = (TIME, THROUGHPUT, CPU, SHARES)
        self.run.experiment(name, [*variants], axes=axes, metrics=metrics, question=question)
        for variant, cost in variants.items():
            for workers in self.workers:
                time_ns = 20.0 * (1 + (cost - 1) * (workers - 1))
                self.point(name, variant, workers, time_ns, parameters=middle)
            for one in axes:
                if one["variants"] and variant not in one["variants"]:
                    continue
                for step, value in enumerate(one["values"]):
                    if value != one["middle"]:
                        time_ns = 20.0 * cost * (1 + 3 / (1 + step))
                        self.point(name, variant, 2, time_ns, parameters={**middle, one["name"]: value})

    def hold_time(self) -> None:
        """lock_granularity/hold_time: overhead over the same work without a lock."""
        name = "lock_granularity/hold_time"
        axes = (
            axis("critical_ns", "ns", (0, 50, 200, 1000, 5000), 200),
            axis("outside_ns", "ns", (0, 200, 1000, 5000), 1000),
        )
        variants = {"empty": 0.0, "mutex": 57.0, "ttas": 30.0, "ticket": 28.0, "mcs": 35.0, "clh": 36.0}
        question = "What does a lock add to the work that it guards?"
        metrics = (TIME, THROUGHPUT, CPU, SHARES)
        self.run.experiment(name, [*variants], axes=axes, metrics=metrics, is_floor=True, question=question)
        for variant, added_ns in variants.items():
            for critical_ns in axes[0]["values"]:
                for outside_ns in axes[1]["values"]:
                    is_middle = (critical_ns, outside_ns) == (200, 1000)
                    if critical_ns != 200 and outside_ns != 1000:
                        continue
                    for workers in self.workers if is_middle else (2,):
                        time_ns = critical_ns + outside_ns + added_ns * workers / 2 + 1
                        parameters = {"critical_ns": critical_ns, "outside_ns": outside_ns}
                        self.point(name, variant, workers, time_ns, parameters=parameters, spread=0.004)

    def stride(self) -> None:
        """false_sharing/stride: where the granule is."""
        name = "false_sharing/stride"
        strides = axis("stride_bytes", "B", (8, 16, 32, 64, 128, 256), 64)
        question = "How far apart must words be that different workers write?"
        self.run.experiment(name, ("rmw", "store"), axes=(strides,), question=question)
        for variant, packed_ns in (("rmw", 37.0), ("store", 0.9)):
            for stride in strides["values"]:
                time_ns = packed_ns if stride < 64 else packed_ns / 7.9
                for placement in ("spread", "same_llc", "other_socket"):
                    at = {"stride_bytes": stride}
                    self.run.point(name, variant, 2, time_ns, placement=placement, parameters=at)

    def worker_structs(self) -> None:
        """false_sharing/worker_structs: twins with baselines of their own; hot_reader: parts."""
        name = "false_sharing/worker_structs"
        shapes = ("stats", "flags", "small_mutexes")
        variants = [f"{shape}_{layout}" for shape in shapes for layout in ("padded", "packed")]
        twins = {f"{shape}_packed": f"{shape}_padded" for shape in shapes}
        question = "What do per-worker structs cost that share lines?"
        self.run.experiment(name, variants, own_baselines=twins, ties=variants[:2], question=question)
        for variant in variants:
            for workers in self.workers:
                is_shared = workers > 1 and variant.endswith("packed")
                self.run.point(name, variant, workers, 6.0 * (9.0 if is_shared else 1.0))
        name = "false_sharing/hot_reader"
        writer = TIME | {"name": "time_per_operation_of_writer"}
        variants = ["padded", "packed"]
        parts = dict.fromkeys(variants, ("reader", "writer"))
        self.run.experiment(name, variants, metrics=(TIME, writer, SHARES), parts=parts)
        for variant, time_ns in (("padded", 0.5), ("packed", 12.0)):
            metrics = {"time_per_operation_of_writer": {"value": 5.0}, "share": {"values": [1.0]}}
            self.run.point(name, variant, 2, time_ns, metrics=metrics)

    def counter(self) -> None:
        """contention/counter: threads and processes, and updates that are lost."""
        name = "contention/counter"
        costs = {"sharded": 1.0, "fetch_add_relaxed": 7.0, "cas_loop": 16.0, "mutex": 24.0, "load_store": 2.0}
        metrics = (TIME, THROUGHPUT, CPU, SHARES, tally("cas_failures"), tally("lost_updates"))
        self.run.experiment(name, [*costs], metrics=metrics, question="What does one shared counter cost?")
        for variant, cost in costs.items():
            for team in ("threads", "processes"):
                for workers in self.workers:
                    time_ns = 5.0 * (1 + (cost - 1) * (workers > 1))
                    self.point(name, variant, workers, time_ns, team=team)
            counted = {"cas_failures": {"value": 0.7}} if variant == "cas_loop" else {}
            counted |= {"lost_updates": {"value": 0.31}} if variant == "load_store" else {}
            self.point(name, variant, 2, 5.0 * cost, purpose="counts", metrics=counted)

    def counters(self) -> None:
        """false_sharing/counters: the shape that everybody knows, oversubscribed as well."""
        name = "false_sharing/counters"
        costs = {"packed": 7.5, "padded_64": 1.0, "padded_128": 1.0, "thread_local": 0.2}
        ties = ("packed", "padded_64", "padded_128")
        metrics = (TIME, THROUGHPUT, CPU, SHARES)
        self.run.experiment(name, [*costs], "padded_128", ties, metrics=metrics)
        for variant, cost in costs.items():
            for team in ("threads", "processes"):
                for workers in self.workers:
                    time_ns = 4.7 * (cost if workers > 1 or cost < 1 else 1.0)
                    self.point(name, variant, workers, time_ns, team=team)
            for placement in ("same_llc", "other_llc", "other_socket"):
                self.point(name, variant, 2, 4.7 * cost, placement=placement)
            more = {"placement": "oversubscribed", "spread": 0.1}
            self.point(name, variant, 2 * self.cores, 9.4 * cost, **more)

    def plain(self, name: str, variants: int, swept: Sequence[float]) -> None:
        """An experiment like many others: variants over workers, placements and an axis."""
        names = [f"{name.split('/')[1]}_{index}" for index in range(variants)]
        metrics, axes = (TIME, THROUGHPUT, CPU, SHARES), (axis("amount", "%", swept, swept[0]),)
        self.run.experiment(name, names, metrics=metrics, axes=axes)
        for index, variant in enumerate(names):
            at_middle = {"amount": swept[0]}
            for workers in self.workers:
                self.point(name, variant, workers, 20.0 + index * workers, parameters=at_middle)
            for placement in ("same_llc", "other_llc", "other_socket"):
                more = {"placement": placement, "parameters": at_middle}
                self.point(name, variant, 2, 30.0 + index, **more)
            for value in swept[1:]:
                self.point(name, variant, 2, 25.0 + value + index, parameters={"amount": value})

    def core_to_core(self, has_map: bool = True) -> None:
        """contention/core_to_core: points by class, and the rows of the map."""
        name = "contention/core_to_core"
        question = "How long is the way of a cache line from one core to another?"
        variants = ("store_load", "cas")
        self.run.experiment(name, variants, metrics=(ONE_WAY, *BY_PAIR, TIME), question=question)
        classes = {"same_llc": (0, 1), "other_llc": (0, 4), "other_socket": (0, 8)}
        for variant, factor in (("store_load", 1.0), ("cas", 1.2)):
            for placement, (first, second) in classes.items():
                pairs = [(first + k, second + k) for k in range(3)]
                self._pairs(name, variant, pairs, factor, placement=placement)
            for row in range(self.cores if has_map else 0):
                pairs = [(row, other) for other in range(self.cores) if other != row]
                more = {"placement": "map_row", "parameters": {"row": row}}
                self._pairs(name, variant, pairs, factor, **more)
        reason = "needs two hardware threads on one core; this machine has one"
        self.run.point(name, "store_load", 2, placement="same_core", skip=reason)

    def _pairs(
        self, name: str, variant: str, pairs: Sequence[tuple[int, int]], factor: float, **more: Any
    ) -> None:
        ways_ns = [factor * self.way_ns(one, other) for one, other in pairs]
        by_pair = {"one_way_by_pair": ways_ns, "page_spread_by_pair": [0.04] * len(pairs)}
        metrics = {metric: {"values": values} for metric, values in by_pair.items()}
        middle_ns = sorted(ways_ns)[len(ways_ns) // 2]
        self.run.point(name, variant, 2, middle_ns, pairs=pairs, cpus=pairs[0], metrics=metrics, **more)

    @staticmethod
    def way_ns(one: int, other: int) -> float:
        """Four cores a cache, two caches a socket; longer against the direction of the ring."""
        base_ns = 23.0 if one // 4 == other // 4 else 107.0 if one // 8 == other // 8 else 201.0
        return base_ns + (one * 7 + other * 3) % 5 + (6.0 if one > other else 0.0)

    def document(self) -> dict[str, Any]:
        """The run, on its topology."""
        document = self.run.document()
        for cpu in document["machine"]["topology"]["cpus"]:
            cpu |= {"llc": cpu["os_id"] // 4, "package": cpu["os_id"] // 8, "node": cpu["os_id"] // 8}
        return document


def standard_run(cores: int = 16, rounds: int = 10) -> dict[str, Any]:
    """All families, some 900 points."""
    catalogue = Catalogue(cores, rounds)
    catalogue.hash_map()
    catalogue.hold_time()
    catalogue.plain("lock_granularity/two_accounts", 3, (256, 2, 16, 4096))
    catalogue.counters()
    catalogue.stride()
    catalogue.worker_structs()
    catalogue.locks()
    catalogue.core_to_core()
    catalogue.plain("contention/reader_writer", 4, (1, 0, 5, 10))
    catalogue.plain("contention/barrier", 2, (0, 1))
    catalogue.counter()
    families(catalogue.run, is_wide=True)
    catalogue.run.experiment("instrument/empty", ("empty", "clock_read"), metrics=(TIME,))
    catalogue.run.point("instrument/empty", "empty", 1, 0.3)
    catalogue.run.point("instrument/empty", "clock_read", 1, 21.5)
    return catalogue.document()
