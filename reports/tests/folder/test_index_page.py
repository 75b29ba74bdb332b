"""Does the index say what lies there, and only that? Machines, states, links, commands, hostile names."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from folder.stored_results import LAPTOP, SERVER, put, stored_run
from gate_outputs.described_gates import HOSTILE, quiet_verdict
from pages.outline import Outline

from latchmark import cli
from latchmark.cli.indexing import index_page
from latchmark.pages.folder_runs import remembered
from latchmark.verdict import to_json


def page_of(folder: Path) -> str:
    return index_page(folder, folder / "index.html")


def links_in(page: str) -> list[str]:
    return [str(one["href"]) for one in Outline(page).all("a") if not str(one["href"]).startswith("#")]


def commands_in(page: str) -> list[list[str]]:
    return [
        shlex.split(text) for text in Outline(page).texts.get("code", ()) if text.startswith("latchmark ")
    ]


def test_machines_are_told_by_hard_key_and_the_last_to_measure_is_first(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    put(stored_run("11:00:00", "server", SERVER), tmp_path / "b/run.json")
    put(stored_run("09:00:00", "the-old-name", LAPTOP), tmp_path / "c/run.json")
    page = page_of(tmp_path)
    outline = Outline(page)
    assert outline.texts["h1"] == ["3 runs of 2 machines"]
    assert [name for name in outline.texts["h2"] if name in ("server", "laptop", "the-old-name")] == [
        "server",
        "laptop",
    ]
    assert re.findall(r'<span class="from">as (.*?)</span>', page) == ["the-old-name"]
    rows = re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?(\d\S+ \S+ UTC)', page)
    assert rows == ["2026-11-22 11:00 UTC", "2026-11-22 10:00 UTC", "2026-11-22 09:00 UTC"]


def test_points_state_and_checks_are_those_of_the_run(tmp_path: Path) -> None:
    document = stored_run("10:00:00")
    document["launches"] = [launch for launch in document["launches"] if launch["point"] != 1]
    document["run"] |= {"complete": False, "incomplete_reason": "interrupted by signal 2"}
    put(document, tmp_path / "run.json")
    page = page_of(tmp_path)
    assert '<td class="number">1 of 2</td>' in page
    assert "<td>incomplete: interrupted by signal 2</td>" in page
    assert re.search(r'<span class="answer fail">fail</span> <span class="tally">\d+ fail, ', page)


def test_only_what_exists_is_linked(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "with/run.json")
    put(stored_run("11:00:00"), tmp_path / "without/run.json")
    (tmp_path / "with/report.html").write_text("a page", "utf-8")
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate/verdict.json").write_text(to_json(quiet_verdict()), "utf-8")
    (tmp_path / "gate/report.html").write_text("a page", "utf-8")
    page = page_of(tmp_path)
    assert sorted(set(links_in(page))) == [
        "./gate/report.html",
        "./with/report.html",
        "./with/run.json",
        "./without/run.json",
    ]
    assert quiet_verdict().sentence in page
    elsewhere = index_page(tmp_path / "with", tmp_path / "deep/index.html")
    assert sorted(links_in(elsewhere)) == ["./../with/report.html", "./../with/run.json"]


def test_comparisons_are_linked_and_made_by_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    put(stored_run("11:00:00", preset="standard"), tmp_path / "b/run.json")
    put(stored_run("12:00:00"), tmp_path / "c c/run.json")
    put(stored_run("09:00:00", "server", SERVER), tmp_path / "-o/run.json")
    across, last_two = commands_in(page_of(tmp_path))
    assert across == ["latchmark", "compare", "c c/run.json", "./-o/run.json", "-o", "comparison.html"]
    # With the one of its own preset, the older first: it is the reference.
    assert last_two == ["latchmark", "compare", "a/run.json", "c c/run.json", "-o", "c c/comparison.html"]
    monkeypatch.chdir(tmp_path)
    assert [cli.main(command[1:]) for command in (across, last_two)] == [0, 0]
    assert {"./comparison.html", "./c%20c/comparison.html"} <= set(links_in(page_of(tmp_path)))


def test_a_page_without_its_file_is_linked_too(tmp_path: Path) -> None:
    run = put(stored_run("10:00:00"), tmp_path / "a/run.json")
    for name in ("a/report.html", "a/mailed.html"):
        assert cli.main(["report", str(run), "-o", str(tmp_path / name)]) == 0
    assert links_in(page_of(tmp_path)) == ["./a/report.html", "./a/run.json", "./a/mailed.html"]


def test_an_incomplete_run_stands_for_its_machine_only_where_there_is_no_other(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "a/run.json")
    late = stored_run("11:00:00")
    late["run"] |= {"complete": False, "incomplete_reason": "killed"}
    put(late, tmp_path / "b/run.json")
    other = stored_run("09:00:00", "server", SERVER)
    other["run"] |= {"complete": False, "incomplete_reason": "killed"}
    put(other, tmp_path / "c/run.json")
    assert commands_in(page_of(tmp_path))[0][2:4] == ["a/run.json", "c/run.json"]


def test_a_run_with_several_files_is_one_row_with_the_fullest(tmp_path: Path) -> None:
    document = stored_run("10:00:00")
    put(document, tmp_path / "z/run.json")
    document["run"] |= {"complete": False, "incomplete_reason": "killed"}
    put(document, tmp_path / "a/run.json")
    page = page_of(tmp_path)
    assert links_in(page) == ["./z/run.json"]
    assert "and 1 other file of this run" in page
    assert commands_in(page) == []


def test_a_file_that_cannot_be_read_is_a_line_with_its_reason(tmp_path: Path) -> None:
    good = put(stored_run("10:00:00"), tmp_path / "good/run.json")
    for name, content in (
        ("cut", good.read_bytes()[:-100]),
        ("empty", b""),
        ("newer", b'{"schema": "latchmark.run/99"}'),
        ("bytes", b"\xff\xfe"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_bytes(content)
    (tmp_path / "huge").mkdir()
    with open(tmp_path / "huge/run.json", "wb") as huge:
        huge.truncate(1 << 40)  # a terabyte without blocks on the disk
    (tmp_path / "gate").mkdir()
    (tmp_path / "gate/verdict.json").write_text("{}", "utf-8")
    page = page_of(tmp_path)
    (reasons,) = re.findall(r'<ul class="absences">(.*?)</ul>', page, re.DOTALL)
    told = dict(re.findall(r"<li><code>(.*?)</code>: (.*?)</li>", reasons))
    assert list(told) == [
        *("bytes/run.json", "cut/run.json", "empty/run.json", "huge/run.json", "newer/run.json"),
        "gate/verdict.json",
    ]
    assert "is larger than 200 MiB" in told["huge/run.json"]
    assert "written by a newer latchmark" in told["newer/run.json"]
    assert all(why and str(tmp_path) not in why for why in told.values())
    assert Outline(page).texts["h1"] == ["1 run of 1 machine"]


def test_hostile_names_become_neither_markup_nor_addresses_nor_commands(tmp_path: Path) -> None:
    names = [b"javascript:alert(1)", b"up\\..", b"%2e%2e", b"?query#fragment"]
    # The newest, so that commands would name them.
    names += [os.fsencode(name.replace("/", "\u2215").replace("\0", "0")) for name in HOSTILE]
    names += [b"\xff\xfe"]
    for number, name in enumerate(names):
        document = stored_run(f"{number:02}:00:00", HOSTILE[number % len(HOSTILE)])
        document["run"]["preset"] = HOSTILE[0]
        document["suite"]["commit"] = HOSTILE[-2]
        put(document, tmp_path / os.fsdecode(name) / "run.json")
        (tmp_path / os.fsdecode(name) / "report.html").touch()
    page = page_of(tmp_path)
    assert len(re.findall("<script", page)) == 2
    assert "<img" not in page
    files = {unquote_to_bytes(link).removeprefix(b"./") for link in links_in(page)}
    assert files == {name + end for name in names for end in (b"/run.json", b"/report.html")}
    assert all(link.startswith("./") for link in links_in(page))
    for command in commands_in(page):
        assert all(word.isprintable() and (tmp_path / word).is_file() for word in command[2:-2])
    page.encode("utf-8")


def test_the_same_folder_gives_the_same_bytes_also_from_memory(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "b/run.json")
    put(stored_run("10:00:00", "server", SERVER), tmp_path / "a/run.json")
    output = tmp_path / "index.html"
    assert cli.main(["index", str(tmp_path)]) == 0
    first = output.read_bytes()
    assert cli.main(["index", str(tmp_path)]) == 0
    assert output.read_bytes() == first
    output.unlink()
    assert cli.main(["index", str(tmp_path)]) == 0
    assert output.read_bytes() == first
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["index.html"]


def test_what_an_index_knows_is_judged_again_by_another_program_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(stored_run("10:00:00"), tmp_path / "run.json")
    assert cli.main(["index", str(tmp_path)]) == 0

    def judged(path: Path) -> None:
        raise AssertionError(path.name)

    monkeypatch.setattr("latchmark.cli.indexing.load", judged)
    assert cli.main(["index", str(tmp_path)]) == 0
    monkeypatch.setattr("latchmark.cli.indexing._program", lambda: "another")
    with pytest.raises(AssertionError, match=r"run\.json"):
        cli.main(["index", str(tmp_path)])


def test_only_an_index_of_this_version_is_believed(tmp_path: Path) -> None:
    put(stored_run("10:00:00"), tmp_path / "run.json")
    page = page_of(tmp_path)
    (program,) = re.findall('"program":"([0-9a-f]{64})"', page)
    assert len(remembered(page, program)) == 1
    assert remembered(page, "another") == {}
    for before, after in (
        ("latchmark.folder/1", "latchmark.folder/2"),
        ('"measured":2', '"measured":"2"'),
        ('"preset":', '"presets":'),
        ('{"schema"', '["schema"'),
    ):
        assert before in page
        assert remembered(page.replace(before, after), program) == {}
    assert remembered("", program) == remembered("<title>another page</title>", program) == {}


def test_older_runs_are_one_click_away(tmp_path: Path) -> None:
    for hour in range(14):
        put(stored_run(f"{hour:02}:00:00"), tmp_path / f"{hour}/run.json")
    page = page_of(tmp_path)
    shown, folded = page.split("<details>")
    assert "<summary>2 older runs</summary>" in folded
    assert ("13:00 UTC" in shown, "02:00 UTC" in shown, "01:00 UTC" in folded) == (True, True, True)
    assert "01:00 UTC" not in shown


def test_a_folder_without_runs_has_a_page(tmp_path: Path) -> None:
    assert cli.main(["index", str(tmp_path)]) == 0
    assert Outline((tmp_path / "index.html").read_text("utf-8")).texts["h1"] == ["No run yet"]


@pytest.mark.parametrize("arguments", [["{none}"], [], ["{folder}", "{folder}"]])
def test_wrong_usage(tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    words = [one.format(none=tmp_path / "none", folder=tmp_path) for one in arguments]
    assert cli.main(["index", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_place_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["index", str(tmp_path), "-o", str(tmp_path / "none/index.html")]) == 4
    assert "cannot be written" in capsys.readouterr().err
