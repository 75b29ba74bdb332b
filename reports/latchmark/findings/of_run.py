"""Which sentences does a run support? All kinds of findings by experiment, the most important first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from latchmark.cautions import EMULATED
from latchmark.findings.comparing import comparisons
from latchmark.findings.finding import Finding, FindingKind, ranked
from latchmark.findings.of_axes import along_axes
from latchmark.findings.of_counts import losses, run_lengths
from latchmark.findings.of_crossovers import crossovers
from latchmark.findings.of_crowding import crowding
from latchmark.findings.of_distances import distances
from latchmark.findings.of_floor import overheads
from latchmark.findings.of_growth import growths
from latchmark.findings.of_loads import without_answer
from latchmark.findings.of_sharing import unequal_shares
from latchmark.findings.of_tails import tails
from latchmark.findings.of_tasks import efficiencies
from latchmark.findings.of_variants import (
    against_baselines,
    between_teams,
    crowded_against_baselines,
    finding_of,
)
from latchmark.findings.sentences import control_sentence, level_sentence, scaling_sentence
from latchmark.model import TIME_PER_OPERATION, Experiment, Placement, Point, Run
from latchmark.statistics import controls_of, repeats_of, values_by_round, why_absent


def findings_of(run: Run) -> tuple[Finding, ...]:
    """All findings of a run, the most important first; equal ones stay in the order of the catalogue."""
    found = [finding for experiment in run.experiments for finding in findings_of_experiment(run, experiment)]
    # Times of an emulated machine are no costs; of scripted counts only the explanations speak.
    flag = EMULATED if run.machine.emulated is not None else ""
    return ranked(replace(finding, flag=flag) for finding in found)


def findings_of_experiment(run: Run, experiment: Experiment) -> tuple[Finding, ...]:
    """What an experiment shows: variants, teams, scaling, sweeps, sharing; and apart from these, too many
    workers."""
    points = [point for point in run.points_of(experiment) if point.purpose is experiment.main_purpose]
    repeats = repeats_of(points)
    usual = [
        point
        for point in points
        if not point.is_oversubscribed and not point.is_map_row and point.index not in repeats
    ]
    # Workers on one CPU take turns, which turns orders round: apart, where they have a CPU each elsewhere.
    taking_turns = [point for point in usual if point.placement is Placement.SAME_CPU and point.workers > 1]
    if len(taking_turns) < len(usual):
        usual = [point for point in usual if point not in taking_turns]
    else:
        taking_turns = []
    found = [
        *distances(run, experiment, usual),
        *overheads(run, experiment, usual),
        *([] if experiment.baseline_is_floor else against_baselines(run, experiment, usual)),
        *tails(run, experiment, usual),
        *between_teams(run, experiment, usual),
        *_scaling(run, experiment, usual),
        *along_axes(run, experiment, usual),
        *crossovers(run, experiment, usual),
        *efficiencies(run, experiment, usual),
        *growths(run, experiment, usual),
        *unequal_shares(run, experiment, usual),
        *run_lengths(run, experiment),
        *losses(run, experiment),
        *without_answer(run, experiment, points),
        *crowding(run, experiment, usual, [point for point in points if point.is_oversubscribed]),
        *crowded_against_baselines(run, experiment, taking_turns),
    ]
    if experiment.family == "instrument":
        found += _levels(run, experiment, usual)
    return (*(found or [_nothing(run, experiment)]), *_controls(run, experiment))


def _scaling(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The baseline with most workers against one worker, first team only."""
    # With parts, the time is that of the subject and not of the team.
    parted = {variant.name for variant in experiment.variants if variant.parts}
    if (
        experiment.headline.name != TIME_PER_OPERATION
        or experiment.baseline in parted
        or not experiment.scales
    ):
        return
    baseline = [
        point
        for point in points
        if point.variant == experiment.baseline
        and point.team is points[0].team
        and point.placement is Placement.SPREAD
        and experiment.is_at_middle(point)
    ]
    pairs = [
        (many, alone)
        for alone in baseline
        for many in baseline
        if alone.workers == 1 < many.workers and alone.parameters == many.parameters
    ]
    compared = comparisons(run, experiment, pairs)
    if compared:
        most = max(compared, key=lambda one: one.numerator.workers)
        yield finding_of(FindingKind.SCALING, most, scaling_sentence(most))


def _controls(run: Run, experiment: Experiment) -> Iterator[Finding]:
    """Whether variants that differ only in sharing tie with one worker; the doubts are in the caution."""
    controls = comparisons(run, experiment, controls_of(run, experiment))
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
            yield Finding(FindingKind.LEVEL, experiment.name, level_sentence(run, experiment, least))


def _nothing(run: Run, experiment: Experiment) -> Finding:
    points = run.points_of(experiment)
    measured = [point for point in points if values_by_round(run, point, experiment.headline.name)]
    if measured:
        text = level_sentence(run, experiment, measured[0], "; nothing to compare it with")
        return Finding(FindingKind.LEVEL, experiment.name, text)
    reasons = [why_absent(run, point, experiment.headline.name) for point in points]
    reason = reasons[0] if reasons else "the plan holds none of its points"
    return Finding(FindingKind.NOT_MEASURED, experiment.name, f"Not measured: {reason}.")
