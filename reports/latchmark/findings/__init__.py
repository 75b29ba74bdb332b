"""What do the data support, in sentences? The only producer of sentences about results."""

from latchmark.findings.absences import Absence, Failure, absences_of, failures_of
from latchmark.findings.finding import (
    Finding,
    FindingKind,
    common_remark,
    leading,
    ranked,
    speakers,
    strongest,
)
from latchmark.findings.of_comparison import (
    ComparisonFinding,
    Contrast,
    alike_finding,
    contrast_finding,
    leading_contrasts,
)
from latchmark.findings.of_prices import price_notes
from latchmark.findings.of_ranks import (
    Place,
    coverage_sentence,
    incomparable_sentence,
    mixture_sentences,
    ranking_sentence,
    tally_finding,
)
from latchmark.findings.of_run import findings_of, findings_of_experiment
from latchmark.findings.pitfalls import MeasuredPitfall, MissingPitfall, PitfallIndex, pitfalls_of
from latchmark.findings.side_by_side import told_once

__all__ = [
    "Absence",
    "ComparisonFinding",
    "Contrast",
    "Failure",
    "Finding",
    "FindingKind",
    "MeasuredPitfall",
    "MissingPitfall",
    "PitfallIndex",
    "Place",
    "absences_of",
    "alike_finding",
    "common_remark",
    "contrast_finding",
    "coverage_sentence",
    "failures_of",
    "findings_of",
    "findings_of_experiment",
    "incomparable_sentence",
    "leading",
    "leading_contrasts",
    "mixture_sentences",
    "pitfalls_of",
    "price_notes",
    "ranked",
    "ranking_sentence",
    "speakers",
    "strongest",
    "tally_finding",
    "told_once",
]
