"""Where did a point run and give no answer? A load that was not sustained has no latency worth telling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD
from latchmark.model import Experiment, Point, Run
from latchmark.statistics import values_by_round, why_absent
from latchmark.wording import count, team

UNSUSTAINED = "unsustained"


def without_answer(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One sentence for loads that were too much, and one for each other reason why launches that ended well
    have no headline."""
    ended_well = [point for point in points if any(launch.is_ok for launch in run.launches_of(point))]
    too_much = [point for point in ended_well if _is_too_much(run, point)]
    if too_much:
        text = f"Not sustained: {_listed(experiment, too_much)}; tasks came faster than they were done."
        yield Finding(FindingKind.UNSUSTAINED, experiment.name, text)
    if not any(values_by_round(run, point) for point in ended_well):
        return  # said of the whole experiment
    grouped: dict[str, list[Point]] = {}
    for point in ended_well:
        if point not in too_much and not values_by_round(run, point):
            grouped.setdefault(why_absent(run, point), []).append(point)
    for reason, some in grouped.items():
        text = f"No {experiment.headline.name}: {_listed(experiment, some)} ({reason})."
        yield Finding(FindingKind.NOT_MEASURED, experiment.name, text)


def _is_too_much(run: Run, point: Point) -> bool:
    """In any launch: those that sustained the load may be the lucky ones."""
    return any(share > 0 for share in values_by_round(run, point, UNSUSTAINED).values())


def _listed(experiment: Experiment, points: Sequence[Point]) -> str:
    named = [f"{point.variant} with {team(point, experiment)}" for point in points[:MOST_TOLD]]
    left = len(points) - len(named)
    return "; ".join([*named, *([count(left, "other point")] if left else [])])
