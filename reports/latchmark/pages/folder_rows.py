"""What was found in a folder, a row each? Files by their path from the page, with what is kept of them."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from urllib.parse import quote

from latchmark.errors import printable
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
    """A run file: `page` is the report beside it, where there is one."""

    file: Located
    sha256: str
    page: Located | None
    run: IndexedRun
    copies: tuple[Located, ...] = ()

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
    comparisons: tuple[PageRow, ...] = ()
    trends: tuple[PageRow, ...] = ()
    others: tuple[PageRow, ...] = ()
    unreadable: tuple[tuple[Located, str], ...] = ()
    program: str = ""
