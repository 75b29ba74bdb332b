"""Is the test of paired differences the one that it says it is?"""

from __future__ import annotations

import itertools
import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wilcoxon

from latchmark.statistics import holm, rank_test, sign_p, spread_of, upper_bound
from latchmark.statistics.signed_ranks import LARGEST_EXACT


def noise(n: int, seed: int = 1, shift: float = 0.0) -> list[float]:
    """Differences without ties."""
    draw = random.Random(seed)
    return [draw.gauss(shift, 0.1) for _ in range(n)]


def exact_tail(differences: list[float]) -> float:
    """The chance of a rank sum this large, by counting all ways to give signs to the ranks."""
    ranks = {value: rank for rank, value in enumerate(sorted(differences, key=abs), 1)}
    reached = sum(rank for value, rank in ranks.items() if value > 0)
    ways = [1.0]
    for rank in range(1, len(differences) + 1):
        ways = [
            (ways[total] if total < len(ways) else 0.0) + (ways[total - rank] if total >= rank else 0.0)
            for total in range(len(ways) + rank)
        ]
    return sum(ways[reached:]) / 2.0 ** len(differences)


@pytest.mark.parametrize("n", [1, 5, 12, 20, 40, LARGEST_EXACT])
def test_small_samples_have_the_exact_p(n: int) -> None:
    for seed in range(6):
        tested = rank_test(noise(n, seed, 0.03), most_ties=1.0)
        if tested.test == "signed-rank":
            assert tested.p == pytest.approx(exact_tail(noise(n, seed, 0.03)))


@pytest.mark.parametrize("n", [12, 20, 40, 60, 100])
def test_it_is_scipys_test(n: int) -> None:
    differences = noise(n, n, 0.04)
    method = "exact" if n <= LARGEST_EXACT else "approx"
    beyond = [value - 0.02 for value in differences]
    assert rank_test(differences, 0.02).p == wilcoxon(beyond, alternative="greater", method=method).pvalue


@pytest.mark.parametrize("n", [LARGEST_EXACT + 1, 60, 100])
def test_the_approximation_rejects_nothing_that_the_exact_test_would_not(n: int) -> None:
    in_the_tail = 0
    for seed in range(40):
        differences = noise(n, seed, 0.04)
        exact, tested = exact_tail(differences), rank_test(differences)
        if tested.test == "signed-rank":
            in_the_tail += exact < 0.025
            assert tested.p >= exact if exact < 0.025 else tested.p >= exact / 1.02
    assert in_the_tail >= 20


def test_the_smallest_p_is_all_pairs_on_one_side() -> None:
    assert rank_test([0.1, 0.2, 0.3, 0.4, 0.5]).p == pytest.approx(1 / 32)
    assert rank_test([-0.1, -0.2, -0.3, -0.4, -0.5]).p == 1.0


def test_zeros_have_no_sign_and_are_counted() -> None:
    # One zero among thirty must not switch to the approximation, which warns and reads another p.
    tested = rank_test([*noise(30, shift=0.05), 0.0])
    assert (tested.test, tested.n, tested.dropped) == ("signed-rank", 30, 1)
    assert tested.p == pytest.approx(exact_tail(noise(30, shift=0.05)))


def test_what_is_exactly_at_the_bound_is_dropped() -> None:
    assert rank_test([0.5, 0.25, 1.0], 0.5, most_ties=1.0).dropped == 1


def test_no_differences_are_no_evidence() -> None:
    assert rank_test([]).p == 1.0
    assert rank_test([0.0, 0.0]).p == 1.0
    assert rank_test([0.0, 0.0]).dropped == 2


def test_many_ties_are_left_to_the_signs() -> None:
    # Counts that differ by one: 15 up, 5 down.
    tested = rank_test([1.0] * 15 + [-1.0] * 5)
    assert tested.test == "sign"
    assert tested.p == pytest.approx(21700 / 2**20)


def test_few_ties_are_not() -> None:
    assert rank_test([*noise(30), 0.07, -0.07]).test == "signed-rank"
    assert rank_test([*noise(30), 0.07, -0.07], most_ties=0.0).test == "sign"


def test_zeros_count_as_ties() -> None:
    assert rank_test([*noise(8), 0.0, 0.0]).test == "sign"


def test_a_long_tail_does_not_speak_against_the_signs() -> None:
    # 12 of 20 a little up, eight far down: the ranks point down, the median up.
    differences = [0.001 * i for i in range(1, 13)] + [-0.1 * i for i in range(1, 9)]
    tested = rank_test(differences)
    assert (tested.test, tested.n) == ("sign", 20)
    assert tested.p == pytest.approx(263950 / 2**20)


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([], 1.0),
        ([0.0, 0.0], 1.0),
        ([0.3] * 5, 2 / 32),
        ([-0.3] * 5, 2 / 32),  # either direction
        ([0.3] * 5 + [0.0] * 20, 2 / 32),  # zeros do not vote
        ([9.0, -0.1], 1.0),
        ([1.0] * 15 + [-1.0] * 5, 2 * 21700 / 2**20),
    ],
)
def test_signs_alone_ask_for_either_direction(differences: list[float], p: float) -> None:
    assert sign_p(differences) == pytest.approx(p)


def test_holm_by_hand() -> None:
    # Sorted: 4 x .005 = .02, 3 x .01 = .03, 2 x .03 = .06, and 1 x .04 may not fall below the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.7, 0.8]) == pytest.approx((1.0, 1.0))
    assert holm([0.004]) == (0.004,)
    assert holm([]) == ()


@given(st.permutations([0.001, 0.01, 0.02, 0.2, 0.9]))
def test_holm_knows_no_order(p_values: list[float]) -> None:
    by_p = dict(zip(p_values, holm(p_values), strict=True))
    assert by_p == dict(zip(sorted(p_values), holm(sorted(p_values)), strict=True))


def test_spread_is_one_deviation_of_normal_noise() -> None:
    assert spread_of([1.0, 2.0, 3.0, 4.0, 100.0]) == pytest.approx(1.4826)
    assert spread_of(noise(4000)) == pytest.approx(0.1, rel=0.05)
    assert spread_of([1.0]) is None


@pytest.mark.parametrize("n", [4, 5, 8, 11, 20])
def test_the_upper_bound_holds_the_median_in_95_of_100(n: int) -> None:
    values = [float(i) for i in range(1, n + 1)]
    bound = upper_bound(values)
    if n < 5:
        assert bound is None  # all four lie below the median once in sixteen times
        return
    assert bound is not None
    # The bound is the k-th smallest: it fails when at least k values are below the median.
    rank = int(bound)
    missed = [sum(sides) >= rank for sides in itertools.product((0, 1), repeat=n)] if n <= 11 else None
    if missed is not None:
        assert sum(missed) / 2**n <= 0.05
        assert sum(sum(sides) >= rank - 1 for sides in itertools.product((0, 1), repeat=n)) / 2**n > 0.05
    assert bound > median(values)
