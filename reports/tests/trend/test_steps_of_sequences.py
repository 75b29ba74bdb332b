"""Are steps found where they are, and hardly ever where there are none?"""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from latchmark.statistics import fewest_since, shifts_of, threshold_for
from latchmark.trend.steps import steps_of


def scattered(
    seed: int, runs: int, spread: float, level: Callable[[int], float] | None = None
) -> list[float]:
    source = random.Random(seed)
    return [(level(run) if level else 1.0) * source.lognormvariate(0.0, spread) for run in range(runs)]


def test_a_step_is_placed_in_its_run() -> None:
    for at in (8, 20, 33):
        values = scattered(at, 40, 0.02, lambda run, at=at: 1.15 if run >= at else 1.0)  # type: ignore[misc]
        (shift,) = shifts_of(values, threshold_for(40, 20, 0.05))
        assert shift.position == at


def test_the_largest_of_the_lower_level_does_not_move_the_step() -> None:
    # By ranks alone the last value before the step belongs to the upper level.
    values = [1.0 + 0.001 * (run % 7) for run in range(25)] + [1.2 + 0.001 * (run % 5) for run in range(15)]
    values[24] = 1.02
    (shift,) = shifts_of(values, 1e-4)
    assert shift.position == 25


def test_a_level_that_came_and_went_is_two_steps() -> None:
    values = scattered(1, 60, 0.02, lambda run: 1.1 if 20 <= run < 35 else 1.0)
    assert [one.position for one in shifts_of(values, threshold_for(60, 150, 0.05))] == [20, 35]


def test_bad_nights_are_no_step() -> None:
    values = scattered(2, 40, 0.02)
    for run in (11, 12, 30, 39):
        values[run] *= 3
    assert shifts_of(values, threshold_for(40, 1, 0.05)) == ()


def test_equal_values_have_no_step_and_ties_no_warning() -> None:
    assert shifts_of([5.0] * 30, 0.05) == ()
    (shift,) = shifts_of([5.0] * 15 + [6.0] * 15, 1e-3)
    assert shift.position == 15


@pytest.mark.parametrize("runs", [0, 1, 9])
def test_too_few_runs_have_no_step(runs: int) -> None:
    assert shifts_of([1.0] * (runs // 2) + [9.0] * (runs - runs // 2), 1.0) == ()


def test_a_step_is_five_runs_from_any_end() -> None:
    for seed in range(40):
        values = scattered(seed, 24, 0.05, lambda run: 1.0 + 0.3 * (run // 4))
        bounds = [0, *(one.position for one in shifts_of(values, 0.05)), 24]
        assert all(end - first >= 5 for first, end in pairwise(bounds))


def test_runs_that_do_not_differ_show_a_step_in_few_histories() -> None:
    pages, lines, runs = 200, 10, 30
    threshold = threshold_for(runs, lines, 0.05)
    false = sum(
        any(shifts_of(scattered(page * lines + line, runs, 0.05), threshold) for line in range(lines))
        for page in range(pages)
    )
    print(f"a step in {false} of {pages} histories of {lines} points that do not differ")
    assert false <= 0.05 * pages


def test_what_is_found_of_a_real_step_is_told() -> None:
    found = {}
    for spread, size, since in ((0.02, 0.05, 10), (0.02, 0.05, 30), (0.05, 0.10, 30), (0.05, 0.20, 10)):
        threshold = threshold_for(60, 150, 0.05)
        hits = 0
        for seed in range(60):
            values = scattered(seed, 60, spread, lambda run, at=60 - since, size=size: 1 + size * (run >= at))  # type: ignore[misc]
            hits += any(abs(one.position - (60 - since)) <= 2 for one in shifts_of(values, threshold))
        found[spread, size, since] = hits / 60
    for (spread, size, since), share in found.items():
        print(f"scatter {spread:.0%}, +{size:.0%} since {since} of 60 runs, 150 points: {share:.0%} found")
    assert found[0.02, 0.05, 30] > 0.9


def test_the_fewest_runs_since_a_step_are_as_told() -> None:
    threshold = threshold_for(30, 150, 0.05)
    since = fewest_since(30, threshold)
    assert since is not None
    for runs, is_found in ((since, True), (since - 1, False)):
        values = scattered(3, 30, 0.02, lambda run, runs=runs: 2.0 if run >= 30 - runs else 1.0)  # type: ignore[misc]
        assert bool(shifts_of(values, threshold)) is is_found
    assert fewest_since(9, 0.05) is None
    assert fewest_since(10, threshold) is None


def test_more_tests_ask_for_a_smaller_p() -> None:
    assert threshold_for(10, 1, 0.05) == 0.05
    assert threshold_for(10, 4, 0.05) == 0.05 / 4
    assert threshold_for(30, 4, 0.05) < threshold_for(20, 4, 0.05) < threshold_for(10, 4, 0.05)


def test_steps_below_two_percent_are_taken_back() -> None:
    def numbered(*levels: float) -> list[tuple[int, float]]:
        values = [level * (1 + 1e-4 * run) for level in levels for run in range(20)]
        return list(enumerate(values))

    levels, steps = steps_of(numbered(1.0, 1.015, 1.3), 1e-4)
    assert [(one.first, one.last) for one in levels] == [(0, 39), (40, 59)]
    (step,) = steps
    assert step.at == 40
    assert step.ratio.value == pytest.approx(1.29, abs=0.01)
    assert steps_of(numbered(1.0, 1.015), 1e-4)[1] == ()


def test_levels_leave_out_runs_without_a_value() -> None:
    values = [(run, 1.0 if run < 12 else 1.5) for run in range(24) if run not in (3, 12)]
    levels, (step,) = steps_of([(run, value * (1 + 1e-5 * run)) for run, value in values], 1e-3)
    assert [(one.first, one.last, one.n) for one in levels] == [(0, 11, 11), (13, 23, 11)]
    assert step.at == 13
