"""Is the page of a run well formed and complete in one file, whatever its names, and the same every time?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from described_run import write_run
from large_run import large_run
from pages.outline import Outline
from pages.page_runs import HOSTILE_TEXTS, rich_run, with_texts_replaced

from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.rendering import embedded_json

Loaded = Callable[[dict[str, Any]], Run]
LARGEST_PAGE_BYTES = 5_000_000
LARGEST_SCRIPT_BYTES = 15_000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    from latchmark.loading import load

    return report_page(load(write_run(rich_run(), tmp_path_factory.mktemp("page") / "run.json")))


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    outline = Outline(page)
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [str(attributes["href"])[1:] for attributes in outline.all("a")]
    labels = [
        name
        for _, attributes in outline.elements
        for name in str(attributes.get("aria-labelledby") or "").split()
    ]
    assert set(links) | set(labels) <= set(ids)


def test_headings_are_in_order_and_there_is_one_title(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(page).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_table_has_a_caption_and_every_header_a_scope(page: str) -> None:
    outline = Outline(page)
    assert len(outline.all("caption")) == len(outline.all("table")) > 8
    assert all(attributes.get("scope") in ("col", "row") for attributes in outline.all("th"))


def test_what_scrolls_can_be_reached_by_keyboard_in_every_browser(page: str) -> None:
    scrolled = [one for _, one in Outline(page).elements if one.get("class") == "scroll"]
    assert len(scrolled) > 8
    assert all(one["tabindex"] == "0" and one["role"] == "region" and one["aria-label"] for one in scrolled)


def test_the_page_asks_for_nothing_from_outside(page: str) -> None:
    outline = Outline(page)
    assert not outline.all("link")
    assert not outline.all("img")
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    policy = next(one["content"] for one in outline.all("meta") if "http-equiv" in one)
    assert str(policy).startswith("default-src 'none'")


def test_the_script_is_small_and_the_only_one(page: str) -> None:
    kinds = [attributes.get("type") for attributes in Outline(page).all("script")]
    assert kinds == ["application/json", None]
    script = page[page.rindex("<script>") : page.rindex("</script>")]
    assert len(script.encode()) < LARGEST_SCRIPT_BYTES


def test_embedded_data_has_every_launch(page: str) -> None:
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert text is not None
    document = json.loads(text[1])
    expected = rich_run()
    columns = [point["launches"] for point in document["points"]]
    assert sum(len(one["order"]) for one in columns) == len(expected["launches"])
    (lost,) = [one for one in columns if "crashed" in one["status"]]
    times_ns = dict(zip(lost["status"], lost["metrics"]["time_per_operation"], strict=True))
    assert times_ns["crashed"] is None
    assert times_ns["ok"] > 0


def test_embedded_data_cannot_end_its_element() -> None:
    text = embedded_json({"name": "<!--<script></script>"})
    assert "<" not in text
    assert json.loads(text) == {"name": "<!--<script></script>"}


def test_what_could_not_be_measured_is_named_with_its_reason(page: str) -> None:
    text = page[page.index('id="absent"') : page.index('class="family"')]
    point = "false_sharing/counters/packed/workers:4/placement:spread"
    assert f"{point}</code>: 1 launch crashed, in round 3: killed by" in text
    assert "3 points: needs two sockets; this machine has one" in text
    assert "2 counter roles: this virtual machine offers no performance counters" in text


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=["all", "comment"])
def test_hostile_texts_stay_texts(loaded: Loaded, text: str) -> None:
    page = report_page(loaded(with_texts_replaced(rich_run(rounds=2), text)))
    # Of names as unknown as these: by its name a variant may be one of which more is told.
    plain = Outline(report_page(loaded(with_texts_replaced(rich_run(rounds=2), "harmless"))))
    outline = Outline(page)
    # Not one element more than with harmless names: whatever was smuggled in is text.
    assert [tag for tag, _ in outline.elements if tag == "script"] == ["script", "script"]
    assert sum(tag == "b" for tag, _ in outline.elements) == 0
    assert len(outline.all("table")) == len(plain.all("table"))
    assert "</html>" in page
    page.encode()


def test_no_name_turns_the_text_around_it(loaded: Loaded) -> None:
    page = report_page(loaded(with_texts_replaced(rich_run(rounds=2), "ab\u202ecd\u2066")))
    assert "ab\ufffdcd\ufffd" in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)


def test_texts_that_may_be_empty_may_be(loaded: Loaded) -> None:
    document = rich_run(rounds=2)
    for experiment in document["experiments"]:
        experiment |= {"mechanism": "", "question": "", "operation": ""}
        for variant in experiment["variants"]:
            variant["summary"] = ""
    document["run"]["command"] = []
    document["suite"]["commit"] = ""
    assert "</html>" in report_page(loaded(document))


def test_the_same_run_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    path = write_run(rich_run(rounds=2), tmp_path / "run.json")
    program = (
        "import sys; from pathlib import Path; from latchmark.loading import load;"
        "from latchmark.pages import report_page; sys.stdout.write(report_page(load(Path(sys.argv[1]))))"
    )
    pages = []
    for seed in ("1", "2"):
        reports = str(Path(__file__).parents[2])
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": reports,
            "PYTHONIOENCODING": "utf-8",
        }
        command = [sys.executable, "-c", program, str(path)]
        pages.append(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert pages[0] == pages[1]
    assert len(pages[0]) > 100_000


def test_a_page_of_the_largest_preset_is_within_its_budget(loaded: Loaded) -> None:
    run = loaded(large_run(workers=8, points=300, launches=10, windows=1))
    assert len(report_page(run).encode()) < LARGEST_PAGE_BYTES
