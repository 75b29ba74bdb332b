"""How is the gate asked? The options of `ab`, `baseline`, `calibrate` and `explain`."""

from __future__ import annotations

import argparse
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latchmark.cli import gate_modes
from latchmark.cli.verdicts import FORMATS
from latchmark.errors import LatchmarkError
from latchmark.gate.failures import GateFailed
from latchmark.gate.stages.lock import HOST_LOCK


def _guarded(command: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The command, so that a mistake in it ends with 4: Python's own 1 would say that something
    regressed."""

    def guarded(options: argparse.Namespace) -> int:
        try:
            return command(options)
        except (LatchmarkError, MemoryError):
            raise
        except Exception as error:
            traceback.print_exc()
            raise GateFailed(
                f"{type(error).__name__}: {error}: a mistake in the gate itself, no verdict"
            ) from error

    return guarded


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds `gate` and its four modes to the parser's commands."""
    gate = commands.add_parser("gate", help="did a change make it worse?")
    modes = gate.add_subparsers(required=True, metavar="MODE")
    _add_ab(modes)
    _add_baseline(modes)
    _add_calibrate(modes)
    _add_explain(modes)


def _add_ab(modes: argparse._SubParsersAction[Any]) -> None:
    ab = modes.add_parser("ab", help="two binaries on this machine, now")
    ab.add_argument("--base", metavar="BIN", help="the binary before the change")
    ab.add_argument("--head", metavar="BIN", help="the binary with the change")
    _add_measuring(ab)
    ab.add_argument("--resume", metavar="DIR", type=Path, help="goes on with an interrupted gate")
    ab.add_argument("--budget", metavar="MIN", type=_positive, help="minutes that it may take")
    ab.add_argument(
        "--inject",
        metavar="POINT=+x%",
        action="append",
        default=[],
        help="lets head do x %% more operations of a point than it reports: a slowdown of known size",
    )
    ab.add_argument(
        "--min-coverage", metavar="P", type=_share, help="part of the points that must be decided"
    )
    ab.add_argument("--on-inconclusive", choices=("fail", "pass"), help="what a lower coverage means")
    ab.add_argument(
        "--strict-env", action="store_true", help="a machine that was set up otherwise is no verdict"
    )
    ab.add_argument("--policy", metavar="FILE", help="limits, roles and permissions (reports/policy.toml)")
    ab.add_argument("--floor", metavar="FILE", help="what `gate calibrate` wrote for this machine")
    ab.add_argument("--source", metavar="DIR", help="checkout in which the experiments' lines are looked up")
    # Of what scripts/latchmark has built: the command that repeats a gate builds it again.
    for side in ("--base-rev", "--head-rev"):
        ab.add_argument(side, metavar="COMMIT", help=argparse.SUPPRESS)
    ab.set_defaults(command=_guarded(gate_modes.ab))


def _add_baseline(modes: argparse._SubParsersAction[Any]) -> None:
    baseline = modes.add_parser("baseline", help="a run against a stored one of the same machine")
    baseline.add_argument("--baseline", metavar="RUN", type=Path, required=True, help="the reference run")
    baseline.add_argument("--head", metavar="RUN", type=Path, required=True)
    baseline.add_argument("--policy", metavar="FILE", type=Path)
    baseline.add_argument("--floor", metavar="FILE", type=Path)
    baseline.add_argument("--out", metavar="DIR", type=Path, help="folder for the outputs; none without it")
    baseline.add_argument("--source", metavar="DIR", type=Path)
    baseline.add_argument("--strict-env", action="store_true")
    baseline.set_defaults(command=_guarded(gate_modes.baseline))


def _add_calibrate(modes: argparse._SubParsersAction[Any]) -> None:
    calibrate = modes.add_parser("calibrate", help="how noisy is each point here, when nothing differs?")
    calibrate.add_argument("--bench", metavar="BIN", required=True)
    calibrate.add_argument("--rebuilt", metavar="BIN", help="the same source, compiled again")
    calibrate.add_argument(
        "--shuffled", metavar="BIN", action="append", default=[], help="another layout of it"
    )
    _add_measuring(calibrate)
    calibrate.add_argument("--pairs", metavar="N", type=int, default=60)
    calibrate.add_argument(
        "--day",
        dest="days",
        metavar="RUN",
        type=Path,
        action="append",
        default=[],
        help="a run of the same build on some day; several give what a day adds",
    )
    calibrate.add_argument("--policy", metavar="FILE", type=Path)
    calibrate.add_argument("--floor", metavar="FILE", type=Path, help="where the floor goes; else into --out")
    calibrate.set_defaults(command=_guarded(gate_modes.calibrate))


def _add_measuring(command: argparse.ArgumentParser) -> None:
    command.add_argument("--runner", metavar="BIN", help="executes the stages; the first binary unless given")
    command.add_argument("--preset", default="gate")
    command.add_argument(
        "--filter", metavar="RE", help="only points whose name this regular expression finds"
    )
    command.add_argument("--seed", metavar="N", type=int, help="of all orders; recorded in any case")
    # Tests measure nothing that matters, and must not wait for somebody who does.
    command.add_argument("--lock-name", default=HOST_LOCK, help=argparse.SUPPRESS)
    command.add_argument("--alias", metavar="NAME", help="of this machine on pages")
    command.add_argument("--out", metavar="DIR", type=Path, help="results/gates/TIME unless given")


def _add_explain(modes: argparse._SubParsersAction[Any]) -> None:
    explain = modes.add_parser("explain", help="why is each verdict what it is?")
    explain.add_argument("verdict", metavar="VERDICT", type=Path, help="verdict.json, or a gate's folder")
    explain.add_argument("point", metavar="POINT_RE", nargs="?", help="only points whose name it finds")
    explain.add_argument("--format", choices=("text", "html", *FORMATS), default="text")
    explain.add_argument("-o", dest="output", metavar="FILE", type=Path, help="instead of standard output")
    explain.set_defaults(command=_guarded(gate_modes.explain))


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no part of 1")
    return value
