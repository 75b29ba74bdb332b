"""What is said of a comparison? Hands its values to the findings, which make the sentences."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.compare.coverage import Coverage, coverage_of
from latchmark.compare.ranks import INSTRUMENT, RankedExperiment, ranked_experiment
from latchmark.compare.runs import ComparedExperiment, Comparison
from latchmark.findings import (
    ComparisonFinding,
    Contrast,
    Place,
    alike_finding,
    contrast_finding,
    coverage_sentence,
    incomparable_sentence,
    leading_contrasts,
    mixture_sentences,
    ranking_sentence,
    tally_finding,
)
from latchmark.model import Direction, Unavailable
from latchmark.statistics import Interval, Ratio, Summary


def findings_of_comparison(
    comparison: Comparison, ranks: Sequence[RankedExperiment]
) -> tuple[ComparisonFinding, ...]:
    """The tally first, then the strongest differences, last what ties; never empty."""
    contrasts = [
        one
        for compared in comparison.experiments
        if compared.experiment.family != INSTRUMENT
        for one in contrasts_of(comparison, compared)
    ]
    found: list[ComparisonFinding] = []
    if ranks:
        fastest = [[comparison.labels[index] for index in one.fastest] for one in ranks]
        taking_part = {index for one in ranks for index in one.known}
        found.append(tally_finding(fastest, [comparison.labels[index] for index in sorted(taking_part)]))
    found += [contrast_finding(one) for one in leading_contrasts(contrasts)]
    alike = alike_finding(contrasts)
    found += [alike] if alike is not None else []
    told = {one.label for one in contrasts}
    left = [label for label in comparison.labels[1:] if label not in told]
    found += [ComparisonFinding(text) for text in _incomparable(comparison, comparison.experiments, left)]
    return tuple(found)


def contrasts_of(comparison: Comparison, compared: ComparedExperiment) -> list[Contrast]:
    """Every point of an experiment at which a run has a ratio to the reference."""
    if compared.experiment.headline.direction is Direction.NONE:
        return []
    found = []
    for point in compared.headlines:
        for index in range(1, len(comparison.labels)):
            cell, base = point.cells[index], point.cells[0].summary
            if (
                isinstance(cell.ratio, Ratio)
                and isinstance(cell.summary, Summary)
                and isinstance(base, Summary)
            ):
                levels = cell.summary.median, base.median
                label, reference = comparison.labels[index], comparison.labels[0]
                found.append(Contrast(compared.experiment, point.point, label, reference, cell.ratio, levels))
    return found


def sentences_of_experiment(comparison: Comparison, compared: ComparedExperiment) -> tuple[str, ...]:
    """How the runs stand in one experiment, where they differ most, and which cannot be compared."""
    contrasts = contrasts_of(comparison, compared)
    found = []
    ranked = ranked_experiment(compared)
    if ranked is not None:
        found.append(ranking_sentence(_places(comparison, ranked), ranked.points))
    clearest = max(contrasts, key=lambda one: one.strength, default=None)
    if clearest is not None and clearest.strength > 0 and len(compared.headlines) > 1:
        found.append(contrast_finding(clearest).sentence)
    told = {one.label for one in contrasts}
    left = [label for label in comparison.labels[1:] if label not in told]
    return (*found, *_incomparable(comparison, [compared], left))


def _places(comparison: Comparison, ranked: RankedExperiment) -> list[Place]:
    is_lower = ranked.experiment.headline.direction is Direction.LOWER
    return [
        Place(
            comparison.labels[index],
            standing.level if is_lower else _inverse(standing.level),
            standing.best,
        )
        for index, standing in ranked.known.items()
    ]


def _inverse(level: Summary) -> Summary:
    assert isinstance(level.interval, Interval)
    return Summary(1 / level.median, Interval(1 / level.interval.high, 1 / level.interval.low), level.n)


def _incomparable(
    comparison: Comparison, experiments: Sequence[ComparedExperiment], labels: Sequence[str]
) -> list[str]:
    """A sentence for each reason for which runs have no ratio at all."""
    by_reason: dict[str, list[str]] = {}
    for label in labels:
        index = comparison.labels.index(label)
        ratios = [point.cells[index].ratio for one in experiments for point in one.points]
        reasons = [ratio.reason for ratio in ratios if isinstance(ratio, Unavailable)]
        # Of many reasons the most frequent would be a guess at the cause.
        reason = reasons[0] if len(set(reasons)) == 1 else ""
        if len(experiments) > 1 and not _share_a_point(experiments, index):
            reason = f"its plan and that of {comparison.labels[0]} have none in common"
        by_reason.setdefault(reason, []).append(label)
    return [incomparable_sentence(some, reason) for reason, some in by_reason.items()]


def _share_a_point(experiments: Sequence[ComparedExperiment], index: int) -> bool:
    plans = (point.entries for one in experiments for point in one.points)
    return any(entries[0] is not None and entries[index] is not None for entries in plans)


def coverage_sentences(comparison: Comparison) -> tuple[str, ...]:
    """What the comparison rests on, in one line, and what a reader must know of the runs."""
    coverage: Sequence[Coverage] = coverage_of(comparison)
    lacking = {one.label: one.lacking for one in coverage if one.lacking}
    runs = dict(zip(comparison.labels, comparison.runs, strict=True))
    incomplete = {
        label: run.incomplete_reason or "no reason recorded"
        for label, run in runs.items()
        if not run.complete
    }
    return (
        *comparison.beyond,
        coverage_sentence(comparison.labels, coverage[0].points, lacking),
        *mixture_sentences(
            comparison.labels,
            [run.preset for run in runs.values()],
            incomplete,
            comparison.is_one_machine,
        ),
    )
