"""Which readings does a report show of a point? Roles per operation and what is derived, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from latchmark.model import ControlResult, Launch, Point, Reading, Run, Unavailable
from latchmark.statistics.derived import Derived, derived_of, derived_reading, source_of
from latchmark.statistics.intervals import Summary, summary_of
from latchmark.statistics.points import first_side, why_absent

# They move with any waiting, so they name no cause.
ANCHORS = ("ipc", "cycles", "instructions", "ref_cycles")


@dataclass(frozen=True, slots=True)
class Measure:
    """What the readings of a launch amount to, in `unit`: a role per operation, or a derived figure.

    `source` says what counts it on this machine; two machines are comparable only where it is equal.
    """

    name: str
    title: str
    unit: str
    meaning: str
    caveat: str
    source: str | None
    derived: Derived | None = None

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles behind it."""
        return (self.name,) if self.derived is None else self.derived.inputs

    @property
    def is_ratio(self) -> bool:
        """Whether it is no count: two readings, one over the other."""
        return self.derived is not None and not self.derived.is_per_operation

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole."""
        return self.unit == "of cycles"


def measures_of(run: Run) -> tuple[Measure, ...]:
    """What is derived in the order in which it explains, then the roles that this machine answers."""
    derived = tuple(
        Measure(one.name, one.title, one.unit, one.meaning, one.caveat, source_of(run, one), one)
        for one in derived_of(run)
    )
    roles = tuple(
        Measure(
            role.role,
            _title_of(role.role),
            f"{role.unit} per operation",
            role.meaning,
            role.caveat,
            role.source,
        )
        for role in run.counters.roles
        if run.counters.why_none(role) is None
    )
    return (*derived, *roles)


def _title_of(role: str) -> str:
    """`cycles (kernel)` for `cycles:kernel`."""
    name, _, scope = role.replace("_", " ").partition(":")
    return f"{name} ({scope})" if scope else name


def reading_of(launch: Launch, measure: Measure) -> Reading | None:
    """The reading behind it in one launch; None where the launch's counter group lacked an input."""
    if measure.derived is not None:
        return derived_reading(launch, measure.derived)
    return launch.readings.get(measure.name)


def value_of(launch: Launch, measure: Measure) -> float | Unavailable:
    """What one launch amounts to, or why that cannot be said."""
    if measure.derived is None:
        return launch.per_operation(measure.name)
    reading = derived_reading(launch, measure.derived)
    if reading is None:
        return Unavailable(
            f"no counter group of this launch holds all of {', '.join(measure.derived.inputs)}"
        )
    return reading.value


def measured_by_round(
    run: Run, point: Point, measure: Measure, side: str | None = None
) -> Mapping[int, float]:
    """The value of each launch that has one, by round; of the first side unless said otherwise. None where
    a role did not react to what it should count."""
    if _unresponsive(run, measure):
        return {}
    values = {}
    for launch in run.launches_of(point):
        value = value_of(launch, measure)
        if launch.side == (side or first_side(run)) and not isinstance(value, Unavailable):
            values[launch.round] = value
    return values


def summary_of_measure(
    run: Run, point: Point, measure: Measure, side: str | None = None
) -> Summary | Unavailable:
    """The median over the launches whose counter group held it, or why there is none."""
    values = measured_by_round(run, point, measure, side)
    return summary_of(tuple(values.values())) if values else Unavailable(_why_none(run, point, measure, side))


def was_asked(run: Run, point: Point, measure: Measure) -> bool:
    """Whether a launch of the point tried to count all of it, of roles that this machine has: then it has a
    value, or a reason of its own."""
    known = [run.counters.role(name) for name in measure.roles]
    if any(one is not None and run.counters.why_none(one) is not None for one in known):
        return False
    return any(one.is_ok and reading_of(one, measure) is not None for one in run.launches_of(point))


def _unresponsive(run: Run, measure: Measure) -> bool:
    found = [run.counters.control_of(role) for role in measure.roles]
    return any(one is not None and one.result is ControlResult.FAILED for one in found)


def _why_none(run: Run, point: Point, measure: Measure, side: str | None) -> str:
    """The machine's reason, else that of a launch that tried, else why none did."""
    known = [one for name in measure.roles if (one := run.counters.role(name)) is not None]
    for one in sorted(known, key=lambda role: role.status.badness, reverse=True):
        if (why := run.counters.why_none(one)) is not None:
            return f"{one.role}: {why}"
    launches = [one for one in run.launches_of(point) if one.is_ok and one.side == (side or first_side(run))]
    launches.sort(key=lambda one: reading_of(one, measure) is None)
    answer = value_of(launches[0], measure) if launches else Unavailable(why_absent(run, point))
    return answer.reason if isinstance(answer, Unavailable) else why_absent(run, point)


def finished_launches(run: Run, point: Point, side: str | None = None) -> int:
    """How many launches of a point came to their end; a role that rotates is in a part of them."""
    return sum(one.is_ok and one.side == (side or first_side(run)) for one in run.launches_of(point))
