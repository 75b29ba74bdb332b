"""Which readings go with a difference? Counts per operation that differ between its two points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from latchmark.model import TIME_PER_OPERATION, Experiment, Point, Purpose, Run, Shape
from latchmark.statistics import Summary, per_operation, summary_of_point
from latchmark.wording import against, number, words

# They rise with any waiting, so they name no cause; shown only when nothing else differs.
_ANCHORS = ("cycles", "instructions", "ref_cycles")
# Judgement: a smaller difference in a count explains no difference in time that is worth a sentence.
_SMALLEST_DIFFERENCE = 0.1
_SMALLEST_COUNT = 0.005
_MOST_SHOWN = 2

# A count by name, of the one point and of the other; None where it is not counted.
_Compared: TypeAlias = tuple[str, float | None, float | None]


def explanation_of(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> str | None:
    """The counts per operation that differ most, or that none does; None when none was taken.

    A reading needs both sides; a tally that only one has (no other variant can lose a CAS) is told alone.
    """
    told = [
        _counted(run, experiment, numerator, denominator),
        *_other_parts(run, experiment, numerator, denominator),
    ]
    return " ".join(text for text in told if text) or None


def _other_parts(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> Iterator[str]:
    """What the difference means for the workers that are not the subject."""
    for metric in experiment.metrics:
        part = metric.name.removeprefix(f"{TIME_PER_OPERATION}_of_")
        here, there = (summary_of_point(run, point, metric.name) for point in (numerator, denominator))
        if part != metric.name and isinstance(here, Summary) and isinstance(there, Summary):
            yield f"The {part}: {against(here.median, there.median, metric.unit)}."


def _counted(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> str | None:
    here, there = _counts(run, experiment, numerator), _counts(run, experiment, denominator)
    tallies = {metric.name for metric in experiment.metrics}
    compared = [
        (name, here.get(name), there.get(name))
        for name in dict.fromkeys([*here, *there])
        if (name in here and name in there) or name in tallies
    ]
    if not compared:
        return None
    differing = [one for one in compared if _difference(one) > _SMALLEST_DIFFERENCE]
    if not differing:
        names = words([name for name, _, _ in compared])
        return (
            f"No reading goes with it: {names} {'is' if len(compared) == 1 else 'are'} alike per operation."
        )
    causes = [one for one in differing if one[0] not in _ANCHORS] or differing
    shown = sorted(causes, key=_difference, reverse=True)[:_MOST_SHOWN]
    told = [_told(one, numerator.variant, denominator.variant) for one in shown]
    return f"Per operation: {', '.join(told)}."


def _told(one: _Compared, variant: str, other: str) -> str:
    name, here, there = one
    if here is None or there is None:
        return f"{number(here or there or 0.0)} {name} in {other if here is None else variant}"
    return f"{number(here)} {name} against {number(there)}"


def _counts(run: Run, experiment: Experiment, point: Point) -> Mapping[str, float]:
    """Readings of the point, and the tallies of its twin for counting, which would slow this one."""
    roles = dict.fromkeys(role for group in experiment.roles for role in group)
    answers = {role: per_operation(run, point, role) for role in roles}
    for counting in run.points_of(experiment):
        if counting.purpose is Purpose.COUNTS and _measured_where(counting) == _measured_where(point):
            # The time of this twin is slowed by the counting.
            tallies = [
                metric.name
                for metric in experiment.metrics
                if metric.shape is Shape.SCALAR and metric.name != TIME_PER_OPERATION
            ]
            answers |= {name: summary_of_point(run, counting, name) for name in tallies}
    return {name: answer.median for name, answer in answers.items() if isinstance(answer, Summary)}


def _difference(one: _Compared) -> float:
    here, there = (count or 0.0 for count in one[1:])
    largest = max(abs(here), abs(there))
    return 0.0 if largest < _SMALLEST_COUNT else abs(here - there) / largest


def _measured_where(point: Point) -> tuple[object, ...]:
    return point.variant, point.team, point.workers, point.placement, point.parameters
