"""What does a reader see first? The findings that matter most, how far to trust them, and the machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latchmark.cautions import (
    Answer,
    Check,
    FloorAge,
    calibration_of,
    floor_age_of,
)
from latchmark.findings import Finding, FindingKind, leading, speakers, told_once
from latchmark.model import Point, Run, Unavailable
from latchmark.statistics import Interval
from latchmark.wording import count, number

LONGEST_SIZE = 8  # characters of the largest letters in the column of the first screen
MOST_NOT_SHOWN = 3  # where no difference was shown, a few numbers stand for what was measured


@dataclass(frozen=True, slots=True)
class Headline:
    """A finding of the first screen: `size` is the number it is about, in large."""

    size: str
    finding: Finding

    @property
    def is_short(self) -> bool:
        """Whether it is a number that fits its column in large."""
        return self.size[:1] in "+0123456789" and len(self.size) <= LONGEST_SIZE


@dataclass(frozen=True, slots=True)
class Headlines:
    """What the run found. `shared` holds for all of them, unless one says otherwise; `are_shown` says that
    each is a difference with an interval."""

    found: tuple[Headline, ...]
    shared: tuple[str, ...]
    are_shown: bool

    @property
    def remark(self) -> str:
        """What kind of numbers these are, where no difference speaks for its family."""
        if self.are_shown:
            return ""
        if any(one.finding.is_shown for one in self.found):
            return (
                "No difference was shown where workers meet, each on a CPU of its own; these are other"
                " numbers that were measured."
            )
        return "No difference was shown with an interval; these are numbers that were measured."


@dataclass(frozen=True, slots=True)
class Answered:
    """The checks of one answer; `subjects` say at how many places, and none is named of those that pass."""

    answer: Answer
    amount: int
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustPanel:
    """How far to trust the numbers, in a few lines; the table of all checks is further down."""

    verdict: str
    checks: str
    answers: tuple[Answered, ...]
    missing: str
    calibration: str
    floor: str


def headlines_of(findings: Sequence[Finding], catalogue: Sequence[str]) -> Headlines:
    """Of each family the difference that speaks for it; where none was shown, the numbers there are."""
    found = speakers(findings, catalogue)
    shown = bool(found)
    if not shown:
        found = leading(findings, catalogue, MOST_NOT_SHOWN)
    sizes = [size_of(finding) for finding in found]
    shorter, shared = told_once(found)
    return Headlines(
        tuple(Headline(size, finding) for size, finding in zip(sizes, shorter, strict=True)), shared, shown
    )


_WITHOUT_RATIO = {FindingKind.NOT_MEASURED: "not measured", FindingKind.CONTROL: "control"}


def size_of(finding: Finding) -> str:
    """The number that the sentence is about; words where a number would suggest a difference that was not
    shown."""
    if finding.amount is not None:
        return finding.amount
    if finding.ratio is None or finding.numerator is None:
        return _WITHOUT_RATIO.get(finding.kind, "not compared")
    if finding.kind is FindingKind.SCALING:
        # The sentence speaks of the work done, the ratio of time per operation.
        return f"{number(finding.numerator.workers / finding.ratio.value)}\u00d7"
    interval = finding.ratio.interval
    if finding.kind is FindingKind.NO_DIFFERENCE or (
        isinstance(interval, Interval) and not finding.ratio.is_apart
    ):
        return "no difference shown"
    return f"{number(finding.ratio.value)}\u00d7"


def trust_panel_of(run: Run, checks: Sequence[Check], floor: FloorAge | None = None) -> TrustPanel:
    """The panel of a run; `floor` is the noise floor given beside it."""
    return TrustPanel(
        verdict=_verdict(run),
        checks=count(len(checks), "check"),
        answers=tuple(_answered(checks, answer) for answer in Answer if _of(checks, answer)),
        missing=_missing(run),
        calibration=calibration_of(run),
        floor=floor_age_of(run, floor),
    )


def _verdict(run: Run) -> str:
    failed = sum(not launch.is_ok for launch in run.launches)
    state = "Complete" if run.complete else f"Incomplete ({run.incomplete_reason or 'no reason recorded'})"
    return f"{state}; {count(failed, 'launch') if failed else 'no launch'} failed."


def _of(checks: Sequence[Check], answer: Answer) -> list[Check]:
    return [check for check in checks if check.answer is answer]


def _answered(checks: Sequence[Check], answer: Answer) -> Answered:
    found = _of(checks, answer)
    # What passed is the long list that nobody needs to read here.
    named = [] if answer is Answer.PASS else sorted(found, key=lambda check: -check.places)
    return Answered(answer, len(found), tuple(_subjects(named)))


def _subjects(checks: Sequence[Check]) -> Iterator[str]:
    """`Frequency at 139 points`, `Preemption at 55`: the noun once for all that follow with the same."""
    noun = ""
    for check in checks:
        places = f"{check.places:,}" if check.noun == noun else count(check.places, check.noun)
        if check.places:
            noun = check.noun
        yield f"{check.subject} at {places}" if check.places else check.subject


def _missing(run: Run) -> str:
    """How many points and counter roles have a reason instead of a value."""
    skipped = sum(point.skip is not None for point in run.points)
    valueless = sum(point.skip is None and not has_value(run, point) for point in run.points)
    roles = run.counters.roles
    silent = sum(run.counters.why_none(role) is not None for role in roles)
    told = []
    if skipped:
        told.append(f"{skipped:,} of {count(len(run.points), 'point')} skipped")
    if valueless:
        told.append(f"{count(valueless, 'planned point')} without a value")
    if silent:
        told.append(f"{silent} of {count(len(roles), 'counter role')} without a value")
    return "; ".join(told)


def has_value(run: Run, point: Point) -> bool:
    """Whether any launch of a point that ended well has a value of any metric."""
    return any(
        not isinstance(value, Unavailable)
        for launch in run.launches_of(point)
        if launch.is_ok
        for value in launch.metrics.values()
    )
