"""What collapses when there are more workers than CPUs? Each variant against itself with a CPU a worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from latchmark.findings.comparing import comparisons
from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD, crowded_against_baselines, finding_of
from latchmark.findings.sentences import Comparison
from latchmark.model import TIME_PER_OPERATION, Experiment, Placement, Point, Run
from latchmark.statistics import Interval
from latchmark.wording import between, count, number, team

# Judgement: waits for workers that lost their CPU cost hundreds of times as much; taking turns costs little.
COLLAPSED = 3.0


def crowding(
    run: Run, experiment: Experiment, usual: Sequence[Point], crowded: Sequence[Point]
) -> Iterator[Finding]:
    """Two sentences about the most crowded points: which variants collapse, and which do not."""
    compared = _against_themselves(run, experiment, usual, crowded)
    # Down from the worst, so that the few that are named are those that matter.
    compared.sort(key=lambda one: one.ratio.value, reverse=True)
    collapsed = [one for one in compared if _low(one) >= COLLAPSED]
    held = [one for one in compared if _high(one) < COLLAPSED]
    # Of those between, neither was shown; their numbers are in the table.
    if collapsed:
        yield replace(_finding(collapsed, "collapse"), amount=f"{number(collapsed[0].ratio.value)}×")
    if held:
        # The baseline is named whatever it costs: it is what readers know.
        held.sort(key=lambda one: one.numerator.variant != experiment.baseline)
        yield _finding(held, "hold")
    if not collapsed and not held:
        yield from crowded_against_baselines(run, experiment, crowded)


def crowding_ratio(one: Comparison) -> Comparison:
    """The team's cost of an operation in place of the worker's: twice the workers on the same CPUs take twice
    as long each, and as a team as long as before."""
    factor = one.denominator.workers / one.numerator.workers
    return replace(one, ratio=one.ratio.scaled(factor))


def _against_themselves(
    run: Run, experiment: Experiment, usual: Sequence[Point], crowded: Sequence[Point]
) -> list[Comparison]:
    """The point with most workers of each variant against the same with a CPU for each; first team."""
    if experiment.headline.name != TIME_PER_OPERATION or not crowded:
        return []
    # With parts, the time is that of the subject, of whom there need not be more.
    parted = {variant.name for variant in experiment.variants if variant.parts}
    most = max(point.workers for point in crowded)
    team_kind = crowded[0].team
    alone = {
        point.variant: point
        for point in sorted(usual, key=lambda point: point.workers)
        if point.placement is Placement.SPREAD and point.team is team_kind and experiment.is_at_middle(point)
    }
    pairs = [
        (point, alone[point.variant])
        for point in crowded
        if point.workers == most and point.team is team_kind and point.variant in alone.keys() - parted
    ]
    return [crowding_ratio(one) for one in comparisons(run, experiment, pairs)]


def _finding(compared: Sequence[Comparison], what: str) -> Finding:
    first, *others = compared
    named = others[: MOST_TOLD - 1]
    left = len(others) - len(named)
    amounts = [f"{one.numerator.variant} {_amount(one)}" for one in named]
    amounts += [count(left, "other variant")] if left else []
    verb = what if others else f"{what}s"
    swept = {name for name, _ in first.numerator.parameters}  # all at their middle
    sentence = (
        f"With {team(first.numerator, without=swept)}, {count(len(compared), 'variant')} {verb}:"
        f" {first.numerator.variant} costs {_amount(first)} as much of the team's time per operation as with"
        f" {team(first.denominator, without=swept)}{'; ' if amounts else ''}{'; '.join(amounts)}."
    )
    return finding_of(FindingKind.OVERSUBSCRIBED, first, sentence)


def _amount(one: Comparison) -> str:
    return f"{number(one.ratio.value)}× {between(one.ratio.interval)}"


def _low(one: Comparison) -> float:
    interval = one.ratio.interval
    return interval.low if isinstance(interval, Interval) else 0.0


def _high(one: Comparison) -> float:
    interval = one.ratio.interval
    return interval.high if isinstance(interval, Interval) else float("inf")
