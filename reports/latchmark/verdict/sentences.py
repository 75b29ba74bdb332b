"""Why is a verdict what it is? Sentences with numbers, and the command that repeats one point."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterator

from latchmark.verdict.values import Estimate, Gated, Grade, Kind, Look, Mode, StageKind, Verdict, Word
from latchmark.wording import count, number, percent

# Options that say where a gate is kept and which points it takes, and slow-downs of others: a gate of one
# point refuses one that it does not measure.
_REPLACED_OPTIONS = ("--filter", "--out", "--resume", "--inject")
# What a filter, an ECMAScript expression, would not take as itself. Other characters must stay as they are:
# an escape that is none there is refused.
_REGEX_SYNTAX = re.compile(r"[][\\.{}()*+?^$|]")
_ESCAPED = r"\\\g<0>"
_NEAR_ONE = 0.1
_STAGES = {StageKind.SCREEN: "Screen", StageKind.SETTLE: "Settle", StageKind.CONFIRM: "Confirm"}


def times(ratio: float) -> str:
    """`1.21×`; within a tenth of 1 with a third decimal, because limits there are parts of a percent."""
    return f"{_factor(ratio)}×"


def ratio_text(estimate: Estimate) -> str:
    """`1.21× [1.18, 1.25]`, or the ratio alone where the pairs are too few for an interval."""
    if estimate.low is None or estimate.high is None:
        return times(estimate.value)
    return f"{times(estimate.value)} [{_factor(estimate.low)}, {_factor(estimate.high)}]"


def probability(p: float) -> str:
    """`0.41`, `3.6e-09`: two digits say how surprising something is."""
    return f"{p:.2g}"


def headline(one: Gated) -> str:
    """`REGRESSED 1.21× [1.18, 1.25]: time_per_operation of POINT`: one line for a list or an annotation."""
    ratio = f" {ratio_text(one.estimate)}" if one.estimate else ""
    return f"{one.word}{ratio}: {one.metric} of {one.point}{' (shown only)' if one.is_advisory else ''}"


def problems_beside(verdict: Verdict) -> tuple[str, ...]:
    """The problems that the verdict's own sentence does not tell."""
    told = verdict.sentence.lower()
    sentences = (problem.sentence for problem in verdict.problems)
    return tuple(one for one in sentences if one.rstrip(".").lower() not in told)


def explained(verdict: Verdict, one: Gated) -> tuple[str, ...]:
    """Why this point has its word, one sentence each, and last the command that repeats it."""
    alone = repeat_of(verdict, one)
    what = "Exactly this" if alone == verdict.repeat else "Only this point"
    return (*reasons_of(verdict, one), f"{what} again: {alone}")


def reasons_of(verdict: Verdict, one: Gated) -> tuple[str, ...]:
    """Why this point has its word: what was seen, asked and needed."""
    is_control = one in verdict.controls
    return (
        _ended(f"{one.word}: {one.because}"),
        *(_of_control(one) if is_control else _looks(one)),
        *_numbers(one, is_control),
        *(_ended(f"Beside it: {companion.sentence}") for companion in one.companions),
        *_not_counted(verdict, one),
        *_circumstances(verdict, one),
    )


def repeat_of(verdict: Verdict, one: Gated) -> str:
    """The verdict's command for this point alone, in a folder of its own. Stored runs are compared whole, and
    a control is part of every gate and none by itself."""
    if verdict.mode is Mode.BASELINE or one in verdict.controls:
        return verdict.repeat
    try:
        words = shlex.split(verdict.repeat)
    except ValueError:  # a quote that is not closed: no option can be told from its value
        words = [verdict.repeat]
    words = [*_without_options(words)]
    for injection in verdict.injections:
        if injection.point == one.point:
            words += ["--inject", f"{one.point}=+{injection.share * 100:g}%"]
    return shlex.join([*words, "--filter", f"^{_REGEX_SYNTAX.sub(_ESCAPED, one.point)}$"])


def _without_options(words: list[str]) -> Iterator[str]:
    is_value = False
    for word in words:
        is_option = word.partition("=")[0] in _REPLACED_OPTIONS
        if not is_option and not is_value:
            yield word
        is_value = is_option and "=" not in word


def _of_control(one: Gated) -> Iterator[str]:
    """What the test of a control said; it is never nominated, and asked in both directions."""
    for look in one.looks:
        outcome = "different" if look.passed else "no difference shown"
        yield (
            f"Control: {look.test} test for {look.toward} by more than {percent(one.limits.margin)},"
            f" {count(look.pairs, 'pair')}: p = {probability(look.p)} against {look.alpha:g} in each"
            f" direction: {outcome}."
        )


def _looks(one: Gated) -> Iterator[str]:
    """What each test said, in the order in which they were made."""
    for look in one.looks:
        test = f"{look.test} test for {look.toward}, {count(look.pairs, 'pair')}"
        p = f"p = {probability(look.p)}"
        if look.adjusted_p is not None:
            p += f" ({probability(look.adjusted_p)} by Holm among {look.among})"
        yield f"{_STAGES[look.kind]}: {test}: {p} against {look.alpha:g}: {_outcome(look)}."


def _outcome(look: Look) -> str:
    if look.kind is StageKind.CONFIRM:
        return "certain" if look.passed else "not certain"
    return "nominated" if look.passed else "not nominated"


def _numbers(one: Gated, is_control: bool) -> Iterator[str]:
    if one.estimate is not None:
        upper = "" if one.estimate.upper is None else f"; 95 % sure to be below {times(one.estimate.upper)}"
        yield f"Ratio: {ratio_text(one.estimate)}, {_basis(one, one.estimate)}{upper}."
        if not is_control and not one.is_advisory:
            yield _asked(one)
    if one.spread is not None:
        yield f"Spread: {percent(one.spread)} between pairs (1.4826 MAD of ln ratio)."
    if one.detectable is not None:
        seen = f"a slowdown of {percent(one.detectable)} would have been confirmed 9 times in 10"
        yield f"Could have seen: {seen}."
    if one.pairs_needed is not None:
        yield f"Needed: about {count(one.pairs_needed, 'pair')} to decide this point."


def _basis(one: Gated, estimate: Estimate) -> str:
    """Times and stable counts are decided on ratios of pairs, other counts and stored runs on two medians."""
    is_paired = one.pairs and (one.kind is Kind.TIME or one.grade is Grade.STABLE)
    if is_paired:
        return f"the median of {count(estimate.pairs, 'pair')}"
    return f"of the medians of {count(estimate.pairs, 'launch')} a side"


def _asked(one: Gated) -> str:
    """The limits in force for the sort of number that this is."""
    limit = f"beyond {percent(one.limits.limit)}"
    if one.grade is Grade.DETERMINISTIC:
        return f"Asked: the count is deterministic (grade D): a median {limit} is a change."
    certain = f"and certain beyond {percent(one.limits.margin)}"
    return f"Asked: a median {limit} {certain} fails; below {percent(one.limits.tolerated)} it is OK."


def _not_counted(verdict: Verdict, one: Gated) -> Iterator[str]:
    """Which pairs do not count, by reason; those of void rounds as one, since each of these has its own."""
    void = {(entry.stage, entry.round) for entry in verdict.voids}
    reasons = Counter(
        "their rounds are void for what the machine did" if (pair.stage, pair.round) in void else pair.why
        for pair in one.pairs
        if pair.why is not None
    )
    for why, pairs in reasons.items():
        yield _ended(f"Not counted: {pairs} of {count(len(one.pairs), 'pair')}: {why}")


def _circumstances(verdict: Verdict, one: Gated) -> Iterator[str]:
    for injection in verdict.injections:
        if injection.point == one.point:
            yield f"Injected: head did {percent(injection.share)} more operations here than it reports."
    if one.is_advisory:
        yield "Shown only: it can fail nothing."
    if one.fails_in_base and one.word in (Word.MISSING, Word.ERROR):
        yield "Base lacks it or fails as well: no verdict, and no failure of head."


def _factor(ratio: float) -> str:
    # Within a tenth of 1 the limits are parts of a percent.
    return f"{ratio:.3f}" if abs(ratio - 1) < _NEAR_ONE else number(ratio)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
