"""What is made of a fleet's files for people: the table, the comparison and the index."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from telling import tell_progress

from latchmark.errors import CannotWrite, one_line
from latchmark.exporting.fleet import write_csv
from latchmark.model.fleet import Fleet

COMPARISON = "comparison.html"
# What one comparison takes, as the command `compare` has it.
MOST_COMPARED = 8


def draw(folder: Path, fleet: Fleet) -> None:
    """Redraws all of it from the files. Raises CannotWrite."""
    write_csv(folder, fleet)
    complaints = []
    if fleet.measured >= 2:
        complaints += _latchmark("compare", "--fleet", str(folder), "-o", str(folder / COMPARISON))
    if fleet.measured > MOST_COMPARED:
        told = f"has the first {MOST_COMPARED} of {fleet.measured} runs; index.html has all"
        tell_progress(f"{COMPARISON} {told}")
    # After the comparison, to which it leads; also where there is none.
    complaints += _latchmark("index", str(folder))
    if complaints:
        raise CannotWrite("; ".join(complaints))


def _latchmark(*words: str) -> list[str]:
    """Runs a command of the reports; what it complained about, in a line."""
    # A process of its own: a fleet's runs need not stay in memory.
    command = [sys.executable, "-m", "latchmark", *words]
    drawn = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if drawn.returncode == 0:
        return []
    said = drawn.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    return [f"`latchmark {words[0]}` ended with {drawn.returncode}: {one_line(said[-1])}"]
