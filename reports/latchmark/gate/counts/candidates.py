"""Which counts of a point can be gated, and what may a decision rest on?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from latchmark.gate.policy import Policy
from latchmark.model import (
    TALLY_UNIT,
    Direction,
    Experiment,
    Launch,
    Point,
    Purpose,
    Run,
    Shape,
    Unavailable,
)
from latchmark.verdict import Kind
from latchmark.wording import count, percent

# A worker that waits spins, and turns waiting into these.
_OF_ONE_WORKER = ("instructions", "branches")
# Above 0 wherever anything ran: 0 is a counter that did not.
_NEVER_ZERO = ("instructions", "branches", "cycles", "ref_cycles", "task_clock")
_OF_THE_KERNEL = ("page_faults", "minor_faults", "major_faults", "context_switches", "voluntary_switches")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A count that can be gated at a point: a role, or a tally of the workload, per operation."""

    metric: str
    kind: Kind
    unit: str
    direction: Direction


def candidates_of(run: Run, point: Point, policy: Policy) -> tuple[Candidate, ...]:
    """The tallies of a point that is taken for counting, else the policy's roles that mean something there
    and that this machine answers; in the order of the file, then of the policy."""
    experiment = run.experiment_of(point)
    if point.skip is not None or experiment.is_negative_control:
        return ()
    if point.purpose is Purpose.COUNTS:
        return tuple(_tallies(experiment))
    found = []
    for name in policy.gated_roles:
        role = run.counters.role(name)
        if role is None or run.counters.why_none(role) is not None or not _is_of_team(name, point.workers):
            continue
        found.append(Candidate(name, Kind.COUNTER, f"{role.unit}/operation", Direction.LOWER))
    return tuple(found)


def _tallies(experiment: Experiment) -> Iterator[Candidate]:
    for metric in experiment.metrics:
        is_tally = metric.shape is Shape.SCALAR and metric.unit == TALLY_UNIT
        if is_tally and metric.direction is not Direction.NONE:
            yield Candidate(metric.name, Kind.COUNT, metric.unit, metric.direction)


def _is_of_team(role: str, workers: int) -> bool:
    name = role.partition(":")[0]
    if name in _OF_THE_KERNEL:
        return True
    return (name in _OF_ONE_WORKER) == (workers == 1)


def counted_value(launch: Launch, candidate: Candidate) -> float | Unavailable:
    """What one launch counted per operation, or why no decision may rest on it."""
    if candidate.kind is Kind.COUNT:
        return launch.scalar(candidate.metric)
    value = launch.per_operation(candidate.metric)
    if isinstance(value, Unavailable):
        return value
    reading = launch.readings[candidate.metric]
    if not reading.may_gate:
        share = "an unknown part" if reading.running_share is None else percent(reading.running_share)
        return Unavailable(f"{candidate.metric} was counted in {share} of the time only: an estimate")
    if value == 0 and candidate.metric.partition(":")[0] in _NEVER_ZERO:
        return Unavailable(
            f"{candidate.metric} counted 0 while operations were done: the counter stood still"
        )
    return value


def counted_by_round(run: Run, point: Point, candidate: Candidate, side: str) -> Mapping[int, float]:
    """The value of each launch of a side that has one, by round."""
    values = {one.round: counted_value(one, candidate) for one in run.launches_of(point) if one.side == side}
    return {round_: value for round_, value in values.items() if not isinstance(value, Unavailable)}


def missing_roles(run: Run, side: str, policy: Policy) -> tuple[str, ...]:
    """A sentence for each required role that a side's launches do not have; empty when all were measured.
    Points that count are asked for tallies and not for roles."""
    return tuple(
        f"required role {name} was not measured in {side}: {why}"
        for name in policy.required_roles
        if (why := _why_missing(run, side, name)) is not None
    )


def _why_missing(run: Run, side: str, name: str) -> str | None:
    role = run.counters.role(name)
    if role is None:
        return "this run knows no such role"
    if (why := run.counters.why_none(role)) is not None:
        return why
    candidate = Candidate(name, Kind.COUNTER, f"{role.unit}/operation", Direction.LOWER)
    without: list[str] = []
    measured = 0
    for point in (one for one in run.points if one.purpose is not Purpose.COUNTS):
        launches = [one for one in run.launches_of(point) if one.side == side and one.is_ok]
        values = [counted_value(one, candidate) for one in launches]
        measured += bool(values)
        reasons = [one.reason for one in values if isinstance(one, Unavailable)]
        if values and len(reasons) == len(values):
            without.append(f"{point.name} ({reasons[0]})")
    if not measured:
        return "no launch ended well"
    return f"not at {count(len(without), 'point')} of {measured}, first {without[0]}" if without else None
