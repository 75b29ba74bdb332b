"""What is made of a fleet's files for people? The table, the hosts' reports, the comparison and the index."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from collecting import REPORT
from telling import tell_progress

from latchmark.errors import CannotWrite, one_line
from latchmark.exporting.fleet import write_csv
from latchmark.loading.fleet import run_path
from latchmark.model.fleet import Fleet

COMPARISON = "comparison.html"
# What one comparison takes, as the command `compare` has it.
MOST_COMPARED = 8


def draw(folder: Path, fleet: Fleet) -> None:
    """Redraws all of it from the files. Raises CannotWrite."""
    write_csv(folder, fleet)
    runs = [run_path(folder, host.host) for host in fleet.hosts if host.has_measured]
    with ThreadPoolExecutor(os.cpu_count()) as drawing:  # seconds each, of a rack
        complaints = [line for lines in drawing.map(_draw_report, runs) for line in lines]
    if fleet.measured >= 2:
        complaints += _latchmark("compare", "--fleet", str(folder), "-o", str(folder / COMPARISON))
    if fleet.measured > MOST_COMPARED:
        told = f"has the first {MOST_COMPARED} of {fleet.measured} runs; index.html has all"
        tell_progress(f"{COMPARISON} {told}")
    # After the comparison, to which it leads; also where there is none.
    complaints += _latchmark("index", str(folder))
    if complaints:
        raise CannotWrite("; ".join(complaints))


def _draw_report(run: Path) -> list[str]:
    """The page of one host, unless it is there: `adopt` removes it with the run that it was made of."""
    page = run.with_name(REPORT)
    if page.is_file():
        return []
    return _latchmark("report", str(run), "-o", str(page))


def _latchmark(*words: str) -> list[str]:
    """Runs a command of the reports; what it complained about, in a line."""
    # A process of its own: a fleet's runs need not stay in memory.
    command = [sys.executable, "-m", "latchmark", *words]
    drawn = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if drawn.returncode == 0:
        return []
    said = drawn.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
    return [f"`latchmark {words[0]}` ended with {drawn.returncode}: {one_line(said[-1])}"]
