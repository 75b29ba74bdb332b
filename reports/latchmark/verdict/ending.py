"""With which code and sentence does a gate end? 4 over 1 over 3 over 0, and nothing blind is 0."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchmark.verdict.values import Gated, Grade, Kind, Problem, Word
from latchmark.wording import count, percent

PASSED, REGRESSED, NO_VERDICT, FAILED = 0, 1, 3, 4
PRECEDENCE = (FAILED, REGRESSED, NO_VERDICT)
# The share of points for which the sentence first says what could have been seen: one point that is far
# noisier than the rest would otherwise speak for all.
_SEEN_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Ending:
    """How a gate ends: its exit code, one sentence for the whole, and the share of gated points that are not
    INCONCLUSIVE (None where none is gated; of times or of counts, where it is smaller)."""

    exit_code: int
    sentence: str
    coverage: float | None


def is_gated(one: Gated) -> bool:
    """Whether a point can fail or pass."""
    return not one.is_advisory and one.word is not Word.NEW


def code_of(one: Gated) -> int:
    """The exit code that a point asks for by itself; an INCONCLUSIVE one only lowers the coverage."""
    if not is_gated(one):
        return PASSED
    if one.word in (Word.MISSING, Word.ERROR):
        return NO_VERDICT if one.fails_in_base else REGRESSED
    if one.word in (Word.NOT_COMPARABLE, Word.SUSPECT):
        return NO_VERDICT
    return REGRESSED if one.word is Word.REGRESSED else PASSED


def ending_of(
    points: Sequence[Gated],
    controls: Sequence[Gated],
    problems: Sequence[Problem],
    least_coverage: float,
    inconclusive_passes: bool = False,
) -> Ending:
    """How a gate with these answers ends. `inconclusive_passes` forgives a coverage below `least_coverage`
    and nothing else."""
    gated = [one for one in points if is_gated(one)]
    # Apart: many counts, which are quiet on any machine, must not stand for times of which nothing is known.
    parts = {
        "time": [one for one in gated if one.kind is Kind.TIME],
        "count": [one for one in gated if one.kind is not Kind.TIME],
    }
    decided = {
        what: sum(one.word is not Word.INCONCLUSIVE for one in part) for what, part in parts.items() if part
    }
    coverage = min((some / len(parts[what]) for what, some in decided.items()), default=None)
    differing = [one for one in controls if one.word is not Word.OK]
    blind = _blindness(gated, differing)
    short = [
        f"only {some} of {count(len(parts[what]), f'gated {what}')} decided, {percent(least_coverage)} asked"
        for what, some in decided.items()
        if some / len(parts[what]) < least_coverage
    ]

    # Where a control differs the sides were not treated alike: a difference proves nothing, but what head
    # has lost is lost.
    codes = {code_of(one) for one in gated if not (differing and one.word is Word.REGRESSED)}
    codes |= {problem.code for problem in problems}
    if blind or (short and not inconclusive_passes):
        codes.add(NO_VERDICT)
    exit_code = next((code for code in PRECEDENCE if code in codes), PASSED)

    told = {code: [one.sentence.rstrip(".") for one in problems if one.code == code] for code in PRECEDENCE}
    told[NO_VERDICT] = (told[NO_VERDICT] or blind) + short
    return Ending(exit_code, _sentence(exit_code, told, _counts(gated, points)), coverage)


def _blindness(gated: Sequence[Gated], differing: Sequence[Gated]) -> list[str]:
    """Why a gate with these points has seen nothing that can be believed."""
    if not gated:
        return ["no point was gated"]
    # Too few decided points can be forgiven; a point of which nothing is known is absent.
    blank = [one for one in gated if one.word is Word.INCONCLUSIVE and one.estimate is None]
    if blank:
        others = f" and {len(blank) - 1} more" if len(blank) > 1 else ""
        return [f"nothing is known of {blank[0].point} ({blank[0].metric}){others}: {blank[0].because}"]
    return [f"the negative control {one.point} is {one.word}" for one in differing]


def _sentence(exit_code: int, told: Mapping[int, Sequence[str]], counts: str) -> str:
    reasons = "; ".join(told.get(exit_code, ()))
    if exit_code == FAILED:
        return f"The run failed: {reasons}." + (f" So far: {counts}." if counts else "")
    if exit_code == NO_VERDICT:
        return f"No verdict: {'. '.join(filter(None, (reasons, _capital(counts))))}."
    rest = "; ".join(told[NO_VERDICT])
    if exit_code == REGRESSED:
        also = f" No verdict on the rest: {rest}." if rest else ""
        return f"{_capital('; '.join(filter(None, (reasons, counts))))}.{also}"
    forgiven = f" It passes as asked, although {rest}." if rest else ""
    return f"Nothing regressed: {counts}.{forgiven}"


def _counts(gated: Sequence[Gated], points: Sequence[Gated]) -> str:
    """`2 regressions confirmed, 17 OK; could have seen 4.1 % or more on every point`."""

    def amount(word: Word, in_base: bool | None = None) -> int:
        return sum(one.word is word and in_base in (None, one.fails_in_base) for one in gated)

    regressions = amount(Word.REGRESSED)
    amounts = (
        (regressions, f"regression{'' if regressions == 1 else 's'} confirmed"),
        (amount(Word.MISSING, in_base=False), "lost in head"),
        (amount(Word.ERROR, in_base=False), "failing in head"),
        (amount(Word.MISSING, in_base=True), "missing in base"),
        (amount(Word.ERROR, in_base=True), "failing in base"),
        (amount(Word.NOT_COMPARABLE), "not comparable"),
        (amount(Word.SUSPECT), "suspect"),
        (amount(Word.INCONCLUSIVE), "inconclusive"),
        (amount(Word.IMPROVED), "improved"),
        (amount(Word.OK), "OK"),
        (sum(one.word is Word.NEW for one in points), "new"),
    )
    counts = ", ".join(f"{number} {what}" for number, what in amounts if number)
    seen = could_have_seen(gated)
    return "; ".join(filter(None, (counts, seen and f"could have seen {seen}")))


def could_have_seen(gated: Sequence[Gated]) -> str | None:
    """`4.1 % or more on 18 of 20 points, 9 % or more on every point`: the smallest slowdown that would have
    been confirmed on nine tenths of the points, then on all of which it is known; None where it is not."""
    known = sorted(filter(None, map(_detectable, gated)))
    if not known:
        return None
    most = min(len(known), math.ceil(_SEEN_SHARE * len(gated)))
    shares = {percent(known[most - 1]): most, percent(known[-1]): len(known)}
    points = count(len(gated), "point")
    return ", ".join(
        f"{share} or more on {'every point' if among == len(gated) else f'{among} of {points}'}"
        for share, among in shares.items()
    )


def _detectable(one: Gated) -> float | None:
    """What the procedure would have confirmed; for a deterministic count the limit itself."""
    is_exact = one.grade is Grade.DETERMINISTIC and one.estimate is not None
    return one.limits.limit if one.detectable is None and is_exact else one.detectable


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
