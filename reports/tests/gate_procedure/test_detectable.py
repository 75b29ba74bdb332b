"""Is the detectable slowdown the one that simulations found?"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from latchmark.gate.procedure.detectable import mde90, pairs_needed
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Limits

LIMITS = Limits(limit=0.03, margin=0.02, tolerated=0.10)


def detectable(spread: float, screen_pairs: int = 20, confirm_pairs: int = 100, among: int = 10) -> float:
    """The detectable slowdown where there is one."""
    found = mde90(
        spread, LIMITS, Rules(), screen_pairs=screen_pairs, confirm_pairs=confirm_pairs, among=among
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("spread", "percent"),
    [(0.005, 3.1), (0.02, 3.3), (0.05, 4.6), (0.08, 6.2), (0.13, 9.3), (0.21, 15.5)],
)
def test_it_agrees_with_the_table(spread: float, percent: float) -> None:
    assert 100 * detectable(spread) == pytest.approx(percent, abs=0.06)


def test_each_step_can_be_the_narrowest() -> None:
    # The limit for quiet points, the confirming test in between, the screen for few screening pairs.
    assert detectable(1e-9) == pytest.approx(LIMITS.limit)
    assert detectable(0.08, among=1000) > detectable(0.08, among=1)
    assert detectable(0.21, screen_pairs=12) > detectable(0.21, screen_pairs=20)
    assert detectable(0.21, among=1) == detectable(0.21, among=2)


def test_without_pairs_nothing_is_promised() -> None:
    assert mde90(0.05, LIMITS, Rules(), screen_pairs=0, confirm_pairs=100, among=1) is None
    assert mde90(0.05, LIMITS, Rules(), screen_pairs=20, confirm_pairs=0, among=1) is None


def test_pairs_needed_to_be_below_what_is_tolerated() -> None:
    # ln 1.1 = 0.0953, of which 0.05 is room: (1.645 x 1.25 x 0.4 / 0.05)^2 = 271.
    median = math.log(1.1) - 0.05
    needed = pairs_needed(median, 0.4, LIMITS, replace(Rules(), alpha=1e-12), among=1, have=60)
    assert needed == 271


def test_pairs_needed_to_confirm() -> None:
    # At what is tolerated there is no room: (2.457 x 1.05 x 0.3 / (ln 1.1 - ln 1.02))^2 = 105.
    needed = pairs_needed(math.log(1.1), 0.3, LIMITS, Rules(), among=1, have=60)
    assert needed == 106


def test_what_did_not_decide_is_not_enough() -> None:
    assert pairs_needed(0.0, 0.001, LIMITS, Rules(), among=1, have=60) == 61


def test_some_policies_leave_room_that_no_pairs_fill() -> None:
    # Tolerates 2 %, fails from 5 %: at 3 % no amount decides.
    limits = Limits(limit=0.05, margin=0.02, tolerated=0.02)
    assert pairs_needed(math.log(1.03), 0.05, limits, Rules(), among=1, have=60) is None
