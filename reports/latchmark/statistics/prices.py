"""What does it cost here? The price of an operation of each experiment, and of what people ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from latchmark.model import (
    TIME_PER_OPERATION,
    Experiment,
    MetricDefinition,
    Point,
    Reference,
    Run,
    Unavailable,
)
from latchmark.statistics.derived import Derived
from latchmark.statistics.intervals import Summary
from latchmark.statistics.measures import Measure, measures_of, summary_of_measure
from latchmark.statistics.points import summary_of_point, values_by_round
from latchmark.statistics.ratios import Ratio, paired_ratio
from latchmark.statistics.rungs import RUNGS, UNCONTENDED_MUTEX, Rung, usual_first

# The kernel's cycles are a part of what an operation took: without them a system call would look cheap.
_ALL_CYCLES = Derived(
    "all_cycles",
    "cycles",
    "cycles per operation",
    "cycles that the team's workers ran for an operation, in user and kernel mode",
    "",
    above=("cycles", "cycles:kernel"),
)
_CYCLES = Measure(
    _ALL_CYCLES.name,
    _ALL_CYCLES.title,
    _ALL_CYCLES.unit,
    _ALL_CYCLES.meaning,
    _ALL_CYCLES.caveat,
    None,
    _ALL_CYCLES,
)


@dataclass(frozen=True, slots=True)
class Price:
    """What one operation costs at one point: `cost` in ns, `cycles` that were counted for it, and how many
    uncontended mutexes it would buy.

    `key` is the name under which figures are published; empty for a price by rule. `variant` is told beside
    the label where the label does not say it.
    """

    key: str
    label: str
    variant: str
    point: Point
    cost: Summary
    cycles: Summary | Unavailable
    mutexes: Ratio | Unavailable

    @property
    def experiment(self) -> str:
        """The experiment that measured it."""
        return self.point.experiment

    @property
    def point_name(self) -> str:
        """The point that measured it."""
        return self.point.name

    @property
    def family(self) -> str:
        """The part of the experiment's name before the slash."""
        return self.experiment.split("/", 1)[0]

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two prices the same one on two machines: the name, and the same definition of its
        point; another version of a workload is another price."""
        return (self.key or self.experiment, self.point.definition)

    @property
    def text(self) -> str:
        """The label with its variant."""
        return f"{self.label} ({self.variant})" if self.variant else self.label


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A cost that was planned and has no value."""

    label: str
    point_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Frequency:
    """The clock of the priced points while their workers ran, in GHz: the median of the points' medians, and
    the lowest and highest of these `points`."""

    ghz: float
    low: float
    high: float
    points: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of a run, cheapest first, and what it has no price for: `unpriced` was planned, `missing`
    are the names of what was not."""

    prices: tuple[Price, ...]
    unpriced: tuple[Unpriced, ...]
    missing: tuple[str, ...]
    frequency: Frequency | Unavailable


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: str
    label: str
    variant: str
    point: Point


def prices_of(run: Run) -> tuple[Price, ...]:
    """The prices of a run, cheapest first."""
    return price_list(run).prices


def price_list(run: Run) -> PriceList:
    """One price an experiment, one each for what people ask for by name, and why others are missing."""
    prices: list[Price] = []
    unpriced: list[Unpriced] = []
    mutex = _mutex_by_round(run)
    candidates, missing = _candidates(run)
    for one in candidates:
        found = _price(run, one, mutex)
        if isinstance(found, Price):
            prices.append(found)
        else:
            unpriced.append(found)
    prices.sort(key=lambda price: (price.cost.median, price.point.index))
    return PriceList(tuple(prices), tuple(unpriced), missing, _frequency(run, prices))


def joint_prices(lists: Sequence[PriceList]) -> tuple[tuple[Price, tuple[Price | None, ...]], ...]:
    """Every price that one of several machines has, cheapest first: the first machine's that has it, and that
    of each machine, None where it has none."""
    by_machine = [{price.identity: price for price in one.prices} for one in lists]
    speaking: dict[tuple[str, str], Price] = {}
    for prices in by_machine:
        for identity, price in prices.items():
            speaking.setdefault(identity, price)
    ordered = sorted(speaking.values(), key=lambda price: price.cost.median)
    return tuple((price, tuple(some.get(price.identity) for some in by_machine)) for price in ordered)


def numbered_references(
    prices: Sequence[Price], references: Sequence[Reference]
) -> tuple[tuple[int, Reference], ...]:
    """The published figures of these prices with the number of each, in the order of the prices."""
    found = [one for price in prices for one in references if price.key and one.quantity == price.key]
    return tuple(enumerate(dict.fromkeys(found), 1))


def uncontended_mutex(run: Run) -> Summary | Unavailable:
    """What a mutex costs in ns that nobody else wants: the unit of prices in words."""
    for point in _points_of(run, UNCONTENDED_MUTEX):
        summary = _cost(run, point)
        if isinstance(summary, Summary):
            return summary
    return Unavailable("this run did not measure a mutex with one worker")


def counted_cycles(run: Run, point: Point) -> Summary | Unavailable:
    """User and kernel cycles per operation of a point, where they are cycles of what its time is the time of.

    A latency is a part of its operation, and the time of a subject is not that of its helpers: beside either
    the cycles of the whole would be a wrong number.
    """
    experiment = run.experiment_of(point)
    metric = time_metric(experiment)
    if metric is None or metric.name != TIME_PER_OPERATION:
        return Unavailable("cycles are counted over whole operations, and this is the time of a part")
    if any(one.name == point.variant and one.parts for one in experiment.variants):
        return Unavailable("cycles are counted over the whole team, and this is the time of its subject")
    return summary_of_measure(run, point, _CYCLES)


def time_metric(experiment: Experiment) -> MetricDefinition | None:
    """The time in ns that an operation of the experiment costs; None where it measures none."""
    for metric in (experiment.headline, experiment.metric(TIME_PER_OPERATION)):
        if metric is not None and metric.unit == "ns":
            return metric
    return None


def _candidates(run: Run) -> tuple[tuple[_Candidate, ...], tuple[str, ...]]:
    """What might have a price, each point once, named ones first; and the names that the run lacks."""
    found: dict[int, _Candidate] = {}
    missing: list[str] = []
    for rung in RUNGS:
        points = _points_of(run, rung)
        if points:
            found.setdefault(points[0].index, _Candidate(rung.key, rung.label, "", points[0]))
        else:
            missing.append(rung.label)
    for experiment in run.experiments:
        for one in _by_rule(run, experiment):
            found.setdefault(one.point.index, one)
    return tuple(found.values()), tuple(missing)


def _by_rule(run: Run, experiment: Experiment) -> Iterator[_Candidate]:
    """The baseline at its first usual point, at the middle of all sweeps."""
    # What the instrument costs is its own subject, and a negative control nobody's price.
    if experiment.family != "instrument" and not experiment.is_negative_control:
        points = [
            point
            for point in run.points_of(experiment)
            if point.variant == experiment.baseline
            and point.purpose is experiment.main_purpose
            and experiment.is_at_middle(point)
        ]
        for point in usual_first(points)[:1]:
            yield _Candidate("", experiment.operation, point.variant, point)


def _points_of(run: Run, rung: Rung) -> list[Point]:
    """The points that measure a rung, the one that speaks for it first."""
    found = []
    for where in rung.places:
        for experiment in run.experiments:
            if experiment.name == where.experiment:
                fitting = [point for point in run.points_of(experiment) if where.fits(experiment, point)]
                found += usual_first(fitting)
    return sorted(found, key=lambda point: point.skip is not None)


def _price(run: Run, one: _Candidate, mutex: dict[int, float] | Unavailable) -> Price | Unpriced:
    metric = time_metric(run.experiment_of(one.point))
    cost = _cost(run, one.point)
    if metric is None or isinstance(cost, Unavailable):
        reason = cost.reason if isinstance(cost, Unavailable) else "no time"
        told = f"{one.label} ({one.variant})" if one.variant else one.label
        return Unpriced(told, one.point.name, reason)
    own = values_by_round(run, one.point, metric.name)
    mutexes = mutex if isinstance(mutex, Unavailable) else paired_ratio(own, mutex)
    return Price(one.key, one.label, one.variant, one.point, cost, counted_cycles(run, one.point), mutexes)


def _cost(run: Run, point: Point) -> Summary | Unavailable:
    experiment = run.experiment_of(point)
    metric = time_metric(experiment)
    if metric is None:
        return Unavailable(f"it is measured in {experiment.headline.unit}, which is no time")
    summary = summary_of_point(run, point, metric.name)
    if isinstance(summary, Summary) and summary.median <= 0:
        return Unavailable("no time that the clock could tell from zero")
    return summary


def _mutex_by_round(run: Run) -> dict[int, float] | Unavailable:
    for point in _points_of(run, UNCONTENDED_MUTEX):
        metric = time_metric(run.experiment_of(point))
        if metric is not None and (values := values_by_round(run, point, metric.name)):
            return dict(values)
    return Unavailable("this run did not measure a mutex with one worker")


def _frequency(run: Run, prices: list[Price]) -> Frequency | Unavailable:
    measure = next((one for one in measures_of(run) if one.name == "effective_ghz"), None)
    if measure is None:
        return Unavailable("no cycles were counted")
    found = [summary_of_measure(run, price.point, measure) for price in prices]
    clocks = sorted(one.median for one in found if isinstance(one, Summary))
    if not clocks:
        reasons = [one.reason for one in found if isinstance(one, Unavailable)]
        return Unavailable(reasons[0] if reasons else "no cycles were counted")
    return Frequency(median(clocks), clocks[0], clocks[-1], len(clocks))
