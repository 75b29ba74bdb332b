"""Is a package missing that a command needs? Then it is named; a fault of this one is not told as that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from latchmark.errors import MissingPackage


@contextmanager
def installed() -> Iterator[None]:
    """Around the imports of what draws and renders. Raises MissingPackage where a package of others cannot be
    imported."""
    try:
        yield
    except ImportError as error:
        # No installation mends a module of our own that is not there.
        if (error.name or "").partition(".")[0] == "latchmark":
            raise
        raise MissingPackage(f"{error}: install the package, or run `scripts/latchmark setup`") from error
