"""Does the page of a verdict answer first, hide no doubt, show all evidence, and stay small and safe?"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import replace

import pytest
from gate_outputs import described_gates as gates
from gate_outputs import described_verdict as described

from latchmark.cautions.trust import Answer
from latchmark.pages import verdict_page
from latchmark.pages.of_verdict import MOST_BYTES, page_of, worst_of
from latchmark.pages.rendering import render
from latchmark.verdict import Estimate, Kind, Mode, Problem, Verdict, Word
from latchmark.verdict.document import from_document

# Equal verdicts are drawn once.
_page = functools.cache(verdict_page)
_values = functools.cache(page_of)


def _large(points: int, pairs: int) -> Verdict:
    return gates.large_verdict(points, pairs)


@pytest.mark.parametrize(
    ("code", "title", "answer"),
    [
        (0, "No regression confirmed", Answer.PASS),
        (1, "Regression confirmed", Answer.FAIL),
        (3, "No verdict", Answer.NOT_KNOWN),
        (4, "The gate could not run", Answer.WARN),
    ],
)
def test_the_answer_is_a_word_beside_its_sign(code: int, title: str, answer: Answer) -> None:
    page = _values(described.verdict(exit_code=code))
    assert (page.title, page.answer) == (title, answer)


def test_a_lost_point_is_not_called_a_regression() -> None:
    gone = described.troubled_points()[:1]
    assert _values(described.verdict(points=gone)).title == "Lost or failing in head"


def test_the_first_screen_comes_before_everything_else() -> None:
    html = _page(gates.troubled_verdict())
    places = [
        html.index(part)
        for part in (
            "<h1",
            "1 point lost in head",
            "A negative control differs",
            'id="what-heading"',
            'id="worst-heading"',
            'id="again-heading"',
            'id="trust-heading"',
            'id="points-heading"',
            'id="numbers-heading"',
            'id="evidence-heading"',
            'id="stages-heading"',
            'id="policy-heading"',
            'id="method-heading"',
        )
    ]
    assert places == sorted(places)


def test_what_was_compared_is_told_in_full() -> None:
    what = dict(_values(gates.troubled_verdict()).what)
    assert "build/base/latchmark-bench" in what["Base"]
    assert "77ac01" in what["Head"]
    assert what["Machine"] == "xeon-2c-1s, hard key 8a1f6b2c4d5e"
    assert what["Preset"] == "gate, points matching workers:2"
    assert what["Measured"] == "2026-01-31 12:00 UTC, 169 s"
    assert what["Rounds"] == "80 in 3 stages; 2 voided"
    assert what["Points"].startswith("2 REGRESSED, 1 IMPROVED, 3 OK, 1 INCONCLUSIVE, 1 MISSING, ")
    assert what["Controls"] == "1 SUSPECT, 1 OK"
    assert what["Checks"].endswith("; 1 problem")


def test_what_could_have_been_seen_is_told_of_most_points_and_of_all() -> None:
    points = tuple(
        replace(one, detectable=0.05 + 0.01 * index) for index, one in enumerate(_large(10, 6).points)
    )
    what = dict(_values(described.verdict(points=points)).what)
    assert what["Could have seen"] == "13 % or more on 9 of 10 points, 14 % or more on every point"


def test_regressions_are_the_worst_and_then_what_may_be_slowest() -> None:
    words = [one.word for one in worst_of(described.verdict())]
    assert words == [Word.REGRESSED, Word.REGRESSED, Word.INCONCLUSIVE, Word.OK, Word.OK]
    small, *_, undecided = sorted(described.verdict().points, key=lambda one: one.word is Word.INCONCLUSIVE)
    small = replace(small, word=Word.REGRESSED, estimate=Estimate(1.04, 1.03, 1.05, 1.05, 40))
    assert small in worst_of(described.verdict(points=(*[undecided] * 5, small)))
    many = gates.large_verdict(40, 20, 20)
    worst = worst_of(many)
    assert len(worst) == 5
    ratios = [one.estimate.value for one in worst if one.estimate is not None]
    others = [one.estimate.value for one in many.of(Word.REGRESSED) if one.estimate and one not in worst]
    assert min(ratios) >= max(others)


def test_points_without_a_ratio_are_on_the_first_screen_with_their_reason() -> None:
    page = _values(gates.troubled_verdict())
    assert [one.word for one in page.without_ratio] == [
        Word.ERROR,
        Word.MISSING,
        Word.ERROR,
        Word.NOT_COMPARABLE,
    ]
    assert "in base&#39;s plan and not in head&#39;s." in _page(gates.troubled_verdict())


def test_a_control_that_differs_fails_its_check_and_says_what_to_do() -> None:
    checks = _values(gates.troubled_verdict()).checks
    assert (checks[0].answer, checks[0].subject) == (Answer.FAIL, "Negative control")
    assert "different: 1.04" in checks[0].seen
    assert checks[0].remedy
    quiet = _values(gates.quiet_verdict()).checks
    assert {check.answer for check in quiet if check.subject == "Negative control"} == {Answer.PASS}


def test_no_controls_and_nothing_gated_are_not_known_and_never_passed() -> None:
    answers = {check.subject: check.answer for check in _values(gates.blind_verdict()).checks}
    assert answers["Negative controls"] is Answer.NOT_KNOWN
    assert answers["Coverage"] is Answer.NOT_KNOWN


def test_coverage_below_the_least_fails_even_where_it_is_forgiven() -> None:
    page = _values(described.verdict(exit_code=0, coverage=0.5))
    (check,) = [check for check in page.checks if check.subject == "Coverage"]
    assert check.answer is Answer.FAIL
    assert check.seen == "at least 50 % of gated times and of gated counts have an answer; the least is 80 %"


def test_injections_cautions_and_problems_are_seen() -> None:
    verdict = replace(gates.troubled_verdict(), problems=(Problem(4, "the disk is full"),), exit_code=4)
    html = _page(verdict)
    assert "<strong>Problem.</strong> The disk is full" in html
    assert "did 20 % more operations than it reported" in html
    assert "governor differs" in html


def test_what_the_sentence_tells_is_no_banner() -> None:
    problem = Problem(1, "head ended with signal 11 when asked for its plan")
    told = "Head ended with signal 11 when asked for its plan."
    verdict = described.verdict(sentence=told, problems=(problem,))
    assert 'class="banner"' not in _page(verdict)


def test_the_mean_tells_rounds_and_not_points() -> None:
    assert _values(described.verdict()).mean.endswith(
        "is 1.013\u00d7 [0.990, 1.040], the median of 5 rounds."
    )


def test_counts_without_a_ratio_have_a_row_and_no_figure() -> None:
    nothing = replace(described.regressed_points()[-1], word=Word.OK, estimate=None, is_advisory=True)
    page = _values(described.verdict(points=(*gates.quiet_verdict().points, nothing)))
    assert [group.title for group in page.groups] == ["OK: 3 points", "Negative controls: 2 points"]
    assert page.without_ratio == ()


def test_hashes_are_short_on_the_first_screen_and_whole_below() -> None:
    build_id = "4f1d9a" + 34 * "0"
    verdict = gates.quiet_verdict()
    verdict = replace(verdict, base=replace(verdict.base, build_id=build_id))
    page = _values(verdict)
    assert dict(page.what)["Base"].endswith("build 4f1d9a000000")
    assert dict(page.identities)["Build of base"] == build_id


def test_every_point_is_in_a_figure_in_the_table_and_in_the_evidence() -> None:
    verdict = gates.troubled_verdict()
    page = _values(verdict)
    names = [one.point for one in (*verdict.points, *verdict.controls)]
    assert page.numbers is not None
    assert sorted(row[0].text for row in page.numbers.rows) == sorted(names)
    assert sorted(one.gated.point for one in page.evidence) == sorted(names)
    drawn = " ".join(picture.svg for group in page.groups for picture in group.pictures)
    assert [name for name in names if name not in drawn] == []


def test_the_table_has_the_numbers_and_a_dash_where_there_is_none() -> None:
    page = _values(gates.troubled_verdict())
    assert page.numbers is not None
    titles = [column.title for column in page.numbers.columns]
    rows = {(row[0].text, row[1].text): dict(zip(titles, row, strict=True)) for row in page.numbers.rows}
    packed = rows[described.PACKED, "time per operation, ns"]
    assert packed["Word"].text == "REGRESSED"
    assert packed["Nominating p"].text == "0.0004"
    assert packed["Confirming p"].text == "7.2e-09"
    assert packed["Limit"].text == "3.00"
    assert packed["Not counted"].text == "2"
    lost = rows[described.GONE, "time per operation, ns"]
    assert {lost[title].text for title in ("Ratio", "Low", "Sample", "Spread", "Nominating p")} == {"\u2013"}
    assert lost["Why"].text == "in base's plan and not in head's."


def test_evidence_has_sentences_figure_tables_and_a_command() -> None:
    page = _values(described.verdict())
    first = next(one for one in page.evidence if one.gated.point == described.PACKED)
    assert any("cross-core transfers 1.98" in sentence for sentence in first.sentences)
    assert not any("scripts/latchmark" in sentence for sentence in first.sentences)
    assert "--filter" in first.again
    assert first.is_open
    assert first.pictures
    stretches, pairs = first.tables
    assert [row[0].text for row in stretches.rows] == ["01-screen", "03-confirm"]
    assert [row[1].text for row in stretches.rows] == ["19", "39"]
    assert len(pairs.rows) == 60
    assert pairs.rows[6][-1].text.startswith("steal 14 %")
    assert [cell.text for cell in pairs.rows[50][5:7]] == ["\u2013", "\u2013"], "a lost launch is no zero"


def test_stored_runs_say_why_they_have_no_pairs() -> None:
    points = tuple(
        replace(one, pairs=(), looks=(), is_advisory=one.kind is Kind.TIME)
        for one in described.regressed_points()
    )
    verdict = described.verdict(mode=Mode.BASELINE, points=points, controls=(), stages=(), voids=())
    page = _values(verdict)
    assert {one.why_no_picture for one in page.evidence} == {"the sides are stored runs, which have no pairs"}
    assert "Negative controls" not in {check.subject for check in page.checks}
    assert [step.title for step in page.method] == ["Stored runs", "Counts", "Time"]
    assert any(group.title == "Advisory, can fail nothing: 5 points" for group in page.groups)
    assert "REGRESSED (advisory)" in _page(verdict)


def test_a_calibration_is_no_verdict_on_a_change() -> None:
    verdict = described.verdict(mode=Mode.CALIBRATE, exit_code=0, points=_large(2, 60).points)
    page = _values(verdict)
    assert (page.title, page.worst_title) == ("Noise floor measured", "The largest differences")


def test_the_method_states_the_numbers_in_force() -> None:
    policy = (("procedure.alpha", "0.02"), ("limits.limit", "0.05"), ("min_coverage", "0.7"))
    verdict = replace(gates.quiet_verdict(), policy=policy)
    steps = {step.title: dict(step.in_force) for step in _values(verdict).method}
    assert steps["Confirm"] == {"alpha": "0.02", "limit": "0.05"}
    assert steps["OK or undecided"] == {"min coverage": "0.7"}
    assert "In force: alpha 0.02, limit 0.05." in _page(verdict)


def test_nothing_measured_is_said_and_not_drawn() -> None:
    html = _page(gates.blind_verdict())
    assert "<svg" not in html
    for said in (
        "No point was gated.",
        "No stage was measured.",
        "no point has a ratio",
        "every round was void",
    ):
        assert said in html.lower() or said in html


def test_the_verdict_is_embedded_whole() -> None:
    verdict = gates.troubled_verdict()
    data = re.search(r'id="data">(.*?)</script>', _page(verdict), re.DOTALL)
    assert data is not None
    assert from_document(json.loads(data[1])) == verdict


def test_figures_of_points_that_are_ok_give_way_and_this_is_said() -> None:
    verdict = described.verdict()
    page = _values(verdict, room=0)
    for one in page.evidence:
        is_ok = one.gated.word is Word.OK
        assert bool(one.pictures) is not is_ok
        if is_ok:
            assert one.why_no_picture == "left out to keep the page small; the pairs are in the embedded data"
    left = sum(one.gated.word is Word.OK for one in page.evidence)
    assert page.left_out.startswith(f"Left out to keep the page small: {left} figures and 4 tables of pairs.")
    assert _values(verdict).left_out == ""


def test_a_page_of_a_gate_is_small() -> None:
    verdict = gates.large_verdict(20, 80, 100)
    assert len(_page(verdict)) <= 3_000_000


def test_what_cannot_be_left_out_lets_three_hundred_points_fit() -> None:
    verdict = _large(40, 60)
    page = _values(verdict, room=0)
    assert page.left_out.startswith("Left out to keep the page small: 42 figures.")
    html = render("verdict.html", page, {})
    fixed = len(_page(gates.blind_verdict()))
    # The rest of 5 MB is for what `room` counts: data, figures, tables of pairs.
    assert fixed + 300 * (len(html) - fixed) / 40 + MOST_BYTES <= 5_000_000


def test_the_same_verdict_gives_the_same_bytes() -> None:
    verdict = gates.troubled_verdict()
    assert verdict_page(verdict) == verdict_page(verdict)


def test_ids_are_unique() -> None:
    ids = re.findall(r' id="([^"]*)"', _page(gates.troubled_verdict()))
    assert len(set(ids)) == len(ids)


def test_hostile_texts_stay_texts() -> None:
    verdict = gates.hostile_verdict()
    without_ratio = tuple(replace(one, estimate=None, pairs=()) for one in verdict.points)
    html = _page(replace(verdict, points=(*verdict.points, *without_ratio)))
    assert len(re.findall(r"<script\b", html)) == 2
    assert "<img" not in html
    assert html.rstrip().endswith("</html>")
    html.encode()


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    html = _page(described.verdict())
    assert "default-src &#39;none&#39;" in html
    assert not re.search(r'(?:src|href)="(?!#)', html)
