"""Which classic pitfalls does a run show, what do they cost there, and what does the cure cost?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from latchmark.cautions import EMULATED, Caution
from latchmark.findings.finding import Finding
from latchmark.findings.pitfall import AgainstCure, Evidence, Pitfall, Where
from latchmark.findings.pitfall_catalogue import PITFALLS
from latchmark.findings.pitfall_evidence import Shown, experiment_named, shown_by
from latchmark.model import Experiment, Placement, Run
from latchmark.statistics import values_by_round, why_absent
from latchmark.wording import count, number, words


@dataclass(frozen=True, slots=True)
class MeasuredPitfall:
    """A pitfall of which the run says something: `finding` in a sentence, `size` and `interval` its number,
    `meaning` what that is a number of. `price` is what the cure costs; `doubts` are the names of the cautions
    on the points behind the finding."""

    pitfall: Pitfall
    finding: Finding
    size: str
    interval: str
    meaning: str
    price: Finding | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingPitfall:
    """A pitfall of which the run says nothing, and why. `experiment` would show it, where there is one;
    `is_left_out` tells that the run's plan lacks its points, and not that the machine could not do them."""

    pitfall: Pitfall
    why: str
    experiment: str
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class PitfallIndex:
    """The whole catalogue in reading order, in two parts."""

    measured: tuple[MeasuredPitfall, ...]
    missing: tuple[MissingPitfall, ...]


def pitfalls_of(run: Run, findings: Sequence[Finding], cautions: Sequence[Caution]) -> PitfallIndex:
    """The pitfalls that a run shows, and those that it does not; `findings` and `cautions` are the run's."""
    measured_here: list[MeasuredPitfall] = []
    missing: list[MissingPitfall] = []
    for pitfall in PITFALLS:
        shown = next((one for each in pitfall.shown_by if (one := shown_by(run, findings, each))), None)
        if shown is None:
            missing.append(_missing(run, pitfall))
        else:
            measured_here.append(_measured(run, pitfall, shown, findings, cautions))
    return PitfallIndex(tuple(measured_here), tuple(missing))


def _measured(
    run: Run, pitfall: Pitfall, shown: Shown, findings: Sequence[Finding], cautions: Sequence[Caution]
) -> MeasuredPitfall:
    price = None if pitfall.price is None else shown_by(run, findings, pitfall.price)
    behind = {point.name for point in (shown.finding.numerator, shown.finding.denominator) if point}
    doubts = dict.fromkeys(one.name.value.replace("_", " ") for one in cautions if one.where in behind)
    return MeasuredPitfall(
        pitfall,
        _flagged(run, shown.finding),
        shown.size,
        shown.interval,
        _meaning(pitfall, shown),
        None if price is None else _flagged(run, price.finding),
        tuple(doubts),
    )


def _meaning(pitfall: Pitfall, shown: Shown) -> str:
    """What the number is of, and which side of the comparison it speaks for where that is not the pitfall."""
    if not shown.meaning:
        return ""
    if shown.is_turned:
        return f"{shown.meaning}: here the cure costs {'less' if pitfall.is_price else 'more'}"
    return f"{shown.meaning}: what the cure costs" if pitfall.is_price else shown.meaning


def _flagged(run: Run, finding: Finding) -> Finding:
    """With the flag that all findings of such a run have."""
    return replace(finding, flag=EMULATED) if run.machine.emulated is not None else finding


def _missing(run: Run, pitfall: Pitfall) -> MissingPitfall:
    """Why nothing is said of a pitfall: by the first evidence, which shows it best."""
    if not pitfall.shown_by:
        return MissingPitfall(pitfall, f"no experiment yet: it would take {pitfall.missing}", "", False)
    evidence = pitfall.shown_by[0]
    experiment = experiment_named(run, evidence.experiment)
    if experiment is None:
        return MissingPitfall(pitfall, "this run leaves the experiment out", evidence.experiment, True)
    names = (evidence.pitfall, evidence.cure) if isinstance(evidence, AgainstCure) else (evidence.variant,)
    for name in names:
        points = [point for point in run.points_of(experiment) if name in ("", point.variant)]
        if not points:
            return MissingPitfall(pitfall, f"this run leaves {name} out", experiment.name, True)
        if not any(values_by_round(run, point) for point in points):
            return MissingPitfall(pitfall, why_absent(run, points[0]), experiment.name, False)
    return _nowhere(run, pitfall, experiment, evidence)


def _nowhere(run: Run, pitfall: Pitfall, experiment: Experiment, evidence: Evidence) -> MissingPitfall:
    """The variants were measured, but not where they show the pitfall."""
    if not isinstance(evidence, AgainstCure):
        return MissingPitfall(pitfall, "this run found nothing to tell about it", experiment.name, False)
    for point in run.points_of(experiment):
        is_meant = point.variant in (evidence.pitfall, evidence.cure) and evidence.where is Where.MOST
        if is_meant and point.skip is not None and point.placement is Placement.SPREAD:
            # No preset measures here what the machine cannot do.
            return MissingPitfall(pitfall, point.skip, experiment.name, False)
    most = max(point.workers for point in run.points_of(experiment))
    if most < evidence.fewest_workers:
        why = f"it takes {count(evidence.fewest_workers, 'worker')}; the largest team here has {most}"
        return MissingPitfall(pitfall, why, experiment.name, False)
    asked = [f"{name} {number(value)}" for name, value in evidence.at]
    asked += ["more workers than CPUs"] if evidence.where is Where.CROWDED else []
    asked += ["one worker"] if evidence.where is Where.ALONE else []
    at = f" with {words(asked)}" if asked else ""
    why = f"this run compares {evidence.pitfall} and {evidence.cure} nowhere{at}"
    return MissingPitfall(pitfall, why, experiment.name, True)
