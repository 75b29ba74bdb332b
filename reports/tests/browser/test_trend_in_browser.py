"""Can the page of a history be read in the dark, on a phone, without script, and by a screen reader?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trend.nightly_runs import kept, nightly_documents, stepped

from latchmark.pages import trend_page
from latchmark.trend import history_of

pytestmark = pytest.mark.browser

# What axe cannot decide; tests/figures/test_palette.py computes the contrast of every ink.
UNDECIDED = {"color-contrast"}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A history with steps either way, a changed environment and a changed definition."""

    def mend(night: int, document: dict[str, Any]) -> None:
        document["machine"]["soft_key"]["kernel"] = "6.1.0" if night < 9 else "6.12.0"
        if night > 20:
            document["points"][3]["definition"] = "another question"

    factors = {"packed": stepped(24, 9, 1.4), "padded": stepped(24, 12, 0.6)}
    folder = tmp_path_factory.mktemp("history")
    text = trend_page(history_of(kept(nightly_documents(24, factors, mend), folder)))
    (folder / "trend.html").write_text(text, "utf-8")
    return folder / "trend.html"


def _open(browser: Any, page: Path, width: int = 1280, scheme: str = "light") -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(page.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_history(browser: Any, page: Path, axe: str, scheme: str) -> None:
    _open(browser, page, scheme=scheme)
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


@pytest.mark.parametrize("width", [390, 640])
def test_a_narrow_history_does_not_scroll_sideways(browser: Any, page: Path, width: int) -> None:
    _open(browser, page, width=width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_figures_of_a_history_follow_the_theme(browser: Any, page: Path) -> None:
    inks = []
    for scheme in ("light", "dark"):
        _open(browser, page, scheme=scheme)
        inks.append(
            browser.execute_script("return getComputedStyle(document.querySelector('svg text')).fill")
        )
    assert inks[0] != inks[1]


def test_without_script_a_history_is_complete(browser: Any, page: Path) -> None:
    counts = []
    for script in (True, False):
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        browser.get(page.as_uri())
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        counts.append(
            browser.execute_script(
                "return ['svg', 'td', 'figure'].map((one) => document.querySelectorAll(one).length)"
            )
        )
    assert counts[0] == counts[1]
    assert all(counts[0])
