"""What is a pitfall, and what shows it? Its problem and cure in words, and the points that differ in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from latchmark.findings.finding import FindingKind
from latchmark.model import Parameters, Team


class Where(StrEnum):
    """At which of its points a pitfall is looked at."""

    MOST = "most"
    """The largest team that has a CPU for each worker."""

    ALONE = "alone"
    """One worker, so that waiting is no part of it."""

    CROWDED = "crowded"
    """The largest team with more workers than CPUs."""


@dataclass(frozen=True, slots=True)
class AgainstCure:
    """Two variants of an experiment that differ in the pitfall, or one with itself in another setting.

    `metric` is what they are compared by, the experiment's headline where it is empty. `at` are the axes that
    are not at their middle, for the cure `cure_at` where that differs. `team` is given where only one will
    do. Below `fewest_workers` the pitfall cannot happen.
    """

    experiment: str
    pitfall: str
    cure: str
    metric: str = ""
    where: Where = Where.MOST
    fewest_workers: int = 1
    at: Parameters = ()
    cure_at: Parameters | None = None
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What one variant amounts to, where there is nothing to compare it with; `meaning` says what that is."""

    experiment: str
    variant: str
    meaning: str = ""
    fewest_workers: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """A finding that the run has anyway: of this kind, and about this variant unless it is empty."""

    experiment: str
    kind: FindingKind
    variant: str
    meaning: str


Evidence: TypeAlias = AgainstCure | Level | Told


@dataclass(frozen=True, slots=True)
class Pitfall:
    """One entry of the index: `problem` and `cure` in plain words, each one sentence.

    The first of `shown_by` that a run can answer speaks; the earlier the better it isolates the pitfall.
    `price` is what the cure costs beside what it saves. `is_price` tells that the cure is measured against
    going without it, since the pitfall itself is no amount of time. `missing` is what a measurement of the
    pitfall itself would take, where there is none yet.
    """

    name: str
    problem: str
    cure: str
    shown_by: tuple[Evidence, ...] = ()
    price: AgainstCure | Level | None = None
    is_price: bool = False
    missing: str = ""
