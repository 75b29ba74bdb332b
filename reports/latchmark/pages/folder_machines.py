"""Which machines measured what lies in a folder? By hard key, and by host where a fleet knows many of one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from latchmark.pages.folder_rows import Folder, GateRow, Located, RunRow
from latchmark.wording import count, utc

MOST_ROWS = 12  # of a machine at once, newest first; the older ones are one click away
MOST_MACHINES = 8  # whose runs are open; of more the matrix is read, and the runs are one click away

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Machine:
    """The runs and gates of one hard key, and of one host where a fleet knows it, newest first. `alias` is
    how it called itself last. `compare` is the command for its last two runs; empty where there are no
    two."""

    slug: str
    host: str
    alias: str
    lede: str
    hard_key_hash: str
    recent: tuple[RunRow, ...]
    older: tuple[RunRow, ...]
    gates: tuple[GateRow, ...]
    compare: str
    compared: str

    @property
    def name(self) -> str:
        """That of its host, because aliases are often those of the model."""
        return self.host or self.alias

    @property
    def runs(self) -> tuple[RunRow, ...]:
        """All of them."""
        return self.recent + self.older

    @property
    def flags(self) -> str:
        """What stood in for the machine in its last run; empty where nothing did."""
        return self.runs[0].run.flags if self.runs else ""

    @property
    def folded(self) -> str:
        """What is one click away."""
        return count(len(self.older), "older run" if self.recent else "run")


def machines_of(folder: Folder) -> tuple[Machine, ...]:
    """By the day on which they measured last, on one day single machines by time before hosts by name; a gate
    without runs of its machine makes one too."""
    runs = sorted(_without_copies(folder.runs), key=_by_start)
    gates = sorted(folder.gates, key=lambda row: (row.verdict.started_utc, row.file.path))
    latest: dict[tuple[str, str], str] = {}
    for run in runs:
        latest[run.machine] = run.run.started_utc
    for gate in gates:
        # A gate knows no host.
        key = "", gate.verdict.hard_key_hash
        latest[key] = max(latest.get(key, ""), gate.verdict.started_utc)
    runs_of = _grouped((row.machine, row) for row in reversed(runs))
    gates_of = _grouped((("", row.verdict.hard_key_hash), row) for row in reversed(gates))
    # By time the hosts of one fleet run would stand in the order of chance.
    single = sorted((key for key in latest if not key[0]), key=lambda key: (latest[key], key), reverse=True)
    hosts = sorted((key for key in latest if key[0]), key=lambda key: (_natural(key[0]), key))
    ordered = sorted([*single, *hosts], key=lambda key: latest[key][:10], reverse=True)
    is_crowded = len(ordered) > MOST_MACHINES
    return tuple(
        _machine(f"machine-{index + 1}", key[1], runs_of.get(key, []), gates_of.get(key, []), is_crowded)
        for index, key in enumerate(ordered)
    )


def _by_start(row: RunRow) -> tuple[str, str, str, str]:
    # The others so that runs of one second stand in one order.
    return row.run.started_utc, row.run.id, row.host, row.file.path


def _natural(name: str) -> list[tuple[int, str]]:
    """`node9` before `node10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", name)]


def _grouped(pairs: Iterable[tuple[tuple[str, str], _Row]]) -> dict[tuple[str, str], list[_Row]]:
    found: dict[tuple[str, str], list[_Row]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    return found


def _without_copies(rows: Sequence[RunRow]) -> list[RunRow]:
    """One row a run: a run that was completed later, or copied, has several files; the fullest is shown. Two
    hosts with one run are both shown: one of them brought a file that is not its own."""
    owners: dict[str, str] = {}
    for row in rows:
        if row.host:
            owners[row.run.fingerprint] = min(row.host, owners.get(row.run.fingerprint, row.host))

    def owned(row: RunRow) -> tuple[str, str]:
        return row.run.fingerprint, row.host or owners.get(row.run.fingerprint, "")

    def place(row: RunRow) -> tuple[tuple[str, str], bool, bool, int, str]:
        return owned(row), bool(row.run.why_incomplete), not row.host, -row.run.measured, row.file.path

    found = []
    for (_, host), some in groupby(sorted(rows, key=place), key=owned):
        first, *others = some
        found.append(replace(first, copies=tuple(row.file for row in others), host=host))
    return found


def _machine(
    slug: str, key: str, runs: Sequence[RunRow], gates: Sequence[GateRow], is_crowded: bool
) -> Machine:
    compare, compared = _last_two(runs)
    shown = 0 if is_crowded else MOST_ROWS
    return Machine(
        slug=slug,
        host=runs[0].host if runs else "",
        alias=runs[0].run.alias if runs else gates[0].verdict.machine,
        lede=f"{runs[0].run.processor}: {runs[0].run.topology}." if runs else "No run file of its own.",
        hard_key_hash=key,
        recent=tuple(runs[:shown]),
        older=tuple(runs[shown:]),
        gates=tuple(gates),
        compare=compare,
        compared=compared,
    )


def _last_two(runs: Sequence[RunRow]) -> tuple[str, str]:
    """The newest run against the one before it, of the same preset where there is one: they share points."""
    usable = [row for row in runs if row.file.is_typable]
    if len(usable) < 2:
        return "", ""
    newest, *others = usable
    before = next((row for row in others if row.run.preset == newest.run.preset), others[0])
    return compare_command([before, newest], f"{os.path.dirname(newest.file.path) or '.'}/comparison.html"), (
        f"{_named(newest)} against {_named(before)}"
    )


def compare_command(rows: Sequence[RunRow], output: str) -> str:
    """The command that sets these runs side by side."""
    files = " ".join(row.file.argument for row in rows)
    return f"latchmark compare {files} -o {Located(output).argument}"


def _named(row: RunRow) -> str:
    return f"{row.run.preset} of {utc(row.run.started_utc)}"
