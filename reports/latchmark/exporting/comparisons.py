"""What does a comparison look like as Markdown or JSON? What its page says, in the order of the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from latchmark.cautions import stand_ins_of
from latchmark.compare import (
    Comparison,
    KeyDifference,
    RankedExperiment,
    Standing,
    coverage_of,
    coverage_sentences,
    findings_of_comparison,
    ranks_of,
    sentences_of_experiment,
)
from latchmark.exporting.formats import banners, markdown_list, markdown_table, markdown_text, table_json
from latchmark.exporting.page_tables import page_tables_json
from latchmark.exporting.tables import CellValue, Table, comparison_table
from latchmark.findings import ComparisonFinding
from latchmark.model import Fact, Unavailable
from latchmark.statistics import Ratio
from latchmark.tables import comparison_tables, rank_text
from latchmark.wording import between, number


def comparison_markdown(comparison: Comparison) -> str:
    """Coverage, what differs, findings, ranks, what each experiment says, and all points."""
    ranks = ranks_of(comparison)
    title = f"# {' against '.join(markdown_text(label) for label in comparison.labels)}\n"
    title += banners(
        [
            f"{label}: {one.sentence}"
            for label, run in zip(comparison.labels, comparison.runs, strict=True)
            for one in stand_ins_of(run)
        ]
    )
    sections = {
        "Coverage": markdown_list(coverage_sentences(comparison)),
        "What differs": markdown_list(_differences(comparison)),
        "In short": markdown_list([one.sentence for one in findings_of_comparison(comparison, ranks)]),
        "Ranks": markdown_table(_ranks_table(comparison.labels, ranks)) if ranks else "",
        "By experiment": markdown_list(
            [
                f"{one.experiment.name}: {sentence}"
                for one in comparison.experiments
                for sentence in sentences_of_experiment(comparison, one)
            ]
        ),
        "All points": markdown_table(comparison_table(comparison)),
    }
    return title + "".join(f"\n## {heading}\n\n{text}" for heading, text in sections.items() if text)


def _differences(comparison: Comparison) -> list[str]:
    lines = []
    for title, key in (("hard key", comparison.hard_key), ("soft key", comparison.soft_key)):
        for row in key.differing:
            facts = [fact if isinstance(fact, str) else f"({fact.reason})" for fact in row.facts]
            lines.append(f"{title}: {row.name}: {' / '.join(facts)}")
        lines.append(f"{title}: equal in {key.equal} fields")
    return lines


def _ranks_table(labels: Sequence[str], ranks: Sequence[RankedExperiment]) -> Table:
    rows: list[tuple[CellValue, ...]] = [
        (one.experiment.name, one.points, *(_rank_cell(standing) for standing in one.standings))
        for one in ranks
    ]
    # A label is a name of ours only in the header; as a cell it would be escaped.
    return Table(("experiment", "points", *(markdown_text(label) for label in labels)), tuple(rows))


def _rank_cell(standing: Standing | Unavailable) -> CellValue:
    if isinstance(standing, Unavailable):
        return standing.reason
    ratio = standing.ratio
    if isinstance(ratio, Unavailable):
        return f"{rank_text(standing)} ({ratio.reason})"
    return f"{rank_text(standing)}: {number(ratio.value)}\u00d7 {between(ratio.interval)}"


def comparison_json(comparison: Comparison) -> str:
    """One JSON document: the rows of `points` for programs, `tables` as the page shows them."""
    ranks = ranks_of(comparison)
    document = {
        "schema": "latchmark.comparison/1",
        "runs": [run.id for run in comparison.runs],
        "labels": list(comparison.labels),
        "emulated": [run.machine.emulated for run in comparison.runs],
        "scripted_counts": [run.counters.script for run in comparison.runs],
        "coverage": {
            "sentences": list(coverage_sentences(comparison)),
            "runs": [
                {
                    "label": one.label,
                    "points": one.points,
                    "lacking": [{"reason": reason, "points": amount} for reason, amount in one.lacking],
                }
                for one in coverage_of(comparison)
            ],
        },
        "differences": {
            "hard_key": _key_json(comparison.hard_key),
            "soft_key": _key_json(comparison.soft_key),
        },
        "findings": [_finding_json(one) for one in findings_of_comparison(comparison, ranks)],
        "ranks": [_ranked_json(comparison.labels, one) for one in ranks],
        "points": table_json(comparison_table(comparison)),
        "tables": page_tables_json(comparison_tables(comparison, ranks, comparison.labels)),
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _key_json(key: KeyDifference) -> Mapping[str, object]:
    return {
        "differing": [
            {"name": row.name, "facts": [_fact_json(fact) for fact in row.facts]} for row in key.differing
        ],
        "alike": {name: _fact_json(fact) for name, fact in key.alike},
    }


def _fact_json(fact: Fact) -> object:
    return fact if isinstance(fact, str) else {"why": fact.reason}


def _finding_json(one: ComparisonFinding) -> Mapping[str, object]:
    return {
        "text": one.sentence,
        "experiment": one.experiment or None,
        "run": one.label or None,
        "ratio": None if one.ratio is None else _ratio_json(one.ratio),
    }


def _ranked_json(labels: Sequence[str], one: RankedExperiment) -> Mapping[str, object]:
    return {
        "experiment": one.experiment.name,
        "points": one.points,
        "base": labels[one.base],
        "standings": [
            _standing_json(label, standing) for label, standing in zip(labels, one.standings, strict=True)
        ],
    }


def _standing_json(label: str, standing: Standing | Unavailable) -> Mapping[str, object]:
    if isinstance(standing, Unavailable):
        return {"run": label, "why": standing.reason}
    ratio = _ratio_json(standing.ratio)
    return {"run": label, "best": standing.best, "worst": standing.worst, "ratio": ratio}


def _ratio_json(ratio: Ratio | Unavailable) -> Mapping[str, object]:
    if isinstance(ratio, Unavailable):
        return {"value": None, "low": None, "high": None, "why": ratio.reason}
    if isinstance(ratio.interval, Unavailable):
        return {"value": ratio.value, "low": None, "high": None, "why": ratio.interval.reason}
    return {"value": ratio.value, "low": ratio.interval.low, "high": ratio.interval.high, "why": None}
