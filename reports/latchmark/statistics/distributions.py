"""How do single operations spread? The pooled histograms of a point, and what quantiles they support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import Experiment, Histogram, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics.points import first_side

FEWEST_BEYOND = 10  # samples beyond a quantile: with fewer, the next run would show another one


@dataclass(frozen=True, slots=True)
class Distribution:
    """The samples of one point: one histogram a launch."""

    point: Point
    launches: tuple[Histogram, ...]

    @property
    def count(self) -> int:
        """Samples of all launches together."""
        return sum(sum(one.counts) for one in self.launches)

    @property
    def max_ns(self) -> float:
        """The longest of all."""
        return max(one.max_ns for one in self.launches)


def distributions_of(
    run: Run, experiment: Experiment, metric: MetricDefinition, points: Sequence[Point] | None = None
) -> tuple[Distribution, ...]:
    """The points of an experiment, or of these, that have a histogram of the metric."""
    found: list[Distribution] = []
    for point in run.points_of(experiment) if points is None else points:
        histograms = tuple(
            value
            for launch in run.launches_of(point)
            if launch.is_ok
            and launch.side == first_side(run)
            and isinstance(value := launch.metrics.get(metric.name), Histogram)
        )
        if any(sum(one.counts) for one in histograms):
            found.append(Distribution(point, histograms))
    return tuple(found)


def quantile_ns(distribution: Distribution, share: float) -> float | Unavailable:
    """The upper end of the bucket that holds the quantile, over all launches; unavailable where fewer than
    ten samples lie beyond it."""
    count = distribution.count
    if count * (1 - share) < FEWEST_BEYOND:
        return Unavailable(f"fewer than {FEWEST_BEYOND} of {count:,} samples lie beyond it")
    seen = 0
    for upper_ns, samples in pooled(distribution.launches):
        seen += samples
        if seen >= share * count:
            return min(upper_ns, distribution.max_ns)
    return distribution.max_ns


def pooled(histograms: Sequence[Histogram]) -> list[tuple[float, int]]:
    """(upper end of a bucket in ns, samples), ascending."""
    found: dict[float, int] = {}
    for histogram in histograms:
        for upper_ns, samples in zip(histogram.upper_ns, histogram.counts, strict=True):
            if samples:
                found[upper_ns] = found.get(upper_ns, 0) + samples
    return sorted(found.items())
