"""How far are cores apart? Classes of placement side by side, and the map of all cores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from latchmark.figures import dots, heat_map
from latchmark.figures.drawing import Drawing, ends_of, estimate_of, note_of, sample_of, style_of
from latchmark.model import BY_PAIR, Cpu, Experiment, Point, Run, Unavailable
from latchmark.statistics import by_pair, summary_of_point
from latchmark.wording import distance, number


def distances(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    """The classes of placement, each with the range of its pairs; the map of a variant from its rows."""
    visiting = [point for point in points if point.pairs]
    yield from _classes(run, experiment, [point for point in visiting if not point.is_map_row])
    rows = {
        variant.name: [point for point in visiting if point.is_map_row and point.variant == variant.name]
        for variant in experiment.variants
    }
    ways = {variant: ways_of(run, experiment, points) for variant, points in rows.items()}
    known = [way for some in ways.values() for way in some.values()]
    for variant, some in ways.items():
        if some:
            # Colours need an extent even where all ways are equal.
            extent = min(known), max(max(known), min(known) + 0.1)
            yield map_of(run, experiment, rows[variant], some, extent)


def _classes(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Drawing]:
    rows = []
    order = list(dict.fromkeys(point.placement for point in points))
    for point in sorted(points, key=lambda point: order.index(point.placement)):
        summary = summary_of_point(run, point)
        beside, reach = "", None
        if not isinstance(summary, Unavailable):
            beside = f"{number(summary.median)} {ends_of(summary)}"
            pairs = by_pair(run, point, experiment.headline.name + BY_PAIR)
            reach = (min(pairs), max(pairs)) if isinstance(pairs, tuple) else None
        style = style_of(experiment, point.variant)
        place = distance(point.placement)
        rows.append(dots.Row(place, point.variant, style, estimate_of(summary), beside, reach))
    if rows:
        text = f"{note_of(run, points)} \u00b7 thin: from the nearest pair to the farthest"
        unit = f"{experiment.headline.unit}, one way, median over the pairs of a class"
        chart = dots.Dots("Between two cores, by class", unit, tuple(rows), text, is_ratio=False)
        yield Drawing("distances", chart.quantity, dots.description_of(chart), partial(dots.dots, chart))


def ways_of(run: Run, experiment: Experiment, rows: Sequence[Point]) -> dict[tuple[int, int], float]:
    """From CPU to CPU, the median over launches."""
    ways: dict[tuple[int, int], float] = {}
    for point in rows:
        values = by_pair(run, point, experiment.headline.name + BY_PAIR)
        if isinstance(values, tuple):
            ways |= dict(zip(point.pairs, values, strict=True))
    return ways


def map_of(
    run: Run,
    experiment: Experiment,
    rows: Sequence[Point],
    ways: Mapping[tuple[int, int], float],
    extent: tuple[float, float],
    title: str = "",
) -> Drawing:
    """Cores in the order of the topology, by one CPU each; `extent` is what the colours span."""
    # Every core that was to be visited, so that a lost row is seen as hatched.
    visited = {cpu for point in rows for pair in point.pairs for cpu in pair}
    cpus = [cpu for cpu in run.machine.topology.cpus if cpu.os_id in visited]
    cells = tuple(tuple(ways.get((one.os_id, other.os_id)) for other in cpus) for one in cpus)
    chart = heat_map.HeatMap(
        title or f"From core to core: {rows[0].variant}",
        f"{experiment.headline.unit}, half of a way there and back between two cores",
        cells,
        heat_map.borders_of([_cache(cpu) for cpu in cpus]),
        heat_map.borders_of([cpu.package for cpu in cpus]),
        extent,
        sample_of(run, rows),
    )
    text = (
        f"{chart.note} \u00b7 row: the core on whose memory node the line is"
        f" \u00b7 above and below the diagonal differ by up to {number(chart.asymmetry)}×"
        " \u00b7 ruled: caches, thick: sockets"
    )
    chart = replace(chart, note=text)
    return Drawing("map", chart.title, heat_map.description_of(chart), partial(heat_map.heat_map, chart))


def _cache(cpu: Cpu) -> tuple[int, int]:
    return cpu.package, cpu.llc
