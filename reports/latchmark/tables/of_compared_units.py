"""What are the times of machines in other units? Over the uncontended cost of each, and of a whole team."""

from __future__ import annotations

from collections.abc import Callable

from latchmark.compare import ComparedExperiment, ComparedPoint, Comparison
from latchmark.model import TIME_PER_OPERATION, Experiment, Point, Run, Team, Unavailable
from latchmark.statistics import Interval, Ratio, Summary, ratio_of_points
from latchmark.tables.table import (
    POINT_COLUMNS,
    Cell,
    Column,
    Table,
    interval_cell,
    point_cells,
    ratio_cell,
    value_cell,
)


def uncontended_table(comparison: Comparison, compared: ComparedExperiment) -> tuple[Table, ...]:
    """Every point over the baseline with one worker on the same machine, paired by round: what meeting others
    costs there, whatever the machine's speed. None where no baseline was measured alone."""
    experiment = compared.experiment
    alone = [_alone(run, experiment) for run in comparison.runs]

    def cell(one: ComparedPoint, index: int) -> tuple[Cell, str]:
        ratio = _over(comparison.runs[index], one, index, alone[index])
        reason = ratio if isinstance(ratio, Unavailable) else ratio.interval
        return ratio_cell(ratio), reason.reason if isinstance(reason, Unavailable) else ""

    caption = (
        f"{experiment.name}: ratio to uncontended, each point over {experiment.baseline} with one worker"
    )
    return _table(comparison, compared, f"{caption} on the same machine", "ratio [interval]", cell)


def machine_wide_table(comparison: Comparison, compared: ComparedExperiment) -> tuple[Table, ...]:
    """The time between two operations of the whole team: that of one worker over the number of workers. None
    where workers differ, since the time is then that of the subject alone, or where none has a team."""
    experiment = compared.experiment
    if experiment.headline.name != TIME_PER_OPERATION or any(one.parts for one in experiment.variants):
        return ()
    if not any(one.point.workers > 1 for one in compared.headlines):
        return ()

    def cell(one: ComparedPoint, index: int) -> tuple[Cell, str]:
        level = one.cells[index].level
        if isinstance(level, Unavailable):
            return value_cell(None), level.reason
        workers, ends = one.point.workers, level.interval
        if isinstance(ends, Unavailable):
            return value_cell(level.median / workers), ends.reason
        return interval_cell(level.median / workers, Interval(ends.low / workers, ends.high / workers)), ""

    caption = f"{experiment.name}: machine-wide, time per operation of the whole team"
    return _table(comparison, compared, caption, f"{experiment.headline.unit} [interval]", cell)


def _table(
    comparison: Comparison,
    compared: ComparedExperiment,
    caption: str,
    unit: str,
    cell: Callable[[ComparedPoint, int], tuple[Cell, str]],
) -> tuple[Table, ...]:
    columns = (*POINT_COLUMNS, *(Column(label, unit, is_number=True) for label in comparison.labels))
    rows = []
    for one in compared.headlines:
        if not any(isinstance(some.summary, Summary) for some in one.cells):
            continue
        told = [cell(one, index) for index in range(len(comparison.labels))]
        if all(some.value is None for some, _ in told):
            continue
        notes = [f"{label}: {why}" for label, (_, why) in zip(comparison.labels, told, strict=True) if why]
        rows.append((*point_cells(one.point), *(some for some, _ in told), Cell("; ".join(notes))))
    return (Table(caption, (*columns, Column("Note")), tuple(rows)),) if rows else ()


def _alone(run: Run, experiment: Experiment) -> Point | None:
    """The baseline with one worker at the middle of the sweeps, in threads where there are both."""
    found = [
        point
        for point in run.points
        if point.experiment == experiment.name
        and point.variant == experiment.baseline
        and point.workers == 1
        and point.skip is None
        and point.purpose is experiment.main_purpose
        and experiment.is_at_middle(point)
    ]
    threads = [point for point in found if point.team is Team.THREADS]
    return next(iter([*threads, *found]), None)


def _over(run: Run, one: ComparedPoint, index: int, alone: Point | None) -> Ratio | Unavailable:
    level, point = one.cells[index].level, one.entries[index]
    if isinstance(level, Unavailable) or point is None:
        return level if isinstance(level, Unavailable) else Unavailable("not in this run's plan")
    if alone is None:
        return Unavailable("its baseline was not measured with one worker")
    return ratio_of_points(run, point, alone)
