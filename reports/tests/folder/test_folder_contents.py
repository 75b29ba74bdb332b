"""Is everything in a folder found that is there, and nothing followed or waited for that is not?"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from folder.stored_results import put, stored_run

from latchmark.loading import load
from latchmark.loading.folder import contents_of
from latchmark.pages import compare_page, report_page


def names(paths: tuple[Path, ...], folder: Path) -> list[str]:
    return [str(path.relative_to(folder)) for path in paths]


def test_run_files_are_told_by_what_is_in_them(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "laptop/one/run.json")
    put(stored_run("11:00:00"), tmp_path / "laptop/two/run.json.gz")
    put(stored_run("12:00:00"), tmp_path / "mailed.json")
    put(stored_run("13:00:00"), tmp_path / "mailed.json.gz")
    put({"schema": "latchmark.floor/1"}, tmp_path / "floor.json")
    (tmp_path / "broken").mkdir()
    for name in ("run.json", "run.json.gz"):
        (tmp_path / "broken" / name).write_text("no JSON", "utf-8")
    (tmp_path / "notes.json.gz").write_bytes(b"\x1f\x8b but no gzip")
    assert names(contents_of(tmp_path).runs, tmp_path) == [
        "mailed.json",
        "mailed.json.gz",
        "broken/run.json",
        "broken/run.json.gz",
        "laptop/one/run.json",
        "laptop/two/run.json.gz",
    ]


def test_the_stages_of_a_gate_are_no_runs_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "gates/one").mkdir(parents=True)
    (tmp_path / "gates/one/verdict.json").write_text("{}", "utf-8")
    put(stored_run("10:00:00"), tmp_path / "gates/one/stages/01-screen/run.json")
    found = contents_of(tmp_path)
    assert names(found.verdicts, tmp_path) == ["gates/one/verdict.json"]
    assert found.runs == ()


def test_pages_say_what_they_are(tmp_path: Path) -> None:
    runs = [
        load(put(stored_run("10:00:00", alias), tmp_path / f"{alias}.json")) for alias in ("a<b>&", "server")
    ]
    (tmp_path / "both.html").write_text(compare_page(runs), "utf-8")
    (tmp_path / "report.html").write_text(report_page(runs[0]), "utf-8")
    (tmp_path / "other.html").write_text("<title>somebody else's</title>", "utf-8")
    found = contents_of(tmp_path).pages
    assert [(page.path.name, page.kind) for page in found] == [
        ("both.html", "comparison"),
        ("report.html", "run"),
    ]
    assert "a<b>&" in found[0].title


def test_links_and_pipes_hold_nothing_up(tmp_path: Path) -> None:
    inside, outside = tmp_path / "results", tmp_path / "outside"
    put(stored_run("10:00:00"), inside / "one/run.json")
    put(stored_run("11:00:00"), outside / "run.json")
    (inside / "loop").symlink_to(inside)
    (inside / "beyond").symlink_to(outside)
    (inside / "itself.json").symlink_to(inside / "itself.json")
    (inside / "mailed.json").symlink_to(outside / "run.json")
    os.mkfifo(inside / "pipe.json")
    (inside / ".hidden").mkdir()
    put(stored_run("12:00:00"), inside / ".hidden/run.json")
    assert names(contents_of(inside).runs, inside) == ["mailed.json", "one/run.json"]


def test_ten_thousand_files(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.json").touch()
    put(stored_run("10:00:00"), tmp_path / "z/run.json")
    assert names(contents_of(tmp_path).runs, tmp_path) == ["z/run.json"]


def test_folders_nested_more_deeply_than_functions_may_be(tmp_path: Path) -> None:
    where = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=where)
        below = os.open("d", os.O_RDONLY, dir_fd=where)
        os.close(where)
        where = below
    os.close(where)
    put(stored_run("10:00:00"), tmp_path / "z/run.json")
    try:
        found = contents_of(tmp_path)
    finally:
        # Python's own removal, by which old folders of tests go, calls itself for each level.
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)
    assert names(found.runs, tmp_path) == ["z/run.json"]
    assert found.unreadable == ()


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    # Nested so that its path is longer than the kernel takes: what forbids nothing to root.
    where = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("n" * 250, dir_fd=where)
        below = os.open("n" * 250, os.O_RDONLY, dir_fd=where)
        os.close(where)
        where = below
    os.close(where)
    ((_, why),) = contents_of(tmp_path).unreadable
    assert why == "cannot be listed: File name too long"
