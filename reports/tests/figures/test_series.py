"""Are values placed, joined and labelled without inventing any?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchmark.figures.frame import note_lines, plain, spread_apart
from latchmark.figures.series import Estimate, Series, absent_of
from latchmark.model import Unavailable


def test_a_line_is_not_joined_across_an_absent_point() -> None:
    one, two, four = Estimate(1.0), Estimate(2.0), Estimate(4.0)
    series = Series("a", 0, ((1, one), (2, Unavailable("crashed")), (4, two), (8, four)))
    assert series.stretches([]) == (((1, one),), ((4, two), (8, four)))
    assert absent_of([series]) == (("a", 2, "crashed"),)


def test_a_line_is_not_joined_across_a_break_of_the_topology() -> None:
    value = Estimate(1.0)
    series = Series("a", 0, ((1, value), (2, value), (4, value)))
    assert series.stretches([2.8]) == (((1, value), (2, value)), ((4, value),))


def test_units_change_with_their_interval() -> None:
    assert Estimate(2.0, 1.0, 4.0).scaled(1000) == Estimate(2000.0, 1000.0, 4000.0)
    assert Estimate(2.0).scaled(3) == Estimate(6.0)
    assert Estimate(2.0).extent == (2.0, 2.0)


@given(st.lists(st.floats(0, 400), min_size=1, max_size=12))
def test_labels_never_overlap_and_keep_their_order(wanted: list[float]) -> None:
    placed = spread_apart(wanted, 15)
    ordered = sorted(placed)
    assert all(above - below >= 15 - 1e-9 for below, above in pairwise(ordered))
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    assert [placed[index] for index in order] == ordered


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread_apart([10.0, 100.0, 50.0], 15) == (10.0, 100.0, 50.0)


def test_a_note_is_broken_at_its_separators() -> None:
    assert note_lines("machine \u00b7 6 launches \u00b7 bars: 95 %", 180) == (
        "machine \u00b7 6 launches",
        "bars: 95 %",
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.05, "0.05"),
        (1500, "1\u202f500"),
        (500_000, "500\u202f000"),
        (1e6, "1\u202fM"),
        (2e7, "20\u202fM"),
        (1e10, "10\u202f000\u202fM"),
    ],
)
def test_ticks_are_written_as_people_do(value: float, text: str) -> None:
    assert plain(value) == text
