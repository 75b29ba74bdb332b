"""One preset on many machines, and one comparison: `latchmark fleet run|status|collect`."""

from __future__ import annotations

import argparse
import math
import re
import secrets
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import controlling
from ansible_engine import Ansible
from collecting import LARGEST_BYTES, now_utc
from controlling import Patience, new_status
from engine import Engine
from inventory import in_full
from packages import packages_of

from latchmark.errors import LatchmarkError, WrongUsage, one_line
from latchmark.model.fleet import Fleet

DEFAULT_PRESET = "quick"
# Longer than any preset takes, short enough that a forgotten run is gone the next day.
DEFAULT_TIME_TO_LIVE_H = 24.0
_PRESET = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)
_CANNOT_BE_CHANGED = "goes on with what the run began with: leave {} out"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="latchmark fleet", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|status|collect")
    run = commands.add_parser("run", help="start everywhere, sleep, collect, compare", allow_abbrev=False)
    engine = run.add_mutually_exclusive_group()
    engine.add_argument("--inventory", metavar="INV", help="Ansible's, a file or folder, or `HOST,`")
    engine.add_argument(
        "--slurm", action="store_true", help="nodes of the cluster that this machine belongs to"
    )
    engine.add_argument(
        "--resume", type=Path, metavar="DIR", help="complete a fleet run, where it is not complete"
    )
    run.add_argument("--limit", metavar="PATTERN", help="only hosts of the inventory that fit")
    run.add_argument("--partition", metavar="P")
    run.add_argument("--nodes", metavar="N1,N2")
    run.add_argument("--constraint", metavar="FEATURE", action="append", default=[])
    run.add_argument("--out", type=Path, metavar="DIR", help="results/fleet/TIME-PRESET unless given")
    run.add_argument(
        "--time-to-live",
        type=_hours,
        default=DEFAULT_TIME_TO_LIVE_H,
        metavar="HOURS",
        help="after which a host ends the run and removes it, whoever is gone (24)",
    )
    run.add_argument("--package", type=Path, action="append", default=[], metavar="FILE")
    run.add_argument("preset", nargs="?", metavar="PRESET", help=f"{DEFAULT_PRESET} unless given")
    run.add_argument("--rounds", type=_count, metavar="N")
    run.add_argument("--filter", metavar="RE")
    run.add_argument("--seed", metavar="N")
    status = commands.add_parser("status", help="what the files say", allow_abbrev=False)
    status.add_argument("folder", type=Path, metavar="DIR")
    status.add_argument("--ask", action="store_true", help="the hosts too: disturbs what still measures")
    collect = commands.add_parser("collect", help="ask, fetch, clear away, redraw", allow_abbrev=False)
    collect.add_argument("folder", type=Path, metavar="DIR")
    for command in (run, collect):
        # For tests: to be hostile with small files, and not to wait for long.
        command.add_argument("--largest-bytes", type=_count, default=LARGEST_BYTES, help=argparse.SUPPRESS)
        command.add_argument("--grace-s", type=float, default=Patience.grace_s, help=argparse.SUPPRESS)
    return parser


def _hours(text: str) -> float:
    hours = float(text)
    # What the target's script takes; less than a minute would end a run before it is collected.
    if not 60 <= math.ceil(hours * 3600) <= 30 * 24 * 3600:
        raise argparse.ArgumentTypeError("must be between a minute (0.017) and 30 days (720)")
    return hours


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return count


def _run(options: argparse.Namespace) -> int:
    patience = _patience(options, options.time_to_live)
    if options.resume is not None:
        given = ("preset", "rounds", "filter", "seed", "out", "limit", "partition", "nodes", "constraint")
        for name in given:
            if getattr(options, name):
                raise WrongUsage("--resume " + _CANNOT_BE_CHANGED.format(name))
        return controlling.resume(options.resume, options.package, patience)
    preset = options.preset or DEFAULT_PRESET
    if not _PRESET.fullmatch(preset):
        raise WrongUsage(f"{preset!r} cannot be a preset; `latchmark list` has them all")
    engine_name, engine = _engine(options)
    hosts = engine.hosts()
    packages = packages_of(options.package)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = options.out or Path("results", "fleet", f"{moment}-{preset}")
    fleet = Fleet(
        id=secrets.token_hex(6),
        preset=preset,
        engine=engine_name,
        started_utc=now_utc(),
        options=_words(options),
        packages=packages.packages,
        hosts=tuple(new_status(host) for host in hosts),
        told_engine=engine.told,
    )
    return controlling.run(folder, fleet, engine, packages, patience)


def _engine(options: argparse.Namespace) -> tuple[str, Engine]:
    slurm_only = [name for name in ("partition", "nodes", "constraint") if getattr(options, name)]
    if options.slurm:
        if options.limit is not None:
            raise WrongUsage(
                "--limit belongs to --inventory; Slurm has --nodes, --partition and --constraint"
            )
        from slurm import Slurm

        return "slurm", Slurm(options.partition, options.nodes, tuple(options.constraint))
    if options.inventory is None:
        raise WrongUsage("fleet run needs --inventory INV, --slurm or --resume DIR")
    if slurm_only:
        raise WrongUsage(f"--{slurm_only[0]} belongs to --slurm; an inventory has --limit")
    return "ansible", Ansible(in_full(options.inventory), options.limit)


def _words(options: argparse.Namespace) -> tuple[str, ...]:
    told = (("--rounds", options.rounds), ("--filter", options.filter), ("--seed", options.seed))
    return tuple(word for name, value in told if value is not None for word in (name, str(value)))


def _patience(options: argparse.Namespace, hours: float) -> Patience:
    return Patience(math.ceil(hours * 3600), options.grace_s, options.largest_bytes)


def _interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main(words: Sequence[str]) -> int:
    """The exit code of DESIGN's table; what is wrong is one line on standard error."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    options = _parser().parse_args(words)
    try:
        if options.command == "status":
            return controlling.status(options.folder, options.ask)
        if options.command == "collect":
            return controlling.collect(options.folder, _patience(options, DEFAULT_TIME_TO_LIVE_H))
        return _run(options)
    except LatchmarkError as error:
        print(f"latchmark: {error}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"latchmark: {one_line(str(error))}", file=sys.stderr)
        return 4
    except KeyboardInterrupt:
        told = "what was started goes on; `latchmark fleet collect DIR` gets it, or its time to live ends it"
        print(f"latchmark: interrupted: {told}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
