"""Can the page be read in the dark, on a phone, on paper, without script, by keyboard, and by a screen
reader?"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

# What axe cannot decide: it does not compute the contrast of text in SVG, nor of text over a pseudo-element.
# The contrast of every ink is computed in tests/figures/test_palette.py.
UNDECIDED = {"color-contrast"}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NAMES = ["report", "compare", "counted", "sources", "verdict", "trend"]


def _open(browser: Any, page: Path, width: int = 1280, scheme: str = "light", script: bool = True) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
    browser.get(page.as_uri())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_no_violation(
    browser: Any, pages: dict[str, Path], axe: str, name: str, scheme: str
) -> None:
    _open(browser, pages[name], scheme=scheme)
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations", "incomplete"]}
    browser.set_script_timeout(60)
    result = browser.execute_async_script(
        "const done = arguments[1];"
        "axe.run(document, arguments[0]).then(done, (error) => done(String(error)))",
        options,
    )
    assert isinstance(result, dict), result
    violations = [(one["id"], one["nodes"][0]["html"][:200]) for one in result["violations"]]
    assert violations == []
    assert {one["id"] for one in result["incomplete"]} <= UNDECIDED


@pytest.mark.parametrize("name", NAMES)
def test_figures_follow_the_theme(browser: Any, pages: dict[str, Path], name: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        _open(browser, pages[name], scheme=scheme)
        colours.append(
            browser.execute_script(
                "const text = document.querySelector('svg text');"
                "const ground = getComputedStyle(document.documentElement).backgroundColor;"
                "return [getComputedStyle(text).fill, ground]"
            )
        )
    assert colours[0] == ["rgb(90, 96, 107)", "rgb(255, 255, 255)"]
    assert colours[1] == ["rgb(165, 171, 183)", "rgb(21, 23, 28)"]


@pytest.mark.parametrize("width", [390, 640])
@pytest.mark.parametrize("name", NAMES)
def test_a_narrow_page_does_not_scroll_sideways(
    browser: Any, pages: dict[str, Path], name: str, width: int
) -> None:
    # 640 is also what a window of 1280 offers at 200 % zoom.
    _open(browser, pages[name], width=width)
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_requested_but_the_file_and_nothing_is_complained_about(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    for kind in ("performance", "browser"):
        browser.get_log(kind)
    _open(browser, pages[name])
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert requests, "the log must see at least the page itself"
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("name", NAMES)
def test_without_script_every_figure_and_number_is_there(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    counts = []
    for script in (True, False):
        _open(browser, pages[name], script=script)
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        counts.append(
            browser.execute_script(
                "return ['svg', 'td', 'th', 'figure', '.command']"
                ".map((one) => document.querySelectorAll(one).length)"
            )
        )
        buttons = browser.execute_script("return document.querySelectorAll('button, input').length")
        assert (buttons > 0) is script, "without script nothing may look as if it could be pressed"
    assert counts[0] == counts[1]
    assert all(counts[0][:4]), "a page that shows nothing is complete without script too"


def test_tables_are_sorted_and_filtered_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    from selenium.webdriver.common.keys import Keys

    _open(browser, pages["report"])
    table = browser.find_element("css selector", "table[data-sortable]")
    header = next(one for one in table.find_elements("css selector", "thead th") if "Median" in one.text)
    button = header.find_element("css selector", "button")
    for key, direction, is_descending in ((Keys.ENTER, "ascending", False), (Keys.SPACE, "descending", True)):
        button.send_keys(key)
        assert header.get_attribute("aria-sort") == direction
        values = browser.execute_script(
            "const column = arguments[1].cellIndex;"
            "return [...arguments[0].tBodies[0].rows].map((row) => row.cells[column].dataset.sort ?? null)",
            table,
            header,
        )
        known = [float(value) for value in values if value is not None]
        assert known == sorted(known, reverse=is_descending)
        assert values[len(known) :] == [None] * (len(values) - len(known)), "gaps come last either way"
    field = browser.find_element("css selector", "input[type=search]")
    field.send_keys("mutex processes time")
    shown = browser.execute_script(
        "return [...arguments[0].tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.innerText)",
        table,
    )
    assert len(shown) == 2
    assert all("mutex" in row and "processes" in row for row in shown)
    assert browser.find_element("css selector", ".filter [role=status]").text.startswith("2 of ")


def test_tab_reaches_everything_in_order_and_shows_where_it_is(browser: Any, pages: dict[str, Path]) -> None:
    from selenium.webdriver.common.keys import Keys

    _open(browser, pages["report"])
    expected = browser.execute_script(
        "return [...document.querySelectorAll('a, button, input, summary, [tabindex=\"0\"]')]"
        ".filter((one) => one.checkVisibility()).length"
    )
    reached: list[str] = []
    for _ in range(expected):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(
            browser.execute_script(
                "const one = document.activeElement; const look = getComputedStyle(one);"
                "const all = [...document.querySelectorAll('*')];"
                "return [all.indexOf(one), one.className, look.outlineStyle].join(' ')"
            )
        )
    places = [int(entry.split(" ")[0]) for entry in reached]
    assert reached[0].split(" ")[1] == "skip"
    assert places == sorted(set(places)), "each once, in the order of reading"
    assert all(entry.endswith(" solid") for entry in reached), "the focus must be visible everywhere"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_holds_every_section_and_is_light(
    browser: Any, pages: dict[str, Path], tmp_path: Path, scheme: str
) -> None:
    if shutil.which("pdftotext") is None or shutil.which("pdftoppm") is None:
        pytest.skip("pdftotext and pdftoppm are not installed")
    # Script off, so that what opens the details on paper is the style sheet alone.
    _open(browser, pages["report"], scheme=scheme, script=False)
    pdf = tmp_path / "page.pdf"
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    pdf.write_bytes(base64.b64decode(printed))
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout
    words = re.sub(r"\s+", " ", text)
    for part in (
        "What this run found",
        "Can these numbers be trusted?",
        "What could not be measured",
        "False sharing",
        "Fairness",
        "Launches in order of running",
        "readings, medians over launches",
        "Counter roles that count here",
        "All numbers",
        "Method and definitions",
        "Hard key",
        "needs two sockets; this machine has one",
    ):
        assert part in words, part
    image = ["pdftoppm", "-r", "20", "-f", "1", "-l", "1", "-gray", str(pdf)]
    picture = subprocess.run(image, capture_output=True, check=True).stdout
    pixels = picture.split(b"\n", 3)[-1]
    assert pixels.count(255) > 0.6 * len(pixels), "paper is mostly white"
