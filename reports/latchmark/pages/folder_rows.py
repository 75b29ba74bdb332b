"""What was found in a folder, a row each? Files by their path from the page, with what is kept of them."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from urllib.parse import quote

from latchmark.errors import printable
from latchmark.model.fleet import Fleet, HostState, HostStatus
from latchmark.pages.folder_runs import IndexedRun, IndexedVerdict
from latchmark.wording import utc


@dataclass(frozen=True, slots=True)
class Located:
    """A file by its path from the page's folder (untrusted; bytes that are no UTF-8 are surrogates)."""

    path: str

    @property
    def link(self) -> str:
        """As a relative address. Begins with `./`, because a name may begin like a scheme: `javascript:`."""
        return f"./{quote(os.fsencode(self.path))}"

    @property
    def told(self) -> str:
        """For people: line breaks and control characters are spelled out."""
        return printable(self.path)

    @property
    def is_typable(self) -> bool:
        """Whether a command can name it; what is not printable might command the terminal."""
        return self.path.isprintable()

    @property
    def argument(self) -> str:
        """As a word of a command that is no option."""
        return shlex.quote(f"./{self.path}" if self.path.startswith("-") else self.path)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run file: `page` is the report beside it, where there is one; `host` is the name under which a fleet
    knows the machine, empty outside of one."""

    file: Located
    sha256: str
    page: Located | None
    run: IndexedRun
    copies: tuple[Located, ...] = ()
    host: str = ""

    @property
    def machine(self) -> tuple[str, str]:
        """Which machine it is of: machines of one model have one hard key, and a fleet has many of them."""
        return self.host, self.run.hard_key_hash

    @property
    def best(self) -> Located:
        """Its page, or its file where there is none."""
        return self.page or self.file

    @property
    def points(self) -> str:
        """`112 of 120`, or `120` where all have a value."""
        run = self.run
        planned = f"{run.planned:,}"
        return planned if run.measured == run.planned else f"{run.measured:,} of {planned}"

    @property
    def state(self) -> str:
        """Complete, or why not."""
        why = self.run.why_incomplete
        return f"incomplete: {why}" if why else "complete"


@dataclass(frozen=True, slots=True)
class GateRow:
    """A verdict file and its page, where there is one."""

    file: Located
    page: Located | None
    verdict: IndexedVerdict

    @property
    def told(self) -> str:
        """`ab of 2026-01-31 12:00 UTC, exit code 0`; a gate that measured nothing has no time."""
        verdict = self.verdict
        when = f" of {utc(verdict.started_utc)}" if verdict.started_utc else ""
        return f"{verdict.mode}{when}, exit code {verdict.exit_code}"


@dataclass(frozen=True, slots=True)
class HostRow:
    """A host of a fleet run: `run` is what it measured, `log` and `journal` are what else was brought back,
    where there is any; `doubt` says where its files are not those of its status."""

    status: HostStatus
    run: RunRow | None
    log: Located | None
    journal: Located | None
    doubt: str = ""

    @property
    def answer(self) -> str:
        """Its state among those of checks, which have a colour and a mark."""
        return _ANSWERS.get(self.status.state, "warn")


# What is missing is no failure of the machine; nobody knows yet of what was not collected.
_ANSWERS = {HostState.OK: "pass", HostState.FAILED: "fail", HostState.NOT_COLLECTED: "not-known"}


@dataclass(frozen=True, slots=True)
class FleetRow:
    """A fleet run and the pages in its folder, where they are. `is_here` says that the index is of this
    folder."""

    folder: Located
    fleet: Fleet
    hosts: tuple[HostRow, ...]
    index: Located | None
    comparison: Located | None
    table: Located | None
    log: Located | None
    is_here: bool

    @property
    def compare(self) -> str:
        """The command for its comparison; empty where it has one, or there are no two runs."""
        if self.comparison or self.fleet.measured < 2 or not self.folder.is_typable:
            return ""
        output = Located(os.path.normpath(os.path.join(self.folder.path, "comparison.html")))
        return f"latchmark compare --fleet {self.folder.argument} -o {output.argument}"

    @property
    def answer(self) -> str:
        """Its exit code among the answers of checks."""
        return {0: "pass", 1: "fail", 4: "fail"}.get(self.fleet.exit_code, "warn")


@dataclass(frozen=True, slots=True)
class PageRow:
    """A comparison or a history; its title is its own."""

    file: Located
    title: str


@dataclass(frozen=True, slots=True)
class Folder:
    """All that was found; `others` are pages without their run or verdict file beside them, `unreadable` has
    the reason of each, `program` is a digest of what judged the runs."""

    runs: tuple[RunRow, ...]
    gates: tuple[GateRow, ...] = ()
    fleets: tuple[FleetRow, ...] = ()
    comparisons: tuple[PageRow, ...] = ()
    trends: tuple[PageRow, ...] = ()
    others: tuple[PageRow, ...] = ()
    unreadable: tuple[tuple[Located, str], ...] = ()
    program: str = ""
