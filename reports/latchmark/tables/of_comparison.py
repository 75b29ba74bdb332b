"""Which tables has a comparison? What differs, who takes part, and every point side by side."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.cautions import cautions_of, checks_of, tally_of
from latchmark.compare import Cell as ComparedCell
from latchmark.compare import ComparedExperiment, Comparison, KeyDifference
from latchmark.model import Fact, Unavailable
from latchmark.statistics import Summary
from latchmark.tables.facts import fact_text
from latchmark.tables.of_environment import topology_text
from latchmark.tables.table import (
    NOT_EQUAL,
    POINT_COLUMNS,
    Cell,
    Column,
    Table,
    point_cells,
    ratio_cell,
    text_cells,
    value_cell,
)
from latchmark.wording import utc


def differences_table(caption: str, key: KeyDifference, labels: Sequence[str]) -> Table:
    rows = []
    for row in key.differing:
        cells = [_fact_cell(fact, fact != row.facts[0]) for fact in row.facts]
        rows.append((Cell(row.name.replace("_", " ")), *cells))
    return Table(caption, (Column("Field"), *(Column(label) for label in labels)), tuple(rows))


def _fact_cell(fact: Fact, is_other: bool) -> Cell:
    mark = NOT_EQUAL if is_other else ""
    return Cell(mark + fact_text(fact), is_absent=isinstance(fact, Unavailable))


def runs_table(comparison: Comparison, names: Sequence[str]) -> Table:
    """Who takes part: when, with what, how much of the plan, and how far it can be trusted."""

    def row(title: str, values: Sequence[str]) -> tuple[Cell, ...]:
        return text_cells([title, *values])

    runs = comparison.runs
    measured = [sum(point.skip is None for point in run.points) for run in runs]
    rows = (
        row("Name", names),
        row("Topology", [topology_text(run.machine) for run in runs]),
        row("Started", [utc(run.started_utc) for run in runs]),
        row("Preset", [run.preset for run in runs]),
        row("Suite", [f"{run.suite.version}, commit {run.suite.commit}" for run in runs]),
        row("Compiler", [run.suite.compiler for run in runs]),
        row("Atomics", [run.suite.atomics for run in runs]),
        row("Rounds", [str(run.rounds) for run in runs]),
        row(
            "Points measured",
            [f"{some} of {len(run.points)}" for some, run in zip(measured, runs, strict=True)],
        ),
        row("Complete", ["yes" if run.complete else f"no: {run.incomplete_reason}" for run in runs]),
        row("Checks", [tally_of(checks_of(run, cautions_of(run))) for run in runs]),
    )
    return Table("The runs", (Column("Run"), *(Column(label) for label in comparison.labels)), rows)


def why_absent(cell: ComparedCell) -> str | None:
    if isinstance(cell.summary, Unavailable):
        return cell.summary.reason
    if not cell.is_comparable and isinstance(cell.ratio, Unavailable):
        return cell.ratio.reason
    return None


def compared_table(comparison: Comparison, compared: ComparedExperiment) -> Table:
    """Rows are points, columns are runs: the median, and the ratio to the first run with its interval."""
    unit = compared.experiment.headline.unit
    columns = [*POINT_COLUMNS]
    for index, label in enumerate(comparison.labels):
        columns.append(Column(label, unit, is_number=True))
        if index:
            columns.append(Column(f"{label} / {comparison.labels[0]}", "ratio [interval]", is_number=True))
    columns.append(Column("Note"))
    rows = []
    for one in compared.points:
        if not any(isinstance(cell.summary, Summary) for cell in one.cells):
            continue
        cells = [*point_cells(one.point)]
        notes = []
        for index, (label, cell) in enumerate(zip(comparison.labels, one.cells, strict=True)):
            cells.append(value_cell(cell.summary.median if isinstance(cell.summary, Summary) else None))
            if index:
                cells.append(ratio_cell(cell.ratio))
            reason = why_absent(cell)
            if reason is not None:
                notes.append(f"{label}: {reason}")
        rows.append((*cells, Cell("; ".join(notes))))
    name = f"{compared.experiment.name}: {compared.experiment.headline.name}, medians over launches"
    return Table(name, tuple(columns), tuple(rows))
