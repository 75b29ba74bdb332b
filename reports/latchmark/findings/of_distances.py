"""How far apart are two CPUs? The way of a cache line between them, by class of placement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.comparing import comparisons
from latchmark.findings.finding import Finding, FindingKind
from latchmark.model import ONE_WAY, Experiment, Point, Run
from latchmark.statistics import Summary, by_pair, summary_of_point
from latchmark.wording import between, count, distance, number, words


def distances(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One sentence a variant, the baseline's first: each class with its interval and its number of pairs."""
    if experiment.headline.name != ONE_WAY:
        return
    order = [experiment.baseline, *(variant.name for variant in experiment.variants)]
    for variant in dict.fromkeys(order):
        measured = [
            (point, summary)
            for point in points
            if point.variant == variant and isinstance(summary := summary_of_point(run, point), Summary)
        ]
        if not measured:
            continue
        measured.sort(key=lambda pair: pair[1].median)
        told = [
            f"{_told(summary)} {distance(point.placement)}{_spread(run, point)}"
            for point, summary in measured
        ]
        (near, least), (far, most) = measured[0], measured[-1]
        compared = comparisons(run, experiment, [(far, near)] if far is not near else [])
        amount = number(least.median)
        amount += f" to {number(most.median)} ns" if far is not near else " ns"
        yield Finding(
            FindingKind.DISTANCES,
            experiment.name,
            f"One way from a core to another ({variant}): {words(told)}.",
            ratio=compared[0].ratio if compared else None,
            numerator=far,
            denominator=near if compared else None,
            amount=amount,
        )


def _told(summary: Summary) -> str:
    return f"{number(summary.median)} ns {between(summary.interval)}"


def _spread(run: Run, point: Point) -> str:
    """How much the pairs of one class differ; a class is an average only where they do not."""
    pairs = by_pair(run, point, f"{ONE_WAY}_by_pair")
    if not isinstance(pairs, tuple) or len(pairs) < 2:
        return ""
    return f" ({count(len(pairs), 'pair')} from {number(min(pairs))} to {number(max(pairs))})"
