"""What do the data support, in sentences? The only producer of sentences about results."""

from latchmark.findings.absences import Absence, absences_of
from latchmark.findings.finding import Finding, FindingKind, leading, ranked, strongest
from latchmark.findings.of_run import findings_of, findings_of_experiment

__all__ = [
    "Absence",
    "Finding",
    "FindingKind",
    "absences_of",
    "findings_of",
    "findings_of_experiment",
    "leading",
    "ranked",
    "strongest",
]
