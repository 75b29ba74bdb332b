"""Which launch does a valid entry describe? Checks its arrays against its point and its experiment."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from latchmark.loading.contract import BrokenContract
from latchmark.loading.numbers import counts_by_window, finite, integer, numbers_row, row_with_gaps
from latchmark.model import (
    BY_PAIR,
    TASKS_STARTED,
    Cost,
    Disturbance,
    Histogram,
    Launch,
    LaunchStatus,
    Matrix,
    Metric,
    Point,
    Reading,
    ReadingStatus,
    Round,
    Shape,
    Unavailable,
    Vector,
    Windows,
)

_Json = Mapping[str, Any]
# A table, because calling the enum for each of some hundred thousand readings takes most of their loading
# time.
_READING_STATUS = {status.value: status for status in ReadingStatus}
_COST_FIELDS = ("wall_ns", "set_up_ns", "warm_up_ns", "windows_ns", "overhead_ns")


def launch_of(one: _Json, point: Point, shapes: Mapping[str, Shape], has_parts: bool, path: str) -> Launch:
    """The launch of `point` that an entry describes; `shapes` are those of its experiment's metrics. Where
    the team has parts, a vector is one number a worker of the first of them."""
    windows = one["windows"]
    return Launch(
        point=point.index,
        side=one["side"],
        round=integer(one["round"], f"{path}.round"),
        order=integer(one["order"], f"{path}.order"),
        status=LaunchStatus(one["status"]),
        why=one["why"],
        metrics={
            name: _metric_of(name, metric, point, shapes, has_parts, f"{path}.metrics.{name}")
            for name, metric in one["metrics"].items()
        },
        windows=None if windows is None else _windows_of(windows, point, f"{path}.windows"),
        readings={
            role: _reading_of(reading, point, f"{path}.readings.{role}")
            for role, reading in one["readings"].items()
        },
        disturbance=disturbances_of(one["disturbance"], f"{path}.disturbance"),
        cost=None if one["cost"] is None else _cost_of(one["cost"], f"{path}.cost"),
        cautions=tuple(one["cautions"]),
        began_s=finite(one["began_s"], f"{path}.began_s") if "began_s" in one else None,
    )


def round_of(one: _Json, path: str) -> Round:
    """What happened around the round that an entry describes."""
    return Round(
        round=integer(one["round"], f"{path}.round"),
        began_s=finite(one["began_s"], f"{path}.began_s"),
        ended_s=finite(one["ended_s"], f"{path}.ended_s"),
        between_s=finite(one["between_s"], f"{path}.between_s"),
        disturbance=disturbances_of(one["disturbance"], f"{path}.disturbance"),
    )


def _metric_of(
    name: str, metric: _Json, point: Point, shapes: Mapping[str, Shape], has_parts: bool, path: str
) -> Metric:
    if name not in shapes:
        raise BrokenContract(path, f"{point.experiment} defines no such metric")
    if "why" in metric:
        return Unavailable(metric["why"])
    shape, value = _shaped(metric, path)
    if isinstance(value, Vector):
        is_by_pair = name.endswith(BY_PAIR)
        most, noun = (len(point.pairs), "pairs") if is_by_pair else (point.workers, "workers")
        fewest = 1 if has_parts and not is_by_pair else most
        if not fewest <= len(value.values) <= most:
            raise BrokenContract(f"{path}.values", f"has {len(value.values)} items for {most} {noun}")
    if shape is not shapes[name]:
        raise BrokenContract(path, f"is a {shape}, but {point.experiment} defines a {shapes[name]}")
    return value


def _shaped(metric: _Json, path: str) -> tuple[Shape, Metric]:
    if "value" in metric:
        return Shape.SCALAR, finite(metric["value"], f"{path}.value")
    if "values" in metric:
        return Shape.VECTOR, Vector(numbers_row(metric["values"], f"{path}.values"))
    if "matrix" in metric:
        rows = metric["matrix"]
        if len({len(row) for row in rows}) > 1:
            raise BrokenContract(f"{path}.matrix", "has rows of different lengths")
        return Shape.MATRIX, Matrix(
            tuple(row_with_gaps(row, f"{path}.matrix[{i}]") for i, row in enumerate(rows))
        )
    return Shape.HISTOGRAM, _histogram_of(metric["histogram"], f"{path}.histogram")


def _histogram_of(one: _Json, path: str) -> Histogram:
    lower_ns = numbers_row(one["lower_ns"], f"{path}.lower_ns")
    upper_ns = numbers_row(one["upper_ns"], f"{path}.upper_ns")
    if not len(lower_ns) == len(upper_ns) == len(one["counts"]):
        raise BrokenContract(path, "has lower_ns, upper_ns and counts of different lengths")
    edges = [*zip(lower_ns, upper_ns, strict=True)]
    overlaps = any(upper > lower for (_, upper), (lower, _) in pairwise(edges))
    if overlaps or any(lower > upper for lower, upper in edges):
        raise BrokenContract(path, "has buckets out of order")
    (counts,) = counts_by_window([one["counts"]], len(edges), f"{path}.counts") if edges else ((),)
    return Histogram(
        lower_ns,
        upper_ns,
        counts,
        finite(one["max_ns"], f"{path}.max_ns"),
        finite(one["resolution_ns"], f"{path}.resolution_ns"),
    )


def _windows_of(one: _Json, point: Point, path: str) -> Windows:
    if not len(one["operations"]) == len(one["elapsed_ns"]) == len(one["overlap"]):
        raise BrokenContract(path, "has operations, elapsed_ns and overlap of different lengths")
    counted_from, windows = one.get("counted_from", 0), len(one["operations"])
    if counted_from and counted_from >= windows:
        raise BrokenContract(f"{path}.counted_from", f"is {counted_from}, but there are {windows} windows")
    return Windows(
        operations=counts_by_window(one["operations"], point.workers, f"{path}.operations"),
        elapsed_ns=counts_by_window(one["elapsed_ns"], point.workers, f"{path}.elapsed_ns"),
        overlap=numbers_row(one["overlap"], f"{path}.overlap"),
        counted_from=counted_from,
    )


def _reading_of(one: _Json, point: Point, path: str) -> Reading:
    status = _READING_STATUS[one["status"]]
    per_worker = row_with_gaps(one["per_worker"], f"{path}.per_worker")
    # Empty where there never was a counter; otherwise a lost worker must not go unseen.
    if per_worker and len(per_worker) != point.workers:
        raise BrokenContract(f"{path}.per_worker", f"has {len(per_worker)} items for {point.workers} workers")
    share, empty = one.get("running_share"), one.get("empty")
    return Reading(
        status=status,
        value=_reading_value(one, status, per_worker, path),
        per_worker=per_worker,
        running_share=None if share is None else finite(share, f"{path}.running_share"),
        raw=_by_worker(one, "raw", point, path),
        enabled_ns=_by_worker(one, "enabled_ns", point, path),
        running_ns=_by_worker(one, "running_ns", point, path),
        empty=None if empty is None else finite(empty, f"{path}.empty"),
    )


def _by_worker(one: _Json, name: str, point: Point, path: str) -> tuple[float | None, ...]:
    """What the kernel gave, a number or null a worker; empty where it is absent."""
    if name not in one:
        return ()
    row = row_with_gaps(one[name], f"{path}.{name}")
    if len(row) != point.workers:
        raise BrokenContract(f"{path}.{name}", f"has {len(row)} items for {point.workers} workers")
    return row


def _reading_value(
    one: _Json, status: ReadingStatus, per_worker: tuple[float | None, ...], path: str
) -> float | Unavailable:
    if one["value"] is None:
        return Unavailable(one.get("why") or status.value.replace("_", " "))
    # A sum without one of its workers looks like a smaller count.
    if not status.has_value or not per_worker or None in per_worker:
        raise BrokenContract(
            f"{path}.value", f"is a number, though the status is {status} or a worker has none"
        )
    return finite(one["value"], f"{path}.value")


def disturbances_of(values: _Json, path: str) -> dict[str, Disturbance]:
    """What is known of a stretch, by name. Older files do not say how many tasks started, which is not none.
    Raises BrokenContract."""
    known = {name: disturbance_of(value, f"{path}.{name}") for name, value in values.items()}
    started = known.setdefault(TASKS_STARTED, Unavailable("not recorded"))
    if not isinstance(started, Unavailable) and (isinstance(started, tuple) or started < 0):
        raise BrokenContract(f"{path}.{TASKS_STARTED}", "must be one number, not negative")
    return known


def disturbance_of(value: Any, path: str) -> Disturbance:
    """One number, one a worker, or why it is not known. Raises BrokenContract."""
    if isinstance(value, list):
        return row_with_gaps(value, path)
    if isinstance(value, dict):
        return Unavailable(value["why"])
    return finite(value, path)


def _cost_of(one: _Json, path: str) -> Cost:
    parts = {name: finite(value, f"{path}.{name}") for name, value in one.items()}
    own = {name: parts.pop(name) for name in _COST_FIELDS}
    return Cost(**own, other=parts)
