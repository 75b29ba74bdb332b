"""Is it told how many tasks a machine started during a run, and never made up?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_run import refusal, small_run

from latchmark.exporting import run_json
from latchmark.model import TASKS_STARTED, Run, Unavailable
from latchmark.pages import report_page
from latchmark.tables import environment_of

Load = Callable[[dict[str, Any]], Run]


def _with_tasks(started: object) -> dict[str, Any]:
    document = small_run()
    document["run"]["disturbance"] = {TASKS_STARTED: started}
    for launch in document["launches"]:
        launch["disturbance"][TASKS_STARTED] = started
    return document


def _told(run: Run) -> dict[str, str]:
    table = next(one for one in environment_of(run) if one.caption == "Disturbance of the whole run")
    return {row[0].text: row[1].text for row in table.rows}


def test_what_was_counted_is_told(loaded: Load) -> None:
    told = _told(loaded(_with_tasks(7)))
    assert told["tasks started"] == "7"
    assert told["tasks started during one launch"] == "7 to 7"


def test_a_file_from_before_counting_says_so(loaded: Load) -> None:
    run = loaded(small_run())
    assert run.disturbance[TASKS_STARTED] == Unavailable("not recorded")
    told = _told(run)
    assert told["tasks started"] == told["tasks started during one launch"] == "not known: not recorded"


@pytest.mark.parametrize("started", ["many", -1, 10**400, [-1], True])
def test_what_is_no_count_is_refused(started: object, tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(json.dumps(_with_tasks(started)), "utf-8")
    assert TASKS_STARTED in refusal(file)


def test_the_page_and_the_export_have_it(loaded: Load) -> None:
    run = loaded(_with_tasks(7))
    assert "Disturbance of the whole run" in report_page(run)
    assert "tasks started during one launch" in run_json(run)
