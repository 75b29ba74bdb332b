"""How does a gate end without a verdict? One line and an exit code, as everywhere."""

from __future__ import annotations

from latchmark.errors import LatchmarkError


class GateFailed(LatchmarkError):
    """The run itself failed: a lock, a disk, a program that is not there."""

    exit_code = 4


class Stopped(LatchmarkError):
    """Stopped by a signal; the folder can be resumed."""

    exit_code = 3


class NothingKnown(Exception):
    """What was measured says nothing (damaged, another machine, a clock that went backwards): exit code 3,
    and this sentence in the verdict."""
