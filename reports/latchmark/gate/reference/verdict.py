"""Is head worse than a stored run of the same machine? Counts can fail it, times only where days are known.

Between two runs lie days, boots and whoever else was on the machine, so nothing is paired: a ratio is that of
two medians.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from latchmark.gate.calibration.floor import Floor, why_expired
from latchmark.gate.counts.candidates import missing_roles
from latchmark.gate.expected import Expected, expected_of, in_order, unmeasured
from latchmark.gate.machines import hard_differences, soft_differences
from latchmark.gate.policy import Policy
from latchmark.gate.reference.points import Runs
from latchmark.gate.stages.lost import Loss, loss_of, lost_now_and_then
from latchmark.gate.stages.pairing import BASE, HEAD
from latchmark.loading.plans import Plan, PlannedPoint
from latchmark.model import Direction, Point, Run, Side, time_of
from latchmark.verdict import (
    Estimate,
    Gated,
    Mode,
    Problem,
    Source,
    Subject,
    Verdict,
    Word,
    ending_of,
    ratio_text,
)

_NO_VERDICT = 3


def baseline_verdict(
    reference: Run,
    head: Run,
    policy: Policy,
    floor: Floor | None,
    today: date,
    repeat: str,
    sources: Mapping[str, Source] | None = None,
) -> Verdict:
    """The verdict on `head` against the reference run. Of a run with several sides the reference's first and
    head's last is meant; `repeat` is the command that asks this again."""
    base, other = _as_side(reference, reference.sides[0], BASE), _as_side(head, head.sides[-1], HEAD)
    expired = None if floor is None else why_expired(floor, other, today)
    plan = _plan_of(base)
    expected = expected_of(plan, _plan_of(other), policy, today, sources or {})
    timed = sum(point.metric != "" for point in expected.points)
    known = None if expired is not None else floor
    runs = Runs(base, other, policy, known, sources or {}, among=max(1, timed))
    hard, soft = hard_differences(base, other), soft_differences(base, other)
    problems = tuple(_problems(runs, hard, soft))
    points = in_order((*expected.answers, *_answers(runs, expected, hard)), plan)
    ending = ending_of(points, (), problems, policy.least_coverage, policy.inconclusive_passes)
    cautions = (
        *((expired,) if expired is not None else ()),
        *(f"differs between the runs: {one}" for one in soft),
        *expected.cautions,
        *_of_controls(runs, expected.controls),
        *_of_losses(runs, expected.points),
        *_of_times(points),
    )
    return Verdict(
        mode=Mode.BASELINE,
        exit_code=ending.exit_code,
        sentence=ending.sentence,
        base=_subject_of(base),
        head=_subject_of(other),
        machine=other.machine.alias,
        hard_key_hash=other.machine.hard_key_hash,
        preset=other.preset,
        filter=None,
        seed=other.seed,
        repeat=repeat,
        policy=policy.as_text(),
        coverage=ending.coverage,
        least_coverage=policy.least_coverage,
        points=points,
        skipped=expected.skipped,
        problems=problems,
        cautions=cautions,
    )


def _as_side(run: Run, side: Side, name: str) -> Run:
    """The run as if it had measured one side, of that name: what is known of sides then serves two runs."""
    launches = tuple(replace(one, side=name) for one in run.launches if one.side == side.name)
    return replace(run, sides=(Side(name, side.build_id),), launches=launches)


def _plan_of(run: Run) -> Plan:
    return Plan(tuple(_planned(run, point) for point in run.points), run.rounds, run.machine.alias, {})


def _planned(run: Run, point: Point) -> PlannedPoint:
    experiment = run.experiment_of(point)
    metric = time_of(experiment.metrics, point.purpose)
    return PlannedPoint(
        name=point.name,
        experiment=point.experiment,
        definition=point.definition,
        skip=point.skip,
        is_calibrated=True,
        launch_s=0.0,
        is_negative_control=experiment.is_negative_control,
        metric="" if metric is None else metric.name,
        unit="" if metric is None else metric.unit,
        direction=Direction.LOWER if metric is None else metric.direction,
    )


def _problems(runs: Runs, hard: Sequence[str], soft: Sequence[str]) -> Iterator[Problem]:
    for run, side in ((runs.base, BASE), (runs.head, HEAD)):
        if not run.complete:
            why = run.incomplete_reason or "no reason recorded"
            yield Problem(_NO_VERDICT, f"the run of {side} ({run.file_name}) is incomplete: {why}")
    if hard:
        yield Problem(_NO_VERDICT, f"the runs are of different machines: {'; '.join(hard)}")
    if soft and runs.policy.strict_env:
        yield Problem(_NO_VERDICT, f"the environment differs, which is not allowed here: {'; '.join(soft)}")
    for run, side in ((runs.base, BASE), (runs.head, HEAD)):
        yield from (Problem(_NO_VERDICT, why) for why in missing_roles(run, side, runs.policy))


def _answers(runs: Runs, expected: Expected, hard: Sequence[str]) -> Iterator[Gated]:
    for planned in expected.points:
        if hard:
            why = f"measured on another machine: {'; '.join(hard)}"
            yield unmeasured(planned, Word.NOT_COMPARABLE, why, runs.policy, runs.sources)
        elif (loss := _loss_of(runs, planned)) is not None:
            yield unmeasured(
                planned,
                loss.word,
                loss.because,
                runs.policy,
                runs.sources,
                fails_in_base=loss.fails_in_base,
            )
        else:
            yield from runs.answers(planned)


def _loss_of(runs: Runs, planned: PlannedPoint) -> Loss | None:
    loss = loss_of((runs.base, runs.head), planned.name, planned.metric)
    if loss is not None and loss.word is Word.MISSING and not runs.head.complete:
        # Not reached is not lost.
        return replace(loss, because=f"{loss.because}: its run is incomplete", fails_in_base=True)
    return loss


def _of_controls(runs: Runs, controls: Iterable[PlannedPoint]) -> Iterator[str]:
    """What no change can touch, and is different all the same, is the machine's doing."""
    for planned in controls:
        if _loss_of(runs, planned) is None:
            estimate = runs.time_ratio(planned)
            if estimate is not None and _is_apart(estimate, runs.policy.limits.margin):
                told = f"{planned.name}, a negative control, differs"
                yield f"{told}: {ratio_text(estimate)}: the machine changed"


def _of_losses(runs: Runs, points: Iterable[PlannedPoint]) -> Iterator[str]:
    for planned in points:
        if (told := lost_now_and_then((runs.base, runs.head), planned.name)) is not None:
            yield told


def _of_times(points: Iterable[Gated]) -> Iterator[str]:
    """Times that cannot fail, and look as if they should be looked at."""
    for one in points:
        if not one.is_advisory or one.grade is not None or one.estimate is None:
            continue
        if one.estimate.value >= 1 + one.limits.limit and _is_apart(one.estimate, one.limits.margin):
            yield f"{one.point}: {one.because}"


def _is_apart(estimate: Estimate, margin: float) -> bool:
    if estimate.low is None or estimate.high is None:
        return False
    return estimate.low > 1 + margin or estimate.high < 1 / (1 + margin)


def _subject_of(run: Run) -> Subject:
    return Subject(run.file_name, run.sides[0].build_id, run.suite.version)
