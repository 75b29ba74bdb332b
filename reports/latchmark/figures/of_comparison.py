"""Which figures does an experiment get when several runs stand side by side? One scale for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from latchmark.compare import ComparedExperiment, ComparedPoint, Comparison
from latchmark.figures import machine_rows
from latchmark.figures.distances import map_of, ways_of
from latchmark.figures.drawing import Drawing, estimate_of, interval_text, note_of, title_of, unit_of
from latchmark.figures.facets import facets_of
from latchmark.figures.scaling import MOST_SERIES, positions_and_extents
from latchmark.figures.series import Estimate, Series
from latchmark.figures.sweep import Sweep
from latchmark.figures.sweeps import breaks_of, scaling_drawing, workers_series
from latchmark.model import ONE_WAY, Experiment, Placement, Point, Run, Unavailable
from latchmark.statistics import Summary, first_side
from latchmark.wording import distance, parameters, team, words

# Judgement: with more machines a panel each is a page of panels, and the machines become the lines of one.
MOST_PANELS = 3
# Two numbers of workers are two rows of the first figure; a line between them says no more.
FEWEST_ON_A_SWEEP = 3
_PLACES = tuple(Placement)  # from near to far
MOST_ROWS = 16  # of an experiment in one figure; the table has all
CYCLES = "cycles"


def compared_drawings(comparison: Comparison, compared: ComparedExperiment) -> tuple[Drawing, ...]:
    """The figures of one experiment: levels of all machines on one axis, cycles on another, sweeps on shared
    axes, and maps of cores on one scale. Runs of emulated machines are in none."""
    runs = [comparison.runs[index] for index in comparison.real]
    labels = [comparison.labels[index] for index in comparison.real]
    rows = _rows_of(compared)
    return (
        *_levels(comparison, compared, rows),
        *_cycles(comparison, compared, rows),
        *side_by_side(runs, labels, compared.experiment),
        *_maps(runs, labels, compared.experiment),
    )


def _rows_of(compared: ComparedExperiment) -> list[ComparedPoint]:
    """The points that are drawn: all where they are few; else those at the middle of the sweeps, of each
    place the smallest team, the largest that two machines have, and the largest of any; of these, if need
    be, those of the baseline and of the variants in which machines are farthest apart."""
    experiment = compared.experiment
    known = _known(compared)
    kept = known if len(known) <= MOST_ROWS else _telling(experiment, known)
    order = {variant.name: place for place, variant in enumerate(experiment.variants)}
    return sorted(
        kept if len(kept) <= MOST_ROWS else _farthest(experiment, kept),
        key=lambda one: (
            one.point.team.value != "threads",
            one.point.workers,
            _PLACES.index(one.point.placement),
            order.get(one.point.variant, len(order)),
            one.point.parameters,
        ),
    )


def _chosen(compared: ComparedExperiment, rows: Sequence[ComparedPoint]) -> str:
    """How many points are drawn, and by which rule; empty where all are."""
    known = _known(compared)
    if len(rows) == len(known):
        return ""
    rule = "the middle of each sweep, the smallest and largest teams"
    if len(rows) < len(_telling(compared.experiment, known)):
        rule += ", the baseline and the variants in which machines are farthest apart"
    return f"{len(rows)} of {len(known)} points: {rule}; all are in the table"


def _known(compared: ComparedExperiment) -> list[ComparedPoint]:
    return [one for one in compared.headlines if _amount(one) > 0]


def _telling(experiment: Experiment, known: Sequence[ComparedPoint]) -> list[ComparedPoint]:
    by_place: dict[tuple[str, str], list[ComparedPoint]] = {}
    for one in known:
        if experiment.is_at_middle(one.point):
            by_place.setdefault((one.point.team.value, one.point.placement.value), []).append(one)
    kept: list[ComparedPoint] = []
    for some in by_place.values():
        sizes = {one.point.workers for one in some}
        shared = {one.point.workers for one in some if _amount(one) > 1}
        chosen = {min(sizes), max(sizes), *([max(shared)] if shared else [])}
        kept += [one for one in some if one.point.workers in chosen]
    return kept


def _farthest(experiment: Experiment, rows: Sequence[ComparedPoint]) -> list[ComparedPoint]:
    by_variant: dict[str, list[ComparedPoint]] = {}
    for one in rows:
        by_variant.setdefault(one.point.variant, []).append(one)
    order = sorted(
        by_variant,
        key=lambda name: (name != experiment.baseline, -max(_spread(one) for one in by_variant[name])),
    )
    kept: list[ComparedPoint] = []
    for variant in order:
        if not kept or len(kept) + len(by_variant[variant]) <= MOST_ROWS:
            kept += by_variant[variant]
    return kept[:MOST_ROWS]


def _spread(one: ComparedPoint) -> float:
    """The largest ratio between two machines."""
    medians = [cell.level.median for cell in one.cells if isinstance(cell.level, Summary)]
    return max(medians) / min(medians) if medians and min(medians) > 0 else 0.0


def _amount(one: ComparedPoint) -> int:
    return sum(isinstance(cell.level, Summary) for cell in one.cells)


def _group(one: ComparedPoint, experiment: Experiment) -> str:
    """Who works where; of ways between cores the distance, since there are always two."""
    if experiment.headline.name == ONE_WAY:
        return distance(one.point.placement)
    return team(one.point, without=[name for name, _ in one.point.parameters])


def _label(one: ComparedPoint, experiment: Experiment) -> str:
    """The variant, and what is swept where that is not at the middle."""
    return ", ".join([one.point.variant, *parameters(one.point, experiment)])


def _levels(
    comparison: Comparison, compared: ComparedExperiment, rows: Sequence[ComparedPoint]
) -> Iterator[Drawing]:
    if not any(_amount(one) > 1 for one in rows):
        return
    experiment = compared.experiment
    drawn = tuple(
        machine_rows.MachineRow(
            _group(one, experiment),
            _label(one, experiment),
            tuple(machine_rows.Mark(estimate_of(cell.level)) for cell in one.cells),
        )
        for one in rows
    )
    samples = {cell.level.n for one in rows for cell in one.cells if isinstance(cell.level, Summary)}
    unit = experiment.headline.unit
    chart = machine_rows.MachineRows(
        title_of(experiment.headline),
        f"{unit_of(experiment.headline)}; logarithmic axis",
        comparison.labels,
        drawn,
        " \u00b7 ".join(
            part for part in (_sample(samples), interval_text(samples), _chosen(compared, rows)) if part
        ),
        axis_unit=unit,
    )
    yield _drawing("levels", chart)


def _cycles(
    comparison: Comparison, compared: ComparedExperiment, rows: Sequence[ComparedPoint]
) -> Iterator[Drawing]:
    """The same rows in cycles, of machines on which one event counts them."""
    by_point = {one.point.name: one for one in compared.readings if one.title == CYCLES}
    drawn, samples = [], set()
    for row in rows:
        reading = by_point.get(row.point.name)
        if reading is None:
            continue
        marks = []
        for index, cell in enumerate(reading.cells):
            value = cell.summary
            if index and isinstance(cell.ratio, Unavailable):
                value = cell.ratio
            if isinstance(value, Summary):
                samples.add(value.n)
            marks.append(machine_rows.Mark(estimate_of(value)))
        if sum(isinstance(mark.value, Estimate) for mark in marks) > 1:
            group = _group(row, compared.experiment)
            drawn.append(machine_rows.MachineRow(group, _label(row, compared.experiment), tuple(marks)))
    if drawn:
        chart = machine_rows.MachineRows(
            "Cycles per operation",
            "user cycles of the whole team for one operation",
            comparison.labels,
            tuple(drawn),
            f"{_sample(samples)} \u00b7 {interval_text(samples)}",
            axis_unit=CYCLES,
        )
        yield _drawing("cycles", chart)


def _drawing(kind: str, chart: machine_rows.MachineRows) -> Drawing:
    text = machine_rows.description_of(chart)
    return Drawing(kind, chart.quantity, text, partial(machine_rows.machine_rows, chart))


def _sample(counts: set[int]) -> str:
    span = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    return f"medians of {span} launches a point and machine"


def side_by_side(runs: Sequence[Run], labels: Sequence[str], experiment: Experiment) -> tuple[Drawing, ...]:
    """The sweeps on common axes, for every facet that two runs can show: a panel a run, or with many runs the
    runs as lines of one panel, for the baseline and for the variant in which they are farthest apart."""
    by_facet: dict[str, list[tuple[int, list[Point]]]] = {}
    for index, run in enumerate(runs):
        for facet, points in facets_of(experiment, _points(run, experiment)):
            by_facet.setdefault(facet, []).append((index, points))
    found: list[Drawing] = []
    for facet, panels in by_facet.items():
        series = {index: workers_series(runs[index], experiment, points) for index, points in panels}
        sizes = {x for some in series.values() for one in some for x, _ in one.measured}
        if len(panels) < 2 or len(sizes) < FEWEST_ON_A_SWEEP:
            continue
        # Small multiples of many variants, a figure each machine, would not let machines be compared.
        if len(runs) > MOST_PANELS or max(map(len, series.values())) > MOST_SERIES:
            found += _by_variant(runs, labels, experiment, facet, series)
        else:
            found += _by_machine(runs, labels, experiment, facet, panels)
    return tuple(found)


def _by_machine(
    runs: Sequence[Run],
    labels: Sequence[str],
    experiment: Experiment,
    facet: str,
    panels: Sequence[tuple[int, list[Point]]],
) -> Iterator[Drawing]:
    series = {index: workers_series(runs[index], experiment, points) for index, points in panels}
    positions, extents = positions_and_extents([one for some in series.values() for one in some])
    extent = min(low for low, _ in extents), max(high for _, high in extents)
    for index, points in panels:
        chart = Sweep(
            f"{labels[index]}: {title_of(experiment.headline).lower()}",
            f"{unit_of(experiment.headline)}; {facet}",
            "workers",
            series[index],
            note_of(runs[index], points),
            breaks_of(runs[index], points),
            shared=(positions, extent),
        )
        yield scaling_drawing("sweep", chart)


def _by_variant(
    runs: Sequence[Run],
    labels: Sequence[str],
    experiment: Experiment,
    facet: str,
    series: dict[int, tuple[Series, ...]],
) -> Iterator[Drawing]:
    lines: dict[str, list[Series]] = {}
    for index, some in series.items():
        for one in some:
            if one.measured:
                lines.setdefault(one.label, []).append(Series(labels[index], index, one.points))
    shared = {variant: some for variant, some in lines.items() if len(some) > 1}
    farthest = max(shared, key=lambda variant: _apart(shared[variant]), default="")
    launches = {
        sum(launch.side == first_side(run) for launch in run.launches_of(point))
        for run in runs
        for point in _points(run, experiment)
        if point.skip is None
    }
    for variant in dict.fromkeys(one for one in (experiment.baseline, farthest) if one in shared):
        chart = Sweep(
            f"{variant}: {title_of(experiment.headline).lower()}",
            f"{unit_of(experiment.headline)}; {facet}",
            "workers",
            tuple(shared[variant]),
            f"{words([one.label for one in shared[variant]])} \u00b7 {_sample(launches)}"
            f" \u00b7 {interval_text(launches)}",
        )
        yield scaling_drawing("sweep", chart)


def _apart(lines: Sequence[Series]) -> float:
    """The largest ratio between two machines at one number of workers."""
    by_position: dict[float, list[float]] = {}
    for one in lines:
        for x, estimate in one.measured:
            by_position.setdefault(x, []).append(estimate.value)
    return max((max(some) / min(some) for some in by_position.values() if min(some) > 0), default=0.0)


def _maps(runs: Sequence[Run], labels: Sequence[str], experiment: Experiment) -> Iterator[Drawing]:
    """The ways between all cores, of every machine on one scale of colours."""
    if experiment.headline.name != ONE_WAY:
        return
    rows = {
        (variant.name, index): [
            point for point in _points(run, experiment) if point.is_map_row and point.variant == variant.name
        ]
        for variant in experiment.variants
        for index, run in enumerate(runs)
    }
    ways = {key: ways_of(runs[key[1]], experiment, points) for key, points in rows.items()}
    known = [way for some in ways.values() for way in some.values()]
    for (variant, index), some in ways.items():
        if some:
            extent = min(known), max(max(known), min(known) + 0.1)
            title = f"{labels[index]}, from core to core: {variant}"
            yield map_of(runs[index], experiment, rows[variant, index], some, extent, title)


def _points(run: Run, experiment: Experiment) -> list[Point]:
    return [
        point
        for point in run.points
        if point.experiment == experiment.name and point.purpose is experiment.main_purpose
    ]
