"""Is every deviation of an emulated machine told?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import emulated_pmu
import pytest
from emulated_pmu import Rig, Seen
from guest_machine import Ended, GuestFailed

RIG = Rig(Path("kernel"), Path("disk"), Path("out"), "QEMU 1.0")


def test_tests_that_failed_or_were_skipped_are_named_once() -> None:
    output = """[  SKIPPED ] A.needs_more (0 ms)
[  FAILED  ] A.breaks (1 ms)
[  PASSED  ] 3 tests.
[  FAILED  ] A.breaks
"""
    ended = Ended("tests", output, 1)
    assert emulated_pmu.wrong_in_tests(ended) == ["skipped: A.needs_more", "failed: A.breaks"]
    assert emulated_pmu.number_of_tests(ended) == "3 tests passed"
    assert emulated_pmu.wrong_in_tests(Ended("tests", "[  PASSED  ] 3 tests.", 0)) == []


def test_tests_that_crashed_are_told() -> None:
    assert emulated_pmu.wrong_in_tests(Ended("tests", "half a", 139)) == ["tests ended with 139: half a"]


def test_boots_must_count_alike() -> None:
    counts = emulated_pmu.counts_in(Ended("tests", "count: a 1\nnoise\ncount: b 2", 0))
    assert emulated_pmu.differing([counts, ["count: a 1", "count: b 2"]]) == []
    assert emulated_pmu.differing([counts, counts, ["count: a 1", "count: b 3"]]) == [
        "boot 3: count: b 3, the first: count: b 2"
    ]
    assert emulated_pmu.differing([counts, ["count: a 1"]]) == ["boot 2 has 1 counts, the first 2"]
    assert emulated_pmu.differing([[], []]) == ["nothing was counted"]


def role(name: str, status: str, tier: str | None = "generic", why: str | None = None) -> dict[str, Any]:
    return {"role": name, "status": status, "tier": tier, "why": why}


def test_counters_that_are_not_as_expected_are_told() -> None:
    counters = {"table": "n1", "roles": [role("cycles", "counted"), role("syscalls", "no_pmu")]}
    assert emulated_pmu.wrong_in_counters(counters, "a72", {"cycles": "no_pmu", "ref_cycles": "counted"}) == [
        "table n1 instead of a72",
        "cycles: counted instead of no_pmu",
        "ref_cycles: None instead of counted",
        "syscalls: no_pmu without a reason",
    ]
    counters["roles"] = [role("cycles", "counted"), role("syscalls", "no_pmu", why="there is none")]
    assert emulated_pmu.wrong_in_counters(counters, "n1", {"cycles": "counted"}) == []
    assert emulated_pmu.told_of(counters) == "table n1; roles: 1 counted, 1 no_pmu"


def run_of_guest() -> dict[str, Any]:
    """Two anchors counted, two events without reaction."""
    reading = {"status": "counted", "value": 5.0}
    anchors = [role(name, "counted") for name in emulated_pmu.ANCHORS]
    silent = [role(name, "unresponsive", "uarch", "it counted 0") for name in emulated_pmu.SILENT]
    control = [{"role": name, "result": "failed"} for name in emulated_pmu.SILENT]
    return {
        "machine": {"emulated": "QEMU 1.0"},
        "counters": {
            "table": "n1",
            "control": [*control, {"role": "cycles", "result": "passed"}],
            "roles": [*anchors, *silent],
        },
        "launches": [{"status": "ok", "why": None, "readings": dict.fromkeys(emulated_pmu.ANCHORS, reading)}],
    }


def test_a_run_inside_is_as_it_must_be() -> None:
    assert emulated_pmu.wrong_in_run(run_of_guest(), "QEMU 1.0") == []


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Sets what lies at a path of names and places."""

    def apply(run: dict[str, Any]) -> None:
        *way, last = (int(word) if word.isdigit() else word for word in path.split("/"))
        at: Any = run
        for word in way:
            at = at[word]
        at[last] = value

    return apply


@pytest.mark.parametrize(
    ("alter", "told"),
    [
        (change("machine/emulated", None), "emulated: None instead of QEMU 1.0"),
        (change("launches/0/status", "crashed"), "a launch crashed: None"),
        (change("launches/0/readings", {}), "cycles of a launch: None, None"),
        (
            change("launches/0/readings/cycles", {"status": "counted", "value": 0.0}),
            "cycles of a launch: counted",
        ),
        (
            change("launches/0/readings/acquire_loads", {"status": "counted", "value": 0.0}),
            "acquire_loads has a reading",
        ),
        (change("counters/roles/0/tier", "uarch"), "cycles: tier uarch"),
        (
            change("counters/roles/2/status", "counted"),
            "l1d_refills_out_of_cluster: counted instead of unresponsive",
        ),
        (change("counters/control", []), "l1d_refills_out_of_cluster did not fail in the control"),
        (change("launches", []), "nothing was measured"),
    ],
)
def test_what_is_wrong_in_a_run_is_told(alter: Callable[[dict[str, Any]], None], told: str) -> None:
    run = run_of_guest()
    alter(run)
    assert emulated_pmu.wrong_in_run(run, "QEMU 1.0")[0].startswith(told)


def test_a_page_must_say_that_it_shows_an_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.html"
    monkeypatch.setattr(emulated_pmu, "problem_of", lambda _: [])
    page.write_text("on QEMU&nbsp;1.0 &#39;QEMU 1.0&#39;", "utf-8")
    assert emulated_pmu.wrong_in_page(["report"], page, "'QEMU 1.0'") == []
    assert emulated_pmu.wrong_in_page(["report"], page, "QEMU 2.0") == [
        f"{page} does not say that it shows QEMU 2.0"
    ]


def test_a_command_that_failed_is_told() -> None:
    assert emulated_pmu.problem_of(["true"]) == []
    assert emulated_pmu.problem_of(["sh", "-c", "echo why >&2; exit 3"])[0].endswith("ended with 3: why")


def test_a_machine_that_says_no_json_has_failed() -> None:
    with pytest.raises(GuestFailed, match="machine printed no JSON"):
        emulated_pmu.json_in(Ended("machine", "oh", 0))


def test_each_check_has_a_line_and_what_is_wrong_one_more(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: Rig) -> Seen:
        raise GuestFailed("m: kernel panic; see m.log")

    assert emulated_pmu.holds(RIG, "good", lambda _: Seen("5 counts", []))
    assert not emulated_pmu.holds(RIG, "bad", lambda _: Seen("4 counts", ["one is missing"]))
    assert not emulated_pmu.holds(RIG, "broken", fail)
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("ok  good")
    assert said[0].endswith("5 counts")
    assert said[1].startswith("NO  bad")
    assert said[2].strip() == "one is missing"
    assert said[4].strip() == "m: kernel panic; see m.log"


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert emulated_pmu.main([]) == 2
    assert "usage" in capsys.readouterr().err
