"""Do sentences side by side lose only what is said once beside them?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from described_run import DescribedRun

from latchmark.findings import findings_of, speakers, told_once
from latchmark.model import Run

Loaded = Callable[[dict[str, Any]], Run]
FAMILIES = ("contention/counter", "false_sharing/counters", "waiting/handoff")


def _run(rounds: int = 6, alone: str = "") -> DescribedRun:
    """An experiment of each family with 2 workers, `alone` with 4."""
    run = DescribedRun(rounds=rounds, cpus=4)
    for family in FAMILIES:
        run.experiment(family, ("base", "other"))
        for variant, time_ns in (("base", 5.0), ("other", 50.0)):
            run.point(family, variant, 4 if family == alone else 2, [time_ns] * rounds)
    return run


def test_a_place_that_most_name_is_said_once(loaded: Loaded) -> None:
    found = speakers(findings_of(loaded(_run(alone=FAMILIES[2]).document())), FAMILIES)
    shorter, shared = told_once(found)
    assert shared == ("Unless said otherwise: 2 threads spread over the cores.",)
    sentences = {one.experiment: one.sentence for one in shorter}
    said = "other costs 10.0\u00d7 [10.0, 10.0] as much per operation as base"
    assert sentences[FAMILIES[0]] == f"{said} (50.0 against 5.00 ns)."
    assert sentences[FAMILIES[2]] == f"{said} with 4 threads spread over the cores (50.0 against 5.00 ns)."


def test_one_sentence_keeps_its_place(loaded: Loaded) -> None:
    found = speakers(findings_of(loaded(_run().document())), FAMILIES)
    assert told_once(found[:1]) == (found[:1], ())


def test_a_missing_interval_is_explained_once(loaded: Loaded) -> None:
    found = findings_of(loaded(_run(rounds=1).document()))
    shorter, shared = told_once(found)
    assert shared[-1] == "No interval: 1 launch is too few for 95 %."
    assert all("no interval" in one.sentence for one in found)
    assert not any("no interval" in one.sentence for one in shorter)
