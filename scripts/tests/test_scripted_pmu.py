"""Would a count, a reason or a flag that is wrong be told?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import scripted_failures
import scripted_pmu
from scripted_failures import FAILURES, Failure
from scripted_report import Shown, page_of

SCRIPT = "a script that plays a CPU"
CPU = scripted_pmu.Cpu("spr", {"cycles": (80.0, 6.0), "cross_core_loads": (0.97, 0.01)})


def counted(*per_worker: float) -> dict[str, Any]:
    return {"status": "counted", "value": sum(per_worker), "per_worker": list(per_worker)}


def lost(status: str = "read_failed", why: str = "it broke") -> dict[str, Any]:
    return {"status": status, "value": None, "per_worker": [1.0, None], "why": why}


def launch_of(round_: int, readings: Mapping[str, Any]) -> dict[str, Any]:
    """Two workers, of whose two windows the second is counted."""
    windows = {"operations": [[7, 7], [1000, 2000]], "counted_from": 1}
    return {
        "point": 0,
        "round": round_,
        "status": "ok",
        "why": None,
        "windows": windows,
        "readings": dict(readings),
    }


def run_of(*launches: Mapping[str, Any], roles: Mapping[str, str | None] | None = None) -> dict[str, Any]:
    """Roles with why they cannot be counted, or None."""
    return {
        "run": {"rounds": len(launches)},
        "points": [{"name": "packed/2", "variant": "packed"}],
        "counters": {
            "table": "spr",
            "script": SCRIPT,
            "control": [],
            "roles": [
                {"role": role, "status": "counted" if why is None else "not_permitted", "why": why}
                for role, why in (roles or dict.fromkeys(scripted_failures.HARDWARE)).items()
            ],
        },
        "launches": list(launches),
    }


AS_SCRIPTED = {
    "cycles": counted(80_001, 160_000),
    "cycles:kernel": counted(16_000, 32_001),
    "task_clock": counted(0, 5),
}
WITH_LOADS = AS_SCRIPTED | {"cross_core_loads": counted(970, 1941)}


def test_counts_of_the_script_pass() -> None:
    run = run_of(launch_of(0, AS_SCRIPTED), launch_of(1, WITH_LOADS))
    assert list(scripted_pmu.wrong_counts(run, CPU)) == []
    assert list(scripted_pmu.wrong_rotation(run, CPU)) == []


@pytest.mark.parametrize(
    ("reading", "wrong"),
    [
        (counted(970, 1944), "worker 1 has 1944 for 2000 operations, not 1940.0"),
        (counted(1940, 970), "worker 0 has 1940 for 1000 operations, not 970.0"),  # the other worker's
        (counted(970, 1940) | {"value": 1940}, "1940 is not the sum over the workers"),
        (lost(), "is read_failed: it broke"),
    ],
)
def test_another_count_is_told(reading: Mapping[str, Any], wrong: str) -> None:
    run = run_of(launch_of(0, {"cross_core_loads": reading}))
    told = list(scripted_pmu.wrong_counts(run, CPU))
    assert told
    assert all(one.startswith("packed/2, round 0, cross_core_loads") for one in told)
    assert wrong in told[0]


def test_a_role_that_does_not_take_its_turn_is_told() -> None:
    run = run_of(launch_of(0, WITH_LOADS), launch_of(1, WITH_LOADS))
    assert list(scripted_pmu.wrong_rotation(run, CPU)) == [
        "packed/2 has 2 readings of cross_core_loads, not 1"
    ]


def transfers(median: str) -> Shown:
    row = {"point": "packed/2", "metric": "cross_core_transfers", "median": median, "flags": "script"}
    return Shown("", [], "", [row], {}, {})


def test_transfers_that_are_not_the_scripts_are_told() -> None:
    run = run_of(launch_of(0, WITH_LOADS))
    assert list(scripted_pmu.wrong_transfers(run, transfers("0.9701"))) == []
    for median in ("0.5", "0", ""):
        (told,) = scripted_pmu.wrong_transfers(run, transfers(median))
        assert told.endswith("cross-core transfers per operation, not 0.97")


def test_a_page_that_gives_no_cause_is_told() -> None:
    says = "packed costs 6\u00d7: 0.970 cross-core transfers per operation against 0.0100 go with it."
    script = " These counts come from a script."
    assert scripted_pmu.unsaid(Shown(says + script, [], "", [], {}, {})) == []
    assert len(scripted_pmu.unsaid(Shown(says, [], "", [], {}, {}))) == 1
    assert len(scripted_pmu.unsaid(Shown(says.replace("0.970", "0.097") + script, [], "", [], {}, {}))) == 1


STRUCK = Failure("read=EIO", {"cycles": "read_failed"})
ALIVE = {role: counted(1, 2) for role in scripted_failures.HARDWARE}


def test_a_failure_that_costs_what_it_should_passes() -> None:
    run = run_of(launch_of(0, ALIVE | {"cycles": lost()}))
    assert list(scripted_failures.wrong_in(run, STRUCK)) == []


@pytest.mark.parametrize(
    ("readings", "wrong"),
    [
        ({"cycles": lost() | {"value": 0.0}}, "cycles is read_failed and has the value 0.0"),
        ({"cycles": lost(why="")}, "cycles is read_failed without a reason"),
        ({"cycles": lost("no_pmu")}, "cycles is ['no_pmu'], not read_failed"),
        ({}, "cycles is ['counted'], not read_failed"),  # nothing was injected
        ({"cycles": lost(), "l1d_misses": lost()}, "l1d_misses is ['read_failed'], not counted or scaled"),
        ({"cycles": lost(), "l1d_misses": counted(0, 0)}, "l1d_misses has a 0: 0 of [0, 0]"),
        ({"cycles": lost(), "l1d_misses": counted(0, 2)}, "l1d_misses has a 0: 2 of [0, 2]"),
        (
            {"cycles": lost(), "l1d_misses": counted(1, 2) | {"per_worker": [1.0, None]}},
            "l1d_misses is a sum over some of the workers: [1.0, None]",
        ),
    ],
)
def test_a_false_value_is_told(readings: Mapping[str, Any], wrong: str) -> None:
    run = run_of(launch_of(0, ALIVE | readings))
    assert wrong in list(scripted_failures.wrong_in(run, STRUCK))


def test_a_listed_role_without_value_and_reason_is_told() -> None:
    run = run_of(launch_of(0, ALIVE), roles=dict.fromkeys(scripted_failures.HARDWARE) | {"cycles": ""})
    struck = Failure("open:cycles=EPERM", {"cycles": "not_permitted"})
    assert list(scripted_failures.wrong_in(run, struck)) == ["cycles is not_permitted, why: "]


PAGE = """<title>x</title><main><p>a script that plays a CPU</p><p>it &amp; all broke</p>
<table><caption>e: readings</caption><thead><tr><th><span>Variant</span></th>
<th><span>l1d misses</span> <small>per operation</small></th><th><span>page faults</span></th></tr></thead>
<tbody><tr><th>packed</th><td>{}</td><td>0</td></tr></tbody></table></main>"""


def shown(cell: str = "0.5", flags: str = "script", script: str = SCRIPT) -> Shown:
    page, tables = page_of(PAGE.format(cell))
    row = {"metric": "l1d_misses", "median": cell, "flags": flags}
    document = {"what": script, "why": "it & all broke", "points": [{"metric": "l1d_misses", "median": 0.5}]}
    return Shown(page, tables, f"{script}, it &amp; all\\_broke broke", [row], document, {"context": script})


def test_the_page_is_read_cell_by_cell() -> None:
    (table,) = shown().tables
    assert (table.caption, table.column("l1d misses")) == ("e: readings", ["0.5"])
    assert "it & all broke" in shown().page
    assert list(scripted_failures.zeros_shown(shown())) == []


@pytest.mark.parametrize("cell", ["0", "0.00", "0 (3 of 6)"])
def test_a_zero_on_the_page_is_told(cell: str) -> None:
    told = list(scripted_failures.zeros_shown(shown(cell)))
    assert told[0] == "the page shows a 0 below l1d misses: e: readings"


def test_a_report_that_keeps_the_script_to_itself_is_told() -> None:
    run = run_of(launch_of(0, ALIVE))
    assert list(scripted_failures.without_flag(run, shown())) == []
    told = [one.split(" does not")[0] for one in scripted_failures.without_flag(run, shown("1", "", "?"))]
    assert told == ["the Markdown", "the JSON", "the export for Google Benchmark", "a row of the CSV"]


def test_a_reason_that_no_reader_sees_is_told() -> None:
    run = run_of(launch_of(0, ALIVE | {"cycles": lost(why="it & all broke")}))
    told = list(scripted_failures.wrong_report(run, shown(), STRUCK))
    assert told == ["the Markdown does not say why cycles has no value: it & all broke"]


def test_every_error_strikes_every_role() -> None:
    for by in ("", scripted_failures.WORKER_ONE):
        words = {
            word for one in FAILURES if one.words.startswith("by") == bool(by) for word in one.words.split()
        }
        assert {
            f"open:{role}={error}" for role in scripted_failures.ROLES for error in scripted_failures.REFUSALS
        } <= words


def test_what_cannot_be_measured_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench = tmp_path / "bench"
    bench.write_text("#!/bin/sh\necho no >&2\nexit 2\n")
    bench.chmod(0o755)
    assert scripted_pmu.main([str(bench), "cpu=spr"]) == 1
    assert capsys.readouterr().out == "NO      cpu=spr\n        exit code 2: no\n"
    assert scripted_pmu.main([]) == 2
