"""What does the page of a folder say? Its machines, the runs and gates of each, and what to compare."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from latchmark.compare import MOST_RUNS
from latchmark.pages.folder_rows import Folder, GateRow, Located, PageRow, RunRow
from latchmark.pages.folder_runs import embedded
from latchmark.pages.rendering import render
from latchmark.wording import count, utc, words

MOST_ROWS = 12  # of a machine at once, newest first; the older ones are one click away


@dataclass(frozen=True, slots=True)
class Machine:
    """The runs and gates of one hard key, newest first. `compare` is the command for its last two runs;
    empty where there are no two."""

    slug: str
    name: str
    lede: str
    hard_key_hash: str
    recent: tuple[RunRow, ...]
    older: tuple[RunRow, ...]
    gates: tuple[GateRow, ...]
    compare: str
    compared: str

    @property
    def runs(self) -> tuple[RunRow, ...]:
        """All of them."""
        return self.recent + self.older

    @property
    def flags(self) -> str:
        """What stood in for the machine in its last run; empty where nothing did."""
        return self.recent[0].run.flags if self.recent else ""


@dataclass(frozen=True, slots=True)
class FolderPage:
    """All that the template of a folder shows."""

    title: str
    lede: str
    machines: tuple[Machine, ...]
    compare: str
    compared: str
    comparisons: tuple[PageRow, ...]
    trends: tuple[PageRow, ...]
    others: tuple[PageRow, ...]
    unreadable: tuple[tuple[Located, str], ...]


def folder_page(folder: Folder) -> str:
    """The index as one HTML document; the same files give the same bytes."""
    runs = {row.sha256: row.run for row in folder.runs}
    return render("folder.html", page_of(folder), embedded(runs, folder.program))


def page_of(folder: Folder) -> FolderPage:
    """The values of the page, before any markup."""
    machines = _machines(folder)
    compare, compared = _across(machines)
    rows = [row for machine in machines for row in machine.runs]
    title = f"{count(len(rows), 'run')} of {count(len(machines), 'machine')}" if machines else "No run yet"
    return FolderPage(
        title=title,
        lede=_lede(rows, folder),
        machines=machines,
        compare=compare,
        compared=compared,
        comparisons=folder.comparisons,
        trends=folder.trends,
        others=folder.others,
        unreadable=folder.unreadable,
    )


def _lede(rows: Sequence[RunRow], folder: Folder) -> str:
    told = []
    if rows:
        days = sorted(row.run.started_utc[:10] for row in rows)
        complete = sum(not row.run.why_incomplete for row in rows)
        when = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
        how_many = "all complete" if complete == len(rows) else f"{complete} of {len(rows)} complete"
        told.append(f"{when}, {how_many}.")
    if folder.gates:
        told.append(f"{count(len(folder.gates), 'gate')}.")
    if folder.unreadable:
        told.append(f"{count(len(folder.unreadable), 'file')} could not be read.")
    return " ".join(told)


def _machines(folder: Folder) -> tuple[Machine, ...]:
    """By hard key, the machine that measured last first; a gate without runs of its machine makes one too."""
    runs = sorted(_without_copies(folder.runs), key=lambda row: (row.run.started_utc, row.run.id))
    gates = sorted(folder.gates, key=lambda row: (row.verdict.started_utc, row.file.path))
    latest: dict[str, str] = {}
    for run in runs:
        latest[run.run.hard_key_hash] = run.run.started_utc
    for gate in gates:
        key = gate.verdict.hard_key_hash
        latest[key] = max(latest.get(key, ""), gate.verdict.started_utc)
    ordered = sorted(latest, key=lambda key: (latest[key], key), reverse=True)
    return tuple(
        _machine(
            f"machine-{index + 1}",
            key,
            [row for row in reversed(runs) if row.run.hard_key_hash == key],
            [row for row in reversed(gates) if row.verdict.hard_key_hash == key],
        )
        for index, key in enumerate(ordered)
    )


def _without_copies(rows: Iterable[RunRow]) -> list[RunRow]:
    """One row a run: a run that was completed later, or copied, has several files; the fullest is shown."""

    def place(row: RunRow) -> tuple[str, bool, int, str]:
        return row.run.id, bool(row.run.why_incomplete), -row.run.measured, row.file.path

    found = []
    for _, some in groupby(sorted(rows, key=place), key=lambda row: row.run.id):
        first, *others = some
        copies = tuple(row.file for row in others)
        found.append(RunRow(first.file, first.sha256, first.page, first.run, copies))
    return found


def _machine(slug: str, key: str, runs: Sequence[RunRow], gates: Sequence[GateRow]) -> Machine:
    compare, compared = _last_two(runs)
    return Machine(
        slug=slug,
        name=runs[0].run.alias if runs else gates[0].verdict.machine,
        lede=f"{runs[0].run.processor}: {runs[0].run.topology}." if runs else "No run file of its own.",
        hard_key_hash=key,
        recent=tuple(runs[:MOST_ROWS]),
        older=tuple(runs[MOST_ROWS:]),
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
    return _command([before, newest], f"{os.path.dirname(newest.file.path) or '.'}/comparison.html"), (
        f"{_named(newest)} against {_named(before)}"
    )


def _across(machines: Sequence[Machine]) -> tuple[str, str]:
    """The newest run of each machine, a complete one where there is any."""
    chosen = []
    for machine in machines:
        usable = [row for row in machine.runs if row.file.is_typable]
        if usable:
            chosen.append(next((row for row in usable if not row.run.why_incomplete), usable[0]))
    if len(chosen) < 2:
        return "", ""
    told = words([row.run.alias for row in chosen[:MOST_RUNS]])
    if len(chosen) > MOST_RUNS:
        told += f"; {count(len(chosen) - MOST_RUNS, 'further machine')} left out"
    return _command(chosen[:MOST_RUNS], "comparison.html"), f"the newest runs of {told}"


def _command(rows: Sequence[RunRow], output: str) -> str:
    files = " ".join(row.file.argument for row in rows)
    return f"latchmark compare {files} -o {Located(output).argument}"


def _named(row: RunRow) -> str:
    return f"{row.run.preset} of {utc(row.run.started_utc)}"
