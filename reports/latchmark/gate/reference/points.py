"""What do two stored runs say of one point? Its time, as a caution unless days are known, and its counts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from latchmark.gate.calibration.floor import Floor, count_floor, limits_with
from latchmark.gate.counts.candidates import Candidate, candidates_of, counted_by_round, counted_value
from latchmark.gate.counts.deterministic import (
    decide_deterministic,
    estimate_of_medians,
    grade_of,
    shows_nothing,
    threshold_of,
    variation_of,
)
from latchmark.gate.machines import other_meaning
from latchmark.gate.policy import Policy
from latchmark.gate.stages.pairing import BASE, HEAD
from latchmark.loading.plans import PlannedPoint
from latchmark.model import Point, Run, Unavailable
from latchmark.statistics import day_bound, values_by_round
from latchmark.verdict import Estimate, Gated, Grade, Kind, Limits, Source, Word, ratio_text
from latchmark.wording import percent

_NO_DAYS = "the day-to-day floor is not calibrated, so the time of two runs is a caution only"
_EMULATED = "times of an emulated machine mean nothing beyond their own run"
# To clear the margin nine times in ten, the ratio must lie so many half intervals beyond it (normal errors).
_HALF_INTERVALS = 1 + 1.28 / 1.96


@dataclass(frozen=True, slots=True)
class Runs:
    """The two runs, their launches of sides `base` and `head` alone, and what they are judged by. `among`
    points have times that share the alpha of the suite."""

    base: Run
    head: Run
    policy: Policy
    floor: Floor | None
    sources: Mapping[str, Source]
    among: int = 1

    def answers(self, planned: PlannedPoint) -> Iterator[Gated]:
        """The time of a point that both runs measured, then its counts."""
        if planned.metric:
            yield self._timed(planned)
        for candidate in candidates_of(self.base, _named(self.base, planned), self.policy):
            answer = self._counted(planned, candidate)
            if answer is not None:
                yield answer

    def time_ratio(self, planned: PlannedPoint) -> Estimate | None:
        """The ratio of the two medians of a point's time, above 1 where head is worse."""
        base, head = (
            tuple(values_by_round(run, _named(run, planned), planned.metric, side).values())
            for run, side in ((self.base, BASE), (self.head, HEAD))
        )
        return estimate_of_medians(base, head, planned.direction)

    def _timed(self, planned: PlannedPoint) -> Gated:
        name, metric = planned.name, planned.metric
        limits = limits_with(self.floor, name, metric, self.policy.limits_of(planned.experiment))
        key = Candidate(metric, Kind.TIME, planned.unit, planned.direction)
        answer = self._gated(planned, key, Word.INCONCLUSIVE, "one of the runs has no time above 0", limits)
        estimate = self.time_ratio(planned)
        if estimate is None:
            return answer
        days = self._days(name, metric)
        if days is None or self.base.machine.emulated is not None:
            why = _NO_DAYS if self.base.machine.emulated is None else _EMULATED
            because = f"{ratio_text(estimate)} between the medians of two runs; {why}"
            return replace(answer, because=because, estimate=estimate, is_advisory=True)
        limits = replace(limits, margin=max(limits.margin, days))
        word, because = decide_between_days(estimate, limits, days, self.policy.rules.implausible_improvement)
        return replace(
            answer,
            word=word,
            because=because,
            limits=limits,
            estimate=estimate,
            detectable=_detectable(estimate, limits),
        )

    def _days(self, name: str, metric: str) -> float | None:
        """What two days of one build differ by at most, as a part of 1; None where that is not known."""
        known = self.floor.of(name, metric) if self.floor is not None else None
        if self.floor is None or known is None or known.day_spread is None:
            return None
        alpha = self.policy.rules.alpha
        return math.expm1(day_bound(known.day_spread, self.floor.days, self.among, alpha))

    def _counted(self, planned: PlannedPoint, candidate: Candidate) -> Gated | None:
        """None where no launch of the reference was asked for it."""
        base, head = (
            tuple(counted_by_round(run, _named(run, planned), candidate, side).values())
            for run, side in ((self.base, BASE), (self.head, HEAD))
        )
        limits = self.policy.limits_of(planned.experiment)
        if not base:
            why = _why_none(self.base, _named(self.base, planned), candidate)
            return (
                None
                if why is None
                else replace(
                    self._gated(
                        planned, candidate, Word.INCONCLUSIVE, f"not measured in base: {why}", limits
                    ),
                    is_advisory=True,
                )
            )
        if (why := self._other_meaning(candidate)) is not None:
            return self._gated(planned, candidate, Word.NOT_COMPARABLE, why, limits)
        known = self.floor.of(planned.name, candidate.metric) if self.floor is not None else None
        grade = known.grade if known is not None and known.grade is not None else grade_of(base)
        if grade is not Grade.DETERMINISTIC:
            because = (
                f"launches of base alone differ by {percent(variation_of(base))}: between runs, shown only"
            )
            shown = self._gated(planned, candidate, Word.INCONCLUSIVE, because, limits)
            estimate = estimate_of_medians(base, head, candidate.direction)
            return replace(shown, grade=grade, estimate=estimate, is_advisory=True)
        if not head:
            why = _why_none(self.head, _named(self.head, planned), candidate) or "no launch was asked for it"
            because = f"not measured in head: {why}"
            return replace(self._gated(planned, candidate, Word.INCONCLUSIVE, because, limits), grade=grade)
        floor = count_floor(self.floor, planned.name, candidate.metric)
        word, because, estimate = decide_deterministic(base, head, floor, candidate.direction)
        threshold = threshold_of(base, floor)
        limits = Limits(limit=threshold, margin=threshold, tolerated=threshold)
        answer = self._gated(planned, candidate, word, because, limits)
        return replace(answer, grade=grade, estimate=estimate, is_advisory=shows_nothing(word, base))

    def _other_meaning(self, candidate: Candidate) -> str | None:
        if candidate.kind is not Kind.COUNTER:
            return None
        roles = [run.counters.role(candidate.metric) for run in (self.base, self.head)]
        sources = [None if role is None else role.source for role in roles]
        if sources[0] != sources[1]:
            return f"another event counts it: {sources[0]} in base, {sources[1]} in head"
        return other_meaning(self.base, self.head)

    def _gated(
        self, planned: PlannedPoint, key: Candidate, word: Word, because: str, limits: Limits
    ) -> Gated:
        return Gated(
            point=planned.name,
            experiment=planned.experiment,
            metric=key.metric,
            unit=key.unit,
            kind=key.kind,
            direction=key.direction,
            word=word,
            because=because,
            limits=limits,
            source=self.sources.get(planned.experiment),
        )


def decide_between_days(
    estimate: Estimate, limits: Limits, days: float, implausible: float
) -> tuple[Word, str]:
    """What a time of two days says, where two days of one build differ by up to `days`.

    The interval holds what launches scatter by, and the bound what the day adds: only beyond both is a
    difference one of the code, and only with both taken off is a point known not to be worse.
    """
    told = f"{ratio_text(estimate)} between the medians of two runs, which days alone make {percent(days)} of"
    if estimate.low is None or estimate.high is None:
        return Word.INCONCLUSIVE, f"{told}: too few launches for an interval"
    if estimate.low > 1 + limits.margin and estimate.value >= 1 + limits.limit:
        return Word.REGRESSED, f"{told}: certainly beyond the margin of {percent(limits.margin)}"
    if estimate.high < 1 / (1 + limits.margin):
        word = Word.SUSPECT if estimate.value < 1 - implausible else Word.IMPROVED
        return word, f"{told}: certainly better by more than {percent(limits.margin)}"
    if estimate.high * (1 + days) < 1 + limits.tolerated:
        return Word.OK, f"{told}: not {percent(limits.tolerated)} worse on any day"
    return Word.INCONCLUSIVE, f"{told}: it may be {percent(limits.tolerated)} worse"


def _detectable(estimate: Estimate, limits: Limits) -> float | None:
    if estimate.low is None:
        return None
    half_interval = math.log(estimate.value / estimate.low)
    return math.expm1(math.log1p(limits.margin) + _HALF_INTERVALS * half_interval)


def _why_none(run: Run, point: Point, candidate: Candidate) -> str | None:
    """Why no launch has a value that may gate; None where none was asked."""
    if candidate.kind is Kind.COUNTER and not any(
        candidate.metric in launch.readings for launch in run.launches_of(point)
    ):
        return None
    values = (counted_value(launch, candidate) for launch in run.launches_of(point) if launch.is_ok)
    return next((value.reason for value in values if isinstance(value, Unavailable)), None)


def _named(run: Run, planned: PlannedPoint) -> Point:
    return next(point for point in run.points if point.name == planned.name)
