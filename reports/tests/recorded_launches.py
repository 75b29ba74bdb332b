"""What do launches of one program against itself look like? Reads data/aa_launches.tsv."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

FILE = Path(__file__).parent / "data" / "aa_launches.tsv"


@dataclass(frozen=True, slots=True)
class RecordedPair:
    """One benchmark in one round: ten repetitions of each side, in nanoseconds per operation."""

    base_ns: tuple[float, ...]
    head_ns: tuple[float, ...]

    @property
    def medians_ns(self) -> tuple[float, float]:
        """What the two launches count as: base, head."""
        return median(self.base_ns), median(self.head_ns)

    @property
    def log_ratio(self) -> float:
        """ln(head / base)."""
        base_ns, head_ns = self.medians_ns
        return math.log(head_ns) - math.log(base_ns)


def recorded_pairs() -> Mapping[str, tuple[RecordedPair, ...]]:
    """By benchmark, the pairs in the order of their rounds: side A is base."""
    pairs: dict[str, list[RecordedPair]] = {}
    for line in FILE.read_text("utf-8").splitlines()[1:]:
        _, _, benchmark, base, head = line.split("\t")
        pairs.setdefault(benchmark, []).append(RecordedPair(_numbers(base), _numbers(head)))
    return {benchmark: tuple(rounds) for benchmark, rounds in pairs.items()}


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(word) for word in text.split())
