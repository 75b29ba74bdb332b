"""What does a history say? Steps with their size and what changed with them, points that came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.compare import FactDifference
from latchmark.model import TIME_PER_OPERATION, Direction, Fact
from latchmark.statistics import SHORTEST_SEGMENT, TOLERANCE, Ratio
from latchmark.trend.changes import is_other_build
from latchmark.trend.history import FALSE_RATE, History, Line
from latchmark.trend.presence import Kind, Presence
from latchmark.trend.steps import Step
from latchmark.wording import against, between, count, number, percent, words

LONGEST_FACT = 60  # characters; compiler flags and mitigations are whole in the table
MOST_FACTS = 4  # of one change in one sentence; all are in the table
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words: `size` is the number it is about, `way` where it went, `text` the sentence."""

    line: Line
    step: Step
    size: str
    way: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where steps begin in one run: the worst of them, the others, and in words how many and what else
    changed there. A new kernel moves many points at once, and must not hide the one that moved elsewhere."""

    at: int
    worst: Told
    others: tuple[Told, ...]
    context: str


def overview(history: History) -> str:
    """How long, how much, and how many steps."""
    runs, steps = history.runs, history.steps
    names = {line.name for line in history.lines}
    first, last = runs[0].started_utc[:10], runs[-1].started_utc[:10]
    when = first if first == last else f"{first} to {last}"
    told = f"{count(len(runs), 'run')} of {count(len(names), 'point')}, {when}."
    if not steps:
        return f"{told} No step was found."
    worse = sum(line.is_worse(step) for line, step in steps)
    points = len({line.name for line, _ in steps})
    return f"{told} {count(len(steps), 'step')} in {count(points, 'point')}, {worse} for the worse."


def places_told(history: History) -> tuple[Place, ...]:
    """Every step as a sentence, by the run in which it begins; the place with the worst step first.

    Scatter moves a step by a run now and then: it joins the run next to its own in which more points moved.
    """
    moved = Counter(step.at for _, step in history.steps)
    by_run: dict[int, list[Told]] = {}
    for line, step in history.steps:
        size, way = f"{number(_shown(step).value)}×", _way(line, step)
        at = max((step.at, step.at - 1, step.at + 1), key=lambda run: moved[run])
        by_run.setdefault(at, []).append(Told(line, step, size, way, _sentence(history, line, step)))
    return tuple(
        Place(at, told[0], tuple(told[1:]), _context(history, at, told)) for at, told in by_run.items()
    )


def _shown(step: Step) -> Ratio:
    """Above 1 either way: nobody can picture 0.89 times as slow."""
    return step.ratio if step.ratio.value >= 1 else step.ratio.inverse


def _sentence(history: History, line: Line, step: Step) -> str:
    ratio = _shown(step)
    levels = against(step.since.median, step.before.median, line.unit)
    runs = f"{count(step.before.n, 'run')} before, {step.since.n} since"
    return (
        f"{line.title}: since {run_told(history, step.at)} {number(ratio.value)}× {between(ratio.interval)}"
        f" {_way(line, step)} than before ({levels}; {runs})."
    )


def _way(line: Line, step: Step) -> str:
    is_up = step.ratio.value > 1
    if line.metric == TIME_PER_OPERATION:
        return "slower" if is_up else "faster"
    metric = line.metric.replace("_", " ")
    way = f"{'higher' if is_up else 'lower'} {metric}"
    if line.direction is Direction.NONE:
        return way
    return f"{way} ({'worse' if line.is_worse(step) else 'better'})"


def _context(history: History, since: int, told: Sequence[Told]) -> str:
    """How many moved, and what changed between the last run on the old level and the first on the new."""
    before = min((one.step.before.last for one in told if one.step.at == since), default=since - 1)
    facts = [row for one in history.changes if before < one.at <= since for row in one.differing]
    changed = [change_told(row) for row in facts[:MOST_FACTS]]
    if len(facts) > MOST_FACTS:
        changed.append(f"{len(facts) - MOST_FACTS} more facts")
    old, new = history.runs[before], history.runs[since]
    if old.commit != new.commit:
        changed.append(f"the commit from {old.commit} to {new.commit}")
    elif is_other_build(old, new):
        changed.append(f"the build of commit {new.commit}")
    parts = []
    if len(told) > 1:
        worse = sum(one.line.is_worse(one.step) for one in told)
        how_many = {0: "none", len(told): "all"}.get(worse, str(worse))
        parts.append(f"{count(len(told), 'point')} moved here, {how_many} for the worse.")
    seen = f"changed {words(changed)}" if changed else "nothing changed that is recorded"
    parts.append(f"At the same time, in run {since + 1}, {seen}.")
    controls = {
        line.name
        for line, step in history.steps
        if line.is_control and abs(step.at - since) < SHORTEST_SEGMENT
    }
    if controls:
        # No change of the code can move a control, so the machine is the likelier cause.
        moved = words(sorted(controls))
        parts.append(f"The control {moved} moved about then: look at the machine before the code.")
    return " ".join(parts)


def change_told(row: FactDifference) -> str:
    """`the kernel from 6.1.0 to 6.12.0`."""
    before, since = row.facts
    return f"the {row.name.replace('_', ' ')} from {_fact(before)} to {_fact(since)}"


def _fact(fact: Fact) -> str:
    told = fact if isinstance(fact, str) else f"not known ({fact.reason})"
    return told if len(told) <= LONGEST_FACT else told[: LONGEST_FACT - 1] + "…"


def run_told(history: History, index: int) -> str:
    """`run 12 (2026-02-03, commit 0123abcd)`; runs are counted from 1 where people read."""
    run = history.runs[index]
    return f"run {index + 1} ({run.started_utc[:10]}, commit {run.commit})"


def power_told(history: History) -> str:
    """What a step must be like to be shown here, and how often one is shown of nothing."""
    since = history.fewest_since
    lines = sum(bool(line.measured) for line in history.lines)
    size = f"{count(len(history.runs), 'run')} of {count(lines, 'point')}"
    can = (
        f"this history is too short for any: {size}"
        if since is None
        else f"here it must be {since} runs old to be shown"
    )
    return (
        f"Steps are advice and fail nothing. A step is a change of at least {percent(TOLERANCE)} that stands"
        f" out from the scatter of the runs around it; {can}. Where nothing changed, any step is shown in at"
        f" most {percent(FALSE_RATE)} of histories."
    )


_HAPPENED = {
    Kind.VANISHED: "{points} not in the plan since {run}: {names}.",
    Kind.SILENT: "{points} without a value since {run}: {names}{reason}.",
    Kind.REDEFINED: "{points} measured by another definition since {run}, so a new line begins: {names}.",
    Kind.APPEARED: "{points} new in {run}: {names}.",
    Kind.SOMETIMES: "{points} missing in the plan of some runs: {names}.",
    Kind.NEVER: "{points} never had a value: {names}{reason}.",
}


def presence_told(history: History, presence: Presence) -> str:
    """One line: what happened to how many points, when, and the first of their names."""
    names = list(presence.names[:MOST_NAMES])
    if len(presence.names) > MOST_NAMES:
        names.append(f"{len(presence.names) - MOST_NAMES} more")
    return _HAPPENED[presence.kind].format(
        points=count(len(presence.names), "point"),
        run=run_told(history, presence.at),
        names=words(names),
        reason=f" ({presence.reason})" if presence.reason else "",
    )
