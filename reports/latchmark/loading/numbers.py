"""Is this JSON value the number it should be? Strict, and fast for arrays with millions of items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from latchmark.loading.contract import BrokenContract

# What the harness counts in; a longer number is damage, and would overflow whoever reads the export.
_LARGEST_INTEGER = 2**63 - 1
# Far beyond any measurement, and near enough that no ratio, sum or axis of such numbers leaves a float.
_SMALLEST, _LARGEST = 1e-30, 1e30
# Not bool, although a JSON true is an int to Python.
_NUMBER_TYPES: frozenset[type[object]] = frozenset((int, float))


def integer(value: Any, path: str) -> int:
    """`value` as an int of 64 bits. The schema's "integer" also lets 2.0 through, which is one."""
    if abs(value) > _LARGEST_INTEGER:
        raise BrokenContract(path, "is larger than 64 bits")
    return int(value)


def finite(value: Any, path: str) -> float:
    """`value` as a float, 0 or of a size from 1e-30 to 1e30: 1e999 is valid JSON and reads as infinity."""
    if value and not _SMALLEST <= abs(value) <= _LARGEST:
        size = "large" if abs(value) > _LARGEST else "small"
        raise BrokenContract(path, f"is too {size}: only numbers from 1e-30 to 1e30 are measurements")
    return float(value)


def numbers_row(values: Sequence[Any], path: str) -> tuple[float, ...]:
    """A row of finite numbers without gaps."""
    return _plain_row(values) or tuple(_number(value, f"{path}[{i}]") for i, value in enumerate(values))


def row_with_gaps(values: Sequence[Any], path: str) -> tuple[float | None, ...]:
    """A row of finite numbers, with None for null."""
    row: tuple[float | None, ...] = _plain_row(values)
    return row or tuple(
        None if value is None else _number(value, f"{path}[{i}]") for i, value in enumerate(values)
    )


def _plain_row(values: Sequence[Any]) -> tuple[float, ...]:
    # The usual row, checked in C; empty when it is anything else, which the callers then look at item by
    # item.
    if set(map(type, values)) <= _NUMBER_TYPES:
        sizes: tuple[float, ...] = tuple(map(abs, filter(None, values)))
        if not sizes or _SMALLEST <= min(sizes) <= max(sizes) <= _LARGEST:
            return tuple(map(float, values))
    return ()


def counts_by_window(windows: Sequence[Any], workers: int, path: str) -> tuple[tuple[int, ...], ...]:
    """`windows[window][worker]` as counts. Each row must hold one whole number >= 0 a worker."""
    for i, row in enumerate(windows):
        if len(row) != workers:
            raise BrokenContract(f"{path}[{i}]", f"has {len(row)} items for {workers} workers")
        # One pass in C: a loop over the items of a large run would take longer than reading it.
        if set(map(type, row)) != {int} or min(row) < 0 or max(row) > _LARGEST_INTEGER:
            wrong = next(worker for worker, value in enumerate(row) if not _is_count(value))
            raise BrokenContract(f"{path}[{i}][{wrong}]", "must be a whole number from 0 to 2^63 - 1")
    return tuple(map(tuple, windows))


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_INTEGER


def _number(value: Any, path: str) -> float:
    if type(value) not in _NUMBER_TYPES:
        raise BrokenContract(path, "must be a number")
    return finite(value, path)
