"""What does a gate say of the counts that its screen brought, also of those that one side does not have?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from gate_policy.stored_runs import ALONE, stored, two_sided

from latchmark.gate.counts.answers import counts_of, decided, group_of
from latchmark.gate.policy import Policy
from latchmark.gate.stages.stretches import Stretch
from latchmark.model import Run
from latchmark.verdict import Gated, Grade, Stage, StageKind, Word

Load = Callable[[dict[str, Any]], Run]

PAIRS = 20
INSTRUCTIONS = (ALONE, "instructions")


def screen_of(run: Run, voids: Mapping[int, str] | None = None) -> Stretch:
    stage = Stage(StageKind.SCREEN, "01-screen", "run.json", "", run.started_utc, 1.0, PAIRS, 0, 3)
    return Stretch(stage, run, voids or {})


def answers(
    loaded: Load, head: dict[str, Any], voids: Mapping[int, str] | None = None
) -> dict[tuple[str, str], Gated]:
    run = loaded(two_sided(stored(rounds=PAIRS + 1), head))
    screen = [screen_of(run, voids)]
    return {(one.point, one.metric): one for one in decided(counts_of(screen, Policy(), None), Policy(), {})}


def head_of(**changed: Any) -> dict[str, Any]:
    return stored(rounds=PAIRS + 1, seed=2, **changed)


def without_instructions(rounds: range) -> dict[str, Any]:
    document = head_of()
    for launch in document["launches"]:
        if launch["round"] in rounds:
            launch["readings"].pop("instructions", None)
    return document


def test_what_is_required_has_the_first_place_in_the_group() -> None:
    policy = Policy(
        required_roles=("branches", "cycles"),
        gated_roles=("instructions", "branches"),
        optional_roles=("cycles",),
    )
    assert group_of(policy) == ("branches", "cycles", "instructions")


@pytest.mark.parametrize(("instructions", "word"), [(12.0, Word.OK), (12.12, Word.REGRESSED)])
def test_a_deterministic_count_is_decided(loaded: Load, instructions: float, word: Word) -> None:
    found = answers(loaded, head_of(instructions=instructions))[INSTRUCTIONS]
    assert (found.word, found.grade, found.is_advisory) == (word, Grade.DETERMINISTIC, False)
    assert len(found.pairs) == PAIRS


def test_a_count_that_head_lost_does_not_vanish(loaded: Load) -> None:
    found = answers(loaded, without_instructions(range(PAIRS + 1)))[INSTRUCTIONS]
    assert (found.word, found.estimate, found.is_advisory) == (Word.INCONCLUSIVE, None, False)
    assert found.because.startswith("0 pairs of launches: 12 are needed; head has no value: ")


def test_a_count_that_head_has_now_and_then_is_not_decided(loaded: Load) -> None:
    found = answers(loaded, without_instructions(range(PAIRS - 2)))[INSTRUCTIONS]
    assert (found.word, found.grade, found.is_advisory) == (Word.INCONCLUSIVE, Grade.DETERMINISTIC, False)
    assert found.because.startswith("3 pairs of launches")


def test_rounds_that_are_void_do_not_count(loaded: Load) -> None:
    voids = dict.fromkeys(range(1, 10), "steal")
    found = answers(loaded, head_of(instructions=12.12), voids)[INSTRUCTIONS]
    assert (found.word, found.estimate) == (Word.INCONCLUSIVE, None)
    assert found.because.startswith("11 pairs of launches: 12 are needed")


def test_what_happens_on_neither_side_is_shown_only(loaded: Load) -> None:
    found = answers(loaded, head_of())[ALONE, "page_faults"]
    assert (found.word, found.is_advisory) == (Word.OK, True)


def test_a_noisy_count_is_shown_with_its_ratio(loaded: Load) -> None:
    base = stored(rounds=PAIRS + 1)
    for launch in base["launches"]:
        if "instructions" in launch["readings"]:
            launch["readings"]["instructions"]["value"] *= 1 + launch["round"] % 3
    run = loaded(two_sided(base, base))
    found = next(
        one
        for one in decided(counts_of([screen_of(run)], Policy(), None), Policy(), {})
        if (one.point, one.metric) == INSTRUCTIONS
    )
    assert (found.word, found.grade, found.is_advisory) == (Word.INCONCLUSIVE, Grade.NOISY, True)
    assert found.estimate is not None
    assert found.estimate.value == 1.0
