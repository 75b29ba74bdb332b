"""Which points must be measured? What the plans of both sides say, joined before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from latchmark.gate.policy import Policy
from latchmark.loading.plans import Plan, PlannedPoint
from latchmark.verdict import Gated, Kind, Skipped, Source, Word


@dataclass(frozen=True, slots=True)
class Expected:
    """`points` and `controls` are to be measured on both sides; `answers` need no measuring: MISSING, NEW,
    NOT_COMPARABLE, or ERROR of what base cannot run."""

    points: tuple[PlannedPoint, ...]
    controls: tuple[PlannedPoint, ...]
    answers: tuple[Gated, ...]
    skipped: tuple[Skipped, ...]
    cautions: tuple[str, ...]


def expected_of(
    base: Plan, head: Plan, policy: Policy, today: date, sources: Mapping[str, Source]
) -> Expected:
    """Base's points are what head must answer. A point that head lacks is MISSING unless the policy lets it
    go."""
    there = {point.name: point for point in head.points}
    measured: list[PlannedPoint] = []
    answers: list[Gated] = []
    skipped: list[Skipped] = []
    cautions: list[str] = []
    for point in base.points:
        other = there.pop(point.name, None)
        lack = _lack_of(point, other)
        if point.skip is not None:
            skipped.append(Skipped(point.name, point.skip))
        elif lack is not None:
            removal = policy.removal_of(point.name)
            if removal is not None and removal.expires >= today:
                until = f"as the policy allows until {removal.expires}: {removal.reason}"
                cautions.append(f"{point.name} was removed, {until}")
            else:
                expired = f" (its removal was allowed until {removal.expires})" if removal is not None else ""
                answers.append(unmeasured(point, Word.MISSING, lack + expired, policy, sources))
        elif other is not None and other.definition != point.definition:
            why = f"the sides ask different questions by this name: {point.definition} and {other.definition}"
            answers.append(unmeasured(point, Word.NOT_COMPARABLE, why, policy, sources))
        elif not point.is_calibrated:
            why = "base could not run it when it was calibrated"
            answers.append(unmeasured(point, Word.ERROR, why, policy, sources, fails_in_base=True))
        else:
            measured.append(point)
    for point in there.values():
        if point.skip is None:
            answers.append(unmeasured(point, Word.NEW, "base does not have it", policy, sources))
        else:
            skipped.append(Skipped(point.name, point.skip))
    controls = tuple(point for point in measured if point.is_negative_control)
    if not controls:
        cautions.append("no negative control is in both sides: nothing shows that they were treated alike")
    return Expected(
        points=tuple(point for point in measured if not point.is_negative_control),
        controls=controls,
        answers=tuple(answers),
        skipped=tuple(skipped),
        cautions=tuple(cautions),
    )


def _lack_of(point: PlannedPoint, other: PlannedPoint | None) -> str | None:
    if other is None:
        return "head does not have it"
    if other.skip is not None and point.skip is None:
        return f"head cannot run it here: {other.skip}"
    return None


def unmeasured(
    point: PlannedPoint,
    word: Word,
    because: str,
    policy: Policy,
    sources: Mapping[str, Source],
    *,
    fails_in_base: bool = False,
) -> Gated:
    """The answer for a point of which nothing was measured that counts."""
    return Gated(
        point=point.name,
        experiment=point.experiment,
        metric=point.metric,
        unit=point.unit,
        kind=Kind.TIME,
        direction=point.direction,
        word=word,
        because=because,
        limits=policy.limits_of(point.experiment),
        source=sources.get(point.experiment),
        fails_in_base=fails_in_base,
    )


def in_order(answers: Sequence[Gated], base: Plan) -> tuple[Gated, ...]:
    """In the order of the plan; what base does not have comes last."""
    places = {point.name: place for place, point in enumerate(base.points)}
    return tuple(sorted(answers, key=lambda one: places.get(one.point, len(places))))
