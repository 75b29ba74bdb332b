"""Do the stages fit into the minutes that are there, and are they never too short to decide?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from latchmark.errors import WrongUsage
from latchmark.gate.budget import Left, Pace, expected_s, fitted, in_what_is_left
from latchmark.gate.procedure import Wanted
from latchmark.gate.procedure.rules import Rules, why_blind
from latchmark.verdict import Limits, StageKind

LIMITS = Limits(limit=0.03, margin=0.02, tolerated=0.10)
RULES = Rules()
CONTROL = "control"
PACE = Pace({**{f"point {index}": 0.1 for index in range(10)}, CONTROL: 0.1}, (CONTROL,))
KEYS = tuple((name, "time") for name in PACE.launch_s if name != CONTROL)


def test_a_round_launches_both_sides_and_the_controls_once() -> None:
    assert PACE.round_s(["point 1"]) == pytest.approx(0.4)
    assert PACE.round_s(["point 1", CONTROL]) == pytest.approx(0.4)


def test_enough_time_changes_nothing() -> None:
    assert fitted(RULES, LIMITS, PACE, 60) == (RULES, None)


def test_less_time_is_kept_by_shorter_stages_that_can_still_decide() -> None:
    whole_s = expected_s(PACE, RULES)
    fits = [fitted(RULES, LIMITS, PACE, share * whole_s / 60) for share in (0.9, 0.7, 0.6)]
    for (rules, told), share in zip(fits, (0.9, 0.7, 0.6), strict=True):
        assert expected_s(PACE, rules) <= share * whole_s
        assert rules.screen_pairs >= RULES.least_screen_pairs
        assert why_blind(rules, len(KEYS)) is None
        assert told is not None
        assert "instead of" in told
    assert all(later.second_look < earlier.second_look for (earlier, _), (later, _) in pairwise(fits))


def test_the_minutes_that_are_advised_are_enough() -> None:
    with pytest.raises(WrongUsage, match=r"need at least ([0-9.]+) minutes") as refused:
        fitted(RULES, LIMITS, PACE, 0.1)
    advised = float(str(refused.value).split("at least ")[1].split()[0])
    assert fitted(RULES, LIMITS, PACE, advised)[1] is not None


def test_settling_is_given_up_when_time_runs_out() -> None:
    wanted = Wanted(StageKind.SETTLE, KEYS, 20)
    rules, told = in_what_is_left(RULES, wanted, 20, True, PACE, Left(10, 1))
    assert rules.settle_pairs == 20
    assert told == "no time was left to settle 10 undecided points: they have 20 pairs"
    assert in_what_is_left(RULES, wanted, 20, True, PACE, Left(100, 1)) == (RULES, None)


def test_a_slow_machine_has_less_time() -> None:
    wanted = Wanted(StageKind.SETTLE, KEYS, 20)
    assert in_what_is_left(RULES, wanted, 20, True, PACE, Left(100, 3))[1] is not None


def test_confirming_is_shortened_only_before_it_begins() -> None:
    wanted = Wanted(StageKind.CONFIRM, KEYS[:1], 40)
    rules, told = in_what_is_left(RULES, wanted, 20, True, PACE, Left(30, 1))
    assert 7 < rules.second_look < 100
    assert rules.first_look == 40
    assert told is not None
    assert in_what_is_left(RULES, wanted, 20, False, PACE, Left(30, 1)) == (RULES, None)


def test_a_screen_is_never_cut() -> None:
    wanted = Wanted(StageKind.SCREEN, KEYS, 20)
    assert in_what_is_left(RULES, wanted, 0, True, PACE, Left(0, 1)) == (RULES, None)
