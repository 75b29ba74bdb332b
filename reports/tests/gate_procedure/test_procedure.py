"""Does the procedure ask for the right pairs and say the right word?"""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
from gate_procedure.scripted_pairs import LIMITS, Machine, decided, key, machine_of, noisy

from latchmark.errors import InvalidRunFile
from latchmark.gate.procedure import Samples, Wanted, next_step, with_batch
from latchmark.gate.procedure.detectable import mde90
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import StageKind, Word

# So many that confirming is the narrower step.
WELL_SCREENED = Rules(screen_pairs=60)
SCREEN, SETTLE, CONFIRM = StageKind.SCREEN, StageKind.SETTLE, StageKind.CONFIRM


def words(machine: Machine, **options: object) -> list[Word]:
    """What is said of each point, in order."""
    return [one.word for one in decided(machine, **options).values()]  # type: ignore[arg-type]


def test_quiet_identical_code_is_ok_after_the_screen() -> None:
    machine = Machine({key("a"): alternating(0.01, 60)}, {})
    assert words(machine) == [Word.OK]
    assert machine.wanted == [Wanted(SCREEN, (key("a"),), 20)]


def alternating(size: float, n: int, middle: float = 0.0) -> list[float]:
    """As many differences above the middle as below, all of different size."""
    return [middle + size * (1 + i / 1000) * (-1) ** i for i in range(n)]


def test_all_are_screened_then_the_undecided_settled_then_the_nominated_confirmed() -> None:
    machine = Machine(
        {
            key("quiet"): alternating(0.01, 60),
            key("wild"): alternating(0.30, 60),
            key("slow"): noisy(0.2, 0.02, 60, 1),
            key("fast"): noisy(-0.2, 0.02, 60, 2),
        },
        {key("slow"): noisy(0.2, 0.02, 100, 3), key("fast"): noisy(-0.2, 0.02, 100, 4)},
    )
    decisions = decided(machine)
    assert [(one.kind, [name for name, _ in one.keys], one.pairs) for one in machine.wanted] == [
        (SCREEN, ["quiet", "wild", "slow", "fast"], 20),
        (SETTLE, ["wild"], 20),
        (SETTLE, ["wild"], 20),
        (CONFIRM, ["slow", "fast"], 40),
    ]
    assert [one.word for one in decisions.values()] == [
        Word.OK,
        Word.INCONCLUSIVE,
        Word.REGRESSED,
        Word.IMPROVED,
    ]


def test_a_look_says_what_was_tested() -> None:
    machine = machine_of({"slow": (0.2, 0.02), "slower": (0.3, 0.02), "quiet": (0.0, 0.01)})
    screen, confirm = decided(machine)[key("slow")].looks
    assert (screen.kind, screen.toward, screen.pairs, screen.test) == (SCREEN, "worse", 20, "signed-rank")
    assert (screen.alpha, screen.adjusted_p, screen.passed) == (0.10, None, True)
    assert screen.p == pytest.approx(2**-20)
    assert (confirm.kind, confirm.pairs, confirm.among, confirm.passed) == (CONFIRM, 40, 2, True)
    assert confirm.alpha == pytest.approx(0.003)
    assert confirm.adjusted_p == pytest.approx(2 * confirm.p)


def test_settling_can_still_nominate() -> None:
    # The first 20 pairs say nothing, the next 20 are all slower.
    screen = alternating(0.2, 20) + noisy(0.3, 0.01, 40, 1)
    machine = Machine({key("late"): screen}, {key("late"): noisy(0.3, 0.01, 100, 2)})
    decision = decided(machine)[key("late")]
    assert decision.word is Word.REGRESSED
    assert [one.kind for one in decision.looks] == [SCREEN, SETTLE, CONFIRM]
    assert [one.passed for one in decision.looks] == [False, True, True]


def test_settling_judges_all_pairs_so_far() -> None:
    decision = decided(Machine({key("wild"): alternating(0.3, 60)}, {}))[key("wild")]
    assert [one.pairs for one in decision.looks] == [20, 40, 60]
    assert decision.estimate is not None
    assert decision.estimate.pairs == 60


def test_a_nominated_point_is_judged_by_its_fresh_pairs_alone() -> None:
    machine = Machine({key("lucky"): noisy(0.2, 0.02, 60, 1)}, {key("lucky"): alternating(0.01, 100)})
    decision = decided(machine)[key("lucky")]
    assert decision.word is Word.OK
    assert decision.estimate is not None
    assert decision.estimate.pairs == 40
    assert decision.estimate.value == pytest.approx(1.0, abs=0.01)
    assert decision.because.startswith("1.000× [0.99")
    assert "over 40 fresh pairs: nominated as worse, which these do not confirm" in decision.because


def test_a_hopeless_point_is_not_confirmed_to_the_end() -> None:
    machine = Machine({key("lucky"): noisy(0.2, 0.02, 60, 1)}, {key("lucky"): alternating(0.01, 100)})
    decided(machine)
    assert [one.kind for one in machine.wanted] == [SCREEN, CONFIRM]


def test_a_point_that_may_still_be_slower_gets_the_second_look() -> None:
    machine = Machine({key("some"): noisy(0.2, 0.02, 60, 1)}, {key("some"): noisy(0.06, 0.12, 100, 5)})
    decision = decided(machine)[key("some")]
    assert [(one.kind, one.pairs) for one in machine.wanted] == [(SCREEN, 20), (CONFIRM, 40), (CONFIRM, 60)]
    assert [one.pairs for one in decision.looks] == [20, 40, 100]
    assert decision.looks[-1].alpha == pytest.approx(0.007)


def test_what_was_given_up_still_counts_for_holm() -> None:
    # Otherwise the data would choose the divisor: of two nominated, one is given up after the first look.
    machine = Machine(
        {key("some"): noisy(0.2, 0.02, 60, 1), key("lucky"): noisy(0.2, 0.02, 60, 2)},
        {key("some"): noisy(0.06, 0.12, 100, 5), key("lucky"): alternating(0.01, 100)},
    )
    last = decided(machine)[key("some")].looks[-1]
    assert (last.pairs, last.among) == (100, 2)
    assert last.adjusted_p == pytest.approx(min(1.0, 2 * last.p))


def test_what_was_declared_no_longer_counts_for_holm() -> None:
    machine = Machine(
        {key("some"): noisy(0.2, 0.02, 60, 1), key("slow"): noisy(0.2, 0.02, 60, 2)},
        {key("some"): noisy(0.06, 0.12, 100, 5), key("slow"): noisy(0.2, 0.02, 100, 9)},
    )
    assert decided(machine)[key("some")].looks[-1].among == 1


def test_the_first_look_has_only_its_share_of_alpha() -> None:
    # Eight pairs on one side have p = 0.0039: above 0.3 of one percent, below all of it.
    machine = machine_of({"a": (0.5, 0.01)})
    assert words(machine, rules=Rules(first_look=8, second_look=20)) == [Word.REGRESSED]
    assert [one.pairs for one in machine.wanted] == [20, 8, 12]
    machine = machine_of({"a": (0.5, 0.01)})
    assert words(machine, rules=Rules(first_look=8, second_look=8)) == [Word.REGRESSED]


@pytest.mark.parametrize(("count", "word"), [(2, Word.REGRESSED), (3, Word.INCONCLUSIVE)])
def test_the_more_are_nominated_the_more_each_must_show(count: int, word: Word) -> None:
    # Two times 0.0039 is within one percent, three times is not.
    machine = machine_of({str(index): (0.5, 0.01) for index in range(count)})
    assert words(machine, rules=Rules(first_look=8, second_look=8)) == [word] * count


def test_improvements_have_an_alpha_of_their_own() -> None:
    points = {"slow": (0.2, 0.02), "fast": (-0.2, 0.02)}
    strict = Rules(improvement_alpha=1e-30)
    assert words(machine_of(points), rules=strict) == [Word.REGRESSED, Word.OK]
    strict = Rules(alpha=1e-30)
    assert words(machine_of(points), rules=strict) == [Word.INCONCLUSIVE, Word.IMPROVED]


def test_what_was_detectable_counts_the_others() -> None:
    machine = machine_of({"slow": (0.2, 0.1), "slower": (0.3, 0.1), "same": (0.0, 0.1)})
    decisions = decided(machine, rules=WELL_SCREENED)
    for name, among in (("slow", 2), ("same", 3)):
        one = decisions[key(name)]
        assert one.spread is not None
        assert one.detectable == mde90(
            one.spread, LIMITS, WELL_SCREENED, screen_pairs=60, confirm_pairs=100, among=among
        )


def test_what_was_detectable_counts_the_pairs_that_were_left() -> None:
    machine = Machine({key("a"): noisy(0.2, 0.02, 60, 1)}, {key("a"): noisy(0.05, 0.3, 100, 1)})
    one = decided(machine, lose=lambda pairs: pairs[::2], rules=WELL_SCREENED)[key("a")]
    assert one.spread is not None
    assert one.estimate is not None
    assert one.estimate.pairs == 50
    assert one.detectable == mde90(
        one.spread, LIMITS, WELL_SCREENED, screen_pairs=30, confirm_pairs=50, among=1
    )


def test_a_point_that_lags_behind_comes_first() -> None:
    wild, slow = tuple(alternating(0.3, 20)), tuple(noisy(0.5, 0.01, 20, 1))
    limits = {key("a"): LIMITS, key("b"): LIMITS}
    samples = {key("a"): Samples(screen=(wild,)), key("b"): Samples()}
    assert next_step(samples, limits, Rules()) == Wanted(SCREEN, (key("b"),), 20)
    samples = {key("a"): Samples((slow,), (slow * 2,)), key("b"): Samples((slow,))}
    assert next_step(samples, limits, Rules()) == Wanted(CONFIRM, (key("b"),), 40)


def test_improvements_and_slowdowns_are_corrected_apart() -> None:
    machine = machine_of({"slow": (0.2, 0.02), "fast": (-0.2, 0.02), "faster": (-0.3, 0.02)})
    decisions = decided(machine)
    assert decisions[key("slow")].looks[-1].among == 1
    assert decisions[key("fast")].looks[-1].among == 2


def test_certain_but_within_the_margin_does_not_fail() -> None:
    # 1.5 % is certain, and no more than a layout can do.
    decision = decided(machine_of({"a": (math.log(1.015), 0.001)}))[key("a")]
    assert decision.word is Word.OK
    assert not decision.looks[-1].passed


def test_certain_beyond_the_margin_but_within_the_limit_does_not_fail() -> None:
    decision = decided(machine_of({"a": (math.log(1.025), 0.001)}))[key("a")]
    assert decision.word is Word.OK
    assert decision.looks[-1].passed
    assert "with a median within the limit of 3 %" in decision.because


def test_beyond_the_limit_but_not_certain_does_not_fail() -> None:
    machine = Machine({key("a"): noisy(0.2, 0.02, 60, 1)}, {key("a"): noisy(0.05, 0.5, 100, 1)})
    decision = decided(machine)[key("a")]
    assert decision.estimate is not None
    assert decision.estimate.value > 1.03
    assert decision.word is Word.INCONCLUSIVE


def test_limits_are_those_of_the_key() -> None:
    machine = machine_of({"a": (math.log(1.06), 0.001)})
    assert words(machine) == [Word.REGRESSED]
    machine = machine_of({"a": (math.log(1.06), 0.001)})
    assert words(machine, limits=replace(LIMITS, limit=0.08)) == [Word.OK]


def test_ok_needs_the_bound_below_what_is_tolerated() -> None:
    machine = Machine({key("a"): alternating(0.02, 60, math.log(1.09))}, {})
    rules = Rules(nominate_p=1e-15)
    assert words(machine, rules=rules) == [Word.INCONCLUSIVE]
    machine = Machine({key("a"): alternating(0.02, 60, math.log(1.05))}, {})
    assert words(machine, rules=rules) == [Word.OK]


def test_an_undecided_point_says_how_many_pairs_it_needs() -> None:
    decision = decided(Machine({key("a"): alternating(0.30, 60)}, {}))[key("a")]
    assert decision.pairs_needed is not None
    assert decision.pairs_needed > 60
    assert decision.because.endswith(f"needs about {decision.pairs_needed} pairs")
    assert decision.spread == pytest.approx(1.4826 * 0.3, rel=0.1)
    assert decision.detectable is not None
    assert decision.detectable > 0.2


def test_more_than_half_the_time_gone_is_not_believed() -> None:
    assert words(machine_of({"a": (math.log(0.45), 0.02)})) == [Word.SUSPECT]
    assert words(machine_of({"a": (math.log(0.55), 0.02)})) == [Word.IMPROVED]


def test_more_than_half_gone_is_not_ok_either() -> None:
    # Six pairs declare no improvement (p = 0.016); the bound alone says that it is far below.
    machine = machine_of({"a": (math.log(0.4), 0.02)})
    assert words(machine, rules=Rules(first_look=6, second_look=6)) == [Word.SUSPECT]


def test_a_declared_improvement_is_not_believed_by_its_median() -> None:
    decision = decided(machine_of({"a": (math.log(0.48), 0.2)}))[key("a")]
    assert decision.estimate is not None
    assert decision.estimate.upper is not None
    assert decision.estimate.value < 0.5 < decision.estimate.upper
    assert decision.word is Word.SUSPECT


def test_too_few_pairs_decide_nothing() -> None:
    machine = machine_of({"slow": (0.5, 0.01), "same": (0.0, 0.01)})
    decisions = decided(machine, lose=lambda pairs: pairs[:3])
    assert [one.word for one in decisions.values()] == [Word.INCONCLUSIVE] * 2
    assert [one.looks for one in decisions.values()] == [(), ()]
    assert "fewer than the 12 that a decision takes" in decisions[key("same")].because


def test_no_pairs_at_all_end_as_inconclusive() -> None:
    decisions = decided(machine_of({"a": (0.5, 0.01)}), lose=lambda pairs: pairs[:0])
    decision = decisions[key("a")]
    assert (decision.word, decision.estimate, decision.spread) == (Word.INCONCLUSIVE, None, None)
    assert (decision.detectable, decision.pairs_needed) == (None, None)
    assert decision.because == "no pair counts, so there is nothing to judge"


def test_confirming_pairs_that_are_all_void_confirm_nothing() -> None:
    screen = noisy(0.5, 0.01, 60, 1)
    decision = decided(Machine({key("a"): screen}, {key("a"): []}))[key("a")]
    assert decision.word is Word.INCONCLUSIVE
    assert decision.because == "no fresh pair counts, so there is nothing to judge"


def test_few_confirming_pairs_never_reject() -> None:
    # Eight pairs on one side have p = 0.0039, whatever their size.
    machine = machine_of({"a": (0.5, 0.01)})
    assert words(machine, rules=Rules(first_look=8, second_look=8, alpha=0.003)) == [Word.INCONCLUSIVE]


def test_lost_pairs_are_ordinary() -> None:
    draw = random.Random(3)
    machine = machine_of({"slow": (0.2, 0.02), "same": (0.0, 0.01)})
    decisions = decided(machine, lose=lambda pairs: [pair for pair in pairs if draw.random() > 0.2])
    assert [one.word for one in decisions.values()] == [Word.REGRESSED, Word.OK]


def test_nothing_to_gate_is_no_decision() -> None:
    assert next_step({}, {}, Rules()) == {}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value: float) -> None:
    wanted = Wanted(SCREEN, (key("a"),), 20)
    with pytest.raises(InvalidRunFile, match="a: time_per_operation: the ratio of a pair"):
        with_batch({key("a"): Samples()}, wanted, {key("a"): [0.0, value]})


def test_only_what_was_wanted_is_taken() -> None:
    samples = {key("a"): Samples(), key("b"): Samples()}
    grown = with_batch(samples, Wanted(SCREEN, (key("a"),), 2), {key("a"): [0.1], key("b"): [0.2]})
    assert grown == {key("a"): Samples(screen=((0.1,),)), key("b"): Samples()}
    grown = with_batch(grown, Wanted(CONFIRM, (key("a"),), 2), {})
    assert grown[key("a")] == Samples(screen=((0.1,),), confirm=((),))
    assert samples[key("a")] == Samples()


def test_a_single_look_when_the_budget_has_no_second() -> None:
    machine = machine_of({"slow": (0.2, 0.02)})
    decision = decided(machine, rules=Rules(second_look=40))[key("slow")]
    assert decision.word is Word.REGRESSED
    assert decision.looks[-1].alpha == pytest.approx(0.01)


def test_the_same_pairs_give_the_same_decisions() -> None:
    points = {"a": (0.1, 0.1), "b": (0.0, 0.3), "c": (-0.1, 0.1)}
    assert decided(machine_of(points)) == decided(machine_of(points))


def test_a_sentence_has_the_numbers() -> None:
    decision = decided(machine_of({"slow": (math.log(1.21), 0.02)}))[key("slow")]
    assert decision.because.startswith("1.21× [1.20, 1.2")
    assert (
        "over 40 fresh pairs: worse by more than the margin of 2 % (signed-rank test, p = "
        in decision.because
    )
    assert (
        "corrected for 1 nominated, at most 0.003), with a median beyond the limit of 3 %" in decision.because
    )
