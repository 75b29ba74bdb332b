"""How long must a task be to be worth handing over? Where a pool begins to keep its executors busy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.sentences import crossing_text
from latchmark.model import Axis, Experiment, Point, Run
from latchmark.statistics import (
    WORTH_IT,
    Meeting,
    Swept,
    in_first_places,
    is_handed_over,
    is_of_tasks,
    sweeps_along,
    threshold_of,
    worth_from,
)
from latchmark.wording import amount, axis_value, count, percent

MOST_POOLS = 6


def efficiencies(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One sentence for all pools in the first place that has the sweep: those that need least first."""
    for axis in experiment.axes:
        if not is_of_tasks(experiment, axis):
            continue
        met = [
            (swept, meeting)
            for sweeps in in_first_places(sweeps_along(experiment, points, axis))
            for swept in sweeps
            if is_handed_over(experiment, swept.variant)
            and (meeting := threshold_of(run, experiment, swept)) is not None
        ]
        if met:
            yield _finding(experiment, sorted(met, key=_least), axis)


def _finding(experiment: Experiment, met: Sequence[tuple[Swept, Meeting]], axis: Axis) -> Finding:
    told = [
        f"{swept.variant} ({swept.place.team.value}) {_told(meeting, axis)}"
        for swept, meeting in met[:MOST_POOLS]
    ]
    left = len(met) - len(told)
    others = f"; {count(left, 'other pool')} in the figure" if left else ""
    executors = count(max(1, met[0][0].place.workers - 1), "executor")
    text = (
        f"Smallest task worth handing over, at {percent(WORTH_IT)} efficiency with {executors}:"
        f" {'; '.join(told)}{others}."
    )
    crossing = worth_from(met[0][1])
    size = None if crossing is None else amount(crossing.at, axis.unit)
    return Finding(FindingKind.EFFICIENCY, experiment.name, text, amount=size)


def _told(meeting: Meeting, axis: Axis) -> str:
    crossing = worth_from(meeting)
    if crossing is not None:
        return crossing_text(crossing, axis)
    if meeting.at_low > 0 and meeting.at_high > 0 and not meeting.crossings:
        return f"every measured one, from {axis_value(meeting.low, axis.unit)}"
    if meeting.at_high < 0 and not meeting.crossings:
        return f"none measured, up to {axis_value(meeting.high, axis.unit)}"
    return f"not shown within {axis_value(meeting.low, axis.unit)} to {axis_value(meeting.high, axis.unit)}"


def _least(one: tuple[Swept, Meeting]) -> float:
    """The size from which it is worth it; those without one last, but for those that always are."""
    crossing = worth_from(one[1])
    if crossing is not None:
        return crossing.at
    return one[1].low if one[1].at_low > 0 and not one[1].crossings else float("inf")
