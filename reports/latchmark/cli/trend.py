"""How did a machine's numbers move over its runs? `trend`, with an index that saves reading old files."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from latchmark.cli.packages import installed
from latchmark.errors import InvalidRunFile, WrongUsage, printable
from latchmark.exporting.writing import write
from latchmark.loading import load
from latchmark.trend import History, RecordedRun, history_of, merged, recorded
from latchmark.trend.index import UnusableIndex, add_runs, known_runs, rebuild

FORMATS = ("html", "markdown", "json", "csv")


def _trend(options: argparse.Namespace) -> int:
    known, unusable = _known(options)
    given = _recorded(options.runs, {run.sha256: run for run in known})
    runs = merged(known, given)
    # First, so that runs which do not belong together never reach the index.
    history = history_of(runs)
    if unusable is not None:
        aside = rebuild(options.index, runs)
        told = f"latchmark: {unusable}; kept as {aside.name} and made again from {len(given)} run files"
        print(printable(told), file=sys.stderr)
    elif options.index is not None and given:
        add_runs(options.index, given)
    write(_text(history, options.format), options.output)
    return 0


def _known(options: argparse.Namespace) -> tuple[tuple[RecordedRun, ...], UnusableIndex | None]:
    """The runs of the index, and why it must be made again."""
    if options.index is None:
        if not options.runs:
            raise WrongUsage("trend needs run files, an --index, or both")
        return (), None
    try:
        known = known_runs(options.index)
    except UnusableIndex as error:
        if options.runs:
            return (), error
        raise UnusableIndex(f"{error}: give the run files, and it is made again") from error
    if not known and not options.runs:
        raise WrongUsage(f"{options.index}: holds no run: give run files to add")
    return known, None


def _recorded(paths: Sequence[Path], known: Mapping[str, RecordedRun]) -> list[RecordedRun]:
    """Each run file in short, one at a time: a hundred of them together would not fit into memory."""
    found = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise InvalidRunFile(f"{path}: cannot be read: {error.strerror or error}") from error
        found.append(known.get(sha256) or recorded(load(path), sha256))
    return found


def _text(history: History, format_: str) -> str:
    from latchmark.exporting import trends

    if format_ == "html":
        with installed():
            from latchmark.pages import trend_page
        return trend_page(history)
    makers = {"csv": trends.trend_csv, "markdown": trends.trend_markdown, "json": trends.trend_json}
    return makers[format_](history)


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds this command to the parser's."""
    trend = commands.add_parser(
        "trend", help="the history of one machine: its runs in order, and the steps in them (advice: exit 0)"
    )
    trend.add_argument("runs", metavar="RUN", type=Path, nargs="*", help="run.json, gzipped or not")
    trend.add_argument("-o", dest="output", metavar="FILE", type=Path, help="instead of standard output")
    trend.add_argument("--format", choices=FORMATS, default="html")
    trend.add_argument(
        "--index",
        metavar="FILE",
        type=Path,
        help="SQLite file on a local disk: the given runs are added to it, and all of its runs are shown",
    )
    trend.set_defaults(command=_trend)
