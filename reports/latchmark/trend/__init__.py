"""What happened over time on one machine? Its runs in order, their steps, and an index of them."""

from latchmark.trend.changes import Change, is_other_build
from latchmark.trend.history import History, Line, history_of
from latchmark.trend.presence import Presence, presences_of
from latchmark.trend.recorded import RecordedPoint, RecordedRun, merged, recorded
from latchmark.trend.sentences import (
    Place,
    Told,
    change_told,
    overview,
    places_told,
    power_told,
    presence_told,
    run_told,
)
from latchmark.trend.steps import Level, Step

__all__ = [
    "Change",
    "History",
    "Level",
    "Line",
    "Place",
    "Presence",
    "RecordedPoint",
    "RecordedRun",
    "Step",
    "Told",
    "change_told",
    "history_of",
    "is_other_build",
    "merged",
    "overview",
    "places_told",
    "power_told",
    "presence_told",
    "presences_of",
    "recorded",
    "run_told",
]
