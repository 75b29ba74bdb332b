"""Do intervals, ratios and fairness come out as arithmetic and theory say?"""

from __future__ import annotations

import copy
import itertools
import math
import random
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest
from described_run import DescribedRun
from hypothesis import given
from hypothesis import strategies as st
from recorded_launches import recorded_pairs

from latchmark.model import Run, Unavailable
from latchmark.statistics import (
    Interval,
    Ratio,
    Sharing,
    Summary,
    by_pair,
    controls_of,
    counterparts_of,
    difference_of_points,
    interval_rank,
    jain_index,
    largest_share,
    median_interval,
    paired_ratio,
    repeats_of,
    sharing_of_point,
    smallest_share,
    summary_of,
    summary_of_point,
    unpaired_ratio,
)

RECORDED = {
    name: dict(zip("AB", zip(*(pair.medians_ns for pair in pairs), strict=True), strict=True))
    for name, pairs in recorded_pairs().items()
}
TIMES_NS = st.floats(min_value=0.01, max_value=1e9)
BY_ROUND = st.dictionaries(st.integers(0, 30), TIMES_NS, max_size=20)


def ratio(answer: Ratio | Unavailable) -> Ratio:
    """The answer, which the test says must be a ratio."""
    assert isinstance(answer, Ratio)
    return answer


def bounds(interval: Interval | Unavailable) -> tuple[float, float]:
    """The ends of what the test says must be an interval."""
    assert isinstance(interval, Interval)
    return interval.low, interval.high


def coverage_by_counting(n: int, rank: int) -> float:
    """The chance that the interval of a rank holds the median: counted over all ways to fall below or above
    it."""
    held = sum(rank <= sum(sides) <= n - rank for sides in itertools.product((0, 1), repeat=n))
    return float(held / 2**n)


@pytest.mark.parametrize("n", range(6, 15))
def test_interval_rank_is_the_narrowest_that_covers(n: int) -> None:
    rank = interval_rank(n)
    assert rank is not None
    assert coverage_by_counting(n, rank) >= 0.95
    assert coverage_by_counting(n, rank + 1) < 0.95


def test_interval_ranks_of_the_tables() -> None:
    # The published order statistics for 95 %: a rank off by one still looks like an interval.
    assert [interval_rank(n) for n in (6, 8, 9, 10, 20, 40, 100)] == [1, 1, 2, 2, 6, 14, 40]


@pytest.mark.parametrize("n", range(6))
def test_fewer_than_six_launches_give_no_interval(n: int) -> None:
    answer = median_interval([1.0] * n)
    assert isinstance(answer, Unavailable)
    assert answer.reason == f"{n} launch{' is' if n == 1 else 'es are'} too few for 95 %"


def test_interval_does_not_depend_on_order() -> None:
    values = [5.0, 1.0, 3.0, 9.0, 7.0, 11.0, 13.0, 15.0, 17.0]
    assert bounds(median_interval(values)) == bounds(median_interval(sorted(values))) == (3.0, 15.0)


def test_summary_is_the_median_and_not_the_mean() -> None:
    assert summary_of([1.0, 2.0, 3.0, 4.0, 5.0, 600.0]) == Summary(3.5, Interval(1.0, 600.0), 6)
    assert isinstance(summary_of([]), Unavailable)


def test_paired_ratio_by_hand() -> None:
    numerator = {0: 2.0, 1: 8.0, 2: 6.0, 3: 10.0, 4: 3.0, 5: 7.0, 9: 1.0}
    denominator = {0: 1.0, 1: 2.0, 2: 2.0, 3: 2.0, 4: 1.0, 5: 2.0, 7: 1.0}
    answer = ratio(paired_ratio(numerator, denominator))  # 2, 4, 3, 5, 3, 3.5
    assert answer.value == pytest.approx(math.sqrt(3 * 3.5))
    assert bounds(answer.interval) == pytest.approx((2.0, 5.0))
    assert (answer.n, answer.dropped) == (6, 2)


def test_pairing_removes_a_drift_that_both_share() -> None:
    drift = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    answer = ratio(paired_ratio({i: 1.1 * level for i, level in enumerate(drift)}, dict(enumerate(drift))))
    assert bounds(answer.interval) == pytest.approx((1.1, 1.1))
    assert answer.excludes_one


@given(BY_ROUND, BY_ROUND)
def test_swapping_the_sides_gives_the_reciprocal(one: dict[int, float], other: dict[int, float]) -> None:
    there, back = paired_ratio(one, other), paired_ratio(other, one)
    if isinstance(there, Unavailable):
        assert isinstance(back, Unavailable)
        return
    assert ratio(back).value == pytest.approx(1 / there.value)
    assert there.dropped == ratio(back).dropped
    if isinstance(there.interval, Interval):
        low, high = bounds(ratio(back).interval)
        assert (1 / high, 1 / low) == pytest.approx((there.interval.low, there.interval.high))


@given(st.lists(TIMES_NS, min_size=6, max_size=25), st.lists(TIMES_NS, min_size=6, max_size=25))
def test_unpaired_ratio_lies_in_its_interval_and_swaps(one: list[float], other: list[float]) -> None:
    there, back = ratio(unpaired_ratio(one, other)), ratio(unpaired_ratio(other, one))
    low, high = bounds(there.interval)
    assert low <= there.value <= high
    assert back.value == pytest.approx(1 / there.value)
    assert bounds(back.interval) == pytest.approx((1 / high, 1 / low))


@pytest.mark.parametrize(("spread", "other_spread"), [(0.05, 0.05), (0.05, 0.5), (0.3, 0.001)])
def test_unpaired_interval_covers(spread: float, other_spread: float) -> None:
    draw = random.Random(3)
    held = 0
    for _ in range(1000):
        one = [2 * draw.lognormvariate(0, spread) for _ in range(6)]
        other = [draw.lognormvariate(0, other_spread) for _ in range(6)]
        low, high = bounds(ratio(unpaired_ratio(one, other)).interval)
        held += low <= 2 <= high
    assert held >= 950


def test_zero_is_no_denominator() -> None:
    assert isinstance(paired_ratio({0: 1.0}, {0: 0.0}), Unavailable)
    assert isinstance(unpaired_ratio([0.0], [1.0]), Unavailable)
    assert isinstance(paired_ratio({0: 1.0}, {1: 1.0}), Unavailable)
    assert isinstance(unpaired_ratio([], [1.0]), Unavailable)


@pytest.mark.parametrize(
    ("low", "high", "is_apart", "is_tied"),
    [
        (1.021, 3.0, True, False),
        (1.019, 3.0, False, False),
        (0.3, 0.98, True, False),
        (0.3, 0.981, False, False),
        (0.981, 1.019, False, True),
        (0.979, 1.019, False, False),
        (0.99, 1.021, False, False),
    ],
)
def test_apart_and_tied_take_the_whole_interval(
    low: float, high: float, is_apart: bool, is_tied: bool
) -> None:
    answer = Ratio(1.0, Interval(low, high), 6)
    assert (answer.is_apart, answer.is_tied) == (is_apart, is_tied)
    assert (answer.inverse.is_apart, answer.inverse.is_tied) == (is_apart, is_tied)
    without = Ratio(9.0, Unavailable("five"), 5)
    assert not without.is_apart
    assert not without.is_tied


def test_an_interval_that_touches_one_shows_no_difference() -> None:
    assert not Ratio(1.1, Interval(1.0, 1.2), 6).excludes_one
    assert Ratio(1.1, Interval(1.0, 1.2), 6).certain_effect == 0.0
    assert Ratio(2.0, Interval(1.5, 4.0), 6).certain_effect == pytest.approx(math.log(1.5))
    assert Ratio(0.5, Interval(0.25, 0.8), 6).certain_effect == pytest.approx(-math.log(0.8))
    assert not Ratio(2.0, Unavailable("five"), 5).excludes_one


@given(st.lists(st.floats(min_value=0, max_value=1e18), min_size=1, max_size=200))
def test_jain_index_is_bounded(amounts: list[float]) -> None:
    index = jain_index(amounts)
    if isinstance(index, Unavailable):
        assert sum(amounts) == 0
        return
    assert 1 / len(amounts) - 1e-9 <= index <= 1


def test_jain_index_at_its_ends() -> None:
    assert jain_index([3, 3, 3, 3]) == pytest.approx(1.0)
    assert jain_index([5, 0, 0, 0]) == pytest.approx(0.25)
    assert jain_index([1, 2, 3]) == pytest.approx(36 / (3 * 14))
    assert isinstance(jain_index([0, 0]), Unavailable)
    assert isinstance(jain_index([]), Unavailable)


def test_shares() -> None:
    assert smallest_share([1, 3]) == pytest.approx(0.25)
    assert largest_share([1, 3]) == pytest.approx(0.75)
    assert isinstance(smallest_share([0]), Unavailable)


def test_a_report_takes_one_side(loaded: Callable[[dict[str, Any]], Run]) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded",))
    run.point("false_sharing/counters", "padded", 2, [5.0] * 6)
    document = run.document()
    document["run"]["sides"].append({"name": "base", "build_id": "5e2c"})
    for launch in copy.deepcopy(document["launches"]):
        launch |= {
            "side": "base",
            "order": launch["order"] + 6,
            "metrics": {"time_per_operation": {"value": 9.0}},
        }
        document["launches"].append(launch)
    both = loaded(document)
    assert summary_of_point(both, both.points[0]) == Summary(5.0, Interval(5.0, 5.0), 6)
    assert summary_of_point(both, both.points[0], side="base") == Summary(9.0, Interval(9.0, 9.0), 6)


# Facts about 300 recorded rounds of identical code, from the description of that recording.


def test_recorded_medians() -> None:
    medians = {name: median(sides["A"] + sides["B"]) for name, sides in RECORDED.items()}
    assert medians["unc_add"] == pytest.approx(5.56, abs=0.01)
    assert medians["cas"] == pytest.approx(84.46, abs=0.01)
    assert medians["padded"] == pytest.approx(6.01, abs=0.01)


def test_identical_code_is_rarely_told_apart_by_pairs() -> None:
    # 2.0 % "slower" with 20 pairs at 95 % is what the recording gives; a quarter is what pooled windows give.
    flags, stretches = 0, 0
    for sides in RECORDED.values():
        for start in range(0, 280, 5):
            a, b = (dict(enumerate(sides[side][start : start + 20])) for side in "AB")
            answer = ratio(paired_ratio(b, a))
            flags += answer.excludes_one and answer.value > 1
            stretches += 1
    assert 0.005 < flags / stretches < 0.05


def test_a_known_slowdown_is_found_on_recorded_noise() -> None:
    a, b = (dict(enumerate(RECORDED["unc_add"][side])) for side in "AB")
    slowed = ratio(paired_ratio({i: value * 1.1 for i, value in b.items()}, a))
    assert slowed.interval != ratio(paired_ratio(b, a)).interval
    assert slowed.excludes_one
    assert bounds(slowed.interval)[0] < 1.1 < bounds(slowed.interval)[1]


def test_an_axis_of_one_variant_does_not_part_it_from_its_baseline(loaded: Callable[[Any], Run]) -> None:
    run = DescribedRun(rounds=1)
    axes = [
        {"name": "stripes", "unit": "", "values": [1, 64], "middle": 64, "variants": ["striped"]},
        {"name": "reads", "unit": "%", "values": [50, 90], "middle": 90},
        {"name": "parts", "unit": "", "values": [2, 4], "middle": 4, "variants": ["partition"]},
    ]
    run.experiment("a/b", ("partition", "striped"), axes=axes)
    at = {"stripes": 64, "reads": 90, "parts": 4}
    run.point("a/b", "partition", 2, 5.0, parameters=at | {"parts": 2})
    middle = run.point("a/b", "partition", 2, 5.0, parameters=at)
    fewer = run.point("a/b", "partition", 2, 5.0, parameters=at | {"reads": 50})
    striped = run.point("a/b", "striped", 2, 5.0, parameters=at | {"stripes": 1})
    striped_fewer = run.point("a/b", "striped", 2, 5.0, parameters=at | {"reads": 50})
    # The baseline may leave out what does not concern it.
    elsewhere = run.point("a/b", "striped", 4, 5.0, parameters=at)
    bare = run.point("a/b", "partition", 4, 5.0, parameters={"reads": 90, "parts": 4})
    measured = loaded(run.document())
    found = counterparts_of(measured.experiments[0], measured.points)
    assert {index: point.index for index, point in found.items()} == {
        striped: middle,
        striped_fewer: fewer,
        elsewhere: bare,
    }


def test_a_variant_is_compared_with_the_baseline_that_it_names(loaded: Callable[[Any], Run]) -> None:
    run = DescribedRun(rounds=1)
    names = ("padded", "packed", "other_padded", "other_packed")
    twins = {"other_packed": "other_padded"}
    run.experiment("a/b", names, own_baselines=twins, ties=names)
    for name in names:
        run.point("a/b", name, 1, 5.0)
    measured = loaded(run.document())
    experiment = measured.experiments[0]
    found = counterparts_of(experiment, measured.points)
    told = {measured.points[index].variant: point.variant for index, point in found.items()}
    assert told == {"packed": "padded", "other_packed": "other_padded"}
    controls = [(point.variant, against.variant) for point, against in controls_of(measured, experiment)]
    assert controls == [("packed", "padded"), ("other_packed", "other_padded")]


def test_the_same_cpus_are_one_place(loaded: Callable[[Any], Run]) -> None:
    run = DescribedRun(rounds=1, cpus=4)
    run.experiment("a/b", ("padded", "packed"))
    run.point("a/b", "padded", 2, 5.0, cpus=(0, 1))
    same = run.point("a/b", "padded", 2, 5.0, placement="same_llc", cpus=(1, 0))
    run.point("a/b", "padded", 2, 5.0, placement="other_llc", cpus=(0, 2))
    run.point("a/b", "packed", 2, 5.0, placement="same_llc", cpus=(0, 1))
    run.point("a/b", "padded", 2, 5.0, placement="same_core", skip="none here")
    run.point("a/b", "padded", 2, 5.0, placement="oversubscribed", cpus=(0, 1))
    measured = loaded(run.document())
    repeats = repeats_of(measured.points)
    assert {index: point.index for index, point in repeats.items()} == {same: 0}


def test_a_difference_is_paired_by_round(loaded: Callable[[Any], Run]) -> None:
    run = DescribedRun()
    run.experiment("a/b", ("empty", "mutex", "lost"))
    run.point("a/b", "empty", 1, [100.0, 200.0, 300.0, 400.0, 500.0, 600.0])
    run.point("a/b", "mutex", 1, [110.0, 212.0, 311.0, 412.0, 509.0, 611.0])
    run.point("a/b", "lost", 1, skip="not today")
    measured = loaded(run.document())
    empty, mutex, lost = measured.points
    assert difference_of_points(measured, mutex, empty) == Summary(11.0, Interval(9.0, 12.0), 6)
    why = Unavailable("a/b/lost/workers:1/placement:spread: not today")
    assert difference_of_points(measured, lost, empty) == why
    assert difference_of_points(measured, mutex, lost) == why


def test_sharing_is_of_those_who_share(loaded: Callable[[Any], Run]) -> None:
    run = DescribedRun()
    run.experiment("a/b", ("mutex",), parts={"mutex": ("reader", "writer")})
    run.point("a/b", "mutex", 2, 5.0, metrics={"share": {"values": [0.1, 0.9]}})
    run.point("a/b", "mutex", 3, 5.0, metrics={"share": {"values": [1.0]}})
    run.point("a/b", "mutex", 4, 5.0, metrics={"share": {"values": [0.0, 0.0]}})
    measured = loaded(run.document())
    two, alone, idle = (sharing_of_point(measured, point) for point in measured.points)
    assert isinstance(two, Sharing)
    assert (two.least, two.most, two.jain.median) == pytest.approx((0.2, 1.8, 1 / (2 * 0.82)))
    assert isinstance(alone, Unavailable)
    assert isinstance(idle, Unavailable)


def test_pairs_are_medians_over_launches(standard: Run) -> None:
    point = next(one for one in standard.points if one.pairs)
    assert by_pair(standard, point, "one_way_by_pair") == (26.0, 26.0, 26.0)
    assert by_pair(standard, standard.points[0], "one_way_by_pair") == Unavailable(
        "no launch has one_way_by_pair"
    )


def test_a_scaled_ratio_keeps_its_sample() -> None:
    assert Ratio(2.0, Interval(1.0, 4.0), 6, 1).scaled(0.5) == Ratio(1.0, Interval(0.5, 2.0), 6, 1)
    lost = Unavailable("too few")
    assert Ratio(2.0, lost, 3).scaled(0.5) == Ratio(1.0, lost, 3)


def test_ties_without_the_baseline_are_to_the_first_of_them(loaded: Callable[[Any], Run]) -> None:
    run = DescribedRun(rounds=1)
    run.experiment("a/b", ("thread_local", "padded", "packed", "wide"), ties=("padded", "packed", "wide"))
    for name in ("padded", "packed", "wide"):
        run.point("a/b", name, 1, 5.0)
    measured = loaded(run.document())
    controls = controls_of(measured, measured.experiments[0])
    told = [(point.variant, against.variant) for point, against in controls]
    assert told == [("packed", "padded"), ("wide", "padded")]
