"""What grows with the amount of bytes? What copies a payload or a parent's memory, against what shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD
from latchmark.model import Axis, Experiment, Point, Run
from latchmark.statistics import Growth, Swept, growth_of, in_first_places, sweeps_along
from latchmark.wording import between, count, number, parameter_text, team


def growths(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One sentence an axis and team, in the first place that has the sweep: what grows, and what does not."""
    for axis in experiment.axes:
        if axis.is_size:
            for sweeps in in_first_places(sweeps_along(experiment, points, axis)):
                grown = [(swept, growth_of(swept.curve(run))) for swept in sweeps]
                found = [(swept, growth) for swept, growth in grown if isinstance(growth, Growth)]
                if found:
                    yield _finding(experiment, found, axis)


def _finding(experiment: Experiment, found: Sequence[tuple[Swept, Growth]], axis: Axis) -> Finding:
    growing = sorted((one for one in found if one[1].is_shown), key=lambda one: -one[1].total.value)
    held = [one for one in found if one[1].is_ruled_out]
    unclear = [one for one in found if not one[1].is_shown and not one[1].is_ruled_out]
    low, high = min(one.low for _, one in found), max(one.high for _, one in found)
    last = found[0][0].last
    place = team(last, without=[name for name, _ in last.parameters])
    told = [
        _listed(some, verb, verbs)
        for some, verb, verbs in (
            (growing, "grows", "grow"),
            (held, "does not grow", "do not grow"),
            (unclear, "was not shown to grow", "were not shown to grow"),
        )
        if some
    ]
    text = (
        f"From {parameter_text(axis.name, low, axis)} to {parameter_text('', high, axis)} with {place}:"
        f" {'; '.join(told)}."
    )
    swept, growth = (growing or held or unclear)[0]
    return Finding(
        FindingKind.GROWTH,
        experiment.name,
        text,
        growth.total,
        swept.points[growth.high],
        swept.points[growth.low],
    )


def _listed(some: Sequence[tuple[Swept, Growth]], verb: str, verbs: str) -> str:
    """`pipe grows 312× [300, 320] (1.95× a doubling at the end)`; the rest is counted."""
    named = [
        f"{swept.variant} {verb} {_factor(growth)}" if index == 0 else f"{swept.variant} {_factor(growth)}"
        for index, (swept, growth) in enumerate(some[:MOST_TOLD])
    ]
    left = len(some) - len(named)
    if left:
        named.append(f"{count(left, 'other variant')} {verb if left == 1 else verbs} too")
    return ", ".join(named)


def _factor(growth: Growth) -> str:
    total = f"{number(growth.total.value)}\u00d7 {between(growth.total.interval)}"
    if not growth.is_shown:
        return f"({total})"
    return f"{total} ({number(growth.last_a_doubling)}\u00d7 a doubling at the end)"
