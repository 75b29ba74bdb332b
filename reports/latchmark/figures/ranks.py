"""Which machine is fastest at what? A row for each experiment, the ratio of every machine to one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from latchmark.compare import RankedExperiment
from latchmark.figures import machine_rows
from latchmark.figures.drawing import Drawing
from latchmark.figures.series import Estimate
from latchmark.model import Direction, Unavailable
from latchmark.statistics import Interval
from latchmark.wording import family

MOST_NAMED = 2  # at the end of a row
MOST_IN_ONE = 18  # rows; more stand in two figures beside each other, on one axis


def rank_drawings(labels: Sequence[str], ranks: Sequence[RankedExperiment]) -> tuple[Drawing, ...]:
    """All experiments on one axis; no figure where nothing was ranked."""
    rows = [_row(labels, one) for one in ranks]
    extents = tuple(
        mark.value.extent for row in rows for mark in row.marks if isinstance(mark.value, Estimate)
    )
    parts = [rows] if 0 < len(rows) <= MOST_IN_ONE else list(_halves(rows)) if rows else []
    return tuple(
        _drawing(labels, some, extents, f", {number} of {len(parts)}" if len(parts) > 1 else "")
        for number, some in enumerate(parts, 1)
    )


def _halves(rows: Sequence[machine_rows.MachineRow]) -> Iterator[list[machine_rows.MachineRow]]:
    """Cut between two families where that is nearest to the middle."""
    cuts = [index for index in range(1, len(rows)) if rows[index].group != rows[index - 1].group]
    cut = min(cuts, key=lambda index: abs(2 * index - len(rows)), default=len(rows) // 2)
    yield list(rows[:cut])
    yield list(rows[cut:])


def _drawing(
    labels: Sequence[str],
    rows: Sequence[machine_rows.MachineRow],
    extents: tuple[tuple[float, float], ...],
    part: str,
) -> Drawing:
    chart = machine_rows.MachineRows(
        f"Who is fastest{part}",
        f"time over that of {labels[0]}, which is 1; left is faster",
        tuple(labels),
        tuple(rows),
        "geometric mean over the points that all have \u00b7 bars: mean of the 95 % intervals"
        " \u00b7 hollow: its bar overlaps another's, so their order is open \u00b7 at the right: the fastest",
        is_ratio=True,
        shared=extents,
    )
    text = machine_rows.description_of(chart)
    return Drawing("ranks", chart.quantity, text, partial(machine_rows.machine_rows, chart))


def _row(labels: Sequence[str], one: RankedExperiment) -> machine_rows.MachineRow:
    base = one.known[one.base].level.median
    marks = []
    for standing in one.standings:
        if isinstance(standing, Unavailable):
            marks.append(machine_rows.Mark(standing))
            continue
        interval = standing.level.interval
        assert isinstance(interval, Interval)
        value = Estimate(standing.level.median / base, interval.low / base, interval.high / base)
        if one.experiment.headline.direction is Direction.HIGHER:
            value = Estimate(1 / value.value, base / interval.high, base / interval.low)
        marks.append(machine_rows.Mark(value, standing.is_tied))
    name = one.experiment.name.partition("/")[2] or one.experiment.name
    over = "" if one.base == 0 else f" (over {labels[one.base]})"
    return machine_rows.MachineRow(
        family(one.experiment.family), f"{name}{over}".replace("_", " "), tuple(marks), _fastest(labels, one)
    )


def _fastest(labels: Sequence[str], one: RankedExperiment) -> str:
    names = [labels[index] for index in one.fastest]
    return " = ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} tie"
