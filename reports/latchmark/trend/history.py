"""What is the history of a machine? Its runs by start, a line a point, changes and steps."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from latchmark.compare import NO_TIMES, key_difference
from latchmark.errors import WrongUsage
from latchmark.model import Direction, Fact, Unavailable
from latchmark.statistics import SHORTEST_SEGMENT, Summary, fewest_since, spread_of, threshold_for
from latchmark.trend.changes import Change, changes_of
from latchmark.trend.recorded import RecordedPoint, RecordedRun
from latchmark.trend.steps import Level, Step, steps_of

FALSE_RATE = 0.05
"""Largest chance that any step is shown anywhere on a page about runs that do not differ. A judgement: the
page is advice, and a step that must be waited for twice as long is advice too late."""


@dataclass(frozen=True, slots=True)
class Line:
    """One point with one definition over all runs: `values` has an entry a run, a reason where it was planned
    and has no value, None where the plan lacked it. A changed definition or metric starts another line:
    `part` counts those of one name from 1, of `parts`."""

    name: str
    experiment: str
    definition: str
    metric: str
    unit: str
    direction: Direction
    is_control: bool
    values: tuple[Summary | Unavailable | None, ...]
    part: int
    parts: int
    levels: tuple[Level, ...]
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        """The name, and which definition where there were several."""
        return self.name if self.parts == 1 else f"{self.name} (definition {self.part} of {self.parts})"

    @property
    def measured(self) -> tuple[tuple[int, Summary], ...]:
        """(run, summary) of the runs that have a value."""
        return tuple((run, one) for run, one in enumerate(self.values) if isinstance(one, Summary))

    @property
    def scatter(self) -> float | None:
        """How far runs lie from their level, as a share of it (1.4826 times the median of the distances);
        None of fewer than two runs, and where a value is not above zero."""
        level = {run: one.median for one in self.levels for run in range(one.first, one.last + 1)}
        return spread_of([math.log(one.median / level[run]) for run, one in self.measured if level])

    def is_worse(self, step: Step) -> bool:
        """Whether a step goes the bad way; False for a metric that has none."""
        if self.direction is Direction.NONE:
            return False
        return (step.ratio.value > 1) is (self.direction is Direction.LOWER)


@dataclass(frozen=True)
class History:
    """The runs of one machine in order of their start, from the first. `threshold` is the p below which a
    step counts."""

    runs: tuple[RecordedRun, ...]
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    threshold: float

    @cached_property
    def steps(self) -> tuple[tuple[Line, Step], ...]:
        """All steps, worst first: the bad way before the good one, the larger before the smaller."""
        found = [(line, step) for line in self.lines for step in line.steps]
        return tuple(sorted(found, key=lambda pair: (not pair[0].is_worse(pair[1]), -_size(pair[1]))))

    @property
    def fewest_since(self) -> int | None:
        """How many runs a step must lie back before it can be shown here; None while no step can."""
        return fewest_since(len(self.runs), self.threshold)


def history_of(runs: Sequence[RecordedRun]) -> History:
    """The history of at least one run. Raises WrongUsage for runs of several machines, and for an emulated
    one, of which no time can be compared."""
    if not runs:
        raise WrongUsage("trend has no run to show: give run files")
    ordered = tuple(sorted(runs, key=lambda run: (run.started_utc, run.id)))
    for run in ordered:
        if run.emulated is not None:
            raise WrongUsage(f"{run.file_name}: {NO_TIMES} (measured on {run.emulated}): leave it out")
        if run.hard_key_hash != ordered[0].hard_key_hash:
            raise WrongUsage(_other_machine(ordered[0], run))
    lines = _lines_of(ordered)
    # A line too short for a step is not tested, and costs the others nothing.
    tested = sum(len(one.measured) >= 2 * SHORTEST_SEGMENT for one in lines)
    threshold = threshold_for(len(ordered), tested, FALSE_RATE)
    return History(
        ordered, tuple(_with_steps(one, threshold) for one in lines), changes_of(ordered), threshold
    )


def _other_machine(first: RecordedRun, other: RecordedRun) -> str:
    differing = key_difference([first.hard_key, other.hard_key]).differing
    told = "; ".join(f"{row.name}: {' / '.join(map(_told, row.facts))}" for row in differing[:3])
    more = f"; and {len(differing) - 3} more" if len(differing) > 3 else ""
    # Side by side in one figure two machines would be read as one line, so there is no such page.
    return (
        f"{other.file_name} is of another machine than {first.file_name}"
        f" ({told or 'the hard keys differ'}{more}): give the runs of one machine"
    )


def _told(fact: Fact) -> str:
    return fact if isinstance(fact, str) else "not known"


def _lines_of(runs: Sequence[RecordedRun]) -> list[Line]:
    """In the order in which points first appear."""
    by_key: dict[tuple[str, str, str, str], dict[int, RecordedPoint]] = {}
    for index, run in enumerate(runs):
        for point in run.points:
            key = point.name, point.definition, point.metric, point.unit
            by_key.setdefault(key, {})[index] = point
    parts = Counter(name for name, *_ in by_key)
    seen: Counter[str] = Counter()
    found = []
    for (name, definition, metric, unit), points in by_key.items():
        seen[name] += 1
        last = points[max(points)]
        values = tuple(points[index].summary if index in points else None for index in range(len(runs)))
        found.append(
            Line(
                name=name,
                experiment=last.experiment,
                definition=definition,
                metric=metric,
                unit=unit,
                direction=last.direction,
                is_control=last.is_control,
                values=values,
                part=seen[name],
                parts=parts[name],
                levels=(),
                steps=(),
            )
        )
    return found


def _with_steps(line: Line, threshold: float) -> Line:
    # A ratio needs values above zero: a metric that reaches zero is drawn and not judged.
    values = [(run, one.median) for run, one in line.measured]
    if not values or min(value for _, value in values) <= 0:
        return line
    levels, steps = steps_of(values, threshold)
    return replace(line, levels=levels, steps=steps)


def _size(step: Step) -> float:
    return abs(math.log(step.ratio.value))
