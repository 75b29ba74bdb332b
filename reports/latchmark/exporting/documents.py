"""What does a whole run or comparison look like as Markdown or JSON?"""

from __future__ import annotations

import json
from collections.abc import Sequence

from latchmark.cautions import cautions_of, stand_ins_of
from latchmark.compare import Comparison
from latchmark.exporting.formats import markdown_table, markdown_text, table_json
from latchmark.exporting.tables import comparison_table, summary_table
from latchmark.findings import absences_of, findings_of
from latchmark.model import Run


def run_markdown(run: Run) -> str:
    """Findings, cautions, absences and the table of a run."""
    sections = {
        "Findings": [f"{finding.experiment}: {finding.text}" for finding in findings_of(run)],
        "Cautions": [f"{one.name.value} {one.where}: {one.sentence}" for one in cautions_of(run)],
        "Not measured": [sentence for absence in absences_of(run) for sentence in absence.sentences],
    }
    title = f"# {markdown_text(run.machine.alias)}: {markdown_text(run.preset)}, {run.started_utc}\n"
    title += _banners([one.sentence for one in stand_ins_of(run)])
    lists = [f"\n## {heading}\n\n{_markdown_list(texts)}" for heading, texts in sections.items() if texts]
    return (
        title
        + "".join(lists)
        + "\n## All points\n\n"
        + markdown_table(summary_table(run, with_readings=False))
    )


def _banners(sentences: Sequence[str]) -> str:
    """What must be read first, each a quotation."""
    return "".join(f"\n> **{markdown_text(sentence)}**\n" for sentence in sentences)


def _markdown_list(texts: Sequence[str]) -> str:
    return "".join(f"- {markdown_text(text)}\n" for text in texts)


def comparison_markdown(comparison: Comparison) -> str:
    """What differs between the machines, then all points."""
    lines = []
    for title, key in (("hard key", comparison.hard_key), ("soft key", comparison.soft_key)):
        for row in key.differing:
            facts = [fact if isinstance(fact, str) else f"({fact.reason})" for fact in row.facts]
            lines.append(f"{title}: {row.name}: {' / '.join(facts)}")
        lines.append(f"{title}: equal in {key.equal} fields")
    title = f"# {' against '.join(markdown_text(label) for label in comparison.labels)}\n"
    title += _banners(
        [
            f"{label}: {one.sentence}"
            for label, run in zip(comparison.labels, comparison.runs, strict=True)
            for one in stand_ins_of(run)
        ]
    )
    return f"{title}\n{_markdown_list(lines)}\n{markdown_table(comparison_table(comparison))}"


def run_json(run: Run) -> str:
    """Summaries, findings, cautions and absences of a run as one JSON document."""
    document = {
        "schema": "latchmark.report/1",
        "run": run.id,
        "machine": run.machine.alias,
        "emulated": run.machine.emulated,
        "scripted_counts": run.counters.script,
        "points": table_json(summary_table(run)),
        "findings": [
            {"kind": one.kind.value, "experiment": one.experiment, "flag": one.flag, "text": one.text}
            for one in findings_of(run)
        ],
        "cautions": [
            {
                "name": one.name.value,
                "where": one.where,
                "seen": one.seen,
                "doubt": one.doubt,
                "remedy": one.remedy,
            }
            for one in cautions_of(run)
        ],
        "absences": [
            {
                "what": one.what,
                "names": list(one.names),
                "reason": one.reason,
                "causes": [
                    {"names": list(cause.names), "why": cause.why, "launches": cause.launches}
                    for cause in one.causes
                ],
            }
            for one in absences_of(run)
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def comparison_json(comparison: Comparison) -> str:
    """The rows of a comparison as one JSON document."""
    document = {
        "schema": "latchmark.comparison/1",
        "runs": [run.id for run in comparison.runs],
        "labels": list(comparison.labels),
        "emulated": [run.machine.emulated for run in comparison.runs],
        "scripted_counts": [run.counters.script for run in comparison.runs],
        "points": table_json(comparison_table(comparison)),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
