"""How does a folder become a page? Each file is read once; one that is broken is a line with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import latchmark
from latchmark.cli.indexing_fleets import Start, fleet_row, hosts_of
from latchmark.errors import InvalidFleet, InvalidRunFile, InvalidVerdict, LatchmarkError, one_line, printable
from latchmark.loading import load
from latchmark.loading.document import LARGEST_FILE_BYTES
from latchmark.loading.fleet import load_fleet
from latchmark.loading.folder import contents_of
from latchmark.loading.verdicts import load_verdict
from latchmark.model.fleet import MANIFEST_NAME, Fleet
from latchmark.pages import folder_page
from latchmark.pages.folder_rows import Folder, GateRow, Located, PageRow, RunRow
from latchmark.pages.folder_runs import IndexedRun, indexed, indexed_verdict, remembered

_Unreadable = list[tuple[Located, str]]


def index_page(folder: Path, output: Path) -> str:
    """The index of `folder`, to be written to `output`, from whose folder its links lead."""
    return folder_page(read_folder(folder, output))


def read_folder(folder: Path, output: Path) -> Folder:
    """What lies in `folder`, by paths from the folder of `output`. Runs that the page at `output` knows by
    the SHA-256 of their files are not judged again."""
    start = Start(output.parent.resolve())
    program = _program()
    contents = contents_of(folder.resolve())
    unreadable = [(start.to(path), why) for path, why in contents.unreadable]
    fleets = _fleets(contents.fleets, start, unreadable)
    runs = _runs(contents.runs, start, hosts_of(fleets), _known(output, program), unreadable)
    gates = _gates(contents.verdicts, start, unreadable)
    by_path = {row.file.path: row for row in runs}
    rows = [fleet_row(start, path, fleet, by_path, folder.resolve()) for path, fleet in fleets.items()]
    linked = {row.page for row in runs} | {row.page for row in gates} | {row.comparison for row in rows}
    pages = [(page.kind, PageRow(start.to(page.path), page.title)) for page in contents.pages]
    return Folder(
        runs=tuple(runs),
        gates=tuple(gates),
        fleets=tuple(rows),
        comparisons=tuple(row for kind, row in pages if kind == "comparison" and row.file not in linked),
        trends=tuple(row for kind, row in pages if kind == "trend"),
        others=tuple(row for kind, row in pages if kind in ("run", "verdict") and row.file not in linked),
        unreadable=tuple(unreadable),
        program=program,
    )


def _fleets(paths: Sequence[Path], start: Start, unreadable: _Unreadable) -> Mapping[Path, Fleet]:
    fleets = {}
    for path in paths:
        try:
            fleets[path] = load_fleet(path)
        except InvalidFleet as error:
            # Which file of the fleet is wrong is part of the reason.
            why = str(error).replace(printable(f"{path}/"), "")
            unreadable.append((start.to(path / MANIFEST_NAME), why))
    return fleets


def _runs(
    paths: Sequence[Path],
    start: Start,
    hosts: Mapping[Path, str],
    known: Mapping[str, IndexedRun],
    unreadable: _Unreadable,
) -> list[RunRow]:
    rows = []
    for path in paths:
        try:
            sha256, run = _indexed(path, known)
        except InvalidRunFile as error:
            unreadable.append((start.to(path), _why(error)))
        except MemoryError:
            unreadable.append((start.to(path), "needs more memory than there is"))
        else:
            host = hosts.get(path, "")
            rows.append(RunRow(start.to(path), sha256, start.to_report(path), run, host=host))
    return rows


def _gates(paths: Sequence[Path], start: Start, unreadable: _Unreadable) -> list[GateRow]:
    rows = []
    for path in paths:
        try:
            verdict = indexed_verdict(load_verdict(path))
        except InvalidVerdict as error:
            unreadable.append((start.to(path), _why(error)))
        else:
            rows.append(GateRow(start.to(path), start.to_report(path), verdict))
    return rows


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
