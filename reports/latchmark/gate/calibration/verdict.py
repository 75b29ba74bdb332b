"""What did a calibration find? As a verdict, so that every output shows it; it can fail nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from latchmark.gate.calibration.estimating import FEWEST_PAIRS, Calibration, Likeness, keys_of
from latchmark.gate.calibration.floor import Floor, PointFloor, limits_with
from latchmark.gate.counts.candidates import Candidate
from latchmark.gate.policy import Policy
from latchmark.model import Point
from latchmark.statistics import day_bound
from latchmark.verdict import Gated, Mode, Problem, Stage, Subject, Verdict, Void, Word
from latchmark.wording import count, percent


def calibration_verdict(
    floor: Floor,
    calibrations: Sequence[Calibration],
    policy: Policy,
    repeat: str,
    stages: Sequence[Stage] = (),
    bench: str = "one program",
) -> Verdict:
    """The floor as an advisory verdict, with exit code 3 where nothing is known; `calibrations` are those it
    was made of, in the order of `stages`, and `bench` the program as it was typed."""
    run = next(one.run for one in calibrations if one.likeness is Likeness.SAME)
    points = tuple(
        _gated_of(floor, point, key, policy) for point in run.points for key in keys_of(run, point, policy)
    )
    calibrated, asked = sum(one.word is Word.OK for one in points), count(len(points), "gated point")
    ended = "Calibrated" if calibrated else "No verdict"
    problems = () if calibrated else (Problem(3, "no noise floor could be calibrated"),)
    subject = Subject(bench, run.suite.build_id, run.suite.version)
    return Verdict(
        mode=Mode.CALIBRATE,
        exit_code=0 if calibrated else 3,
        sentence=f"{ended}: the noise floor of {calibrated} of {asked} is known;"
        f" {percent(floor.voided)} of the rounds were void.",
        base=subject,
        head=subject,
        machine=run.machine.alias,
        hard_key_hash=run.machine.hard_key_hash,
        preset=run.preset,
        filter=None,
        seed=run.seed,
        repeat=repeat,
        policy=policy.as_text(),
        coverage=None,
        least_coverage=policy.least_coverage,
        stages=tuple(stages),
        points=points,
        problems=problems,
        voids=tuple(
            Void(stage, round_, why)
            for stage, one in enumerate(calibrations)
            for round_, why in sorted(one.voids.items())
        ),
    )


def _gated_of(floor: Floor, point: Point, key: Candidate, policy: Policy) -> Gated:
    known = floor.of(point.name, key.metric)
    return Gated(
        point=point.name,
        experiment=point.experiment,
        metric=key.metric,
        unit=key.unit,
        kind=key.kind,
        direction=key.direction,
        word=Word.INCONCLUSIVE if known is None else Word.OK,
        because=f"fewer than {FEWEST_PAIRS} pairs count: too few for a floor"
        if known is None
        else told(known, floor.days),
        limits=limits_with(floor, point.name, key.metric, policy.limits_of(point.experiment)),
        grade=None if known is None else known.grade,
        spread=None if known is None else known.spread,
        is_advisory=True,
    )


def told(one: PointFloor, days: int = 0) -> str:
    """What is known of a key, in one sentence with numbers; `days` is how many were calibrated."""
    parts = [count(one.pairs, "pair")]
    if one.grade is not None and one.variation is not None:
        parts.append(f"launches of one file differ by {percent(one.variation)}: grade {one.grade}")
    if one.spread is not None:
        parts.append(f"spread {_share(one.spread)}")
    parts += [f"medians of {pairs} pairs stray up to {_share(stray)}" for pairs, stray in one.strays]
    if one.layout is not None:
        parts.append(f"layout adds {_share(one.layout)}")
    if one.day_spread is not None:
        parts.append(f"another day up to {_share(day_bound(one.day_spread, days))}")
    return ", ".join(parts)


def _share(of_logarithm: float) -> str:
    return percent(math.expm1(of_logarithm))
