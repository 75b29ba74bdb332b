"""Can a stored run fail a change only by what two days can show, and is nothing blind green?"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from statistics import median
from typing import Any

import pytest
from gate_policy.stored_runs import ALONE, CONTROL, COUNTING, SHARED, stored, two_sided

from latchmark.gate.calibration.floor import Floor, PointFloor, expiry_facts
from latchmark.gate.counts.deterministic import estimate_of_medians
from latchmark.gate.policy import Policy, Removal
from latchmark.gate.reference.points import decide_between_days
from latchmark.gate.reference.verdict import baseline_verdict
from latchmark.model import Direction, Run
from latchmark.statistics import day_bound, day_spread
from latchmark.verdict import Estimate, Gated, Grade, Kind, Limits, Mode, Verdict, Word

Load = Callable[[dict[str, Any]], Run]

TODAY = date(2026, 2, 1)
REPEAT = "scripts/latchmark gate baseline --baseline a.json --head b.json"
TIME = "time_per_operation"


def judged(reference: Run, head: Run, policy: Policy | None = None, floor: Floor | None = None) -> Verdict:
    return baseline_verdict(reference, head, policy or Policy(), floor, TODAY, REPEAT)


def of(verdict: Verdict, point: str, metric: str = TIME) -> Gated:
    return next(one for one in verdict.points if (one.point, one.metric) == (point, metric))


def calibrated(run: Run, day_spread: float | None = 0.003, **more: Any) -> Floor:
    times = tuple(
        PointFloor(name, TIME, 60, 0.02, (), None, day_spread=day_spread) for name in (ALONE, SHARED)
    )
    return Floor(
        machine=run.machine.alias,
        hard_key_hash=run.machine.hard_key_hash,
        calibrated_on=date(2026, 1, 31),
        facts=expiry_facts(run),
        voided=0.0,
        points=(*times, *more.get("points", ())),
        days=5,
    )


@pytest.fixture
def reference(loaded: Load) -> Run:
    return loaded(stored())


def test_the_same_again_passes_on_its_counts(reference: Run) -> None:
    verdict = judged(reference, reference)
    assert (verdict.mode, verdict.exit_code, verdict.coverage) == (Mode.BASELINE, 0, 1.0)
    assert {one.word for one in verdict.gated} == {Word.OK}
    assert {(one.point, one.metric) for one in verdict.gated} == {
        (ALONE, "instructions"),
        (SHARED, "cross_core_loads"),
        (COUNTING, "cas_failures"),
    }
    faults = of(verdict, ALONE, "page_faults")  # on neither side: nothing that was looked at
    assert (faults.word, faults.is_advisory) == (Word.OK, True)
    assert verdict.cautions == (
        "no negative control is in both sides: nothing shows that they were treated alike",
    )
    assert verdict.repeat == REPEAT
    assert all(one.pairs == () for one in verdict.points)


def test_the_verdict_is_the_same_each_time(reference: Run, loaded: Load) -> None:
    head = loaded(stored(instructions=12.5, seed=2))
    assert judged(reference, head) == judged(reference, head)


def test_time_is_a_caution_without_days(reference: Run, loaded: Load) -> None:
    verdict = judged(reference, loaded(stored(time_ns=30.0, seed=2)))
    time = of(verdict, ALONE)
    assert (time.word, time.is_advisory) == (Word.INCONCLUSIVE, True)
    assert time.estimate is not None
    assert time.estimate.value == pytest.approx(1.5, rel=0.02)
    assert time.because.endswith(
        "between the medians of two runs; the day-to-day floor is not calibrated, so the time of two runs is"
        " a caution only"
    )
    assert verdict.exit_code == 0
    assert f"{ALONE}: {time.because}" in verdict.cautions


def test_a_grown_count_fails(reference: Run, loaded: Load) -> None:
    verdict = judged(reference, loaded(stored(instructions=12.12, seed=2)))
    count = of(verdict, ALONE, "instructions")
    assert (verdict.exit_code, count.word, count.kind) == (1, Word.REGRESSED, Kind.COUNTER)
    assert count.grade is Grade.DETERMINISTIC
    assert count.because.startswith("1.010×")
    assert count.limits.limit == pytest.approx(0.005)
    fewer = judged(reference, loaded(stored(instructions=11.0, seed=2)))
    assert (fewer.exit_code, of(fewer, ALONE, "instructions").word) == (0, Word.IMPROVED)


def test_what_happens_on_one_side_only_counts(reference: Run, loaded: Load) -> None:
    faulting = stored(seed=2)
    for launch in faulting["launches"]:
        if "page_faults" in launch["readings"]:
            launch["readings"]["page_faults"]["value"] = launch["readings"]["instructions"]["value"] / 100
    verdict = judged(reference, loaded(faulting))
    faults = of(verdict, ALONE, "page_faults")
    assert (verdict.exit_code, faults.word, faults.is_advisory) == (1, Word.REGRESSED, False)
    assert faults.because.endswith("base counts nothing, and head more than 0.00100 per operation")


def test_a_grown_tally_fails_where_it_is_quiet(reference: Run, loaded: Load) -> None:
    verdict = judged(reference, loaded(stored(cas_failures=0.27, seed=2)))
    assert (verdict.exit_code, of(verdict, COUNTING, "cas_failures").word) == (1, Word.REGRESSED)
    calibrated_noisy = PointFloor(COUNTING, "cas_failures", 60, 0.1, (), None, Grade.NOISY, 0.1)
    floor = calibrated(reference, points=(calibrated_noisy,))
    noisy = judged(reference, loaded(stored(cas_failures=0.27, seed=2)), floor=floor)
    assert of(noisy, COUNTING, "cas_failures").is_advisory
    assert noisy.exit_code == 0


def test_a_calibrated_variation_widens_a_counts_threshold(reference: Run, loaded: Load) -> None:
    wide = PointFloor(ALONE, "instructions", 60, 0.001, (), 0.0, Grade.DETERMINISTIC, 0.0029)
    head = loaded(stored(instructions=12.12, seed=2))
    verdict = judged(reference, head, floor=calibrated(reference, points=(wide,)))
    assert of(verdict, ALONE, "instructions").word is Word.OK


def test_time_gates_once_days_are_known(reference: Run, loaded: Load) -> None:
    floor = calibrated(reference)
    slower = judged(reference, loaded(stored(time_ns=24.0, seed=2)), floor=floor)
    time = of(slower, ALONE)
    assert (slower.exit_code, time.word, time.is_advisory) == (1, Word.REGRESSED, False)
    # Five days, two points that share 1 %.
    assert time.limits.margin == pytest.approx(math.expm1(day_bound(0.003, 5, 2)))
    assert 0.02 < time.limits.margin < 0.03
    assert time.detectable is not None
    assert 0.02 < time.detectable < 0.06
    same = judged(reference, loaded(stored(seed=2)), floor=floor)
    assert (same.exit_code, of(same, ALONE).word) == (0, Word.OK)
    wide = judged(reference, loaded(stored(time_ns=24.0, seed=2)), floor=calibrated(reference, 0.05))
    assert of(wide, ALONE).word is Word.INCONCLUSIVE  # days alone make more of a difference


@pytest.mark.parametrize(
    ("value", "half", "days", "word"),
    [
        (1.20, 0.02, 0.05, Word.REGRESSED),
        (1.06, 0.02, 0.05, Word.INCONCLUSIVE),  # the interval reaches into what days do
        (1.025, 0.001, 0.0, Word.OK),  # below the limit of 3 %
        (1.00, 0.02, 0.05, Word.OK),
        (1.04, 0.02, 0.05, Word.INCONCLUSIVE),  # on a slower day it may be 11 % worse
        (0.80, 0.02, 0.05, Word.IMPROVED),
        (0.45, 0.01, 0.05, Word.SUSPECT),
    ],
)
def test_only_what_neither_launches_nor_days_do_is_the_codes(
    value: float, half: float, days: float, word: Word
) -> None:
    estimate = Estimate(value, value * (1 - half), value * (1 + half), value * (1 + half), 20)
    limits = Limits(limit=0.03, margin=max(0.02, days), tolerated=0.10)
    assert decide_between_days(estimate, limits, days, 0.5)[0] is word
    blind = Estimate(value, None, None, None, 5)
    assert decide_between_days(blind, limits, days, 0.5)[0] is Word.INCONCLUSIVE


def test_an_expired_floor_is_no_floor(reference: Run, loaded: Load) -> None:
    floor = replace(calibrated(reference), calibrated_on=date(2025, 12, 1))
    verdict = judged(reference, loaded(stored(time_ns=24.0, seed=2)), floor=floor)
    assert of(verdict, ALONE).is_advisory
    assert "the noise floor is 62 days old, more than 30: calibrate again" in verdict.cautions


def test_another_machine_is_not_compared(reference: Run, loaded: Load) -> None:
    other = stored(time_ns=30.0, instructions=50.0)
    other["machine"]["hard_key"]["cores"] = "4"
    other["machine"]["hard_key_hash"] = "another"
    verdict = judged(reference, loaded(other))
    assert verdict.exit_code == 3
    assert {one.word for one in verdict.points} == {Word.NOT_COMPARABLE}
    assert "the runs are of different machines: cores: 2 in base, 4 in head" in verdict.sentence


def test_another_question_is_not_compared(reference: Run, loaded: Load) -> None:
    other = stored()
    other["points"][0]["definition"] = "version 2"
    verdict = judged(reference, loaded(other))
    assert verdict.exit_code == 3
    assert [one.word for one in verdict.points if one.point == ALONE] == [Word.NOT_COMPARABLE]
    assert of(verdict, SHARED, "cross_core_loads").word is Word.OK


def test_counts_of_another_library_or_event_are_not_compared(reference: Run, loaded: Load) -> None:
    other = stored()
    other["suite"]["libraries"]["libc"] = "glibc 2.41"
    verdict = judged(reference, loaded(other))
    assert verdict.exit_code == 3
    assert of(verdict, ALONE, "instructions").word is Word.NOT_COMPARABLE
    assert of(verdict, COUNTING, "cas_failures").word is Word.OK  # what the workload counts itself
    event = stored()
    event["counters"]["roles"][0]["source"] = "perf::OTHER"
    answer = of(judged(reference, loaded(event)), ALONE, "instructions")
    assert answer.because == "another event counts it: perf::instructions in base, perf::OTHER in head"


def test_what_was_removed_is_missing_unless_it_was_allowed(reference: Run, loaded: Load) -> None:
    other = stored()
    del other["points"][2]
    other["launches"] = [one for one in other["launches"] if one["point"] != 2]
    head = loaded(other)
    missing = judged(reference, head)
    assert (missing.exit_code, of(missing, COUNTING, "").word) == (1, Word.MISSING)
    allowed = Policy(removals=(Removal(COUNTING, "no longer counted", TODAY),))
    passed = judged(reference, head, allowed)
    assert (passed.exit_code, passed.of(Word.MISSING)) == (0, ())
    assert any("no longer counted" in one for one in passed.cautions)
    expired = Policy(removals=(Removal(COUNTING, "no longer counted", date(2026, 1, 31)),))
    assert judged(reference, head, expired).exit_code == 1
    new = judged(head, reference)
    assert (new.exit_code, [one.point for one in new.points if one.word is Word.NEW]) == (0, [COUNTING])


@pytest.mark.parametrize("side", ["base", "head"])
def test_an_incomplete_run_is_no_verdict(loaded: Load, side: str) -> None:
    whole, cut = loaded(stored()), stored(complete=False, incomplete_reason="killed")
    cut["launches"] = [one for one in cut["launches"] if one["point"] != 1]
    runs = (loaded(cut), whole) if side == "base" else (whole, loaded(cut))
    verdict = judged(*runs)
    assert verdict.exit_code == 3
    assert f"the run of {side} (run.json) is incomplete: killed" in verdict.sentence


def test_a_head_that_fails_is_told_from_one_that_fails_in_base_too(reference: Run, loaded: Load) -> None:
    crashing = stored()
    for launch in crashing["launches"]:
        if launch["point"] == 0:
            launch |= {"status": "crashed", "why": "SIGSEGV", "metrics": {}, "windows": None, "readings": {}}
            launch["cost"] = None
    broken = loaded(crashing)
    in_head = judged(reference, broken)
    assert (in_head.exit_code, of(in_head, ALONE).word) == (1, Word.ERROR)
    assert judged(broken, reference).exit_code == judged(broken, broken).exit_code == 3


def test_required_roles_must_have_been_measured(reference: Run, loaded: Load) -> None:
    without = loaded(stored(instructions=None))
    policy = Policy(required_roles=("instructions",))
    assert judged(reference, reference, policy).exit_code == 0
    verdict = judged(reference, without, policy)
    assert verdict.exit_code == 3
    assert "required role instructions was not measured in head" in verdict.sentence
    answer = of(judged(reference, without), ALONE, "instructions")
    assert (answer.word, answer.is_advisory) == (Word.INCONCLUSIVE, False)  # it gates, and could not be seen
    assert answer.because.startswith("not measured in head: ")


def test_a_count_that_base_could_not_take_is_told(reference: Run, loaded: Load) -> None:
    estimated = stored()
    for launch in estimated["launches"]:
        launch["readings"].get("instructions", {}).update(status="scaled", running_share=0.5)
    answer = of(judged(loaded(estimated), reference), ALONE, "instructions")
    assert (answer.word, answer.is_advisory) == (Word.INCONCLUSIVE, True)
    assert answer.because == (
        "not measured in base: instructions was counted in 50 % of the time only: an estimate"
    )


def test_another_environment_is_a_caution_or_no_verdict(reference: Run, loaded: Load) -> None:
    other = stored()
    other["machine"]["soft_key"]["kernel"] = "6.5.0"
    verdict = judged(reference, loaded(other))
    assert verdict.exit_code == 0
    assert "differs between the runs: kernel: 6.1.0 in base, 6.5.0 in head" in verdict.cautions
    strict = judged(reference, loaded(other), Policy(strict_env=True))
    assert strict.exit_code == 3
    assert "the environment differs, which is not allowed here: kernel: 6.1.0" in strict.sentence
    assert judged(reference, reference, Policy(strict_env=True)).exit_code == 0


def test_nothing_gated_is_no_verdict(loaded: Load) -> None:
    run = stored()
    for role in run["counters"]["roles"][:2]:  # what is left are page faults, of which there are none
        role |= {"status": "no_pmu", "why": "no counters", "tier": None}
    del run["points"][2]
    run["launches"] = [one for one in run["launches"] if one["point"] != 2]
    alone = loaded(run)
    verdict = judged(alone, alone)
    assert (verdict.exit_code, verdict.gated, verdict.coverage) == (3, (), None)


def test_an_emulated_machine_has_no_times(loaded: Load) -> None:
    document = stored()
    document["machine"]["emulated"] = "qemu"
    run = loaded(document)
    time = of(judged(run, run, floor=calibrated(run)), ALONE)
    assert (time.is_advisory, time.because.endswith("mean nothing beyond their own run")) == (True, True)


def test_a_negative_control_that_differs_is_told(loaded: Load) -> None:
    base, slower = stored(with_control=True), stored(with_control=True)
    for launch in slower["launches"]:
        if launch["point"] == 3:
            launch["metrics"]["time_per_operation"]["value"] *= 1.2
    verdict = judged(loaded(base), loaded(slower))
    assert verdict.cautions == (
        f"{CONTROL}, a negative control, differs: 1.20× [1.20, 1.20]: the machine changed",
    )
    assert CONTROL not in {one.point for one in verdict.points}


def test_of_runs_with_two_sides_the_first_and_the_last_are_meant(loaded: Load) -> None:
    both = loaded(two_sided(stored(), stored(instructions=13.0, seed=2), ("aaa", "bbb")))
    verdict = judged(both, both)
    assert (verdict.base.build_id, verdict.head.build_id) == ("aaa", "bbb")
    assert of(verdict, ALONE, "instructions").word is Word.REGRESSED


@pytest.mark.parametrize("scatter", [0.005, 0.05])
def test_days_of_identical_code_hardly_ever_fail(scatter: float) -> None:
    """Days drawn from one distribution, six of them calibrated, two compared: what is left of 1500 points."""
    source = random.Random(11)

    def launches() -> list[float]:
        day = source.gauss(0, scatter)
        return [math.exp(day + source.gauss(0, 0.03)) for _ in range(12)]

    draws, failed = 1500, 0
    for _ in range(draws):
        spread = day_spread([median(launches()) for _ in range(6)])
        estimate = estimate_of_medians(launches(), launches(), Direction.LOWER)
        assert isinstance(spread, float)
        assert estimate is not None
        days = math.expm1(day_bound(spread, 6, points=10))
        limits = Limits(limit=0.03, margin=max(0.02, days), tolerated=0.10)
        failed += decide_between_days(estimate, limits, days, 0.5)[0] is Word.REGRESSED
    print(f"days differ by {scatter:.1%}: {failed} of {draws} identical points failed")
    assert failed <= 0.001 * draws  # ten of them share 1 %
