"""How is a comparison said? Each sentence names variants, workers, place, ratio and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from latchmark.model import (
    CPU_TIME,
    LATENCY_P50,
    LATENCY_P99,
    ONE_WAY,
    TIME_PER_OPERATION,
    Axis,
    Direction,
    Experiment,
    MetricDefinition,
    Point,
    Run,
    Unavailable,
)
from latchmark.statistics import TOLERANCE, Crossing, Ratio, Summary, summary_of_point
from latchmark.wording import (
    against,
    axis_value,
    between,
    count,
    measured,
    number,
    parameter_text,
    percent,
    team,
    words,
)

# Lower is better, and not per operation.
_WAYS_AND_LATENCIES = (ONE_WAY, LATENCY_P50, LATENCY_P99)
# `takes 3x as long` would be read as the whole operation, of which the latency is but a part.
_LATENCIES = {LATENCY_P50: "median latency", LATENCY_P99: "p99 latency"}
_NAMES = _LATENCIES | {CPU_TIME: "CPU time per operation", "waiters_cpu_time": "waiters' CPU time"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two points of an experiment of a run, and how many times as much the first has of the headline metric,
    or of `metric`."""

    run: Run
    experiment: Experiment
    numerator: Point
    denominator: Point
    ratio: Ratio
    other_metric: MetricDefinition | None = None

    @property
    def metric(self) -> MetricDefinition:
        """What is compared."""
        return self.other_metric or self.experiment.headline


def words_of(metric: MetricDefinition) -> str:
    """How a metric is called in a sentence: `p99 latency`, `CPU time per operation`, `drain time`."""
    return _NAMES.get(metric.name, metric.name.replace("_", " "))


def of_what(metric: MetricDefinition) -> str:
    """What an amount of the metric is added to: `per operation to`, `to the median latency of`."""
    latency = _LATENCIES.get(metric.name)
    return "per operation to" if latency is None else f"to the {latency} of"


def dearer_first(one: Comparison) -> Comparison:
    """Costs are told as `A costs 11× as much as B`: nobody can picture 0.0887 times as much."""
    if one.metric.name not in (*_WAYS_AND_LATENCIES, TIME_PER_OPERATION) or one.ratio.value >= 1:
        return one
    return replace(one, numerator=one.denominator, denominator=one.numerator, ratio=one.ratio.inverse)


def variant_sentence(one: Comparison, beside: str = "") -> str:
    """`packed costs 7.7× [7.5, 7.9] as much per operation as padded with 2 threads ... (36.2 against 4.71
    ns).`"""
    differing = _differing(one)
    return (
        f"{_named(one, one.numerator, differing)} {_amount(one)}"
        f" {_named(one, one.denominator, differing)} with {team(one.numerator, one.experiment, differing)}"
        f" ({_levels(one)}{beside})."
    )


def tail_sentence(one: Comparison, at_median: Ratio) -> str:
    """`blocked has 89× [87, 130] the p99 latency of quiet ... (...; at the median 1.02× [0.99, 1.05]).`"""
    return variant_sentence(one, f"; at the median {_times(at_median)}")


def _differing(one: Comparison) -> set[str]:
    """The parameters by which the two points differ, and those that concern but one of the variants; they
    belong to a name and not to the place."""
    lone = {
        axis.name
        for axis in one.experiment.axes
        if axis.concerns(one.numerator.variant) != axis.concerns(one.denominator.variant)
    }
    return lone | {name for name, _ in {*one.numerator.parameters} ^ {*one.denominator.parameters}}


def _named(one: Comparison, point: Point, differing: set[str]) -> str:
    """`striped`, or `striped at stripes 4` where that does not concern the other one."""
    axes = {axis.name: axis for axis in one.experiment.axes}
    told = [
        parameter_text(name, value, axes.get(name))
        for name, value in point.parameters
        if name in differing and (name not in axes or axes[name].concerns(point.variant))
    ]
    return f"{point.variant} at {words(told)}" if told else point.variant


def others_sentence(compared: Sequence[Comparison]) -> str:
    """All that a sentence each would be too many for, as ratios to the baseline."""
    told = [f"{one.numerator.variant} {_times(one.ratio)}" for one in compared]
    baselines = words(list(dict.fromkeys(one.denominator.variant for one in compared)))
    return f"As ratios to {baselines}, each where it differs most: {words(told)}."


def step_sentence(one: Comparison, axis: Axis) -> str:
    """`rmw costs 7.9× [7.7, 8.1] as much per operation at stride_bytes 32 B as at 64 B with 2 threads ...`"""
    here, there = (dict(point.parameters)[axis.name] for point in (one.numerator, one.denominator))
    verb, joint = _amount_of_itself(one)
    return (
        f"{one.numerator.variant} {verb} at {parameter_text(axis.name, here, axis)} {joint} at"
        f" {parameter_text('', there, axis).strip()} with"
        f" {team(one.numerator, one.experiment, [axis.name])} ({_levels(one)}): its largest step along"
        f" {axis.name}."
    )


def crossing_text(crossing: Crossing, axis: Axis) -> str:
    """`1.74 µs [1.62, 1.87] (read off between 1000 ns and 10 µs)`, the last where the curves were
    measured at few places: the interval does not know what they do between."""
    told = measured(crossing.at, crossing.interval, axis.unit)
    if not crossing.is_far_read:
        return told
    low, high = (axis_value(one, axis.unit) for one in crossing.between)
    return f"{told} (read off between {low} and {high})"


def team_sentence(one: Comparison, compared: int) -> str:
    """The same variant in worker processes and in threads, where it differs most clearly of all `compared`:
    of many comparisons one is apart by chance, so their number is told."""
    picked = f"; the clearest of {count(compared, 'comparison')}" if compared > 1 else ""
    verb, joint = _amount_of_itself(one)
    return (
        f"{one.numerator.variant} in {one.numerator.team.value} {verb} {joint} in"
        f" {one.denominator.team.value}"
        f" with {team(one.denominator, one.experiment)} ({_levels(one)}{picked})."
    )


def control_sentence(controls: Sequence[Comparison]) -> str:
    """`chain ties with chain_bare with 1 thread: 1.00× [0.990, 1.02].` and so on for each control."""
    told = [
        f"{one.numerator.variant} {_verb(one.ratio)} {one.denominator.variant} with"
        f" {team(one.numerator, one.experiment)}: {_times(one.ratio)}"
        for one in controls
    ]
    return f"{'; '.join(told)}."


def _verb(ratio: Ratio) -> str:
    if ratio.is_apart:
        return "does not tie with"
    if ratio.is_tied:
        return "ties with"
    # A wide interval around 1 is no evidence of a tie, one beside 1 none of a difference worth telling.
    surely = f"does not surely differ by more than {percent(TOLERANCE)} from"
    return surely if ratio.excludes_one else "was not told apart from"


def scaling_sentence(one: Comparison) -> str:
    """How much work the team does, in units of one worker: `n` workers at r times the time per operation do n
    / r."""
    workers, name = one.numerator.workers, one.numerator.variant
    done = workers / one.ratio.value
    if isinstance(one.ratio.interval, Unavailable):
        limits = between(one.ratio.interval)
    else:
        limits = f"[{number(workers / one.ratio.interval.high)}, {number(workers / one.ratio.interval.low)}]"
    work = f"{number(done)}× {limits} the work of one ({workers} would be perfect)"
    return f"With {name}, {team(one.numerator, one.experiment)} do {work}."


def level_sentence(run: Run, experiment: Experiment, point: Point, ending: str = "") -> str:
    """What one point amounts to."""
    metric = experiment.headline
    summary = summary_of_point(run, point, metric.name)
    if isinstance(summary, Unavailable):
        return f"{point.variant}: {summary.reason}."
    amount = measured(summary.median, summary.interval, metric.unit)
    if metric.name == TIME_PER_OPERATION:
        told = f"takes {amount} per operation"
    elif metric.name == ONE_WAY:
        told = f"takes {amount} for one way"
    else:
        told = f"has a {words_of(metric)} of {amount}"
    return f"{point.variant} {told} with {team(point, experiment)}{ending}."


def no_difference_sentence(
    names: Sequence[str], baseline: str, ratios: Sequence[Ratio], compared: int, opening: str = ""
) -> str:
    """The ratio of each name with its interval, so that "no difference" cannot pass for "equal"; they are the
    widest of all `compared`."""
    subject, opening = words(names), f"{opening}, " if opening else ""
    for ratio in ratios:
        if isinstance(ratio.interval, Unavailable):
            verb = "differs" if len(names) == 1 else "differ"
            question = f"whether {subject} {verb} from {baseline} cannot be said: {ratio.interval.reason}."
            return opening + (question if opening else f"W{question[1:]}")
    picked = f" (the widest of {count(compared, 'comparison')})" if compared > len(ratios) else ""
    amounts = words([_times(ratio) for ratio in ratios])
    # An interval that leaves out 1 was measured; it lies too near to be told from code alignment.
    is_small = any(ratio.excludes_one for ratio in ratios)
    what = f"no sure difference of more than {percent(TOLERANCE)}" if is_small else "no measurable difference"
    return f"{opening}{subject}: {what} from {baseline}: {amounts}{picked}."


def _times(ratio: Ratio) -> str:
    return f"{number(ratio.value)}× {between(ratio.interval)}"


def _amount(one: Comparison) -> str:
    """`costs 11× as much per operation as`, `has 11× the median latency of`."""
    times, metric = _times(one.ratio), one.metric
    if metric.name == TIME_PER_OPERATION:
        return f"costs {times} as much per operation as"
    if metric.name == ONE_WAY:
        return f"takes {times} as long for one way as"
    better = {
        # Nobody asks whether less time is better.
        Direction.LOWER: "" if metric.unit == "ns" else " (lower is better)",
        Direction.HIGHER: " (higher is better)",
        Direction.NONE: "",
    }
    return f"has {times} the {words_of(metric)}{better[metric.direction]} of"


def _amount_of_itself(one: Comparison) -> tuple[str, str]:
    """The same of a variant against itself elsewhere, in two: `costs 11× as much per operation`, `as`."""
    verb, _, joint = _amount(one).rpartition(" ")
    return verb, "as" if joint == "as" else "of that"


def _levels(one: Comparison) -> str:
    metric = one.metric
    numerator, denominator = (
        summary_of_point(one.run, point, metric.name) for point in (one.numerator, one.denominator)
    )
    if isinstance(numerator, Summary) and isinstance(denominator, Summary):
        parts = {variant.name: variant.parts for variant in one.experiment.variants}
        subject = f"{part[0]}: " if (part := parts[one.numerator.variant]) else ""
        return f"{subject}{against(numerator.median, denominator.median, metric.unit)}"
    return "levels not available"
