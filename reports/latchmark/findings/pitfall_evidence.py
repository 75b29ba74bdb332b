"""What does a run say of a pitfall, by one piece of evidence? A finding, and its number in large."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latchmark.findings.comparing import LOST_UPDATES, comparisons
from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import no_difference, variant_finding
from latchmark.findings.pitfall import AgainstCure, Evidence, Level, Told, Where
from latchmark.findings.sentences import Comparison, level_sentence, words_of
from latchmark.model import (
    CPU_TIME,
    TIME_PER_OPERATION,
    Experiment,
    MetricDefinition,
    Parameters,
    Placement,
    Point,
    Purpose,
    Run,
    Team,
    Unavailable,
)
from latchmark.statistics import Interval, Summary, summary_of_point, values_by_round
from latchmark.wording import amount, between, measured, number, percent, team

NO_DIFFERENCE = "no difference shown here"
# Where the sentence beside it says the rest.
_SHORTER = {TIME_PER_OPERATION: "time", CPU_TIME: "CPU time", "noticed_after": "time to notice"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding about a pitfall: `size` and `interval` are its number, `meaning` says what that is of.
    `is_turned` tells that the second of the two that were compared costs more."""

    finding: Finding
    size: str
    interval: str
    meaning: str
    is_turned: bool = False


def shown_by(run: Run, findings: Sequence[Finding], evidence: Evidence) -> Shown | None:
    """What the run says by this evidence; None where it cannot."""
    if isinstance(evidence, Told):
        return _told(run, findings, evidence)
    experiment = experiment_named(run, evidence.experiment)
    if experiment is None:
        return None
    if isinstance(evidence, Level):
        return _level(run, experiment, evidence)
    compared = _compared(run, experiment, evidence)
    return None if compared is None else _against_cure(compared, evidence)


def _told(run: Run, findings: Sequence[Finding], evidence: Told) -> Shown | None:
    for finding in findings:
        about = "" if finding.numerator is None else finding.numerator.variant
        if (
            (finding.experiment, finding.kind) == (evidence.experiment, evidence.kind)
            and evidence.variant in ("", about)
            and finding.amount is not None
        ):
            size, interval = finding.amount, ""
            if finding.kind is FindingKind.LOSSES and finding.numerator is not None:
                lost = summary_of_point(run, finding.numerator, LOST_UPDATES)
                if isinstance(lost, Summary):
                    size, interval = percent(lost.median), _percent_between(lost)
            return Shown(finding, size, interval, evidence.meaning)
    return None


def _percent_between(summary: Summary) -> str:
    interval = summary.interval
    if isinstance(interval, Unavailable):
        return between(interval)
    return f"[{percent(interval.low)}, {percent(interval.high)}]"


def _level(run: Run, experiment: Experiment, evidence: Level) -> Shown | None:
    points = [
        point
        for point in _candidates(run, experiment, experiment.headline)
        if point.variant == evidence.variant
        and experiment.is_at_middle(point)
        and not point.is_oversubscribed
        and point.workers >= evidence.fewest_workers
    ]
    if not points:
        return None
    point = min(points, key=_preference)
    summary = summary_of_point(run, point)
    if isinstance(summary, Unavailable):
        return None
    unit = experiment.headline.unit
    size = amount(summary.median, unit)
    interval = measured(summary.median, summary.interval, unit).removeprefix(size).strip()
    text = level_sentence(run, experiment, point)
    finding = Finding(FindingKind.LEVEL, experiment.name, text, numerator=point, amount=size)
    return Shown(finding, size, interval, evidence.meaning)


def _against_cure(one: Comparison, evidence: AgainstCure) -> Shown:
    """The difference in the project's words, and its number: how many times as much the pitfall costs."""
    finding = _finding(one)
    ratio, interval = one.ratio, one.ratio.interval
    if isinstance(interval, Interval) and not ratio.is_apart:
        return Shown(finding, NO_DIFFERENCE, f"{number(ratio.value)}\u00d7 {between(interval)}", "")
    what = f"the {_SHORTER.get(one.metric.name) or words_of(one.metric)}"
    is_turned = ratio.value < 1
    told = ratio.inverse if is_turned else ratio
    cheaper = evidence.pitfall if is_turned else evidence.cure
    of = "the other" if evidence.pitfall == evidence.cure else cheaper
    return Shown(finding, f"{number(told.value)}\u00d7", between(told.interval), f"{what} of {of}", is_turned)


def _finding(one: Comparison) -> Finding:
    place = team(one.numerator, one.experiment)
    if isinstance(one.ratio.interval, Interval) and not one.ratio.is_apart:
        return no_difference(FindingKind.NO_DIFFERENCE, [one], f"With {place}")
    return variant_finding(FindingKind.VARIANTS, one)


def _compared(run: Run, experiment: Experiment, evidence: AgainstCure) -> Comparison | None:
    """The pitfall and its cure at one place, where both have a value."""
    metric = experiment.metric(evidence.metric) if evidence.metric else experiment.headline
    if metric is None:
        return None
    points = [
        point
        for point in _candidates(run, experiment, metric)
        if evidence.team in (None, point.team) and _is_where(point, evidence)
    ]
    cure_at = evidence.at if evidence.cure_at is None else evidence.cure_at
    cures = {_seat(point): point for point in _at(experiment, points, evidence.cure, cure_at)}
    pitfalls = [
        point for point in _at(experiment, points, evidence.pitfall, evidence.at) if _seat(point) in cures
    ]
    if not pitfalls:
        return None
    point = min(pitfalls, key=_preference)
    found = comparisons(run, experiment, [(point, cures[_seat(point)])], metric)
    return found[0] if found else None


def _is_where(point: Point, evidence: AgainstCure) -> bool:
    if point.workers < evidence.fewest_workers:
        return False
    if evidence.where is Where.ALONE:
        return point.workers == 1
    return point.is_oversubscribed is (evidence.where is Where.CROWDED)


def _at(experiment: Experiment, points: Sequence[Point], variant: str, at: Parameters) -> Iterator[Point]:
    """The points of a variant at these parameters, and at the middle of all other axes."""
    asked = {axis.name: axis.middle for axis in experiment.axes} | dict(at)
    for point in points:
        own = dict(point.parameters)
        if point.variant == variant and all(own.get(name, value) == value for name, value in asked.items()):
            yield point


def _candidates(run: Run, experiment: Experiment, metric: MetricDefinition) -> list[Point]:
    """The points that have a value of the metric and are not slowed by counting, those that the experiment
    is about first."""
    points = [
        point
        for point in run.points_of(experiment)
        if point.purpose is not Purpose.COUNTS
        and not point.is_map_row
        and values_by_round(run, point, metric.name)
    ]
    return sorted(points, key=lambda point: point.purpose is not experiment.main_purpose)


def _seat(point: Point) -> tuple[object, ...]:
    return point.team, point.workers, point.placement, point.purpose


def _preference(point: Point) -> tuple[object, ...]:
    """Threads, which everybody has, before processes; the largest team; spread over the cores."""
    return point.team is not Team.THREADS, -point.workers, point.placement is not Placement.SPREAD


def experiment_named(run: Run, name: str) -> Experiment | None:
    """The experiment of that name, where the run has it."""
    return next((one for one in run.experiments if one.name == name), None)
