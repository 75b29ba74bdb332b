"""Which sentences does a run support? Compares variants, teams and numbers of workers by experiment."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from latchmark.findings.explaining import explanation_of
from latchmark.findings.finding import Finding, FindingKind, ranked
from latchmark.findings.sentences import (
    Comparison,
    control_sentence,
    dearer_first,
    level_sentence,
    no_difference_sentence,
    scaling_sentence,
    team_sentence,
    variant_sentence,
)
from latchmark.model import (
    TIME_PER_OPERATION,
    Experiment,
    Parameters,
    Placement,
    Point,
    Purpose,
    Run,
    Team,
    Unavailable,
)
from latchmark.statistics import Ratio, controls_of, ratio_of_points, values_by_round, why_absent


def findings_of(run: Run) -> tuple[Finding, ...]:
    """All findings of a run, the most important first; equal ones stay in the order of the catalogue."""
    found = [finding for experiment in run.experiments for finding in findings_of_experiment(run, experiment)]
    return ranked(found)


def findings_of_experiment(run: Run, experiment: Experiment) -> tuple[Finding, ...]:
    """What an experiment shows: variants, teams, scaling; and apart from these, too many workers."""
    points = [point for point in run.points_of(experiment) if point.purpose is Purpose.THROUGHPUT]
    usual = [point for point in points if not point.is_oversubscribed]
    crowded = [point for point in points if point.is_oversubscribed]
    found = [
        *_against_baseline(run, experiment, usual),
        *_between_teams(run, experiment, usual),
        *_scaling(run, experiment, usual),
        *_oversubscribed(run, experiment, crowded),
    ]
    if experiment.family == "instrument":
        found += _levels(run, experiment, usual)
    return (*(found or [_nothing(run, experiment)]), *_controls(run, experiment))


def _against_baseline(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One finding for each variant that differs, where it differs most; one sentence for all the others."""
    undecided: list[Comparison] = []
    for variant in experiment.variants:
        compared = [
            one
            for one in _with_baseline(run, experiment, points, variant.name)
            if not _is_control(experiment, one)
        ]
        shown = [one for one in compared if one.ratio.is_apart]
        if shown:
            yield _variant_finding(run, experiment, FindingKind.VARIANTS, max(shown, key=_certain_effect))
        # A lost launch can cost the interval of the largest effect, which is then told without one.
        unbounded = [one for one in compared if isinstance(one.ratio.interval, Unavailable)]
        if unbounded:
            yield _variant_finding(
                run, experiment, FindingKind.VARIANTS, max(unbounded, key=_apparent_effect)
            )
        undecided += [] if shown or unbounded else compared
    if undecided:
        yield _no_difference(experiment, FindingKind.NO_DIFFERENCE, undecided)


def _between_teams(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """Processes against threads, same variant and place: the largest difference, or what was visible."""
    pairs = [
        (processes, threads)
        for threads in points
        for processes in points
        if (threads.team, processes.team) == (Team.THREADS, Team.PROCESSES)
        and processes.variant == threads.variant
        and _place(processes) == _place(threads)
    ]
    compared = _comparisons(run, experiment, pairs)
    shown = [one for one in compared if one.ratio.is_apart]
    if shown:
        clearest = dearer_first(max(shown, key=_certain_effect), experiment.headline)
        text = team_sentence(clearest, experiment.headline, len(compared))
        yield _finding(experiment, FindingKind.TEAMS, clearest, text)
    elif compared:
        widest = max(compared, key=_uncertainty)
        text = no_difference_sentence(
            ["a team of processes"], "one of threads", [widest.ratio], len(compared)
        )
        yield _finding(experiment, FindingKind.TEAMS, widest, text)


def _scaling(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The baseline with most workers against one worker, first team only: what the machine itself allows."""
    if experiment.headline.name != TIME_PER_OPERATION:
        return
    baseline = [
        point
        for point in points
        if point.variant == experiment.baseline
        and point.team is points[0].team
        and point.placement is Placement.SPREAD
    ]
    pairs = [
        (many, alone)
        for alone in baseline
        for many in baseline
        if alone.workers == 1 < many.workers and alone.parameters == many.parameters
    ]
    compared = _comparisons(run, experiment, pairs)
    if compared:
        most = max(compared, key=lambda one: one.numerator.workers)
        yield _finding(experiment, FindingKind.SCALING, most, scaling_sentence(most))


def _oversubscribed(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """More workers than CPUs: time slices and preempted lock holders, so a sentence of its own."""
    compared = [
        one
        for variant in experiment.variants
        for one in _with_baseline(run, experiment, points, variant.name)
    ]
    shown = [one for one in compared if one.ratio.is_apart]
    if shown:
        yield _variant_finding(run, experiment, FindingKind.OVERSUBSCRIBED, max(shown, key=_certain_effect))
    elif compared:
        yield _no_difference(experiment, FindingKind.OVERSUBSCRIBED, compared, "With more workers than CPUs")


def _no_difference(
    experiment: Experiment, kind: FindingKind, compared: Sequence[Comparison], opening: str = ""
) -> Finding:
    """One sentence for all variants that do not differ, each by its widest interval."""
    widest: dict[str, Comparison] = {}
    for one in sorted(compared, key=_uncertainty):
        widest[one.numerator.variant] = one
    told = {variant.name: widest[variant.name] for variant in experiment.variants if variant.name in widest}
    ratios = [one.ratio for one in told.values()]
    text = no_difference_sentence([*told], experiment.baseline, ratios, len(compared), opening)
    return _finding(experiment, kind, max(told.values(), key=_uncertainty), text)


def _controls(run: Run, experiment: Experiment) -> Iterator[Finding]:
    """Whether variants that differ only in sharing tie with one worker; the doubts are in the caution."""
    controls = _comparisons(run, experiment, controls_of(run, experiment))
    if controls:
        yield Finding(FindingKind.CONTROL, experiment.name, control_sentence(controls))


def _levels(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The instrument's own costs, by variant with fewest workers: what to subtract from other numbers."""
    for variant in experiment.variants:
        measured = [
            point for point in points if point.variant == variant.name and values_by_round(run, point)
        ]
        if measured:
            least = min(measured, key=lambda point: point.workers)
            yield Finding(FindingKind.LEVEL, experiment.name, level_sentence(run, least, experiment.headline))


def _nothing(run: Run, experiment: Experiment) -> Finding:
    points = run.points_of(experiment)
    measured = [point for point in points if values_by_round(run, point, experiment.headline.name)]
    if measured:
        text = level_sentence(run, measured[0], experiment.headline, "; nothing to compare it with")
        return Finding(FindingKind.LEVEL, experiment.name, text)
    reasons = [why_absent(run, point, experiment.headline.name) for point in points]
    reason = reasons[0] if reasons else "the plan holds none of its points"
    return Finding(
        FindingKind.NOT_MEASURED, experiment.name, f"{experiment.name} was not measured: {reason}."
    )


def _with_baseline(
    run: Run, experiment: Experiment, points: Sequence[Point], variant: str
) -> list[Comparison]:
    pairs = [
        (point, against)
        for against in points
        for point in points
        if point.variant == variant != experiment.baseline == against.variant
        and point.team is against.team
        and _place(point) == _place(against)
    ]
    return _comparisons(run, experiment, pairs)


def _comparisons(run: Run, experiment: Experiment, pairs: Sequence[tuple[Point, Point]]) -> list[Comparison]:
    ratios = [(pair, ratio_of_points(run, *pair, experiment.headline.name)) for pair in pairs]
    return [Comparison(run, *pair, ratio) for pair, ratio in ratios if isinstance(ratio, Ratio)]


def _place(point: Point) -> tuple[int, Placement, Parameters]:
    return point.workers, point.placement, point.parameters


def _variant_finding(run: Run, experiment: Experiment, kind: FindingKind, one: Comparison) -> Finding:
    ties = experiment.ties_at_one_worker
    one = dearer_first(one, experiment.headline)
    return replace(
        _finding(experiment, kind, one, variant_sentence(one, experiment.headline)),
        explanation=explanation_of(run, experiment, one.numerator, one.denominator),
        is_controlled=one.numerator.variant in ties and one.denominator.variant in ties,
    )


def _finding(experiment: Experiment, kind: FindingKind, one: Comparison, text: str) -> Finding:
    return Finding(kind, experiment.name, text, one.ratio, one.numerator, one.denominator)


def _certain_effect(one: Comparison) -> float:
    return one.ratio.certain_effect


def _apparent_effect(one: Comparison) -> float:
    return abs(math.log(one.ratio.value))


def _is_control(experiment: Experiment, one: Comparison) -> bool:
    # Variants that differ only in sharing: a difference with one worker is a caution, not a finding.
    ties = experiment.ties_at_one_worker
    return one.numerator.workers == 1 and one.numerator.variant in ties and one.denominator.variant in ties


def _uncertainty(one: Comparison) -> float:
    interval = one.ratio.interval
    return math.inf if isinstance(interval, Unavailable) else interval.high / interval.low
