"""Did something change that no change can touch? A negative control that differs says the machine did it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from latchmark.gate.procedure.deciding import Decision, estimate_of
from latchmark.gate.procedure.rules import Rules, least_pairs
from latchmark.gate.procedure.screening import facing, toward_of
from latchmark.statistics import rank_test, spread_of
from latchmark.verdict import Look, StageKind, Word, ratio_text
from latchmark.wording import count, percent


def decide_control(d: Sequence[float], margin: float, rules: Rules) -> Decision:
    """OK, SUSPECT where the control differs by more than `margin` in either direction, INCONCLUSIVE where its
    pairs are too few to ever say so.

    Two-sided at the alpha of a control: half of it belongs to each direction. `d` is ln(head / base) of each
    pair of all stages.
    """
    estimate, spread = estimate_of(d), spread_of(d)
    alpha = rules.control_alpha / 2
    least = least_pairs(1, alpha)
    if estimate is None or len(d) < least:
        told = f"{count(len(d), 'pair')}: fewer than the {least} that could show a difference"
        return Decision(Word.INCONCLUSIVE, told, estimate, spread, None, None, ())

    toward = toward_of(d)
    tested = rank_test(facing(d, toward), math.log1p(margin), rules.most_ties)
    is_apart = tested.p <= alpha
    look = Look(StageKind.SCREEN, toward, len(d), tested.test, tested.p, None, alpha, 1, is_apart)
    seen = f"{ratio_text(estimate)} over {count(len(d), 'pair')}, p = {tested.p:.2g}"
    if is_apart:
        because = f"{seen}: {toward} by more than {percent(margin)} in code that no change can touch"
        return Decision(Word.SUSPECT, because, estimate, spread, None, None, (look,))
    because = f"{seen}: no difference beyond {percent(margin)} was shown"
    return Decision(Word.OK, because, estimate, spread, None, None, (look,))
