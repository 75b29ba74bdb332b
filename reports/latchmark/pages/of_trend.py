"""What does the page of a history say? The steps first, then what changed around them, then every point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchmark.figures.of_trend import rows_of, step_of
from latchmark.model import Unavailable
from latchmark.pages.of_experiment import Picture, pictures_of
from latchmark.pages.rendering import render
from latchmark.statistics import Ratio, Summary
from latchmark.tables import Cell, Column, Table, count_cell, fact_text, ratio_cell, summary_cells, value_cell
from latchmark.trend import (
    History,
    Line,
    Place,
    overview,
    places_told,
    power_told,
    presence_told,
    presences_of,
    run_told,
)
from latchmark.wording import count, utc

MOST_PLACES = 12  # on the first screens; all others are one click away
MOST_FIGURES = 6  # large ones of an experiment, worst first; where more points moved, the rows show them


@dataclass(frozen=True, slots=True)
class HistorySection:
    """The lines of one experiment: `large` are figures of those that moved most, `left_out` says
    how many more did, `rows` are figures of all."""

    name: str
    slug: str
    large: tuple[Picture, ...]
    left_out: str
    rows: tuple[Picture, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class TrendPage:
    """All that the template of a history shows."""

    history: History
    title: str
    lede: str
    power: str
    places: tuple[Place, ...]
    more: tuple[Place, ...]
    presences: tuple[tuple[str, tuple[str, ...]], ...]
    changes: Table
    runs: Table
    sections: tuple[HistorySection, ...]

    def slug_of(self, experiment: str) -> str:
        """Where on the page an experiment is."""
        return next(section.slug for section in self.sections if section.name == experiment)


def trend_page(history: History) -> str:
    """The history as one HTML document; the same history gives the same bytes."""
    return render("trend.html", page_of(history), _data(history))


def page_of(history: History) -> TrendPage:
    """The values of the page, before any markup."""
    places = places_told(history)
    by_experiment: dict[str, list[Line]] = {}
    for line in history.lines:
        if line.measured:
            by_experiment.setdefault(line.experiment, []).append(line)
    return TrendPage(
        history=history,
        title=f"How {history.runs[-1].alias} moved",
        lede=overview(history),
        power=power_told(history),
        places=places[:MOST_PLACES],
        more=places[MOST_PLACES:],
        presences=tuple((presence_told(history, one), one.names) for one in presences_of(history)),
        changes=_changes(history),
        runs=_runs(history),
        sections=tuple(
            _section(history, name, f"experiment-{index + 1}", lines)
            for index, (name, lines) in enumerate(by_experiment.items())
        ),
    )


def _section(history: History, name: str, slug: str, lines: Sequence[Line]) -> HistorySection:
    moved = [line for line, _ in history.steps if line.experiment == name]
    moved = list({(line.name, line.part): line for line in moved}.values())
    large = moved[:MOST_FIGURES]
    left_out = f"The worst {len(large)} of {count(len(moved), 'point')} with a step; the rows show all."
    return HistorySection(
        name,
        slug,
        pictures_of(tuple(step_of(history, line) for line in large), f"{slug}-large"),
        left_out if len(moved) > len(large) else "",
        pictures_of(rows_of(history, lines), f"{slug}-rows"),
        _table(history, name, lines),
    )


def _table(history: History, name: str, lines: Sequence[Line]) -> Table:
    unit = lines[0].unit
    columns = (
        Column("Point"),
        Column("Last run", unit, is_number=True),
        Column("Low", unit, is_number=True),
        Column("High", unit, is_number=True),
        Column("Launches", is_number=True),
        Column("First level", unit, is_number=True),
        Column("Last level", unit, is_number=True),
        Column("Last step", "ratio [interval]", is_number=True),
        Column("Steps", is_number=True),
        Column("Scatter of the runs", "%", is_number=True),
        Column("Runs with a value", is_number=True),
    )
    rows = []
    for line in lines:
        ratio: Ratio | Unavailable = line.steps[-1].ratio if line.steps else Unavailable("no step")
        ends = (line.levels[0].median, line.levels[-1].median) if line.levels else (None, None)
        last, summary = line.measured[-1]
        title = line.title.removeprefix(f"{name}/")
        rows.append(
            (
                Cell(title if last == len(history.runs) - 1 else f"{title}, last in run {last + 1}"),
                *summary_cells(summary),
                value_cell(ends[0]),
                value_cell(ends[1]),
                ratio_cell(ratio),
                count_cell(len(line.steps)),
                value_cell(None if line.scatter is None else 100 * line.scatter),
                count_cell(len(line.measured)),
            )
        )
    metric = lines[0].metric.replace("_", " ")
    return Table(f"{name}: {metric}, the last run and the levels", columns, tuple(rows))


def _changes(history: History) -> Table:
    columns = (Column("Mark"), Column("Since"), Column("Fact"), Column("Before"), Column("Since then"))
    rows = [
        (
            Cell(change.label),
            Cell(run_told(history, change.at)),
            Cell(row.name.replace("_", " ")),
            *(Cell(fact_text(fact), is_absent=isinstance(fact, Unavailable)) for fact in row.facts),
        )
        for change in history.changes
        for row in change.differing
    ]
    return Table("Changes of the environment between one run and the next", columns, tuple(rows))


def _runs(history: History) -> Table:
    marks = {change.at: change.label for change in history.changes}
    columns = (
        Column("Run", is_number=True),
        Column("Started"),
        Column("Commit"),
        Column("Build"),
        Column("Preset"),
        Column("Points measured", is_number=True),
        Column("Complete"),
        Column("Environment"),
        Column("File"),
    )
    rows = []
    for index, run in enumerate(history.runs):
        measured = sum(not isinstance(point.summary, Unavailable) for point in run.points)
        state = "yes" if run.is_complete else "no"
        rows.append(
            (
                count_cell(index + 1),
                Cell(utc(run.started_utc)),
                Cell(run.commit),
                Cell(run.build_id[:12]),
                Cell(run.preset),
                count_cell(measured),
                Cell(f"{state}; {run.flags}" if run.flags else state),
                Cell(f"changed: {marks[index]}" if index in marks else "as before" if index else "the first"),
                Cell(run.file_name),
            )
        )
    return Table("The runs, in order of their start", columns, tuple(rows))


def _data(history: History) -> Mapping[str, object]:
    """The embedded data: medians and ends as columns over the runs, null where there is no value."""
    values: list[dict[str, object]] = []
    for line in history.lines:
        known = dict(line.measured)
        ends = [_ends(known.get(index)) for index in range(len(history.runs))]
        columns = dict(zip(("median", "low", "high"), zip(*ends, strict=True), strict=True))
        identity = {
            "name": line.name,
            "definition": line.definition,
            "metric": line.metric,
            "unit": line.unit,
        }
        values.append({**identity, **columns})
    runs = [
        {"id": run.id, "sha256": run.sha256, "started_utc": run.started_utc, "commit": run.commit}
        for run in history.runs
    ]
    return {"schema": "latchmark.page/2", "runs": runs, "lines": values}


def _ends(summary: Summary | None) -> tuple[float | None, float | None, float | None]:
    """To six digits, as the page of a run embeds them."""
    if summary is None:
        return None, None, None
    interval = summary.interval
    ends = (None, None) if isinstance(interval, Unavailable) else (interval.low, interval.high)
    low, high = (None if end is None else float(f"{end:.6g}") for end in ends)
    return float(f"{summary.median:.6g}"), low, high
