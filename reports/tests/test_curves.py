"""Do curves cross where they should, with an interval that holds the truth, and only where they do?"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchmark.model import Unavailable
from latchmark.statistics import Curve, Growth, Interval, Meeting, growth_of, meeting_of

DECADES = (1e2, 1e3, 1e4, 1e5, 1e6)


def curve(
    shape: Callable[[float], float],
    noise: float = 0.0,
    rounds: int = 6,
    seed: int = 1,
    at: tuple[float, ...] = DECADES,
) -> Curve:
    scatter = random.Random(seed)
    return {x: {i: shape(x) * scatter.lognormvariate(0.0, noise) for i in range(rounds)} for x in at}


def flat(value: float) -> Callable[[float], float]:
    return lambda _: value


def met(first: Curve, second: Curve) -> Meeting:
    meeting = meeting_of(first, second)
    assert isinstance(meeting, Meeting)
    return meeting


def test_powers_cross_exactly_between_the_positions() -> None:
    (crossing,) = met(curve(lambda x: x), curve(flat(9000.0))).crossings
    assert crossing.at == pytest.approx(9000.0)
    assert crossing.rises
    assert crossing.n == 6
    assert isinstance(crossing.interval, Interval)
    assert crossing.interval.low == pytest.approx(9000.0)
    assert crossing.interval.high == pytest.approx(9000.0)


def test_data_made_to_reverse_reverse_it() -> None:
    meeting = met(curve(flat(9000.0), 0.05), curve(lambda x: x, 0.05, seed=2))
    assert [one.rises for one in meeting.crossings] == [False]
    assert (meeting.at_low, meeting.at_high) == (1, -1)


def test_curves_that_tie_or_lie_apart_do_not_cross() -> None:
    tied = met(curve(lambda x: x, 0.03), curve(lambda x: x, 0.03, seed=2))
    assert tied.crossings == ()
    assert (tied.at_low, tied.at_high) == (0, 0)
    apart = met(curve(lambda x: 2 * x, 0.03), curve(lambda x: x, 0.03, seed=2))
    assert apart.crossings == ()
    assert (apart.at_low, apart.at_high) == (1, 1)


def test_a_crossing_by_a_hundredth_is_none() -> None:
    crossing = met(
        curve(lambda x: x), {x: dict.fromkeys(range(6), x * (1.01 if x < 1e4 else 0.99)) for x in DECADES}
    )
    assert crossing.crossings == ()


def test_each_of_several_crossings_is_told() -> None:
    up_and_down = {1e2: 1.0, 1e3: 9.0, 1e4: 1.0, 1e5: 9.0, 1e6: 9.0}
    meeting = met(curve(up_and_down.__getitem__, 0.02), curve(flat(3.0)))
    assert [one.rises for one in meeting.crossings] == [True, False, True]
    assert [round(one.at, -2) for one in meeting.crossings] == pytest.approx([300, 3200, 31600], rel=0.1)


def test_the_interval_is_of_the_single_rounds() -> None:
    # Each round crosses at its own place: with six of them the interval reaches from the first to the last.
    places = [3000.0, 5000.0, 4000.0, 6000.0, 7000.0, 2000.0]
    first = {x: dict.fromkeys(range(6), x) for x in DECADES}
    second = {x: dict(enumerate(places)) for x in DECADES}
    (crossing,) = met(first, second).crossings
    assert isinstance(crossing.interval, Interval)
    assert (crossing.interval.low, crossing.interval.high) == pytest.approx((2000.0, 7000.0))
    assert crossing.at == pytest.approx((4000 * 5000) ** 0.5)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(400):
        first = curve(lambda x: x, 0.3, rounds=10, seed=seed)
        second = curve(flat(2e4), 0.3, rounds=10, seed=seed + 10_000)
        (crossing,) = met(first, second).crossings
        assert isinstance(crossing.interval, Interval)
        held += crossing.interval.includes(2e4)
    assert held >= 0.94 * 400


def test_a_machine_that_slows_down_moves_no_crossing() -> None:
    drift = {round_: 1 + round_ / 2 for round_ in range(6)}
    first, second = (
        {x: {i: f(x) * drift[i] for i in drift} for x in DECADES} for f in (lambda x: x, flat(9e3))
    )
    (crossing,) = met(first, second).crossings
    assert isinstance(crossing.interval, Interval)
    assert crossing.interval.high == pytest.approx(9000.0)


def test_few_rounds_have_a_crossing_without_an_interval() -> None:
    (crossing,) = met(curve(lambda x: x, 0.02, 3), curve(flat(9e3), 0.02, 3, seed=2)).crossings
    assert crossing.at == pytest.approx(9000.0, rel=0.1)
    assert crossing.interval == Unavailable("3 rounds are too few for 95 %")


def test_lost_launches_cost_their_round_and_a_lost_point_its_position() -> None:
    first, second = (
        {x: dict(values) for x, values in one.items()}
        for one in (curve(lambda x: x, rounds=7), curve(flat(9e3), rounds=7))
    )
    del first[1e3][2]
    second[1e5] = {4: 9e3}
    (crossing,) = met(first, second).crossings
    assert crossing.n == 6
    assert crossing.at == pytest.approx(9000.0)


@pytest.mark.parametrize(
    "second",
    [{}, {1e2: {0: 1.0}}, {x: dict.fromkeys(range(6), 0.0) for x in DECADES}, {x: {9: 1.0} for x in DECADES}],
)
def test_without_two_positions_in_common_there_is_a_reason(second: Curve) -> None:
    assert isinstance(meeting_of(curve(lambda x: x), second), Unavailable)


def test_no_position_at_zero_takes_part() -> None:
    first = {0.0: dict.fromkeys(range(6), 5.0), **curve(lambda x: x)}
    assert met(first, {0.0: dict.fromkeys(range(6), 9.0), **curve(flat(9e3))}).low == 1e2


@given(
    st.lists(st.lists(st.floats(1e-6, 1e12), min_size=3, max_size=3), min_size=2, max_size=5),
    st.lists(st.lists(st.floats(1e-6, 1e12), min_size=3, max_size=3), min_size=2, max_size=5),
)
def test_any_curves_have_crossings_within_their_positions_and_in_turn(
    one: list[list[float]], other: list[list[float]]
) -> None:
    first, second = (
        {10.0**i: dict(enumerate(values)) for i, values in enumerate(some)} for some in (one, other)
    )
    meeting = meeting_of(first, second)
    assert isinstance(meeting, Meeting)
    assert all(meeting.low * 0.999 <= crossing.at <= meeting.high * 1.001 for crossing in meeting.crossings)
    places = [crossing.at for crossing in meeting.crossings]
    assert places == sorted(places)


def grown(shape: Callable[[float], float], noise: float = 0.02) -> Growth:
    growth = growth_of(curve(shape, noise, at=(8.0, 64.0, 4096.0, 1048576.0, 4194304.0)))
    assert isinstance(growth, Growth)
    return growth


def test_what_is_copied_doubles_with_the_bytes() -> None:
    growth = grown(lambda x: 6000 + x)
    assert growth.is_shown
    assert growth.last_a_doubling == pytest.approx(2.0, rel=0.05)
    assert growth.total.value == pytest.approx((6000 + 4194304) / 6008, rel=0.05)
    assert 1.4 < growth.a_doubling < 1.5


def test_what_is_handed_over_does_not_grow() -> None:
    assert not grown(flat(6000.0)).is_shown
    assert not grown(lambda x: 6000.0 * x**-0.1).is_shown
    assert not grown(lambda x: 6000.0 * x**0.005).is_shown


def test_growth_needs_two_positions_above_zero() -> None:
    assert isinstance(growth_of({0.0: {0: 1.0}, 8.0: {0: 2.0}}), Unavailable)
    assert isinstance(growth_of({4.0: {0: 1.0}, 8.0: {1: 2.0}}), Unavailable)
