"""Are plans refused that could not fail anything, and are the stretches those that were asked for?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from latchmark.gate.procedure.rules import Rules, least_pairs, why_blind


@pytest.mark.parametrize(("points", "pairs"), [(1, 7), (10, 10), (100, 14), (300, 15), (1000, 17)])
def test_fewest_pairs_that_can_reject(points: int, pairs: int) -> None:
    assert least_pairs(points, 0.01) == pairs
    assert 2.0**-pairs <= 0.01 / points < 2.0 ** -(pairs - 1)


def test_two_values_cannot_be_significant() -> None:
    assert least_pairs(1, 0.05) > 2


def test_stretches_add_up() -> None:
    assert Rules().screen_stretches == (20, 20, 20)
    assert Rules(settle_pairs=50).screen_stretches == (20, 20, 10)
    assert Rules(settle_pairs=20).screen_stretches == (20,)
    assert Rules(settle_pairs=0).screen_stretches == (20,)
    assert Rules().confirm_stretches == (40, 60)
    assert sum(Rules().look_shares) == pytest.approx(1.0)


def test_a_single_look_has_all_of_alpha() -> None:
    rules = Rules(second_look=40)
    assert rules.confirm_stretches == (40,)
    assert rules.look_shares == (1.0,)


def test_blind_plans_are_told() -> None:
    assert why_blind(Rules(), 1000) is None
    told = why_blind(replace(Rules(), first_look=5, second_look=8), 10)
    assert told == "8 confirming pairs cannot fail any of 10 points: at alpha 0.007 that takes 11"
    told = why_blind(replace(Rules(), screen_pairs=11), 10)
    assert told == "11 screening pairs nominate nothing reliably: screen with at least 12"
