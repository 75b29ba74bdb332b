"""What is said of one key when no further pairs come: its word, its numbers, and a sentence with both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.gate.procedure.confirming import Confirmed
from latchmark.gate.procedure.detectable import mde90, pairs_needed
from latchmark.gate.procedure.rules import Rules
from latchmark.gate.procedure.screening import WORSE, Screened, is_tolerated
from latchmark.model import Unavailable
from latchmark.statistics import median_interval, spread_of, upper_bound
from latchmark.verdict import Estimate, Limits, Look, Word, ratio_text, times
from latchmark.wording import count, percent


@dataclass(frozen=True, slots=True)
class Decision:
    """What the pairs say of one key: REGRESSED, IMPROVED, OK, INCONCLUSIVE or SUSPECT, with its numbers as in
    `verdict.Gated`."""

    word: Word
    because: str
    estimate: Estimate | None
    spread: float | None
    detectable: float | None
    pairs_needed: int | None
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """All that one key is judged by; `fresh` is None where it was never nominated."""

    screened: Screened
    fresh: Confirmed | None
    limits: Limits
    rules: Rules

    @property
    def pairs(self) -> tuple[float, ...]:
        """The pairs that count: those that nominated a point were chosen for standing out."""
        return self.screened.pairs if self.fresh is None else self.fresh.pairs

    @property
    def is_declared(self) -> bool:
        """Whether the fresh pairs are certain, beyond margin and limit."""
        return self.fresh is not None and self.fresh.is_declared


def estimate_of(pairs: Sequence[float]) -> Estimate | None:
    """The median ratio of pairs of ln(head / base) with its bounds; None without a pair."""
    if not pairs:
        return None
    interval, upper = median_interval(pairs), upper_bound(pairs)
    low, high = (
        (None, None)
        if isinstance(interval, Unavailable)
        else (math.exp(interval.low), math.exp(interval.high))
    )
    return Estimate(
        math.exp(median(pairs)), low, high, None if upper is None else math.exp(upper), len(pairs)
    )


def decision_of(
    screened: Screened, fresh: Confirmed | None, limits: Limits, rules: Rules, among: int
) -> Decision:
    """The decision on one key: by its confirming pairs alone where it was nominated. `among` keys are
    confirmed as worse."""
    evidence = _Evidence(screened, fresh, limits, rules)
    pairs = evidence.pairs
    estimate, spread = estimate_of(pairs), spread_of(pairs)
    word = _word_of(evidence, estimate)
    detectable = needed = None
    if spread is not None:
        # A point that was not nominated as worse would have been one more among those, with all their pairs.
        among = among if fresh is not None and screened.toward == WORSE else among + 1
        has_all_looks = fresh is not None and len(fresh.looks) == len(rules.look_shares)
        confirm_pairs = len(pairs) if has_all_looks else sum(rules.confirm_stretches)
        detectable = mde90(
            spread,
            limits,
            rules,
            screen_pairs=len(screened.pairs),
            confirm_pairs=confirm_pairs,
            among=among,
        )
        if word is Word.INCONCLUSIVE:
            needed = pairs_needed(median(pairs), spread, limits, rules, among=among, have=len(pairs))
    looks = screened.looks if fresh is None else screened.looks + fresh.looks
    return Decision(
        word, _because(evidence, word, estimate, needed), estimate, spread, detectable, needed, looks
    )


def _word_of(evidence: _Evidence, estimate: Estimate | None) -> Word:
    if estimate is None:
        return Word.INCONCLUSIVE
    if evidence.is_declared and evidence.screened.toward == WORSE:
        return Word.REGRESSED
    least_plausible = 1 - evidence.rules.implausible_improvement
    # Also where it was not confirmed: what surely takes less than half must not pass as "not slower".
    is_below = estimate.upper is not None and estimate.upper < least_plausible
    if estimate.value < least_plausible and (evidence.is_declared or is_below):
        return Word.SUSPECT
    if evidence.is_declared:
        return Word.IMPROVED
    is_fine = is_tolerated(evidence.pairs, evidence.limits, evidence.rules)
    return Word.OK if is_fine else Word.INCONCLUSIVE


def _because(evidence: _Evidence, word: Word, estimate: Estimate | None, needed: int | None) -> str:
    noun = "pair" if evidence.fresh is None else "fresh pair"
    if estimate is None:
        return f"no {noun} counts, so there is nothing to judge"
    if word is Word.SUSPECT:
        most = percent(evidence.rules.implausible_improvement)
        said = [f"an improvement of more than {most} is not plausible"]
    else:
        said = [*_of_nomination(evidence), *_of_bound(evidence, word, estimate)]
    if needed is not None:
        said.append(f"needs about {count(needed, 'pair')}")
    return f"{ratio_text(estimate)} over {count(estimate.pairs, noun)}: {'; '.join(said)}"


def _of_nomination(evidence: _Evidence) -> Iterator[str]:
    """What became of a nomination."""
    if evidence.fresh is None or not evidence.fresh.looks:
        return
    toward, limits, last = evidence.screened.toward, evidence.limits, evidence.fresh.looks[-1]
    if not last.passed:
        yield f"nominated as {toward}, which these do not confirm ({_test_text(last)})"
        return
    where = "beyond" if evidence.is_declared else "within"
    yield (
        f"{toward} by more than the margin of {percent(limits.margin)} ({_test_text(last)}), "
        f"with a median {where} the limit of {percent(limits.limit)}"
    )


def _of_bound(evidence: _Evidence, word: Word, estimate: Estimate) -> Iterator[str]:
    """How the slowdown compares with what is tolerated, for a point that did not differ."""
    least = evidence.rules.least_screen_pairs
    if evidence.is_declared:
        return
    if estimate.pairs < least:
        yield f"fewer than the {least} that a decision takes"
    elif estimate.upper is not None:
        side = "below" if word is Word.OK else "not below"
        tolerated = times(1 + evidence.limits.tolerated)
        yield f"95 % sure to be under {times(estimate.upper)}, {side} the tolerated {tolerated}"


def _test_text(look: Look) -> str:
    name = "signed-rank test" if look.test == "signed-rank" else "sign test"
    assert look.adjusted_p is not None  # a confirming look is always corrected
    comparison = "at most" if look.passed else "above"
    return (
        f"{name}, p = {look.p:.2g}, {look.adjusted_p:.2g} corrected for {look.among} nominated, "
        f"{comparison} {look.alpha:.2g}"
    )
