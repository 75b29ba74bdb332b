"""Does each caution fire on what it is about, and stay silent beside it?"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from described_run import DescribedRun

from latchmark.cautions import CautionName, cautions_of, cautions_of_point
from latchmark.cautions.reach import contended
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]
PACKED = "false_sharing/counters/packed/workers:2/placement:spread"


def names(run: Run) -> set[CautionName]:
    """What fires anywhere in the run, apart from what every described run has."""
    return {caution.name for caution in cautions_of(run)} - {CautionName.VIRTUAL_MACHINE}


def one_point(times_ns: Sequence[float] | float = 36.0, rounds: int = 6, **point: Any) -> dict[str, Any]:
    """A run of a single point."""
    run = DescribedRun(rounds=rounds)
    run.experiment("false_sharing/counters", ("padded", "packed"))
    switches = point.pop("switches_per_worker", None)
    run.point("false_sharing/counters", "packed", point.pop("workers", 2), times_ns, **point)
    document = run.document()
    for launch in document["launches"] if switches else ():
        value = None if None in switches else sum(switches)
        launch["readings"]["involuntary_switches"] = {
            "status": "counted",
            "value": value,
            "per_worker": switches,
        }
    return document


def test_a_quiet_point_has_none(loaded: Load) -> None:
    assert names(loaded(one_point())) == set()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        (CautionName.TOO_FEW_LAUNCHES, {"rounds": 5}),
        (CautionName.OVERLAP_LOW, {"overlap": 0.94}),
        (CautionName.STEAL, {"disturbance": {"steal_share": 0.006}}),
        (CautionName.INVOLUNTARY_SWITCHES, {"switches_per_worker": [0, 3]}),
        (CautionName.INVOLUNTARY_SWITCHES, {"disturbance": {"involuntary_switches": [3, 0]}}),
        (CautionName.MIGRATED, {"disturbance": {"migrated_windows": [1, 0]}}),
        (CautionName.FREQUENCY_DRIFT, {"disturbance": {"chain_drift": [0.001, -0.036]}}),
        (CautionName.THROTTLED, {"disturbance": {"throttle_count": 1}}),
        (CautionName.THROTTLED, {"disturbance": {"cgroup_throttled_ns": 4e6}}),
        (CautionName.LOW_OPERATION_COUNT, {"times_ns": 60_000.0}),
    ],
)
def test_a_caution_fires_alone(loaded: Load, name: CautionName, changes: Mapping[str, Any]) -> None:
    assert names(loaded(one_point(**changes))) == {name}


@pytest.mark.parametrize(
    "changes",
    [
        {"overlap": 0.96},
        {"disturbance": {"steal_share": 0.005}},
        {"disturbance": {"steal_share": {"why": "too few ticks"}}},
        {"switches_per_worker": [2, 2]},  # over 25 ms: below one per 10 ms
        {"switches_per_worker": [None, None]},
        {"disturbance": {"migrated_windows": [None, 0]}},
        {"disturbance": {"chain_drift": [0.034, -0.034]}},
        {"disturbance": {"throttle_count": 0, "cgroup_throttled_ns": 0}},
        {"times_ns": 40_000.0},
        # Workers that take turns neither overlap nor keep their CPU.
        {"overlap": 0.1, "placement": "same_cpu", "switches_per_worker": [90, 90]},
        {"overlap": 0.1, "placement": "oversubscribed", "workers": 4},
        {"overlap": 0.1, "workers": 1, "switches_per_worker": [0]},
    ],
)
def test_a_caution_stays_silent_below_its_bound(loaded: Load, changes: Mapping[str, Any]) -> None:
    assert names(loaded(one_point(**changes))) == set()


def test_failed_launches(loaded: Load) -> None:
    run = loaded(one_point(rounds=8, fail={1: ("crashed", "killed by signal 9 (SIGKILL)"),
                                           2: ("timed_out", "took longer than 10 s")}))  # fmt: skip
    (caution,) = cautions_of_point(run, run.points[0])
    assert caution.name is CautionName.LAUNCHES_FAILED
    assert caution.where == PACKED
    assert caution.seen == "2 of 8 launches crashed and timed out (killed by signal 9 (SIGKILL))"


def test_a_single_operation_is_no_plural(loaded: Load) -> None:
    run = loaded(one_point(times_ns=5e6))
    (caution,) = cautions_of_point(run, run.points[0])
    assert caution.seen == "a worker did only 1 operation in a window"


def test_a_check_says_how_many_launches_of_teams_it_saw(loaded: Load) -> None:
    run = loaded(one_point(rounds=8, fail={1: ("crashed", "killed"), 2: ("crashed", "killed")}))
    assert contended(run).gap == "; known for 6 of 8 team launches"


def test_a_failed_verify_comes_first(loaded: Load) -> None:
    run = loaded(one_point(fail={1: ("verify_failed", "lost 1 of 5000 increments")}))
    first, second = cautions_of_point(run, run.points[0])
    assert (first.name, second.name) == (CautionName.VERIFY_FAILED, CautionName.TOO_FEW_LAUNCHES)
    assert "lost 1 of 5000 increments" in first.sentence


def test_what_a_launch_noted_is_passed_on_once(loaded: Load) -> None:
    document = one_point()
    for launch in document["launches"][:3]:
        launch["cautions"] = ["memory lies on node 1, asked for node 0"]
    run = loaded(document)
    (caution,) = cautions_of_point(run, run.points[0])
    assert caution.name is CautionName.NOTED_IN_LAUNCH
    assert caution.seen == "3 launches noted: memory lies on node 1, asked for node 0"


def test_two_modes(loaded: Load) -> None:
    modes = [36.0, 12.1, 36.5, 12.0, 12.2, 36.2, 12.3, 36.4, 36.1]
    run = loaded(one_point(modes, rounds=9))
    (caution,) = cautions_of_point(run, run.points[0])
    assert caution.name is CautionName.TWO_MODES
    assert "4 up to 12.3 and 5 from 36.0" in caution.seen
    assert names(loaded(one_point(modes[:8], rounds=8))) == set()
    one_accident = [36.0, 36.1, 36.5, 36.3, 36.2, 36.4, 12.0, 36.6, 36.1]
    assert names(loaded(one_point(one_accident, rounds=9))) == set()
    close_groups = [36.0, 36.01, 36.02, 36.0, 37.0, 37.01, 37.02, 37.0, 37.01]
    assert names(loaded(one_point(close_groups, rounds=9))) == set()


def test_two_modes_rarely_fires_by_chance(loaded: Load) -> None:
    draw, fired = random.Random(1), 0
    for _ in range(12):
        run = DescribedRun(rounds=10)
        run.experiment(
            "false_sharing/counters",
            ("packed",),
            axes=({"name": "n", "unit": "", "values": [0], "middle": 0},),
        )
        for index in range(50):
            times_ns = [36 * math.exp(draw.gauss(0, 0.1)) for _ in range(10)]
            run.point("false_sharing/counters", "packed", 2, times_ns, parameters={"n": index})
        fired += sum(one.name is CautionName.TWO_MODES for one in cautions_of(loaded(run.document())))
    assert fired / 600 < 0.02


def controls(
    padded_ns: float, packed_ns: float, spread: float = 0.001, ties: Sequence[str] = ("padded", "packed")
) -> dict[str, Any]:
    """One-worker points of two variants."""
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed"), ties=ties)
    run.point("false_sharing/counters", "padded", 1, padded_ns, spread=spread)
    run.point("false_sharing/counters", "packed", 1, packed_ns, spread=spread)
    return run.document()


def test_a_control_that_does_not_tie(loaded: Load) -> None:
    run = loaded(controls(4.7, 5.2))
    (caution,) = [one for one in cautions_of(run) if one.name is CautionName.CONTROL_NOT_TIED]
    assert caution.where == "false_sharing/counters"
    assert "packed takes [1.1" in caution.seen
    assert names(loaded(controls(5.2, 4.7))) == {CautionName.CONTROL_NOT_TIED}


def test_a_control_ties_within_noise_and_tolerance(loaded: Load) -> None:
    assert names(loaded(controls(4.7, 4.75))) == set()
    noisy = loaded(controls(4.7, 4.7, spread=0.2))
    assert CautionName.CONTROL_NOT_TIED not in names(noisy)
    assert names(loaded(controls(4.7, 9.4, ties=()))) == set()


def drifting(levels: Sequence[float], points: int = 4) -> dict[str, Any]:
    """Points whose rounds share a level; without spread, so that the level is all there is."""
    run = DescribedRun()
    run.experiment("false_sharing/counters", tuple(f"v{index}" for index in range(points)))
    for index in range(points):
        run.point("false_sharing/counters", f"v{index}", 2, [(index + 1) * level for level in levels])
    return run.document()


def test_drift_over_the_run(loaded: Load) -> None:
    slowing = [36.0, 36.1, 37.0, 38.0, 39.0, 39.5]
    run = loaded(drifting(slowing))
    assert names(run) == {CautionName.DRIFT_IN_RUN}
    assert "the last third of the 6 rounds was 8.9 % slower" in cautions_of(run)[1].seen
    assert names(loaded(drifting(slowing[::-1]))) == {CautionName.DRIFT_IN_RUN}
    assert names(loaded(drifting([36.0, 36.1, 36.3, 36.6, 36.8, 37.0]))) == set()
    assert names(loaded(drifting([36.0, 44.0, 36.0, 36.0, 36.0, 44.1]))) == set()
    assert names(loaded(drifting(slowing, points=1))) == set()


def test_the_run_itself(loaded: Load) -> None:
    document = one_point()
    document["run"] |= {"complete": False, "incomplete_reason": "interrupted by SIGINT"}
    document["suite"]["build_type"] = "Debug"
    found = cautions_of(loaded(document))
    assert [one.name for one in found] == [
        CautionName.INCOMPLETE_RUN, CautionName.NOT_A_RELEASE_BUILD, CautionName.VIRTUAL_MACHINE,
    ]  # fmt: skip
    assert "interrupted by SIGINT" in found[0].sentence
    document["machine"]["hard_key"]["hypervisor"] = "none"
    assert CautionName.VIRTUAL_MACHINE not in {one.name for one in cautions_of(loaded(document))}
    document["machine"]["hard_key"]["hypervisor"] = {"why": "cannot be read"}
    assert CautionName.VIRTUAL_MACHINE not in {one.name for one in cautions_of(loaded(document))}


def test_what_was_stolen_over_the_whole_run(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded",))
    run.point("false_sharing/counters", "padded", 2, 4.7)
    run.disturbance = {"steal_share": 0.006, "load_1m": {"why": "no /proc"}}
    (caution,) = [one for one in cautions_of(loaded(run.document())) if one.name is CautionName.STEAL]
    assert (caution.where, caution.seen) == ("", "the hypervisor took 0.6 % of the CPUs' time over the run")
    run.disturbance = {"steal_share": 0.005}
    assert CautionName.STEAL not in names(loaded(run.document()))


def test_every_caution_has_a_test_that_names_it() -> None:
    tests = sorted(Path(__file__).parent.glob("test_cautions*.py"))
    source = "".join(test.read_text("utf-8") for test in tests)
    assert [name for name in CautionName if f"CautionName.{name.name}" not in source] == []
