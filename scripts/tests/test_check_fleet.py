"""Does the check of fleets notice what it is there for, and can it play a host?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import check_fleet
import pytest
from fleet_check import isolation
from fleet_check.promises import Answer, Broken, Promises, exit_code_of, expect
from fleet_check.stamps import (
    NoStamps,
    Stamp,
    disagreement,
    more_than,
    quietest,
    stamps_of,
    tasks_by_point,
    told,
)
from fleet_check.traces import words_found

WHY_NOT = isolation.why_not_here()
QUIET = {"a": [3, 3, 4], "b": [1, 1, 1]}


def raising(what: Exception) -> Callable[[], str]:
    def look() -> str:
        raise what

    return look


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([Answer.HELD], 0),
        ([Answer.HELD, Answer.LEFT_OUT], 77),
        ([Answer.BROKEN, Answer.LEFT_OUT], 1),
        ([], 1),
    ],
)
def test_a_broken_promise_outweighs_what_was_left_out_and_nothing_is_no_success(
    answers: list[Answer], code: int
) -> None:
    assert exit_code_of(answers) == code


def test_no_promise_keeps_the_next_from_being_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    promises = Promises()
    promises.ask("one", raising(Broken("two of three")))
    promises.ask("two", raising(subprocess.TimeoutExpired(["latchmark"], 120)))
    promises.ask("three", raising(isolation.CannotCheck("no Slurm")))
    promises.ask("four", lambda: "4 of 4")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "BROKEN   one: two of three"
    assert lines[1].startswith("BROKEN   two: TimeoutExpired: ")
    assert lines[2:] == ["left out three: no Slurm", "held     four: 4 of 4"]


def test_what_is_expected_is_told_when_it_is_not_so() -> None:
    expect(True, "never")
    with pytest.raises(Broken, match="exit code 4, not 0"):
        expect(False, "exit code 4, not 0")


def test_a_run_like_the_quiet_ones_has_no_more() -> None:
    assert more_than({"a": [3, 4, 3], "b": [1, 1, 1]}, QUIET) == []


def test_one_launch_beyond_all_of_the_quiet_runs_is_seen() -> None:
    assert more_than({"a": [3, 3, 3], "b": [1, 1, 2]}, QUIET) == ["b: 1 of 3 launches with up to 2, not 1"]


def test_more_in_the_middle_is_seen_though_no_launch_is_beyond() -> None:
    assert more_than({"a": [4, 4, 3], "b": [1]}, QUIET) == ["a: median 4, not 3"]


def test_of_two_runs_the_quieter_is_the_measure_point_by_point() -> None:
    assert quietest([QUIET, {"a": [3, 3, 3], "b": [1, 2, 1]}]) == {"a": [3, 3, 3], "b": [1, 1, 1]}


def test_quiet_runs_that_differ_are_no_measure() -> None:
    assert disagreement([QUIET, {"a": [3, 9, 3], "b": [1, 1]}]) is None
    assert disagreement([{"a": [3]}, {"a": [5]}]) == "a: medians of 3 and 5 tasks a launch without any engine"


def launch(round_: int, tasks: object, point: int = 0) -> dict[str, object]:
    disturbance = {"tasks_started": tasks, "foreign_load": 1, "involuntary_switches": {"why": "not here"}}
    return {"point": point, "round": round_, "disturbance": disturbance}


def run_file(folder: Path, *launches: dict[str, object]) -> Path:
    file = folder / "run.json"
    file.write_text(json.dumps({"points": [{"name": "a"}, {"name": "b"}], "launches": launches}))
    return file


def test_stamps_are_those_of_the_second_round_and_later(tmp_path: Path) -> None:
    stamps = stamps_of(run_file(tmp_path, launch(0, 9), launch(1, 3.0), launch(1, 1, point=1), launch(2, 3)))
    assert tasks_by_point(stamps) == {"a": [3, 3], "b": [1]}
    assert stamps[0] == Stamp("a", 3, 1, None)
    assert told(stamps) == (
        "tasks started {1: 1x, 3: 2x}, foreign load 1 (up to 1), involuntary switches not measured"
    )


@pytest.mark.parametrize("tasks", [{"why": "no /proc"}, None, 2.5])
def test_a_run_without_stamps_is_no_quiet_run(tmp_path: Path, tasks: object) -> None:
    with pytest.raises(NoStamps, match="a: tasks_started"):
        stamps_of(run_file(tmp_path, launch(1, tasks)))


def test_a_run_of_one_round_shows_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoStamps, match="no launches"):
        stamps_of(run_file(tmp_path, launch(0, 3)))


def test_a_word_is_found_whatever_the_case_of_its_letters(tmp_path: Path) -> None:
    run_file(tmp_path, launch(1, 3)).with_name("other.json").write_text("at HUSH-Alder")
    assert words_found(tmp_path.iterdir(), ["hush-alder", "nowhere"]) == ["hush-alder in other.json"]


def test_an_unknown_story_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_fleet.main(["fairy"]) == 2
    assert "ssh" in capsys.readouterr().err


PLAY = """
import sys
from pathlib import Path
from fleet_check import isolation
from fleet_check.hosts import Host, made_keys
if len(sys.argv) == 1:
    sys.exit(isolation.run_inside([], 60))
folder = Path(sys.argv[2])
isolation.prepare_inside(folder)
print(folder)
keys = made_keys(folder)
hosts = [Host(name, number, keys, folder) for number, name in enumerate(("alder", "birch"))]
hosts[0].serve()
print(hosts[0].ssh("hostname; whoami").stdout.split())
print(hosts[1].ssh("true").returncode)
hosts[0].ssh("touch file /var/tmp/file; setsid sleep 61.875 >/dev/null 2>&1 &")
print(hosts[0].files(), any("sleep 61.875" in line for line in hosts[0].foreign()))
print(hosts[1].files(), hosts[1].foreign())
hosts[0].stop_serving()
print(hosts[0].ssh("true").returncode)
sys.exit(5)
"""


@pytest.mark.skipif(WHY_NOT is not None, reason=str(WHY_NOT))
def test_a_played_host_is_its_own_and_nothing_of_it_stays(tmp_path: Path) -> None:
    script = tmp_path / "play.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(Path(isolation.__file__).parent.parent)!r})\n{PLAY}"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=90, check=False)
    folder, *lines = done.stdout.splitlines()
    assert lines == [
        "['hush-alder', 'hushuser']",
        "255",
        "['home/hushuser/file', 'var/tmp/file'] True",
        "[] []",
        "255",
    ]
    assert done.returncode == 5
    assert not Path(folder).exists()
    assert subprocess.run(["pgrep", "-f", "^sleep 61.875$"], check=False).returncode == 1
