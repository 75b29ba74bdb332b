"""What does the page of a folder say? Its machines, the runs and gates of each, and what to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.compare import MOST_RUNS
from latchmark.pages.folder_machines import Machine, compare_command, machines_of
from latchmark.pages.folder_matrix import Matrix, matrix_of
from latchmark.pages.folder_rows import FleetRow, Folder, Located, PageRow, RunRow
from latchmark.pages.folder_runs import embedded
from latchmark.pages.rendering import render
from latchmark.wording import count, words

MOST_FLEETS = 12  # whose hosts are on the page; those of older fleet runs are on their own


@dataclass(frozen=True, slots=True)
class FolderPage:
    """All that the template of a folder shows."""

    title: str
    lede: str
    fleets: tuple[FleetRow, ...]
    open_fleets: int
    here: FleetRow | None
    matrix: Matrix
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
    machines = machines_of(folder)
    rows = [row for machine in machines for row in machine.runs]
    # The id last, so that two of one second stand in one order.
    fleets = sorted(folder.fleets, key=lambda row: (row.fleet.started_utc, row.folder.path), reverse=True)
    here = next((row for row in fleets if row.is_here), None)
    # A fleet run has a comparison of its own.
    compare, compared = _across(machines) if here is None else ("", "")
    return FolderPage(
        title=_title(rows, machines, here),
        lede=_lede(rows, folder, here),
        fleets=tuple(fleets),
        open_fleets=MOST_FLEETS,
        here=here,
        matrix=matrix_of(machines, fleets),
        machines=machines,
        compare=compare,
        compared=compared,
        comparisons=folder.comparisons,
        trends=folder.trends,
        others=folder.others,
        unreadable=folder.unreadable,
    )


def _title(rows: Sequence[RunRow], machines: Sequence[Machine], here: FleetRow | None) -> str:
    if here is not None:
        fleet = here.fleet
        return f"{fleet.preset} on {fleet.measured} of {count(len(fleet.hosts), 'machine')}"
    return f"{count(len(rows), 'run')} of {count(len(machines), 'machine')}" if machines else "No run yet"


def _lede(rows: Sequence[RunRow], folder: Folder, here: FleetRow | None) -> str:
    told = []
    if rows:
        days = sorted(row.run.started_utc[:10] for row in rows)
        complete = sum(not row.run.why_incomplete for row in rows)
        when = days[0] if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
        how_many = "all complete" if complete == len(rows) else f"{complete} of {len(rows)} complete"
        # The title of a fleet run counts its machines.
        amount = f"{count(len(rows), 'run')}, " if here is not None else ""
        told.append(f"{amount}{when}, {how_many}.")
    elsewhere = [row for row in folder.fleets if not row.is_here]
    if elsewhere:
        told.append(f"{count(len(elsewhere), 'fleet run')}.")
    if folder.gates:
        told.append(f"{count(len(folder.gates), 'gate')}.")
    if folder.unreadable:
        told.append(f"{count(len(folder.unreadable), 'file')} could not be read.")
    return " ".join(told)


def _across(machines: Sequence[Machine]) -> tuple[str, str]:
    """The newest run of each machine, a complete one where there is any."""
    chosen = []
    for machine in machines:
        usable = [row for row in machine.runs if row.file.is_typable]
        if usable:
            chosen.append(next((row for row in usable if not row.run.why_incomplete), usable[0]))
    if len(chosen) < 2:
        return "", ""
    told = words([row.host or row.run.alias for row in chosen[:MOST_RUNS]])
    if len(chosen) > MOST_RUNS:
        told += f"; {count(len(chosen) - MOST_RUNS, 'further machine')} left out"
    return compare_command(chosen[:MOST_RUNS], "comparison.html"), f"the newest runs of {told}"
