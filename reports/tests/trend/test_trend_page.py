"""Does the page of a history tell first what moved, draw what it says, and keep hostile names as text?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pages.page_runs import HOSTILE_TEXTS, with_texts_replaced
from trend.nightly_runs import CONTROL, QUIET, STEPPED, copied, kept, nightly_documents, stepped, without

from latchmark.figures.of_trend import MOST_ROWS, rows_of, step_of
from latchmark.pages import trend_page
from latchmark.pages.of_trend import MOST_FIGURES, page_of
from latchmark.trend import History, history_of


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Thirty nights: slower from the 19th on, with a new kernel; one night without a value of a point."""

    def mend(night: int, document: dict[str, Any]) -> None:
        document["machine"]["soft_key"]["kernel"] = "6.1.0" if night < 18 else "6.12.0"
        if night == 5:
            at = [point["name"] for point in document["points"]].index(STEPPED)
            document["launches"] = [one for one in document["launches"] if one["point"] != at]

    documents = nightly_documents(30, {"packed": stepped(30, 18, 1.2)}, mend)
    return history_of(kept(documents, tmp_path_factory.mktemp("nights")))


def test_steps_come_first_then_the_environment_then_figures(history: History) -> None:
    html = trend_page(history)
    order = [
        'id="steps-heading"',
        "since run 19",
        'id="around-heading"',
        "<svg",
        'id="runs-heading"',
        'id="method"',
    ]
    places = [html.index(one) for one in order]
    assert places == sorted(places)


def test_only_points_with_a_step_have_a_large_figure(history: History) -> None:
    sections = page_of(history).sections
    large = [picture.title for section in sections for picture in section.large]
    assert STEPPED in large
    assert QUIET not in large
    assert all(section.rows for section in sections)


def test_the_same_history_gives_the_same_bytes(history: History) -> None:
    assert trend_page(history) == trend_page(history)


def test_the_step_plot_draws_every_run_and_no_line_across_a_missing_one(history: History) -> None:
    line = next(one for one in history.lines if one.name == STEPPED)
    axes = step_of(history, line).draw().axes[0]
    base = line.levels[0].median
    runs: dict[float, float] = {}
    for drawn in axes.lines:
        xs, ys = drawn.get_xdata(), drawn.get_ydata()
        if len(xs) > 2 and drawn.get_linestyle() == "-":
            runs |= {xs[index] + 0.5: ys[index] for index in range(0, len(xs), 2)}
    assert runs == {run + 1.0: one.median / base for run, one in line.measured}
    assert 6.0 not in runs, "the sixth run has no value"
    stretches = [drawn.get_xdata() for drawn in axes.lines if len(drawn.get_xdata()) > 2]
    assert not any(xs[0] < 6.0 < xs[-1] for xs in stretches)


def test_the_change_of_the_kernel_is_ruled_in_with_its_letter(history: History) -> None:
    line = next(one for one in history.lines if one.name == STEPPED)
    for drawing in (step_of(history, line), *rows_of(history, [line])):
        axes = drawing.draw().axes[0]
        assert [list(one.get_xdata()) for one in axes.lines if list(one.get_xdata()) == [18.5, 18.5]] == [
            [18.5, 18.5]
        ]
        assert "A" in {text.get_text() for text in axes.texts}
    rows = page_of(history).changes.rows
    assert [cell.text for cell in rows[0]] == [
        "A",
        "run 19 (2026-01-19, commit c0000018)",
        "kernel",
        "6.1.0",
        "6.12.0",
    ]


def test_a_figure_says_in_words_what_it_shows(history: History) -> None:
    line = next(one for one in history.lines if one.name == STEPPED)
    told = step_of(history, line).description
    assert told.startswith(f"{STEPPED}: ")
    assert "in runs 1 to 18" in told
    assert "in runs 19 to 30. Changes at a step: A." in told
    quiet = next(one for one in history.lines if one.name == QUIET)
    (rows,) = rows_of(history, [quiet])
    assert "no step" in rows.description
    notes = [
        " ".join(text.get_text() for text in drawing.draw().texts)
        for drawing in (rows, step_of(history, line))
    ]
    assert ["band: 95 % interval" in one for one in notes] == [False, True], "a row has no band"


def test_many_points_share_figures_of_one_scale(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        copied(document, QUIET, MOST_ROWS + 4)

    history = history_of(kept(nightly_documents(3, mend=mend, launches=2), tmp_path))
    lines = [line for line in history.lines if line.experiment == "false_sharing/counters"]
    drawings = rows_of(history, lines)
    assert len(drawings) == 2
    assert sum(drawing.description.count("over 3 runs") for drawing in drawings) == len(lines)
    assert len({drawing.draw().texts[1].get_text() for drawing in drawings}) == 1


def test_of_many_moved_points_the_worst_are_drawn_large(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        copied(document, STEPPED, MOST_FIGURES)

    history = history_of(
        kept(nightly_documents(24, {"packed": stepped(24, 12, 1.5)}, mend, launches=2), tmp_path)
    )
    section = page_of(history).sections[0]
    assert len(section.large) == MOST_FIGURES
    assert (
        section.left_out
        == f"The worst {MOST_FIGURES} of {MOST_FIGURES + 2} points with a step; the rows show all."
    )


def test_a_point_that_reaches_zero_is_in_the_table_and_not_drawn(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        for launch in document["launches"]:
            launch["metrics"]["time_per_operation"] = {"value": 0.0}

    page = page_of(history_of(kept(nightly_documents(12, mend=mend), tmp_path)))
    assert [(section.large, section.rows) for section in page.sections] == [((), ()), ((), ())]
    assert page.sections[0].table.rows[0][1].text == "0"


def test_what_vanished_is_on_the_first_screen(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        if night == 3:
            without(document, CONTROL)

    history = history_of(kept(nightly_documents(4, mend=mend), tmp_path))
    html = trend_page(history)
    assert html.index("1 point not in the plan since run 4") < html.index('id="around-heading"')
    rows = next(
        section for section in page_of(history).sections if section.name == "control/clock"
    ).table.rows
    assert rows[0][0].text == "read/workers:1/placement:spread, last in run 3"


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=["all", "comment"])
def test_hostile_texts_stay_texts(tmp_path: Path, text: str) -> None:
    documents = nightly_documents(12, {"packed": stepped(12, 6, 2.0)}, launches=2)
    changed = []
    for night, document in enumerate(documents):
        document = with_texts_replaced(document, text)
        document["suite"]["commit"] = f"{text} {night}"
        document["machine"]["soft_key"]["kernel"] = f"{text} {night // 6}"
        changed.append(document)
    html = trend_page(history_of(kept(changed, tmp_path)))
    assert len(re.findall(r"<script\b", html)) == 2
    assert "<b>" not in html
    assert html.rstrip().endswith("</html>")
    html.encode()


def test_ids_are_unique_and_the_page_asks_for_nothing(history: History) -> None:
    html = trend_page(history)
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(set(ids)) == len(ids)
    links = re.findall(r'href="#([^"]*)"', html)
    assert set(links) <= set(ids)
    assert not re.search(r'(src|href)="(?!#|data:)', html)


def test_the_medians_are_embedded(history: History) -> None:
    html = trend_page(history)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html)
    assert found is not None
    data = json.loads(found[1])
    line = next(one for one in data["lines"] if one["name"] == STEPPED)
    assert len(line["median"]) == len(data["runs"]) == 30
    assert line["median"][5] is None
    assert line["low"][0] <= line["median"][0] <= line["high"][0]
