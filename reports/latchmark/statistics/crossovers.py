"""Which variants are asked where they cross? Spinning and parking by waiting time, transports by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.model import CPU_TIME, LATENCY_P50, WAITING, Axis, Direction, Experiment, Run
from latchmark.statistics.curves import Curve, Meeting, meeting_of
from latchmark.statistics.sweeps import Swept

# Judgement: who burns this much of a long wait does not sleep in it.
BURNT_BY_SPINNING = 0.5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two variants along an axis; `first` is the cheaper one where the meeting says that it is less."""

    first: Swept
    second: Swept
    meeting: Meeting

    @property
    def is_crossed(self) -> bool:
        """Whether one is cheaper at one end, and the other at the other."""
        return bool(self.meeting.crossings)


def is_of_waits(experiment: Experiment, axis: Axis) -> bool:
    """Whether an axis is the time that an operation waits, with what the wait burns."""
    return (
        experiment.family == WAITING
        and axis.unit == "ns"
        and experiment.headline.name == LATENCY_P50
        and experiment.metric(CPU_TIME) is not None
    )


def pairs_of_waits(run: Run, sweeps: Sequence[Swept]) -> tuple[Pair, ...]:
    """The first variant that spins, with each that parks: those that at the longest wait burn less than half
    of it. By CPU time."""
    curves = [(swept, swept.curve(run, CPU_TIME)) for swept in sweeps]
    spinning: list[tuple[Swept, Curve]] = []
    parking: list[tuple[Swept, Curve]] = []
    for swept, curve in curves:
        if len(curve) > 1:
            longest = max(curve)
            is_spinning = median(curve[longest].values()) > BURNT_BY_SPINNING * longest
            (spinning if is_spinning else parking).append((swept, curve))
    return tuple(
        Pair(one, other, meeting)
        for one, curve in spinning[:1]
        for other, opposite in parking
        if isinstance(meeting := meeting_of(curve, opposite), Meeting)
    )


def pairs_by_size(run: Run, experiment: Experiment, sweeps: Sequence[Swept]) -> tuple[Pair, ...]:
    """Each variant with its baseline, by the headline."""
    by_variant = {swept.variant: swept for swept in sweeps}
    is_higher_better = experiment.headline.direction is Direction.HIGHER
    found = []
    for swept in sweeps:
        base = by_variant.get(experiment.baseline_of(swept.variant))
        if base is not None and base is not swept:
            one, other = (swept, base) if is_higher_better else (base, swept)
            meeting = meeting_of(one.curve(run), other.curve(run))
            if isinstance(meeting, Meeting):
                found.append(Pair(base, swept, meeting))
    return tuple(found)
