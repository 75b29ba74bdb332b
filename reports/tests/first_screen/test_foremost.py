"""What stands above the findings of a run that did wrong work, or was stopped?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from described_run import DescribedRun

from latchmark.cautions import foremost_of, resume_sentence
from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.of_run import page_of

Loaded = Callable[[dict[str, Any]], Run]


def losing(variants: int, launches: int = 6) -> dict[str, Any]:
    """The first launches of each variant lose updates."""
    run = DescribedRun()
    names = [f"losing_{index}" for index in range(variants)]
    run.experiment("mine/counter", names)
    fail = dict.fromkeys(range(launches), ("verify_failed", "3 updates are missing"))
    for name in names:
        run.point("mine/counter", name, 2, [5.0] * 6, fail=fail)
    return run.document()


def stopped(*words: str) -> dict[str, Any]:
    """A run whose command had these words."""
    document = losing(1, launches=0)
    document["run"] |= {"complete": False, "incomplete_reason": "stopped by a signal"}
    document["run"]["command"] = ["latchmark-bench", "run", "quick", *words]
    return document


def test_a_complete_run_that_did_its_work_has_nothing_above_its_findings(loaded: Loaded) -> None:
    assert foremost_of(loaded(losing(1, launches=0))) == ()


def test_what_is_left_of_a_variant_is_told(loaded: Loaded) -> None:
    assert foremost_of(loaded(losing(1))) == (
        "losing_0 of mine/counter did not do its work in 6 launches; it has no number.",
    )
    assert foremost_of(loaded(losing(1, launches=1))) == (
        "losing_0 of mine/counter did not do its work in 1 launch; the numbers of its other 5 launches may be"
        " wrong too.",
    )


def test_many_variants_are_counted(loaded: Loaded) -> None:
    told = foremost_of(loaded(losing(6)))
    assert len(told) == 5
    assert told[-1] == "2 further variants did not either."


@pytest.mark.parametrize(
    "words", [("--out", "results/a b"), ("--out=results/a b",), ("--resume", "results/a b")]
)
def test_a_stopped_run_is_resumed_in_the_folder_that_its_command_named(
    loaded: Loaded, words: tuple[str, ...]
) -> None:
    run = loaded(stopped(*words))
    assert resume_sentence(run) == "Resume it with `scripts/latchmark run --resume 'results/a b'`"
    assert "stopped by a signal" in foremost_of(run)[0]
    assert resume_sentence(run) in foremost_of(run)[0]


@pytest.mark.parametrize("words", [(), ("--out", "/home/somebody/results"), ("--out",)])
def test_no_absolute_folder_is_told(loaded: Loaded, words: tuple[str, ...]) -> None:
    assert "--resume DIR`, where DIR is" in resume_sentence(loaded(stopped(*words)))


def test_a_hostile_folder_stays_text(loaded: Loaded) -> None:
    page = report_page(loaded(stopped("--out", "<img src=x>")))
    assert "--resume &#39;&lt;img src=x&gt;&#39;" in page
    assert "<img" not in page


def test_the_instrument_alone_is_no_run_without_differences(loaded: Loaded) -> None:
    run = DescribedRun()
    run.experiment("instrument/memory", ("l1_hit", "memory"))
    run.point("instrument/memory", "l1_hit", 1, [1.0, 1.1, 1.0, 1.1, 1.0, 1.1])
    run.point("instrument/memory", "memory", 1, [100.0, 101.0, 102.0, 103.0, 104.0, 105.0])
    headlines = page_of(loaded(run.document())).headlines
    assert [one.finding.is_shown for one in headlines.found] == [True]
    assert headlines.remark.startswith(
        "No difference was shown where workers meet, each on a CPU of its own;"
    )
