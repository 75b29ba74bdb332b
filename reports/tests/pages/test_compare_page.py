"""Does the page of several runs say what differs first, compare on one scale, and name what it cannot
compare?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described_run import write_run
from pages.page_runs import HOSTILE_TEXTS, rich_run, with_texts_replaced

from latchmark.compare import compare
from latchmark.errors import WrongUsage
from latchmark.loading import load
from latchmark.model import Run
from latchmark.pages import compare_page
from latchmark.pages.of_comparison import page_of, short_labels


@pytest.fixture
def pair(tmp_path: Path) -> Callable[..., list[Run]]:
    def made(**other: Any) -> list[Run]:
        first = rich_run("alpha", seed=1)
        second = rich_run("beta", seed=2, slower=2.0)
        second["machine"]["hard_key"] |= {"model name": "Another Processor", "cores": "8"}
        second["machine"]["hard_key_hash"] = "another"
        second["machine"]["soft_key"]["kernel"] = "6.12.0"
        change = other.get("change")
        if change is not None:
            change(second)
        documents = {"a": first, "b": second}
        return [load(write_run(document, tmp_path / f"{name}.json")) for name, document in documents.items()]

    return made


def test_differences_come_first_and_are_marked_in_text(pair: Callable[..., list[Run]]) -> None:
    runs = pair()
    html = compare_page(runs)
    assert html.index('id="differences-heading"') < html.index('id="summary-heading"') < html.index("<svg")
    page = page_of(compare(runs))
    hard = {row[0].text: [cell.text for cell in row[1:]] for row in page.differences[0].rows}
    assert hard["model name"] == ["Intel(R) Xeon(R)", "\u2260 Another Processor"]
    soft = {row[0].text: [cell.text for cell in row[1:]] for row in page.differences[1].rows}
    assert soft == {"kernel": ["6.1.0", "\u2260 6.12.0"]}
    assert page.equal == "Equal in 7 other fields."


def test_a_machine_that_takes_twice_the_time_is_said_to(pair: Callable[..., list[Run]]) -> None:
    page = page_of(compare(pair()))
    section = page.sections[0]
    ratio = re.match(r"alpha is ([0-9.]+)\u00d7 \[[0-9.]+, [0-9.]+\] faster than beta", section.sentences[0])
    assert ratio is not None
    assert float(ratio[1]) == pytest.approx(2, rel=0.1)


def test_sweeps_of_all_runs_share_their_axes(pair: Callable[..., list[Run]]) -> None:
    from latchmark.figures import side_by_side

    runs = pair()
    panels = [one.draw().axes[0] for one in side_by_side(runs, ["alpha", "beta"], runs[0].experiments[0])]
    assert len(panels) == 2
    assert panels[0].get_ylim() == panels[1].get_ylim()
    assert panels[0].get_xlim() == panels[1].get_xlim()


def test_what_one_run_lacks_is_said_with_the_reason(pair: Callable[..., list[Run]]) -> None:
    def skip(document: dict[str, Any]) -> None:
        index, point = next(
            (index, one) for index, one in enumerate(document["points"]) if one["placement"] == "same_llc"
        )
        point |= {"skip": "needs a shared cache", "cpus": [], "batch": None}
        document["launches"] = [one for one in document["launches"] if one["point"] != index]

    runs = pair(change=skip)
    page = page_of(compare(runs))
    (absent,) = [one for one in page.sections[0].absent if one.reason == "needs a shared cache"]
    assert (absent.label, len(absent.names)) == ("beta", 1)
    row = next(row for row in page.sections[0].tables[0].rows if row[3].text == "same llc")
    assert [cell.text for cell in row[6:]] == ["\u2013", "\u2013", "beta: needs a shared cache"]
    assert "needs a shared cache" in compare_page(runs)


def test_points_that_ask_something_else_are_not_compared(pair: Callable[..., list[Run]]) -> None:
    def redefine(document: dict[str, Any]) -> None:
        document["points"][0]["definition"] = "another question"

    page = page_of(compare(pair(change=redefine)))
    assert any(one.reason.startswith("NOT_COMPARABLE") for one in page.sections[0].absent)


def test_one_run_is_no_comparison(pair: Callable[..., list[Run]]) -> None:
    with pytest.raises(WrongUsage):
        compare_page(pair()[:1])


def test_long_names_become_letters_that_the_table_of_runs_explains(tmp_path: Path) -> None:
    assert short_labels(["alpha", "beta"]) == ("alpha", "beta")
    assert short_labels(["x" * 30, "beta"]) == ("run A", "run B")
    runs = []
    for hour in (1, 2):
        document = rich_run("the same machine", seed=hour)
        document["run"] |= {"id": f"run {hour}", "started_utc": f"2026-01-31T0{hour}:00:00Z"}
        runs.append(load(write_run(document, tmp_path / f"{hour}.json")))
    page = page_of(compare(runs))
    assert page.title == "Side by side: run A and run B"
    assert [cell.text for cell in page.runs.rows[0]][1:] == [
        "the same machine 2026-01-31T01:00:00Z",
        "the same machine 2026-01-31T02:00:00Z",
    ]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=["all", "comment"])
def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    first = with_texts_replaced(rich_run(rounds=2), text)
    second = with_texts_replaced(rich_run(seed=5, rounds=2), text)
    second["run"]["id"] = "another"
    html = compare_page(
        [load(write_run(one, tmp_path / f"{i}.json")) for i, one in enumerate((first, second))]
    )
    assert len(re.findall(r"<script\b", html)) == 2
    assert "<b>" not in html
    assert html.rstrip().endswith("</html>")
    html.encode()


def test_ids_are_unique(pair: Callable[..., list[Run]]) -> None:
    ids = re.findall(r' id="([^"]*)"', compare_page(pair()))
    assert len(set(ids)) == len(ids)
