"""What lies in a folder of results? Runs, gates, fleets and pages by their first bytes; none is loaded."""

from __future__ import annotations

import html
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from latchmark.model.fleet import MANIFEST_NAME

# The schema is the first member that the suite writes; a page says its kind before its style.
_HEAD_BYTES = 4096
_RUN = re.compile(rb'"schema"\s*:\s*"latchmark\.run/')
_KIND = re.compile(r'<meta name="latchmark-page" content="(\w{1,40})">')
_TITLE = re.compile(r"<title>(.*?) · latchmark</title>", re.DOTALL)
# These are what they are called even when nothing in them can be read; others must say so themselves.
_RUN_NAMES = ("run.json", "run.json.gz")
VERDICT_NAME = "verdict.json"


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page of this suite: `kind` is `comparison`, `trend` and so on, `title` its own words (untrusted)."""

    path: Path
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Contents:
    """Paths below one folder, in the order of their bytes; `fleets` are the folders of fleet runs,
    `unreadable` are folders with the reason."""

    runs: tuple[Path, ...]
    verdicts: tuple[Path, ...]
    fleets: tuple[Path, ...]
    pages: tuple[FoundPage, ...]
    unreadable: tuple[tuple[Path, str], ...]


def contents_of(folder: Path) -> Contents:
    """What lies in `folder` at any depth.

    Links to folders are not followed, so that no loop of them is endless and nothing beyond `folder` is
    read; hidden names are left out. The run files of a gate belong to its verdict and are no runs of their
    own.
    """
    unreadable: list[tuple[Path, str]] = []
    runs, verdicts, fleets, pages = [], [], [], []
    for path in _files_below(folder, unreadable):
        if path.name == VERDICT_NAME:
            verdicts.append(path)
        elif path.name == MANIFEST_NAME:
            fleets.append(path.parent)
        elif path.name in _RUN_NAMES or (path.suffix in (".json", ".gz") and _RUN.search(_head_of(path))):
            runs.append(path)
        elif path.suffix == ".html" and (page := _page_at(path)):
            pages.append(page)
    return Contents(tuple(runs), tuple(verdicts), tuple(fleets), tuple(pages), tuple(unreadable))


def _files_below(folder: Path, unreadable: list[tuple[Path, str]]) -> Iterator[Path]:
    # A stack of its own, because folders may be nested more deeply than functions.
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            with os.scandir(here) as entries:
                found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            unreadable.append((here, f"cannot be listed: {error.strerror or error}"))
            continue
        is_gate = any(entry.name == VERDICT_NAME for entry in found)
        below = []
        for entry in found:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(here / entry.name)
            # A pipe or a device would be waited for.
            elif _is_file(entry):
                yield here / entry.name
        if not is_gate:
            waiting.extend(reversed(below))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _head_of(path: Path) -> bytes:
    """The first bytes of what a file holds; none where it cannot be read, which is told when it is loaded."""
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return b""
    if head.startswith(b"\x1f\x8b"):
        try:
            return zlib.decompressobj(wbits=31).decompress(head, _HEAD_BYTES)
        except zlib.error:
            return b""
    return head


def _page_at(path: Path) -> FoundPage | None:
    head = _head_of(path).decode("utf-8", "replace")
    kind = _KIND.search(head)
    title = _TITLE.search(head)
    return FoundPage(path, kind[1], html.unescape(title[1])) if kind and title else None
