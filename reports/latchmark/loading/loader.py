"""How is a run file loaded? Bounded read, contract, then values; any failure is one line."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from latchmark.errors import InvalidRunFile
from latchmark.loading.building import run_of
from latchmark.loading.contract import BrokenContract, check_contract
from latchmark.loading.document import LARGEST_FILE_BYTES, Unreadable, read_document
from latchmark.model import Run


def load(path: Path, largest_bytes: int = LARGEST_FILE_BYTES) -> Run:
    """The run in `path` (JSON, gzipped or not). Raises InvalidRunFile with `file: path: what`."""
    with _without_garbage_collection():
        try:
            document = read_document(path, largest_bytes)
            check_contract(document)
            return run_of(document, path.name)
        except Unreadable as error:
            raise InvalidRunFile(f"{path}: {error}") from error
        except BrokenContract as error:
            raise InvalidRunFile(f"{path}: {error}") from error


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    # Millions of new lists make the collector walk everything again and again: a third of the loading time.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
