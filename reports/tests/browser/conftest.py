"""Which browser looks at the pages, and where are they? One browser for all tests, offline by its
arguments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from counted_run import QEMU, control, counted_run
from described_run import write_run
from folder.stored_fleets import every_state, put_fleet, rack, status_of
from folder.stored_results import everything
from gate_outputs.described_gates import troubled_verdict
from pages.page_runs import rich_run
from trend.nightly_runs import kept, nightly_documents, stepped

from latchmark.cli.indexing import index_page
from latchmark.loading import load
from latchmark.model import Run
from latchmark.pages import compare_page, report_page, trend_page, verdict_page
from latchmark.trend import History, history_of

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
    "--hide-scrollbars",
)
ROOT = Path(__file__).parents[3]


def moved_history(folder: Path) -> History:
    """A history with steps either way, a changed environment and a changed definition."""

    def mend(night: int, document: dict[str, Any]) -> None:
        document["machine"]["soft_key"]["kernel"] = "6.1.0" if night < 9 else "6.12.0"
        if night > 20:
            document["points"][3]["definition"] = "another question"

    factors = {"packed": stepped(24, 9, 1.4), "padded": stepped(24, 12, 0.6)}
    return history_of(kept(nightly_documents(24, factors, mend), folder))


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Two of different machines without counters, and two with counters of which nothing is a machine's
    own."""
    folder = tmp_path_factory.mktemp("runs")
    documents = {"first": rich_run("alpha", 1), "second": rich_run("beta", 2, slower=2.0)}
    documents["second"]["machine"]["hard_key"]["cores"] = "8"
    guest = counted_run("arm", "guest", emulated=QEMU)
    guest.counters["control"] = [control("l1d_invalidations"), control("stalls_backend", "failed")]
    documents |= {"counted": counted_run().document(), "guest": guest.document()}
    return {name: load(write_run(document, folder / f"{name}.json")) for name, document in documents.items()}


def _results(folder: Path) -> Path:
    """A folder with everything, one fleet run of every state and one of a rack with a host that is off."""
    every_state(everything(folder) / "states")
    put_fleet(folder / "rack", rack(folder / "rack", 9, started="07:05") | {"off": status_of("off")})
    return folder


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, runs: dict[str, Run]) -> dict[str, Path]:
    """The pages under test: `report` of one run and `compare` of two, `counted` and `sources` of runs with
    counters, `verdict` of a gate that met everything, `trend` of steps either way, `index` of a
    folder with fleet runs among much else, `fleet` of the folder of one."""
    folder = tmp_path_factory.mktemp("pages")
    texts = {
        "report": report_page(runs["first"]),
        "compare": compare_page([runs["first"], runs["second"]]),
        "counted": report_page(runs["guest"]),
        "sources": compare_page([runs["counted"], runs["guest"]]),
        "verdict": verdict_page(troubled_verdict()),
        "trend": trend_page(moved_history(folder / "nights")),
        "index": index_page(_results(folder / "results"), folder / "index.html"),
        "fleet": index_page(every_state(folder / "fleet"), folder / "fleet.html"),
    }
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium with an empty profile; the test is skipped where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("chromium or chromedriver is not installed")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    started = webdriver.Chrome(service=Service(driver), options=options)
    yield started
    started.quit()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, which Debian does not package."""
    places = [Path(place) for place in [os.environ.get("LATCHMARK_AXE", "")] if place]
    places.append(ROOT / "node_modules/axe-core/axe.min.js")
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        pytest.skip("axe-core is not installed: run scripts/latchmark setup --test, or set LATCHMARK_AXE")
    return found.read_text("utf-8")
