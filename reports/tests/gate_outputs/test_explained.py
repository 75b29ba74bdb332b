"""Do the sentences about a point hold its numbers, and does its command measure this point alone?"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

import pytest
from gate_outputs.described_gates import HOSTILE, troubled_verdict
from gate_outputs.described_verdict import CRASHING, LONE, PACKED, QUEUE, REPEAT, verdict
from hypothesis import given
from hypothesis import strategies as st

from latchmark.verdict import (
    Estimate,
    Gated,
    Injection,
    Mode,
    Problem,
    Verdict,
    explained,
    headline,
    problems_beside,
    ratio_text,
    repeat_of,
    times,
)


def point_of(value: Verdict, name: str, metric: str = "time_per_operation") -> Gated:
    return next(one for one in value.points if (one.point, one.metric) == (name, metric))


def test_a_regression_is_told_stage_by_stage() -> None:
    value = verdict(injections=(Injection(PACKED, 0.2),))
    assert explained(value, point_of(value, PACKED)) == (
        "REGRESSED: slower by 21 % over 39 fresh pairs, p = 7e-09 among 2 against 0.003.",
        "Screen: signed-rank test for worse, 19 pairs: p = 0.0004 against 0.1: nominated.",
        "Confirm: signed-rank test for worse, 39 pairs: p = 3.6e-09 (7.2e-09 by Holm among 2) against 0.003:"
        " certain.",
        "Ratio: 1.24× [1.21, 1.25], the median of 39 pairs; 95 % sure to be below 1.26×.",
        "Asked: a median beyond 3 % and certain beyond 2 % fails; below 10 % it is OK.",
        "Spread: 5 % between pairs (1.4826 MAD of ln ratio).",
        "Could have seen: a slowdown of 8.1 % would have been confirmed 9 times in 10.",
        "Beside it: cross-core transfers 1.98× [1.90, 2.04]: 0.49 against 0.97 lines per operation.",
        "Not counted: 2 of 60 pairs: their rounds are void for what the machine did.",
        "Injected: head did 20 % more operations here than it reports.",
        f"Only this point again: {REPEAT} --inject {PACKED}=+20% --filter '^{PACKED}$'",
    )


def test_a_pair_that_lost_a_launch_keeps_its_own_reason() -> None:
    one = point_of(verdict(), PACKED)
    lost = replace(one.pairs[0], head=None, why="head has no value: killed by signal 9")
    told = explained(verdict(), replace(one, pairs=(lost, *one.pairs[1:])))
    assert "Not counted: 1 of 60 pairs: head has no value: killed by signal 9." in told


def test_an_undecided_point_says_what_it_needs() -> None:
    told = "\n".join(explained(verdict(), point_of(verdict(), QUEUE)))
    assert "Settle: signed-rank test for worse, 39 pairs: p = 0.55 against 0.1: not nominated." in told
    assert "Needed: about 240 pairs to decide this point." in told


def test_a_count_is_asked_otherwise_than_a_time() -> None:
    told = "\n".join(explained(verdict(), point_of(verdict(), LONE, "instructions")))
    assert "Asked: the count is deterministic (grade D): a median beyond 0.5 % is a change." in told
    assert re.search(r"Ratio: .* of the medians of \d+ launches a side", told), "its pairs are not its sample"
    shown = "\n".join(explained(verdict(), point_of(verdict(), PACKED, "instructions")))
    assert "Shown only: it can fail nothing." in shown
    assert "Asked:" not in shown


def test_a_control_is_no_point_that_could_be_nominated_or_asked_alone() -> None:
    value = verdict()
    told = explained(value, value.controls[0])
    assert (
        "Control: signed-rank test for worse by more than 2 %, 19 pairs: p = 0.41 against 0.1 in each"
        " direction: no difference shown."
    ) in told
    assert not any("nominated" in sentence or "Asked:" in sentence for sentence in told)
    # A gate of controls alone would have nothing to decide.
    assert told[-1] == f"Exactly this again: {REPEAT}"


def test_where_nothing_was_measured_no_number_is_told() -> None:
    value = troubled_verdict()
    crashed = replace(point_of(value, CRASHING), fails_in_base=True)
    assert explained(value, crashed)[:-1] == (
        "ERROR: 19 of 20 launches of head crashed: killed by signal 11 (SIGSEGV).",
        "Base lacks it or fails as well: no verdict, and no failure of head.",
    )
    assert headline(crashed) == f"ERROR: time_per_operation of {CRASHING}"


@pytest.mark.parametrize(
    ("ratio", "told"),
    [(1.214, "1.21×"), (1.0512, "1.051×"), (0.9953, "0.995×"), (312.4, "312×"), (1.0, "1.000×")],
)
def test_ratios_near_1_have_a_third_decimal(ratio: float, told: str) -> None:
    assert times(ratio) == told


def test_without_bounds_there_is_only_the_ratio() -> None:
    assert ratio_text(Estimate(1.2, None, None, None, 4)) == "1.20×"


@pytest.mark.parametrize(
    "options",
    [
        "--filter old",
        "--filter=old",
        "--out results --filter 'o l d'",
        "--resume=there",
        "--filter a --filter b",
    ],
)
def test_the_command_of_a_point_replaces_filter_and_folder(options: str) -> None:
    value = verdict(repeat=f"latchmark gate ab {options} --seed 7")
    words = shlex.split(repeat_of(value, value.points[0]))
    assert words == ["latchmark", "gate", "ab", "--seed", "7", "--filter", f"^{PACKED}$"]


def test_only_its_own_slowdown_is_injected_again() -> None:
    injections = (Injection(PACKED, 0.2), Injection(QUEUE, 0.05))
    words = [word for one in injections for word in ("--inject", f"{one.point}=+{one.share * 100:g}%")]
    value = verdict(repeat=shlex.join(["latchmark", "gate", "ab", *words]), injections=injections)
    own = ["--inject", f"{QUEUE}=+5%", "--filter", f"^{QUEUE}$"]
    assert shlex.split(repeat_of(value, point_of(value, QUEUE))) == ["latchmark", "gate", "ab", *own]


def test_a_problem_is_told_once() -> None:
    problems = (Problem(3, "head cannot be measured."), Problem(3, "a role is missing"))
    value = verdict(sentence="Head cannot be measured; 3 OK.", problems=problems)
    assert problems_beside(value) == ("a role is missing",)


def test_stored_runs_are_compared_again_as_a_whole() -> None:
    value = verdict(mode=Mode.BASELINE, repeat="latchmark gate baseline --baseline a.json --head b.json")
    assert repeat_of(value, value.points[0]) == value.repeat
    assert explained(value, value.points[0])[-1] == f"Exactly this again: {value.repeat}"


@given(st.text(max_size=30), st.sampled_from([REPEAT, "an 'open quote"]))
def test_the_filter_is_the_point_and_no_other(name: str, repeat: str) -> None:
    value = verdict(repeat=repeat)
    *_, option, wanted = shlex.split(repeat_of(value, replace(value.points[0], point=name)))
    assert option == "--filter"
    assert re.search(wanted, name)
    assert not re.search(wanted, f"{name}x")
    assert not re.search(wanted, f"x{name}")


@pytest.mark.parametrize("name", HOSTILE)
def test_only_what_an_expression_knows_is_escaped(name: str) -> None:
    one = replace(verdict().points[0], point=name)
    wanted = shlex.split(repeat_of(verdict(), one))[-1]
    # ECMAScript refuses an escape of an ordinary letter or sign.
    assert set(re.findall(r"\\(.)", wanted.replace("\\\\", ""))) <= set("[].{}()*+?^$|")
