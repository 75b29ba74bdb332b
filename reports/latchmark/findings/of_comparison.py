"""What does a comparison of machines show? Sentences of who is faster at what, by how much, and what ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import (
    LATENCY_P50,
    LATENCY_P99,
    ONE_WAY,
    TIME_PER_OPERATION,
    Direction,
    Experiment,
    Point,
)
from latchmark.statistics import Interval, Ratio
from latchmark.wording import against, between, count, distance, number, percent, team

# Judgement: two machines whose interval stays within a tenth of each other cost a reader the same.
ALIKE = 1.1
MOST_TOLD = 7  # more than a reader keeps
MOST_ALIKE = 3
_LATENCIES = {LATENCY_P50: "median latency", LATENCY_P99: "p99 latency"}


@dataclass(frozen=True, slots=True)
class Contrast:
    """One point on a run and on the reference: `ratio` is that of the headline metric, `levels` are the two
    medians, the run's first."""

    experiment: Experiment
    point: Point
    label: str
    reference: str
    ratio: Ratio
    levels: tuple[float, float]

    @property
    def speed(self) -> Ratio:
        """How many times as fast the run is as the reference."""
        is_lower = self.experiment.headline.direction is Direction.LOWER
        return self.ratio.inverse if is_lower else self.ratio

    @property
    def is_faster(self) -> bool:
        """Whether the run, and not the reference, is ahead."""
        return self.speed.value > 1

    @property
    def strength(self) -> float:
        """How large the difference is at least, as a logarithm; 0 where none was shown."""
        return self.ratio.certain_effect if self.ratio.is_apart else 0.0

    @property
    def is_alike(self) -> bool:
        """Whether the two were shown to cost about the same."""
        interval = self.ratio.interval
        return isinstance(interval, Interval) and interval.low >= 1 / ALIKE and interval.high <= ALIKE


@dataclass(frozen=True, slots=True)
class ComparisonFinding:
    """One sentence about several machines. `amount` is the number it is about and `way` which way that is,
    empty where it is not about one; `experiment` the one that it speaks of, empty where of all."""

    sentence: str
    amount: str = ""
    way: str = ""
    experiment: str = ""
    label: str = ""
    ratio: Ratio | None = None


def contrast_finding(one: Contrast) -> ComparisonFinding:
    """`Look-up or update of one key (partition, 2 threads spread over the cores): beta is 1.80× [1.70, 1.90]
    faster than alpha (31.2 against 56.1 ns).`"""
    ahead = one.speed if one.is_faster else one.speed.inverse
    return ComparisonFinding(
        _sentence(one, f"{number(ahead.value)}\u00d7 {between(ahead.interval)}"),
        f"{number(ahead.value)}\u00d7",
        f"{one.label} {'faster' if one.is_faster else 'slower'}",
        one.experiment.name,
        one.label,
        one.ratio,
    )


def _sentence(one: Contrast, times: str) -> str:
    metric = one.experiment.headline
    levels = against(*one.levels, metric.unit)
    faster = "faster" if one.is_faster else "slower"
    if metric.name == ONE_WAY:
        place = distance(one.point.placement)
        return (
            f"{one.label} hands a line over {times} {faster} than {one.reference} {place}"
            f" ({one.point.variant}: {levels})."
        )
    what = _subject(one)
    if metric.name == TIME_PER_OPERATION:
        return f"{what}: {one.label} is {times} {faster} than {one.reference} ({levels})."
    if metric.name in _LATENCIES:
        shorter = "shorter" if one.is_faster else "longer"
        told = f"the {_LATENCIES[metric.name]} of {one.label} is {times} {shorter} than that of"
        return f"{what}: {told} {one.reference} ({levels})."
    better = "better" if one.is_faster else "worse"
    told = f"the {metric.name.replace('_', ' ')} of {one.label} is {times} {better} than that of"
    return f"{what}: {told} {one.reference} ({levels})."


def _uncapitalized(text: str) -> str:
    return text[:1].lower() + text[1:]


def _subject(one: Contrast) -> str:
    """The operation in the words of its experiment, and who does it where."""
    operation = one.experiment.operation
    return f"{operation[:1].upper()}{operation[1:]} ({one.point.variant}, {team(one.point, one.experiment)})"


def leading_contrasts(contrasts: Sequence[Contrast], most: int = MOST_TOLD - 2) -> tuple[Contrast, ...]:
    """The strongest differences, at most `most`: each machine in turn, its gains and its losses in turn, one
    of each from an experiment, so that neither one machine nor one direction fills the list."""
    by_label: dict[str, list[Contrast]] = {}
    for one in sorted(contrasts, key=lambda one: one.strength, reverse=True):
        by_label.setdefault(one.label, []).append(one)
    waiting = []
    for place, some in enumerate(by_label.values()):
        # With many machines there is room for one of each: gains of the one, losses of the next.
        first = place % 2 == 0
        directions = [_strongest([one for one in some if one.is_faster is way]) for way in (first, not first)]
        waiting.append(_in_turn(directions))
    chosen = _in_turn(waiting)[:most]
    return tuple(sorted(chosen, key=lambda one: one.strength, reverse=True))


def _strongest(contrasts: Sequence[Contrast]) -> list[Contrast]:
    """The strongest of each experiment, one of each family before a second of any."""
    of_experiment: dict[str, Contrast] = {}
    for one in sorted(contrasts, key=lambda one: one.strength, reverse=True):
        if one.strength > 0:
            of_experiment.setdefault(one.experiment.name, one)
    by_family: dict[str, list[Contrast]] = {}
    for one in of_experiment.values():
        by_family.setdefault(one.experiment.family, []).append(one)
    return _in_turn(list(by_family.values()))


def _in_turn(lists: Sequence[Sequence[Contrast]]) -> list[Contrast]:
    """The first of each list, then the second of each."""
    longest = max(map(len, lists), default=0)
    return [some[place] for place in range(longest) for some in lists if place < len(some)]


def alike_finding(contrasts: Sequence[Contrast]) -> ComparisonFinding | None:
    """What costs about the same, a worker alone before a team and the cheapest first: a wait is as long on
    every machine. None where nothing was shown to."""
    alike: dict[str, Contrast] = {}
    for one in sorted(contrasts, key=lambda one: (one.point.workers, one.levels[1])):
        if one.is_alike and not one.ratio.is_apart:
            alike.setdefault(one.experiment.name, one)
    if not alike:
        return None
    told = [
        f"{_uncapitalized(_subject(one))} {number(one.ratio.value)}\u00d7 {between(one.ratio.interval)} on"
        f" {one.label}"
        for one in [*alike.values()][:MOST_ALIKE]
    ]
    reference = next(iter(alike.values())).reference
    joint = ", among them" if len(alike) > MOST_ALIKE else ":"
    where = f"at points of {count(len(alike), 'experiment')}"
    return ComparisonFinding(
        f"Within {percent(ALIKE - 1)} of {reference} {where}{joint} {'; '.join(told)}.", "alike"
    )
