"""Which numbers are on the page as tables and as embedded data? Every point, metric and reading, or why
not."""

from __future__ import annotations

from latchmark.figures import distributions_of, quantile_ns
from latchmark.model import Experiment, Point, Run, Shape, Unavailable
from latchmark.pages.tables import (
    Cell,
    Column,
    Table,
    parameters_text,
    ratio_cell,
    summary_cells,
    value_cell,
    why_cell,
)
from latchmark.statistics import per_operation, ratio_of_points, summary_of_point
from latchmark.wording import count

# Without script a table of more rows is a burden to open; beyond it only headline metrics are listed.
MOST_ROWS = 2000

_IDENTITY = (
    Column("Variant"),
    Column("Team"),
    Column("Workers", is_number=True),
    Column("Placement"),
    Column("Parameters"),
)


def _identity(point: Point) -> tuple[Cell, ...]:
    workers = Cell(str(point.workers), str(point.workers))
    placement = Cell(point.placement.value.replace("_", " "))
    return Cell(point.variant), Cell(point.team.value), workers, placement, Cell(parameters_text(point))


def points_table(run: Run, experiment: Experiment) -> Table:
    """The headline metric of every point that was not skipped, with its ratio to the baseline in the same
    place."""
    metric = experiment.headline
    columns = (
        *_IDENTITY,
        Column("Purpose"),
        Column("Median", metric.unit, is_number=True),
        Column("Low", metric.unit, is_number=True),
        Column("High", metric.unit, is_number=True),
        Column("Launches", is_number=True),
        Column(f"Against {experiment.baseline}", "ratio [interval]", is_number=True),
        Column("Note"),
    )
    points = [point for point in run.points_of(experiment) if point.skip is None]
    baselines = {_place(point): point for point in points if point.variant == experiment.baseline}
    rows = []
    for point in points:
        summary = summary_of_point(run, point, metric.name)
        against = baselines.get(_place(point))
        if point.variant == experiment.baseline:
            ratio = Cell("baseline", "1")
        elif against is None:
            ratio = Cell("\u2013", is_absent=True)
        else:
            ratio = ratio_cell(ratio_of_points(run, point, against, metric.name))
        rows.append(
            (*_identity(point), Cell(point.purpose.value), *summary_cells(summary), ratio, why_cell(summary))
        )
    return Table(f"{experiment.name}: {metric.name}, {metric.meaning}", columns, tuple(rows))


def _place(point: Point) -> tuple[object, ...]:
    return point.team, point.workers, point.placement, point.parameters, point.purpose


def readings_table(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """Counts per operation of every point and role with a value; no table when no role has one."""
    points = [point for point in run.points_of(experiment) if point.skip is None]
    values = {
        (point.index, role.role): per_operation(run, point, role.role)
        for point in points
        for role in run.counters.roles
        if role.is_available
    }
    roles = [
        role
        for role in run.counters.roles
        if any(
            not isinstance(values.get((point.index, role.role), Unavailable("")), Unavailable)
            for point in points
        )
    ]
    if not roles:
        return ()
    columns = (
        *_IDENTITY,
        *(Column(role.role.replace("_", " "), role.unit, is_number=True) for role in roles),
    )
    rows = []
    for point in points:
        cells = []
        for role in roles:
            value = values[point.index, role.role]
            cells.append(value_cell(None if isinstance(value, Unavailable) else value.median))
        rows.append((*_identity(point), *cells))
    return (Table(f"{experiment.name}: readings per operation, medians over launches", columns, tuple(rows)),)


def latency_tables(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """Quantiles of every histogram metric, as far as ten samples lie beyond them."""
    quantiles = (("50 %", 0.5), ("90 %", 0.9), ("99 %", 0.99), ("99.9 %", 0.999), ("99.99 %", 0.9999))
    tables = []
    for metric in experiment.metrics:
        found = distributions_of(run, experiment, metric) if metric.shape is Shape.HISTOGRAM else ()
        if not found:
            continue
        columns = (
            Column("Point"),
            *(Column(f"{name} within", "ns", is_number=True) for name, _ in quantiles),
            Column("Longest", "ns", is_number=True),
            Column("Samples", is_number=True),
        )
        rows = []
        for one in found:
            values = [quantile_ns(one, share) for _, share in quantiles]
            cells = [value_cell(None if isinstance(value, Unavailable) else value) for value in values]
            samples = Cell(f"{one.count:,}", str(one.count))
            rows.append((Cell(one.label), *cells, value_cell(one.max_ns), samples))
        caption = (
            f"{experiment.name}: {metric.name}, upper ends of buckets;"
            " no quantile with fewer than 10 samples beyond it"
        )
        tables.append(Table(caption, columns, tuple(rows)))
    return tuple(tables)


def all_numbers(run: Run) -> tuple[Table, str]:
    """Every scalar metric of every point, and a sentence about what was left out (empty when nothing was)."""
    rows = _number_rows(run, headline_only=False)
    left_out = ""
    if len(rows) > MOST_ROWS:
        rows = _number_rows(run, headline_only=True)
        left_out = f"Only the headline metric of each point is listed; all others are in {run.file_name}."
    if len(rows) > MOST_ROWS:
        left_out += f" Of {count(len(rows), 'row')} the first {MOST_ROWS} are listed."
    columns = (
        Column("Experiment"),
        *_IDENTITY,
        Column("Metric"),
        Column("Unit"),
        Column("Median", is_number=True),
        Column("Low", is_number=True),
        Column("High", is_number=True),
        Column("Launches", is_number=True),
        Column("Note"),
    )
    return Table(
        "Medians over launches with their 95 % intervals", columns, tuple(rows[:MOST_ROWS])
    ), left_out


def _number_rows(run: Run, headline_only: bool) -> list[tuple[Cell, ...]]:
    rows = []
    for point in run.points:
        experiment = run.experiment_of(point)
        scalars = [metric for metric in experiment.metrics if metric.shape is Shape.SCALAR]
        for metric in scalars:
            summary = summary_of_point(run, point, metric.name)
            is_headline = metric is experiment.headline
            # A point measures some of its experiment's metrics; a skipped one is said once.
            if not is_headline and (headline_only or isinstance(summary, Unavailable)):
                continue
            cells = (
                Cell(metric.name.replace("_", " ")),
                Cell(metric.unit),
                *summary_cells(summary),
                why_cell(summary),
            )
            rows.append((Cell(point.experiment), *_identity(point), *cells))
    return rows


def point_launches(run: Run) -> list[dict[str, object]]:
    """The embedded data: every point with the scalar values of its launches. Windows stay in the run file."""
    found: list[dict[str, object]] = []
    for point in run.points:
        launches = [
            {
                "order": launch.order,
                "round": launch.round,
                "side": launch.side,
                "status": launch.status.value,
                "metrics": {
                    name: value for name, value in launch.metrics.items() if isinstance(value, float)
                },
            }
            for launch in run.launches_of(point)
        ]
        found.append(
            {"name": point.name, "definition": point.definition, "skip": point.skip, "launches": launches}
        )
    return found
