"""How is a comparison said? Each sentence names variants, workers, place, ratio and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import (
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
from latchmark.statistics import Ratio, Summary, summary_of_point
from latchmark.wording import between, count, number, parameter_text, team, words


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two points of an experiment of a run, and how many times as much the first has."""

    run: Run
    experiment: Experiment
    numerator: Point
    denominator: Point
    ratio: Ratio


def dearer_first(one: Comparison) -> Comparison:
    """Costs are told as `A costs 11× as much as B`: nobody can picture 0.0887 times as much."""
    if one.experiment.headline.name not in (TIME_PER_OPERATION, ONE_WAY) or one.ratio.value >= 1:
        return one
    return Comparison(one.run, one.experiment, one.denominator, one.numerator, one.ratio.inverse)


def variant_sentence(one: Comparison) -> str:
    """`packed costs 7.7× [7.5, 7.9] as much per operation as padded with 2 threads ... (36.2 against 4.71
    ns).`"""
    differing = _differing(one)
    return (
        f"{_named(one, one.numerator, differing)} {_amount(one.ratio, one.experiment.headline)}"
        f" {_named(one, one.denominator, differing)} with {team(one.numerator, one.experiment, differing)}"
        f" ({_levels(one)})."
    )


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
    verb, _, joint = _amount(one.ratio, one.experiment.headline).rpartition(" ")
    joint = "as at" if joint == "as" else "of that at"
    return (
        f"{one.numerator.variant} {verb} at {parameter_text(axis.name, here, axis)} {joint}"
        f" {parameter_text('', there, axis).strip()} with"
        f" {team(one.numerator, one.experiment, [axis.name])} ({_levels(one)}): its largest step along"
        f" {axis.name}."
    )


def team_sentence(one: Comparison, compared: int) -> str:
    """The same variant in worker processes and in threads, where it differs most clearly of all `compared`:
    of many comparisons one is apart by chance, so their number is told."""
    picked = f"; the clearest of {count(compared, 'comparison')}" if compared > 1 else ""
    return (
        f"{one.numerator.variant} in {one.numerator.team.value}"
        f" {_amount(one.ratio, one.experiment.headline)} in {one.denominator.team.value}"
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
    # A wide interval around 1 is no evidence of a tie.
    return "ties with" if ratio.is_tied else "was not told apart from"


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
    amount = f"{number(summary.median)} {metric.unit} {between(summary.interval)}"
    verb = "takes" if metric.name == TIME_PER_OPERATION else f"has a {metric.name} of"
    return f"{point.variant} {verb} {amount} per operation with {team(point, experiment)}{ending}."


def no_difference_sentence(
    names: Sequence[str], against: str, ratios: Sequence[Ratio], compared: int, opening: str = ""
) -> str:
    """The ratio of each name with its interval, so that "no difference" cannot pass for "equal"; they are the
    widest of all `compared`."""
    subject, opening = words(names), f"{opening}, " if opening else ""
    for ratio in ratios:
        if isinstance(ratio.interval, Unavailable):
            verb = "differs" if len(names) == 1 else "differ"
            question = f"whether {subject} {verb} from {against} cannot be said: {ratio.interval.reason}."
            return opening + (question if opening else f"W{question[1:]}")
    picked = f" (the widest of {count(compared, 'comparison')})" if compared > len(ratios) else ""
    amounts = words([_times(ratio) for ratio in ratios])
    return f"{opening}{subject}: no measurable difference from {against}: {amounts}{picked}."


def _times(ratio: Ratio) -> str:
    return f"{number(ratio.value)}× {between(ratio.interval)}"


def _amount(ratio: Ratio, metric: MetricDefinition) -> str:
    times = _times(ratio)
    if metric.name == TIME_PER_OPERATION:
        return f"costs {times} as much per operation as"
    if metric.name == ONE_WAY:
        return f"takes {times} as long for one way as"
    better = {
        Direction.LOWER: " (lower is better)",
        Direction.HIGHER: " (higher is better)",
        Direction.NONE: "",
    }
    return f"has {times} the {metric.name}{better[metric.direction]} of"


def _levels(one: Comparison) -> str:
    metric = one.experiment.headline
    numerator, denominator = (
        summary_of_point(one.run, point, metric.name) for point in (one.numerator, one.denominator)
    )
    if isinstance(numerator, Summary) and isinstance(denominator, Summary):
        parts = {variant.name: variant.parts for variant in one.experiment.variants}
        subject = f"{part[0]}: " if (part := parts[one.numerator.variant]) else ""
        return f"{subject}{number(numerator.median)} against {number(denominator.median)} {metric.unit}"
    return "levels not available"
