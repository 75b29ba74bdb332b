"""How does a page or an export reach the disk? Beside its place, then renamed: nobody sees half a file."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from pathlib import Path

from latchmark.errors import CannotWrite


def write(text: str, path: Path | None) -> None:
    """Writes `text` as UTF-8 to `path`, or to standard output without one. Raises CannotWrite."""
    content = text.encode("utf-8")
    try:
        if path is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            _put(path, content)
    except OSError as error:
        raise CannotWrite(
            f"{path or 'standard output'}: cannot be written: {error.strerror or error}"
        ) from error


def _put(path: Path, content: bytes) -> None:
    """Into a pipe or a device itself; otherwise a new file in the place that a link leads to."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG
    if stat.S_ISDIR(mode):
        raise CannotWrite(f"{path}: is a folder: name a file in it")
    if stat.S_ISREG(mode):
        _replace(path.resolve(), content)
    else:
        path.write_bytes(content)


def _replace(path: Path, content: bytes) -> None:
    # In the same folder, because a rename is only atomic within one file system.
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for the owner alone; a report is for whoever may read a file made here.
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
