"""Does `report --floor` tell how old the machine's calibration is, and refuse what it cannot mean?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from described_run import write_run
from pages.page_runs import rich_run

from latchmark.cli import main
from latchmark.gate.calibration.floor import Floor, expiry_facts, floor_text
from latchmark.loading import load


def _written(folder: Path, calibrated_on: date, alias_hash: str | None = None) -> tuple[Path, Path]:
    """A run, and a floor of its machine or of another."""
    path = write_run(rich_run(rounds=1), folder / "run.json")
    run = load(path)
    key = alias_hash or run.machine.hard_key_hash
    floor = Floor(run.machine.alias, key, calibrated_on, expiry_facts(run), 0.0, (), 2)
    (folder / "floor.json").write_text(floor_text(floor), "utf-8")
    return path, folder / "floor.json"


@pytest.mark.parametrize(
    ("calibrated_on", "told"),
    [
        (
            date(2026, 1, 19),
            "calibrated 12 days before the run (2026-01-19), from 2 days, valid until 2026-02-18",
        ),
        (
            date(2026, 3, 2),
            "calibrated 30 days after the run (2026-03-02), from 2 days, valid until 2026-04-01",
        ),
        (date(2025, 12, 1), "the noise floor is 61 days old, more than 30: calibrate again"),
    ],
)
def test_the_age_of_the_floor_is_on_the_page(tmp_path: Path, calibrated_on: date, told: str) -> None:
    run, floor = _written(tmp_path, calibrated_on)
    output = tmp_path / "page.html"
    assert main(["report", str(run), "--floor", str(floor), "-o", str(output)]) == 0
    assert told in output.read_text("utf-8")


def test_a_floor_of_another_machine_says_so(tmp_path: Path) -> None:
    run, floor = _written(tmp_path, date(2026, 1, 19), "0000000000000000")
    output = tmp_path / "page.html"
    assert main(["report", str(run), "--floor", str(floor), "-o", str(output)]) == 0
    assert "the noise floor is of another machine (lab-2c)" in output.read_text("utf-8")


@pytest.mark.parametrize("more", [["--format", "json"], ["{run}"]])
def test_a_floor_goes_with_the_page_of_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    run, floor = _written(tmp_path, date(2026, 1, 19))
    told = [word.format(run=run) for word in more]
    assert main(["report", str(run), *told, "--floor", str(floor)]) == 2
    assert "--floor is for the page of one run" in capsys.readouterr().err
