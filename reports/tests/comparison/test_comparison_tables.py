"""Do the tables of a comparison hold ranks, other units and reasons, and the exports the same?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from comparison.machines import other_machine, without_points
from counted_run import QEMU
from described_run import DescribedRun
from pages.page_runs import rich_run

from latchmark.compare import NO_TIMES, Comparison, compare, ranks_of
from latchmark.exporting import comparison_json, comparison_markdown
from latchmark.model import Run
from latchmark.pages.of_comparison import page_of
from latchmark.tables import Table, comparison_tables

Load = Callable[[dict[str, Any]], Run]


@pytest.fixture
def pair(loaded: Load) -> Comparison:
    first = rich_run("alpha")
    return compare([loaded(first), loaded(other_machine(first, "beta", 2.0, 5))])


def table(comparison: Comparison, words: str) -> Table:
    found = comparison_tables(comparison, ranks_of(comparison), comparison.labels)
    return next(one for one in found if words in one.caption)


def row(one: Table, *start: str) -> list[str]:
    return next(
        [cell.text for cell in cells]
        for cells in one.rows
        if [cell.text for cell in cells[: len(start)]] == [*start]
    )


def test_ratio_to_uncontended_is_within_one_machine(pair: Comparison) -> None:
    found = table(pair, "false_sharing/counters: ratio to uncontended")
    assert "each point over padded_128 with one worker on the same machine" in found.caption
    packed = row(found, "packed", "threads", "2", "spread")
    # Eight times as much as alone on both, though one takes twice the time.
    assert [float(text.partition("\u00d7")[0]) for text in packed[5:7]] == pytest.approx([8.0, 8.0], rel=0.05)


def test_machine_wide_is_the_time_over_the_workers(pair: Comparison) -> None:
    own = row(table(pair, "false_sharing/counters: time_per_operation per worker"), "packed", "threads", "2")
    wide = row(table(pair, "false_sharing/counters: machine-wide"), "packed", "threads", "2")
    halves = [pytest.approx(one / 2, rel=0.01) for one in _numbers(own[5])]
    assert len(halves) == 3
    assert _numbers(wide[5]) == halves


def _numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"[\d.]+", text)]


def test_medians_have_their_interval_or_the_reason(loaded: Load) -> None:
    first = rich_run("alpha", rounds=4)
    few = compare([loaded(first), loaded(other_machine(first, "beta", 2.0, 5))])
    cells = row(table(few, "false_sharing/counters: time_per_operation"), "packed", "threads", "2")
    assert "[" not in cells[5]
    assert cells[-1].startswith("alpha: 4 launches are too few for 95 %; beta: 4 launches")


def test_ranks_say_what_the_intervals_leave_open(pair: Comparison) -> None:
    found = table(pair, "Ranks by experiment")
    cells = row(found, "false_sharing/counters")
    assert (cells[2], cells[3], cells[4]) == ("1", "\u2013", "2")
    assert cells[5].startswith(("2.0", "1.9"))
    assert cells[6] == "alpha"


def test_equal_fields_are_listed_apart(pair: Comparison) -> None:
    names = {cells[0].text for cells in table(pair, "Equal on all").rows}
    differing = {cells[0].text for cells in table(pair, "Hard key").rows}
    assert differing == {"model name"}
    assert names
    assert not names & differing


def test_json_has_all_that_the_page_says(pair: Comparison) -> None:
    document = json.loads(comparison_json(pair))
    page = page_of(pair)
    assert [one["text"] for one in document["findings"]] == [one.sentence for one in page.findings]
    assert document["coverage"]["sentences"] == list(page.coverage)
    assert [one["name"] for one in document["differences"]["hard_key"]["differing"]] == ["model name"]
    ranks = {one["experiment"]: one["standings"] for one in document["ranks"]}
    assert [(one["best"], one["worst"]) for one in ranks["false_sharing/counters"]] == [(1, 1), (2, 2)]
    captions = [one["caption"] for one in document["tables"]]
    shown = [*page.differences, *page.alike, page.runs, *page.sources, *page.price_tables, *page.rank_tables]
    shown += [one for section in page.sections for one in (*section.tables, *section.readings)]
    assert [one.caption for one in shown] == captions


def test_tables_of_unlike_catalogues_stand_in_the_order_of_the_page(loaded: Load) -> None:
    documents = []
    # The second run names the first family again, after the last of the first run.
    for alias, names in (("alpha", ("one/first", "two/first")), ("beta", ("two/first", "one/second"))):
        run = DescribedRun(alias=alias)
        for name in names:
            run.experiment(name, ("plain",))
            run.point(name, "plain", 1, 10.0)
        documents.append(run.document())
    comparison = compare([loaded(document) for document in documents])
    assert [one.experiment.name for one in comparison.experiments] == ["one/first", "one/second", "two/first"]
    captions = [one.caption for one in comparison_tables(comparison, (), comparison.labels)]
    shown = [one.caption for section in page_of(comparison).sections for one in section.tables]
    assert [one for one in captions if one in shown] == shown


def test_prices_stand_side_by_side_with_their_sources(loaded: Load) -> None:
    first = rich_run("alpha")
    slow = other_machine(first, "beta", 2.0, 5)
    without_points(slow, [len(slow["points"]) - 1])
    pair = compare([loaded(first), loaded(slow)])
    prices, sources = table(pair, "each price is on each"), table(pair, "Published figures")
    assert [column.title for column in prices.columns[1:3]] == ["alpha", "beta"]
    for cells in prices.rows:
        known = [one.value for one in cells[1:3] if one.value is not None]
        assert len(known) == 2 or "no price for it" in cells[-1].text
        if len(known) == 2:
            assert known[1] / known[0] == pytest.approx(2.0, rel=0.1)
    numbers = [cells[0].text for cells in sources.rows]
    assert all(any(n in cells[-3].text for cells in prices.rows) for n in numbers)


def test_a_ratio_that_is_missing_beside_two_values_has_its_reason(loaded: Load) -> None:
    first, emulated = rich_run("alpha"), other_machine(rich_run("beta"), "beta")
    emulated["machine"]["emulated"] = QEMU
    cells = row(
        table(compare([loaded(first), loaded(emulated)]), "false_sharing/counters: time_per_operation"),
        "packed", "threads", "2",
    )  # fmt: skip
    assert cells[7] == "\u2013"
    assert cells[-1] == f"beta (emulated): {NO_TIMES}"


def test_a_launch_that_never_was_is_no_measured_point(loaded: Load) -> None:
    first, stopped = rich_run("alpha"), other_machine(rich_run("beta"), "beta")
    stopped["run"] |= {"complete": False, "incomplete_reason": "interrupted"}
    gone = stopped["launches"][0]["point"]
    stopped["launches"] = [one for one in stopped["launches"] if one["point"] != gone]
    for order, launch in enumerate(sorted(stopped["launches"], key=lambda one: int(one["order"]))):
        launch["order"] = order
    _, every, fewer = row(table(compare([loaded(first), loaded(stopped)]), "The runs"), "Points measured")
    assert int(fewer.split()[0]) == int(every.split()[0]) - 1


def test_markdown_tells_the_same_in_the_same_order(pair: Comparison) -> None:
    text = comparison_markdown(pair)
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["Coverage", "What differs", "In short", "Ranks", "By experiment", "All points"]
    assert "- hard key: model name: " in text
    assert "| false\\_sharing/counters | " in text


def test_disjoint_runs_have_pages_and_exports(loaded: Load) -> None:
    first, second = rich_run("alpha"), other_machine(rich_run("beta"), "beta")
    names = [point["experiment"] for point in first["points"]]
    without_points(first, [i for i, name in enumerate(names) if name.startswith("contention")])
    without_points(second, [i for i, name in enumerate(names) if not name.startswith("contention")])
    comparison = compare([loaded(first), loaded(second)])
    page = page_of(comparison)
    assert page.ranks == ()
    assert all(section.pictures == () for section in page.sections)
    document = json.loads(comparison_json(comparison))
    assert document["ranks"] == []
    assert "## Ranks" not in comparison_markdown(comparison)
