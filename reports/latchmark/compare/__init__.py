"""How do machines differ? Two or more runs side by side: fingerprints first, then every point they share."""

from latchmark.compare.readings import ComparedReading, Sources
from latchmark.compare.runs import (
    NO_TIMES,
    NOT_COMPARABLE,
    Cell,
    ComparedExperiment,
    ComparedPoint,
    Comparison,
    FactDifference,
    GeometricMean,
    KeyDifference,
    compare,
    key_difference,
)

__all__ = [
    "NOT_COMPARABLE",
    "NO_TIMES",
    "Cell",
    "ComparedExperiment",
    "ComparedPoint",
    "ComparedReading",
    "Comparison",
    "FactDifference",
    "GeometricMean",
    "KeyDifference",
    "Sources",
    "compare",
    "key_difference",
]
