"""How does a history look to other tools? A row a point and run, and the steps beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from latchmark.exporting.formats import csv_text, markdown_table, markdown_text, table_json
from latchmark.exporting.tables import CellValue, Table
from latchmark.model import Unavailable
from latchmark.statistics import Interval, Summary
from latchmark.trend import (
    History,
    Line,
    Step,
    change_told,
    overview,
    places_told,
    power_told,
    presence_told,
    presences_of,
    run_told,
)


def trend_table(history: History) -> Table:
    """One row a line and run that planned it: the median with its interval, or why there is none. `part`
    tells lines of one name apart, `step` is the ratio where a level begins."""
    columns = ("run", "started_utc", "commit", "point", "part", "metric", "unit", "median", "low", "high")
    rows: list[tuple[CellValue, ...]] = []
    for line in history.lines:
        steps = {step.at: step.ratio.value for step in line.steps}
        for index, value in enumerate(line.values):
            if value is None:
                continue
            run = history.runs[index]
            head = (run.id, run.started_utc, run.commit, line.name, line.part, line.metric, line.unit)
            rows.append((*head, *_cells(value), steps.get(index)))
    return Table((*columns, "launches", "why", "step"), tuple(rows))


def trend_csv(history: History) -> str:
    """The table of the history as CSV."""
    return csv_text(trend_table(history))


def trend_markdown(history: History) -> str:
    """What happened, then the level of every point; the single runs are in the other formats."""
    sections = {
        "Steps": [
            text
            for place in places_told(history)
            for text in (f"{place.worst.text} {place.context}", *(one.text for one in place.others))
        ],
        "Points": [presence_told(history, one) for one in presences_of(history)],
        "Environment": [
            f"{one.label}, {run_told(history, one.at)}: {change_told(row)}"
            for one in history.changes
            for row in one.differing
        ],
    }
    title = f"# {markdown_text(f'History of {history.runs[-1].alias}')}\n"
    lists = [
        f"\n## {heading}\n\n" + "".join(f"- {markdown_text(text)}\n" for text in texts)
        for heading, texts in sections.items()
        if texts
    ]
    summary = f"\n{markdown_text(overview(history))} {markdown_text(power_told(history))}\n"
    return title + summary + "".join(lists) + "\n## Last levels\n\n" + markdown_table(_levels_table(history))


def trend_json(history: History) -> str:
    """Runs, changes, steps and values as one JSON document."""
    return json.dumps(trend_document(history), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def trend_document(history: History) -> Mapping[str, object]:
    """The document of `trend_json`; runs are referred to by their id."""
    runs = history.runs
    return {
        "schema": "latchmark.trend/1",
        "machine": runs[-1].alias,
        "hard_key_hash": runs[-1].hard_key_hash,
        "threshold": history.threshold,
        "runs": [
            {
                "id": run.id,
                "sha256": run.sha256,
                "started_utc": run.started_utc,
                "commit": run.commit,
                "build_id": run.build_id,
                "preset": run.preset,
                "complete": run.is_complete,
                "flags": run.flags,
            }
            for run in runs
        ],
        "changes": [
            {
                "run": runs[one.at].id,
                "label": one.label,
                "facts": [
                    {"name": row.name, "before": _fact(row.facts[0]), "since": _fact(row.facts[1])}
                    for row in one.differing
                ],
            }
            for one in history.changes
        ],
        "steps": [_step(history, line, step) for line, step in history.steps],
        "points": [
            {"kind": one.kind.value, "run": runs[one.at].id, "names": list(one.names), "reason": one.reason}
            for one in presences_of(history)
        ],
        "values": table_json(trend_table(history)),
    }


def _step(history: History, line: Line, step: Step) -> Mapping[str, object]:
    interval = step.ratio.interval
    return {
        "point": line.name,
        "part": line.part,
        "run": history.runs[step.at].id,
        "ratio": step.ratio.value,
        "low": interval.low if isinstance(interval, Interval) else None,
        "high": interval.high if isinstance(interval, Interval) else None,
        "runs_before": step.before.n,
        "runs_since": step.since.n,
        "is_worse": line.is_worse(step),
        "p": step.p,
    }


def _fact(fact: object) -> object:
    return {"why": fact.reason} if isinstance(fact, Unavailable) else fact


def _levels_table(history: History) -> Table:
    rows: list[tuple[CellValue, ...]] = []
    for line in history.lines:
        if line.measured:
            last, summary = line.measured[-1]
            level = line.levels[-1].median if line.levels else None
            rows.append((line.title, line.unit, level, len(line.steps), last + 1, *_cells(summary)[:3]))
    return Table(("point", "unit", "level", "steps", "last run", "median", "low", "high"), tuple(rows))


def _cells(summary: Summary | Unavailable) -> tuple[CellValue, ...]:
    """Median, low, high, launches, why."""
    if isinstance(summary, Unavailable):
        return None, None, None, 0, summary.reason
    if isinstance(summary.interval, Unavailable):
        return summary.median, None, None, summary.n, summary.interval.reason
    return summary.median, summary.interval.low, summary.interval.high, summary.n, None
