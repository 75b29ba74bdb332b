"""What does a variant add to the same work without it? A difference to a baseline that is a floor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD
from latchmark.findings.sentences import of_what
from latchmark.model import Experiment, Placement, Point, Run
from latchmark.statistics import (
    Interval,
    Ratio,
    Summary,
    counterparts_of,
    difference_of_points,
    ratio_of_points,
)
from latchmark.wording import amount, count, measured, team


def overheads(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The variants that add most, at the middle of the sweep and with most workers; one alone beside it."""
    if not experiment.baseline_is_floor:
        return
    middle = [
        point for point in points if experiment.is_at_middle(point) and point.placement is Placement.SPREAD
    ]
    floors = counterparts_of(experiment, middle)
    found = []
    for variant in experiment.variants:
        own = [point for point in middle if point.variant == variant.name and point.index in floors]
        added = [
            (point, difference)
            for point in own
            if isinstance(difference := difference_of_points(run, point, floors[point.index]), Summary)
        ]
        if added:
            most, difference = max(added, key=lambda pair: pair[0].workers)
            alone = [
                one for point, one in added if point.workers == 1 < most.workers and point.team is most.team
            ]
            found.append(
                (difference.median, _finding(run, experiment, most, floors[most.index], difference, alone))
            )
    ordered = [finding for _, finding in sorted(found, key=lambda pair: pair[0], reverse=True)]
    most_told = MOST_TOLD if len(ordered) > MOST_TOLD + 1 else len(ordered)
    yield from ordered[:most_told]
    if ordered[most_told:]:
        left = len(ordered) - most_told
        text = f"{count(left, 'other variant')} {'adds' if left == 1 else 'add'} less; the figure has them."
        yield Finding(FindingKind.OVERHEAD, experiment.name, text)


def _finding(
    run: Run, experiment: Experiment, point: Point, floor: Point, added: Summary, alone: Sequence[Summary]
) -> Finding:
    unit = experiment.headline.unit
    nothing = "" if alone and _is_shown(alone[0]) else "none that could be shown: "
    with_one = f"; with one worker {nothing}{_told(alone[0], unit)}" if alone else ""
    sentence = (
        f"{point.variant} {'adds' if _is_shown(added) else 'adds no time that could be shown:'}"
        f" {_told(added, unit)} {of_what(experiment.headline)} the same work in {floor.variant}"
        f" with {team(point, experiment)}{with_one}."
    )
    ratio = ratio_of_points(run, point, floor)
    return Finding(
        FindingKind.OVERHEAD,
        experiment.name,
        sentence,
        ratio if isinstance(ratio, Ratio) else None,
        point,
        floor,
        amount=f"+{amount(added.median, unit)}" if _is_shown(added) else None,
    )


def _is_shown(added: Summary) -> bool:
    return (added.interval.low if isinstance(added.interval, Interval) else added.median) > 0


def _told(added: Summary, unit: str) -> str:
    return measured(added.median, added.interval, unit)
