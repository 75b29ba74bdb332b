"""Does the kill test notice launches that are lost, doubled or unexplained, and processes that hide?"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import kill_test
import pytest

LAUNCHES = [(point, round_) for point in (0, 2) for round_ in (0, 1)]
CONTROLLED = {"role": "cycles", "result": "passed", "why": None}
KILLED = CONTROLLED | {"result": "not_run", "why": "killed by signal 9"}


def run_of(launches: list[tuple[int, int]], **other: Any) -> dict[str, Any]:
    """A run of two rounds, of whose three points the second was skipped."""
    return {
        "run": {"complete": True, "rounds": 2},
        "points": [{"skip": None}, {"skip": "not here"}, {"skip": None}],
        "counters": {"control": [CONTROLLED]},
        "launches": [
            {"point": point, "round": round_, "status": "ok", "why": None} | other
            for point, round_ in launches
        ],
    }


def test_each_measured_point_is_there_once_in_each_round() -> None:
    assert kill_test.wrong_in(run_of(LAUNCHES)) is None
    assert kill_test.wrong_in(run_of(LAUNCHES[1:])) == "launches are missing or doubled"
    assert kill_test.wrong_in(run_of([*LAUNCHES, LAUNCHES[0]])) == "launches are missing or doubled"
    assert kill_test.wrong_in(run_of(LAUNCHES) | {"run": {"complete": False}}) is not None


@pytest.mark.parametrize(
    ("control", "is_right"),
    [([KILLED], True), ([CONTROLLED, KILLED | {"why": None}], False), ([], False)],
)
def test_a_control_that_was_killed_says_so(control: list[dict[str, Any]], is_right: bool) -> None:
    run = run_of(LAUNCHES) | {"counters": {"control": control}}
    assert (kill_test.wrong_in(run) is None) == is_right


@pytest.mark.parametrize(
    ("hits", "code", "other", "wrong"),
    [
        (3, 0, {}, None),
        (3, 1, {}, "exit code 1 with 0 failed launches"),
        (2, 1, {"status": "crashed", "why": "killed"}, None),
        (2, 0, {"status": "crashed", "why": "killed"}, "exit code 0 with 4 failed launches"),
        (1, 1, {"status": "crashed", "why": "killed"}, "4 failed launches for 1 kills"),
        (2, 1, {"status": "crashed", "why": ""}, "a failed launch without a reason"),
    ],
)
def test_failures_are_those_of_the_kills(
    hits: int, code: int, other: dict[str, Any], wrong: str | None
) -> None:
    assert kill_test.wrong_with(run_of(LAUNCHES, **other), hits, code) == wrong


# Stands for a runner that starts a launch, waits for it and writes its run file.
RUNNER = """#!{python}
import json, os, subprocess, sys
out = sys.argv[sys.argv.index("--out") + 1]
{before}
failed = subprocess.run(["sleep", "1"]).returncode != 0
status = {{"status": "crashed", "why": "was killed"}} if failed else {{"status": "ok", "why": None}}
os.mkdir(out)
launch = {{"point": 0, "round": 0}} | status
control = [{{"role": "cycles", "result": "passed", "why": None}}]
run = {{"run": {{"complete": True, "rounds": 1}}, "points": [{{"skip": None}}], "launches": [launch]}}
run["counters"] = {{"control": control}}
json.dump(run, open(out + "/run.json", "w"))
sys.exit(failed)
"""
KILL_ONE_LAUNCH = """
import json, kill_test, left_over, shutil
from pathlib import Path
from kill_test import Prey, Rig, kill_below
left_over.PATIENCE_S = 0.3
kill_test.MOST_RUNS = 2
rig = Rig(Path({runner!r}), seed=1)
print(json.dumps([killed.wrong for killed in kill_below(rig, 1, Prey("", {depth}, "", within_s=0.3))]))
shutil.rmtree(rig.folder)
"""


def wrong_after_a_kill(folder: Path, before: str = "", depth: int = 1) -> list[str | None]:
    """What a kill finds, in a process of its own: this one shall adopt nobody."""
    runner = folder / "runner"
    runner.write_text(RUNNER.format(python=sys.executable, before=before), "utf-8")
    runner.chmod(0o755)
    command = [sys.executable, "-c", KILL_ONE_LAUNCH.format(runner=str(runner), depth=depth)]
    environment = os.environ | {"PYTHONPATH": str(Path(kill_test.__file__).parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told: list[str | None] = json.loads(done.stdout)
    return told


def test_a_runner_that_goes_on_and_tells_of_the_kill_is_right(tmp_path: Path) -> None:
    assert wrong_after_a_kill(tmp_path) == [None]


def test_a_process_that_left_its_group_is_found(tmp_path: Path) -> None:
    hides = 'subprocess.run(["sh", "-c", "setsid sleep 60 >/dev/null 2>&1 &"])'
    assert wrong_after_a_kill(tmp_path, hides) == ["1 processes survive"]


def test_a_runner_that_ends_without_a_word_is_wrong(tmp_path: Path) -> None:
    ends = 'subprocess.run(["sleep", "1"]); sys.exit(3)'
    assert wrong_after_a_kill(tmp_path, ends) == ["exit code 3 and no run file"]


def test_a_generation_that_nobody_has_is_not_waited_for(tmp_path: Path) -> None:
    assert wrong_after_a_kill(tmp_path, depth=3) == []


def test_kills_that_hit_nobody_say_nothing_of_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    results = [kill_test.Killed(prey.name, None) for prey in kill_test.PREY]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    assert kill_test.never_found(results) == []
    assert kill_test.never_found(results[:-1]) == ["child of a worker: none was found"]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert kill_test.never_found(results[:1]) == []
