"""Which figures does an experiment get when several runs stand side by side? One scale for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from latchmark.figures import dots
from latchmark.figures.drawing import Drawing, ends_of, estimate_of, note_of, style_of, title_of, unit_of
from latchmark.figures.scaling import Sweep, positions_and_extents
from latchmark.figures.sweeps import breaks_of, facets_of, scaling_drawing, workers_series
from latchmark.model import Experiment, Point, Run, Unavailable
from latchmark.statistics import Ratio
from latchmark.wording import number, team


def side_by_side(runs: Sequence[Run], labels: Sequence[str], experiment: Experiment) -> tuple[Drawing, ...]:
    """The sweeps of each run on common axes, one panel a run, for every facet that two runs can show."""
    by_facet: dict[str, list[tuple[int, list[Point]]]] = {}
    for index, run in enumerate(runs):
        for facet, points in facets_of(experiment, _points(run, experiment)):
            by_facet.setdefault(facet, []).append((index, points))
    found: list[Drawing] = []
    for facet, panels in by_facet.items():
        series = {index: workers_series(runs[index], experiment, points) for index, points in panels}
        everything = [one for some in series.values() for one in some]
        positions, extents = positions_and_extents(everything)
        if not extents:
            continue
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
            found.append(scaling_drawing("sweep", chart))
    return tuple(found)


def ratio_rows(
    labels: Sequence[str],
    experiment: Experiment,
    compared: Sequence[tuple[Point, Sequence[Ratio | Unavailable]]],
) -> tuple[Drawing, ...]:
    """One figure for each run after the first: every point over the same point of the first run.

    `compared` pairs a point with its ratios in the order of the runs, the first run's entry being ignored.
    """
    found: list[Drawing] = []
    for index in range(1, len(labels)):
        rows = tuple(_rows(experiment, [(point, ratios[index]) for point, ratios in compared]))
        counts = [row for row in rows if not isinstance(row.value, Unavailable)]
        if not counts:
            continue
        n = sorted({ratio.n for _, ratios in compared if isinstance(ratio := ratios[index], Ratio)})
        sample = f"{n[0]}" if len(n) == 1 else f"{n[0]} to {n[-1]}"
        chart = dots.Dots(
            f"{labels[index]} over {labels[0]}",
            f"ratio of median {title_of(experiment.headline).lower()}; {labels[0]} is 1",
            rows,
            f"{labels[0]}, {labels[index]} \u00b7 {sample} launches a point and run \u00b7"
            " bars: quotient of the 95 % intervals",
            is_ratio=True,
        )
        found.append(Drawing("ratios", chart.quantity, dots.description_of(chart), partial(dots.dots, chart)))
    return tuple(found)


def _rows(
    experiment: Experiment, compared: Sequence[tuple[Point, Ratio | Unavailable]]
) -> Iterator[dots.Row]:
    variants = {variant.name for variant in experiment.variants}
    for point, ratio in sorted(
        compared, key=lambda pair: (pair[0].team.value != "threads", pair[0].workers, pair[0].placement.value)
    ):
        beside = "" if isinstance(ratio, Unavailable) else f"{number(ratio.value)}\u00d7 {ends_of(ratio)}"
        # A later run may have variants that the first one's description lacks.
        style = style_of(experiment, point.variant) if point.variant in variants else len(variants)
        yield dots.Row(team(point), point.variant, style, estimate_of(ratio), beside)


def _points(run: Run, experiment: Experiment) -> list[Point]:
    return [
        point
        for point in run.points
        if point.experiment == experiment.name and point.purpose is experiment.main_purpose
    ]
