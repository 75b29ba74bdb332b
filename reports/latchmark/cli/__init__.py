"""Which commands are there? Each module brings its own; here they meet a parser and an exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from latchmark.cli import folder, gate, reports, trend
from latchmark.errors import LatchmarkError, WrongUsage


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns what it ends with: 0 done, 2 bad usage or input, 4 cannot write or a package
    is missing; of the gate also 1 and 3."""
    try:
        options = _parser().parse_args(arguments)
        return int(options.command(options))
    except LatchmarkError as error:
        print(f"latchmark: {error}", file=sys.stderr)
        return error.exit_code
    except MemoryError:
        print("latchmark: not enough memory for these run files", file=sys.stderr)
        return 4


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One line instead of argparse's two; the usage is a `--help` away.
        raise WrongUsage(f"{message} (see `{self.prog} --help`)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="latchmark", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    reports.add(commands)
    trend.add(commands)
    folder.add(commands)
    gate.add(commands)
    return parser
