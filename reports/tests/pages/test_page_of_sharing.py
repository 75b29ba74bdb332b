"""Does the page of all families lead with findings, fold what is absent, and table every number?"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from described_run import LATENCY, SHARES, TIME, DescribedRun
from pages.page_runs import HOSTILE_TEXTS
from standard_run import Catalogue, histogram, standard_run, tally

from latchmark.compare import compare
from latchmark.findings import Finding, FindingKind
from latchmark.model import Experiment, Run, Unavailable
from latchmark.pages import compare_page, report_page
from latchmark.pages.first_screen import Headline, size_of
from latchmark.pages.of_run import RunPage, page_of
from latchmark.pages.rendering import render
from latchmark.statistics import Ratio
from latchmark.tables.of_experiment import distances_table, fairness_table, point_launches, points_table
from latchmark.tables.table import Table

Loaded = Callable[[dict[str, Any]], Run]


@pytest.fixture(scope="module")
def values(standard: Run) -> RunPage:
    """What the page shows, made once: it takes seconds."""
    return page_of(standard)


@pytest.fixture(scope="module")
def page(standard: Run, values: RunPage) -> str:
    return render("run.html", values, {"points": point_launches(standard)})


def experiment(run: Run, name: str) -> Experiment:
    return next(one for one in run.experiments if one.name == name)


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def test_a_family_opens_with_the_strongest_of_each_experiment(values: RunPage, page: str) -> None:
    families = values.families
    assert [one.name for one in families] == [
        "lock granularity",
        "false sharing",
        "contention",
        "waiting",
        "pools",
        "IPC",
        "instrument",
    ]
    for family in families:
        told = [finding.experiment for finding in family.findings]
        assert set(told) == {section.experiment.name for section in family.sections}
        assert all(told.count(name) <= 2 for name in told)
    for family in families[:3]:
        opening = page[page.index(f'id="{family.slug}"') :]
        assert opening.index(family.findings[0].sentence[:30]) < opening.index("<article")


def test_the_contents_name_every_experiment(values: RunPage, page: str) -> None:
    contents = page[page.index("<nav") : page.index("</nav>")]
    for family in values.families:
        for section in family.sections:
            assert f'<a href="#{section.slug}">' in contents
    assert ">worker structs</a>" in contents


def test_every_id_is_there_once(page: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    used = re.findall(r'(?:href="#|url\(#)([^")]*)', page)
    assert set(used) <= set(ids)


def test_the_middle_of_a_sweep_is_said_once(page: str) -> None:
    assert page.count("Unless said otherwise: critical_ns 200 ns and outside_ns 1000 ns.") == 1
    assert "stats_padded" in page
    assert "(against stats_padded)" in page


def test_classes_are_a_table(standard: Run) -> None:
    (table,) = distances_table(standard, experiment(standard, "contention/core_to_core"))
    assert [one[:2] for one in rows(table)][:3] == [
        ["store_load", "between cores that share a last-level cache"],
        ["store_load", "between last-level caches of one socket"],
        ["store_load", "between sockets"],
    ]
    assert rows(table)[0][5:9] == ["3", "26.0", "26.0", "0.0400"]
    assert distances_table(standard, experiment(standard, "contention/locks")) == ()


def test_a_class_without_values_has_a_reason(loaded: Loaded) -> None:
    catalogue = Catalogue(rounds=1)
    catalogue.core_to_core(has_map=False)
    document = catalogue.document()
    document["launches"] = [launch for launch in document["launches"] if launch["point"] != 0]
    run = loaded(document)
    (table,) = distances_table(run, run.experiments[0])
    assert rows(table)[0][2:] == [
        "\u2013",
        "\u2013",
        "\u2013",
        "3",
        "\u2013",
        "\u2013",
        "\u2013",
        "0",
        "never launched",
    ]


def test_fairness_is_a_table_with_waits_and_runs(loaded: Loaded) -> None:
    run = DescribedRun()
    run.experiment("contention/locks", ("mutex", "tas"), metrics=(TIME, SHARES, LATENCY, tally("handovers")))
    shares = {"share": {"values": [0.75, 0.25]}}
    run.point("contention/locks", "mutex", 2, 20.0, metrics=shares)
    run.point("contention/locks", "mutex", 2, 20.0, purpose="latency", metrics=histogram(5000.0))
    run.point("contention/locks", "mutex", 2, 20.0, purpose="counts", metrics={"handovers": {"value": 0.25}})
    run.point("contention/locks", "tas", 2, 20.0)
    run.point("contention/locks", "tas", 2, 20.0, purpose="counts", metrics={"handovers": {"value": 0.0}})
    measured = loaded(run.document())
    (table,) = fairness_table(measured, measured.experiments[0])
    mutex, tas = rows(table)
    assert mutex[5:] == ["0.800", "0.800", "0.800", "0.500", "1.50", "5,000", "4.00"]
    assert tas[5:] == ["1.00", "1.00", "1.00", "1.00", "1.00", "\u2013", "\u2013"]


def test_points_are_set_against_their_own_baseline(standard: Run) -> None:
    structs = points_table(standard, experiment(standard, "false_sharing/worker_structs"))
    assert structs.columns[10].title == "Against its baseline"
    by_variant = {row[0]: row[10] for row in rows(structs)}
    assert by_variant["flags_padded"] == by_variant["stats_padded"] == "baseline"
    assert re.match(r"[89]\.\d\d× \[", by_variant["flags_packed"])
    striped = points_table(standard, experiment(standard, "lock_granularity/hash_map"))
    assert striped.columns[10].title == "Against partition"
    assert all("×" in row[10] for row in rows(striped) if row[0] == "striped_packed")


def test_one_place_under_two_names_is_said(loaded: Loaded) -> None:
    run = DescribedRun(rounds=1)
    run.experiment("a/b", ("mutex", "tas"))
    for variant in ("mutex", "tas"):
        run.point("a/b", variant, 2, 5.0)
        run.point("a/b", variant, 2, 5.0, placement="same_llc")
    page = report_page(loaded(run.document()))
    assert "On this machine same llc means the very same CPUs as spread in 2 points" in page


def test_libraries_that_are_absent_for_one_reason_are_one_line(loaded: Loaded) -> None:
    run = DescribedRun(rounds=1)
    run.experiment("contention/locks", ("mutex", "tbb_spin", "tbb_queuing"))
    run.point("contention/locks", "mutex", 1, 5.0)
    for variant in ("tbb_spin", "tbb_queuing"):
        for workers in (1, 2):
            run.point("contention/locks", variant, workers, skip="built without oneTBB: not found")
    page = report_page(loaded(run.document()))
    assert page.count("4 points: built without oneTBB: not found") == 1
    assert page.count("4 points skipped: built without oneTBB: not found") == 1


def test_the_number_of_a_finding_is_the_one_it_is_about() -> None:
    ratio = Ratio(2.0, Unavailable("few"), 3)
    finding = Finding(FindingKind.OVERHEAD, "a/b", "x", ratio, amount="+57.0 ns")
    assert size_of(finding) == "+57.0 ns"
    sizes = ("+57.0 ns", "340×", "26.0 to 206 ns", "no difference shown")
    assert [Headline(size, finding).is_short for size in sizes] == [True, True, False, False]


def test_the_whole_catalogue_is_within_the_budget(page: str) -> None:
    # The values of four more rounds are what `standard` has beyond this.
    assert len(page.encode()) < 4_800_000


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=["all", "comment"])
def test_hostile_names_of_baselines_parts_and_axes_stay_texts(loaded: Loaded, text: str) -> None:
    document = copy.deepcopy(hostile_run(text))
    page = report_page(loaded(document))
    assert page.count("<script") == 2
    assert "<b>" not in page


def hostile_run(text: str) -> dict[str, Any]:
    catalogue = Catalogue(rounds=1)
    for add in (catalogue.stride, catalogue.hold_time, catalogue.worker_structs, catalogue.core_to_core):
        add()
    document = catalogue.document()
    for one in document["experiments"]:
        one["baseline"] = f"{one['baseline']} {text}"
        one["ties_at_one_worker"] = [f"{name} {text}" for name in one["ties_at_one_worker"]]
        for variant in one["variants"]:
            variant["name"] = f"{variant['name']} {text}"
            if variant.get("baseline"):
                variant["baseline"] = f"{variant['baseline']} {text}"
            if variant.get("parts"):
                variant["parts"] = [text, "writer"]
        for swept in one["axes"]:
            swept["unit"] = text
            swept["name"] = f"{swept['name']} {text}"
    for point in document["points"]:
        point["variant"] = f"{point['variant']} {text}"
        point["name"] = f"{point['name']} {text}"
        if "row" not in point["parameters"]:
            point["parameters"] = {f"{name} {text}": value for name, value in point["parameters"].items()}
    return document


def test_classes_are_compared_between_machines(loaded: Loaded) -> None:
    runs = []
    for alias, seed in (("near", 1), ("far", 2)):
        catalogue = Catalogue(rounds=6)
        catalogue.run.alias = alias
        catalogue.run.random.seed(seed)
        catalogue.core_to_core(has_map=False)
        runs.append(loaded(catalogue.document()))
    (compared,) = compare(runs).experiments
    assert compared.experiment.headline.name == "one_way"
    by_placement = {one.point.placement.value: one.cells[1].ratio for one in compared.points[:3]}
    assert set(by_placement) == {"same_llc", "other_llc", "other_socket"}
    assert all(isinstance(ratio, Ratio) and abs(ratio.value - 1) < 0.05 for ratio in by_placement.values())
    page = compare_page(runs)
    assert "one_way" in page
    assert "other socket" in page


def test_a_standard_run_is_as_wide_as_the_budgets_say() -> None:
    # Wider than the 900 that are allowed: what fits these fits a real one.
    assert 900 <= len(standard_run(rounds=1)["points"]) <= 1100
