"""Is what counters say of themselves loaded, whether it is there or not, and refused where it is damaged?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from counted_run import control
from described_run import write_run
from quick_run import quick_run
from small_run import PERF, changed, refusal, small_run

from latchmark.model import ControlResult, Encoding, Run

Load = Callable[[dict[str, Any]], Run]
READING = ("launches", 0, "readings", "cycles")


def test_a_file_of_before_they_did_loads_as_before(loaded: Load) -> None:
    run = loaded(quick_run())
    assert run.machine.emulated is None
    assert (run.counters.cpu, run.counters.script, run.counters.control) == (None, None, ())
    assert {(role.caveat, role.perf) for role in run.counters.roles} == {("", None)}
    readings = [reading for launch in run.launches for reading in launch.readings.values()]
    assert all((one.raw, one.enabled_ns, one.running_ns, one.empty) == ((), (), (), None) for one in readings)


def test_all_of_it_is_there(loaded: Load) -> None:
    document = small_run()
    document["counters"]["control"].append(control("instructions", "not_run", counted=None, why="one core"))
    run = loaded(document)
    assert run.machine.emulated == "an emulator"
    assert (run.counters.cpu, run.counters.hypervisor, run.counters.script) == ("a core", None, "a table")
    assert [role.perf for role in run.counters.roles] == [Encoding(4, "0x4d2", "0x0"), None]
    assert run.counters.roles[0].caveat == "no time"
    passed, untried = run.counters.control
    assert (passed.result, passed.counted, passed.idle, passed.times, passed.cpus) == (
        ControlResult.PASSED, 98_000.0, 12.0, 100_000, (0, 1),
    )  # fmt: skip
    assert (untried.result, untried.counted, untried.why) == (ControlResult.NOT_RUN, None, "one core")
    reading = run.launches[0].readings["cycles"]
    assert (reading.raw, reading.enabled_ns, reading.running_ns) == ((1, None), (10, None), (5, None))
    assert reading.empty == 3


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        ((*READING, "empty"), "some", "readings.cycles.empty: must be number"),
        ((*READING, "empty"), 1e31, "readings.cycles.empty: is too large"),
        ((*READING, "running_share"), 10**31, "running_share: is too large"),
        ((*READING, "raw"), [1], "readings.cycles.raw: has 1 items for 2 workers"),
        ((*READING, "raw"), [1, [2]], "cycles.raw[1]: must be a number"),
        ((*READING, "enabled_ns"), [], "enabled_ns: has 0 items for 2 workers"),
        ((*READING, "running_ns"), {"0": 1}, "running_ns: must be array"),
        ((*READING, "running_ns"), [1, True], "running_ns[1]: must be a number"),
        (("machine", "emulated"), True, "machine.emulated: must be string or null"),
        (("counters", "script"), 7, "counters.script: must be string or null"),
        (("counters", "cpu"), None, "counters.cpu: must be string"),
        (("counters", "roles", 1, "role"), "cycles", "counters.roles[1].role: 'cycles' is there twice"),
        (("counters", "roles", 0, "perf"), {"type": 4}, "roles[0].perf: must contain"),
        (("counters", "roles", 0, "perf"), PERF | {"config": "12"}, "perf.config: must match pattern"),
        (("counters", "roles", 0, "perf"), PERF | {"type": 2**64}, "roles[0].perf.type: is larger than"),
        (("counters", "roles", 0, "caveat"), None, "caveat: must be string"),
        (("counters", "control"), [control("cycles")] * 2, "control[1].role: 'cycles' is there twice"),
        (("counters", "control"), [control("cycles", "unsure")], "control[0].result: must be one of"),
        (("counters", "control"), [control("cycles", times=-1)], "control[0].times: must be bigger"),
        (("counters", "control"), [control("cycles", times=2**63)], "control[0].times: is larger than 64"),
        (("counters", "control"), [control("cycles", idle=1e-40)], "control[0].idle: is too small"),
        (("counters", "control"), [control("cycles", cpus=[-1])], "control[0].cpus[0]: must be bigger"),
    ],
)
def test_what_is_damaged_is_named(tmp_path: Path, place: tuple[Any, ...], value: Any, what: str) -> None:
    assert what in refusal(write_run(changed(small_run(), place, value), tmp_path / "run.json"))


@pytest.mark.parametrize(
    ("status", "share", "may_gate"),
    [
        ("counted", 1.0, True),
        ("counted", None, True),
        ("scaled", 0.95, True),
        ("scaled", 0.9499, False),
        ("scaled", None, False),
    ],
)
def test_an_estimate_from_too_little_time_never_gates(
    loaded: Load, status: str, share: float | None, may_gate: bool
) -> None:
    document = small_run()
    reading = document["launches"][0]["readings"]["cycles"]
    reading["status"] = status
    del reading["running_share"]
    reading |= {} if share is None else {"running_share": share}
    assert loaded(document).launches[0].readings["cycles"].may_gate is may_gate


def test_a_reading_without_a_value_never_gates(loaded: Load) -> None:
    document = small_run()
    document["launches"][0]["readings"]["cycles"] |= {"value": None, "per_worker": [], "why": "lost"}
    assert not loaded(document).launches[0].readings["cycles"].may_gate
