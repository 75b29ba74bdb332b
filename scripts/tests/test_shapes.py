"""Is a shape missed where the run does not show it, or shows its opposite, and nowhere else?"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import expected_shapes
import pytest
import shapes

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "reports" / "tests"))

from described_run import TIME, DescribedRun, write_run
from standard_run import axis, standard_run

from latchmark.statistics import Interval


def lines(
    folder: Path, capsys: pytest.CaptureFixture[str], *runs: dict[str, Any]
) -> tuple[int, dict[str, str]]:
    """The exit code, and the answer by name of the shape."""
    paths = [write_run(run, folder / f"run{number}.json") for number, run in enumerate(runs)]
    code = shapes.main([str(path) for path in paths])
    told = capsys.readouterr().out.splitlines()
    names = [*(shape.name for shape in expected_shapes.SHAPES), *expected_shapes.SURVIVED]
    return code, {name: line.split()[0] for name, line in zip(names, told, strict=True)}


METRIC = {"unit": "ns", "direction": "lower", "shape": "scalar", "meaning": "a time"}
LATENCY_P50, CPU_TIME = (METRIC | {"name": name} for name in ("latency_p50", "cpu_time_per_operation"))
MIB = 1 << 20
# What each point costs, as a machine with two cores should show it.
HANDOFFS = {"spin": 300.0, "futex": 9e3, "condvar": 12e3}
CPU_OF_WAITS = {"futex": 5e3, "condvar": 7e3, "spin_relax": 1e6}
MESSAGES = {
    ("no_transport", 64): 50.0,
    ("ring_spinning", 64): 400.0,
    ("ring_futex", 64): 9e3,
    ("pipe", 64): 10e3,
    ("tcp", 64): 20e3,
    ("process_vm_readv", 64): 12e3,
    ("ring_untouched", 64): 8e3,
    ("no_transport", 65536): 30e3,
    ("ring_spinning", 65536): 50e3,
    ("pipe", 65536): 70e3,
    ("process_vm_readv", 65536): 60e3,
    ("ring_untouched", 65536): 8e3,
}
CREATIONS = {
    ("fork", 10): 1e5,
    ("fork", 100): 9e5,
    ("vfork", 10): 2e4,
    ("vfork", 100): 2e4,
    ("posix_spawn", 10): 3e5,
    ("posix_spawn", 100): 3e5,
}
DISPATCHES = {("mutex_queue", "threads"): 4e3, ("mutex_queue", "processes"): 4.5e3}
CLOSED_LOOPS = {("mutex_queue", "threads"): 9e3, ("pipe", "processes"): 15e3}

LOADS = {"l1_hit": 1.5, "l2_hit": 5.0, "last_level_hit": 30.0, "memory": 110.0}


def kernel_run(
    handoffs: Mapping[str, float] = HANDOFFS,
    cpu_of_waits: Mapping[str, float] = CPU_OF_WAITS,
    messages: Mapping[tuple[str, int], float] = MESSAGES,
    creations: Mapping[tuple[str, int], float] = CREATIONS,
    dispatches: Mapping[tuple[str, str], float] = DISPATCHES,
    loads: Mapping[str, float] = LOADS,
    loss: str = "ok",
) -> dict[str, Any]:
    """A run of the families that spend their time in the kernel, and of the memory."""
    run = DescribedRun()
    run.experiment("waiting/handoff", tuple(HANDOFFS))
    for variant, time_ns in handoffs.items():
        run.point("waiting/handoff", variant, 2, 1e9 / time_ns, team="processes")
        run.point("waiting/handoff", variant, 2, time_ns)
    waits = axis("wait", "ns", (1e3, 1e4, 1e6), 1e4)
    run.experiment(
        "waiting/wait_duration", tuple(CPU_OF_WAITS), metrics=(LATENCY_P50, CPU_TIME), axes=(waits,)
    )
    for variant, burnt_ns in cpu_of_waits.items():
        metrics = {"latency_p50": {"value": 1.0}, "cpu_time_per_operation": {"value": burnt_ns}}
        at: dict[str, Any] = {"purpose": "latency", "parameters": {"wait": 1e6}}
        run.point("waiting/wait_duration", variant, 2, 1e6, metrics=metrics, **at)
    sizes = axis("payload", "B", (64, 65536), 64)
    transports = tuple(dict.fromkeys(variant for variant, _ in MESSAGES))
    run.experiment("ipc/round_trip", transports, axes=(sizes,))
    for (variant, payload), time_ns in messages.items():
        parameters = {"payload": payload}
        run.point("ipc/round_trip", variant, 2, time_ns, team="processes", parameters=parameters)
    resident = axis("resident", "B", (10 * MIB, 100 * MIB), 10 * MIB)
    run.experiment("pools/creation", ("fork", "vfork", "posix_spawn"), axes=(resident,))
    for (variant, mib), time_ns in creations.items():
        run.point("pools/creation", variant, 1, time_ns, parameters={"resident": mib * MIB})
    run.experiment("pools/dispatch", ("mutex_queue", "pipe"), metrics=(LATENCY_P50, TIME))
    for (variant, team), latency_ns in dispatches.items():
        metrics = {"latency_p50": {"value": latency_ns}}
        run.point("pools/dispatch", variant, 2, 1.0, team=team, purpose="latency", metrics=metrics)
    for (variant, team), time_ns in CLOSED_LOOPS.items():
        run.point("pools/dispatch", variant, 2, time_ns, team=team)
    run.experiment("instrument/memory", tuple(LOADS))
    for variant, time_ns in loads.items():
        run.point("instrument/memory", variant, 1, time_ns)
    run.experiment("pools/worker_lost", ("fork_anew",))
    fail = None if loss == "ok" else {3: (loss, "a task was lost")}
    run.point("pools/worker_lost", "fork_anew", 1, 1e6, fail=fail)
    return run.document()


def test_two_runs_with_all_shapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = lines(tmp_path, capsys, standard_run(rounds=6), kernel_run())
    assert {name for name, answer in told.items() if answer != "ok"} == set()
    assert code == 0


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"loads": LOADS | {"l2_hit": 1.5}}, "a load: l1_hit < l2_hit"),
        ({"loads": LOADS | {"memory": 20.0}}, "a load: last_level_hit < memory"),
        ({"handoffs": HANDOFFS | {"spin": 12e3}}, "handoff: spin < futex"),
        ({"handoffs": HANDOFFS | {"condvar": 5e3}}, "handoff: futex < condvar"),
        ({"cpu_of_waits": CPU_OF_WAITS | {"futex": 2e6}}, "CPU time of a wait of 1 ms: futex < spin_relax"),
        ({"messages": MESSAGES | {("ring_spinning", 64): 9.5e3}}, "64 B: ring_spinning < ring_futex"),
        ({"messages": MESSAGES | {("tcp", 64): 7e3}}, "64 B: pipe < tcp"),
        # It takes longer, but only for the bytes that are written and checked without any transport too.
        (
            {"messages": MESSAGES | {("pipe", 65536): 40.2e3, ("ring_spinning", 65536): 35e3}},
            "pipe grows with the payload, beyond its writing and checking",
        ),
        (
            {"messages": MESSAGES | {("ring_spinning", 65536): 80e3}},
            "64 KiB handed over < 64 KiB through a pipe, beyond writing and checking them",
        ),
        (
            {"messages": MESSAGES | {("ring_untouched", 65536): 12e3}},
            "64 KiB handed over unread against 64 B",
        ),
        ({"creations": CREATIONS | {("fork", 100): 1e5}}, "fork from 100 MiB instead of 10 MiB"),
        ({"creations": CREATIONS | {("vfork", 100): 4e4}}, "vfork from 100 MiB instead of 10 MiB"),
        (
            {"dispatches": DISPATCHES | {("mutex_queue", "threads"): 2e4}},
            "dispatch to a thread < to a process, through one queue",
        ),
        ({"loss": "verify_failed"}, "pools/worker_lost"),
    ],
)
def test_what_the_kernel_turns_round_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], missed: str
) -> None:
    code, told = lines(tmp_path, capsys, kernel_run(**change))
    assert [name for name, answer in told.items() if answer == "NO"] == [missed]
    assert code == 1


def counters(ratios: Sequence[float]) -> dict[str, Any]:
    """Two counters on one line; `ratios` of two workers to one, by round."""
    run = DescribedRun(rounds=len(ratios))
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    for variant in ("padded_128", "packed"):
        run.point("false_sharing/counters", variant, 1, [5.0] * len(ratios))
        run.point("false_sharing/counters", variant, 2, [5.0 * ratio for ratio in ratios])
    return run.document()


@pytest.mark.parametrize(
    ("ratios", "padded", "packed"),
    [
        ([1.0] * 6, "ok", "NO"),
        ([7.0] * 6, "NO", "ok"),
        ([0.8] * 6, "NO", "NO"),
        # An interval that spans all answers refutes flatness no more than it shows sharing.
        ([0.9, 7.0] * 3, "ok", "NO"),
        ([7.0] * 5, "absent", "absent"),
    ],
)
def test_flat_and_not_flat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ratios: list[float], padded: str, packed: str
) -> None:
    code, told = lines(tmp_path, capsys, counters(ratios))
    assert (told["padded scales"], told["packed does not"]) == (padded, packed)
    assert code == int("NO" in (padded, packed))
    assert told["partition <= striped_padded"] == "absent"


@pytest.mark.parametrize(
    ("expectation", "interval", "is_missed"),
    [
        (expected_shapes.IS_NOT_HIGHER, Interval(1.01, 1.2), True),
        (expected_shapes.IS_NOT_HIGHER, Interval(0.99, 1.2), False),
        (expected_shapes.COLLAPSES, Interval(2.9, 400.0), True),
        (expected_shapes.COLLAPSES, Interval(3.1, 400.0), False),
        (expected_shapes.HOLDS, Interval(2.9, 400.0), False),
        (expected_shapes.HOLDS, Interval(3.1, 400.0), True),
        (expected_shapes.REPORTED, Interval(0.1, 9.0), False),
    ],
)
def test_expectations(expectation: expected_shapes.Expectation, interval: Interval, is_missed: bool) -> None:
    assert expectation.is_missed(interval) is is_missed


def test_a_side_is_the_largest_team_of_its_kind_at_the_middle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("contention/locks", ("ticket",), axes=(axis("outside_ns", "ns", (0, 200), 200),))
    at = {"outside_ns": 200}
    for workers, times_ns in ((1, 9.0), (2, 20.0), (4, 40.0)):
        run.point("contention/locks", "ticket", workers, [times_ns] * 6, parameters=at)
    run.point("contention/locks", "ticket", 4, [1.0] * 6, team="processes", parameters=at)
    run.point("contention/locks", "ticket", 4, [2.0] * 6, parameters={"outside_ns": 0})
    run.point("contention/locks", "ticket", 6, [1e9] * 6, placement="oversubscribed", parameters=at)
    run.point("contention/locks", "ticket", 8, [80.0] * 6, placement="oversubscribed", parameters=at)
    path = write_run(run.document(), tmp_path / "run.json")
    assert shapes.main([str(path)]) == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "ticket" in one]
    # Twice the workers take twice as long each, which is as long as before for the team.
    assert line == (
        "NO      ticket with twice as many workers as CPUs: 1.00× [1.00, 1.00], expected: above 3"
    )


def test_what_was_skipped_is_absent_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "fetch_add_relaxed"))
    run.point("contention/counter", "sharded", 2, 5.0)
    run.point("contention/counter", "fetch_add_relaxed", 2, skip="not today")
    shapes.main([str(write_run(run.document(), tmp_path / "run.json"))])
    told = capsys.readouterr().out
    assert "absent  sharded <= fetch_add_relaxed: contention/counter/fetch_add_relaxed" in told
    assert "not today" in told
    assert "absent  cas_loop <= mutex: no point of contention/counter/cas_loop with all" in told


def test_wrong_usage_and_files_that_are_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shapes.main([]) == 2
    assert shapes.main([str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
