"""Which points are compared? Pairs of points become comparisons; how large and how certain each is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from latchmark.findings.sentences import Comparison
from latchmark.model import Experiment, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics import Ratio, counterparts_of, ratio_of_points, values_by_round

LOST_UPDATES = "lost_updates"


def comparisons(
    run: Run,
    experiment: Experiment,
    pairs: Iterable[tuple[Point, Point]],
    metric: MetricDefinition | None = None,
) -> list[Comparison]:
    """The pairs that have a ratio of the experiment's headline, or of another metric."""
    name = (metric or experiment.headline).name
    ratios = [(pair, ratio_of_points(run, *pair, name)) for pair in pairs]
    return [
        Comparison(run, experiment, *pair, ratio, metric)
        for pair, ratio in ratios
        if isinstance(ratio, Ratio)
    ]


def with_baselines(
    run: Run, experiment: Experiment, points: Sequence[Point], metric: MetricDefinition | None = None
) -> list[Comparison]:
    """Every point with what its variant is compared with, in the order of the variants."""
    order = [variant.name for variant in experiment.variants]
    counterparts = counterparts_of(experiment, points)
    pairs = [(point, counterparts[point.index]) for point in points if point.index in counterparts]
    pairs.sort(key=lambda pair: order.index(pair[0].variant))
    return comparisons(run, experiment, pairs, metric)


def losers(run: Run, experiment: Experiment) -> frozenset[str]:
    """The variants that were seen to lose updates: their time is no price of work that they do not do."""
    if LOST_UPDATES not in {metric.name for metric in experiment.metrics}:
        return frozenset()
    return frozenset(
        point.variant
        for point in run.points_of(experiment)
        if any(values_by_round(run, point, LOST_UPDATES).values())
    )


def is_control(one: Comparison) -> bool:
    """Variants that differ only in sharing: a difference with one worker is a caution, not a finding."""
    return one.numerator.workers == 1 and is_controlled(one)


def is_controlled(one: Comparison) -> bool:
    """Whether the two variants differ only in sharing."""
    ties = one.experiment.ties_at_one_worker
    return one.numerator.variant in ties and one.denominator.variant in ties


def certain_effect(one: Comparison) -> float:
    """How large the difference is at least."""
    return one.ratio.certain_effect


def apparent_effect(one: Comparison) -> float:
    """How large the difference looks."""
    return abs(math.log(one.ratio.value))


def uncertainty(one: Comparison) -> float:
    """How wide the interval is; infinite without one."""
    interval = one.ratio.interval
    return math.inf if isinstance(interval, Unavailable) else interval.high / interval.low
