"""How is a comparison said? Each sentence names variants, workers, place, ratio and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import TIME_PER_OPERATION, Direction, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics import Ratio, Summary, summary_of_point
from latchmark.wording import between, number, percent, team, words


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two points of a run and how many times as much the first has."""

    run: Run
    numerator: Point
    denominator: Point
    ratio: Ratio


def dearer_first(one: Comparison, metric: MetricDefinition) -> Comparison:
    """Costs are told as `A costs 11× as much as B`: nobody can picture 0.0887 times as much."""
    if metric.name != TIME_PER_OPERATION or one.ratio.value >= 1:
        return one
    return Comparison(one.run, one.denominator, one.numerator, one.ratio.inverse)


def variant_sentence(one: Comparison, metric: MetricDefinition) -> str:
    """`packed costs 7.7× [7.5, 7.9] as much per operation as padded with 2 threads ... (36.2 against 4.71
    ns).`"""
    return (
        f"{one.numerator.variant} {_amount(one.ratio, metric)} {one.denominator.variant}"
        f" with {team(one.numerator)} ({_levels(one, metric)})."
    )


def team_sentence(one: Comparison, metric: MetricDefinition) -> str:
    """The same variant in worker processes and in threads."""
    return (
        f"{one.numerator.variant} in processes {_amount(one.ratio, metric)} in threads"
        f" with {team(one.denominator)} ({_levels(one, metric)})."
    )


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
    return f"With {name}, {team(one.numerator)} do {work}."


def no_difference_sentence(names: Sequence[str], against: str, ratio: Ratio, opening: str = "") -> str:
    """Says what could have been seen, so that "no difference" cannot pass for "equal"."""
    subject, opening = words(names), f"{opening}, " if opening else ""
    if isinstance(ratio.visible_change, Unavailable):
        verb = "differs" if len(names) == 1 else "differ"
        question = f"whether {subject} {verb} from {against} cannot be said: {ratio.visible_change.reason}."
        return opening + (question if opening else f"W{question[1:]}")
    change = ratio.visible_change
    size = f"a change of {percent(change)}" if change < 1 else f"a factor of {number(1 + change)}"
    return f"{opening}{subject}: no measurable difference from {against}; {size} would have been seen."


def _amount(ratio: Ratio, metric: MetricDefinition) -> str:
    times = f"{number(ratio.value)}× {between(ratio.interval)}"
    if metric.name == TIME_PER_OPERATION:
        return f"costs {times} as much per operation as"
    better = {
        Direction.LOWER: " (lower is better)",
        Direction.HIGHER: " (higher is better)",
        Direction.NONE: "",
    }
    return f"has {times} the {metric.name}{better[metric.direction]} of"


def _levels(one: Comparison, metric: MetricDefinition) -> str:
    numerator, denominator = (
        summary_of_point(one.run, point, metric.name) for point in (one.numerator, one.denominator)
    )
    if isinstance(numerator, Summary) and isinstance(denominator, Summary):
        return f"{number(numerator.median)} against {number(denominator.median)} {metric.unit}"
    return "levels not available"
