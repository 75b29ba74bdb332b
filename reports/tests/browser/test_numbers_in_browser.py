"""Are the numbers on the page those of the export, every one?"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser.looking import visit
from browser.page_tables import READ, READ_CHECKS, differences, rounded

from latchmark.compare import compare
from latchmark.exporting import comparison_json, run_json
from latchmark.model import Run
from latchmark.wording import number

pytestmark = pytest.mark.browser

# The page, and the runs behind it.
RUNS = {
    "report": ("first",),
    "counted": ("guest",),
    "compare": ("first", "second"),
    "sources": ("counted", "guest"),
}

OF_ALL = pytest.mark.parametrize("told", RUNS, indirect=True)
OF_ONE = pytest.mark.parametrize(
    "told", [name for name, runs in RUNS.items() if len(runs) == 1], indirect=True
)
OF_TWO = pytest.mark.parametrize(
    "told", [name for name, runs in RUNS.items() if len(runs) == 2], indirect=True
)


@dataclass(frozen=True)
class Told:
    """The tables and the checks of a page as the browser shows them, and the export of its runs."""

    name: str
    tables: list[Any]
    checks: list[list[str]]
    export: dict[str, Any]


@pytest.fixture(scope="module")
def told(request: pytest.FixtureRequest, browser: Any, pages: dict[str, Path], runs: dict[str, Run]) -> Told:
    opened = visit(browser, pages[request.param])
    some = [runs[name] for name in RUNS[request.param]]
    text = run_json(some[0]) if len(some) == 1 else comparison_json(compare(some))
    # What single runs are made of is in the export of each, and not in that of a comparison.
    tables = opened.run(READ, "#environment" if len(some) > 1 else "#none")
    export = json.loads(text)
    if len(some) > 1:
        tables = _with_full_labels(tables, export["labels"])
    return Told(request.param, tables, opened.run(READ_CHECKS), export)


def _with_full_labels(tables: list[Any], labels: list[str]) -> list[Any]:
    """A page calls runs with long labels A, B, ..., an export never."""
    runs = next(table for table in tables if table["caption"] == "The runs")
    text = json.dumps(tables)
    for (short, _), label in zip(runs["columns"][1:], labels, strict=True):
        text = text.replace(json.dumps(short)[1:-1], json.dumps(label)[1:-1])
    renamed: list[Any] = json.loads(text)
    return renamed


# Of the number that a cell begins with, before its interval.
LAST_DIGIT = re.compile(r"^([\d.,]*)([1-8])(?=$| \[|\u00d7)")


@OF_ALL
def test_every_cell_of_every_table_is_that_of_the_export(told: Told) -> None:
    shown, exported = told.tables, told.export
    assert sum(len(row) for table in shown for row in table["rows"]) > 300
    assert differences(shown, exported["tables"]) == []


@OF_ALL
def test_a_third_digit_that_is_off_by_one_is_seen(told: Told) -> None:
    shown, exported = told.tables, told.export
    table, row, column = next(
        (at, line, place)
        for at, one in enumerate(exported["tables"])
        for line, cells in enumerate(one["rows"])
        for place, cell in enumerate(cells)
        if isinstance(cell.get("value"), float) and LAST_DIGIT.match(cell["text"])
    )
    wrong = copy.deepcopy(shown)
    cells = wrong[table]["rows"][row]
    cells[column] = LAST_DIGIT.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", cells[column])
    assert len(differences(wrong, exported["tables"])) == 1
    # As well where the export's text is as wrong as the page's.
    both = copy.deepcopy(exported["tables"])
    both[table]["rows"][row][column]["text"] = cells[column]
    assert len(differences(wrong, both)) == 1


@OF_ONE
def test_the_tables_of_a_run_agree_with_the_rows_of_its_points(told: Told) -> None:
    exported = told.export
    by_name: dict[str, list[dict[str, Any]]] = {}
    for one in exported["points"]:
        by_name.setdefault(one["point"], []).append(one)
    compared = set()
    for table in exported["tables"]:
        titles = [column["title"] for column in table["columns"]]
        if table["points"] is None or not {"Median", "Low", "High"} <= set(titles):
            continue
        for name, cells in zip(table["points"], table["rows"], strict=True):
            row = dict(zip(titles, cells, strict=True))
            metric = (
                row["Metric"]["text"].replace(" ", "_") if "Metric" in row else by_name[name][0]["metric"]
            )
            (expected, *_) = [one for one in by_name[name] if one["metric"] == metric] or [None]
            if expected is not None:
                found = [row[title].get("value") for title in ("Median", "Low", "High")]
                assert found == [expected[key] for key in ("median", "low", "high")]
                compared.add(name)
    assert compared == by_name.keys()


@OF_TWO
def test_the_tables_of_a_comparison_agree_with_the_rows_of_its_points(told: Told) -> None:
    exported = told.export
    seen = 0
    for table in exported["tables"]:
        experiment, _, what = table["caption"].partition(": ")
        titles = [column["title"] for column in table["columns"]]
        rows = [one for one in exported["points"] if one["point"].startswith(f"{experiment}/")]
        if "Placement" not in titles or "Reading" in titles or not rows or "medians" not in what:
            continue
        for label in exported["labels"]:
            cells = [row[titles.index(label)] for row in table["rows"]]
            ratios = [
                row[titles.index(title)]
                for title in titles
                if title.startswith(f"{label} / ")
                for row in table["rows"]
            ]
            for found, key in ((cells, "median"), (ratios, "ratio")):
                values = sorted(cell["value"] for cell in found if "value" in cell)
                of_rows = [one[key] for one in rows if one["run"] == label and one[key] is not None]
                assert values == sorted(of_rows)
                seen += len(values)
    assert seen > 3


@OF_ALL
def test_the_checks_are_those_of_the_export(told: Told) -> None:
    keys = ("subject", "answer", "seen", "remedy")
    assert told.checks == [[one[key] for key in keys] for one in told.export.get("checks", [])]
    assert ("labels" in told.export) is (told.checks == [])


@pytest.mark.parametrize(
    "value",
    [0, 1, 0.5, 9.999, 99.95, 4.725, 1234.5, 999_949.9, 9_999_999, 1e7, 1.25e8, 1e-4, 9.99e-5, -36.25],
)
def test_both_rules_of_rounding_agree(value: float) -> None:
    assert rounded(value) == number(value)
