"""Does `trend` write each format, end with the right code, and say in one line what it refuses?"""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from trend.nightly_runs import QUIET, STEPPED, nightly_documents, stepped, without, written

from latchmark import cli


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    def mend(night: int, document: dict[str, Any]) -> None:
        document["machine"]["soft_key"]["thp"] = "madvise" if night < 7 else "always"
        if night == 3:
            without(document, QUIET)

    documents = nightly_documents(14, {"packed": stepped(14, 7, 2.0)}, mend)
    return [str(path) for path in written(documents, tmp_path_factory.mktemp("nights"))]


def test_a_step_for_the_worse_still_ends_with_0(files: list[str], tmp_path: Path) -> None:
    for format_ in ("html", "markdown", "json", "csv"):
        assert cli.main(["trend", *files, "--format", format_, "-o", str(tmp_path / format_)]) == 0
    assert (tmp_path / "html").read_text().startswith("<!doctype html>")


def test_json_holds_steps_changes_and_values(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trend", *reversed(files), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "latchmark.trend/1"
    assert [run["id"] for run in document["runs"]] == [f"night-{night:03d}" for night in range(14)]
    assert all(len(run["sha256"]) == 64 for run in document["runs"])
    assert document["changes"] == [
        {
            "run": "night-007",
            "label": "A",
            "facts": [{"name": "thp", "before": "madvise", "since": "always"}],
        }
    ]
    step = next(one for one in document["steps"] if one["point"] == STEPPED)
    assert step["run"] == "night-007"
    assert step["is_worse"]
    assert step["low"] < 2.0 < step["high"]
    values = [row for row in document["values"] if row["point"] == STEPPED]
    assert len(values) == 14
    assert [row["run"] for row in values if row["step"] is not None] == ["night-007"]


def test_csv_has_a_row_a_point_and_run(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trend", *files, "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(rows) == 14 * 5 - 1, "no row where a plan lacked the point"
    assert {row["unit"] for row in rows} == {"ns"}
    assert all(float(row["low"]) <= float(row["median"]) <= float(row["high"]) for row in rows)


def test_markdown_tells_the_step_and_the_change(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["trend", *files, "--format", "markdown"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("# History of xeon-2c-1s\n")
    assert "since run 8 (2026-01-08, commit c0000007) " in text
    assert "- A, run 8 (2026-01-08, commit c0000007): the thp from madvise to always\n" in text
    assert "Steps are advice and fail nothing." in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "trend needs run files, an --index, or both"),
        (["no-such-run.json"], "no-such-run.json: cannot be read: No such file or directory"),
        (["--index", "no-such-index"], "no-such-index: holds no run: give run files to add"),
    ],
)
def test_what_is_missing_is_said_in_one_line(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["trend", *arguments]) == 2
    assert capsys.readouterr().err == f"latchmark: {said}\n"


def test_the_same_run_packed_and_unpacked_is_refused(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "night.json.gz"
    packed.write_bytes(gzip.compress(Path(files[0]).read_bytes()))
    assert cli.main(["trend", files[0], str(packed)]) == 2
    assert "trend got the run night-000 twice (night-000.json and night.json.gz)" in capsys.readouterr().err


def test_a_cut_run_file_is_one_line(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / "cut.json"
    cut.write_bytes(Path(files[0]).read_bytes()[:1000])
    assert cli.main(["trend", files[1], str(cut)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cut.json: is not JSON (cut short?)" in said
