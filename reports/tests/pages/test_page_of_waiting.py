"""Does the page show waiting, pools and IPC: titles, charts, quantities, skips, machines, hostile names?"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from described_run import DescribedRun
from families_run import families, waits
from pages.page_runs import HOSTILE_TEXTS, with_texts_replaced

from latchmark.compare import compare
from latchmark.exporting import csv_text, gbench_json, run_json, run_markdown, summary_table
from latchmark.loading import load
from latchmark.model import Experiment, Run
from latchmark.pages import compare_page, report_page
from latchmark.pages.of_run import RunPage, page_of
from latchmark.pages.rendering import with_shared_styles
from latchmark.tables.of_experiment import points_table, quantities_table
from latchmark.tables.table import Table

Loaded = Callable[[dict[str, Any]], Run]


def document(**more: Any) -> dict[str, Any]:
    run = DescribedRun(**more)
    families(run)
    return run.document()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = tmp_path_factory.mktemp("families") / "run.json"
    path.write_text(json.dumps(document()), "utf-8")
    return load(path)


@pytest.fixture(scope="module")
def values(run: Run) -> RunPage:
    return page_of(run)


@pytest.fixture(scope="module")
def page(run: Run) -> str:
    return report_page(run)


def experiment(run: Run, name: str) -> Experiment:
    return next(one for one in run.experiments if one.name == name)


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_families_have_their_titles_in_the_order_of_the_catalogue(values: RunPage, page: str) -> None:
    assert [one.name for one in values.families] == ["waiting", "pools", "IPC"]
    assert re.findall(r'<h2 id="family-\d-heading">(.*?)</h2>', page) == ["Waiting", "Pools", "IPC"]


def test_the_chart_of_waiting_comes_first(values: RunPage) -> None:
    first = {section.experiment.name: section.main[0].title for section in values.families[0].sections}
    assert first == {
        "waiting/handoff": "Time per operation against CPU time",
        "waiting/wait_duration": "Latency p50 against CPU time",
    }


def test_crossovers_are_at_the_head_of_their_families(values: RunPage) -> None:
    heads = {one.name: [finding.sentence for finding in one.findings] for one in values.families}
    assert any(text.startswith("Spin below wait ") for text in heads["waiting"])
    assert any(text.startswith("Smallest task worth handing over") for text in heads["pools"])
    assert any(text.startswith("The cheaper one changes with payload") for text in heads["IPC"])


def test_ids_are_there_once_and_all_that_are_used(page: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', page)) <= set(ids)


def test_quantities_are_a_table_with_reasons(run: Run, page: str) -> None:
    (table,) = quantities_table(run, experiment(run, "waiting/wait_duration"))
    assert [column.title for column in table.columns][5:] == ["waker cost", "slept share", "Note"]
    told = {(row[0], row[4]): row[5:] for row in rows(table)}
    assert told["spin_relax", "wait 1000"][1:] == ["\u2013", "getrusage gave nothing"]
    assert told["futex", "wait 1000"][2] == ""
    assert float(told["futex", "wait 1000"][0].replace(",", "")) == pytest.approx(2500, rel=0.05)
    assert "Measured beside the operations" in page
    assert quantities_table(run, experiment(run, "waiting/handoff")) == ()


def test_points_of_another_purpose_are_not_rows_without_a_value(run: Run) -> None:
    table = points_table(run, experiment(run, "pools/dispatch"))
    assert {row[5] for row in rows(table)} == {"latency"}
    assert all(row[6] != "\u2013" for row in rows(table))


def test_exports_have_cpu_time_and_quantities(run: Run) -> None:
    lines = list(csv.DictReader(io.StringIO(csv_text(summary_table(run)))))
    waits_of = [one for one in lines if one["variant"] == "futex" and one["parameters"] == "wait=1000"]
    assert [(one["metric"], one["unit"]) for one in waits_of] == [
        ("latency_p50", "ns"),
        ("cpu_time_per_operation", "ns"),
        ("latency_p99", "ns"),
        ("waker_cost", "ns"),
        ("slept_share", "share"),
    ]
    lacking = next(one for one in lines if one["variant"] == "spin_relax" and one["metric"] == "slept_share")
    assert (lacking["median"], lacking["why"]) == ("", "getrusage gave nothing")
    assert "Spin below wait" in run_markdown(run)
    assert "crossover" in {one["kind"] for one in json.loads(run_json(run))["findings"]}


def test_google_benchmark_reads_latencies_as_its_time(run: Run) -> None:
    entries = json.loads(gbench_json(run))["benchmarks"]
    (first, *_) = [one for one in entries if one["name"].startswith("waiting/wait_duration/futex/")]
    assert first["real_time"] == pytest.approx(6000, rel=0.1)
    assert first["cpu_time"] == pytest.approx(9000, rel=0.1)


def test_a_skipped_variant_is_told_and_the_rest_is_there(loaded: Loaded) -> None:
    described = DescribedRun()
    waits(described, {"futex": 9000.0, "umwait": 5000.0})
    changed = described.document()
    gone = {i for i, point in enumerate(changed["points"]) if point["variant"] == "umwait"}
    for index in gone:
        changed["points"][index] |= {"skip": "this CPU has no WAITPKG", "cpus": [], "batch": None}
    changed["launches"] = [one for one in changed["launches"] if one["point"] not in gone]
    page = report_page(loaded(changed))
    assert "6 points skipped: this CPU has no WAITPKG" in page
    assert "Spin below wait" in page


def test_two_machines_side_by_side(loaded: Loaded) -> None:
    one, other = loaded(document()), loaded(document(alias="epyc-4c-1s", seed=9, cpus=4))
    page = compare_page([one, other])
    assert "waiting/wait_duration: latency_p50, medians over launches" in page
    compared = compare([one, other])
    cells = [point.cells[1].ratio for some in compared.experiments for point in some.points]
    assert sum(not hasattr(cell, "reason") for cell in cells) > 100


def test_a_machine_without_a_variant_is_told_in_the_comparison(loaded: Loaded) -> None:
    first, second = DescribedRun(), DescribedRun(alias="arm-8c-1s")
    waits(first, {"futex": 9000.0, "umwait": 5000.0})
    waits(second, {"futex": 9000.0})
    page = compare_page([loaded(first.document()), loaded(second.document())])
    assert "not in this run&#39;s plan" in page


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=["all", "comment"])
def test_hostile_names_stay_texts(loaded: Loaded, text: str) -> None:
    changed = with_texts_replaced(document(), text)
    for one in changed["experiments"]:
        for metric in one["metrics"]:
            metric["meaning"] = text
        for variant in one["variants"]:
            variant["parts"] = [text, *variant["parts"][1:]] if variant.get("parts") else []
    page = report_page(loaded(changed))
    assert "<script>alert" not in page
    assert page.count("</script>") == 2
    assert "<!--<script>" not in page


def test_the_same_run_gives_the_same_bytes(loaded: Loaded, page: str) -> None:
    assert report_page(loaded(copy.deepcopy(document()))) == page


def test_styles_that_figures_repeat_are_written_once() -> None:
    tick, lone = '<path style="fill:none" />', '<path style="fill:red" />'
    page = f'<style>a{{}}</style><p style="fill:none">x</p><svg a="b">{tick * 8}{lone}</svg>'
    assert with_shared_styles(page) == (
        '<style>a{}.q0{fill:none}</style><p style="fill:none">x</p><svg a="b">'
        + '<path class="q0" />' * 8
        + f"{lone}</svg>"
    )
