"""Which numbers are on the page as tables and as embedded data? Every point, metric and reading, or why
not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from statistics import median

from latchmark.model import BY_PAIR, Experiment, Histogram, Metric, Point, Purpose, Run, Shape, Unavailable
from latchmark.statistics import (
    Measure,
    Sharing,
    Summary,
    by_pair,
    counterparts_of,
    distributions_of,
    finished_launches,
    first_side,
    measured_by_round,
    measures_of,
    quantile_ns,
    ratio_of_points,
    sharing_of_point,
    summary_of_measure,
    summary_of_point,
    values_by_round,
)
from latchmark.tables.table import (
    POINT_COLUMNS,
    UNIT_OF_ROW,
    Cell,
    Column,
    Table,
    count_cell,
    point_cells,
    ratio_cell,
    summary_cells,
    value_cell,
    why_cell,
)
from latchmark.wording import count, distance

# Without script a table of more rows is a burden to open; beyond it only headline metrics are listed.
MOST_ROWS = 2000


def points_table(run: Run, experiment: Experiment) -> Table:
    """The headline metric of every point that was not skipped, with its ratio to the baseline in the same
    place."""
    metric = experiment.headline
    columns = (
        *POINT_COLUMNS,
        Column("Purpose"),
        Column("Median", metric.unit, is_number=True),
        Column("Low", metric.unit, is_number=True),
        Column("High", metric.unit, is_number=True),
        Column("Launches", is_number=True),
        Column(f"Against {_baseline(experiment)}", "ratio [interval]", is_number=True),
        Column("Note"),
    )
    # A point for another purpose is not asked for the headline of a latency.
    points = [
        point
        for point in run.points_of(experiment)
        if point.skip is None
        and (point.purpose is experiment.main_purpose or values_by_round(run, point, metric.name))
    ]
    counterparts = counterparts_of(experiment, points)
    rows = []
    for point in points:
        summary = summary_of_point(run, point, metric.name)
        against = counterparts.get(point.index)
        if experiment.baseline_of(point.variant) == point.variant:
            ratio = Cell("baseline", 1.0)
        elif against is None:
            ratio = Cell("\u2013", is_absent=True)
        else:
            ratio = ratio_cell(ratio_of_points(run, point, against, metric.name))
        rows.append(
            (
                *point_cells(point),
                Cell(point.purpose.value),
                *summary_cells(summary),
                ratio,
                why_cell(summary),
            )
        )
    caption = f"{experiment.name}: {metric.name}, {metric.meaning}"
    return Table(caption, columns, tuple(rows), _indexes(points))


def _indexes(points: Iterable[Point]) -> tuple[int, ...]:
    return tuple(point.index for point in points)


def _baseline(experiment: Experiment) -> str:
    has_own = any(variant.baseline is not None for variant in experiment.variants)
    return "its baseline" if has_own else experiment.baseline


def distances_table(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """The way between two cores by class of placement, where launches visit pairs of CPUs."""
    points = [
        point
        for point in run.points_of(experiment)
        if point.pairs and point.skip is None and not point.is_map_row
    ]
    if not points:
        return ()
    unit = experiment.headline.unit
    columns = (
        Column("Variant"),
        Column("Class"),
        Column("Median", unit, is_number=True),
        Column("Low", unit, is_number=True),
        Column("High", unit, is_number=True),
        Column("Pairs", is_number=True),
        Column("Nearest pair", unit, is_number=True),
        Column("Farthest pair", unit, is_number=True),
        Column("Spread of pages", "median over the pairs", is_number=True),
        Column("Launches", is_number=True),
        Column("Note"),
    )
    rows = []
    for point in points:
        summary = summary_of_point(run, point)
        median_cell, low, high, launches = summary_cells(summary)
        ways = _known(by_pair(run, point, experiment.headline.name + BY_PAIR))
        pages = _known(by_pair(run, point, f"page_spread{BY_PAIR}"))
        cells = (
            median_cell,
            low,
            high,
            count_cell(len(point.pairs)),
            value_cell(min(ways, default=None)),
            value_cell(max(ways, default=None)),
            value_cell(median(pages) if pages else None),
            launches,
            why_cell(summary),
        )
        rows.append((Cell(point.variant), Cell(distance(point.placement)), *cells))
    caption = f"{experiment.name}: one way by class of placement"
    return (Table(caption, columns, tuple(rows), _indexes(points)),)


def _known(values: tuple[float, ...] | Unavailable) -> tuple[float, ...]:
    return () if isinstance(values, Unavailable) else values


def fairness_table(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """How the workers of every team shared; the longest wait and the run length from the points of the same
    place that are taken for latency and for counts."""
    twins = {(point.purpose, _seat(point)): point for point in run.points_of(experiment)}
    columns = (
        *POINT_COLUMNS,
        Column("Jain's index", "median", is_number=True),
        Column("Low", is_number=True),
        Column("High", is_number=True),
        Column("Least", "of an even share", is_number=True),
        Column("Most", "of an even share", is_number=True),
        Column("Longest wait", "ns", is_number=True),
        Column("Run length", "times in a row", is_number=True),
    )
    rows, shown = [], []
    for point in run.points_of(experiment):
        sharing = sharing_of_point(run, point) if point.purpose is Purpose.THROUGHPUT else None
        if not isinstance(sharing, Sharing) or point.skip is not None:
            continue
        jain, low, high, _ = summary_cells(sharing.jain)
        longest_ns = _longest_wait_ns(run, twins.get((Purpose.LATENCY, _seat(point))))
        in_a_row = _run_length(run, twins.get((Purpose.COUNTS, _seat(point))))
        ends = (value_cell(sharing.least), value_cell(sharing.most))
        shown.append(point)
        rows.append(
            (*point_cells(point), jain, low, high, *ends, value_cell(longest_ns), value_cell(in_a_row))
        )
    caption = f"{experiment.name}: fairness, medians over launches; a dash where it was not measured"
    return (Table(caption, columns, tuple(rows), _indexes(shown)),) if rows else ()


def _seat(point: Point) -> tuple[object, ...]:
    return point.variant, point.team, point.workers, point.placement, point.parameters


def _longest_wait_ns(run: Run, point: Point | None) -> float | None:
    launches = run.launches_of(point) if point is not None else ()
    waits = [
        value.max_ns
        for launch in launches
        if launch.is_ok
        and launch.side == first_side(run)
        and isinstance(value := launch.metrics.get("latency"), Histogram)
    ]
    return max(waits, default=None)


def _run_length(run: Run, point: Point | None) -> float | None:
    handovers = summary_of_point(run, point, "handovers") if point is not None else None
    return 1 / handovers.median if isinstance(handovers, Summary) and handovers.median > 0 else None


def readings_table(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """What the readings of every point amount to; no table when none has a value. Over how many launches
    stands in the head of a column where all points have the same."""
    points = [point for point in run.points_of(experiment) if point.skip is None]
    columns, cells = [*POINT_COLUMNS], [[*point_cells(point)] for point in points]
    for measure in measures_in(run, experiment):
        summaries = [summary_of_measure(run, point, measure) for point in points]
        samples = [_sample(run, point, summary) for point, summary in zip(points, summaries, strict=True)]
        common = samples[0] if len({*samples}) == 1 else ""
        unit = f"{measure.unit}, {common} launches" if common else measure.unit
        columns.append(Column(measure.title, unit, is_number=True))
        for row, summary, sample in zip(cells, summaries, samples, strict=True):
            row.append(_measured_cell(summary, "" if common else sample))
    if len(columns) == len(POINT_COLUMNS):
        return ()
    caption = f"{experiment.name}: readings, medians over launches; over how many, where not all counted it"
    return (Table(caption, tuple(columns), tuple(map(tuple, cells)), _indexes(points)),)


def _sample(run: Run, point: Point, summary: Summary | Unavailable) -> str:
    """`4 of 8`; empty where all launches counted it, and where there is none."""
    launches = finished_launches(run, point)
    return "" if isinstance(summary, Unavailable) or summary.n == launches else f"{summary.n} of {launches}"


def measures_in(run: Run, experiment: Experiment) -> tuple[Measure, ...]:
    """The measures of which a point of the experiment has a value."""
    points = [point for point in run.points_of(experiment) if point.skip is None]
    return tuple(
        measure
        for measure in measures_of(run)
        if any(measured_by_round(run, point, measure) for point in points)
    )


def _measured_cell(summary: Summary | Unavailable, sample: str) -> Cell:
    if isinstance(summary, Unavailable):
        return value_cell(None)
    cell = value_cell(summary.median)
    return replace(cell, text=f"{cell.text} ({sample})") if sample else cell


def quantities_table(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """What workloads measured beside their operations, in the units of the file; no table when nothing was
    asked."""
    columns = (
        *POINT_COLUMNS,
        *(
            Column(one.name.replace("_", " "), "" if one.unit == "1" else one.unit, is_number=True)
            for one in experiment.quantities
        ),
        Column("Note"),
    )
    rows, shown = [], []
    for point in run.points_of(experiment):
        launches = run.launches_of(point)
        asked = [one for one in experiment.quantities if any(one.name in some.metrics for some in launches)]
        if point.purpose is experiment.main_purpose and point.skip is None and asked:
            values = {one.name: summary_of_point(run, point, one.name) for one in experiment.quantities}
            cells = [
                value_cell(one.median if isinstance(one := values[metric.name], Summary) else None)
                for metric in experiment.quantities
            ]
            lacking = [one for metric in asked if isinstance(one := values[metric.name], Unavailable)]
            shown.append(point)
            rows.append((*point_cells(point), *cells, why_cell(*lacking)))
    caption = f"{experiment.name}: measured beside the operations, medians over launches"
    return (Table(caption, columns, tuple(rows), _indexes(shown)),) if rows else ()


def latency_tables(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """Quantiles of every histogram metric, as far as ten samples lie beyond them."""
    quantiles = (("50 %", 0.5), ("90 %", 0.9), ("99 %", 0.99), ("99.9 %", 0.999), ("99.99 %", 0.9999))
    tables = []
    for metric in experiment.metrics:
        found = distributions_of(run, experiment, metric) if metric.shape is Shape.HISTOGRAM else ()
        if not found:
            continue
        columns = (
            *POINT_COLUMNS,
            *(Column(f"{name} within", "ns", is_number=True) for name, _ in quantiles),
            Column("Longest", "ns", is_number=True),
            Column("Samples", is_number=True),
        )
        rows = []
        for one in found:
            values = [quantile_ns(one, share) for _, share in quantiles]
            cells = [value_cell(None if isinstance(value, Unavailable) else value) for value in values]
            rows.append((*point_cells(one.point), *cells, value_cell(one.max_ns), count_cell(one.count)))
        caption = (
            f"{experiment.name}: {metric.name}, upper ends of buckets;"
            " no quantile with fewer than 10 samples beyond it"
        )
        tables.append(Table(caption, columns, tuple(rows), _indexes(one.point for one in found)))
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
        *POINT_COLUMNS,
        Column("Metric"),
        Column("Unit"),
        Column("Median", UNIT_OF_ROW, is_number=True),
        Column("Low", UNIT_OF_ROW, is_number=True),
        Column("High", UNIT_OF_ROW, is_number=True),
        Column("Launches", is_number=True),
        Column("Note"),
    )
    indexes, cells = zip(*rows[:MOST_ROWS], strict=True) if rows else ((), ())
    return Table("Medians over launches with their 95 % intervals", columns, cells, indexes), left_out


def _number_rows(run: Run, headline_only: bool) -> list[tuple[int, tuple[Cell, ...]]]:
    """The index of the point, and its cells."""
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
            rows.append((point.index, (Cell(point.experiment), *point_cells(point), *cells)))
    return rows


def point_launches(run: Run) -> list[dict[str, object]]:
    """The embedded data: every point with the scalar values of its launches, as columns in the order of
    execution; null where a launch has no value. A side or status that all of them have stands once, without
    a list. Windows stay in the run file."""
    found: list[dict[str, object]] = []
    for point in run.points:
        launches = run.launches_of(point)
        names = dict.fromkeys(
            name for one in launches for name, value in one.metrics.items() if isinstance(value, float)
        )
        columns = {
            "order": [one.order for one in launches],
            "round": [one.round for one in launches],
            "side": _shared([one.side for one in launches]),
            "status": _shared([one.status.value for one in launches]),
            "metrics": {name: [_scalar(one.metrics.get(name)) for one in launches] for name in names},
        }
        found.append(
            {"name": point.name, "definition": point.definition, "skip": point.skip, "launches": columns}
        )
    return found


def _shared(values: list[str]) -> list[str] | str:
    return values[0] if len(set(values)) == 1 else values


def _scalar(value: Metric | None) -> float | None:
    """To six digits: a tenth of the noise of the quietest launch, and half of the bytes."""
    return float(f"{value:.6g}") if isinstance(value, float) else None
