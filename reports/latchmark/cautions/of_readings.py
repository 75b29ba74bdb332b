"""Why might a reading be wrong? The positive control of a run, and what a point's counts say of themselves.

The bounds are judgement: beyond them a count per operation changes in a digit that the page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from latchmark.cautions.caution import Caution, CautionName
from latchmark.model import (
    LEAST_SHARE_TO_GATE,
    Control,
    ControlResult,
    Launch,
    Point,
    Reading,
    ReadingStatus,
    Run,
    Unavailable,
)
from latchmark.wording import count, number, percent, words

# The same code retires the same instructions, whatever else is counted beside them.
LARGEST_DIFFERENCE_OF_ANCHORS = 0.05
LARGEST_SHARE_OF_READING = 0.01
# Per operation: what the reading itself adds below this never reaches a digit that is shown.
SMALLEST_COUNT_OF_READING = 0.005
MOST_LISTED = 4  # roles in one sentence
ANCHOR = "instructions"
_HARDWARE_TIERS = ("uarch", "generic")


def cautions_of_control(run: Run) -> list[Caution]:
    """Roles that did not react to what they should count, and those that nobody asked."""
    found = []
    if failed := [one for one in _controls(run, ControlResult.FAILED) if _opens(run, one)]:
        told = [f"{one.role} ({one.why or 'no reason recorded'})" for one in failed]
        found.append(
            Caution(
                CautionName.ROLE_UNRESPONSIVE,
                "",
                f"in the positive control {words(told)} did not react",
                "such an event opens and runs without counting what it should: its readings are left out",
                "Look for a hypervisor that hides events, or for a wrong row in the event table",
            )
        )
    if untried := [one for one in _controls(run, ControlResult.NOT_RUN) if _opens(run, one)]:
        whys = words(list(dict.fromkeys(one.why or "no reason recorded" for one in untried)))
        found.append(
            Caution(
                CautionName.ROLE_UNCONTROLLED,
                "",
                f"{words([one.role for one in untried])} took no part in the positive control ({whys})",
                "nothing shows that these events count what their names say",
                "Run on a machine, or with CPUs, where the control can make them count",
            )
        )
    return found


def _controls(run: Run, result: ControlResult) -> list[Control]:
    return [one for one in run.counters.control if one.result is result]


def _opens(run: Run, control: Control) -> bool:
    role = run.counters.role(control.role)
    return role is not None and (role.is_available or role.status is ReadingStatus.UNRESPONSIVE)


def cautions_of_readings(run: Run, point: Point, launches: Sequence[Launch]) -> list[Caution]:
    """What the readings of a point's finished launches say against themselves."""
    found = (
        _lost(run, point, launches),
        _estimated(point, launches),
        _anchors_disagree(point, launches),
        _own_counts(point, launches),
        _mixed_kinds(run, point, launches),
    )
    return [caution for caution in found if caution is not None]


def _lost(run: Run, point: Point, launches: Sequence[Launch]) -> Caution | None:
    """Roles that the machine counts and a launch could not; what no launch can have is told once, and what
    ran for too short a time is an estimate of its own kind."""
    counted = {role.role for role in run.counters.roles if run.counters.why_none(role) is None}
    lost = [
        (launch.order, role, reading.status)
        for launch in launches
        for role, reading in launch.readings.items()
        if isinstance(reading.value, Unavailable)
        and reading.status is not ReadingStatus.UNDERSAMPLED
        and role in counted
    ]
    if not lost:
        return None
    roles = list(dict.fromkeys(role for _, role, _ in lost))
    statuses = words(list(dict.fromkeys(status.value.replace("_", " ") for _, _, status in lost)))
    listed = roles[:MOST_LISTED] + (
        [count(more, "more role")] if (more := len(roles) - MOST_LISTED) > 0 else []
    )
    return Caution(
        CautionName.READINGS_LOST,
        point.name,
        f"{len({order for order, *_ in lost})} of {count(len(launches), 'launch')} could not count"
        f" {words(listed)} ({statuses})",
        "these roles are known from fewer launches than the others, or from none",
        "Look at the reasons below what could not be measured",
    )


def _estimated(point: Point, launches: Sequence[Launch]) -> Caution | None:
    roles = sorted({role for role, reading in _readings(launches) if _is_estimate(reading)})
    if not roles:
        return None
    return Caution(
        CautionName.SCALED_COUNTER,
        point.name,
        f"{words(roles)} shared the hardware with other counters",
        f"a reading taken less than {percent(LEAST_SHARE_TO_GATE)} of the time is an estimate, and no"
        " decision may rest on it",
        "Stop other profilers on this machine, or ask for fewer roles at once",
    )


def _is_estimate(reading: Reading) -> bool:
    return reading.status is ReadingStatus.UNDERSAMPLED or (
        reading.status is ReadingStatus.SCALED and not reading.may_gate
    )


def _anchors_disagree(point: Point, launches: Sequence[Launch]) -> Caution | None:
    """Fires when no launch of one counter group has as few instructions an operation as any of another."""
    by_group: dict[frozenset[str], list[float]] = {}
    for launch in launches:
        amount = launch.per_operation(ANCHOR)
        if not isinstance(amount, Unavailable) and amount > 0:
            by_group.setdefault(frozenset(launch.readings), []).append(amount)
    if len(by_group) < 2:
        return None
    ordered = sorted(by_group.values(), key=median)
    least, most = ordered[0], ordered[-1]
    difference = median(most) / median(least) - 1
    if difference <= LARGEST_DIFFERENCE_OF_ANCHORS or max(least) >= min(most):
        return None
    return Caution(
        CautionName.ANCHORS_DISAGREE,
        point.name,
        f"with one counter group {number(median(most))} instructions an operation, with another"
        f" {number(median(least))}",
        "the launches did not do the same work, so their readings do not belong together",
        "Read the roles of one group only against one another, or run again",
    )


def _own_counts(point: Point, launches: Sequence[Launch]) -> Caution | None:
    largest: dict[str, float] = {}
    for launch in launches:
        operations = launch.windows.counted_operations if launch.windows else 0
        for role, reading in launch.readings.items():
            if isinstance(reading.value, Unavailable) or not reading.empty:
                continue
            share = reading.empty / abs(reading.value) if reading.value else 1.0
            is_seen = reading.empty >= SMALLEST_COUNT_OF_READING * operations
            if is_seen and share > LARGEST_SHARE_OF_READING:
                largest[role] = max(share, largest.get(role, 0.0))
    if not largest:
        return None
    told = [f"{role} up to {percent(share)}" for role, share in sorted(largest.items())]
    return Caution(
        CautionName.READING_COUNTS_ITSELF,
        point.name,
        f"reading the counters is itself a part of the count: {words(told)}",
        "with so few events in a window the price of looking is not small beside them",
        "Ask for longer windows",
    )


def _mixed_kinds(run: Run, point: Point, launches: Sequence[Launch]) -> Caution | None:
    kinds = {cpu.kind for cpu in run.machine.topology.cpus if cpu.os_id in point.cpus}
    counts = any(role.is_available and role.tier in _HARDWARE_TIERS for role in run.counters.roles)
    if len(kinds) < 2 or not launches or not counts:
        return None
    return Caution(
        CautionName.MIXED_KINDS,
        point.name,
        f"the workers sit on cores of {len(kinds)} kinds ({count(len(set(point.cpus)), 'CPU')})",
        "one role is another event on each kind, so their sum is no reading",
        "Choose CPUs of one kind for the team",
    )


def _readings(launches: Sequence[Launch]) -> Iterable[tuple[str, Reading]]:
    return (pair for launch in launches for pair in launch.readings.items())
