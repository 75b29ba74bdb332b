"""What holds of every gate? More time never looks better, sides and order do not matter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from gate_procedure.scripted_pairs import LIMITS, Machine, decided, key, machine_of
from hypothesis import given
from hypothesis import strategies as st

from latchmark.gate.procedure import Decision
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Word

POINTS = st.lists(
    st.tuples(st.sampled_from([-0.2, -0.05, 0.0, 0.03, 0.05, 0.1]), st.sampled_from([0.02, 0.1, 0.3])),
    min_size=1,
    max_size=4,
)
SEEDS = st.integers(0, 10_000)
# Only an improvement can be implausible, and only a slowdown is tolerated, which ends a point's settling.
SYMMETRIC = replace(Rules(), implausible_improvement=1.0)
NOTHING_TOLERATED = replace(LIMITS, tolerated=-0.99)


def machine(points: list[tuple[float, float]], seed: int) -> Machine:
    """A machine whose points are numbered."""
    return machine_of({str(index): one for index, one in enumerate(points)}, seed)


def words(decisions: Mapping[tuple[str, str], Decision]) -> dict[tuple[str, str], Word]:
    """What is said of each."""
    return {name: one.word for name, one in decisions.items()}


@given(POINTS, SEEDS, st.floats(0.001, 0.5))
def test_a_slower_head_is_never_ok_instead_of_regressed(
    points: list[tuple[float, float]], seed: int, slowdown: float
) -> None:
    before = words(decided(machine(points, seed)))
    slowed = machine(points, seed)
    first = key("0")
    slowed.screen = {**slowed.screen, first: [pair + slowdown for pair in slowed.screen[first]]}
    slowed.confirm = {**slowed.confirm, first: [pair + slowdown for pair in slowed.confirm[first]]}
    after = words(decided(slowed))
    if before[first] is Word.REGRESSED:
        assert after[first] is Word.REGRESSED


@given(POINTS, SEEDS)
def test_swapping_the_sides_mirrors_the_words(points: list[tuple[float, float]], seed: int) -> None:
    given_ = machine(points, seed)
    mirrored = Machine(
        {name: [-pair for pair in pairs] for name, pairs in given_.screen.items()},
        {name: [-pair for pair in pairs] for name, pairs in given_.confirm.items()},
    )
    here = decided(given_, NOTHING_TOLERATED, SYMMETRIC)
    there = decided(mirrored, NOTHING_TOLERATED, SYMMETRIC)
    opposite = {Word.REGRESSED: Word.IMPROVED, Word.IMPROVED: Word.REGRESSED}
    for name, one in here.items():
        assert there[name].word is opposite.get(one.word, one.word)
        assert [look.p for look in there[name].looks] == [look.p for look in one.looks]


@given(POINTS, SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_points_changes_nothing(
    points: list[tuple[float, float]],
    seed: int,
    random: st.random_module,  # type: ignore[valid-type]
) -> None:
    given_ = machine(points, seed)
    order = list(given_.screen)
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Machine({name: given_.screen[name] for name in order}, given_.confirm)
    answers = decided(shuffled)
    assert answers == decided(given_)
    assert list(answers) == order


@given(POINTS, SEEDS)
def test_every_number_is_one(points: list[tuple[float, float]], seed: int) -> None:
    for one in decided(machine(points, seed)).values():
        assert one.estimate is not None
        assert one.estimate.low is not None
        assert one.estimate.high is not None
        assert one.estimate.low <= one.estimate.value <= one.estimate.high
        assert one.detectable is not None
        assert one.detectable >= LIMITS.limit
        assert all(0 < look.p <= 1 and (look.adjusted_p or 1.0) >= look.p for look in one.looks)
        assert (one.pairs_needed is not None) == (one.word is Word.INCONCLUSIVE)
        assert math.isfinite(one.detectable)
