"""Which points came, went or fell silent? Without this a vanished point would look like a calm one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from latchmark.model import Unavailable
from latchmark.trend.history import History, Line


class Kind(StrEnum):
    """What happened to a point."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    REDEFINED = "redefined"
    SILENT = "silent"
    NEVER = "never"
    SOMETIMES = "sometimes"


@dataclass(frozen=True, slots=True)
class Presence:
    """Points to which one thing happened in one run, counted from 0; `reason` where a run gave one."""

    kind: Kind
    at: int
    names: tuple[str, ...]
    reason: str = ""


def presences_of(history: History) -> tuple[Presence, ...]:
    """What happened, by kind and run: what was lost first. Points that every run has are not told."""
    grouped: dict[tuple[Kind, int, str], list[str]] = {}
    by_name: dict[str, list[Line]] = {}
    for line in history.lines:
        by_name.setdefault(line.name, []).append(line)
    for name, lines in by_name.items():
        for key in _what_happened(lines, len(history.runs)):
            grouped.setdefault(key, []).append(name)
    order = list(_ORDER)
    keys = sorted(grouped, key=lambda key: (order.index(key[0]), -key[1], key[2]))
    return tuple(Presence(kind, at, tuple(grouped[kind, at, why]), why) for kind, at, why in keys)


_ORDER = (Kind.VANISHED, Kind.SILENT, Kind.REDEFINED, Kind.APPEARED, Kind.SOMETIMES, Kind.NEVER)


def _what_happened(lines: Sequence[Line], runs: int) -> list[tuple[Kind, int, str]]:
    """(kind, run, reason) of the lines of one name."""
    entries = [
        next((value for line in lines if (value := line.values[run]) is not None), None)
        for run in range(runs)
    ]
    planned = [run for run, entry in enumerate(entries) if entry is not None]
    measured = [run for run, entry in enumerate(entries) if not isinstance(entry, Unavailable | None)]
    if not measured:
        return [(Kind.NEVER, planned[0], _reason(entries[planned[-1]]))]
    found = [
        (Kind.REDEFINED, next(run for run, value in enumerate(line.values) if value is not None), "")
        for line in lines
        if line.part > 1
    ]
    if planned[0] > 0:
        found.append((Kind.APPEARED, planned[0], ""))
    if planned[-1] < runs - 1:
        found.append((Kind.VANISHED, planned[-1] + 1, ""))
    elif measured[-1] < planned[-1]:
        silent = next(run for run in planned if run > measured[-1])
        found.append((Kind.SILENT, silent, _reason(entries[silent])))
    if len(planned) < planned[-1] - planned[0] + 1:
        found.append((Kind.SOMETIMES, planned[0], ""))
    return found


def _reason(entry: object) -> str:
    return entry.reason if isinstance(entry, Unavailable) else ""
