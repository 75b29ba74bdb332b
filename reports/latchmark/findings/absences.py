"""What could not be measured, and why? One sentence a reason, for the trust panel and the terminal."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.model import Run
from latchmark.wording import count, words

MOST_LISTED = 4


@dataclass(frozen=True, slots=True)
class Absence:
    """Things that are missing for one and the same reason. `what` is `counters`, `points` or `launches`."""

    what: str
    names: tuple[str, ...]
    reason: str

    @property
    def sentence(self) -> str:
        """`cycles and instructions: ...`; long lists are counted, `names` has them all."""
        subject = _listed(self.names) if self.what == "counters" else _counted(self)
        return f"{subject}: {self.reason}"


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
    """Everything that has a reason instead of a value: counter roles, skipped points, failed launches."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for role in run.counters.roles:
        if not role.is_available:
            grouped.setdefault(("counters", role.why or role.status.value.replace("_", " ")), []).append(
                role.role
            )
    for point in run.points:
        if point.skip is not None:
            grouped.setdefault(("points", point.skip), []).append(point.name)
    for launch in run.launches:
        if not launch.is_ok:
            reason = f"{launch.status.value.replace('_', ' ')}: {launch.why or 'no reason recorded'}"
            grouped.setdefault(("launches", reason), []).append(run.points[launch.point].name)
    return tuple(Absence(what, tuple(names), reason) for (what, reason), names in grouped.items())
