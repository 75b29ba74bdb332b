"""Does the database say what the files say, and is it made again whenever it cannot be trusted?"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from folder.stored_fleets import every_state, put_fleet, rack
from folder.stored_results import LAPTOP, SERVER, put, stored_run

from latchmark import cli
from latchmark.database.making import EXAMPLES, SCHEMA_FILE
from latchmark.loading import load


def asked(folder: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "index.sqlite")) as connection:
        return connection.execute(question).fetchall()


def make(folder: Path) -> None:
    assert cli.main(["index", str(folder), "--sqlite"]) == 0


def examples() -> list[str]:
    return [one for one in SCHEMA_FILE.read_text("utf-8").partition(EXAMPLES)[2].split(";") if one.strip()]


@pytest.fixture
def loaded_names(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the runs whose points were summed up."""
    names: list[str] = []

    def counted(path: Path) -> Any:
        names.append(path.parent.name)
        return load(path)

    monkeypatch.setattr("latchmark.cli.indexing_database.load", counted)
    return names


def test_runs_are_told_by_paths_from_the_folder(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "results/a/run.json")
    late = stored_run("11:00:00", "server", SERVER)
    late["run"] |= {"complete": False, "incomplete_reason": "killed"}
    late["machine"]["emulated"] = "an emulator"
    put(late, tmp_path / "results/b/run.json")
    output = tmp_path / "elsewhere/index.html"
    output.parent.mkdir()
    assert cli.main(["index", str(tmp_path / "results"), "--sqlite", "-o", str(output)]) == 0
    assert asked(
        tmp_path / "results",
        "SELECT path, host, alias, hard_key, is_complete, why_incomplete, flags FROM run ORDER BY path",
    ) == [
        ("a/run.json", None, "laptop", LAPTOP, 1, None, None),
        ("b/run.json", None, "server", SERVER, 0, "killed", "emulated"),
    ]
    assert not (tmp_path / "elsewhere/index.sqlite").exists()


def test_what_has_no_value_is_null_with_a_reason(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "run.json")
    make(tmp_path)
    rows = asked(tmp_path, "SELECT placement, unit, median, low, launches, why FROM value ORDER BY position")
    assert [row[0] for row in rows] == ["spread", "spread", "same_core"]
    assert rows[0][1] == "ns"
    assert rows[0][2] == pytest.approx(5.0, rel=0.1)
    assert rows[0][3:] == (None, 2, "2 launches are too few for 95 %")
    assert rows[2][2:] == (None, None, 0, "needs two hardware threads")


def test_hosts_are_there_with_their_state_also_without_a_run(tmp_path: Path) -> None:
    every_state(tmp_path / "rack")
    make(tmp_path)
    assert asked(tmp_path, "SELECT path, preset, coverage FROM fleet")[0][:2] == ("rack", "quick")
    assert asked(
        tmp_path, "SELECT host, state, exit_code, run FROM host WHERE host IN ('node1', 'node5')"
    ) == [
        ("node1", "ok", 0, "rack/hosts/node1/run/run.json"),
        ("node5", "unreachable", None, None),
    ]
    assert asked(tmp_path, "SELECT host FROM run ORDER BY path") == [("node1",), ("node2",), ("node3",)]


def test_the_examples_answer(tmp_path: Path) -> None:
    every_state(tmp_path / "rack")
    slow = stored_run("12:00:00", "server", SERVER)
    for launch in slow["launches"]:
        launch["metrics"]["time_per_operation"]["value"] *= 3
    put(slow, tmp_path / "server/run.json")
    make(tmp_path)
    differing, missing = (asked(tmp_path, one) for one in examples())
    assert differing[0][4] == 4
    assert differing[0][7] == pytest.approx(3, rel=0.1)
    assert [row[2:4] for row in missing] == [
        *(("node4", "incomplete"), ("node5", "unreachable")),
        *(("node6", "incompatible"), ("node7", "not collected")),
    ]


def test_the_newest_complete_run_stands_for_its_machine(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    put(stored_run("12:00:00"), tmp_path / "b/run.json")
    late = stored_run("13:00:00")
    late["run"] |= {"complete": False, "incomplete_reason": "killed"}
    put(late, tmp_path / "c/run.json")
    put(stored_run("09:00:00", preset="standard"), tmp_path / "d/run.json")
    put_fleet(tmp_path / "rack", rack(tmp_path / "rack", 2))
    make(tmp_path)
    assert asked(tmp_path, "SELECT machine, preset, path FROM newest_run ORDER BY path") == [
        ("laptop", "quick", "b/run.json"),
        ("laptop", "standard", "d/run.json"),
        ("node1", "quick", "rack/hosts/node1/run/run.json"),
        ("node2", "quick", "rack/hosts/node2/run/run.json"),
    ]


def test_only_new_files_are_summed_up_and_what_is_gone_goes(tmp_path: Path, loaded_names: list[str]) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    put(stored_run("11:00:00"), tmp_path / "b/run.json")
    make(tmp_path)
    assert loaded_names == ["a", "b"]
    values = asked(tmp_path, "SELECT * FROM value ORDER BY sha256, position")
    (tmp_path / "b").rename(tmp_path / "moved")
    put(stored_run("12:00:00"), tmp_path / "c/run.json")
    make(tmp_path)
    assert loaded_names == ["a", "b", "c"]
    assert set(values) < set(asked(tmp_path, "SELECT * FROM value"))
    (tmp_path / "a/run.json").unlink()
    make(tmp_path)
    assert asked(tmp_path, "SELECT path FROM run ORDER BY path") == [("c/run.json",), ("moved/run.json",)]
    assert asked(tmp_path, "SELECT count(DISTINCT sha256) FROM value") == [(2,)]


def test_copies_of_a_file_share_their_values(tmp_path: Path, loaded_names: list[str]) -> None:
    for name in ("a", "b"):
        put(stored_run("10:00:00"), tmp_path / name / "run.json")
    make(tmp_path)
    assert asked(tmp_path, "SELECT count(*), count(DISTINCT sha256) FROM run") == [(2, 1)]
    assert asked(tmp_path, "SELECT count(*) FROM value") == [(3,)]
    assert loaded_names == ["a"]


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def _of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE source SET program = 'another'")


def _with_another_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript("DROP VIEW spread; DROP VIEW newest_value; DROP TABLE value")


def _with_text_for_numbers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "DROP VIEW spread; DROP VIEW newest_value; ALTER TABLE value RENAME TO old;"
            "CREATE TABLE value AS SELECT * FROM old; UPDATE value SET median = 'many'"
        )


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "harm",
    [_newer, _of_another_program, _with_another_table, _with_text_for_numbers, _damaged, _empty],
)
def test_what_does_not_hold_is_made_again(
    tmp_path: Path, harm: Callable[[Path], None], loaded_names: list[str]
) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    make(tmp_path)
    values = asked(tmp_path, "SELECT * FROM value ORDER BY position")
    harm(tmp_path / "index.sqlite")
    make(tmp_path)
    assert asked(tmp_path, "SELECT * FROM value ORDER BY position") == values
    assert loaded_names == ["a", "a"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "index.html", "index.sqlite"]


@pytest.mark.parametrize("content", [b"a text", b"SQLite format 3\0" + b"x" * 100])
def test_a_file_of_somebody_else_is_kept(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    (tmp_path / "index.sqlite").write_bytes(content)
    make(tmp_path)
    assert (tmp_path / "index.sqlite.unusable-1").read_bytes() == content
    assert "is kept as index.sqlite.unusable-1" in capsys.readouterr().err
    assert asked(tmp_path, "SELECT path FROM run") == [("a/run.json",)]


def test_what_is_no_file_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(stored_run("10:00:00"), tmp_path / "results/run.json")
    target = tmp_path / "somewhere"
    target.write_text("precious", "utf-8")
    places: tuple[Callable[[Path], None], ...] = (os.mkfifo, lambda path: path.symlink_to(target))
    for place in places:
        place(tmp_path / "results/index.sqlite")
        assert cli.main(["index", str(tmp_path / "results"), "--sqlite"]) == 4
        assert "is no regular file: move it away" in capsys.readouterr().err
        (tmp_path / "results/index.sqlite").unlink()
    assert target.read_text("utf-8") == "precious"


def test_a_name_that_is_no_utf_8_is_told_in_full(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / os.fsdecode(b"\xff") / "run.json")
    make(tmp_path)
    assert asked(tmp_path, "SELECT path FROM run") == [("\\udcff/run.json",)]
    assert asked(tmp_path, "SELECT count(*) FROM value") == [(3,)]
