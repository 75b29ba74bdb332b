"""What could not be measured, and why? One sentence a reason, for the trust panel and the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latchmark.model import Launch, LaunchStatus, ReadingStatus, Run, Unavailable
from latchmark.wording import count, words

MOST_LISTED = 4


@dataclass(frozen=True, slots=True)
class Cause:
    """Why some launches have no value of some roles, in the words of the launches."""

    names: tuple[str, ...]
    why: str
    launches: int

    @property
    def sentence(self) -> str:
        """`cycles: worker 1 of 2: ... (8 launches)`."""
        return f"{words(self.names)}: {self.why} ({count(self.launches, 'launch')})"


@dataclass(frozen=True, slots=True)
class Absence:
    """Things that are missing for one and the same reason. `what` is `counters`, `readings`, `points` or
    `launches`.

    `readings` are of roles that the machine counts and launches did not: one absence a status, with each
    cause in `causes`, since those name a worker and an event and differ nearly from role to role.
    """

    what: str
    names: tuple[str, ...]
    reason: str
    causes: tuple[Cause, ...] = ()

    @property
    def sentence(self) -> str:
        """`cycles and instructions: ...`; long lists are counted, `names` has them all."""
        subject = _listed(self.names) if self.what in ("counters", "readings") else _counted(self)
        if not self.causes:
            return f"{subject}: {self.reason}"
        more = len(self.causes) - 1
        others = f"; and {count(more, 'more reason')}" if more else ""
        return f"{subject}: {self.reason}: {self.causes[0].why}{others}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it, where there is room: the sentence, and each cause where it tells only the first."""
        return self.sentence, *(cause.sentence for cause in self.causes if len(self.causes) > 1)


@dataclass(frozen=True, slots=True)
class Failure:
    """Launches of one point that failed for one reason; `launches` counts them over both sides."""

    point: str
    launches: int
    told: str


def failures_of(run: Run) -> tuple[Failure, ...]:
    """Failed launches by point and reason, in order of running: `6 launches verify failed, in rounds 1 to 6:
    why`."""
    grouped: dict[tuple[str, LaunchStatus, str], list[Launch]] = {}
    for launch in sorted(run.launches, key=lambda one: one.order):
        if not launch.is_ok:
            key = (run.points[launch.point].name, launch.status, launch.why or "no reason recorded")
            grouped.setdefault(key, []).append(launch)
    return tuple(
        Failure(
            point,
            len(some),
            f"{count(len(some), 'launch')} {status.text}, in {_rounds([one.round for one in some])}: {why}",
        )
        for (point, status, why), some in grouped.items()
    )


def _rounds(indices: Sequence[int]) -> str:
    """`round 3`, `rounds 1 and 4`, `rounds 1 to 6`; people count from 1."""
    numbers = sorted({index + 1 for index in indices})
    first, last = numbers[0], numbers[-1]
    if len(numbers) > 2 and last - first == len(numbers) - 1:
        return f"rounds {first} to {last}"
    return f"round{'s' if len(numbers) > 1 else ''} {words([str(one) for one in numbers])}"


def _listed(names: tuple[str, ...]) -> str:
    if len(names) <= MOST_LISTED:
        return words(names)
    return words([*names[:MOST_LISTED], f"{len(names) - MOST_LISTED} more roles"])


def _counted(absence: Absence) -> str:
    noun = {"points": "point", "launches": "launch"}[absence.what]
    status = {"points": "skipped", "launches": "failed"}[absence.what]
    others = ", …" if len(absence.names) > 1 else ""
    return f"{count(len(absence.names), noun)} {status} ({absence.names[0]}{others})"


def absences_of(run: Run) -> tuple[Absence, ...]:
    """Everything that has a reason instead of a value: counter roles, readings, skipped points, failed
    launches."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for role in run.counters.roles:
        if (why := run.counters.why_none(role)) is not None:
            grouped.setdefault(("counters", why), []).append(role.role)
    for point in run.points:
        if point.skip is not None:
            grouped.setdefault(("points", point.skip), []).append(point.name)
    for launch in run.launches:
        if not launch.is_ok:
            reason = f"{launch.status.text}: {launch.why or 'no reason recorded'}"
            grouped.setdefault(("launches", reason), []).append(run.points[launch.point].name)
    found = [Absence(what, tuple(names), reason) for (what, reason), names in grouped.items()]
    return (*found, *_of_readings(run))


def _of_readings(run: Run) -> Iterator[Absence]:
    """By status, what launches tried to count and could not; roles that no launch can have are told once for
    the machine."""
    told = {role.role for role in run.counters.roles if run.counters.why_none(role) is not None}
    finished = [launch for launch in run.launches if launch.is_ok]
    lacking: dict[ReadingStatus, dict[str, dict[str, list[Launch]]]] = {}
    for launch in finished:
        for role, reading in launch.readings.items():
            if isinstance(reading.value, Unavailable) and role not in told:
                by_role = lacking.setdefault(reading.status, {}).setdefault(role, {})
                by_role.setdefault(reading.value.reason, []).append(launch)
    for status, roles in lacking.items():
        struck = [launch for whys in roles.values() for some in whys.values() for launch in some]
        launches = len({id(launch) for launch in struck})
        tried = sum(not roles.keys().isdisjoint(launch.readings) for launch in finished)
        points = len({launch.point for launch in struck})
        reason = (
            f"{status.value.replace('_', ' ')} in {launches} of {count(tried, 'launch')} that asked for"
            f" {'it' if len(roles) == 1 else 'them'}, at {count(points, 'point')}"
        )
        yield Absence("readings", tuple(roles), reason, _causes(roles))


def _causes(by_role: dict[str, dict[str, list[Launch]]]) -> tuple[Cause, ...]:
    """One of each reason, with all roles that have it."""
    by_why: dict[str, dict[str, list[Launch]]] = {}
    for role, whys in by_role.items():
        for why, launches in whys.items():
            by_why.setdefault(why, {})[role] = launches
    return tuple(
        Cause(tuple(some), why, len({id(launch) for launches in some.values() for launch in launches}))
        for why, some in by_why.items()
    )
