"""What did the workloads count? Updates that were lost, and how often in a row one worker had the lock."""

from __future__ import annotations

from collections.abc import Iterator

from latchmark.findings.comparing import LOST_UPDATES
from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD
from latchmark.model import Experiment, Placement, Point, Purpose, Run, Unavailable
from latchmark.statistics import Interval, Summary, summary_of_point
from latchmark.wording import between, count, number, team

HANDOVERS = "handovers"


def losses(run: Run, experiment: Experiment) -> Iterator[Finding]:
    """The variants that lose updates, each where it loses most. Per million: as a part of one operation a
    rare loss has more zeros than a reader counts."""
    for point, lost in _largest(run, experiment, LOST_UPDATES)[:MOST_TOLD]:
        per_million = _scaled(lost, 1e6)
        sentence = (
            f"{point.variant} loses {number(per_million.median)} {between(per_million.interval)} of a million"
            f" updates with {team(point, experiment)}."
        )
        amount = f"{number(per_million.median)} ppm"
        yield Finding(FindingKind.LOSSES, experiment.name, sentence, numerator=point, amount=amount)


def run_lengths(run: Run, experiment: Experiment) -> Iterator[Finding]:
    """How often one worker has the lock before another gets it: the longest and the shortest."""
    metric = [one.name for one in experiment.metrics if one.name == HANDOVERS]
    lengths = [
        (point, _inverse(summary))
        for point in _at_largest_team(run, experiment)
        if metric
        and isinstance(summary := summary_of_point(run, point, HANDOVERS), Summary)
        and summary.median > 0
    ]
    lengths.sort(key=lambda pair: pair[1].median, reverse=True)
    if not lengths:
        return
    told = lengths[:MOST_TOLD] + ([lengths[-1]] if len(lengths) > MOST_TOLD else [])
    left = len(lengths) - len(told)
    others = f"; {count(left, 'other variant')} between" if left else ""
    texts = [f"{point.variant} {number(one.median)} {between(one.interval)}" for point, one in told]
    sentence = (
        "Times in a row that one worker has the lock before another gets it, with"
        f" {team(lengths[0][0], experiment)}: {'; '.join(texts)}{others}."
    )
    yield Finding(FindingKind.RUN_LENGTH, experiment.name, sentence, numerator=lengths[0][0])


def _at_largest_team(run: Run, experiment: Experiment) -> list[Point]:
    """The points for counting in one place, so that one sentence can compare them."""
    points = [
        point
        for point in run.points_of(experiment)
        if point.purpose is Purpose.COUNTS
        and point.placement is Placement.SPREAD
        and point.skip is None
        and point.workers > 1
        and experiment.is_at_middle(point)
    ]
    most = max((point.workers for point in points), default=0)
    return [point for point in points if point.workers == most and point.team is points[0].team]


def _largest(run: Run, experiment: Experiment, tally: str) -> list[tuple[Point, Summary]]:
    """The points in which each variant has most of a count, those with most first."""
    if all(metric.name != tally for metric in experiment.metrics):
        return []
    most: dict[str, tuple[Point, Summary]] = {}
    for point in run.points_of(experiment):
        summary = summary_of_point(run, point, tally) if point.purpose is Purpose.COUNTS else None
        if isinstance(summary, Summary) and summary.median > 0:
            known = most.get(point.variant)
            if known is None or summary.median > known[1].median:
                most[point.variant] = point, summary
    return sorted(most.values(), key=lambda pair: pair[1].median, reverse=True)


def _scaled(summary: Summary, factor: float) -> Summary:
    interval = summary.interval
    if isinstance(interval, Interval):
        interval = Interval(interval.low * factor, interval.high * factor)
    return Summary(summary.median * factor, interval, summary.n)


def _inverse(summary: Summary) -> Summary:
    interval = summary.interval
    if isinstance(interval, Interval):
        if interval.low > 0:
            interval = Interval(1 / interval.high, 1 / interval.low)
        else:
            interval = Unavailable("in some launches one worker had the lock all the time")
    return Summary(1 / summary.median, interval, summary.n)
