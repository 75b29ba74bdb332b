"""Which points does each run have, of all that have a headline value on any of them?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from latchmark.compare.runs import Comparison
from latchmark.model import Unavailable
from latchmark.statistics import Summary


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one run has of the `points` whose headline at least one run measured. `lacking` counts points by
    the reason why they cannot stand beside those of the others, the most frequent first."""

    label: str
    points: int
    lacking: tuple[tuple[str, int], ...]

    @property
    def missing(self) -> int:
        """How many points it lacks."""
        return sum(amount for _, amount in self.lacking)


def coverage_of(comparison: Comparison) -> tuple[Coverage, ...]:
    """One entry a run, in their order."""
    measured = [
        point
        for compared in comparison.experiments
        for point in compared.points
        if any(isinstance(cell.summary, Summary) for cell in point.cells)
    ]
    found = []
    for index, label in enumerate(comparison.labels):
        levels = [point.cells[index].level for point in measured]
        reasons = Counter(level.reason for level in levels if isinstance(level, Unavailable))
        found.append(Coverage(label, len(measured), tuple(reasons.most_common())))
    return tuple(found)
