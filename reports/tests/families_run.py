"""What do waiting, pools and IPC look like in a run? Experiments with crossovers where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from described_run import LATENCY, SHARES, TIME, DescribedRun

THROUGHPUT = {
    "name": "throughput",
    "unit": "operations/s",
    "direction": "higher",
    "shape": "scalar",
    "meaning": "operations a second of the whole team",
}


def scalar(name: str, unit: str = "ns", direction: str = "lower") -> dict[str, str]:
    """The metric of one number a launch."""
    return {
        "name": name,
        "unit": unit,
        "direction": direction,
        "shape": "scalar",
        "meaning": f"{name} of a launch",
    }


CPU = scalar("cpu_time_per_operation")
# As the harness lists them where a latency is the question.
LATENCIES = (scalar("latency_p50"), scalar("latency_p99"), LATENCY, CPU)

WAITS_NS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7)
TASKS_NS = (1e3, 1e4, 1e5, 1e6, 1e7)
PAYLOADS = (8.0, 64.0, 1024.0, 4096.0, 65536.0, 1048576.0, 4194304.0)


def sweep(name: str, unit: str, values: Sequence[float], middle: float) -> dict[str, Any]:
    """An axis of all variants."""
    return {"name": name, "unit": unit, "values": list(values), "middle": middle, "variants": []}


def histogram(middle_ns: float, longest_ns: float, samples: int = 20_000) -> dict[str, Any]:
    """Latencies around a middle with a tail, on buckets like the recorder's: thirty-two an octave."""
    upper_ns = [middle_ns * 2.0 ** ((step - 20) / 16) for step in range(120)]
    counts = [int(samples * 0.9 ** abs(step - 20)) // 10 + 1 for step in range(120)]
    buckets = {"lower_ns": [upper_ns[0] * 0.95, *upper_ns[:-1]], "upper_ns": upper_ns, "counts": counts}
    return {"histogram": {**buckets, "max_ns": max(longest_ns, upper_ns[-1]), "resolution_ns": 1.0}}


def handoff(
    run: DescribedRun, variants: Mapping[str, tuple[float, float]], placements: Sequence[str]
) -> None:
    """waiting/handoff: (time, CPU time) of each variant; on one CPU spinning costs scheduler slices."""
    name = "waiting/handoff"
    run.experiment(
        name,
        [*variants],
        metrics=(TIME, THROUGHPUT, SHARES, CPU),
        question="What does it cost to hand over and wait?",
        operation="hand-over there and back",
        scales=False,
    )
    for team in ("threads", "processes"):
        for variant, (time_ns, cpu_ns) in variants.items():
            for placement in placements:
                factor = 1.0 if placement != "same_cpu" else 1000.0 if cpu_ns > 0.9 * time_ns else 0.5
                scalars = {"cpu_time_per_operation": cpu_ns * factor, "throughput": 2e9 / time_ns}
                run.point(
                    name,
                    variant,
                    2,
                    time_ns * factor,
                    placement=placement,
                    team=team,
                    scalars=scalars,
                    cpus=(0, 0) if placement == "same_cpu" else (0, 1),
                )


HANDOFFS = {
    "condvar": (16000.0, 9000.0),
    "futex": (9000.0, 5000.0),
    "spin": (300.0, 300.0),
    "spin_relax": (340.0, 340.0),
    "yield": (700.0, 700.0),
    "eventfd": (14000.0, 7000.0),
}


def waits(
    run: DescribedRun,
    parked_ns: Mapping[str, float],
    spinning: Sequence[str] = ("spin", "spin_relax"),
    values: Sequence[float] = WAITS_NS,
    spread: float = 0.01,
    name: str = "waiting/wait_duration",
) -> None:
    """waiting/wait_duration: spinning burns the wait and 100 ns; parking what it is given, at every wait."""
    quantities = (scalar("waker_cost"), scalar("slept_share", "share", "none"))
    run.experiment(
        name,
        [*spinning, *parked_ns],
        metrics=(*LATENCIES, *quantities),
        axes=(sweep("wait", "ns", values, 1e4),),
        question="How long should one spin before one parks?",
        operation="one wait",
        parts=dict.fromkeys((*spinning, *parked_ns), ("waiter", "waker")),
    )
    for variant in (*spinning, *parked_ns):
        for wait_ns in values:
            is_spinning = variant in spinning
            cpu_ns = wait_ns + 100.0 if is_spinning else parked_ns[variant]
            latency_ns = 200.0 if is_spinning else 6000.0 + wait_ns / 1000
            scalars: dict[str, float | str] = {
                "latency_p50": latency_ns,
                "latency_p99": latency_ns * 3,
                "cpu_time_per_operation": cpu_ns,
                "waker_cost": 60.0 if is_spinning else 2500.0,
                "slept_share": "getrusage gave nothing"
                if variant == "spin_relax"
                else float(not is_spinning),
            }
            run.point(
                name,
                variant,
                2,
                latency_ns,
                purpose="latency",
                parameters={"wait": wait_ns},
                scalars=scalars,
                metrics={"latency": histogram(latency_ns, latency_ns * 40)},
                spread=spread,
            )


def tasks(
    run: DescribedRun,
    overheads_ns: Mapping[tuple[str, str], float],
    sizes: Sequence[float] = TASKS_NS,
    name: str = "pools/task_size",
) -> None:
    """pools/task_size: (variant, team) and what handing over adds to each task; efficiency is 90 % at nine
    times that."""
    variants = list(dict.fromkeys(variant for variant, _ in overheads_ns))
    run.experiment(
        name,
        ["no_pool", *variants],
        metrics=(TIME, THROUGHPUT, SHARES, CPU),
        axes=(sweep("task", "ns", sizes, 1e4),),
        question="How long must a task be to be worth handing over?",
        operation="one task",
        parts=dict.fromkeys(variants, ("submitter", "executor")),
        is_floor=False,
    )
    for (variant, team), added_ns in {("no_pool", "threads"): 5.0, **overheads_ns}.items():
        for task_ns in sizes:
            share = {"share": {"values": [0.5, 0.5] if variant == "no_pool" else [1.0]}}
            run.point(
                name,
                variant,
                2,
                task_ns + added_ns,
                team=team,
                parameters={"task": task_ns},
                metrics=share,
                scalars={"cpu_time_per_operation": added_ns},
            )


NO_LATENCY = "the workload recorded no latency"


def dispatch(run: DescribedRun, unsustained: Sequence[int] = ()) -> None:
    """pools/dispatch: closed and open loop; these loads are more than the pipe sustains."""
    name = "pools/dispatch"
    variants = {"mutex_queue": 8000.0, "pipe_tasks": 15000.0}
    run.experiment(
        name,
        [*variants],
        metrics=(*LATENCIES, TIME, THROUGHPUT, SHARES, scalar("unsustained", "share")),
        axes=(sweep("offered_load", "%", (0, 10, 50, 80, 95), 0),),
        question="What does it cost to have an empty task done by another?",
        operation="one empty task",
        parts=dict.fromkeys(variants, ("submitter", "executor")),
    )
    for variant, latency_ns in variants.items():
        for load in (0, 10, 50, 80, 95):
            p50_ns = latency_ns * (1 + load / 50)
            scalars: dict[str, float | str] = {
                "latency_p50": p50_ns,
                "latency_p99": p50_ns * 5,
                "cpu_time_per_operation": 3000.0,
            }
            measured = {"latency": histogram(p50_ns, p50_ns * 60)}
            if load:
                scalars["unsustained"] = 0.0
            if load in unsustained and variant == "pipe_tasks":
                scalars |= {"latency_p50": NO_LATENCY, "latency_p99": NO_LATENCY, "unsustained": 0.3}
                measured = {"latency": {"why": NO_LATENCY}}
            team = "processes" if variant == "pipe_tasks" else "threads"
            run.point(
                name,
                variant,
                2,
                p50_ns,
                purpose="latency",
                team=team,
                parameters={"offered_load": load},
                scalars=scalars,
                metrics=measured,
            )
        run.point(
            name,
            variant,
            2,
            latency_ns * 1.1,
            team=team,
            parameters={"offered_load": 0},
            scalars={"throughput": 1e5},
            metrics={"share": {"values": [1.0]}},
        )


def creation(run: DescribedRun, fork_ns_a_mib: float = 20_000.0) -> None:
    """pools/creation: fork copies the tables of its parent's memory, posix_spawn does not."""
    name = "pools/creation"
    sizes = (10485760.0, 104857600.0, 1073741824.0)
    quantities = (scalar("resident", "B", "none"), scalar("page_faults", "1", "lower"))
    run.experiment(
        name,
        ("thread", "fork", "posix_spawn"),
        metrics=(TIME, THROUGHPUT, SHARES, CPU, *quantities),
        axes=(sweep("resident", "B", sizes, sizes[0]),),
        question="What does it cost to make a worker?",
        operation="make one and wait until it is gone",
    )
    for variant, base_ns in (("thread", 2e4), ("fork", 1e5), ("posix_spawn", 4e5)):
        for size in sizes:
            grown_ns = fork_ns_a_mib * size / 1048576 if variant == "fork" else 0.0
            scalars: dict[str, float | str] = {
                "cpu_time_per_operation": base_ns,
                "resident": size * 1.1,
                "page_faults": 60.0 if variant == "fork" else 3.0,
            }
            at = {"resident": size}
            run.point(name, variant, 1, base_ns + grown_ns, parameters=at, scalars=scalars)


# Fixed cost in ns, and ns a byte.
TRANSPORTS: Mapping[str, tuple[float, float]] = {
    "pipe": (6000.0, 1.0),
    "ring_spin": (300.0, 0.6),
    "ring_futex": (5000.0, 0.6),
    "unix_stream": (7000.0, 1.1),
    "tcp": (15000.0, 1.3),
    "memfd": (30000.0, 0.2),
    "process_vm_readv": (9000.0, 0.5),
    "no_copy": (8000.0, 0.0),
}


def round_trip(
    run: DescribedRun,
    transports: Mapping[str, tuple[float, float]] = TRANSPORTS,
    payloads: Sequence[float] = PAYLOADS,
    spread: float = 0.01,
    name: str = "ipc/round_trip",
) -> None:
    """ipc/round_trip: a fixed cost and one a byte, so that two transports cross where they should."""
    run.experiment(
        name,
        [*transports],
        metrics=(TIME, THROUGHPUT, SHARES, CPU, scalar("copies", "1", "none")),
        axes=(sweep("payload", "B", payloads, 64.0),),
        question="What does a message cost, there and back?",
        operation="message there and back",
        scales=False,
    )
    for team in ("processes", "threads"):
        for variant, (fixed_ns, byte_ns) in transports.items():
            for payload in payloads if team == "processes" else (64.0,):
                time_ns = fixed_ns + byte_ns * payload
                is_spinning = variant == "ring_spin"
                scalars: dict[str, float | str] = {
                    "cpu_time_per_operation": time_ns if is_spinning else time_ns * 0.4,
                    "copies": float(byte_ns > 0),
                }
                at = {"payload": payload}
                run.point(name, variant, 2, time_ns, team=team, parameters=at, scalars=scalars, spread=spread)


def families(run: DescribedRun, is_wide: bool = False) -> None:
    """All of them, into a run; wide as `standard` has them."""
    placements = (
        ("same_llc", "other_llc", "other_socket", "same_cpu") if is_wide else ("same_llc", "same_cpu")
    )
    more = {f"semaphore_{index}": (10000.0 + 500 * index, 6000.0) for index in range(4)} if is_wide else {}
    handoff(run, {**HANDOFFS, **more}, placements)
    parked_ns = {"futex": 9000.0, "condvar": 14000.0, "spin_then_park": 20000.0}
    waits(run, parked_ns)
    if is_wide:
        waits(run, parked_ns, name="waiting/timed")
    dispatch(run, unsustained=(95,) if is_wide else ())
    tasks(run, {("mutex_queue", "threads"): 2000.0, ("pipe_tasks", "processes"): 20000.0})
    if is_wide:
        pools = {(f"pool_{index}", "threads"): 1000.0 * index + 500 for index in range(9)}
        tasks(run, pools, name="pools/payload")
    creation(run)
    round_trip(run)
    if is_wide:
        round_trip(run, name="ipc/stream")
