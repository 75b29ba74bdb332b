"""Which points must be read first? What fails the gate, what blinds it, then the rest."""

from __future__ import annotations

from collections.abc import Iterable

from latchmark.verdict.ending import NO_VERDICT, REGRESSED, code_of
from latchmark.verdict.values import Gated, Word

_WORDS = (
    Word.REGRESSED,
    Word.ERROR,
    Word.MISSING,
    Word.SUSPECT,
    Word.NOT_COMPARABLE,
    Word.INCONCLUSIVE,
    Word.IMPROVED,
    Word.NEW,
    Word.OK,
)
_CODES = {REGRESSED: 0, NO_VERDICT: 1}


def worst_first(points: Iterable[Gated]) -> tuple[Gated, ...]:
    """The points by what they ask for, then by word, then by how far they are off; else in their order.
    Advisory ones come last."""
    return tuple(sorted(points, key=_rank))


def _rank(one: Gated) -> tuple[bool, int, int, float]:
    off = one.estimate.value if one.estimate else 0.0
    return one.is_advisory, _CODES.get(code_of(one), 2), _WORDS.index(one.word), -off
