"""Does the index show every host of a fleet run, and every machine beside the presets it ran?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from folder.stored_fleets import every_state, measured, put_fleet, rack, status_of, with_raw_reason
from folder.stored_results import LAPTOP, put, stored_run
from gate_outputs.described_gates import HOSTILE
from pages.outline import Outline

from latchmark import cli
from latchmark.cli.indexing import index_page, read_folder
from latchmark.loading.fleet import run_path
from latchmark.model.fleet import STATUS_NAME
from latchmark.pages.of_folder import FolderPage
from latchmark.pages.of_folder import page_of as values_of


def page_of(folder: Path) -> str:
    return index_page(folder, folder / "index.html")


def shown(folder: Path) -> FolderPage:
    return values_of(read_folder(folder, folder / "index.html"))


def rows_of(page: str, table: str) -> list[list[str]]:
    """The cells of each row of the body, without markup."""
    (body,) = re.findall(rf'<table class="{table}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    return [
        [" ".join(re.sub("<[^>]*>", " ", cell).split()) for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in rows
    ]


def test_the_page_of_a_fleet_run_begins_with_its_coverage(tmp_path: Path) -> None:
    page = page_of(every_state(tmp_path))
    header = page[page.index("<header>") : page.index("</header>")]
    assert Outline(page).texts["h1"] == ["quick on 3 of 7 machines"]
    coverage = (
        "3 of 7 machines; node4 incomplete; node5 unreachable; node6 incompatible; node7 not collected."
    )
    assert f'<p class="coverage">{coverage}</p>' in header


def test_every_host_is_a_row_with_state_and_reason(tmp_path: Path) -> None:
    rows = rows_of(page_of(every_state(tmp_path)), "hosts")
    assert [(row[0], row[1]) for row in rows] == [
        *(("node1 as xeon-2c-1s", "ok"), ("node2 as xeon-2c-1s", "ok"), ("node3 as xeon-2c-1s", "failed")),
        *(("node4", "incomplete"), ("node5", "unreachable"), ("node6", "incompatible")),
        ("node7", "not collected"),
    ]
    assert [row[2] for row in rows[2:6]] == [
        "3 launches failed their verify",
        "ended by signal 9 after 12 of 60 launches",
        "ssh: connect to host node5 port 22: No route to host",
        "its glibc is 2.28, the package needs 2.31",
    ]
    assert rows[3][5] == "2026-11-22 09:30 UTC attempt 2"
    assert [row[3] for row in rows] == ["2", "2", "2", "", "", "", ""]


def test_what_a_host_left_is_linked(tmp_path: Path) -> None:
    folder = every_state(tmp_path)
    (folder / "hosts/node2/run/report.html").write_text("a page", "utf-8")
    links = {str(one["href"]) for one in Outline(page_of(folder)).all("a")}
    assert {link for link in links if not link.startswith("#")} == {
        *(f"./hosts/node{number}/run/run.json" for number in (1, 2, 3)),
        *("./hosts/node1/log.txt", "./hosts/node2/run/report.html"),
        *("./hosts/node4/log.txt", "./hosts/node4/run/journal.jsonl"),
        *("./engine.log", "./status.csv"),
    }


def test_the_comparison_is_linked_or_its_command_is_told(tmp_path: Path) -> None:
    folder = every_state(tmp_path / "one")
    command = "latchmark compare --fleet . -o comparison.html"
    assert command in page_of(folder)
    assert "latchmark compare --fleet one -o one/comparison.html" in page_of(tmp_path)
    assert cli.main(["compare", "--fleet", str(folder), "-o", str(folder / "comparison.html")]) == 0
    page = page_of(folder)
    assert command not in page
    assert '<a href="./comparison.html">Comparison</a>' in page
    assert 'id="comparisons-heading"' not in page, "it is linked once"


def test_machines_of_one_model_are_rows_of_their_own(tmp_path: Path) -> None:
    for day, preset in (("one", "quick"), ("two", "standard")):
        hosts = rack(tmp_path / day, 12)
        for host, number in ((f"node{number}", number) for number in range(1, 13)):
            document = stored_run(f"1{len(day)}:00:{number:02}", "xeon-2c-1s", LAPTOP, preset)
            hosts[host] = measured(tmp_path / day, host, document)
        put_fleet(tmp_path / day, hosts | {"off": status_of("off")}, preset=preset)
    put(stored_run("09:00:00"), tmp_path / "laptop/run.json")
    page = page_of(tmp_path)
    rows = rows_of(page, "matrix")
    names = ["laptop", *(f"node{number}" for number in range(1, 13)), "off"]
    assert [row[0] for row in rows] == names
    assert rows[1][2:] == ["2", "2026-11-22 13:00 UTC", "2026-11-22 13:00 UTC"]
    assert rows[-1][1:] == [
        *("No run yet.", "0"),
        *("2026-11-22 08:00 UTC unreachable", "2026-11-22 08:00 UTC unreachable"),
    ]
    assert Outline(page).texts["h1"] == ["25 runs of 13 machines"]


def test_dates_of_one_machine_and_preset_stand_together(tmp_path: Path) -> None:
    for hour in range(5):
        folder = tmp_path / f"{hour}"
        hosts = {"node1": measured(folder, "node1", stored_run(f"1{hour}:00:00", "xeon-2c-1s"))}
        put_fleet(folder, hosts, started_utc=f"2026-11-22T1{hour}:00:00Z")
    put_fleet(tmp_path / "5", {"node1": status_of("node1")}, started_utc="2026-11-22T15:00:00Z")
    page = shown(tmp_path)
    (row,) = page.matrix.rows
    assert [(entry.when[11:16], entry.state) for entry in row.cells[0].entries] == [
        ("15:00", "unreachable"),
        ("14:00", ""),
    ]
    assert row.cells[0].older == 4
    assert (page.title, len(page.machines[0].runs)) == ("5 runs of 1 machine", 5)
    assert [fleet.fleet.started_utc[11:16] for fleet in page.fleets][:2] == ["15:00", "14:00"]


def test_rare_presets_have_no_column_and_that_is_said(tmp_path: Path) -> None:
    for number in range(8):
        put(stored_run(f"1{number}:00:00", preset=f"p{number}"), tmp_path / f"{number}/run.json")
    put(stored_run("09:00:00", preset="p7"), tmp_path / "8/run.json")
    put(stored_run("09:30:00", "server", "another", preset="quick"), tmp_path / "9/run.json")
    matrix = shown(tmp_path).matrix
    assert (matrix.presets, matrix.left_out) == (("p0", "p1", "p2", "p3", "p7"), 4)
    assert "4 rarer presets without a column" in page_of(tmp_path)


def test_of_many_machines_the_runs_are_one_click_away(tmp_path: Path) -> None:
    put_fleet(tmp_path, rack(tmp_path, 9))
    page = shown(tmp_path)
    assert next((machine.recent, len(machine.older), machine.folded) for machine in page.machines) == (
        (),
        1,
        "1 run",
    )
    assert page_of(tmp_path).count("<summary>1 run</summary>") == 9


def test_a_status_speaks_for_the_file_that_was_collected(tmp_path: Path) -> None:
    hosts = rack(tmp_path, 3)
    put_fleet(tmp_path, hosts)
    put(stored_run("20:00:00"), run_path(tmp_path, "node1"))
    run_path(tmp_path, "node2").unlink()
    reasons = [row[2] for row in rows_of(page_of(tmp_path), "hosts")]
    assert reasons == [
        "its run file is not the one that was collected",
        "its run file is not there any more, or cannot be read",
        "",
    ]


def test_two_hosts_with_one_run_are_both_shown(tmp_path: Path) -> None:
    document = stored_run("10:00:00", "xeon-2c-1s")
    hosts = {name: measured(tmp_path / "fleet", name, document) for name in ("a", "b")}
    put_fleet(tmp_path / "fleet", hosts)
    put(document, tmp_path / "mailed.json")
    page = shown(tmp_path)
    assert [(machine.name, len(machine.runs)) for machine in page.machines] == [("a", 1), ("b", 1)]
    assert [file.path for file in page.machines[0].runs[0].copies] == ["mailed.json"]


def test_machines_that_share_the_id_of_a_run_are_no_copies(tmp_path: Path) -> None:
    # Of one model, started in one second, without a fleet that names them.
    for name, factor in (("a", 1.0), ("b", 1.1)):
        document = stored_run("10:00:00", "xeon-2c-1s")
        for launch in document["launches"]:
            launch["metrics"]["time_per_operation"]["value"] *= factor
        put(document, tmp_path / name / "run.json")
    page = shown(tmp_path)
    assert [row.file.path for row in page.machines[0].runs] == ["b/run.json", "a/run.json"]
    assert [row.copies for row in page.machines[0].runs] == [(), ()]


def test_a_fleet_that_cannot_be_read_is_a_line_and_its_runs_are_shown(tmp_path: Path) -> None:
    folder = every_state(tmp_path / "bad")
    (folder / "hosts/node4" / STATUS_NAME).write_text('{"schema": "latchmark.host/7"}', "utf-8")
    page = page_of(tmp_path)
    (reasons,) = re.findall(r'<ul class="absences">(.*?)</ul>', page, re.DOTALL)
    (told,) = re.findall(r"<li><code>(.*?)</code>: (.*?)</li>", reasons)
    assert told[0] == "bad/fleet.json"
    assert told[1].startswith("hosts/node4/status.json: schema: is latchmark.host/7, written by a newer")
    assert "./bad/hosts/node1/run/run.json" in page


def test_hosts_of_older_fleet_runs_are_on_their_own_pages(tmp_path: Path) -> None:
    for number in range(14):
        started = f"2026-11-22T{number:02}:00:00Z"
        put_fleet(tmp_path / f"{number:02}", {"node1": status_of("node1")}, started_utc=started)
    (tmp_path / "00/index.html").write_text("a page", "utf-8")
    page = page_of(tmp_path)
    assert len(re.findall('<table class="hosts">', page)) == 12
    assert len(re.findall('class="fleet-run"', page)) == 14
    assert '<a href="./00/index.html">00</a>' in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_reasons_names_and_aliases_stay_text(tmp_path: Path, text: str) -> None:
    document = stored_run("10:00:00", text)
    document["run"]["preset"] = text
    good = measured(tmp_path, "node1", document)
    put_fleet(tmp_path, {"node1": good, "node2": status_of("node2")}, preset="quick<b>")
    with_raw_reason(tmp_path, "node2", f"{text}\u202e")
    page = page_of(tmp_path)
    assert len(re.findall("<script", page)) == 2
    assert "<img" not in page
    assert "<b>" not in page
    assert "\u202e" not in page
