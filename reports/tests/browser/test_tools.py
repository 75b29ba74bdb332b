"""Does what the script adds work, by keyboard alone, and does it say what it did?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from browser.looking import Visit, open_everything, visit
from browser.page_tables import rounded

from latchmark.exporting import run_json
from latchmark.model import Run
from latchmark.statistics import Summary, counted_cycles, uncontended_mutex

pytestmark = pytest.mark.browser

# What is copied goes here instead of to the clipboard, which headless browsers share with nobody.
LISTEN = "navigator.clipboard.writeText = async (text) => { window.copied = text; }; window.copied = null;"
# Title, unit and texts of the columns of one table.
COLUMNS = """
const table = arguments[0];
return [...table.tHead.rows[0].cells].map((head) => {
  const unit = head.querySelector("small")?.textContent ?? "";
  const texts = [...table.tBodies[0].rows].map((row) => row.cells[head.cellIndex].textContent.trim());
  return [(head.querySelector("button, span") ?? head).textContent.trim(), unit, texts];
});
"""


@pytest.fixture
def folded(browser: Any, pages: dict[str, Path]) -> Visit:
    """The page of a run, opened afresh."""
    opened = visit(browser, pages["report"])
    opened.run(LISTEN)
    return opened


@pytest.fixture
def report(folded: Visit) -> Visit:
    """The same with the table of all numbers unfolded."""
    folded.run("document.querySelector('#numbers details').open = true")
    folded.wait("document.querySelector('#numbers .tools') !== null")
    return folded


@pytest.fixture
def counted(browser: Any, pages: dict[str, Path]) -> Visit:
    """The page of a run with counters, everything open."""
    opened = visit(browser, pages["counted"])
    opened.run(LISTEN)
    open_everything(opened)
    return opened


def _press(shown: Visit, selector: str, at: int = 0) -> Any:
    """Presses a button by Enter, as somebody without a mouse does."""
    from selenium.webdriver.common.keys import Keys

    found = shown.browser.find_elements("css selector", selector)[at]
    found.send_keys(Keys.ENTER)
    return found


def _columns(shown: Visit, table: Any) -> dict[str, tuple[str, list[str]]]:
    """{title: (unit, texts)}."""
    return {title: (unit, texts) for title, unit, texts in shown.run(COLUMNS, table)}


def test_tables_are_sorted_and_filtered_by_keyboard(report: Visit) -> None:
    from selenium.webdriver.common.keys import Keys

    table = report.browser.find_element("css selector", "#numbers table")
    header = next(one for one in table.find_elements("css selector", "thead th") if "Median" in one.text)
    button = header.find_element("css selector", "button")
    for key, direction, is_descending in ((Keys.ENTER, "ascending", False), (Keys.SPACE, "descending", True)):
        button.send_keys(key)
        assert header.get_attribute("aria-sort") == direction
        values = report.run(
            "const column = arguments[1].cellIndex;"
            "return [...arguments[0].tBodies[0].rows].map((row) => row.cells[column].dataset.sort ?? null)",
            table,
            header,
        )
        known = [float(value) for value in values if value is not None]
        assert known == sorted(known, reverse=is_descending)
        assert values[len(known) :] == [None] * (len(values) - len(known)), "gaps come last either way"
    report.browser.find_element("css selector", "#numbers input[type=search]").send_keys(
        "mutex processes time"
    )
    shown = report.run(
        "return [...arguments[0].tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.innerText)",
        table,
    )
    assert len(shown) == 2
    assert all("mutex" in row and "processes" in row for row in shown)
    assert report.browser.find_element("css selector", "#numbers [role=status]").text.startswith("2 of ")


def test_long_tables_alone_have_a_filter_and_closed_ones_nothing_yet(folded: Visit) -> None:
    def served() -> list[list[Any]]:
        found: list[list[Any]] = folded.run(
            "return [...document.querySelectorAll('.scroll > table')].map((table) =>"
            "[table.tBodies[0].rows.length, table.closest('details') !== null,"
            "table.tHead.querySelector('button') !== null,"
            "table.parentElement.previousElementSibling?.querySelector('input') != null])"
        )
        return found

    before = served()
    assert {is_sorted for _, is_folded, is_sorted, _ in before if is_folded} == {False}
    open_everything(folded)
    after = served()
    assert all(is_sorted is (amount >= 3) for amount, _, is_sorted, _ in after)
    assert all(is_filtered is (amount >= 16) for amount, _, _, is_filtered in after)
    assert {is_filtered for *_, is_filtered in after} == {True, False}
    ids = folded.run("return [...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(set(ids)) == len(ids)


def test_times_are_told_in_mutexes_and_again_in_ns(report: Visit, runs: dict[str, Run]) -> None:
    mutex = uncontended_mutex(runs["first"])
    assert isinstance(mutex, Summary)
    open_everything(report)
    exported = json.loads(run_json(runs["first"]))["tables"]
    tables = report.browser.find_elements("css selector", "main .scroll > table:not(.checks)")
    before = [_columns(report, table) for table in tables]
    names = [one.text for one in report.browser.find_elements("css selector", "#numbers .units button")]
    assert names == ["ns", "uncontended mutexes"], "this run counted no cycles"
    _press(report, "#numbers .units button", 1)
    pressed = report.browser.find_elements("css selector", ".units [aria-pressed=true]")
    assert {one.text for one in pressed} == {"uncontended mutexes"}, "one unit for the whole page"
    assert f"One is {rounded(mutex.median)} ns" in report.run(
        "return document.querySelector('.unseen').textContent"
    )
    seen = 0
    for table, export in zip(tables, exported, strict=True):
        for at, (title, (unit, texts)) in enumerate(_columns(report, table).items()):
            column = export["columns"][at]
            for text, cells in zip(texts, export["rows"], strict=True):
                is_ns = column["unit"] == "ns" or (
                    column["unit"] == "unit of the row" and cells[-6]["text"] == "ns"
                )
                if export["points"] and is_ns and "value" in cells[at]:
                    # The page has six digits of the six or more that the export has.
                    assert float(text.replace(",", "")) == pytest.approx(
                        cells[at]["value"] / mutex.median, rel=0.0051
                    ), (title, unit)
                    seen += 1
            is_switched = (
                export["points"]
                and column["unit"] == "ns"
                and any("value" in row[at] for row in export["rows"])
            )
            assert unit == ("uncontended mutexes" if is_switched else column["unit"])
    assert seen > 100
    _press(report, "#numbers .units button", 0)
    assert [_columns(report, table) for table in tables] == before


def test_cycles_are_those_that_were_counted(counted: Visit, runs: dict[str, Run]) -> None:
    run = runs["guest"]
    table = counted.browser.find_element("css selector", "article tr[data-point]").find_element(
        "xpath", "../.."
    )
    before = _columns(counted, table)
    at = [one.text for one in counted.browser.find_elements("css selector", "#numbers .units button")]
    _press(counted, "#numbers .units button", at.index("cycles"))
    columns = _columns(counted, table)
    rows = counted.run(
        "return [...arguments[0].querySelectorAll('tbody tr')].map((row) => row.dataset.point)", table
    )
    assert before["Median"][0] == "ns"
    assert columns["Median"][0] == "cycles"
    summaries = [counted_cycles(run, run.points[int(point)]) for point in rows]
    medians = [rounded(one.median) if isinstance(one, Summary) else "\u2013" for one in summaries]
    assert columns["Median"][1] == medians
    assert any(isinstance(one, Summary) for one in summaries)
    numbers = counted.browser.find_element("css selector", "#numbers table")
    assert "cycles" in _columns(counted, numbers)["Unit"][1]


def test_paper_is_told_ns_whatever_the_screen_shows(report: Visit) -> None:
    table = report.browser.find_element("css selector", "#numbers table")
    before = _columns(report, table)
    _press(report, "#numbers .units button", 1)
    report.run("dispatchEvent(new Event('beforeprint'))")
    assert _columns(report, table) == before
    assert report.run("return document.querySelectorAll('details:not([open])').length") == 0
    report.run("dispatchEvent(new Event('afterprint'))")
    assert _columns(report, table) != before


def test_a_variant_is_shown_alone_in_all_figures_of_its_section(report: Visit) -> None:
    seen = (
        "const section = document.querySelector('article:has(.key)');"
        "const marks = [...section.querySelectorAll('svg [data-series]')];"
        "return marks.map((one) => [one.dataset.series, Number(getComputedStyle(one).opacity)])"
    )
    report.browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    )
    plain = report.run(seen)
    assert len({series for series, _ in plain}) > 1, "the figures must name their series"
    button = _press(report, ".key button")
    assert button.get_attribute("aria-pressed") == "true"
    for series, opacity in report.run(seen):
        assert opacity == 1 if series == "0" else opacity < 0.5
    _press(report, ".key button", 1)
    assert {series for series, opacity in report.run(seen) if opacity == 1} == {"0", "1"}
    _press(report, ".key button", 1)
    _press(report, ".key button", 0)
    assert report.run(seen) == plain


def test_links_data_and_commands_are_copied_by_keyboard(report: Visit) -> None:
    _press(report, "#numbers > .link")
    assert report.wait("copied").endswith("report.html#numbers")
    assert report.run("return document.querySelector('.unseen').textContent") == "Link copied."
    figure = report.browser.find_element("css selector", "article figure")
    _press(report, "article figure .link")
    assert report.wait("copied").endswith(f"#{figure.get_attribute('id')}")
    report.run("window.copied = null")
    _press(report, "article figure .copy:not(.link)")
    lines = report.wait("copied").splitlines()
    assert lines[0].split("\t")[:3] == ["Variant", "Team", "Workers"]
    assert {len(line.split("\t")) for line in lines} == {len(lines[0].split("\t"))}
    # In full, where the page has three digits.
    median = lines[0].split("\t").index("Median (ns)")
    assert any(len(line.split("\t")[median].replace(".", "")) > 4 for line in lines[1:])
    report.run("window.copied = null")
    _press(report, ".copying .copy")
    assert report.wait("copied") == report.run(
        "return document.querySelector('pre.command').textContent.trim()"
    )


def test_a_figure_gives_the_data_that_it_draws(report: Visit) -> None:
    open_everything(report)
    named = report.run(
        "return [...document.querySelectorAll('article figure')].map((figure) => ["
        "figure.querySelector('title').textContent,"
        "figure.querySelector('.tools .copy:not(.link)')?.getAttribute('aria-label') ?? ''])"
    )
    fairness = {label.partition(": ")[2].split(": ")[1] for title, label in named if title == "Fairness"}
    assert fairness == {"fairness, medians over launches; a dash where it was not measured"}
    # A value a launch is in no table.
    assert {label for title, label in named if title == "Launches in order of running"} == {""}
    tails = {label for title, label in named if title.endswith(": the tail")}
    assert tails
    assert all("upper ends of buckets" in label for label in tails)
    assert any(": time_per_operation, " in label for title, label in named if title == "Time per operation")


def test_a_row_gives_the_command_of_its_point_and_arrows_lead_to_the_next(report: Visit) -> None:
    from selenium.webdriver.common.keys import Keys

    stops = report.run("return [...document.querySelectorAll('#numbers .point')].map((one) => one.tabIndex)")
    assert stops == [0] + [-1] * (len(stops) - 1), "one stop of the tabulator a table"
    button = _press(report, "#numbers .point")
    name = report.run("return JSON.parse(document.getElementById('data').textContent).points[0].name")
    assert report.wait("copied") == f"latchmark-bench run quick --filter '^{name}$'".replace(
        "latchmark-bench run", "scripts/latchmark run"
    )
    button.send_keys(Keys.ARROW_DOWN)
    row = report.run("return document.activeElement.closest('tr').rowIndex")
    assert row == 2
    assert report.run("return document.activeElement.tabIndex") == 0


def test_a_link_opens_what_it_leads_to(report: Visit, pages: dict[str, Path]) -> None:
    # Chromium opens details by itself when it goes to a fragment; here only the script can.
    report.run(
        "const details = document.querySelector('article details:has(figure[id])');"
        "history.replaceState(null, '', `#${details.querySelector('figure').id}`);"
        "dispatchEvent(new HashChangeEvent('hashchange'))"
    )
    assert report.wait("document.querySelector('article details[open] figure') !== null")
    name = report.run("return location.hash")
    report.browser.get("about:blank")
    report.browser.get(f"{pages['report'].as_uri()}{name}")
    assert report.run("return document.querySelector('article details[open] figure') !== null")


def test_tab_reaches_everything_in_order_and_shows_where_it_is(report: Visit) -> None:
    from selenium.webdriver.common.keys import Keys

    expected = report.run(
        "return [...document.querySelectorAll('a, button, input, summary, [tabindex=\"0\"]')]"
        ".filter((one) => one.checkVisibility() && one.tabIndex >= 0).length"
    )
    reached: list[str] = []
    for _ in range(expected):
        report.browser.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(
            report.run(
                "const one = document.activeElement; const look = getComputedStyle(one);"
                "const tools = one.closest('figure > .tools') ?? one;"
                "const all = [...document.querySelectorAll('*')];"
                "return [all.indexOf(one), one.className, look.outlineStyle, look.opacity,"
                "getComputedStyle(tools).opacity].join('|')"
            )
        )
    places = [int(entry.split("|")[0]) for entry in reached]
    assert reached[0].split("|")[1] == "skip"
    assert places == sorted(set(places)), "each once, in the order of reading"
    assert [one for one in reached if not one.endswith("|solid|1|1")] == [], (
        "the focus must be visible everywhere"
    )
