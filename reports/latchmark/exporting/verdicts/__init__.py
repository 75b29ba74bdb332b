"""How does a verdict look to other tools? One text a file, all from the one object."""

from __future__ import annotations

from collections.abc import Mapping

from latchmark.exporting.verdicts.annotations import annotations_text
from latchmark.exporting.verdicts.junit import junit_xml
from latchmark.exporting.verdicts.markdown import verdict_markdown
from latchmark.exporting.verdicts.openmetrics import openmetrics_text
from latchmark.exporting.verdicts.sarif import sarif_json
from latchmark.exporting.verdicts.table import verdict_csv
from latchmark.verdict import Verdict, to_json

__all__ = [
    "annotations_text",
    "junit_xml",
    "openmetrics_text",
    "outputs_of",
    "sarif_json",
    "verdict_csv",
    "verdict_markdown",
]


def outputs_of(verdict: Verdict) -> Mapping[str, str]:
    """File name -> text, everything but the page. Raises NotANumber, or MissingPackage for JUnit's."""
    return {
        "verdict.json": to_json(verdict),
        "verdict.md": verdict_markdown(verdict),
        "junit.xml": junit_xml(verdict),
        "annotations.txt": annotations_text(verdict),
        "verdict.sarif": sarif_json(verdict),
        "metrics.txt": openmetrics_text(verdict),
        "verdict.csv": verdict_csv(verdict),
    }
