"""Which machine ran which preset when? A row a machine, a column a preset, also for what was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from latchmark.pages.folder_machines import Machine
from latchmark.pages.folder_rows import FleetRow
from latchmark.wording import utc

MOST_PRESETS = 5  # columns that a screen holds
MOST_DATES = 2  # of a cell; more of them are what the machine's own table is for
_FIRST = ("quick", "standard", "full")


@dataclass(frozen=True, slots=True)
class Entry:
    """One time at which a machine ran a preset, or was to: `state` is empty for a complete run."""

    started_utc: str
    preset: str
    link: str
    state: str

    @property
    def when(self) -> str:
        """For people."""
        return utc(self.started_utc)


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One machine and preset: the newest entries, and how many are older."""

    entries: tuple[Entry, ...]
    older: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One machine, or a host of which there is no run; `link` leads to its section."""

    name: str
    link: str
    what: str
    flags: str
    runs: int
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All machines; `left_out` presets have no column, the rarest."""

    presets: tuple[str, ...]
    left_out: int
    rows: tuple[MatrixRow, ...]


def matrix_of(machines: Sequence[Machine], fleets: Sequence[FleetRow]) -> Matrix:
    """The rows in the order of the machines, then the hosts without any run, in that of the fleets."""
    missed = _missed(fleets)
    rows: list[tuple[Machine | None, str, list[Entry]]] = []
    for machine in machines:
        # A host whose hardware was changed is two machines; what was missed is told of the newer one.
        absent = missed.pop(machine.host, [])
        rows.append((machine, machine.name, [*_runs(machine), *absent]))
    rows += [(None, host, entries) for host, entries in missed.items()]
    presets, left_out = _columns(entry.preset for _, _, entries in rows for entry in entries)
    return Matrix(presets, left_out, tuple(_row(*row, presets) for row in rows))


def _missed(fleets: Sequence[FleetRow]) -> dict[str, list[Entry]]:
    """By host, what fleet runs wanted of it and did not get a run file of."""
    found: dict[str, list[Entry]] = {}
    for number, row in enumerate(fleets, 1):
        for host in row.hosts:
            if host.run is None:
                state = host.status.state.value
                entry = Entry(row.fleet.started_utc, row.fleet.preset, f"#fleet-{number}", state)
                found.setdefault(host.status.host, []).append(entry)
    return found


def _runs(machine: Machine) -> list[Entry]:
    return [
        Entry(
            row.run.started_utc,
            row.run.preset,
            row.best.link,
            "incomplete" if row.run.why_incomplete else "",
        )
        for row in machine.runs
    ]


def _columns(presets: Iterable[str]) -> tuple[tuple[str, ...], int]:
    """The most frequent presets, the suite's own first and in their order of width."""
    amounts: Mapping[str, int] = Counter(presets)
    kept = sorted(amounts, key=lambda preset: (-amounts[preset], preset))[:MOST_PRESETS]
    kept.sort(key=lambda preset: (_FIRST.index(preset) if preset in _FIRST else len(_FIRST), preset))
    return tuple(kept), len(amounts) - len(kept)


def _row(machine: Machine | None, name: str, entries: Sequence[Entry], presets: Sequence[str]) -> MatrixRow:
    return MatrixRow(
        name=name,
        link=f"#{machine.slug}" if machine is not None else "",
        what=machine.lede if machine is not None else "No run yet.",
        flags=machine.flags if machine is not None else "",
        runs=len(machine.runs) if machine is not None else 0,
        cells=tuple(_cell([entry for entry in entries if entry.preset == preset]) for preset in presets),
    )


def _cell(entries: Sequence[Entry]) -> MatrixCell:
    newest = sorted(entries, key=lambda entry: entry.started_utc, reverse=True)
    return MatrixCell(tuple(newest[:MOST_DATES]), len(newest[MOST_DATES:]))
