"""With which code and sentence does a gate end? 4 over 1 over 3 over 0, and nothing blind is 0."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchmark.verdict.values import Gated, Grade, Problem, Word
from latchmark.wording import count, percent

PASSED, REGRESSED, NO_VERDICT, FAILED = 0, 1, 3, 4
PRECEDENCE = (FAILED, REGRESSED, NO_VERDICT)
# The share of points for which the sentence says what could have been seen: one point that is far noisier
# than the rest would otherwise speak for all.
_SEEN_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Ending:
    """How a gate ends: its exit code, one sentence for the whole, and the share of gated points that are not
    INCONCLUSIVE (None where none is gated)."""

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
    decided = sum(one.word is not Word.INCONCLUSIVE for one in gated)
    coverage = decided / len(gated) if gated else None
    differing = [one for one in controls if one.word is not Word.OK]
    blind = _blindness(gated, differing)
    short = []
    if coverage is not None and coverage < least_coverage:
        short = [
            f"only {decided} of {count(len(gated), 'gated point')} decided, {percent(least_coverage)} asked"
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
    if all(one.word is Word.INCONCLUSIVE and one.estimate is None for one in gated):
        return ["no gated point could be measured"]
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
    """`2 regressions confirmed, 17 OK; could have seen 4.1 % or more on 18 of 19 points`."""

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
    return "; ".join(filter(None, (counts, _seen(gated))))


def _seen(gated: Sequence[Gated]) -> str | None:
    """What could have been seen on nine tenths of the points, or on those of which it is known."""
    known = sorted(filter(None, map(_detectable, gated)))
    if not known:
        return None
    among = min(len(known), math.ceil(_SEEN_SHARE * len(gated)))
    where = "every point" if among == len(gated) else f"{among} of {count(len(gated), 'point')}"
    return f"could have seen {percent(known[among - 1])} or more on {where}"


def _detectable(one: Gated) -> float | None:
    """What the procedure would have confirmed; for a deterministic count the limit itself."""
    is_exact = one.grade is Grade.DETERMINISTIC and one.estimate is not None
    return one.limits.limit if one.detectable is None and is_exact else one.detectable


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
