"""How is a page looked at? At some width, in a theme, with or without script, on screen or paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe cannot decide: it does not compute the contrast of text in SVG, nor of text over a pseudo-element.
# The contrast of every ink is computed in tests/figures/test_palette.py.
UNDECIDED = {"color-contrast"}


@dataclass(frozen=True)
class View:
    """`width` is in CSS pixels: 640 with two dots a pixel is a window of 1280 at 200 % zoom. Without a
    `medium` it is that of the moment: the screen, and paper while printing."""

    width: int = 1280
    dots_per_pixel: int = 1
    medium: str = ""


WIDE, ZOOMED, NARROW = View(), View(640, 2), View(390, 2)
PAPER = View(medium="print")


@dataclass(frozen=True)
class Visit:
    """A page that was opened once for several checks: what it asked for, and what the browser complained
    about."""

    name: str
    scheme: str
    browser: Any
    requests: tuple[str, ...]
    complaints: tuple[str, ...]

    def run(self, script: str, *arguments: object) -> Any:
        """What a function body in the page returns."""
        return self.browser.execute_script(script, *arguments)

    def wait(self, script: str) -> Any:
        """The first true value of an expression; pytest's own time limit ends a page that never has one."""
        from selenium.webdriver.support.ui import WebDriverWait

        return WebDriverWait(self.browser, 10).until(lambda _: self.run(f"return {script}"))

    def look(self, view: View) -> None:
        """Changes window and medium of the open page."""
        _show(self.browser, view, self.scheme)


def visit(browser: Any, page: Path, name: str = "", scheme: str = "light", script: bool = True) -> Visit:
    """Opens a page in a wide window."""
    for kind in ("performance", "browser"):
        browser.get_log(kind)
    _show(browser, WIDE, scheme)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
    browser.get(page.as_uri())
    # From here on it is the test that asks, and not the page.
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = tuple(
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    )
    return Visit(
        name, scheme, browser, requests, tuple(entry["message"] for entry in browser.get_log("browser"))
    )


def _show(browser: Any, view: View, scheme: str) -> None:
    metrics = {
        "width": view.width,
        "height": 900,
        "deviceScaleFactor": view.dots_per_pixel,
        "mobile": False,
    }
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    media = {"features": features, "media": view.medium}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def open_everything(shown: Visit) -> None:
    """Opens every details, and waits until the script has served the tables in them."""
    shown.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    # The events of opening come in a task of their own.
    shown.browser.execute_async_script("setTimeout(arguments[0], 50)")


def violations(shown: Visit, axe: str) -> tuple[list[tuple[str, str]], set[str]]:
    """(rule, element) of what axe-core objects to, and the rules that it could not decide."""
    if not shown.run("return 'axe' in window"):
        shown.browser.execute_cdp_cmd("Runtime.evaluate", {"expression": axe})
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations", "incomplete"]}
    shown.browser.set_script_timeout(120)
    result = shown.browser.execute_async_script(
        "const done = arguments[1];"
        "axe.run(document, arguments[0]).then(done, (error) => done(String(error)))",
        options,
    )
    assert isinstance(result, dict), result
    found = [(one["id"], one["nodes"][0]["html"][:200]) for one in result["violations"]]
    return found, {one["id"] for one in result["incomplete"]}
