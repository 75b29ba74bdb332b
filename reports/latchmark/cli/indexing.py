"""How does a folder become a page? Each file is read once; one that is broken is a line with the reason."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import latchmark
from latchmark.errors import InvalidRunFile, InvalidVerdict, LatchmarkError, one_line
from latchmark.loading import load
from latchmark.loading.document import LARGEST_FILE_BYTES
from latchmark.loading.folder import contents_of
from latchmark.loading.verdicts import load_verdict
from latchmark.pages import folder_page
from latchmark.pages.folder_rows import Folder, GateRow, Located, PageRow, RunRow
from latchmark.pages.folder_runs import IndexedRun, indexed, indexed_verdict, remembered


def index_page(folder: Path, output: Path) -> str:
    """The index of `folder`, to be written to `output`, from whose folder its links lead. Runs that the page
    at `output` knows by the SHA-256 of their files are not judged again."""
    start = _Start(output.parent.resolve())
    program = _program()
    known = _known(output, program)
    contents = contents_of(folder.resolve())
    runs: list[RunRow] = []
    gates: list[GateRow] = []
    unreadable = [(start.to(path), why) for path, why in contents.unreadable]
    for path in contents.runs:
        try:
            sha256, run = _indexed(path, known)
        except InvalidRunFile as error:
            unreadable.append((start.to(path), _why(error)))
        except MemoryError:
            unreadable.append((start.to(path), "needs more memory than there is"))
        else:
            runs.append(RunRow(start.to(path), sha256, start.to_report(path), run))
    for path in contents.verdicts:
        try:
            verdict = indexed_verdict(load_verdict(path))
        except InvalidVerdict as error:
            unreadable.append((start.to(path), _why(error)))
        else:
            gates.append(GateRow(start.to(path), start.to_report(path), verdict))
    linked = {row.page for row in runs} | {row.page for row in gates}
    pages = [(page.kind, PageRow(start.to(page.path), page.title)) for page in contents.pages]
    return folder_page(
        Folder(
            runs=tuple(runs),
            gates=tuple(gates),
            comparisons=tuple(row for kind, row in pages if kind == "comparison"),
            trends=tuple(row for kind, row in pages if kind == "trend"),
            others=tuple(row for kind, row in pages if kind in ("run", "verdict") and row.file not in linked),
            unreadable=tuple(unreadable),
            program=program,
        )
    )


@dataclass(frozen=True, slots=True)
class _Start:
    """The folder from which links lead."""

    folder: Path

    def to(self, path: Path) -> Located:
        return Located(os.path.relpath(path, self.folder))

    def to_report(self, path: Path) -> Located | None:
        """The page beside a file, where there is one."""
        page = path.with_name("report.html")
        return self.to(page) if page.is_file() else None


def _program() -> str:
    """A digest of this package's sources: with another one, checks may answer otherwise."""
    package = Path(latchmark.__file__).parent
    digest = hashlib.sha256()
    for source in sorted(package.rglob("*.py")):
        digest.update(source.relative_to(package).as_posix().encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()


def _known(page: Path, program: str) -> Mapping[str, IndexedRun]:
    try:
        return remembered(page.read_text("utf-8"), program) if page.is_file() else {}
    except (OSError, UnicodeError):
        return {}


def _indexed(path: Path, known: Mapping[str, IndexedRun]) -> tuple[str, IndexedRun]:
    """A run file by the SHA-256 of its bytes. One is in memory at a time: it may be a hundred megabytes."""
    try:
        # What is too large to be loaded is not worth reading through either: `load` says so.
        is_small = path.stat().st_size <= LARGEST_FILE_BYTES
        with open(path, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest() if is_small else ""
    except OSError as error:
        raise InvalidRunFile(f"{path}: cannot be read: {error.strerror or error}") from error
    return sha256, known.get(sha256) or indexed(load(path))


def _why(error: LatchmarkError) -> str:
    """The reason without the path, which the page shows beside it."""
    cause = error.__cause__
    if isinstance(cause, OSError):
        return f"cannot be read: {cause.strerror or cause}"
    return one_line(str(cause or error))
