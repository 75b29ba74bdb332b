"""Which launches were lost, and whose fault is it? What a point ends with that could not be measured.

One lost launch must not fail a suite: on a busy machine a launch runs past its time limit now and then, and
the kernel kills what it has no memory for. So a side fails at a point that did wrong work once, that crashed
twice, or that ran past its time limit in a tenth of its launches and at least three times. Less than that
costs the pair, and is told as a caution. Head alone is blamed only where base lost nothing in that way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from latchmark.gate.stages.pairing import BASE, HEAD
from latchmark.model import Launch, LaunchStatus, Run, Unavailable
from latchmark.verdict import Word
from latchmark.wording import count

_FEWEST_CRASHES = 2
_FEWEST_TIMEOUTS = 3
_TIMEOUT_SHARE = 0.1
# 0.3 cycles at 6 GHz: no CPU ends an operation in less, so less was not done.
_LEAST_NS = 0.05

_WRONG = (LaunchStatus.VERIFY_FAILED,)
_CRASHES = (LaunchStatus.CRASHED, LaunchStatus.FAILED)
_HANGS = (LaunchStatus.TIMED_OUT,)


@dataclass(frozen=True, slots=True)
class Loss:
    """What a point ends with instead of a decision: MISSING, ERROR or SUSPECT."""

    word: Word
    because: str
    fails_in_base: bool


def loss_of(runs: Sequence[Run], name: str, metric: str) -> Loss | None:
    """Why a point cannot be decided, over all runs that were to measure it; None where it can. `metric` is
    the point's time, empty where it has none."""
    sides = {side: [*_launches(runs, name, side)] for side in (BASE, HEAD)}
    absent = [side for side, launches in sides.items() if not launches]
    if absent:
        because = "neither side was launched" if len(absent) == 2 else f"{absent[0]} was never launched"
        return Loss(Word.MISSING, because, fails_in_base=BASE in absent)
    failing = {side: one for side in sides if (one := _failing(sides[side], metric)) is not None}
    if failing:
        because = "; ".join(f"{side}: {one.why}" for side, one in failing.items())
        alike = sum(one.status in failing[HEAD].ways for one in sides[BASE]) if HEAD in failing else 0
        if alike and BASE not in failing:
            because += f"; base lost {count(alike, 'launch')} in that way as well"
        return Loss(Word.ERROR, because, fails_in_base=BASE in failing or alike > 0)
    for side, launches in sides.items():
        if (impossible := _impossible(launches, metric)) is not None:
            because = (
                f"{side} took {impossible:g} ns for an operation: no CPU does that, so the work was not done"
            )
            return Loss(Word.SUSPECT, because, fails_in_base=side == BASE)
    return None


def lost_now_and_then(runs: Sequence[Run], name: str) -> str | None:
    """A caution about launches that were lost at a point which was decided all the same."""
    told = []
    for side in (BASE, HEAD):
        launches = [*_launches(runs, name, side)]
        if lost := [one for one in launches if not one.is_ok]:
            told.append(f"{len(lost)} of {count(len(launches), 'launch')} of {side} ({_reason(lost)})")
    return f"{name}: lost {' and '.join(told)}" if told else None


def _launches(runs: Iterable[Run], name: str, side: str) -> Iterable[Launch]:
    for run in runs:
        for point in run.points:
            if point.name == name:
                yield from (launch for launch in run.launches_of(point) if launch.side == side)


@dataclass(frozen=True, slots=True)
class _Failing:
    """Why a side fails, and in which ways its launches were lost."""

    why: str
    ways: tuple[LaunchStatus, ...] = ()


def _failing(launches: Sequence[Launch], metric: str) -> _Failing | None:
    by_status = Counter(launch.status for launch in launches)
    wrong = by_status[LaunchStatus.VERIFY_FAILED]
    crashes = sum(by_status[status] for status in _CRASHES)
    timeouts = by_status[LaunchStatus.TIMED_OUT]
    of = f"of {count(len(launches), 'launch')}"
    if wrong:
        reason = _reason(launches, LaunchStatus.VERIFY_FAILED)
        return _Failing(f"{wrong} {of} did not do the work that was asked ({reason})", _WRONG)
    if crashes >= _FEWEST_CRASHES or crashes == len(launches):
        return _Failing(f"{crashes} {of} crashed ({_reason(launches, *_CRASHES)})", _CRASHES)
    if timeouts == len(launches) or timeouts >= max(_FEWEST_TIMEOUTS, _TIMEOUT_SHARE * len(launches)):
        reason = _reason(launches, LaunchStatus.TIMED_OUT)
        return _Failing(f"{timeouts} {of} ran past the time limit ({reason})", _HANGS)
    if crashes + timeouts == len(launches):
        return _Failing(f"all {len(launches)} launches were lost ({_reason(launches)})", _CRASHES + _HANGS)
    if metric:
        values = [launch.scalar(metric) for launch in launches if launch.is_ok]
        reasons = [value.reason for value in values if isinstance(value, Unavailable)]
        if len(reasons) == len(values):
            return _Failing(f"no launch has a value of {metric} ({reasons[0]})")
    return None


def _reason(launches: Iterable[Launch], *statuses: LaunchStatus) -> str:
    """The most frequent reason, the earliest of equals."""
    reasons = Counter(
        launch.why or launch.status.value.replace("_", " ")
        for launch in launches
        if not launch.is_ok and (not statuses or launch.status in statuses)
    )
    return reasons.most_common(1)[0][0]


def _impossible(launches: Iterable[Launch], metric: str) -> float | None:
    values = [launch.scalar(metric) for launch in launches if launch.is_ok] if metric else []
    numbers = [value for value in values if not isinstance(value, Unavailable)]
    return min(numbers) if numbers and min(numbers) < _LEAST_NS else None
