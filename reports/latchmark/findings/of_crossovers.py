"""From where on does another variant cost less? Parking by waiting time, transports by size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD
from latchmark.findings.sentences import crossing_text
from latchmark.model import LATENCY_P50, Axis, Experiment, Point, Run
from latchmark.statistics import (
    Crossing,
    Pair,
    Summary,
    Swept,
    in_first_places,
    is_of_waits,
    pairs_by_size,
    pairs_of_waits,
    summary_of_point,
    sweeps_along,
)
from latchmark.wording import amount, count, parameter_text, team, words


def crossovers(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One sentence an axis and team, in the first place that has the sweep."""
    for axis in experiment.axes:
        for sweeps in in_first_places(sweeps_along(experiment, points, axis)):
            if is_of_waits(experiment, axis):
                yield from _spin_or_park(run, experiment, sweeps, axis)
            elif axis.is_size:
                yield from _by_size(run, experiment, sweeps, axis)


def _spin_or_park(run: Run, experiment: Experiment, sweeps: Sequence[Swept], axis: Axis) -> Iterator[Finding]:
    pairs = pairs_of_waits(run, sweeps)
    crossed = sorted((one for one in pairs if one.is_crossed), key=_first_at)
    if not crossed:
        yield from _no_crossover(experiment, pairs, axis)
        return
    first, *others = crossed
    crossings = first.meeting.crossings
    place = team(first.first.last, without=_swept(first.first))
    # Who spins burns more in the longest wait, so that a lone crossover that is surely one rises.
    if len(crossings) > 1 or not crossings[0].rises:
        text = f"With {place}, {_pair_text(first, axis)}, by CPU time per operation"
    else:
        text = (
            f"Spin below {axis.name} {crossing_text(crossings[0], axis)}, park above: beyond it"
            f" {first.second.variant} burns less CPU time per operation than {first.first.variant},"
            f" with {place}"
        )
    text += _wake_ups(run, first, axis, crossings[0])
    if others:
        text += (
            f"; against {first.first.variant} also {words([_other(one, axis) for one in others[:MOST_TOLD]])}"
        )
    if others[MOST_TOLD:]:
        text += f"; {count(len(others) - MOST_TOLD, 'other variant')} cross later"
    yield _finding(experiment, f"{text}.", crossings[0], axis)


def _by_size(run: Run, experiment: Experiment, sweeps: Sequence[Swept], axis: Axis) -> Iterator[Finding]:
    pairs = pairs_by_size(run, experiment, sweeps)
    crossed = sorted((one for one in pairs if one.is_crossed), key=_first_at)
    if not crossed:
        return
    told = [_pair_text(one, axis) for one in crossed[:MOST_TOLD]]
    left = len(crossed) - len(told)
    others = f"; {count(left, 'other variant')} cross later" if left else ""
    place = team(crossed[0].first.last, without=_swept(crossed[0].first))
    text = f"The cheaper one changes with {axis.name}, with {place}: {'; '.join(told)}{others}."
    yield _finding(experiment, text, crossed[0].meeting.crossings[0], axis)


def _pair_text(pair: Pair, axis: Axis) -> str:
    """`pipe below payload 8.04 KiB [7.51 KiB, 8.60 KiB], memfd above`."""
    crossings = pair.meeting.crossings
    below, above = pair.first.variant, pair.second.variant
    if not crossings[0].rises:
        below, above = above, below
    if len(crossings) > 1:
        places = words([crossing_text(one, axis) for one in crossings])
        return f"{below} and {above} change places {count(len(crossings), 'time')}, at {axis.name} {places}"
    return f"{below} below {axis.name} {crossing_text(crossings[0], axis)}, {above} above"


def _other(pair: Pair, axis: Axis) -> str:
    crossings = pair.meeting.crossings
    if len(crossings) > 1 or not crossings[0].rises:
        return _pair_text(pair, axis)
    return f"{pair.second.variant} from {crossing_text(crossings[0], axis)}"


def _wake_ups(run: Run, pair: Pair, axis: Axis, crossing: Crossing) -> str:
    """What parking costs who waits for the wake-up, at the first wait beyond the crossing."""
    for value in sorted(pair.first.points.keys() & pair.second.points.keys()):
        if value >= crossing.at:
            here, there = (
                summary_of_point(run, one.points[value], LATENCY_P50) for one in (pair.second, pair.first)
            )
            if isinstance(here, Summary) and isinstance(there, Summary):
                return (
                    f"; at {parameter_text(axis.name, value, axis)} {pair.second.variant} wakes after"
                    f" {amount(here.median, 'ns')}, {pair.first.variant} after {amount(there.median, 'ns')}"
                )
    return ""


def _no_crossover(experiment: Experiment, pairs: Sequence[Pair], axis: Axis) -> Iterator[Finding]:
    """No two cross: who is cheaper throughout, or that it was not shown."""
    if not pairs:
        return
    kinds: dict[tuple[int, str], list[str]] = {}
    for pair in pairs:
        ends = pair.meeting.at_low, pair.meeting.at_high
        side = ends[0] if ends[0] == ends[1] else 0
        kinds.setdefault((side, pair.first.variant), []).append(pair.second.variant)
    texts = {1: "{} burn less than {} throughout", -1: "{} burn more than {} throughout"}
    told = []
    for (side, first), names in kinds.items():
        more = [f"{len(names) - MOST_TOLD} more"] if names[MOST_TOLD:] else []
        shown = words([*names[:MOST_TOLD], *more])
        text = texts.get(side, "{} and {} were not shown to change places").format(shown, first)
        told.append(text.replace(" burn ", " burns ") if len(names) == 1 else text)
    low, high = (
        parameter_text(name, value, axis)
        for name, value in ((axis.name, pairs[0].meeting.low), ("", pairs[0].meeting.high))
    )
    place = team(pairs[0].first.last, without=_swept(pairs[0].first))
    text = f"No crossover in CPU time per operation from {low} to {high} with {place}: {'; '.join(told)}."
    yield Finding(FindingKind.CROSSOVER, experiment.name, text)


def _finding(experiment: Experiment, text: str, crossing: Crossing, axis: Axis) -> Finding:
    return Finding(FindingKind.CROSSOVER, experiment.name, text, amount=amount(crossing.at, axis.unit))


def _first_at(pair: Pair) -> float:
    return pair.meeting.crossings[0].at


def _swept(swept: Swept) -> set[str]:
    return {name for name, _ in swept.last.parameters}
