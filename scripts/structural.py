"""Which head binaries must a gate find slower? Builds one for each real slow-down, from a copy of the tree.

structural.py --out DIR [NAME...]  leaves DIR/NAME/latchmark-bench, and DIR/NAME/points: a regular expression
for the points that must be REGRESSED against this checkout's own release build.

Exit 0 when all were built, 1 when one could not be, 2 for a name that does not exist.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutations import copy_tree

ROOT = Path(__file__).resolve().parents[1]
# In a checkout that is not this one, with the same cache of objects.
BUILD = 'root=$1; . "$1/scripts/build.sh"; build release'


@dataclass(frozen=True)
class Slowdown:
    """One slow-down: `edits` are texts of `file` and what replaces them, `points` a regular expression."""

    name: str
    file: str
    points: str
    edits: tuple[tuple[str, str], ...]


def slowdowns_of(text: str) -> tuple[Slowdown, ...]:
    """Tables `slowdown` of a TOML text, with the fields of Slowdown."""
    return tuple(
        Slowdown(one["name"], one["file"], one["points"], tuple((old, new) for old, new in one["edits"]))
        for one in tomllib.loads(text)["slowdown"]
    )


def slower(text: str, slowdown: Slowdown) -> str:
    """The source with the slow-down in it. Raises ValueError unless each text to replace is there once."""
    for old, new in slowdown.edits:
        times = text.count(old)
        if times != 1:
            raise ValueError(f"stale: {slowdown.file} has the text to replace {times} times")
        text = text.replace(old, new)
    return text


def make(slowdown: Slowdown, copy: Path, out: Path) -> None:
    """Builds one binary and leaves the copy as it was. Raises ValueError with what is wrong."""
    file = copy / slowdown.file
    right = file.read_text("utf-8")
    try:
        file.write_text(slower(right, slowdown), "utf-8")
        if subprocess.run(["sh", "-c", BUILD, "sh", str(copy)], check=False).returncode != 0:
            raise ValueError("does not build")
    finally:
        file.write_text(right, "utf-8")
    folder = out / slowdown.name
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(copy / "build/release/benchmarks/latchmark-bench", folder)
    (folder / "points").write_text(f"{slowdown.points}\n", "utf-8")


def make_all(slowdowns: Sequence[Slowdown], root: Path, copy: Path, out: Path) -> int:
    """Prints a line for each. Returns 1 when one could not be made, or none was asked for."""
    copy_tree(root, copy)
    failed = 0
    for slowdown in slowdowns:
        try:
            make(slowdown, copy, out)
            print(f"{slowdown.name:20} {out / slowdown.name}", flush=True)
        except ValueError as error:
            failed += 1
            print(f"{slowdown.name:20} {error}", flush=True)
    return 1 if failed or not slowdowns else 0


def main() -> int:
    """Arguments, a call, an exit code."""
    known = slowdowns_of(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    names = ", ".join(one.name for one in known)
    parser = argparse.ArgumentParser(description="Builds binaries with one real slow-down each.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("name", nargs="*", help=f"of {names}; all unless given")
    options = parser.parse_args()
    unknown = set(options.name) - {one.name for one in known}
    if unknown:
        parser.error(f"no slow-down is named {', '.join(sorted(unknown))}")
    wanted = [one for one in known if not options.name or one.name in options.name]
    return make_all(wanted, ROOT, ROOT / "build" / "structural", options.out.resolve())


if __name__ == "__main__":
    sys.exit(main())
