"""How old is the calibration? What a run knows of its own, and what a noise floor given beside it adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from latchmark.model import Run
from latchmark.wording import count


@dataclass(frozen=True, slots=True)
class FloorAge:
    """A noise floor as far as its age matters: `days` is on how many days it rests, `why_expired` why it says
    nothing about the run, None where it holds."""

    calibrated_on: date
    expires_on: date
    days: int
    why_expired: str | None


def began_on(run: Run) -> date:
    """The day of the run, by which ages are told: by today's, the same run would give another page."""
    return date.fromisoformat(run.started_utc[:10])


def calibration_of(run: Run) -> str:
    """What the run calibrated itself, before its first round."""
    points = sum(point.batch is not None for point in run.points)
    if not points:
        return "no batch size is recorded"
    return f"batch sizes of {count(points, 'point')} on {began_on(run)}, before the first round"


def floor_age_of(run: Run, floor: FloorAge | None) -> str:
    """When the floor was calibrated, in days from the run, and until when it holds."""
    if floor is None:
        return "none given, so it is not known how far two runs of the same code differ here"
    if floor.why_expired is not None:
        return floor.why_expired
    days = (began_on(run) - floor.calibrated_on).days
    age = f"{count(abs(days), 'day')} {'before' if days > 0 else 'after'} the run" if days else "that day"
    rests = f", from {count(floor.days, 'day')}" if floor.days else ""
    return f"calibrated {age} ({floor.calibrated_on}){rests}, valid until {floor.expires_on}"
