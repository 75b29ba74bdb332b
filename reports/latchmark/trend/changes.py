"""What changed around the code? The facts that differ between one run and the next."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from latchmark.compare import FactDifference, key_difference
from latchmark.trend.recorded import RecordedRun


@dataclass(frozen=True, slots=True)
class Change:
    """What is not as in the run before: `at` is the first run that has it so, counted from 0. `label` is how
    figures call it; `differing` pairs the fact before with the fact since."""

    at: int
    label: str
    differing: tuple[FactDifference, ...]


def changes_of(runs: Sequence[RecordedRun]) -> tuple[Change, ...]:
    """The changes of the environment between consecutive runs, in order, labelled A, B, ... Z, A1, ...

    A new commit or a rebuilt binary is none: what it changes is the question.
    """
    found: list[Change] = []
    for index, (before, since) in enumerate(pairwise(runs), 1):
        differing = key_difference([before.facts, since.facts]).differing
        if differing:
            found.append(Change(index, _label(len(found)), differing))
    return tuple(found)


def is_other_build(before: RecordedRun, since: RecordedRun) -> bool:
    """Whether another binary measured: another commit, or the same one built again."""
    return (before.commit, before.build_id) != (since.commit, since.build_id)


def _label(index: int) -> str:
    letters = string.ascii_uppercase
    return f"{letters[index % len(letters)]}{index // len(letters) or ''}"
