"""What was measured beside the operations? Memory held, the cost of waking: dots, in units for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from latchmark.figures import dots
from latchmark.figures.drawing import (
    Drawing,
    by_place,
    estimate_of,
    note_of,
    style_of,
    title_of,
)
from latchmark.model import Experiment, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics import Interval, Summary, repeats_of, summary_of_point
from latchmark.wording import amount, measured, scale_for, team


def quantities(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """A figure each, at the middle of the sweep, where variants differ."""
    repeats = repeats_of(points)
    usual = [
        point
        for point in points
        if point.skip is None
        and not point.is_oversubscribed
        and point.index not in repeats
        and experiment.is_at_middle(point)
    ]
    for metric in experiment.quantities:
        # A variant that does not gather it has neither a value nor a reason.
        some = [point for point in usual if any(metric.name in one.metrics for one in run.launches_of(point))]
        summaries = {point.index: summary_of_point(run, point, metric.name) for point in some}
        medians = {one.median for one in summaries.values() if isinstance(one, Summary)}
        if len(medians) > 1:
            factor, unit = scale_for(max(abs(one) for one in medians), metric.unit)
            rows = tuple(
                _row(experiment, point, metric, summaries[point.index], factor) for point in by_place(some)
            )
            # The meaning fills lines, and the note has as many as it needs.
            text = f"{metric.meaning} \u00b7 {note_of(run, some, metric.name)}"
            told = "plain number" if unit in ("", "1") else unit
            chart = dots.Dots(title_of(metric), told, rows, text, is_ratio=False)
            yield Drawing("quantity", chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def _row(
    experiment: Experiment,
    point: Point,
    metric: MetricDefinition,
    summary: Summary | Unavailable,
    factor: float,
) -> dots.Row:
    beside, value = "", estimate_of(summary)
    if isinstance(summary, Summary) and not isinstance(value, Unavailable):
        value = value.scaled(factor)
        beside = amount(summary.median, metric.unit)
        if isinstance(summary.interval, Interval):
            beside = measured(summary.median, summary.interval, metric.unit)
    group = team(point, without=[name for name, _ in point.parameters])
    return dots.Row(group, point.variant, style_of(experiment, point.variant), value, beside)
