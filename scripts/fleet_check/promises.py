"""Which promises were held? One line each, and what they come to as an exit code."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from enum import Enum

from fleet_check.isolation import CannotCheck

# What scripts/parts.sh calls `ok, in part`.
LEFT_OUT_CODE = 77


class Answer(Enum):
    HELD = "held"
    BROKEN = "BROKEN"
    LEFT_OUT = "left out"


class Broken(Exception):
    """What a promise should have been, and what was found: one line."""


def expect(is_so: bool, otherwise: str) -> None:
    """Raises Broken with `otherwise` where it is not so."""
    if not is_so:
        raise Broken(otherwise)


class Promises:
    """Collects the answers."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def ask(self, promise: str, look: Callable[[], str]) -> None:
        """Prints how `look` ends: it returns the numbers, raises Broken, or CannotCheck. Nothing that goes
        wrong with one promise keeps the others from being looked at."""
        try:
            self._tell(Answer.HELD, promise, look())
        except CannotCheck as why:
            self._tell(Answer.LEFT_OUT, promise, str(why))
        # What a step cannot find or does not end is a broken promise, and no reason to stop.
        except (Broken, OSError, ValueError, KeyError, StopIteration, subprocess.SubprocessError) as what:
            kind = "" if isinstance(what, Broken) else f"{type(what).__name__}: "
            self._tell(Answer.BROKEN, promise, f"{kind}{what}")

    def _tell(self, answer: Answer, promise: str, told: str) -> None:
        self.answers.append(answer)
        print(f"{answer.value:<8} {promise}: {told}", flush=True)

    @property
    def exit_code(self) -> int:
        return exit_code_of(self.answers)


def exit_code_of(answers: Sequence[Answer]) -> int:
    """A check that looked at nothing has shown nothing."""
    if Answer.BROKEN in answers or not answers:
        return 1
    return LEFT_OUT_CODE if Answer.LEFT_OUT in answers else 0
