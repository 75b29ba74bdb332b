"""What did the two sides measure in the same round? Pairs of launches, and which of them count."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

from latchmark.gate.procedure import Key
from latchmark.gate.stages.voiding import WARM_UP_ROUND, off_its_cpu
from latchmark.model import Direction, Launch, Point, Run, Unavailable
from latchmark.verdict import Pair

BASE, HEAD = "base", "head"

Value = Callable[[Launch], float | Unavailable]


def pairs_of(
    run: Run, stage: int, voids: Mapping[int, str], keys: Iterable[tuple[Key, Value]]
) -> Mapping[Key, tuple[Pair, ...]]:
    """The pairs of each key in the order of rounds, those that do not count among them. `stage` is where the
    run's stage stands in the verdict; `voids` says why whole rounds do not count."""
    points = {point.name: point for point in run.points}
    return {
        key: tuple(_pairs(run, points[key[0]], stage, voids, value)) if key[0] in points else ()
        for key, value in keys
    }


def _pairs(run: Run, point: Point, stage: int, voids: Mapping[int, str], value: Value) -> Iterable[Pair]:
    by_round: dict[int, dict[str, Launch]] = {}
    for launch in run.launches_of(point):
        if launch.round != WARM_UP_ROUND:
            by_round.setdefault(launch.round, {})[launch.side] = launch
    for round_, sides in sorted(by_round.items()):
        first = min(sides.values(), key=lambda one: one.order).side
        values = {side: value(launch) for side, launch in sides.items()}
        why = voids.get(round_) or _why_lost(sides, values)
        yield Pair(stage, round_, first, _number(values.get(BASE)), _number(values.get(HEAD)), why)


def _number(value: float | Unavailable | None) -> float | None:
    return None if isinstance(value, Unavailable) else value


def _why_lost(sides: Mapping[str, Launch], values: Mapping[str, float | Unavailable]) -> str | None:
    """Why this pair alone does not count."""
    for side in (BASE, HEAD):
        if side not in sides:
            return f"{side} was not launched"
        if not sides[side].is_ok:
            return f"{side} {sides[side].status.replace('_', ' ')}: {sides[side].why or 'no reason recorded'}"
        if off_its_cpu(sides[side]):
            return f"a worker of {side} was moved to another CPU"
        if isinstance(lacking := values[side], Unavailable):
            return f"{side} has no value: {lacking.reason}"
    return None


def log_ratios(pairs: Sequence[Pair], direction: Direction) -> tuple[float, ...]:
    """ln(head / base) of the pairs that count and have a ratio, positive where head is worse."""
    sign = -1.0 if direction is Direction.HIGHER else 1.0
    return tuple(
        sign * math.log(pair.head / pair.base)
        for pair in pairs
        if pair.why is None and pair.base and pair.head and min(pair.base, pair.head) > 0
    )
