"""Is the index never the only copy? Made again it gives the same, and nothing foreign is lost."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from described_run import write_run
from trend.nightly_runs import kept, nightly_documents, stepped, written

from latchmark import cli
from latchmark.errors import CannotWrite
from latchmark.trend import RecordedRun
from latchmark.trend.index import UnusableIndex, add_runs, known_runs


@pytest.fixture
def runs(tmp_path: Path) -> list[RecordedRun]:
    def mend(night: int, document: dict[str, Any]) -> None:
        # A point of too few launches for an interval, and one without any.
        document["launches"] = [
            one
            for one in document["launches"]
            if one["point"] != 0 and (one["point"] != 1 or one["round"] < 3)
        ]

    return kept(nightly_documents(3, mend=mend), tmp_path / "runs")


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        str(path)
        for path in written(nightly_documents(14, {"packed": stepped(14, 7, 2.0)}), tmp_path / "files")
    ]


def test_what_goes_in_comes_out(tmp_path: Path, runs: list[RecordedRun]) -> None:
    add_runs(tmp_path / "index", runs[:2])
    add_runs(tmp_path / "index", runs[2:])
    assert known_runs(tmp_path / "index") == tuple(runs)


def test_a_run_that_grew_replaces_itself(tmp_path: Path) -> None:
    documents = nightly_documents(1)
    short = nightly_documents(1)
    short[0]["launches"] = short[0]["launches"][:9]
    (before,), (since,) = kept(short, tmp_path / "a"), kept(documents, tmp_path / "b")
    since = replace(since, sha256="sha of the longer file")
    for run in (before, since):
        add_runs(tmp_path / "index", [run])
    assert known_runs(tmp_path / "index") == (since,)


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert known_runs(tmp_path / "index") == ()
    assert list(tmp_path.iterdir()) == []


def test_the_index_made_again_shows_the_same(tmp_path: Path, files: list[str]) -> None:
    index = tmp_path / "index"
    pages = []
    for _ in range(2):
        for arguments in ([*files[:9], "--index", str(index)], [*files[9:], "--index", str(index)]):
            assert cli.main(["trend", *arguments, "-o", str(tmp_path / "page")]) == 0
        pages.append((tmp_path / "page").read_bytes())
        index.unlink()
    assert cli.main(["trend", *files, "-o", str(tmp_path / "page")]) == 0
    assert pages == [(tmp_path / "page").read_bytes()] * 2


def test_without_runs_the_index_is_shown(tmp_path: Path, files: list[str]) -> None:
    index = str(tmp_path / "index")
    assert cli.main(["trend", *files, "--index", index, "--format", "json", "-o", str(tmp_path / "a")]) == 0
    assert cli.main(["trend", "--index", index, "--format", "json", "-o", str(tmp_path / "b")]) == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_known_file_is_not_loaded_again(
    tmp_path: Path, files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["trend", *files, "--index", str(tmp_path / "index"), "-o", str(tmp_path / "page")]
    assert cli.main(arguments) == 0
    monkeypatch.setattr("latchmark.cli.trend.load", lambda path: pytest.fail(f"{path} was loaded again"))
    assert cli.main(arguments) == 0


def _damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _foreign_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmark (url TEXT)")
        connection.execute("PRAGMA user_version = 1")
    connection.close()


def _text(path: Path) -> None:
    path.write_text("somebody's notes, not a database\n" * 40)


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _other_columns(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE run ADD COLUMN colour TEXT")
    connection.close()


@pytest.mark.parametrize("spoil", [_damaged, _cut, _foreign_database, _text, _newer, _other_columns])
def test_an_unusable_index_is_kept_aside_and_made_again(
    tmp_path: Path, files: list[str], capsys: pytest.CaptureFixture[str], spoil: Any
) -> None:
    index = tmp_path / "index"
    arguments = ["trend", *files, "--index", str(index), "-o", str(tmp_path / "page")]
    assert cli.main(arguments) == 0
    page, known = (tmp_path / "page").read_bytes(), known_runs(index)
    spoil(index)
    spoilt = index.read_bytes()
    with pytest.raises(UnusableIndex):
        known_runs(index)
    assert cli.main(["trend", "--index", str(index)]) == 2
    assert "give the run files, and it is made again" in capsys.readouterr().err
    assert index.read_bytes() == spoilt, "without runs nothing may be made"
    assert cli.main(arguments) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.endswith("kept as index.unusable-1 and made again from 14 run files\n")
    assert (tmp_path / "page").read_bytes() == page
    assert known_runs(index) == known
    assert (tmp_path / "index.unusable-1").read_bytes() == spoilt
    assert {one.name for one in tmp_path.iterdir()} == {"files", "page", "index", "index.unusable-1"}


def test_a_database_of_another_program_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "index").touch()
    _foreign_database(tmp_path / "index")
    with pytest.raises(UnusableIndex, match="is a database of another program"):
        known_runs(tmp_path / "index")


def test_a_second_unusable_index_does_not_replace_the_first(tmp_path: Path, files: list[str]) -> None:
    index = tmp_path / "index"
    for text in ("first", "second"):
        index.write_text(text * 100)
        assert cli.main(["trend", *files, "--index", str(index), "-o", str(tmp_path / "page")]) == 0
    assert (tmp_path / "index.unusable-1").read_text().startswith("first")
    assert (tmp_path / "index.unusable-2").read_text().startswith("second")


def test_refused_runs_do_not_reach_the_index(tmp_path: Path, files: list[str]) -> None:
    index = tmp_path / "index"
    assert cli.main(["trend", *files, "--index", str(index), "-o", str(tmp_path / "page")]) == 0
    (document,) = nightly_documents(1)
    document["run"]["id"] = "elsewhere"
    document["machine"]["hard_key_hash"] = "another"
    other = write_run(document, tmp_path / "other.json")
    before = index.read_bytes()
    assert cli.main(["trend", str(other), "--index", str(index)]) == 2
    assert index.read_bytes() == before


def test_an_empty_file_is_an_index_without_runs(
    tmp_path: Path, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    index.touch()
    assert cli.main(["trend", "--index", str(index)]) == 2
    assert "holds no run" in capsys.readouterr().err
    assert cli.main(["trend", *files, "--index", str(index), "-o", str(tmp_path / "page")]) == 0
    assert len(known_runs(index)) == 14
    assert capsys.readouterr().err == ""


def test_an_index_that_cannot_be_written_ends_with_4(tmp_path: Path, runs: list[RecordedRun]) -> None:
    with pytest.raises(CannotWrite, match="the index cannot be written"):
        add_runs(tmp_path / "no such folder" / "index", runs)


def test_a_failure_midway_leaves_the_index_as_it_was(tmp_path: Path, runs: list[RecordedRun]) -> None:
    index = tmp_path / "index"
    add_runs(index, runs[:1])

    def two() -> Any:
        yield runs[1]
        raise OSError("the disk is gone")

    with pytest.raises(CannotWrite):
        add_runs(index, two())
    assert known_runs(index) == (runs[0],)
