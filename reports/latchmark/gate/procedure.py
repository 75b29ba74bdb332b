"""What is decided from paired launches, and which are needed next?

Pure: a gate, a resumed gate and a simulation replay it.

`d` is ln(head / base) of one pair, positive where head is worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchmark.gate.rules import Rules
from latchmark.verdict import Estimate, Limits, Look, StageKind, Word

Key = tuple[str, str]  # point and metric


@dataclass(frozen=True, slots=True)
class Wanted:
    """The next stretch of rounds: so many more pairs of these keys."""

    kind: StageKind
    keys: tuple[Key, ...]
    pairs: int


@dataclass(frozen=True, slots=True)
class Samples:
    """The pairs of one key so far, one batch a stretch that wanted it, in the order of time."""

    screen: tuple[tuple[float, ...], ...] = ()
    confirm: tuple[tuple[float, ...], ...] = ()


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


def next_step(
    samples: Mapping[Key, Samples], limits: Mapping[Key, Limits], rules: Rules
) -> Wanted | Mapping[Key, Decision]:
    """The stretch that is needed next, or the decisions when none is. Deterministic; keys keep their
    order."""
    raise NotImplementedError


def with_batch(
    samples: Mapping[Key, Samples], wanted: Wanted, batch: Mapping[Key, Sequence[float]]
) -> Mapping[Key, Samples]:
    """The samples with what the wanted stretch brought; a key without a single valid pair gets an empty
    batch."""
    raise NotImplementedError
