"""How do the readings of machines stand beside each other? In one ratio only where one event counts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import Point, Run, Unavailable
from latchmark.statistics import (
    Measure,
    Ratio,
    Summary,
    measured_by_round,
    measures_of,
    summary_of_measure,
    unpaired_ratio,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What counts a measure on each run, None where nothing does. A role fixes the question and the source
    what a core counts: two sources are two quantities."""

    title: str
    unit: str
    sources: tuple[str | None, ...]

    def is_as_on_first(self, index: int) -> bool:
        """Whether a run counts what the first one does."""
        return self.sources[0] is not None and self.sources[index] == self.sources[0]


@dataclass(frozen=True, slots=True)
class ReadingCell:
    """A measure of one point on one run. `ratio` is to the first run, or why there is none."""

    summary: Summary | Unavailable
    ratio: Ratio | Unavailable


@dataclass(frozen=True, slots=True)
class ComparedReading:
    """A measure of one point on every run, in the order of the runs."""

    point: Point
    title: str
    unit: str
    cells: tuple[ReadingCell, ...]


def sources_of(runs: Sequence[Run]) -> tuple[Sources, ...]:
    """What counts each measure that any run has."""
    by_run = [_by_name(run) for run in runs]
    found = []
    for name in dict.fromkeys(name for measures in by_run for name in measures):
        some = [measures.get(name) for measures in by_run]
        first = next(measure for measure in some if measure is not None)
        sources = [_source(run, one) for run, one in zip(runs, some, strict=True)]
        if any(source is not None for source in sources):
            found.append(Sources(first.title, first.unit, tuple(sources)))
    return tuple(found)


def _by_name(run: Run) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures_of(run)}


def _source(run: Run, measure: Measure | None) -> str | None:
    if measure is None or measure.source is None:
        return None
    # A script answers in the name of an event, and counts nothing of it; an emulator's cycles are a clock.
    stand_ins = [("scripted", run.counters.script), ("emulated", run.machine.emulated)]
    return ", ".join([measure.source, *(word for word, what in stand_ins if what is not None)])


def compared_readings(
    runs: Sequence[Run], points: Sequence[Sequence[Point | None]]
) -> tuple[ComparedReading, ...]:
    """The measures of which at least two runs have a value at a point; `points` has a row a point, in it an
    entry a run, None where a run's plan lacks it."""
    by_run = [_by_name(run) for run in runs]
    names = dict.fromkeys(name for measures in by_run for name in measures)
    found = []
    for name in names:
        some = [measures.get(name) for measures in by_run]
        first = next(measure for measure in some if measure is not None)
        for entries in points:
            cells = tuple(_cell(runs, some, entries, index) for index in range(len(runs)))
            shown = next(entry for entry in entries if entry is not None)
            if sum(isinstance(cell.summary, Summary) for cell in cells) > 1:
                found.append(ComparedReading(shown, first.title, first.unit, cells))
    return tuple(found)


def _cell(
    runs: Sequence[Run], measures: Sequence[Measure | None], entries: Sequence[Point | None], index: int
) -> ReadingCell:
    measure, point = measures[index], entries[index]
    if measure is None or point is None:
        absent = Unavailable("not in this run's plan" if point is None else "not asked for in this run")
        return ReadingCell(absent, absent)
    summary = summary_of_measure(runs[index], point, measure)
    return ReadingCell(summary, _ratio(runs, measures, entries, index))


def _ratio(
    runs: Sequence[Run], measures: Sequence[Measure | None], entries: Sequence[Point | None], index: int
) -> Ratio | Unavailable:
    measure, point, base, reference = measures[index], entries[index], measures[0], entries[0]
    if index == 0:
        return Unavailable("the reference")
    if measure is None or point is None or base is None or reference is None:
        return Unavailable("the reference has none")
    if point.definition != reference.definition:
        return Unavailable("the same name asks another question there (its definition differs)")
    if _source(runs[index], measure) is None or _source(runs[index], measure) != _source(runs[0], base):
        return Unavailable("another event counts it there")
    if runs[index].counters.script is not None:
        return Unavailable("a script counts it")
    values = [*measured_by_round(runs[index], point, measure).values()]
    return unpaired_ratio(values, [*measured_by_round(runs[0], reference, base).values()])
