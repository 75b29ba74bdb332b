"""Which rows does a run or a comparison have? Values and reasons, before any format."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.cautions import flags_of
from latchmark.compare import Comparison
from latchmark.model import CPU_TIME, LATENCY_P99, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics import (
    Interval,
    Ratio,
    Summary,
    measures_of,
    summary_of_measure,
    summary_of_point,
    was_asked,
)

CellValue = str | float | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows before any format: the same values go to JSON, CSV and Markdown."""

    columns: tuple[str, ...]
    rows: tuple[tuple[CellValue, ...], ...]


def summary_table(run: Run, with_readings: bool = True) -> Table:
    """One row a point: its headline metric with interval, or the reason why there is none; after it one for
    its CPU time, its p99, each quantity that its launches have, and, `with_readings`, each measure that
    they asked for. Units are in `unit`; `flags` says in every row what is no machine's own."""
    columns = (
        "point",
        "experiment",
        "variant",
        "team",
        "workers",
        "placement",
        "parameters",
        "purpose",
        "metric",
        "unit",
        "median",
        "low",
        "high",
        "launches",
        "why",
        "flags",
    )
    flags = flags_of(run)
    rows: list[tuple[CellValue, ...]] = []
    for point in run.points:
        rows += [
            (
                *_identity(point, metric.name, metric.unit),
                *_summary_cells(summary_of_point(run, point, metric.name)),
                flags,
            )
            for metric in _metrics_of(run, point)
        ]
        rows += [
            (
                *_identity(point, measure.name, measure.unit),
                *_summary_cells(summary_of_measure(run, point, measure)),
                flags,
            )
            for measure in (measures_of(run) if with_readings else ())
            if was_asked(run, point, measure)
        ]
    return Table(columns, tuple(rows))


def _metrics_of(run: Run, point: Point) -> list[MetricDefinition]:
    """The headline of every point, and what its launches have beside it."""
    experiment = run.experiment_of(point)
    measured = {name for launch in run.launches_of(point) for name in launch.metrics}
    others = [experiment.metric(CPU_TIME), experiment.metric(LATENCY_P99), *experiment.quantities]
    beside = [one for one in others if one is not None and one is not experiment.headline]
    return [experiment.headline, *(metric for metric in beside if metric.name in measured)]


def _identity(point: Point, metric: str, unit: str) -> tuple[CellValue, ...]:
    parameters = " ".join(f"{name}={value:g}" for name, value in point.parameters)
    return (
        point.name,
        point.experiment,
        point.variant,
        point.team.value,
        point.workers,
        point.placement.value,
        parameters,
        point.purpose.value,
        metric,
        unit,
    )


def _summary_cells(summary: Summary | Unavailable) -> tuple[CellValue, ...]:
    if isinstance(summary, Unavailable):
        return None, None, None, 0, summary.reason
    low, high, why = _ends(summary.interval)
    return summary.median, low, high, summary.n, why


def _ends(interval: Interval | Unavailable) -> tuple[float | None, float | None, str | None]:
    if isinstance(interval, Unavailable):
        return None, None, interval.reason
    return interval.low, interval.high, None


def comparison_table(comparison: Comparison) -> Table:
    """One row a point and run: its median with interval, and the ratio to the first run, or the reason."""
    columns = (
        "point",
        "run",
        "unit",
        "median",
        "low",
        "high",
        "launches",
        "why",
        "ratio",
        "ratio_low",
        "ratio_high",
        "ratio_why",
    )
    rows = []
    for experiment in comparison.experiments:
        for compared in experiment.points:
            for label, cell in zip(comparison.labels, compared.cells, strict=True):
                rows.append(
                    (
                        compared.point.name,
                        label,
                        experiment.experiment.headline.unit,
                        *_summary_cells(cell.summary),
                        *_ratio_cells(cell.ratio),
                    )
                )
    return Table(columns, tuple(rows))


def _ratio_cells(ratio: Ratio | Unavailable) -> tuple[CellValue, ...]:
    if isinstance(ratio, Unavailable):
        return None, None, None, ratio.reason
    return (ratio.value, *_ends(ratio.interval))
