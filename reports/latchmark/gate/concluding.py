"""What does all that was found amount to? The verdict of two sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from latchmark.gate.counts.answers import decided, gated_of
from latchmark.gate.evidence import Answers, geometric_mean_of, key_of, voids_in
from latchmark.gate.expected import Expected, in_order, unmeasured
from latchmark.gate.machines import soft_differences
from latchmark.gate.measuring import Found
from latchmark.gate.policy import Policy
from latchmark.gate.request import Request
from latchmark.gate.stages.lost import Loss, loss_of, lost_now_and_then
from latchmark.gate.stages.plans import Planned
from latchmark.loading.plans import PlannedPoint
from latchmark.verdict import Gated, Grade, Mode, Problem, Subject, Verdict, Word, ending_of
from latchmark.wording import count, percent


def verdict_of(
    request: Request, policy: Policy, found: Found, plans: Planned | None, expected: Expected | None
) -> Verdict:
    """The verdict. Without plans nothing could be measured, which a problem says."""
    making = _Making(request, replace(policy, rules=found.rules), found)
    points: tuple[Gated, ...] = ()
    controls: tuple[Gated, ...] = ()
    if plans is not None and expected is not None:
        points = in_order([*expected.answers, *making.points(expected)], plans.base)
        controls = tuple(making.controls(expected))
    problems, cautions = [*found.problems], [*(expected.cautions if expected else ()), *found.cautions]
    cautions += making.cautions(expected)
    changes = making.changes_between_stages()
    if policy.strict_env:
        problems += [Problem(3, told) for told in changes]
    else:
        cautions += changes
    differing = [one for one in controls if one.word not in (Word.OK, Word.INCONCLUSIVE)]
    if differing:
        told = "; ".join(
            f"the negative control {one.point} is {one.word}: {one.because}" for one in differing
        )
        is_measured = any(one.word is Word.SUSPECT for one in differing)
        what = "the two sides were not treated alike" if is_measured else "nothing vouches for the machine"
        problems.append(Problem(3, f"{what}: {told}"))
        points = tuple(_doubted(one, differing[0]) for one in points)
    ending = ending_of(points, controls, problems, policy.least_coverage, policy.inconclusive_passes)
    timed = [one for one in expected.points if one.name not in found.losses] if expected else []
    return Verdict(
        mode=Mode.AB,
        exit_code=ending.exit_code,
        sentence=ending.sentence,
        base=making.subject("base", request.base),
        head=making.subject("head", request.head),
        machine=found.stretches[0].run.machine.alias if found.stretches else "",
        hard_key_hash=plans.base.machine if plans is not None else "",
        preset=request.preset,
        filter=request.filter,
        seed=str(request.seed),
        repeat=request.repeat,
        policy=making.policy.as_text(),
        coverage=ending.coverage,
        least_coverage=policy.least_coverage,
        stages=tuple(one.stage for one in found.stretches),
        points=points,
        controls=controls,
        skipped=expected.skipped if expected is not None else (),
        voids=voids_in(found.stretches),
        injections=request.injections,
        problems=tuple(problems),
        cautions=tuple(cautions),
        geometric_mean=geometric_mean_of(timed, found.stretches),
    )


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes the parts of a verdict; the policy has the rules in force."""

    request: Request
    policy: Policy
    found: Found

    @property
    def _answers(self) -> Answers:
        return Answers(self.found.stretches, self.policy, self.found.limits, self.request.sources)

    def subject(self, side: str, path: str) -> Subject:
        sides = self.found.stretches[0].run.sides if self.found.stretches else ()
        build_id = next((one.build_id for one in sides if one.name == side), "")
        return Subject(path, build_id, self.request.versions.get(side, ""))

    def points(self, expected: Expected) -> Iterator[Gated]:
        """The answers for what was to be measured: times, then counts."""
        for point in expected.points:
            decision = self.found.decisions.get(key_of(point))
            if (loss := self.found.losses.get(point.name)) is not None:
                yield self._lost(point, loss)
            elif decision is not None:
                yield self._answers.timed(point, decision)
            elif point.metric:
                why = "no pair of launches counts"
                yield unmeasured(point, Word.INCONCLUSIVE, why, self.policy, self.request.sources)
        counts = [one for one in self.found.counts if one.key[0] not in self.found.losses]
        yield from decided(counts, self.policy, self.request.sources)
        for one in counts:
            if one.grade is not Grade.STABLE or (decision := self.found.decisions.get(one.key)) is None:
                continue
            answer = gated_of(
                one, self.policy, self.request.sources, decision.word, decision.because, decision.estimate
            )
            yield replace(
                answer,
                spread=decision.spread,
                detectable=decision.detectable,
                pairs_needed=decision.pairs_needed,
                looks=decision.looks,
            )

    def controls(self, expected: Expected) -> Iterator[Gated]:
        """The negative controls, once anything was measured."""
        runs = [one.run for one in self.found.stretches]
        for point in expected.controls if runs else ():
            loss = loss_of(runs, point.name, point.metric)
            yield self._answers.control(point) if loss is None else self._lost(point, loss)

    def _lost(self, point: PlannedPoint, loss: Loss) -> Gated:
        return unmeasured(
            point,
            loss.word,
            loss.because,
            self.policy,
            self.request.sources,
            fails_in_base=loss.fails_in_base,
        )

    def cautions(self, expected: Expected | None) -> Iterator[str]:
        """What is odd about the sides, and launches and rounds that were lost on the way."""
        shas = self.request.sha256
        if shas.get("base") and shas.get("base") == shas.get("head"):
            yield "base and head are the same file byte for byte: what differs is noise, or was injected"
        lengths = self.request.path_bytes
        if lengths.get("base") != lengths.get("head"):
            yield (
                f"the path of base has {lengths['base']} bytes, that of head {lengths['head']}: it shifts the"
                " stack of a launch, so a part of each difference may be layout; give paths of one length"
            )
        runs = [one.run for one in self.found.stretches]
        for point in expected.points if expected is not None else ():
            if point.name not in self.found.losses and (told := lost_now_and_then(runs, point.name)):
                yield told
        voided = sum(one.stage.voided for one in self.found.stretches)
        rounds = sum(one.stage.rounds for one in self.found.stretches)
        if voided:
            share = percent(voided / rounds)
            yield f"{voided} of {count(rounds, 'round')} ({share}) did not count: the machine was disturbed"

    def changes_between_stages(self) -> tuple[str, ...]:
        """How the machine was set up otherwise in a later stage than in the first."""
        stretches = self.found.stretches
        return tuple(
            f"between {stretches[0].stage.name} and {one.stage.name} changed {told}"
            for one in stretches[1:]
            for told in soft_differences(stretches[0].run, one.run)
        )


def _doubted(one: Gated, control: Gated) -> Gated:
    """A difference proves nothing where code that no change can touch differs as well."""
    if one.word not in (Word.REGRESSED, Word.IMPROVED):
        return one
    because = f"{one.word.lower()}, but the negative control {control.point} differs too: {one.because}"
    return replace(one, word=Word.SUSPECT, because=because)
