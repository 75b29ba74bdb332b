"""What was measured so far, and which answers does it give? Everything between the stages and the verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from latchmark.gate.counts.companions import companions_of
from latchmark.gate.policy import Policy
from latchmark.gate.procedure import Key
from latchmark.gate.procedure.controls import decide_control
from latchmark.gate.procedure.deciding import Decision, estimate_of
from latchmark.gate.stages.pairing import BASE, HEAD, Value, log_ratios, pairs_of
from latchmark.gate.stages.stretches import Stretch
from latchmark.loading.plans import PlannedPoint
from latchmark.model import Launch, Unavailable
from latchmark.statistics import measures_of
from latchmark.verdict import Companion, Estimate, Gated, Kind, Limits, Pair, Source, StageKind, Void, Word


def key_of(point: PlannedPoint) -> Key:
    """The time of a point."""
    return point.name, point.metric


def scalar_of(metric: str) -> Value:
    """How a metric of a launch is read."""

    def value(launch: Launch) -> float | Unavailable:
        return launch.scalar(metric)

    return value


def all_pairs(stretches: Sequence[Stretch], key: Key, value: Value) -> tuple[Pair, ...]:
    """The pairs of a key over all stretches that launched its point, in the order of time."""
    return tuple(
        pair
        for stage, one in enumerate(stretches)
        for pair in pairs_of(one.run, stage, one.voids, [(key, value)])[key]
    )


def voids_in(stretches: Sequence[Stretch]) -> tuple[Void, ...]:
    """Every round that does not count."""
    return tuple(
        Void(stage, round_, why) for stage, one in enumerate(stretches) for round_, why in one.voids.items()
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """Makes answers of decisions; `limits` are those in force for each point's name."""

    stretches: Sequence[Stretch]
    policy: Policy
    limits: Mapping[Key, Limits]
    sources: Mapping[str, Source]

    def timed(self, point: PlannedPoint, decision: Decision) -> Gated:
        """The answer for a point's time."""
        pairs = all_pairs(self.stretches, key_of(point), scalar_of(point.metric))
        answer = self._of(point, decision, pairs)
        lost = Counter(pair.why for pair in pairs if pair.why is not None).most_common(1)
        if answer.estimate is None and lost:
            return replace(answer, because=f"{answer.because}: {lost[0][0]}")
        if answer.word is not Word.REGRESSED:
            return answer
        return replace(answer, companions=self._companions(point, pairs))

    def control(self, point: PlannedPoint) -> Gated:
        """The answer for a negative control, over the pairs of all stages together."""
        pairs = all_pairs(self.stretches, key_of(point), scalar_of(point.metric))
        d = log_ratios(pairs, point.direction)
        return self._of(point, decide_control(d, self.limits[key_of(point)].margin, self.policy.rules), pairs)

    def _of(self, point: PlannedPoint, decision: Decision, pairs: tuple[Pair, ...]) -> Gated:
        return Gated(
            point=point.name,
            experiment=point.experiment,
            metric=point.metric,
            unit=point.unit,
            kind=Kind.TIME,
            direction=point.direction,
            word=decision.word,
            because=decision.because,
            limits=self.limits[key_of(point)],
            estimate=decision.estimate,
            spread=decision.spread,
            detectable=decision.detectable,
            pairs_needed=decision.pairs_needed,
            looks=decision.looks,
            pairs=pairs,
            source=self.sources.get(point.experiment),
        )

    def _companions(self, point: PlannedPoint, pairs: Iterable[Pair]) -> tuple[Companion, ...]:
        """What went with a slowdown, in the launches of the pairs that count."""
        counted = {(pair.stage, pair.round) for pair in pairs if pair.why is None}
        found: dict[tuple[int, int], dict[str, Launch]] = {}
        for stage, one in enumerate(self.stretches):
            for measured in one.run.points:
                if measured.name == point.name:
                    for launch in one.run.launches_of(measured):
                        if (stage, launch.round) in counted:
                            found.setdefault((stage, launch.round), {})[launch.side] = launch
        run = self.stretches[0].run
        measured = next(one for one in run.points if one.name == point.name)
        return companions_of(
            [sides[BASE] for sides in found.values()],
            [sides[HEAD] for sides in found.values()],
            measured,
            run.experiment_of(measured),
            measures_of(run),
        )


def geometric_mean_of(points: Sequence[PlannedPoint], stretches: Sequence[Stretch]) -> Estimate | None:
    """The geometric mean of the points' ratios, by round of the screen: over the points that both sides have
    a value of in every round that counts. None where there is no such point."""
    screen = [(i, one) for i, one in enumerate(stretches) if one.stage.kind is StageKind.SCREEN]
    by_point: list[dict[tuple[int, int], float]] = []
    for point in points:
        key, value = key_of(point), scalar_of(point.metric)
        if not point.metric:
            continue
        rounds = {}
        for stage, one in screen:
            for pair in pairs_of(one.run, stage, one.voids, [(key, value)])[key]:
                if ratio := log_ratios([pair], point.direction):
                    rounds[pair.stage, pair.round] = ratio[0]
        by_point.append(rounds)
    if not by_point:
        return None
    most = max(by_point, key=len)
    whole = [rounds for rounds in by_point if rounds.keys() == most.keys()]
    return estimate_of([sum(rounds[one] for rounds in whole) / len(whole) for one in most])
