"""Does a control that differs stop the gate, in either direction, and only then?"""

from __future__ import annotations

import random

import pytest

from latchmark.gate.procedure.controls import decide_control
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Word

MARGIN = 0.02


def pairs(n: int, shift: float) -> list[float]:
    """Quiet differences around a shift."""
    draw = random.Random(5)
    return [draw.gauss(shift, 0.01) for _ in range(n)]


@pytest.mark.parametrize(("shift", "toward"), [(0.06, "worse"), (-0.06, "better")])
def test_a_control_that_differs_is_suspect(shift: float, toward: str) -> None:
    decision = decide_control(pairs(40, shift), MARGIN, Rules())
    assert decision.word is Word.SUSPECT
    assert decision.looks[0].toward == toward
    assert decision.because.startswith("1.060× [" if shift > 0 else "0.94")
    assert decision.because.endswith(f"{toward} by more than 2 % in code that no change can touch")


def test_a_control_within_the_margin_is_ok() -> None:
    assert decide_control(pairs(160, 0.01), MARGIN, Rules()).word is Word.OK
    assert decide_control(pairs(160, -0.01), MARGIN, Rules()).word is Word.OK


def test_each_direction_has_half_of_alpha() -> None:
    # Nine pairs on one side have p = 1/512 = 0.00195, eight 0.0039: half of 0.005 lies between.
    decision = decide_control(pairs(9, 0.2), MARGIN, Rules())
    assert decision.word is Word.SUSPECT
    assert decision.looks[0].alpha == 0.0025


@pytest.mark.parametrize("n", [0, 1, 8])
def test_pairs_that_could_never_show_a_difference_are_no_all_clear(n: int) -> None:
    decision = decide_control(pairs(n, 0.5), MARGIN, Rules())
    assert decision.word is Word.INCONCLUSIVE
    assert "fewer than the 9 that could show a difference" in decision.because
