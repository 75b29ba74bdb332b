"""Which tables has a comparison? What differs, who takes part, and every point side by side."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.cautions import cautions_of, checks_of, tally_of
from latchmark.compare import Cell as ComparedCell
from latchmark.compare import ComparedExperiment, Comparison, KeyDifference, RankedExperiment
from latchmark.model import TIME_PER_OPERATION, Fact, Unavailable
from latchmark.statistics import Summary, measured_points
from latchmark.tables.facts import fact_text
from latchmark.tables.of_compared_prices import compared_prices_tables
from latchmark.tables.of_compared_readings import compared_readings_table, sources_table
from latchmark.tables.of_compared_units import machine_wide_table, uncontended_table
from latchmark.tables.of_environment import topology_text
from latchmark.tables.of_ranks import ranks_table
from latchmark.tables.table import (
    NOT_EQUAL,
    POINT_COLUMNS,
    Cell,
    Column,
    Table,
    point_cells,
    ratio_cell,
    summary_cell,
    text_cells,
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
    measured = [len(measured_points(run)) for run in runs]
    rows = (
        row("Name", names),
        # Of a fleet the names are those of hosts.
        *([row("Calls itself", [run.machine.alias for run in runs])] if comparison.beyond else ()),
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
    """Rows are points, columns are runs: the median of one worker with its interval, and the ratio to the
    first run with its own."""
    unit = compared.experiment.headline.unit
    columns = [*POINT_COLUMNS]
    for index, label in enumerate(comparison.labels):
        columns.append(Column(label, f"{unit} [interval]", is_number=True))
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
            cells.append(summary_cell(cell.summary))
            if index:
                cells.append(ratio_cell(cell.ratio))
            reason = why_absent(cell) or _why_no_ratio(cell, one.cells[0]) or _why_no_interval(cell.summary)
            if reason is not None:
                notes.append(f"{label}: {reason}")
        rows.append((*cells, Cell("; ".join(notes))))
    metric = compared.experiment.headline.name
    worker = " per worker" if metric == TIME_PER_OPERATION else ""
    name = f"{compared.experiment.name}: {metric}{worker}, medians over launches"
    return Table(name, tuple(columns), tuple(rows))


def _why_no_ratio(cell: ComparedCell, reference: ComparedCell) -> str | None:
    """Of a run that has a value, as the reference has: what the reference lacks is told there."""
    if cell is reference or isinstance(reference.summary, Unavailable):
        return None
    return cell.ratio.reason if isinstance(cell.ratio, Unavailable) else None


def _why_no_interval(summary: Summary | Unavailable) -> str | None:
    if isinstance(summary, Summary) and isinstance(summary.interval, Unavailable):
        return summary.interval.reason
    return None


def equal_table(comparison: Comparison) -> tuple[Table, ...]:
    """The fields of both keys that are the same on all; none where there are none."""
    fields = (*comparison.hard_key.alike, *comparison.soft_key.alike)
    rows = tuple((Cell(name.replace("_", " ")), _fact_cell(fact, is_other=False)) for name, fact in fields)
    return (Table("Equal on all", (Column("Field"), Column("Value")), rows),) if rows else ()


def difference_tables(comparison: Comparison) -> tuple[Table, ...]:
    """What differs, the machines before their settings; none where nothing does."""
    keys = (
        ("Hard key: another machine", comparison.hard_key),
        ("Soft key: another day, setting or build", comparison.soft_key),
    )
    return tuple(differences_table(caption, key, comparison.labels) for caption, key in keys if key.differing)


def experiment_comparison_tables(comparison: Comparison, compared: ComparedExperiment) -> tuple[Table, ...]:
    """The points of an experiment on all runs, in three units."""
    return (
        compared_table(comparison, compared),
        *uncontended_table(comparison, compared),
        *machine_wide_table(comparison, compared),
    )


def comparison_tables(
    comparison: Comparison, ranks: Sequence[RankedExperiment], names: Sequence[str]
) -> tuple[Table, ...]:
    """Every table of the comparison's page in its order, less those of the single runs; `names` are those of
    the runs in full."""
    return (
        *difference_tables(comparison),
        *equal_table(comparison),
        runs_table(comparison, names),
        *sources_table(comparison),
        *compared_prices_tables(comparison),
        *ranks_table(comparison.labels, ranks),
        *(
            table
            for compared in comparison.experiments
            for table in (
                *experiment_comparison_tables(comparison, compared),
                *compared_readings_table(comparison, compared),
            )
        ),
    )
