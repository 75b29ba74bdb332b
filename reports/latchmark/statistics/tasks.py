"""How much of its executors' time does a pool turn into work? The time of a task over what it cost."""

from __future__ import annotations

from latchmark.model import SUBMITTER, TIME_PER_OPERATION, Axis, Experiment, Run
from latchmark.statistics.curves import Crossing, Curve, Meeting, meeting_of
from latchmark.statistics.sweeps import Swept

# Judgement, and a usual one: a tenth of the executors' time is spent on being handed their tasks.
WORTH_IT = 0.9


def is_handed_over(experiment: Experiment, variant: str) -> bool:
    """Whether a part of the variant's team hands tasks to the others."""
    return any(one.name == variant and one.parts[:1] == (SUBMITTER,) for one in experiment.variants)


def is_of_tasks(experiment: Experiment, axis: Axis) -> bool:
    """Whether an axis is the time of a task that is handed over."""
    return (
        axis.unit == "ns"
        and experiment.headline.name == TIME_PER_OPERATION
        and any(is_handed_over(experiment, variant.name) for variant in experiment.variants)
    )


def efficiency_of(run: Run, experiment: Experiment, swept: Swept) -> Curve:
    """By time of the task and round: the task over what it took one executor; 1 is perfect.

    Where nobody hands over, the worker is its own executor.
    """
    executors = max(1, swept.place.workers - 1) if is_handed_over(experiment, swept.variant) else 1
    return {
        task_ns: {
            round_: task_ns / (executors * time_ns) for round_, time_ns in values.items() if time_ns > 0
        }
        for task_ns, values in swept.curve(run).items()
    }


# Nearer to 1, noise of a hundredth decides how often the overhead goes into the task.
_HIGHEST = 0.99


def threshold_of(run: Run, experiment: Experiment, swept: Swept) -> Meeting | None:
    """Where the efficiency of a pool passes 90 %; None without values.

    By how often the overhead goes into the task, e / (1 - e): with the same overhead at every size that is a
    straight line on logarithmic axes, and e itself is not.
    """
    curve = {
        task_ns: {round_: _odds(min(one, _HIGHEST)) for round_, one in values.items()}
        for task_ns, values in efficiency_of(run, experiment, swept).items()
    }
    meeting = meeting_of(curve, {x: dict.fromkeys(values, _odds(WORTH_IT)) for x, values in curve.items()})
    return meeting if isinstance(meeting, Meeting) else None


def _odds(share: float) -> float:
    return share / (1 - share)


def worth_from(meeting: Meeting) -> Crossing | None:
    """The crossing beyond which a pool stays worth it, where it does at the longest task."""
    rising = [one for one in meeting.crossings if one.rises]
    return rising[-1] if rising and meeting.at_high > 0 else None
