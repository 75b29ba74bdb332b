"""What did a gate decide, and on what evidence? One object, and every output is made of it alone.

Ratios are head / base of one pair, or of medians where the two sides are stored runs, turned so that above 1
is worse. Times are nanoseconds, shares are parts of 1 (0.03 is 3 %). No clock is read here: the same run
files give the same object.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from latchmark.model import Direction


class Word(StrEnum):
    """What was decided about one gated point."""

    REGRESSED = "REGRESSED"
    IMPROVED = "IMPROVED"
    OK = "OK"
    INCONCLUSIVE = "INCONCLUSIVE"
    MISSING = "MISSING"
    NEW = "NEW"
    ERROR = "ERROR"
    NOT_COMPARABLE = "NOT_COMPARABLE"
    SUSPECT = "SUSPECT"


class Mode(StrEnum):
    """Which question was asked."""

    AB = "ab"
    BASELINE = "baseline"
    CALIBRATE = "calibrate"


class StageKind(StrEnum):
    """What a stretch of rounds was for."""

    SCREEN = "screen"
    SETTLE = "settle"
    CONFIRM = "confirm"


class Kind(StrEnum):
    """What sort of number is gated: a time, a role of the hardware or the kernel, or what a workload
    counts."""

    TIME = "time"
    COUNTER = "counter"
    COUNT = "count"


class Grade(StrEnum):
    """How much a count differs between launches of one binary: deterministic below 0.3 %, stable below 3 %,
    noisy."""

    DETERMINISTIC = "D"
    STABLE = "S"
    NOISY = "N"


@dataclass(frozen=True, slots=True)
class Pair:
    """The two launches of one point in one round, next to each other in time.

    `stage` indexes `Verdict.stages`; `first` is the side that was launched first; a side without a value is
    None; `why` says why the pair does not count (void round, lost launch), None where it does.
    """

    stage: int
    round: int
    first: str
    base: float | None
    head: float | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The median ratio of `pairs` pairs with its 95 % order-statistic interval; `upper` is the one-sided 95 %
    bound. Bounds are None where the pairs are too few for them."""

    value: float
    low: float | None
    high: float | None
    upper: float | None
    pairs: int


@dataclass(frozen=True, slots=True)
class Look:
    """One test of one point: `p` against `alpha`, corrected (Holm) for the `among` points that were tested
    with it where `adjusted_p` is given. `test` is "signed-rank" or "sign". `toward` is "worse" or
    "better"."""

    kind: StageKind
    toward: str
    pairs: int
    test: str
    p: float
    adjusted_p: float | None
    alpha: float
    among: int
    passed: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """What was asked of one gated point, as parts of 1: a median beyond `limit` fails when it is certain
    beyond `margin`; a point is OK whose upper bound is below `tolerated`."""

    limit: float
    margin: float
    tolerated: float


@dataclass(frozen=True, slots=True)
class Companion:
    """Another number of the same launches that went with the gated one: its ratio with interval, and a
    sentence."""

    name: str
    ratio: float
    low: float | None
    high: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where the experiment is described: a path from the root of the checkout, a line from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Gated:
    """One gated point: a point and a metric, what was decided, and why.

    `because` is a sentence with the numbers. `estimate` is None where nothing could be estimated. `spread` is
    1.4826 MAD of ln(ratio) over the pairs; `detectable` the slowdown that would have been confirmed with
    probability 90 %; `pairs_needed` how many pairs an inconclusive point would need. `is_advisory`: shown,
    but it can fail nothing. `fails_in_base`, for MISSING and ERROR: base lacks it or fails as well, so
    that it is no verdict instead of a failure of head.
    """

    point: str
    experiment: str
    metric: str
    unit: str
    kind: Kind
    direction: Direction
    word: Word
    because: str
    limits: Limits
    grade: Grade | None = None
    estimate: Estimate | None = None
    spread: float | None = None
    detectable: float | None = None
    pairs_needed: int | None = None
    looks: tuple[Look, ...] = ()
    pairs: tuple[Pair, ...] = ()
    companions: tuple[Companion, ...] = ()
    source: Source | None = None
    is_advisory: bool = False
    fails_in_base: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """One side: the path or run as it was typed, and what it says of itself."""

    label: str
    build_id: str
    version: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch of rounds: its run file (path within the gate's folder) by SHA-256. `voided` counts
    rounds."""

    kind: StageKind
    name: str
    file: str
    sha256: str
    started_utc: str
    duration_s: float
    rounds: int
    voided: int
    points: int


@dataclass(frozen=True, slots=True)
class Void:
    """A round that does not count, because of what the machine did and never because of a measured value."""

    stage: int
    round: int
    why: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A point that neither side measures here."""

    point: str
    why: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the whole gate ends with at least this code: 1 head as a whole fails, 3 no verdict, 4 the run
    itself failed."""

    code: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Injection:
    """Extra operations on the head side, as a part of 1, by which a gate is tried."""

    point: str
    share: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate decided.

    `points` are in the order of the plan, `controls` are the negative controls and no part of them;
    `coverage` is the share of gated points (advisory ones aside) that are not INCONCLUSIVE, of times or
    of counts, where it is smaller; None where none is gated. `geometric_mean` is over points of both
    sides, by round of the screen; secondary and never gated. `policy` holds every key in force with its
    value as text. `repeat` is the command that runs exactly this again.
    """

    mode: Mode
    exit_code: int
    sentence: str
    base: Subject
    head: Subject
    machine: str
    hard_key_hash: str
    preset: str
    filter: str | None
    seed: str
    repeat: str
    policy: tuple[tuple[str, str], ...]
    coverage: float | None
    least_coverage: float
    stages: tuple[Stage, ...] = ()
    points: tuple[Gated, ...] = ()
    controls: tuple[Gated, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    voids: tuple[Void, ...] = ()
    injections: tuple[Injection, ...] = ()
    problems: tuple[Problem, ...] = ()
    cautions: tuple[str, ...] = ()
    geometric_mean: Estimate | None = None

    @property
    def gated(self) -> tuple[Gated, ...]:
        """The points that can fail or pass."""
        return tuple(one for one in self.points if not one.is_advisory and one.word is not Word.NEW)

    def of(self, *words: Word) -> tuple[Gated, ...]:
        """The points with one of these words, in the order of the plan; advisory ones are left out."""
        return tuple(one for one in self.points if one.word in words and not one.is_advisory)
