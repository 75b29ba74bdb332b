"""How noisy is each point on this machine, when nothing differs? The calibrated noise floor and its file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from latchmark.errors import WrongUsage
from latchmark.loading.contract import BrokenContract, check_contract
from latchmark.loading.document import Unreadable, read_document
from latchmark.loading.numbers import finite, integer
from latchmark.model import Fact, Run
from latchmark.verdict import Grade, Limits

FLOOR_ID = "latchmark.floor/1"
LONGEST_AGE_DAYS = 30
_LARGEST_FILE_BYTES = 20 * 1024 * 1024
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class PointFloor:
    """What launches of one binary differ by at a point, in one metric; shares are of ln(ratio).

    `strays` holds (pairs, the 99 % quantile of |median d| over so many pairs). `layout` is how much more a
    rebuilt or shuffled binary differed than the same file did, None where none was measured. `grade` and
    `variation` (deviation over mean) are those of a count, None for a time. `day_spread` is the
    standard deviation of ln over days, None until days are calibrated.
    """

    point: str
    metric: str
    pairs: int
    spread: float | None
    strays: tuple[tuple[int, float], ...]
    layout: float | None
    grade: Grade | None = None
    variation: float | None = None
    day_spread: float | None = None


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor of one machine. `facts` are what it expires with; `voided` is a share of rounds; `days` how
    many days the day-to-day part rests on."""

    machine: str
    hard_key_hash: str
    calibrated_on: date
    facts: tuple[tuple[str, str], ...]
    voided: float
    points: tuple[PointFloor, ...]
    days: int = 0

    def of(self, point: str, metric: str) -> PointFloor | None:
        """The floor of one key, where it was calibrated."""
        return next((one for one in self.points if (one.point, one.metric) == (point, metric)), None)


def limits_with(floor: Floor | None, point: str, metric: str, limits: Limits) -> Limits:
    """The limits with a margin that layout alone does not exceed."""
    known = floor.of(point, metric) if floor is not None else None
    if known is None or known.layout is None:
        return limits
    return replace(limits, margin=max(limits.margin, math.expm1(known.layout)))


def count_floor(floor: Floor | None, point: str, metric: str) -> float | None:
    """What a count's threshold is a multiple of, None where it was not calibrated."""
    known = floor.of(point, metric) if floor is not None else None
    if known is None or known.variation is None:
        return None
    return max(known.variation, math.expm1(known.layout or 0.0))


def expiry_facts(run: Run) -> tuple[tuple[str, str], ...]:
    """What a floor expires with, beside its age."""
    soft = run.machine.soft_key
    return (
        ("kernel", _text(soft.get("kernel"))),
        ("microcode", _text(soft.get("microcode"))),
        ("compiler", run.suite.compiler),
        ("suite version", run.suite.version),
    )


def why_expired(floor: Floor, run: Run, today: date) -> str | None:
    """Why a floor says nothing about this run any more; None while it holds."""
    if floor.hard_key_hash != run.machine.hard_key_hash:
        return f"the noise floor is of another machine ({floor.machine}): calibrate this one"
    known = dict(floor.facts)
    for name, fact in expiry_facts(run):
        if known.get(name) != fact:
            was = known.get(name, "not recorded")
            return f"the noise floor was calibrated with {name} {was}, not {fact}: calibrate again"
    age = (today - floor.calibrated_on).days
    if age > LONGEST_AGE_DAYS:
        return f"the noise floor is {age} days old, more than {LONGEST_AGE_DAYS}: calibrate again"
    if age < -1:  # Time zones make up a day.
        return (
            f"the noise floor is dated {floor.calibrated_on}, after today: check the clock, calibrate again"
        )
    return None


def _text(fact: Fact | None) -> str:
    return fact if isinstance(fact, str) else "unknown"


def floor_text(floor: Floor) -> str:
    """The floor as its file; the same floor gives the same bytes."""
    document = {
        "schema": FLOOR_ID,
        "machine": {"alias": floor.machine, "hard_key_hash": floor.hard_key_hash},
        "calibrated_on": floor.calibrated_on.isoformat(),
        "facts": dict(floor.facts),
        "voided_share": round(floor.voided, _DIGITS),
        "days": floor.days,
        "points": [_document_of(one) for one in floor.points],
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _document_of(one: PointFloor) -> Mapping[str, object]:
    return {
        "point": one.point,
        "metric": one.metric,
        "pairs": one.pairs,
        "spread": _rounded(one.spread),
        "strays": [{"pairs": pairs, "q99": round(stray, _DIGITS)} for pairs, stray in one.strays],
        "layout": _rounded(one.layout),
        "grade": None if one.grade is None else one.grade.value,
        "variation": _rounded(one.variation),
        "day_spread": _rounded(one.day_spread),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, _DIGITS)


def load_floor(path: Path) -> Floor:
    """The floor in `path`. Raises WrongUsage with `file: path: what`."""
    try:
        document = read_document(path, _LARGEST_FILE_BYTES)
        check_contract(document, FLOOR_ID)
        return _floor_of(document)
    except (Unreadable, BrokenContract) as error:
        raise WrongUsage(f"{path}: {error}") from error


def _floor_of(document: Mapping[str, Any]) -> Floor:
    try:
        calibrated_on = date.fromisoformat(document["calibrated_on"])
    except ValueError as error:
        raise BrokenContract("calibrated_on", str(error)) from error
    points = tuple(_point_of(one, f"points[{index}]") for index, one in enumerate(document["points"]))
    if len({(one.point, one.metric) for one in points}) < len(points):
        raise BrokenContract("points", "the same point and metric are there twice")
    return Floor(
        machine=document["machine"]["alias"],
        hard_key_hash=document["machine"]["hard_key_hash"],
        calibrated_on=calibrated_on,
        facts=tuple(document["facts"].items()),
        voided=finite(document["voided_share"], "voided_share"),
        points=points,
        days=integer(document["days"], "days"),
    )


def _point_of(one: Mapping[str, Any], path: str) -> PointFloor:
    def share(name: str) -> float | None:
        return None if one[name] is None else finite(one[name], f"{path}.{name}")

    return PointFloor(
        point=one["point"],
        metric=one["metric"],
        pairs=integer(one["pairs"], f"{path}.pairs"),
        spread=share("spread"),
        strays=tuple(
            (integer(stray["pairs"], f"{path}.strays"), finite(stray["q99"], f"{path}.strays"))
            for stray in one["strays"]
        ),
        layout=share("layout"),
        grade=None if one["grade"] is None else Grade(one["grade"]),
        variation=share("variation"),
        day_spread=share("day_spread"),
    )
