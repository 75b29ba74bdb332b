"""Does a count gate where it can, and only where it can?"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from gate_policy.stored_runs import ALONE, CONTROL, COUNTING, SHARED, stored

from latchmark.gate.counts.candidates import candidates_of, counted_by_round, missing_roles
from latchmark.gate.counts.deterministic import decide_deterministic, grade_of, threshold_of, variation_of
from latchmark.gate.policy import Policy
from latchmark.model import Direction, Point, Purpose, Run, time_of
from latchmark.verdict import Grade, Kind, Word

Load = Callable[[dict[str, Any]], Run]

QUIET = (100.0, 100.01, 99.99, 100.0, 100.02)


def point(run: Run, name: str) -> Point:
    return next(one for one in run.points if one.name == name)


@pytest.mark.parametrize(
    ("values", "grade"),
    [
        (QUIET, Grade.DETERMINISTIC),
        (QUIET[:4], Grade.NOISY),  # too few to tell
        ((100.0, 101.0, 99.0, 100.5, 99.5), Grade.STABLE),
        ((100.0, 110.0, 90.0, 105.0, 95.0), Grade.NOISY),
        ((0.0,) * 5, Grade.DETERMINISTIC),
        ((0.0, 0.001, 0.0, 0.0, 0.0), Grade.DETERMINISTIC),  # nothing worth counting
        ((0.0, 0.01, 0.0, 0.0, 0.0), Grade.NOISY),
    ],
)
def test_grades_follow_from_how_launches_differ(values: tuple[float, ...], grade: Grade) -> None:
    assert grade_of(values) is grade


def test_variation_is_the_deviation_over_the_mean() -> None:
    assert variation_of((99.0, 101.0)) == pytest.approx(2**0.5 / 100)
    assert variation_of((5.0,)) == 0.0


@pytest.mark.parametrize(
    ("factor", "floor", "word"),
    [
        (1.004, None, Word.OK),
        (1.006, None, Word.REGRESSED),
        (0.994, None, Word.IMPROVED),
        (0.996, None, Word.OK),
        (1.02, 0.005, Word.OK),  # five floors are 2.5 %
        (1.03, 0.005, Word.REGRESSED),
        (0.0, None, Word.IMPROVED),
        (-1.0, None, Word.SUSPECT),
    ],
)
def test_a_quiet_count_is_judged_by_a_threshold(factor: float, floor: float | None, word: Word) -> None:
    assert decide_deterministic(QUIET, [value * factor for value in QUIET], floor)[0] is word


def test_a_better_direction_is_the_metrics() -> None:
    more = [value * 1.02 for value in QUIET]
    word, _, estimate = decide_deterministic(QUIET, more, None, Direction.HIGHER)
    assert word is Word.IMPROVED
    assert estimate is not None
    assert estimate.value == pytest.approx(1 / 1.02)
    assert decide_deterministic(more, QUIET, None, Direction.HIGHER)[0] is Word.REGRESSED
    assert decide_deterministic(QUIET, [0.0] * 5, None, Direction.HIGHER)[0] is Word.REGRESSED


def test_the_sentence_has_the_numbers_that_decide() -> None:
    base, head = QUIET * 2, [value * 1.02 for value in QUIET * 2]
    word, sentence, estimate = decide_deterministic(base, head, None)
    assert word is Word.REGRESSED
    assert sentence == "1.020× [1.020, 1.020]: 102 against 100 per operation, beyond the threshold of 0.5 %"
    assert estimate is not None
    assert (estimate.pairs, estimate.low is not None) == (10, True)
    assert threshold_of(base, None) == 0.005


def test_a_count_that_differs_more_between_launches_must_grow_more() -> None:
    base = (99.8, 100.2) * 5  # 0.21 %
    assert threshold_of(base, None) == pytest.approx(5 * 0.00211, rel=0.01)
    assert threshold_of(base, 0.004) == pytest.approx(0.02)
    assert decide_deterministic(base, [1.009 * one for one in base], None)[0] is Word.OK
    assert decide_deterministic(base, [1.012 * one for one in base], None)[0] is Word.REGRESSED


def test_four_pairs_decide_nothing() -> None:
    word, sentence, estimate = decide_deterministic(QUIET, [200.0] * 4, None)
    assert (word, estimate) == (Word.INCONCLUSIVE, None)
    assert sentence == "4 pairs of launches: 5 are needed"


def test_sides_that_overlap_are_not_told_apart() -> None:
    # Two modes 1 % apart, of which five launches of base saw one.
    word, sentence, _ = decide_deterministic((100.0,) * 5, (101.0, 101.0, 101.0, 100.0, 100.0), None)
    assert word is Word.INCONCLUSIVE
    assert sentence.endswith("but launches of the sides overlap")


@pytest.mark.parametrize(
    ("base", "head", "word", "told"),
    [
        ((0.0,) * 5, (0.0,) * 5, Word.OK, "nothing"),
        ((0.0,) * 5, (0.001,) * 5, Word.OK, "nothing"),
        ((0.0,) * 5, (0.5,) * 5, Word.REGRESSED, "nothing"),
        ((0.0,) * 5, (0.5, 0.5, 0.5, 0.0, 0.0), Word.OK, "nothing"),  # now and then is not always
        ((0.001, 0.0, 0.0, 0.0, 0.0), (0.002,) * 5, Word.REGRESSED, "at most 0.00100 per operation"),
        ((0.0005, 0.0003, 0.0002, 0.0, 0.0), (0.0004,) * 5, Word.OK, "at most 0.000500 per operation"),
    ],
)
def test_where_base_counts_next_to_nothing_the_change_is_judged(
    base: tuple[float, ...], head: tuple[float, ...], word: Word, told: str
) -> None:
    found, sentence, estimate = decide_deterministic(base, head, None)
    assert (found, estimate) == (word, None)
    assert f"base counts {told}, and head " in sentence


def noisy(source: random.Random, kind: str, spread: float, launches: int) -> list[float]:
    """Counts of launches of one binary: `spread` is their standard deviation over the mean."""

    def one() -> float:
        if kind == "two modes":
            return spread * (1 if source.random() < 0.5 else -1)
        tail = 1.0 if kind == "normal" else math.sqrt(source.gammavariate(1.5, 2))
        return spread * source.gauss(0, 1) / tail

    return [100 * (1 + one()) for _ in range(launches)]


@pytest.mark.parametrize("kind", ["normal", "heavy tails", "two modes"])
@pytest.mark.parametrize("launches", [5, 20])
def test_identical_code_hardly_ever_fails(kind: str, launches: int) -> None:
    """The rule stands outside the suite's alpha, so its false rate must be small: at the worst spread that is
    still called deterministic, below 5 in 1000 counts of five launches, and none in 1500 of twenty."""
    source = random.Random(7)
    draws, flagged = 1500, 0
    for _ in range(draws):
        base, head = (noisy(source, kind, 0.003, launches) for _ in range(2))
        is_gated = grade_of(base) is Grade.DETERMINISTIC
        flagged += is_gated and decide_deterministic(base, head, None)[0] is Word.REGRESSED
    print(f"{kind}, {launches} launches: {flagged} of {draws} identical counts flagged")
    assert flagged <= (0 if launches == 20 else 0.005 * draws)


@pytest.mark.parametrize("kind", ["normal", "heavy tails", "two modes"])
def test_one_percent_more_is_found(kind: str) -> None:
    source = random.Random(8)
    found = 0
    for _ in range(200):
        base, head = (noisy(source, kind, 0.0005, 5) for _ in range(2))
        found += decide_deterministic(base, [1.01 * one for one in head], None)[0] is Word.REGRESSED
    assert found >= 195


def test_instructions_gate_where_no_worker_waits_and_causes_where_several_work(loaded: Load) -> None:
    run = loaded(stored(with_control=True))
    names = {
        name: [one.metric for one in candidates_of(run, point(run, name), Policy())]
        for name in (ALONE, SHARED, COUNTING, CONTROL)
    }
    assert names == {
        ALONE: ["instructions", "page_faults"],
        SHARED: ["cross_core_loads", "page_faults"],
        COUNTING: ["cas_failures"],
        CONTROL: [],  # no change can touch it
    }
    tally = candidates_of(run, point(run, COUNTING), Policy())[0]
    assert (tally.kind, tally.unit, tally.direction) == (Kind.COUNT, "1/operation", Direction.LOWER)
    own = Policy(gated_roles=("instructions",))
    assert [one.metric for one in candidates_of(run, point(run, ALONE), own)] == ["instructions"]
    assert candidates_of(run, point(run, SHARED), own) == ()


def test_points_that_count_have_no_time(loaded: Load) -> None:
    metrics = loaded(stored()).experiments[0].metrics
    assert time_of(metrics, Purpose.COUNTS) is None
    assert time_of(metrics, Purpose.LATENCY) is None
    metric = time_of(metrics, Purpose.THROUGHPUT)
    assert metric is not None
    assert metric.name == "time_per_operation"


def test_what_was_estimated_or_stood_still_does_not_gate(loaded: Load) -> None:
    document = stored()
    mine = [one for one in document["launches"] if one["point"] == 0]
    mine[0]["readings"]["instructions"] |= {"status": "scaled", "running_share": 0.94}
    mine[1]["readings"]["instructions"] |= {"status": "scaled", "running_share": 0.96}
    mine[2]["readings"]["instructions"] |= {"value": 0.0}
    run = loaded(document)
    alone = point(run, ALONE)
    candidate = candidates_of(run, alone, Policy())[0]
    rounds = {one["round"] for one in mine} - {mine[0]["round"], mine[2]["round"]}
    assert counted_by_round(run, alone, candidate, "head").keys() == rounds


def test_a_role_that_did_not_react_is_no_candidate(loaded: Load) -> None:
    document = stored()
    document["counters"]["control"] = [
        {
            "role": "instructions",
            "stimulus": "steps",
            "cpus": [0],
            "result": "failed",
            "why": "it stayed at its idle level",
            "counted": 0.0,
            "idle": 0.0,
            "times": 1000,
        }
    ]
    run = loaded(document)
    assert [one.metric for one in candidates_of(run, point(run, ALONE), Policy())] == ["page_faults"]
    (why,) = missing_roles(run, "head", Policy(required_roles=("instructions",)))
    assert "did not react in the positive control" in why


def test_a_required_role_is_missed_with_the_reason(loaded: Load) -> None:
    policy = Policy(required_roles=("instructions", "branches"))
    run = loaded(stored())
    assert missing_roles(run, "head", Policy(required_roles=("instructions",))) == ()
    assert missing_roles(run, "head", policy) == (
        "required role branches was not measured in head: this run knows no such role",
    )
    document = stored()
    document["counters"]["roles"][0] |= {"status": "no_pmu", "why": "no counters here", "tier": None}
    assert missing_roles(loaded(document), "head", policy)[0].endswith("in head: no counters here")
    at_one = stored()
    for launch in at_one["launches"]:
        if launch["point"] == 1:
            del launch["readings"]["instructions"]
    (why,) = missing_roles(loaded(at_one), "head", Policy(required_roles=("instructions",)))
    assert why.startswith(
        f"required role instructions was not measured in head: not at 1 point of 2, first {SHARED}"
    )
    assert missing_roles(run, "base", Policy(required_roles=("instructions",))) == (
        "required role instructions was not measured in base: no launch ended well",
    )
