"""Does a gate end with the code that its points and problems ask for, and never with 0 when blind?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from gate_outputs.described_verdict import (
    PACKED,
    controls,
    count_point,
    measured_point,
    regressed_points,
    time_point,
    troubled_points,
)
from hypothesis import given
from hypothesis import strategies as st

from latchmark.verdict import Ending, Gated, Problem, Word, code_of, ending_of, worst_first

OK = measured_point(PACKED, Word.OK, "fine")
LOST = time_point(PACKED, Word.MISSING, "lost")
FAILING = time_point(PACKED, Word.ERROR, "crashed")
REGRESSED = measured_point(PACKED, Word.REGRESSED, "slower", 1.2)
UNDECIDED = measured_point(PACKED, Word.INCONCLUSIVE, "noisy")
BLANK = time_point(PACKED, Word.INCONCLUSIVE, "no pair")
SUSPECT = measured_point(PACKED, Word.SUSPECT, "too good", 0.3)


def end(
    points: Sequence[Gated],
    controls: Sequence[Gated] = (),
    problems: Sequence[Problem] = (),
    least: float = 0.8,
    passes: bool = False,
) -> Ending:
    return ending_of(points, controls, problems, least, passes)


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([OK], 0),
        ([OK, replace(OK, word=Word.IMPROVED)], 0),
        ([OK, replace(OK, word=Word.NEW)], 0),
        ([OK, REGRESSED], 1),
        ([OK, LOST], 1),
        ([OK, FAILING], 1),
        ([OK, replace(LOST, fails_in_base=True)], 3),
        ([OK, replace(FAILING, fails_in_base=True)], 3),
        ([OK, SUSPECT], 3),
        ([OK, replace(OK, word=Word.NOT_COMPARABLE)], 3),
        ([OK, replace(REGRESSED, is_advisory=True)], 0),
        ([OK, UNDECIDED], 3),
        ([OK] * 4 + [UNDECIDED], 0),
        ([], 3),
        ([replace(OK, word=Word.NEW)], 3),
        ([replace(OK, is_advisory=True)], 3),
        ([REGRESSED, SUSPECT, UNDECIDED], 1),
    ],
)
def test_points_give_the_code(points: list[Gated], code: int) -> None:
    assert end(points).exit_code == code


def test_precedence_is_4_over_1_over_3_over_0() -> None:
    problem = {3: Problem(3, "no reading"), 4: Problem(4, "disk full")}
    for three, four, one in product((False, True), repeat=3):
        problems = [problem[code] for code, is_there in ((3, three), (4, four)) if is_there]
        code = 4 if four else 1 if one else 3 if three else 0
        assert end([OK, *([REGRESSED] if one else [])], problems=problems).exit_code == code


def test_a_head_that_fails_as_a_whole_is_1_although_nothing_could_be_gated() -> None:
    ending = end([], problems=[Problem(1, "head ended with signal 11 when asked for its plan")])
    assert ending.exit_code == 1
    assert ending.sentence.startswith("Head ended with signal 11 when asked for its plan")


def test_a_control_that_differs_is_no_verdict_but_what_head_lost_is_lost() -> None:
    differing = [replace(controls()[0], word=Word.SUSPECT), controls()[1]]
    assert end([OK], controls()).exit_code == 0
    assert end([OK], differing).exit_code == 3
    assert f"negative control {differing[0].point} is SUSPECT" in end([OK], differing).sentence
    assert end([REGRESSED], differing).exit_code == 3
    assert end([OK, LOST], differing).exit_code == 1
    assert end([OK], [replace(controls()[0], word=Word.INCONCLUSIVE)]).exit_code == 3


def test_passing_when_inconclusive_forgives_coverage_and_nothing_else() -> None:
    forgiven = end([OK, UNDECIDED], passes=True)
    assert (forgiven.exit_code, forgiven.coverage) == (0, 0.5)
    assert "passes as asked, although only 1 of 2 gated times decided, 80 % asked" in forgiven.sentence
    blind: list[list[Gated]] = [[], [BLANK], [OK, UNDECIDED, SUSPECT]]
    for points in blind:
        assert end(points, passes=True).exit_code == 3
    assert end([OK, UNDECIDED], problems=[Problem(3, "x")], passes=True).exit_code == 3
    assert end([OK, UNDECIDED], [replace(OK, word=Word.SUSPECT)], passes=True).exit_code == 3


def test_coverage_leaves_out_what_cannot_fail() -> None:
    shown = [replace(UNDECIDED, is_advisory=True), replace(OK, word=Word.NEW)]
    assert end([OK, *shown]).coverage == 1.0
    assert end(shown).coverage is None
    assert end([OK, OK, OK, OK, UNDECIDED]).coverage == 0.8


def test_quiet_counts_do_not_stand_for_times_of_which_nothing_is_known() -> None:
    counts = [count_point(PACKED, "instructions", Word.OK, "alike", 1.0)] * 40
    blind = end([*counts, OK, UNDECIDED])
    assert (blind.exit_code, blind.coverage) == (3, 0.5)
    assert "only 1 of 2 gated times decided" in blind.sentence
    assert end([*counts, OK]).exit_code == 0
    unknown = [replace(counts[0], word=Word.INCONCLUSIVE)] * 10
    assert "only 30 of 40 gated counts decided" in end([OK, *counts[:30], *unknown]).sentence


def test_a_point_of_which_nothing_is_known_is_never_green() -> None:
    assert end([OK] * 9 + [UNDECIDED]).exit_code == 0
    unknown = end([OK] * 9 + [BLANK], passes=True)
    assert unknown.exit_code == 3
    assert f"nothing is known of {BLANK.point}" in unknown.sentence


def test_the_sentence_counts_every_word_and_says_what_could_have_been_seen() -> None:
    sentence = end([*regressed_points(), *troubled_points()], least=0.5).sentence
    assert sentence.startswith(
        "2 regressions confirmed, 1 lost in head, 1 failing in head, 1 failing in base, 1 not comparable,"
        " 1 suspect, 1 inconclusive, 1 improved, 3 OK, 1 new; could have seen"
    )
    one_noisy = [replace(OK, detectable=0.04)] * 9 + [replace(OK, detectable=0.5)]
    assert (
        end(one_noisy).sentence == "Nothing regressed: 10 OK;"
        " could have seen 4 % or more on 9 of 10 points, 50 % or more on every point."
    )
    assert end([OK]).sentence.endswith("on every point.")
    unknown = [replace(OK, detectable=0.04)] * 2 + [replace(OK, detectable=None)] * 8
    assert end(unknown).sentence.endswith("could have seen 4 % or more on 2 of 10 points.")
    assert end([replace(OK, detectable=None)]).sentence == "Nothing regressed: 1 OK."


def test_a_deterministic_count_sees_its_limit() -> None:
    exact = count_point(PACKED, "instructions", Word.OK, "alike", 1.0)
    assert "could have seen 0.5 % or more on every point" in end([exact]).sentence


def test_the_reasons_of_the_code_come_first_and_of_others_after() -> None:
    four, three = Problem(4, "the disk is full"), Problem(3, "a required role is missing")
    assert end([OK], problems=[three, four]).sentence.startswith(
        "The run failed: the disk is full. So far: 1 OK"
    )
    assert end([OK], problems=[three]).sentence.startswith("No verdict: a required role is missing. 1 OK")
    assert ".." not in end([OK], problems=[Problem(3, "a whole sentence.")]).sentence
    told = end([REGRESSED], problems=[three]).sentence
    assert told.startswith("1 regression confirmed")
    assert told.endswith("No verdict on the rest: a required role is missing.")
    assert end([]).sentence == "No verdict: no point was gated."


WORDS = st.builds(
    lambda word, advisory, in_base, seen: replace(
        OK, word=word, is_advisory=advisory, fails_in_base=in_base, estimate=OK.estimate if seen else None
    ),
    st.sampled_from(Word),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


@given(
    st.lists(WORDS, max_size=6),
    st.lists(WORDS, max_size=2),
    st.sampled_from([(), (3,), (4,), (3, 4)]),
    st.booleans(),
)
def test_zero_means_that_something_was_seen_and_nothing_asks_for_more(
    points: list[Gated], controls: list[Gated], codes: tuple[int, ...], passes: bool
) -> None:
    ending = end(points, controls, [Problem(code, "why") for code in codes], passes=passes)
    if ending.exit_code == 0:
        assert ending.coverage is not None
        assert passes or ending.coverage >= 0.8
        assert not any(map(code_of, points))
        assert not codes
        assert all(one.word is Word.OK for one in controls)
    assert (
        end(points[::-1], controls, [], passes=passes).exit_code
        == end(points, controls, [], passes=passes).exit_code
    )


def test_the_worst_come_first() -> None:
    mixed = worst_first([*troubled_points()[::-1], *regressed_points()[::-1]])
    assert [one.word for one in mixed] == [
        *[Word.REGRESSED] * 2,
        Word.ERROR,
        Word.MISSING,
        Word.ERROR,
        Word.SUSPECT,
        Word.NOT_COMPARABLE,
        Word.INCONCLUSIVE,
        Word.IMPROVED,
        Word.NEW,
        *[Word.OK] * 4,
    ]
    assert mixed[-1].is_advisory
    assert mixed[0].estimate.value > mixed[1].estimate.value  # type: ignore[union-attr]
