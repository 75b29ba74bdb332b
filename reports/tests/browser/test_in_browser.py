"""Can the page be read in the dark, on a phone, enlarged, on paper, without script, by a screen reader?"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from browser.looking import (
    NARROW,
    PAPER,
    UNDECIDED,
    WIDE,
    ZOOMED,
    View,
    Visit,
    open_everything,
    violations,
    visit,
)

from latchmark.figures.palette import INKS

pytestmark = pytest.mark.browser

NAMES = ["report", "compare", "counted", "sources", "verdict", "trend", "index", "fleet"]
SCHEMES = ["light", "dark"]
OTHER = {"light": "dark", "dark": "light"}
# Times of an emulated machine are not compared, and an index has no number to draw.
WITHOUT_FIGURE = {"sources", "index", "fleet"}
# Colours do not depend on the width, nor the arrangement on colours; paper is always light.
VIEWS = {"light": (WIDE, ZOOMED, NARROW, PAPER), "dark": (WIDE,)}
COUNTS = (
    "return ['svg', 'td', 'th', 'figure', '.command'].map((one) => document.querySelectorAll(one).length)"
)


@pytest.fixture(scope="module", params=[(name, scheme) for name in NAMES for scheme in SCHEMES], ids="-".join)
def shown(request: pytest.FixtureRequest, browser: Any, pages: dict[str, Path]) -> Visit:
    """A page in a theme, opened once for all that is asked of it; the last test opens all that is folded."""
    name, scheme = request.param
    return visit(browser, pages[name], name, scheme)


def test_nothing_is_requested_but_the_file_and_nothing_is_complained_about(shown: Visit) -> None:
    assert shown.requests, "the log must see at least the page itself"
    assert [url for url in shown.requests if not url.startswith(("file:", "data:"))] == []
    assert shown.complaints == ()


def test_figures_follow_the_theme(shown: Visit) -> None:
    inks = {_as_computed(getattr(ink, shown.scheme)) for ink in INKS}
    others = {_as_computed(getattr(ink, OTHER[shown.scheme])) for ink in INKS}
    ground, *fills = shown.run(
        "const texts = [...document.querySelectorAll('figure svg text')];"
        "const ground = getComputedStyle(document.documentElement).backgroundColor;"
        "return [ground, ...texts.map((text) => getComputedStyle(text).fill)]"
    )
    assert ground in inks - others
    assert not set(fills) & (others - inks)
    assert shown.name in WITHOUT_FIGURE or set(fills) & (inks - others)


def _as_computed(colour: str) -> str:
    """`#010203` as a browser says it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


def test_axe_finds_no_violation_and_nothing_scrolls_sideways(shown: Visit, axe: str) -> None:
    open_everything(shown)
    found = []
    for view in VIEWS[shown.scheme]:
        shown.look(view)
        violated, undecided = violations(shown, axe)
        found += [(view, *one) for one in violated]
        found += [(view, "not decided", rule) for rule in undecided - UNDECIDED]
        found += [(view, "beyond the right edge", one) for one in _sideways(shown, view)]
    assert found == []


def _sideways(shown: Visit, view: View) -> list[str]:
    """The elements beyond the right edge, if the page scrolls there; paper is cut elsewhere."""
    if view is PAPER:
        return []
    found: list[str] = shown.run(
        "const width = document.documentElement.clientWidth;"
        "if (document.documentElement.scrollWidth <= arguments[0]) return [];"
        "return [...document.querySelectorAll('body *')]"
        ".filter((one) => one.getBoundingClientRect().right > width && !one.closest('.scroll, svg'))"
        ".map((one) => one.outerHTML.slice(0, 120))",
        view.width,
    )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_without_script_every_figure_and_number_is_there(
    browser: Any, pages: dict[str, Path], name: str
) -> None:
    counts = []
    for script in (True, False):
        opened = visit(browser, pages[name], script=script)
        counts.append(opened.run(COUNTS))
        buttons = opened.run("return document.querySelectorAll('button, input, [aria-pressed]').length")
        assert (buttons > 0) is script, "without script nothing may look as if it could be pressed"
    assert counts[0] == counts[1]
    shown = counts[0][1:3] if name in WITHOUT_FIGURE else counts[0][:4]
    assert all(shown), "a page that shows nothing is complete without script too"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_paper_holds_every_section_and_is_light(
    browser: Any, pages: dict[str, Path], tmp_path: Path, scheme: str
) -> None:
    if shutil.which("pdftotext") is None or shutil.which("pdftoppm") is None:
        pytest.skip("pdftotext and pdftoppm are not installed")
    # Script off, so that what opens the details on paper is the style sheet alone.
    visit(browser, pages["report"], scheme=scheme, script=False)
    pdf = tmp_path / "page.pdf"
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"]
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
