"""Which classic pitfalls were measured here, what do they cost, and which cure was measured beside them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.findings import Finding
from latchmark.model import Run


@dataclass(frozen=True, slots=True)
class PitfallEntry:
    """One row of the index. `experiment` is empty where nothing measures it; `why` then says so."""

    name: str
    problem: str
    size: str
    sentence: str
    cure: str
    experiment: str
    why: str


def pitfall_index_of(run: Run, findings: Sequence[Finding]) -> tuple[PitfallEntry, ...]:
    """The whole index, measured or not, in reading order."""
    return ()
