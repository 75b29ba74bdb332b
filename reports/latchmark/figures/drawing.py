"""What is a figure of a page before it is drawn, and what do all of them say about points?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from latchmark.cautions import EMULATED
from latchmark.figures.series import Estimate
from latchmark.figures.svg import svg_of
from latchmark.model import (
    TIME_PER_OPERATION,
    Experiment,
    MetricDefinition,
    Point,
    Run,
    Team,
    Unavailable,
)
from latchmark.statistics import Interval, Ratio, Summary, values_by_round
from latchmark.wording import between

FEWEST_LAUNCHES_FOR_INTERVAL = 6
# Longer unit words than the schema's, where people read them.
_UNITS = {TIME_PER_OPERATION: "ns of one worker"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """One figure of a page: `kind` says what it is, `draw` makes it, the rest is its text."""

    kind: str
    title: str
    description: str
    draw: Callable[[], Figure]

    def svg(self, prefix: str) -> str:
        """The figure as inline SVG; `prefix` must be unique on the page."""
        return svg_of(self.draw(), prefix, self.title, self.description)


def estimate_of(summary: Summary | Ratio | Unavailable) -> Estimate | Unavailable:
    """A statistic as a figure takes it."""
    if isinstance(summary, Unavailable):
        return summary
    middle = summary.median if isinstance(summary, Summary) else summary.value
    if isinstance(summary.interval, Interval):
        return Estimate(middle, summary.interval.low, summary.interval.high)
    return Estimate(middle)


def note_of(run: Run, points: Sequence[Point], metric: str | None = None) -> str:
    """What every figure must state: the machine, the sample (of the headline unless said otherwise), and what
    its bars are."""
    return f"{sample_of(run, points, metric)} \u00b7 {interval_text(_counts(run, points, metric))}"


def sample_of(run: Run, points: Sequence[Point], metric: str | None = None) -> str:
    """The machine and the sample, for figures without bars."""
    return f"{machine_of(run)} \u00b7 {sample_text(_counts(run, points, metric))}"


def machine_of(run: Run) -> str:
    """Whose numbers a figure shows; that there was no machine must not get lost with the page around it."""
    return run.machine.alias if run.machine.emulated is None else f"{run.machine.alias} ({EMULATED})"


def _counts(run: Run, points: Sequence[Point], metric: str | None) -> set[int]:
    return {len(values) for point in points if (values := values_by_round(run, point, metric))}


def sample_text(counts: set[int]) -> str:
    """`median of 6 launches a point`; a range where launches were lost."""
    if not counts:
        return "no launches"
    span = f"{min(counts)}" if len(counts) == 1 else f"{min(counts)} to {max(counts)}"
    return f"median of {span} launch{'' if counts == {1} else 'es'} a point"


def interval_text(counts: set[int]) -> str:
    """What bars and bands are, or that there are none."""
    if not counts or max(counts) < FEWEST_LAUNCHES_FOR_INTERVAL:
        return "no intervals: 95 % needs six launches"
    return "bars: 95 % interval of the median"


def by_place(points: Sequence[Point]) -> list[Point]:
    """Grouped by team and place, smallest team first, variants in the given order within."""
    return sorted(
        points,
        key=lambda point: (
            point.team is Team.PROCESSES,
            point.workers,
            point.placement.value,
            point.parameters,
        ),
    )


def style_of(experiment: Experiment, variant: str) -> int:
    return [one.name for one in experiment.variants].index(variant)


def unit_of(metric: MetricDefinition) -> str:
    return _UNITS.get(metric.name, metric.unit)


def title_of(metric: MetricDefinition) -> str:
    return metric.name.replace("_", " ").capitalize()


def ends_of(statistic: Summary | Ratio) -> str:
    return between(statistic.interval) if isinstance(statistic.interval, Interval) else "(no interval)"
