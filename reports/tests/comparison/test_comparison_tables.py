"""Do the tables of a comparison hold ranks, other units and reasons, and the exports the same?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from comparison.machines import other_machine, without_points
from pages.page_runs import rich_run

from latchmark.compare import Comparison, compare, ranks_of
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
    assert float(wide[5]) == pytest.approx(float(own[5].partition(" ")[0]) / 2, rel=0.01)


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
    captions = {one["caption"] for one in document["tables"]}
    shown = [*page.differences, *page.alike, page.runs, *page.sources, *page.rank_tables]
    shown += [one for section in page.sections for one in (*section.tables, *section.readings)]
    assert {one.caption for one in shown} == captions


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
