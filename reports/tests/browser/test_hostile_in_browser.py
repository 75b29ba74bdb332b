"""Does a run file whose every text is hostile stay a file of texts, where markup would really act?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from browser.looking import Visit, open_everything, visit
from described_run import write_run
from pages.page_runs import HOSTILE, rich_run, with_texts_replaced

from latchmark.loading import load
from latchmark.pages import compare_page, report_page

pytestmark = pytest.mark.browser

# What would leave a trace if it became markup, or a name of something.
TRAPS = (
    "<script>window.trapped = 1; alert(1)</script>",
    "\"><img src=x onerror='window.trapped = 1'>",
    "'><svg onload=window.trapped=1>",
    "</details></table></main><b id=trapped>",
    "<a href=javascript:window.trapped=1>",
    *HOSTILE,
)
FILE_NAME = '"><img src=x onerror=trapped=1><!--<script>.json'
ELEMENTS = (
    "const found = {};"
    "for (const { tagName } of document.querySelectorAll('*')) found[tagName] = (found[tagName] ?? 0) + 1;"
    "return found"
)
# Attributes that act, or lead out of the page.
ACTING = (
    "return [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].filter((attribute) =>"
    "attribute.name.startsWith('on') || (['href', 'src', 'xlink:href'].includes(attribute.name)"
    " && !attribute.value.startsWith('#') && !attribute.value.startsWith('data:image/png')))"
    ".map((attribute) => one.outerHTML.slice(0, 120)))"
)


def _document(text: str, alias: str = "") -> dict[str, Any]:
    """A run with the text wherever the schema lets a person choose words, units and axes too."""
    document = with_texts_replaced(rich_run(rounds=2), text)
    document["machine"]["alias"] += alias
    document["run"]["id"] += alias
    for experiment in document["experiments"]:
        for metric in experiment["metrics"]:
            metric["meaning"] = text
            if metric["name"] == "throughput":
                metric["unit"] = text
    for key in ("version", "commit", "flags"):
        document["suite"][key] = text
    document["suite"]["libraries"] = {text: text}
    document["machine"]["soft_key"] |= {"kernel": text + alias, text: {"why": text}}
    for role in document["counters"]["roles"]:
        role |= {"meaning": text, "unit": text}
    return document


@pytest.fixture(scope="module", params=["report", "compare"])
def census(
    request: pytest.FixtureRequest, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Visit, Mapping[str, int]]:
    """The page of the hostile run, everything open, and how many elements of each name it has where every
    word is as long and harmless."""
    folder = tmp_path_factory.mktemp("hostile")
    hostile = " ".join(TRAPS)
    counts = []
    for name, text in (("plain", re.sub(r"\S", "w", hostile)), (FILE_NAME, hostile)):
        run = load(write_run(_document(text), folder / name))
        other = load(write_run(_document(text, " other"), folder / f"other {name}"))
        page = report_page(run) if request.param == "report" else compare_page([run, other])
        path = folder / f"{request.param}-{name[:5].isalpha()}.html"
        path.write_text(page, "utf-8")
        opened = visit(browser, path)
        open_everything(opened)
        counts.append(opened.run(ELEMENTS))
    assert counts[1] == counts[0], "not one element more or less than with harmless words"
    return opened, counts[1]


def test_no_text_becomes_an_element_or_acts(census: tuple[Visit, Mapping[str, int]]) -> None:
    from selenium.common.exceptions import NoAlertPresentException

    shown, counts = census
    assert "IMG" not in counts
    assert counts["SCRIPT"] == 2
    assert shown.run("return 'trapped' in window") is False
    assert shown.run(ACTING) == []
    assert [url for url in shown.requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in shown.requests if url.startswith("file:")]) == 1
    with pytest.raises(NoAlertPresentException):
        _ = shown.browser.switch_to.alert
    assert shown.complaints == (), "the policy has nothing to stop"


def test_hostile_texts_are_read_as_they_are(census: tuple[Visit, Mapping[str, int]]) -> None:
    shown, _ = census
    text = shown.run("return document.body.textContent")
    for trap in TRAPS:
        if trap.isprintable():
            assert trap in text
    data = json.loads(shown.run("return document.getElementById('data').textContent"))
    assert "<script>" in json.dumps(data)


def test_pressing_every_button_wakes_nothing(census: tuple[Visit, Mapping[str, int]]) -> None:
    shown, _counts = census
    shown.run("window.print = () => {}; navigator.clipboard.writeText = async () => {};")
    before = shown.run("return document.querySelectorAll('img, script, b').length")
    shown.run("document.querySelectorAll('button').forEach((one) => one.click())")
    assert shown.run("return document.querySelectorAll('img, script, b').length") == before
    assert shown.run("return 'trapped' in window") is False


def test_the_policy_stops_what_escaping_would_have_let_through(
    census: tuple[Visit, Mapping[str, int]],
) -> None:
    shown, _ = census
    policy = shown.run("return document.querySelector('meta[http-equiv]').content")
    assert "unsafe-eval" not in policy
    assert "script-src 'sha256-" in policy
    # In a task of its own: within one of the driver's the browser lets `Function` through.
    outcome = shown.browser.execute_async_script(
        "const done = arguments[0];"
        "const script = document.createElement('script'); script.textContent = 'window.let_through = 1';"
        "document.body.append(script); script.remove();"
        "const image = document.createElement('img');"
        "image.setAttribute('onerror', 'window.let_through = 2');"
        "image.src = 'x:'; document.body.append(image); image.remove();"
        "setTimeout(() => { try { new Function('window.let_through = 3')(); done('evaluated'); }"
        "catch (error) { done([window.let_through ?? null, error.name]); } })"
    )
    assert outcome == [None, "EvalError"]
    shown.browser.get_log("browser")
