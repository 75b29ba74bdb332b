"""What is a finding? A sentence, the comparison behind it, and how much it matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from latchmark.model import Point
from latchmark.statistics import Interval, Ratio


class FindingKind(StrEnum):
    """What was compared."""

    VARIANTS = "variants"
    NO_DIFFERENCE = "no_difference"
    TEAMS = "teams"
    SCALING = "scaling"
    STEP = "step"
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
    sentence is about, where that is not the ratio.
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

    @property
    def text(self) -> str:
        """The sentence with its explanation."""
        return self.sentence if self.explanation is None else f"{self.sentence} {self.explanation}"

    @property
    def importance(self) -> float:
        """How large the effect is at least, as a logarithm: the interval's end nearer to 1; 0 with 1 inside.

        By the near end, so that a noisy large ratio does not outrank a certain one.
        """
        return 0.0 if self.ratio is None else self.ratio.certain_effect

    @property
    def is_aside(self) -> bool:
        """Whether it never leads: the instrument, the controls, and what too many workers cost."""
        return self.experiment.startswith("instrument/") or self.kind in (
            FindingKind.OVERSUBSCRIBED,
            FindingKind.CONTROL,
        )

    @property
    def has_interval(self) -> bool:
        """Whether the ratio is more than one number that luck may have made."""
        return self.ratio is not None and isinstance(self.ratio.interval, Interval)


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The most important first, asides last; equal ones stay in the order given.

    Ratios with an interval stand before those without, and these before findings without any.
    """
    return tuple(
        sorted(
            findings,
            key=lambda one: (
                one.is_aside,
                one.kind is FindingKind.CONTROL,
                one.ratio is None,
                not one.has_interval,
                -one.importance,
            ),
        )
    )


def strongest(findings: Iterable[Finding], most: int = 3) -> tuple[Finding, ...]:
    """The most important findings, at most one of a kind from each experiment so that none fills the list.

    For its experiment speaks a difference with an interval, and between variants that differ only in sharing
    if one was shown: a larger one against a variant that also does other work answers another question.
    """
    chosen: dict[tuple[str, FindingKind], Finding] = {}
    for finding in sorted(
        findings, key=lambda one: (one.has_interval, one.is_controlled, one.importance), reverse=True
    ):
        chosen.setdefault((finding.experiment, finding.kind), finding)
    return ranked(chosen.values())[:most]
