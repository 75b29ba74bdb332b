"""How noisy is a machine? Pairs of launches of one program against itself become a noise floor.

The same file shows the noise of time alone; rebuilt or with its sections shuffled it shows what layout adds;
runs of several days show what a day adds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from statistics import median

from latchmark.errors import WrongUsage
from latchmark.gate.calibration.floor import Floor, PointFloor, expiry_facts
from latchmark.gate.counts.candidates import Candidate, candidates_of, counted_value
from latchmark.gate.counts.deterministic import grade_of, is_nothing, variation_of
from latchmark.gate.policy import Policy
from latchmark.gate.stages.pairing import Value, log_ratios, pairs_of
from latchmark.model import Launch, Point, Run, Unavailable, time_of
from latchmark.statistics import FEWEST_DAYS, day_spread, first_side, spread_of, values_by_round
from latchmark.verdict import Kind, Pair
from latchmark.wording import count

USUAL_PAIRS = 60
# The 99 % quantile of medians of resampled pairs needs some pairs to resample (judgement).
FEWEST_PAIRS = 20
_MEDIANS_OF = (20, 40, 100)
_DRAWS = 2000
_SEED = 20
QUANTILE = 0.99


class Likeness(StrEnum):
    """How the second binary relates to the first."""

    SAME = "same"
    REBUILT = "rebuilt"
    SHUFFLED = "shuffled"


@dataclass(frozen=True, slots=True)
class Needed:
    """A run that a calibration needs: so many pairs of two binaries (paths)."""

    likeness: Likeness
    base: str
    head: str
    pairs: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """A run of sides `base` and `head` of one program, and why rounds of it do not count."""

    likeness: Likeness
    run: Run
    voids: Mapping[int, str]


def needed_runs(
    bench: str, rebuilt: str | None, shuffled: Sequence[str], pairs: int = USUAL_PAIRS
) -> tuple[Needed, ...]:
    """The runs of a calibration, the same file first. Raises WrongUsage where the pairs are too few."""
    if pairs < FEWEST_PAIRS:
        raise WrongUsage(f"--pairs {pairs} is too few for a noise floor: at least {FEWEST_PAIRS}")
    others = [(Likeness.REBUILT, one) for one in (rebuilt,) if one is not None]
    others += [(Likeness.SHUFFLED, one) for one in shuffled]
    return tuple(Needed(likeness, bench, head, pairs) for likeness, head in ((Likeness.SAME, bench), *others))


def floor_of(calibrations: Sequence[Calibration], policy: Policy) -> Floor:
    """The floor of the machine. Raises WrongUsage where the runs are not of one machine, or none is of the
    same file."""
    if not any(one.likeness is Likeness.SAME for one in calibrations):
        raise WrongUsage("a noise floor needs a run with the same file on both sides")
    _refuse_other_machines([one.run for one in calibrations])
    run = calibrations[0].run
    rounds = sum(one.run.rounds - 1 for one in calibrations)  # the warm-up round is never judged
    return Floor(
        machine=run.machine.alias,
        hard_key_hash=run.machine.hard_key_hash,
        calibrated_on=max(_day_of(one.run) for one in calibrations),
        facts=expiry_facts(run),
        voided=sum(len(one.voids) for one in calibrations) / rounds,
        points=tuple(
            found
            for point in run.points
            for candidate in keys_of(run, point, policy)
            if (found := _point_floor(calibrations, point, candidate)) is not None
        ),
    )


def keys_of(run: Run, point: Point, policy: Policy) -> Iterator[Candidate]:
    """What is calibrated of a point: its time where that is not instrumented, and its counts."""
    if point.skip is not None:
        return
    if (time := time_of(run.experiment_of(point).metrics, point.purpose)) is not None:
        yield Candidate(time.name, Kind.TIME, time.unit, time.direction)
    yield from candidates_of(run, point, policy)


def _point_floor(
    calibrations: Sequence[Calibration], point: Point, candidate: Candidate
) -> PointFloor | None:
    """None where too few pairs count to say anything."""
    pairs = [(one.likeness, _valid_pairs(one, point, candidate)) for one in calibrations]
    same = [pair for likeness, some in pairs if likeness is Likeness.SAME for pair in some]
    if len(same) < FEWEST_PAIRS:
        return None
    differences = log_ratios(same, candidate.direction)
    others = [
        log_ratios(some, candidate.direction) for likeness, some in pairs if likeness is not Likeness.SAME
    ]
    bases = [pair.base for pair in same if pair.base is not None]
    is_count = candidate.kind is not Kind.TIME
    has_ratios = len(differences) >= FEWEST_PAIRS and not (is_count and is_nothing(bases))
    return PointFloor(
        point=point.name,
        metric=candidate.metric,
        pairs=len(same),
        spread=spread_of(differences) if has_ratios else None,
        strays=tuple((n, stray_of(differences, n)) for n in _MEDIANS_OF) if has_ratios else (),
        layout=layout_of(differences, [one for one in others if len(one) >= FEWEST_PAIRS])
        if has_ratios
        else None,
        grade=grade_of(bases) if is_count else None,
        variation=variation_of(bases) if is_count else None,
    )


def _valid_pairs(one: Calibration, point: Point, candidate: Candidate) -> tuple[Pair, ...]:
    key = (point.name, candidate.metric)
    found = pairs_of(one.run, 0, one.voids, [(key, _value_of(candidate))])
    return tuple(pair for pair in found[key] if pair.why is None)


def _value_of(candidate: Candidate) -> Value:
    def value(launch: Launch) -> float | Unavailable:
        if candidate.kind is Kind.TIME:
            return launch.scalar(candidate.metric)
        return counted_value(launch, candidate)

    return value


def stray_of(differences: Sequence[float], pairs: int) -> float:
    """The 99 % quantile of |median| over so many pairs of identical code.

    Pairs are drawn again from those that were recorded, each with its sides swapped or not, since nothing
    tells them apart; the seed is fixed, so that the same run gives the same floor.
    """
    source = random.Random(_SEED)
    either_way = [*differences, *(-one for one in differences)]
    medians = sorted(abs(median(source.choices(either_way, k=pairs))) for _ in range(_DRAWS))
    return medians[round(QUANTILE * _DRAWS)]


def layout_of(same: Sequence[float], others: Sequence[Sequence[float]]) -> float | None:
    """How much more another layout of the program differed than the same file did by chance; the largest."""
    if not same or not others:
        return None
    return max(0.0, max(abs(median(one)) for one in others) - abs(median(same)))


def with_days(floor: Floor, runs: Sequence[Run]) -> Floor:
    """The floor with what a day adds to a time: from runs of one build, on several days.

    Raises WrongUsage where they are of another machine or of several builds, or the days are too few.
    """
    if not runs or any(run.machine.hard_key_hash != floor.hard_key_hash for run in runs):
        raise WrongUsage(f"runs of several days must be of the machine of the noise floor ({floor.machine})")
    if len({run.suite.build_id for run in runs}) > 1:
        raise WrongUsage("runs of several days must be of one build: another one differs by more than a day")
    days = sorted({_day_of(run) for run in runs})
    if len(days) < FEWEST_DAYS:
        raise WrongUsage(
            f"runs of {count(len(days), 'day')} are too few for a day-to-day floor: {FEWEST_DAYS}"
        )
    points = []
    for one in floor.points:
        spread = Unavailable("a count") if one.grade is not None else _day_spread(runs, days, one)
        points.append(replace(one, day_spread=None if isinstance(spread, Unavailable) else spread))
    return replace(floor, points=tuple(points), days=len(days))


def _day_spread(runs: Sequence[Run], days: Sequence[date], key: PointFloor) -> float | Unavailable:
    """Runs of one day share it: their middle counts once."""
    medians = []
    for day in days:
        of_day = [value for run in runs if _day_of(run) == day for value in _median_of(run, key)]
        if not of_day:
            return Unavailable(f"no run of {day} has it")
        medians.append(median(of_day))
    return day_spread(medians)


def _median_of(run: Run, key: PointFloor) -> Iterator[float]:
    point = next((one for one in run.points if one.name == key.point), None)
    values = {} if point is None else values_by_round(run, point, key.metric, first_side(run))
    if values:
        yield median(values.values())


def _day_of(run: Run) -> date:
    return date.fromisoformat(run.ended_utc[:10])


def _refuse_other_machines(runs: Sequence[Run]) -> None:
    for run in runs[1:]:
        if run.machine.hard_key_hash != runs[0].machine.hard_key_hash:
            raise WrongUsage(f"{run.file_name} is of another machine than {runs[0].file_name}")
