"""How is a comparison said? Each sentence names variants, workers, place, ratio and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import TIME_PER_OPERATION, Direction, MetricDefinition, Point, Run, Unavailable
from latchmark.statistics import Ratio, Summary, summary_of_point
from latchmark.wording import between, count, number, team, words


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


def team_sentence(one: Comparison, metric: MetricDefinition, compared: int) -> str:
    """The same variant in worker processes and in threads, where it differs most clearly of all `compared`:
    of many comparisons one is apart by chance, so their number is told."""
    picked = f"; the clearest of {count(compared, 'comparison')}" if compared > 1 else ""
    return (
        f"{one.numerator.variant} in {one.numerator.team.value} {_amount(one.ratio, metric)} in"
        f" {one.denominator.team.value} with {team(one.denominator)} ({_levels(one, metric)}{picked})."
    )


def control_sentence(controls: Sequence[Comparison]) -> str:
    """`chain ties with chain_bare with 1 thread: 1.00× [0.990, 1.02].` and so on for each control."""
    told = [
        f"{one.numerator.variant} {_verb(one.ratio)} {one.denominator.variant} with {team(one.numerator)}:"
        f" {_times(one.ratio)}"
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
    return f"With {name}, {team(one.numerator)} do {work}."


def level_sentence(run: Run, point: Point, metric: MetricDefinition, ending: str = "") -> str:
    """What one point amounts to."""
    summary = summary_of_point(run, point, metric.name)
    if isinstance(summary, Unavailable):
        return f"{point.variant}: {summary.reason}."
    amount = f"{number(summary.median)} {metric.unit} {between(summary.interval)}"
    verb = "takes" if metric.name == TIME_PER_OPERATION else f"has a {metric.name} of"
    return f"{point.variant} {verb} {amount} per operation with {team(point)}{ending}."


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
