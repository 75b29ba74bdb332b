"""Does a calibration know how noisy a machine is, what layout adds, and what a day adds?"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from statistics import stdev
from typing import Any

import pytest
from gate_policy.stored_runs import ALONE, COUNTING, SHARED, stored, two_sided

from latchmark.errors import WrongUsage
from latchmark.gate.calibration.estimating import (
    Calibration,
    Likeness,
    Needed,
    floor_of,
    layout_of,
    needed_runs,
    stray_of,
    with_days,
)
from latchmark.gate.calibration.floor import Floor, PointFloor
from latchmark.gate.calibration.verdict import calibration_verdict, told
from latchmark.gate.policy import Policy
from latchmark.model import Run, Unavailable
from latchmark.statistics import day_bound, day_spread
from latchmark.verdict import Grade, Mode, Word, ending_of

Load = Callable[[dict[str, Any]], Run]

PAIRS = 61  # and a round of warm-up


def calibration(
    loaded: Load, likeness: Likeness, factor: float = 1.0, spread: float = 0.05, seed: int = 1, **voids: Any
) -> Calibration:
    """Sides that scatter by `spread`, of which head takes `factor` times as long."""
    base = stored(rounds=PAIRS, spread=spread, seed=seed)
    head = stored(time_ns=20.0 * factor, rounds=PAIRS, spread=spread, seed=seed + 100)
    return Calibration(likeness, loaded(two_sided(base, head)), voids.get("voids", {}))


def of(floor: Floor, point: str, metric: str = "time_per_operation") -> PointFloor:
    found = floor.of(point, metric)
    assert found is not None
    return found


def test_what_must_be_run_is_said_before() -> None:
    assert needed_runs("b", "r", ["s1", "s2"], 80) == (
        Needed(Likeness.SAME, "b", "b", 80),
        Needed(Likeness.REBUILT, "b", "r", 80),
        Needed(Likeness.SHUFFLED, "b", "s1", 80),
        Needed(Likeness.SHUFFLED, "b", "s2", 80),
    )
    assert needed_runs("b", None, ()) == (Needed(Likeness.SAME, "b", "b", 60),)
    with pytest.raises(WrongUsage, match="--pairs 19 is too few for a noise floor: at least 20"):
        needed_runs("b", None, (), 19)


def test_a_floor_has_the_spread_of_pairs_and_what_medians_stray(loaded: Load) -> None:
    floor = floor_of([calibration(loaded, Likeness.SAME)], Policy())
    time = of(floor, ALONE)
    # Two sides of 5 % each; once in a hundred times a median of n strays by 2.58 x 1.25 x s / sqrt(n).
    assert time.pairs == 60
    assert time.spread == pytest.approx(0.05 * 2**0.5, rel=0.35)
    assert [pairs for pairs, _ in time.strays] == [20, 40, 100]
    for pairs, stray in time.strays:
        assert stray == pytest.approx(2.58 * 1.25 * 0.05 * 2**0.5 / pairs**0.5, rel=0.4)
    assert time.layout is None
    assert (time.grade, time.variation, time.day_spread) == (None, None, None)
    assert (floor.machine, floor.hard_key_hash) == ("xeon-2c-1s", "8a1f6b2c4d5e6f70")
    assert floor.calibrated_on == date(2026, 1, 31)
    assert floor.voided == 0.0


def test_the_same_runs_give_the_same_floor(loaded: Load) -> None:
    runs = [calibration(loaded, Likeness.SAME), calibration(loaded, Likeness.REBUILT, seed=5)]
    assert floor_of(runs, Policy()) == floor_of(runs, Policy())


def test_layout_is_what_other_binaries_differ_by_beyond_the_same_file(loaded: Load) -> None:
    quiet = 0.001
    floor = floor_of(
        [
            calibration(loaded, Likeness.SAME, spread=quiet),
            calibration(loaded, Likeness.REBUILT, 1.01, quiet, 2),
            calibration(loaded, Likeness.SHUFFLED, 0.96, quiet, 3),
        ],
        Policy(),
    )
    assert of(floor, ALONE).layout == pytest.approx(-math.log(0.96), abs=0.001)
    assert layout_of((0.02, 0.02), [(0.01,), (-0.015,)]) == 0.0
    assert layout_of((0.01, 0.01), [(0.03,), (-0.05,)]) == pytest.approx(0.04)
    assert layout_of((0.01,), []) is None


def test_counts_have_a_grade(loaded: Load) -> None:
    floor = floor_of([calibration(loaded, Likeness.SAME)], Policy())
    for point, metric in ((ALONE, "instructions"), (COUNTING, "cas_failures"), (SHARED, "cross_core_loads")):
        assert of(floor, point, metric).grade is Grade.DETERMINISTIC
    assert of(floor, ALONE, "instructions").variation == pytest.approx(2e-4, rel=0.4)
    faults = of(floor, ALONE, "page_faults")  # all 0: a grade, and no ratio
    assert (faults.grade, faults.variation, faults.spread, faults.strays) == (
        Grade.DETERMINISTIC,
        0.0,
        None,
        (),
    )
    assert floor.of(COUNTING, "time_per_operation") is None


def test_void_rounds_and_the_warm_up_do_not_count(loaded: Load) -> None:
    voids = dict.fromkeys(range(1, 42), "steal")
    floor = floor_of([calibration(loaded, Likeness.SAME, voids=voids)], Policy())
    assert floor.points == ()  # 19 pairs are left
    assert floor.voided == pytest.approx(41 / 60)
    del voids[41]
    assert of(floor_of([calibration(loaded, Likeness.SAME, voids=voids)], Policy()), ALONE).pairs == 20


def test_runs_that_do_not_belong_together_are_refused(loaded: Load) -> None:
    with pytest.raises(WrongUsage, match="the same file on both sides"):
        floor_of([calibration(loaded, Likeness.REBUILT)], Policy())
    other = calibration(loaded, Likeness.REBUILT)
    machine = replace(other.run.machine, hard_key_hash="another")
    elsewhere = replace(other, run=replace(other.run, machine=machine, file_name="else.json"))
    with pytest.raises(WrongUsage, match=r"else\.json is of another machine than run\.json"):
        floor_of([calibration(loaded, Likeness.SAME), elsewhere], Policy())


def test_a_stray_is_a_quantile_of_the_median_of_pairs() -> None:
    source = random.Random(3)
    differences = [source.gauss(0.5, 0.1) for _ in range(200)]
    # Sides are swapped at random: a bias of all pairs is noise of the machine like any other.
    assert stray_of(differences, 1) == pytest.approx(0.5 + 2.33 * 0.1, rel=0.1)
    # Without it half of these would be the answer, which is no noise.
    assert stray_of([one / 100 for one in range(100)], 100) == pytest.approx(2.58 * 0.1, rel=0.15)
    assert stray_of([0.0] * 30, 20) == 0.0
    centred = [source.gauss(0, 0.1) for _ in range(2000)]
    assert stray_of(centred, 100) == pytest.approx(2.58 * 1.25 * 0.1 / 10, rel=0.1)


def days(loaded: Load, factors: list[float], **run: Any) -> list[Run]:
    """A stored run of one build on each of several days."""
    return [
        loaded(
            stored(
                time_ns=20.0 * factor,
                seed=day,
                spread=0.001,
                ended_utc=f"2026-01-{day + 10:02}T12:00:00Z",
                **run,
            )
        )
        for day, factor in enumerate(factors)
    ]


def test_days_widen_the_floor_by_how_much_they_differ(loaded: Load) -> None:
    floor = floor_of([calibration(loaded, Likeness.SAME)], Policy())
    factors = [1.0, 1.02, 0.98, 1.01, 0.99, 1.0]
    widened = with_days(floor, days(loaded, factors))
    assert widened.days == 6
    assert of(widened, ALONE).day_spread == pytest.approx(stdev(map(math.log, factors)), rel=0.05)
    assert of(widened, ALONE, "instructions").day_spread is None  # counts need no day


def test_runs_of_one_day_are_one_day(loaded: Load) -> None:
    floor = floor_of([calibration(loaded, Likeness.SAME)], Policy())
    five = days(loaded, [1.0, 1.02, 0.98, 1.01, 0.99])
    assert with_days(floor, [*five, five[0]]) == with_days(floor, five)
    with pytest.raises(WrongUsage, match="runs of 4 days are too few for a day-to-day floor: 5"):
        with_days(floor, [*five[:4], *five[:4]])


def test_days_of_other_builds_or_machines_are_refused(loaded: Load) -> None:
    floor = floor_of([calibration(loaded, Likeness.SAME)], Policy())
    five = days(loaded, [1.0] * 5)
    suite = replace(five[0].suite, build_id="another")
    with pytest.raises(WrongUsage, match="must be of one build"):
        with_days(floor, [replace(five[0], suite=suite), *five[1:]])
    with pytest.raises(WrongUsage, match="must be of the machine of the noise floor"):
        with_days(replace(floor, hard_key_hash="another"), five)
    with pytest.raises(WrongUsage, match="must be of the machine"):
        with_days(floor, [])


def test_a_spread_of_days_needs_five_positive_medians() -> None:
    assert day_spread([1.0] * 4) == Unavailable("4 days are too few: 5 are needed")
    assert day_spread([1.0, 1.0, 1.0, 1.0, 0.0]) == Unavailable("a ratio needs values above zero")
    assert day_spread([7.0] * 5) == 0.0


def test_a_bound_of_days_pays_for_few_days_and_many_points() -> None:
    # Student's t, 99 % of both sides, of six days and of sixty.
    assert day_bound(0.01, 6) == pytest.approx(4.032 * 2**0.5 * 0.01, rel=0.001)
    assert day_bound(0.01, 60) == pytest.approx(2.662 * 2**0.5 * 0.01, rel=0.001)
    # Of twenty points each has a twentieth of the chance.
    assert day_bound(0.01, 6, points=20) == pytest.approx(day_bound(0.01, 6, alpha=0.0005))
    assert day_bound(0.01, 6, points=20) > 1.8 * day_bound(0.01, 6)


def test_a_day_without_the_point_leaves_it_unknown(loaded: Load) -> None:
    floor = floor_of([calibration(loaded, Likeness.SAME)], Policy())
    five = days(loaded, [1.0, 1.02, 0.98, 1.01, 0.99])
    without = tuple(one for one in five[0].launches if one.point != 0)
    widened = with_days(floor, [replace(five[0], launches=without), *five[1:]])
    assert of(widened, ALONE).day_spread is None
    assert of(widened, SHARED).day_spread is not None


def test_a_calibration_is_a_verdict_that_fails_nothing(loaded: Load) -> None:
    calibrations = [
        calibration(loaded, Likeness.SAME, voids={7: "steal"}),
        calibration(loaded, Likeness.SHUFFLED, 1.5, seed=3),
    ]
    floor = floor_of(calibrations, Policy())
    verdict = calibration_verdict(floor, calibrations, Policy(), "gate calibrate", bench="bench")
    assert (verdict.mode, verdict.exit_code) == (Mode.CALIBRATE, 0)
    assert verdict.gated == ()
    assert {one.word for one in verdict.points} == {Word.OK}
    assert [(one.stage, one.round) for one in verdict.voids] == [(0, 7)]
    time = next(one for one in verdict.points if (one.point, one.metric) == (ALONE, "time_per_operation"))
    layout = of(floor, ALONE).layout
    assert layout is not None
    assert time.limits.margin == math.expm1(layout)
    assert time.because.startswith("59 pairs, spread ")
    assert ", layout adds 5" in time.because
    assert verdict.base.label == "bench"
    assert ending_of(verdict.points, (), (), 0.0).exit_code == 3  # were it a gate, it would have seen nothing


def test_a_calibration_that_knows_nothing_is_no_verdict(loaded: Load) -> None:
    voids = dict.fromkeys(range(1, PAIRS), "steal")
    calibrations = [calibration(loaded, Likeness.SAME, voids=voids)]
    verdict = calibration_verdict(
        floor_of(calibrations, Policy()), calibrations, Policy(), "gate calibrate", bench="bench"
    )
    assert verdict.exit_code == 3
    assert verdict.sentence.startswith("No verdict: the noise floor of 0 of ")


def test_a_floor_is_told_with_its_numbers() -> None:
    time = PointFloor(ALONE, "time_per_operation", 60, 0.05, ((20, 0.03),), 0.04, day_spread=0.01)
    assert told(time, 6) == (
        "60 pairs, spread 5.1 %, medians of 20 pairs stray up to 3 %, layout adds 4.1 %,"
        " another day up to 5.9 %"
    )
    count = PointFloor(ALONE, "instructions", 60, None, (), None, Grade.DETERMINISTIC, 0.0002)
    assert told(count) == "60 pairs, launches of one file differ by 0.02 %: grade D"


def test_counts_too_rare_to_cost_anything_have_no_ratio(loaded: Load) -> None:
    sides = [stored(rounds=PAIRS, seed=seed) for seed in (1, 2)]
    for document in sides:
        for launch in document["launches"]:
            if "page_faults" in launch["readings"]:
                launch["readings"]["page_faults"]["value"] = 1.0 + launch["round"] % 3
    floor = floor_of([Calibration(Likeness.SAME, loaded(two_sided(sides[0], sides[1])), {})], Policy())
    faults = of(floor, ALONE, "page_faults")
    assert (faults.grade, faults.spread, faults.strays) == (Grade.DETERMINISTIC, None, ())
