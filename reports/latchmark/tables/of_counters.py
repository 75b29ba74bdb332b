"""What could the hardware be asked here? Each role with its event, its control and its caveat, or why not."""

from __future__ import annotations

from latchmark.findings import Absence, absences_of
from latchmark.model import ControlResult, Fact, Role, Run, Unavailable
from latchmark.statistics import derived_of, source_of
from latchmark.tables.facts import facts_table
from latchmark.tables.table import Cell, Column, Table, count_cell, text_cells
from latchmark.wording import count

NONE = "\u2013"


def counters_of(run: Run) -> tuple[Table, ...]:
    """The facility, the roles that count, what is derived, the control, and the roles without a value."""
    tables = (_facility(run), _counted(run), _derived(run), _control(run), _absent(run))
    return tuple(table for table in tables if table.rows)


def _facility(run: Run) -> Table:
    counters = run.counters
    paranoid, is_recorded = counters.perf_event_paranoid, counters.cpu is not None
    facts: dict[str, Fact] = {
        "CPU": counters.cpu or Unavailable("not recorded"),
        "event table": counters.table or "none for this core: only events that the kernel names itself",
        "hypervisor": counters.hypervisor or ("none seen" if is_recorded else Unavailable("not recorded")),
        "PMUs": ", ".join(counters.pmus) or "none that the kernel offers",
        "perf_event_paranoid": Unavailable("cannot be read") if paranoid is None else str(paranoid),
        "libpfm4": counters.libpfm or "none: the numbers of the event tables are used alone",
    }
    if counters.script is not None:
        facts["in place of the hardware"] = counters.script
    return facts_table("What counts here", facts)


def _counted(run: Run) -> Table:
    columns = (
        "Role",
        "Unit",
        "Control",
        "Tier, scope",
        "Event",
        "What it counts, and what it does not say",
    )
    rows = [
        text_cells(
            (
                role.role,
                role.unit,
                _result_text(run, role),
                f"{role.tier or NONE}, {role.scope or NONE}",
                _event(role),
                f"{role.meaning}. {role.caveat}".removesuffix(". "),
            )
        )
        for role in run.counters.roles
        if run.counters.why_none(role) is None
    ]
    return Table("Counter roles that count here", tuple(map(Column, columns)), tuple(rows))


def _event(role: Role) -> str:
    """The name, and the numbers that the kernel is given, which are what counts."""
    source = role.source or NONE
    if role.perf is None:
        return source
    second = "" if role.perf.config1 == "0x0" else f", config1 {role.perf.config1}"
    return f"{source} (type {role.perf.type}, config {role.perf.config}{second})"


def _result_text(run: Run, role: Role) -> str:
    control = run.counters.control_of(role.role)
    if control is not None:
        return control.result.value.replace("_", " ")
    if not run.counters.control:
        return "not recorded"
    # The kernel's own bookkeeping needs no proof that it reacts.
    return "took no part" if role.tier in ("uarch", "generic") else "exact"


def _control(run: Run) -> Table:
    """Without the roles that the machine lacks anyway."""
    opened = {role.role for role in run.counters.roles if role.is_available}
    columns = (
        Column("Role"),
        Column("Stimulus"),
        Column("Happened", "times", is_number=True),
        Column("Counted", is_number=True),
        Column("Idle", is_number=True),
        Column("Result"),
        Column("Why"),
    )
    rows = [
        (
            Cell(one.role),
            Cell(one.stimulus.replace("_", " ")),
            _whole(one.times),
            _whole(one.counted),
            _whole(one.idle),
            Cell(one.result.value.replace("_", " ")),
            Cell(one.why or ""),
        )
        for one in run.counters.control
        if one.role in opened or one.result is not ControlResult.NOT_RUN
    ]
    caption = "Positive control: whether roles react to what they should count, asked before the first round"
    return Table(caption, columns, tuple(rows))


def _whole(amount: float | None) -> Cell:
    """Events come whole."""
    return count_cell(None if amount is None else round(amount))


def _derived(run: Run) -> Table:
    """Only what all inputs count for; what lacks one is absent with it."""
    counted = {role.role for role in run.counters.roles if run.counters.why_none(role) is None}
    columns = ("Derived", "Unit", "What it is, and what it does not say", "From")
    rows = [
        text_cells(
            (
                one.title,
                one.unit,
                f"{one.meaning}. {one.caveat}".removesuffix(". "),
                source_of(run, one) or one.formula({role: role for role in one.inputs}),
            )
        )
        for one in derived_of(run)
        if counted.issuperset(one.inputs)
    ]
    caption = "What is derived from the roles of one launch, with the worst status of its inputs"
    return Table(caption, tuple(map(Column, columns)), tuple(rows))


def _absent(run: Run) -> Table:
    """By reason: a list of seventy roles that all lack a PMU says one thing."""
    columns = (Column("Why"), Column("Roles", is_number=True), Column("Which"))
    rows = [
        (Cell(reason), count_cell(len(names)), Cell(", ".join(names)))
        for one in absences_of(run)
        if one.what in ("counters", "readings")
        for reason, names in _reasons(one)
    ]
    return Table("Counter roles without a value", columns, tuple(rows))


def _reasons(absence: Absence) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Why, and which roles; what launches could not count says in how many."""
    if not absence.causes:
        return ((absence.reason, absence.names),)
    return tuple((f"in {count(one.launches, 'launch')}: {one.why}", one.names) for one in absence.causes)
