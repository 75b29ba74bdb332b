"""Which runs lie in a folder? `index` makes the page that links them, and a database of their values."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from latchmark.cli.packages import installed
from latchmark.errors import WrongUsage, printable
from latchmark.exporting.writing import write

PAGE_NAME = "index.html"


def _index(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        raise WrongUsage(f"{options.folder}: is no folder")
    with installed():
        from latchmark.cli.indexing import read_folder
        from latchmark.pages import folder_page
    output = options.output or options.folder / PAGE_NAME
    found = read_folder(options.folder, output)
    write(folder_page(found), output)
    if options.sqlite:
        from latchmark.cli.indexing_database import DATABASE_NAME, index_database

        aside = index_database(options.folder, found, output)
        if aside is not None:
            why = f"was no database of this suite, and is kept as {aside.name}"
            print(printable(f"latchmark: {options.folder / DATABASE_NAME}: {why}"), file=sys.stderr)
    return 0


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds this command to the parser's."""
    index = commands.add_parser(
        "index", help="one page that links the runs, fleets, gates and comparisons of a folder"
    )
    index.add_argument("folder", metavar="DIR", type=Path, help="searched at any depth")
    index.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        type=Path,
        help=f"DIR/{PAGE_NAME} unless given; its links lead from there",
    )
    index.add_argument(
        "--sqlite",
        action="store_true",
        help="also DIR/index.sqlite, for questions in SQL (reports/schema/index.sql says what is in it)",
    )
    index.set_defaults(command=_index)
