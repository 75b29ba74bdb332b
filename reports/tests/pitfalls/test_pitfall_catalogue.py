"""Does the index of pitfalls name only what the suite has, and all that it should?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from latchmark.findings.pitfall import AgainstCure, Evidence, Level, Pitfall
from latchmark.findings.pitfall_catalogue import PITFALLS
from latchmark.model import CPU_TIME, LATENCY_P50, LATENCY_P99, TIME_PER_OPERATION

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
OF_THE_HARNESS = (TIME_PER_OPERATION, LATENCY_P50, LATENCY_P99, CPU_TIME)
MIB = 2.0**20
CLASSIC = (
    "race and lost update",
    "non-atomic operations",
    "visibility",
    "aba",
    "false sharing",
    "deadlock avoidance",
    "livelock and back-off",
    "starvation",
    "priority inversion",
    "lock granularity",
    "blocking inside a critical section",
    "recursive locking",
    "busy waiting",
    "executor misuse",
    "back-pressure",
    "queue shutdown",
    "blocked event loop",
    "process against thread",
    "ipc overhead",
    "serialisation",
    "fork against spawn",
    "fork safety",
    "signals",
    "zombies",
    "leaks",
    "cancellation",
    "timeouts",
    "synchronous fan-out",
    "sharing an object against one per thread",
)

NAMES = [pitfall.name for pitfall in PITFALLS]
EVIDENCE = [
    pytest.param(evidence, id=f"{pitfall.name}, {evidence.experiment}")
    for pitfall in PITFALLS
    for evidence in (*pitfall.shown_by, *((pitfall.price,) if pitfall.price else ()))
]


def description(evidence: Evidence) -> str:
    return (BENCHMARKS / evidence.experiment / "experiment.cpp").read_text("utf-8")


def variants_of(text: str) -> set[str]:
    """A variant is described by its name and then a summary: two texts with a comma between them."""
    return set(re.findall(r'"(\w+)",\s*"', text)) | set(re.findall(r'baseline = "(\w+)"', text))


def axis_values(text: str, name: str) -> list[float]:
    axis = re.search(rf'\.name = "{name}",.*?\.values = \{{(.*?)\}}', text, re.DOTALL)
    assert axis is not None, name
    values = []
    for one in axis.group(1).replace("'", "").split(","):
        amount, _, unit = one.strip().partition(" * ")
        if amount[0].isdigit():
            values.append(float(amount) * {"": 1.0, "kMiB": MIB}[unit])
    return values


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_each_experiment_and_variant_is_in_the_suite(evidence: Evidence) -> None:
    text = description(evidence)
    assert f'.name = "{evidence.experiment}"' in text
    named = (
        {evidence.pitfall, evidence.cure} if isinstance(evidence, AgainstCure) else {evidence.variant} - {""}
    )
    assert named <= variants_of(text)


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_each_metric_and_position_of_an_axis_is_in_the_suite(evidence: Evidence) -> None:
    if not isinstance(evidence, AgainstCure):
        return
    text = description(evidence)
    for name, value in (*evidence.at, *(evidence.cure_at or ())):
        assert value in axis_values(text, name)
    if evidence.metric and evidence.metric not in OF_THE_HARNESS:
        sources = (BENCHMARKS / evidence.experiment).glob("*.hpp")
        assert any(f'"{evidence.metric}"' in source.read_text("utf-8") for source in sources)


def test_no_two_pieces_of_evidence_of_a_pitfall_are_one() -> None:
    for pitfall in PITFALLS:
        assert len(set(pitfall.shown_by)) == len(pitfall.shown_by)
        assert all(
            not isinstance(one, AgainstCure) or (one.pitfall, one.at) != (one.cure, one.cure_at or one.at)
            for one in pitfall.shown_by
        )


def test_the_classic_pitfalls_are_all_there() -> None:
    names = [pitfall.name.lower() for pitfall in PITFALLS]
    assert [one for one in CLASSIC if not any(one in name for name in names)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("pitfall", PITFALLS, ids=NAMES)
def test_an_entry_is_one_plain_sentence_and_a_cure(pitfall: Pitfall) -> None:
    for text in (pitfall.problem, pitfall.cure):
        assert text.endswith(".")
        assert text[0].isupper() or text.startswith(("++", "posix_spawn"))
        assert len(text) <= 110  # a line of the page, or two of a column
    assert pitfall.problem.count(". ") == 0


@pytest.mark.parametrize("pitfall", PITFALLS, ids=NAMES)
def test_what_nothing_shows_says_what_it_would_take(pitfall: Pitfall) -> None:
    assert pitfall.shown_by or pitfall.missing
    assert not pitfall.missing.endswith(".")
    if pitfall.is_price:
        assert all(isinstance(one, AgainstCure) for one in pitfall.shown_by)
    assert all(not isinstance(one, Level) or one.meaning for one in pitfall.shown_by)
