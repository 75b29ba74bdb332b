"""What became of a host? Decided from the files that came back, which are looked at before they get a place.

An engine puts what it fetches, flat and under these names, into `incoming_of(folder, host)`; `adopt` does
the rest. Targets are not trusted: any other name, link, pipe or too large a file is thrown away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from latchmark.errors import CannotWrite, InvalidRunFile, one_line
from latchmark.exporting.fleet import write_status
from latchmark.loading import load
from latchmark.model import LaunchStatus, Run
from latchmark.model.fleet import HOSTS_FOLDER, LOG_NAME, RUN_NAME, HostState, HostStatus

RUN_FILE = "run.json"
JOURNAL = "journal.jsonl"
ENDED = "ended"
# The page beside a run file.
REPORT = "report.html"
FETCHED = (RUN_FILE, JOURNAL, LOG_NAME, ENDED)
# What the loader reads at most; a host that sends more sends no run.
LARGEST_BYTES = 200 * 1024 * 1024
# How a target begins the line that says that a package cannot run there.
INCOMPATIBLE = "incompatible: "

_COMPLETE = (HostState.OK, HostState.FAILED)


@dataclass(frozen=True)
class Word:
    """What an engine learnt of one host, `exit_code` and `architecture` None where nobody said them.

    `reason` is one line (untrusted). `is_started` is false where the engine failed before anything was
    measured, `is_running` true where the host still measures.
    """

    is_reached: bool
    architecture: str | None
    exit_code: int | None
    reason: str
    is_started: bool = True
    is_running: bool = False


@dataclass(frozen=True)
class _Told:
    """What the files in `incoming` say, before anything has moved."""

    run: Run | None
    refused: str  # why a run file is none; empty where there is none or it is good
    exit_code: int | None
    last_words: str
    is_anything: bool


def incoming_of(folder: Path, host: str) -> Path:
    """Where an engine puts what it fetches from a host."""
    return folder / HOSTS_FOLDER / host / ".incoming"


def run_folder_of(folder: Path, host: str) -> Path:
    """Where the run of a host has its place."""
    return (folder / HOSTS_FOLDER / host / RUN_NAME).parent


def now_utc() -> str:
    """As manifests and statuses have it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def adopt(
    folder: Path,
    host: str,
    incoming: Path,
    word: Word,
    previous: HostStatus | None,
    largest_bytes: int = LARGEST_BYTES,
) -> HostStatus:
    """Moves what came back to its place, writes the status and returns it. What is there is only replaced by
    something better, and where nothing new is known nothing changes. Raises CannotWrite."""
    told = _read(incoming, largest_bytes)
    state, reason = _judged(told, word, previous)
    if previous is not None and previous.state in _COMPLETE and not _is_better(state, previous.state):
        shutil.rmtree(incoming, ignore_errors=True)
        return previous
    place = run_folder_of(folder, host)
    try:
        _move(incoming, place, told)
        sha256 = _sha256(place / RUN_FILE)
    except OSError as error:
        raise CannotWrite(f"{place.parent}: cannot be filled: {error.strerror or error}") from error
    known = (told.exit_code, word.exit_code, previous.exit_code if previous else None)
    status = HostStatus(
        host=host,
        state=state,
        reason=one_line(reason),
        exit_code=next((code for code in known if code is not None), None),
        utc=now_utc(),
        architecture=word.architecture or (previous.architecture if previous else None),
        attempt=previous.attempt if previous else 1,
        run_sha256=sha256,
    )
    if previous is not None and replace(status, utc=previous.utc) == previous:
        return previous
    write_status(folder, status)
    return status


def _is_better(state: HostState, than: HostState) -> bool:
    return state is HostState.OK and than is not HostState.OK


def _judged(told: _Told, word: Word, previous: HostStatus | None) -> tuple[HostState, str]:
    """The state and the reason, from the files first and from the engine where they are silent."""
    if told.run is not None and told.run.complete:
        return _of_complete(told.run)
    if told.refused:
        return HostState.INCOMPATIBLE, told.refused
    if word.is_running:
        return HostState.NOT_COLLECTED, word.reason or "it still measures"
    if word.reason.startswith(INCOMPATIBLE):
        return HostState.INCOMPATIBLE, word.reason.removeprefix(INCOMPATIBLE)
    if told.run is not None:
        return HostState.INCOMPLETE, told.run.incomplete_reason or "it did not end"
    if told.is_anything:
        return HostState.INCOMPLETE, _how_it_ended(told, word)
    waits = previous is not None and previous.state is HostState.NOT_COLLECTED
    if previous is not None and not waits and word.is_started:
        return previous.state, previous.reason
    if word.is_reached:
        return HostState.INCOMPLETE, word.reason or "nothing came back"
    if waits and word.is_started:
        return HostState.NOT_COLLECTED, f"was started, and cannot be reached now: {word.reason}"
    return HostState.UNREACHABLE, word.reason


def _of_complete(run: Run) -> tuple[HostState, str]:
    if not run.launches:
        return HostState.INCOMPLETE, "nothing could be measured: every point is skipped"
    bad = [launch.status for launch in run.launches if launch.status is not LaunchStatus.OK]
    if not bad:
        return HostState.OK, ""
    kinds = ", ".join(sorted({status.text for status in bad}))
    return HostState.FAILED, f"{len(bad)} of {len(run.launches)} launches: {kinds}"


def _how_it_ended(told: _Told, word: Word) -> str:
    code = told.exit_code if told.exit_code is not None else word.exit_code
    if code == 0:
        return "ended with 0, and left no run file"
    if code is None:
        how = word.reason or "it did not end"
    else:
        how = f"ended by signal {code - 128}" if code > 128 else f"ended with {code}"
    return f"{how}: {told.last_words}" if told.last_words else how


def _read(incoming: Path, largest_bytes: int) -> _Told:
    run, refused = None, _drop_what_is_no_file(incoming, largest_bytes)
    if (incoming / RUN_FILE).exists():
        try:
            run = load(incoming / RUN_FILE, largest_bytes)
        except InvalidRunFile as error:
            refused = f"{RUN_FILE}: {error.__cause__ or error}"
    return _Told(
        run=run,
        refused=refused,
        exit_code=_exit_code(incoming / ENDED),
        last_words=_last_line(incoming / LOG_NAME),
        is_anything=any((incoming / name).exists() for name in FETCHED),
    )


def _drop_what_is_no_file(incoming: Path, largest_bytes: int) -> str:
    """Removes all that is no regular file of a known name and size; why there is no run file then."""
    refused = ""
    for path in tuple(incoming.iterdir()) if incoming.is_dir() else ():
        what = path.lstat()
        is_file = stat.S_ISREG(what.st_mode)
        if path.name in FETCHED and is_file and what.st_size <= largest_bytes:
            continue
        if path.name == RUN_FILE:
            refused = (
                f"{RUN_FILE}: is larger than {largest_bytes} B" if is_file else f"{RUN_FILE}: is no file"
            )
        if stat.S_ISDIR(what.st_mode):
            shutil.rmtree(path)
        else:
            path.unlink()
    return refused


def _exit_code(path: Path) -> int | None:
    text = _tail(path, 16).strip()
    return int(text) if text.isascii() and text.isdigit() and int(text) <= 255 else None


def _last_line(path: Path) -> str:
    lines = _tail(path, 4096).strip().splitlines()
    return one_line(lines[-1], 200) if lines else ""


def _tail(path: Path, most_bytes: int) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most_bytes))
        return file.read(most_bytes).decode("utf-8", "replace")


def _move(incoming: Path, place: Path, told: _Told) -> None:
    """Renames, so that whoever reads sees the old or the new. The journal of a complete run is in its file;
    of two journals the longer one knows more, since a resumed one begins with what was there."""
    if not incoming.is_dir():
        return
    place.mkdir(parents=True, exist_ok=True)
    journal = place / JOURNAL
    if told.run is not None:
        os.replace(incoming / RUN_FILE, place / RUN_FILE)
        (place / REPORT).unlink(missing_ok=True)  # of another run
    if told.run is not None and told.run.complete:
        journal.unlink(missing_ok=True)
    elif _size(incoming / JOURNAL) > _size(journal):
        os.replace(incoming / JOURNAL, journal)
    if (incoming / LOG_NAME).exists():
        os.replace(incoming / LOG_NAME, place.parent / LOG_NAME)
    shutil.rmtree(incoming)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else -1


def _sha256(path: Path) -> str | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
