"""How long does a page take until something of it is seen? Loads it in a headless Chromium a few times."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

LOADS = 5
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
)
_PAINTED = """
const done = arguments[arguments.length - 1];
const look = () => {
  const paint = performance.getEntriesByType("paint").find((one) => one.name === "first-contentful-paint");
  if (paint) done(paint.startTime); else setTimeout(look, 10);
};
look();
"""


class NoBrowser(Exception):
    """Why nothing could be loaded."""


def first_paints_ms(pages: Sequence[Path]) -> list[float]:
    """The median first contentful paint of each page over LOADS loads, in ms after the navigation began.
    Raises NoBrowser."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        raise NoBrowser("chromium or chromedriver is not installed")
    try:
        from selenium import webdriver
        from selenium.common.exceptions import WebDriverException
        from selenium.webdriver.chrome.service import Service
    except ImportError as error:
        raise NoBrowser("selenium is not installed") from error
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for argument in (*ARGUMENTS, f"--user-data-dir={profile}"):
            options.add_argument(argument)  # type: ignore[no-untyped-call]
        try:
            browser = webdriver.Chrome(service=Service(driver), options=options)
        except WebDriverException as error:
            raise NoBrowser(f"chromium does not start: {error.msg}") from error
        try:
            browser.set_script_timeout(60)
            return [median(_load(browser, page) for _ in range(LOADS)) for page in pages]
        except WebDriverException as error:
            raise NoBrowser(f"chromium gave up: {error.msg}") from error
        finally:
            browser.quit()


def _load(browser, page: Path) -> float:  # type: ignore[no-untyped-def]  # selenium has no types
    # From an empty page, so that every load begins with nothing painted.
    browser.get("about:blank")
    browser.get(page.resolve().as_uri())
    return float(browser.execute_async_script(_PAINTED))
