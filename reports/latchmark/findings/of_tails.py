"""Do rare latencies tell something else than the median? A slow event delays few others, but by much."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from latchmark.findings.comparing import with_baselines
from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD, finding_of
from latchmark.findings.sentences import Comparison, dearer_first, tail_sentence
from latchmark.model import LATENCY_P50, LATENCY_P99, Experiment, Point, Run
from latchmark.statistics import Interval, Ratio

# Judgement: tails are noisy, and a smaller contrast needs no sentence of its own.
SMALLEST_CONTRAST = 2.0


def tails(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The variants whose 99th percentile differs from their baseline's surely twice as much, or half as much,
    as their median does: each where that is most, the clearest first."""
    metric = experiment.metric(LATENCY_P99)
    if experiment.headline.name != LATENCY_P50 or metric is None:
        return
    medians = {
        (one.numerator.index, one.denominator.index): one.ratio
        for one in with_baselines(run, experiment, points)
    }
    clearest: dict[str, tuple[float, Comparison, Ratio]] = {}
    for one in with_baselines(run, experiment, points, metric):
        at_median = medians.get((one.numerator.index, one.denominator.index))
        contrast = 0.0 if at_median is None else _contrast(one.ratio, at_median)
        variant = one.numerator.variant
        if at_median is not None and contrast > clearest.get(variant, (math.log(SMALLEST_CONTRAST),))[0]:
            clearest[variant] = contrast, one, at_median
    ordered = sorted(clearest.values(), key=lambda found: found[0], reverse=True)
    for _, one, at_median in ordered[:MOST_TOLD]:
        told = dearer_first(one)
        sentence = tail_sentence(told, at_median if told is one else at_median.inverse)
        yield finding_of(FindingKind.TAIL, told, sentence)


def _contrast(tail: Ratio, at_median: Ratio) -> float:
    """How far apart the two ratios surely are, as a logarithm; 0 where their intervals meet, or one has none,
    or none is apart from 1 at the tail."""
    if not (
        tail.is_apart and isinstance(tail.interval, Interval) and isinstance(at_median.interval, Interval)
    ):
        return 0.0
    above = math.log(tail.interval.low / at_median.interval.high)
    below = math.log(at_median.interval.low / tail.interval.high)
    return max(above, below, 0.0)
