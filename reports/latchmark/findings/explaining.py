"""Which readings go with a difference? What is derived from them first, else counts per operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from latchmark.model import TIME_PER_OPERATION, Experiment, Point, Purpose, Run, Shape
from latchmark.statistics import (
    ANCHORS,
    Measure,
    Summary,
    finished_launches,
    measures_of,
    summary_of_measure,
    summary_of_point,
)
from latchmark.wording import against, number, percent, words

# Judgement: a smaller difference in a count explains no difference in time that is worth a sentence.
_SMALLEST_DIFFERENCE = 0.1
_SMALLEST_COUNT = 0.005
_MOST_SHOWN = 2


@dataclass(frozen=True, slots=True)
class _Compared:
    """An amount of the one point and of the other; None where it is not counted. `is_cause` for what is
    derived to explain, `inputs` the roles in it; `sample` says over how many launches, where not over all."""

    title: str
    here: float | None
    there: float | None
    is_per_operation: bool = True
    is_share: bool = False
    is_cause: bool = False
    is_anchor: bool = False
    inputs: tuple[str, ...] = ()
    sample: str = ""

    @property
    def difference(self) -> float:
        """As a part of the larger one; 0 where both are too small to matter."""
        here, there = self.here or 0.0, self.there or 0.0
        largest = max(abs(here), abs(there))
        return 0.0 if largest < _SMALLEST_COUNT else abs(here - there) / largest


def explanation_of(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> str | None:
    """The readings that differ, what is derived from them first, or that none does; None when none was taken.

    A reading needs both sides; a tally that only one has (no other variant can lose a CAS) is told alone.
    """
    told = [
        _counted(run, experiment, numerator, denominator),
        *_other_parts(run, experiment, numerator, denominator),
    ]
    return " ".join(text for text in told if text) or None


def _other_parts(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> Iterator[str]:
    """What the difference means for the workers that are not the subject."""
    for metric in experiment.metrics:
        part = metric.name.removeprefix(f"{TIME_PER_OPERATION}_of_")
        here, there = (summary_of_point(run, point, metric.name) for point in (numerator, denominator))
        if part != metric.name and isinstance(here, Summary) and isinstance(there, Summary):
            yield f"The {part}: {against(here.median, there.median, metric.unit)}."


def _counted(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> str | None:
    readings = [*_readings(run, experiment, numerator, denominator)]
    compared = [*readings, *_tallies(run, experiment, numerator, denominator)]
    if not compared:
        return None
    differing = [one for one in compared if one.difference > _SMALLEST_DIFFERENCE]
    if not differing:
        # What is derived from roles that are alike is alike.
        plain = [one for one in compared if not one.inputs] or compared
        alike = f"{words([one.title for one in plain])} {'is' if len(plain) == 1 else 'are'} alike"
        per = " per operation" if all(one.is_per_operation for one in plain) else ""
        return f"No reading goes with it: {alike}{per}.{_flag(run, readings)}"
    # Anchors only where nothing else differs.
    causes = [one for one in differing if not one.is_anchor] or differing
    causes.sort(key=lambda one: (not one.is_cause, 0.0 if one.is_cause else -one.difference))
    shown: list[_Compared] = []
    for one in causes:
        # The roles of a figure that was told say the same again.
        if len(shown) < _MOST_SHOWN and all(one.title not in earlier.inputs for earlier in shown):
            shown.append(one)
    samples = {one.sample for one in shown}
    told = [
        _told(one, numerator.variant, denominator.variant) + (one.sample if len(samples) > 1 else "")
        for one in shown
    ]
    verb = "goes" if len(shown) == 1 and not shown[0].is_per_operation else "go"
    sample = samples.pop() if len(samples) == 1 else ""
    return f"{_capitalized(words(told))} {verb} with it{sample}.{_flag(run, readings)}"


def _flag(run: Run, readings: list[_Compared]) -> str:
    """Whose counts they are, where it is not a CPU that counted."""
    return " These counts come from a script." if run.counters.script is not None and readings else ""


def _capitalized(text: str) -> str:
    # A name in a sentence keeps its case: only words of ours are capitalised.
    first = text.split(" ", 1)[0]
    return text if "_" in first else text[:1].upper() + text[1:]


def _told(one: _Compared, variant: str, other: str) -> str:
    per = " per operation" if one.is_per_operation else ""
    if one.here is None or one.there is None:
        amount = number(one.here or one.there or 0.0)
        return f"{amount} {one.title}{per} in {other if one.here is None else variant}"
    here, there = number(one.here), number(one.there)
    if one.is_per_operation:
        return f"{here} {one.title}{per} against {there}"
    if one.is_share:
        here, there = percent(one.here), percent(one.there)
    return f"{one.title} of {here} against {there}"


def _readings(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> Iterator[_Compared]:
    """What is derived, and the roles that the experiment asks for, where both points have a value."""
    asked = {role for group in experiment.roles for role in group}
    for measure in measures_of(run):
        if measure.derived is None and measure.name not in asked:
            continue
        here, there = (summary_of_measure(run, point, measure) for point in (numerator, denominator))
        if isinstance(here, Summary) and isinstance(there, Summary):
            is_anchor = measure.name in ANCHORS
            yield _Compared(
                _name_of(measure),
                here.median,
                there.median,
                not measure.is_ratio,
                measure.is_share,
                measure.derived is not None and not is_anchor,
                is_anchor,
                () if measure.derived is None else measure.roles,
                _sample(run, (numerator, here), (denominator, there)),
            )


def _name_of(measure: Measure) -> str:
    return measure.name if measure.derived is None else measure.title


def _sample(run: Run, *points: tuple[Point, Summary]) -> str:
    """`(in 3 of 6 launches)`, where a role takes turns with others."""
    parts = [(summary.n, finished_launches(run, point)) for point, summary in points]
    n, of = min(parts)
    return f" (in {n} of {of} launches)" if any(n < of for n, of in parts) else ""


def _tallies(run: Run, experiment: Experiment, numerator: Point, denominator: Point) -> Iterator[_Compared]:
    """What the workloads of the twins counted that are taken for counting, which would slow these."""
    here, there = (_tallies_of(run, experiment, point) for point in (numerator, denominator))
    for name in dict.fromkeys([*here, *there]):
        yield _Compared(name, here.get(name), there.get(name))


def _tallies_of(run: Run, experiment: Experiment, point: Point) -> dict[str, float]:
    found = {}
    for counting in run.points_of(experiment):
        if counting.purpose is Purpose.COUNTS and _measured_where(counting) == _measured_where(point):
            for metric in experiment.metrics:
                # The time of this twin is slowed by the counting.
                if metric.shape is Shape.SCALAR and metric.name != TIME_PER_OPERATION:
                    summary = summary_of_point(run, counting, metric.name)
                    if isinstance(summary, Summary):
                        found[metric.name] = summary.median
    return found


def _measured_where(point: Point) -> tuple[object, ...]:
    return point.variant, point.team, point.workers, point.placement, point.parameters
