"""Which runs lie in a folder? `index` makes the page that links them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from latchmark.cli.packages import installed
from latchmark.errors import WrongUsage
from latchmark.exporting.writing import write

PAGE_NAME = "index.html"


def _index(options: argparse.Namespace) -> int:
    if not options.folder.is_dir():
        raise WrongUsage(f"{options.folder}: is no folder")
    with installed():
        from latchmark.cli.indexing import index_page
    output = options.output or options.folder / PAGE_NAME
    write(index_page(options.folder, output), output)
    return 0


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds this command to the parser's."""
    index = commands.add_parser(
        "index", help="one page that links the runs, gates and comparisons of a folder"
    )
    index.add_argument("folder", metavar="DIR", type=Path, help="searched at any depth")
    index.add_argument(
        "-o",
        dest="output",
        metavar="FILE",
        type=Path,
        help=f"DIR/{PAGE_NAME} unless given; its links lead from there",
    )
    index.set_defaults(command=_index)
