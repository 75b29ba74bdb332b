"""What does a whole run look like as Markdown or JSON?"""

from __future__ import annotations

import json

from latchmark.cautions import cautions_of, checks_of, stand_ins_of
from latchmark.exporting.formats import banners, markdown_list, markdown_table, markdown_text, table_json
from latchmark.exporting.page_tables import page_tables_json
from latchmark.exporting.pitfalls import pitfall_lines, pitfalls_json
from latchmark.exporting.tables import summary_table
from latchmark.findings import absences_of, findings_of, pitfalls_of
from latchmark.model import Run
from latchmark.tables import price_records, run_tables


def run_markdown(run: Run) -> str:
    """Findings, pitfalls, cautions, absences and the table of a run."""
    findings, cautions = findings_of(run), cautions_of(run)
    sections = {
        "Findings": [f"{finding.experiment}: {finding.text}" for finding in findings],
        "Pitfalls": pitfall_lines(pitfalls_of(run, findings, cautions)),
        "Cautions": [f"{one.name.value} {one.where}: {one.sentence}" for one in cautions],
        "Not measured": [sentence for absence in absences_of(run) for sentence in absence.sentences],
    }
    title = f"# {markdown_text(run.machine.alias)}: {markdown_text(run.preset)}, {run.started_utc}\n"
    title += banners([one.sentence for one in stand_ins_of(run)])
    lists = [f"\n## {heading}\n\n{markdown_list(texts)}" for heading, texts in sections.items() if texts]
    return (
        title
        + "".join(lists)
        + "\n## All points\n\n"
        + markdown_table(summary_table(run, with_readings=False))
    )


def run_json(run: Run) -> str:
    """One JSON document: the rows of `points` for programs, `tables` as the page shows them."""
    findings, cautions = findings_of(run), cautions_of(run)
    document = {
        "schema": "latchmark.report/1",
        "run": run.id,
        "machine": run.machine.alias,
        "emulated": run.machine.emulated,
        "scripted_counts": run.counters.script,
        "points": table_json(summary_table(run)),
        "findings": [
            {"kind": one.kind.value, "experiment": one.experiment, "flag": one.flag, "text": one.text}
            for one in findings
        ],
        "prices": price_records(run),
        "pitfalls": pitfalls_json(pitfalls_of(run, findings, cautions)),
        "cautions": [
            {
                "name": one.name.value,
                "where": one.where,
                "seen": one.seen,
                "doubt": one.doubt,
                "remedy": one.remedy,
            }
            for one in cautions
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
        "checks": [
            {"subject": one.subject, "answer": one.answer.value, "seen": one.seen, "remedy": one.remedy}
            for one in checks_of(run, cautions)
        ],
        "tables": page_tables_json(run_tables(run), [point.name for point in run.points]),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
