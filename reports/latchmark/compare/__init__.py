"""How do machines differ? Two to eight runs side by side: fingerprints first, then every point they share."""

from latchmark.compare.coverage import Coverage, coverage_of
from latchmark.compare.of_fleet import compare_fleet, compared_hosts
from latchmark.compare.ranks import RankedExperiment, Standing, ranked_experiment, ranks_of
from latchmark.compare.readings import ComparedReading, Sources
from latchmark.compare.runs import (
    MOST_RUNS,
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
from latchmark.compare.told import (
    contrasts_of,
    coverage_sentences,
    findings_of_comparison,
    sentences_of_experiment,
)

__all__ = [
    "MOST_RUNS",
    "NOT_COMPARABLE",
    "NO_TIMES",
    "Cell",
    "ComparedExperiment",
    "ComparedPoint",
    "ComparedReading",
    "Comparison",
    "Coverage",
    "FactDifference",
    "GeometricMean",
    "KeyDifference",
    "RankedExperiment",
    "Sources",
    "Standing",
    "compare",
    "compare_fleet",
    "compared_hosts",
    "contrasts_of",
    "coverage_of",
    "coverage_sentences",
    "findings_of_comparison",
    "key_difference",
    "ranked_experiment",
    "ranks_of",
    "sentences_of_experiment",
]
