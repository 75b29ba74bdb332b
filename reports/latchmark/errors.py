"""How does a command fail? One exception family; each becomes one line on standard error and an exit code."""

from __future__ import annotations


def printable(text: str) -> str:
    """`text` with line breaks and control characters spelled out: a name must not command a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def one_line(text: str, limit: int = 400) -> str:
    """`text` made printable, at most `limit` long: one line of a terminal."""
    visible = printable(text)
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"


class LatchmarkError(Exception):
    """What went wrong, where, and what to do, in one line."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


class InvalidRunFile(LatchmarkError):
    """A run file that cannot be trusted: `file: path: what`."""


class InvalidVerdict(LatchmarkError):
    """A verdict file that cannot be trusted: `file: path: what`."""


class InvalidFleet(LatchmarkError):
    """A folder of a fleet run that cannot be trusted: `file: path: what`."""


class WrongUsage(LatchmarkError):
    """Arguments that do not fit together."""


class CannotWrite(LatchmarkError):
    """An output file could not be written."""

    exit_code = 4


class MissingPackage(LatchmarkError):
    """A Python package that the command needs is not installed."""

    exit_code = 4
