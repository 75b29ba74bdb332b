"""In which other units can the times of a run be told? In cycles that were counted, and in mutexes."""

from __future__ import annotations

from collections.abc import Mapping

from latchmark.model import Run
from latchmark.statistics import Interval, Summary, counted_cycles, uncontended_mutex


def units_of(run: Run) -> Mapping[str, object]:
    """What a page embeds to switch units: `mutex_ns` is the price of an uncontended mutex, null where the run
    has none; `cycles` has [median, low, high] cycles per operation of each point that counted them, by its
    index, null where there is no interval."""
    mutex = uncontended_mutex(run)
    counted = {point.index: counted_cycles(run, point) for point in run.points if point.skip is None}
    return {
        "mutex_ns": mutex.median if isinstance(mutex, Summary) else None,
        "cycles": {index: _ends(one) for index, one in counted.items() if isinstance(one, Summary)},
    }


def _ends(summary: Summary) -> list[float | None]:
    """To six digits, as the times that they stand in for."""
    interval = summary.interval
    ends = (interval.low, interval.high) if isinstance(interval, Interval) else (None, None)
    return [None if one is None else float(f"{one:.6g}") for one in (summary.median, *ends)]
