"""Who is fastest, and what does a comparison rest on? Sentences of ranks, and of points that are absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from latchmark.findings.of_comparison import ComparisonFinding
from latchmark.statistics import Interval, Ratio, Summary
from latchmark.wording import between, count, number, words


@dataclass(frozen=True, slots=True)
class Place:
    """One machine in the ranking of one experiment: `cost` is its level where less is better, the inverse
    where more is; `best` the first rank that it may have."""

    label: str
    cost: Summary
    best: int


def tally_finding(fastest: Sequence[Sequence[str]], labels: Sequence[str]) -> ComparisonFinding:
    """How often each is the fastest, from the names of who may be it in each experiment."""
    alone = {label: sum([*names] == [label] for names in fastest) for label in labels}
    order = sorted(labels, key=lambda label: -alone[label])
    told = [f"{label} in {alone[label]}" for label in order]
    who = "both" if len(labels) == 2 else "at least two"
    open_ = len(fastest) - sum(alone.values())
    if open_ == len(fastest):
        told_open = f"In none of {count(open_, 'experiment')} that {who} have"
        return ComparisonFinding(f"{told_open} is one machine the fastest: the intervals overlap.", "none")
    rest = f"; in {open_} the intervals of the fastest overlap" if open_ else ""
    return ComparisonFinding(
        f"Of {count(len(fastest), 'experiment')} that {who} have, the fastest is {words(told)}{rest}.",
        f"{alone[order[0]]} of {len(fastest)}",
        label=order[0],
    )


def ranking_sentence(places: Sequence[Place], points: int) -> str:
    """How the machines of one experiment stand, over the `points` that all of them have; at least two."""
    over = (
        f"over the {count(points, 'point')} that {'both' if len(places) == 2 else f'all {len(places)}'} have"
    )
    mean = f"{over} (geometric mean)" if points > 1 else over
    ordered = sorted(places, key=lambda one: one.cost.median)
    first, last = ordered[0], ordered[-1]
    apart = _behind(last, first)
    leaders = [one.label for one in ordered if one.best == 1]
    if len(leaders) == len(places):
        return (
            f"No measurable difference between {words([one.label for one in places])} {mean}:"
            f" {last.label} takes {apart} as long as {first.label}."
        )
    if len(places) == 2:
        return f"{first.label} is {apart} faster than {last.label} {mean}."
    tied = "Fastest" if len(leaders) == 1 else "Fastest, not told apart"
    slowest = f"Slowest: {last.label}, which takes {apart} as long as {first.label} {mean}."
    return f"{tied}: {words(leaders)}. {slowest}"


def _behind(last: Place, first: Place) -> str:
    above, below = last.cost.interval, first.cost.interval
    assert isinstance(above, Interval)
    assert isinstance(below, Interval)
    ratio = Ratio(
        last.cost.median / first.cost.median,
        Interval(above.low / below.high, above.high / below.low),
        min(last.cost.n, first.cost.n),
    )
    return f"{number(ratio.value)}\u00d7 {between(ratio.interval)}"


def incomparable_sentence(labels: Sequence[str], reason: str) -> str:
    """That no point of these runs can be compared; the reason where there is but one."""
    return f"No point of {words(labels)} can be compared{': ' if reason else ''}{reason}."


def coverage_sentence(
    labels: Sequence[str], points: int, lacking: Mapping[str, Sequence[tuple[str, int]]]
) -> str:
    """`3 of 4 runs have all 160 points with a headline value on any of them; gamma lacks 12 (8: needs 64
    workers, 4: not in this run's plan).` `lacking` has the reasons of every run that lacks any, with how many
    points each costs."""
    if not points:
        return "No run has a value at any point."
    complete = len(labels) - len(lacking)
    everything = f"all {count(points, 'point')}" if points > 1 else "the one point"
    everyone = "Both runs" if len(labels) == 2 else f"All {len(labels)} runs"
    who = f"{complete} of {len(labels)} runs" if lacking else everyone
    have = "has" if lacking and complete == 1 else "have"
    first = f"{who} {have} {everything} with a headline value on any of them"
    told = [f"{label} lacks {sum(n for _, n in some)} ({_reasons(some)})" for label, some in lacking.items()]
    return f"{'; '.join([first, *told])}."


MOST_REASONS = 3  # of a run in one line; all are in the sections


def _reasons(lacking: Sequence[tuple[str, int]]) -> str:
    if len(lacking) == 1:
        return lacking[0][0]
    told = [f"{amount}: {reason}" for reason, amount in lacking[:MOST_REASONS]]
    rest = len(lacking) - len(told)
    return ", ".join([*told, *([f"and {count(rest, 'other reason')}"] if rest else [])])


def mixture_sentences(
    labels: Sequence[str], presets: Sequence[str], incomplete: Mapping[str, str], is_one_machine: bool
) -> tuple[str, ...]:
    """What a reader must know of the runs before any number: unlike presets, runs that were cut short, and
    runs of one machine."""
    found = []
    if len(set(presets)) > 1:
        told = [f"{label} ran {preset}" for label, preset in zip(labels, presets, strict=True)]
        found.append(f"The presets differ ({words(told)}): only what both planned is compared.")
    found += [f"{label} is incomplete: {reason}." for label, reason in incomplete.items()]
    if is_one_machine:
        found.append(
            "All runs are of one machine. Runs of different days differ by a few percent without any change;"
            " whether a change made a difference is for `latchmark gate`, which measures both side by side."
        )
    return tuple(found)
