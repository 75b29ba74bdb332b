"""What is a finding? A sentence, the comparison behind it, and how much it matters."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from latchmark.model import Point, Unavailable
from latchmark.statistics import Interval, Ratio
from latchmark.wording import between


class FindingKind(StrEnum):
    """What was compared."""

    VARIANTS = "variants"
    TAIL = "tail"
    NO_DIFFERENCE = "no_difference"
    TEAMS = "teams"
    SCALING = "scaling"
    STEP = "step"
    CROSSOVER = "crossover"
    EFFICIENCY = "efficiency"
    GROWTH = "growth"
    UNSUSTAINED = "unsustained"
    OVERHEAD = "overhead"
    DISTANCES = "distances"
    SHARES = "shares"
    RUN_LENGTH = "run_length"
    LOSSES = "losses"
    OVERSUBSCRIBED = "oversubscribed"
    CONTROL = "control"
    LEVEL = "level"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about an experiment.

    `numerator` and `denominator` are the points behind `ratio`; all three are None where nothing was
    compared. `explanation` holds the readings that go with the difference, when there are any;
    `is_controlled` says that the two variants differ only in sharing; `amount` is the number that the
    sentence is about, where that is not the ratio; `flag` says what is no machine's own about it.
    """

    kind: FindingKind
    experiment: str
    sentence: str
    ratio: Ratio | None = None
    numerator: Point | None = None
    denominator: Point | None = None
    explanation: str | None = None
    is_controlled: bool = False
    amount: str | None = None
    flag: str = ""

    @property
    def text(self) -> str:
        """The sentence with its explanation, after a flag where there is one."""
        told = self.sentence if self.explanation is None else f"{self.sentence} {self.explanation}"
        return f"[{self.flag}] {told}" if self.flag else told

    @property
    def importance(self) -> float:
        """How large the effect is at least, as a logarithm: the interval's end nearer to 1; 0 with 1 inside.

        By the near end, so that a noisy large ratio does not outrank a certain one.
        """
        return 0.0 if self.ratio is None else self.ratio.certain_effect

    @property
    def is_aside(self) -> bool:
        """Whether it never leads: the instrument and the controls."""
        return self.experiment.startswith("instrument/") or self.kind is FindingKind.CONTROL

    @property
    def is_lesser(self) -> bool:
        """Whether it says less than what variants differ by where workers meet: how the baseline scales, how
        costs grow with what is asked for, what a team of processes changes, and what one worker pays."""
        points = (self.numerator, self.denominator)
        alone = all(point is not None and point.workers == 1 for point in points)
        return alone or self.kind in (FindingKind.SCALING, FindingKind.GROWTH, FindingKind.TEAMS)

    @property
    def is_shown(self) -> bool:
        """Whether its ratio has an interval, and 1 is outside."""
        return self.has_interval and self.importance > 0

    @property
    def leads(self) -> bool:
        """Whether it can speak for its family: a difference that was shown, with a CPU for each worker."""
        return (
            self.is_shown
            and not (self.is_aside or self.is_lesser)
            and self.kind is not FindingKind.OVERSUBSCRIBED
        )

    @property
    def is_plain(self) -> bool:
        """Whether one thing surely costs at least twice another."""
        return self.ratio is not None and self.ratio.certain_effect >= math.log(2)

    @property
    def has_interval(self) -> bool:
        """Whether the ratio is more than one number that luck may have made."""
        return self.ratio is not None and isinstance(self.ratio.interval, Interval)


def common_remark(findings: Sequence[Finding]) -> str:
    """Why no ratio has an interval, as all sentences say it where there are several: `no interval: 1 launch
    is too few for 95 %`; empty where any has one, or another reason."""
    ratios = [one.ratio for one in findings if one.ratio is not None]
    remarks = {between(ratio.interval)[1:-1] for ratio in ratios if isinstance(ratio.interval, Unavailable)}
    is_common = len(ratios) > 1 and len(remarks) == 1 and not any(one.has_interval for one in findings)
    return remarks.pop() if is_common else ""


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most important first, asides last; equal ones stay in the order given."""
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                one.is_aside,
                one.kind is FindingKind.CONTROL,
                _standing(one),
                -one.importance,
            ),
        )
    )


def _standing(finding: Finding) -> int:
    """What a reader wants to know first: differences that were shown, then numbers that stand for themselves
    (updates lost, shares, ways), then what is lesser, uncertain, or not shown."""
    order = (
        finding.leads,
        finding.ratio is None and finding.amount is not None,
        finding.is_shown and finding.kind is not FindingKind.OVERSUBSCRIBED,
        finding.is_shown,
        finding.has_interval,
        finding.ratio is not None,
        True,
    )
    return order.index(True)


def strongest(findings: Iterable[Finding], most: int = 3) -> tuple[Finding, ...]:
    """The most important findings, at most one of a kind from each experiment so that none fills the list.

    For its experiment speaks a difference with an interval, and between variants that differ only in sharing
    if one was shown: a larger one against a variant that also does other work answers another question.
    """
    chosen: dict[tuple[str, FindingKind], Finding] = {}
    for finding in sorted(
        findings,
        key=lambda one: (one.has_interval, one.is_controlled, not one.is_lesser, one.importance),
        reverse=True,
    ):
        chosen.setdefault((finding.experiment, finding.kind), finding)
    return ranked(chosen.values())[:most]


def speakers(findings: Iterable[Finding], catalogue: Sequence[str], most: int = 7) -> tuple[Finding, ...]:
    """The findings of a first screen: of each family one difference that was shown, the largest first.

    For a family speaks the first experiment of the catalogue, which is in reading order, in which one thing
    surely costs twice another, or else any more. By size alone a barrier that sleeps against one that spins
    would stand for all contention; by order alone a tenth more or less between two locks. More than seven
    nobody keeps in mind.
    """
    of_family: dict[str, Finding] = {}
    for finding in sorted(
        _of_experiments(findings), key=lambda one: (not one.is_plain, catalogue.index(one.experiment))
    ):
        if finding.leads:
            of_family.setdefault(finding.experiment.split("/", 1)[0], finding)
    return ranked(of_family.values())[:most]


def leading(findings: Iterable[Finding], catalogue: Sequence[str], most: int = 3) -> tuple[Finding, ...]:
    """As many findings as are asked for, one from each experiment: first what each family has to say, then
    the strongest of the rest, shown or not."""
    known = tuple(findings)
    spoken = speakers(known, catalogue, len(known))
    named = {one.experiment for one in spoken}
    others = ranked(one for one in _of_experiments(known) if one.experiment not in named)
    return (*spoken, *others)[:most]


def _of_experiments(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The strongest of each experiment."""
    strong = tuple(findings)
    of_experiment: dict[str, Finding] = {}
    for finding in strongest(strong, len(strong)):
        of_experiment.setdefault(finding.experiment, finding)
    return tuple(of_experiment.values())
