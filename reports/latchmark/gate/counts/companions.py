"""What else moved in the launches of a point that got slower? Readings explain, and decide nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from statistics import median
from typing import TypeAlias

from latchmark.model import CPU_TIME, TIME_PER_OPERATION, Experiment, Launch, Point, Shape, Unavailable
from latchmark.statistics import ANCHORS, Interval, Measure, paired_ratio, reading_of, value_of
from latchmark.verdict import Companion
from latchmark.wording import against, between, number, percent

# Judgement, as in the findings of a run: fewer events per operation explain no difference in time.
_SMALLEST_COUNT = 0.005
_MOST_SHOWN = 4
# They move whenever time does, and name no cause.
_FOLLOWERS = (*ANCHORS, "task_clock", "cycles:kernel", "run_queue_wait", "timeslices")
# The headline in another form, or a property of the instrument.
_SAME_AGAIN = (TIME_PER_OPERATION, "throughput", "start_skew")

_Value: TypeAlias = Callable[[Launch], float | Unavailable]


class _Rank(IntEnum):
    """How much it explains, the most first; followers are shown only where nothing else moved."""

    CAUSE = 0
    COUNT = 1
    FOLLOWER = 2


@dataclass(frozen=True, slots=True)
class _Read:
    """A number of a launch, and the least of it that explains anything."""

    name: str
    title: str
    unit: str
    rank: _Rank
    least: float
    value: _Value


def companions_of(
    base: Sequence[Launch],
    head: Sequence[Launch],
    point: Point,
    experiment: Experiment,
    measures: Sequence[Measure] = (),
) -> tuple[Companion, ...]:
    """The readings and metrics whose paired ratio is certainly more than 2 % away from 1, causes first.

    `base[i]` and `head[i]` are the launches of one pair. `measures` are those of the run
    (`statistics.measures_of`); without them roles alone are looked at. Where base counts nothing there is no
    ratio, and no companion.
    """
    found = [
        (read.rank, -abs(math.log(moved.ratio)), moved)
        for read in (*_readings(base, head, measures), *_metrics(point, experiment))
        if (moved := _moved(base, head, read)) is not None
    ]
    shown = [one for one in found if one[0] is not _Rank.FOLLOWER] or found
    return tuple(moved for *_, moved in sorted(shown, key=lambda one: one[:2])[:_MOST_SHOWN])


def _readings(base: Sequence[Launch], head: Sequence[Launch], measures: Sequence[Measure]) -> Iterator[_Read]:
    known = {measure.name for measure in measures}
    roles = dict.fromkeys(role for launch in (*base, *head) for role in launch.readings)
    plain = [Measure(role, role.replace("_", " "), "per operation", "", "", None) for role in roles]
    for measure in (*measures, *(one for one in plain if one.name not in known)):
        is_count = measure.derived is None or not measure.is_ratio
        rank = _Rank.COUNT if measure.derived is None else _Rank.CAUSE
        if measure.name in _FOLLOWERS:
            rank = _Rank.FOLLOWER
        least = _SMALLEST_COUNT if is_count else 0.0
        yield _Read(measure.name, measure.title, measure.unit, rank, least, _reading(measure))


def _reading(measure: Measure) -> _Value:
    def value(launch: Launch) -> float | Unavailable:
        reading = reading_of(launch, measure)
        if reading is None or not reading.may_gate:
            return Unavailable(f"{measure.name}: no reading that a decision may rest on")
        return value_of(launch, measure)

    return value


def _metrics(point: Point, experiment: Experiment) -> Iterator[_Read]:
    for metric in experiment.metrics:
        if metric.shape is not Shape.SCALAR or metric.name in (*_SAME_AGAIN, experiment.headline.name):
            continue
        # One worker that never waits burns what it takes.
        is_follower = metric.name.startswith(CPU_TIME) and point.workers == 1
        rank = _Rank.FOLLOWER if is_follower else _Rank.COUNT
        yield _Read(metric.name, metric.name.replace("_", " "), metric.unit, rank, 0.0, _scalar(metric.name))


def _scalar(name: str) -> _Value:
    return lambda launch: launch.scalar(name)


def _moved(base: Sequence[Launch], head: Sequence[Launch], read: _Read) -> Companion | None:
    befores: dict[int, float] = {}
    afters: dict[int, float] = {}
    for pair, (one, other) in enumerate(zip(base, head, strict=True)):
        before, after = read.value(one), read.value(other)
        if not isinstance(before, Unavailable) and not isinstance(after, Unavailable):
            befores[pair], afters[pair] = before, after
    ratio = paired_ratio(afters, befores)
    if isinstance(ratio, Unavailable) or not isinstance(ratio.interval, Interval) or not ratio.is_apart:
        return None
    before, after = median(befores.values()), median(afters.values())
    if max(before, after) < read.least:
        return None
    amounts = against(after, before, read.unit)
    if read.unit == "of cycles":
        amounts = f"{percent(after)} of cycles against {percent(before)}"
    sentence = f"{read.title} went with it: {amounts}, {number(ratio.value)}× {between(ratio.interval)}"
    return Companion(read.name, ratio.value, ratio.interval.low, ratio.interval.high, sentence)
