"""Do other tools get the same numbers, and no name that acts?"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from counted_run import QEMU, SCRIPT, counted_run
from described_run import DescribedRun
from quick_run import quick_run

from latchmark.compare import compare
from latchmark.errors import CannotWrite
from latchmark.exporting import (
    comparison_json,
    comparison_markdown,
    comparison_table,
    csv_text,
    gbench_json,
    markdown_table,
    run_json,
    run_markdown,
    summary_table,
)
from latchmark.exporting.formats import markdown_text
from latchmark.exporting.tables import Table
from latchmark.exporting.writing import write
from latchmark.model import Run
from latchmark.statistics import Summary, summary_of_point
from latchmark.tables import run_tables
from latchmark.wording import number

Load = Callable[[dict[str, Any]], Run]
PACKED = "false_sharing/counters/packed/workers:2/placement:spread"


def test_google_benchmark_gets_a_repetition_a_launch(quick: Run) -> None:
    document = json.loads(gbench_json(quick))
    packed = [one for one in document["benchmarks"] if one["name"] == PACKED]
    assert [one["repetition_index"] for one in packed] == [0, 1, 2, 3, 4]
    assert {(one["repetitions"], one["threads"], one["run_type"], one["time_unit"]) for one in packed} == {
        (5, 2, "iteration", "ns")
    }
    point = next(point for point in quick.points if point.name == PACKED)
    times = [one.scalar("time_per_operation") for one in quick.launches_of(point) if one.is_ok]
    assert [one["real_time"] for one in packed] == times
    assert [one["cpu_time"] for one in packed] == times
    assert packed[0]["iterations"] > 1000
    assert document["context"]["latchmark_launches_without_time"] == 1
    # What compare.py reads without asking whether it is there.
    for one in document["benchmarks"]:
        assert {"name", "run_name", "real_time", "cpu_time", "time_unit", "family_index"} <= one.keys()
        assert one["real_time"] > 0


def test_cpu_time_is_that_of_one_worker(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("waiting/futex", ("futex",))
    # Both workers sleep half of the 200 ns that an operation takes.
    run.point("waiting/futex", "futex", 2, [200.0] * 6, readings_per_operation={"task_clock": 100.0})
    entries = json.loads(gbench_json(loaded(run.document())))["benchmarks"]
    assert {(one["real_time"], round(one["cpu_time"], 6)) for one in entries} == {(200.0, 100.0)}


def test_csv_has_a_row_a_point_and_a_reason_for_each_gap(quick: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(summary_table(quick)))))
    assert len(rows) == len(quick.points)
    by_name = {row["point"]: row for row in rows}
    packed = by_name[PACKED]
    assert (packed["unit"], packed["launches"], packed["low"]) == ("ns", "5", "")
    assert packed["why"] == "5 launches are too few for 95 %"
    skipped = by_name["false_sharing/counters/packed/workers:2/placement:same_core"]
    assert (skipped["median"], skipped["launches"]) == ("", "0")
    assert skipped["why"].startswith("needs two hardware threads")
    measured = by_name["instrument/empty/clock_read/workers:1/placement:spread"]
    assert float(measured["low"]) <= float(measured["median"]) <= float(measured["high"])
    assert measured["why"] == ""


def test_names_do_not_become_formulas_or_markup() -> None:
    table = Table(("point", "median"), (('=cmd|"/c calc"!A1', 1.5), ("a|b\n<script>`*", None)))
    rows = list(csv.reader(io.StringIO(csv_text(table))))
    assert rows[1] == ['\'=cmd|"/c calc"!A1', "1.5"]
    lines = markdown_table(table).splitlines()
    assert len(lines) == 4
    assert lines[3] == "| a\\|b &lt;script&gt;\\`\\* | — |"
    assert markdown_text("a\x1b[2J\x07") == "a\\\\x1b\\[2J\\\\x07"
    assert markdown_text("[x](http://y)_z_") == "\\[x\\](http://y)\\_z\\_"


def test_run_documents_tell_findings_cautions_and_absences(quick: Run) -> None:
    text = run_markdown(quick)
    assert text.startswith(
        "# xeon-2c-1s: quick, 2026-01-31T12:00:00Z\n\n## Findings\n\n- contention/counter: mutex costs"
    )
    assert "## Cautions" in text
    assert "- launches\\_failed false\\_sharing/counters/packed" in text
    assert "## Not measured" in text
    document = json.loads(run_json(quick))
    assert len(document["points"]) == len(quick.points)
    assert document["findings"][0]["kind"] == "variants"
    assert "launches_failed" in {one["name"] for one in document["cautions"]}
    assert document["absences"][1]["names"] == ["context_switches"]


def test_every_table_of_the_page_is_exported_with_its_numbers_in_full(quick: Run) -> None:
    document = json.loads(run_json(quick))
    assert [one["caption"] for one in document["tables"]] == [one.caption for one in run_tables(quick)]
    numbers = next(one for one in document["tables"] if one["caption"].startswith("Medians over launches"))
    titles = [column["title"] for column in numbers["columns"]]
    index = numbers["points"].index(PACKED)
    row = dict(zip(titles, numbers["rows"][index], strict=True))
    summary = summary_of_point(quick, next(one for one in quick.points if one.name == PACKED))
    assert isinstance(summary, Summary)
    assert row["Median"] == {"text": number(summary.median), "value": summary.median}
    assert row["Low"] == {"text": "\u2013"}, "five launches have no interval, and no number stands for it"
    points = next(
        one for one in document["tables"] if one["caption"].startswith("false_sharing/counters: time")
    )
    ratio = points["rows"][points["points"].index(PACKED)][-2]
    assert ratio.keys() == {"text", "value"} or ratio["low"] <= ratio["value"] <= ratio["high"]
    checks = {one["subject"]: one["answer"] for one in document["checks"]}
    assert set(checks.values()) <= {"pass", "warn", "fail", "not known"}


def test_comparison_documents(loaded: Load, quick: Run) -> None:
    other = quick_run(seed=8, alias="epyc")
    other["machine"]["soft_key"]["kernel"] = "6.5.0"
    comparison = compare([quick, loaded(other)])
    rows = [
        dict(zip(comparison_table(comparison).columns, row, strict=True))
        for row in comparison_table(comparison).rows
    ]
    assert len(rows) == 2 * len(quick.points)
    assert rows[0]["ratio_why"] == "the reference"
    assert rows[1]["ratio"] == pytest.approx(1.0, abs=0.1)
    text = comparison_markdown(comparison)
    assert "- soft key: kernel: 6.1.0 / 6.5.0" in text
    assert "- hard key: equal in 6 fields" in text
    assert json.loads(comparison_json(comparison))["labels"] == ["xeon-2c-1s", "epyc"]


def test_what_stands_in_is_in_every_format(loaded: Load) -> None:
    run = loaded(counted_run(emulated=QEMU).document())
    text = run_markdown(run)
    head = text[: text.index("## Findings")]
    assert f"> **Measured on an emulated machine ({QEMU}): times mean nothing" in head
    assert f"> **Counts come from a script ({SCRIPT}), not from hardware" in head
    assert "- false\\_sharing/counters: \\[emulated\\] packed costs" in text
    document = json.loads(run_json(run))
    assert (document["emulated"], document["scripted_counts"]) == (QEMU, SCRIPT)
    assert {one["flag"] for one in document["findings"]} == {"emulated"}
    rows = list(csv.DictReader(io.StringIO(csv_text(summary_table(run)))))
    assert {row["flags"] for row in rows} == {"emulated, scripted counts"}
    context = json.loads(gbench_json(run))["context"]
    assert (context["latchmark_emulated"], context["latchmark_scripted_counts"]) == (QEMU, SCRIPT)
    real = loaded(counted_run(alias="real", script=None).document())
    both = compare([real, run])
    assert "> **lab-2c (emulated, scripted counts): Measured on" in comparison_markdown(both)
    assert json.loads(comparison_json(both))["emulated"] == [None, QEMU]
    assert {row[1] for row in comparison_table(both).rows} == {"real", "lab-2c (emulated, scripted counts)"}


def test_a_run_of_hardware_has_no_flag(quick: Run) -> None:
    assert "> **" not in run_markdown(quick)
    assert json.loads(run_json(quick))["emulated"] is None
    assert {row[-1] for row in summary_table(quick).rows} == {""}
    assert not any(name.startswith("latchmark_emu") for name in json.loads(gbench_json(quick))["context"])


def test_readings_are_rows_with_their_own_number_of_launches(loaded: Load) -> None:
    run = loaded(counted_run().document())
    rows = list(csv.DictReader(io.StringIO(csv_text(summary_table(run)))))
    transfers = [row for row in rows if row["metric"] == "cross_core_transfers" and row["point"] == PACKED]
    (row,) = transfers
    assert (row["median"], row["unit"], row["launches"]) == ("0.97", "lines per operation", "4")
    assert row["why"] == "4 launches are too few for 95 %"
    assert len(summary_table(run, with_readings=False).rows) == len(run.points)


def test_why_launches_could_not_count_is_in_every_format(loaded: Load) -> None:
    document, why = counted_run().document(), "worker 1 of 2: the event was open but never ran"
    for launch in document["launches"]:
        lost = {"status": "never_scheduled", "value": None, "per_worker": [], "why": why}
        launch["readings"]["cycles"] = lost
    run = loaded(document)
    assert f"{why}" in run_markdown(run)
    (absence,) = [one for one in json.loads(run_json(run))["absences"] if one["what"] == "readings"]
    assert absence["causes"] == [{"names": ["cycles"], "why": why, "launches": len(run.launches)}]
    rows = {
        (row["point"], row["metric"]): row
        for row in csv.DictReader(io.StringIO(csv_text(summary_table(run))))
    }
    row = rows[PACKED, "cycles"]
    assert (row["median"], row["launches"], row["why"]) == ("", "0", why)
    assert rows[PACKED, "ipc"]["why"] == f"cycles: {why}"
    # What this core has no event for is an absence of the machine, and no row a point.
    assert (PACKED, "l1d_invalidations") not in rows


def test_equal_runs_give_equal_bytes(loaded: Load) -> None:
    one, other = loaded(quick_run()), loaded(quick_run())
    for form in (run_markdown, run_json, gbench_json):
        assert form(one) == form(other)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("old", "utf-8")
    write("new €\n", path)
    assert path.read_text("utf-8") == "new €\n"
    assert os.listdir(tmp_path) == ["report.csv"]
    mask = os.umask(0o022)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "report.csv"
    path.write_text("old", "utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        write("new", path)
    assert os.listdir(tmp_path) == ["report.csv"]
    assert path.read_text("utf-8") == "old"


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    for text in ("first", "second"):  # without the target, and with it
        write(text, link)
        assert link.is_symlink()
        assert target.read_text("utf-8") == text
    assert sorted(os.listdir(tmp_path)) == ["link.csv", "target.csv"]


def test_a_pipe_is_written_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Both ends at once, so that neither opening waits for the other.
    descriptor = os.open(pipe, os.O_RDWR)
    try:
        write("x\n", pipe)
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert os.read(descriptor, 9) == b"x\n"
    finally:
        os.close(descriptor)


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="cannot be written: No such file"):
        write("x", tmp_path / "absent" / "report.html")
    with pytest.raises(CannotWrite, match="is a folder"):
        write("x", tmp_path)
    assert os.listdir(tmp_path) == []
