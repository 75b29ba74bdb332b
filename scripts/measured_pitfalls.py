"""Does a run of `quick` measure as many classic pitfalls as are promised? One line each, then how many.

Exit 1 below that number, for which the run must have had two cores. Run as `measured_pitfalls.py RUN.json`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))

from latchmark.cautions import cautions_of
from latchmark.errors import LatchmarkError
from latchmark.findings import findings_of, pitfalls_of
from latchmark.loading import load
from latchmark.model import Run

PROMISED = 20
FEWEST_CORES = 2


def lines_of(run: Run) -> tuple[list[str], bool]:
    """What to print, and whether the promise is kept."""
    index = pitfalls_of(run, findings_of(run), cautions_of(run))
    lines = [f"measured  {one.pitfall.name}: {one.size}" for one in index.measured]
    lines += [f"missing   {one.pitfall.name}: {one.why}" for one in index.missing]
    cores = len({cpu.core for cpu in run.machine.topology.cpus})
    measured, total = len(index.measured), len(index.measured) + len(index.missing)
    lines.append(f"{measured} of {total} pitfalls measured, {PROMISED} promised for {FEWEST_CORES} cores")
    return lines, measured >= PROMISED or cores < FEWEST_CORES


def main(arguments: list[str]) -> int:
    """Prints what was found; 1 when too few are measured, 2 for wrong usage or a file that is no run."""
    if len(arguments) != 1:
        print("usage: python3 scripts/measured_pitfalls.py RUN.json", file=sys.stderr)
        return 2
    try:
        run = load(Path(arguments[0]))
    except LatchmarkError as error:
        print(f"measured_pitfalls: {error}", file=sys.stderr)
        return 2
    lines, is_kept = lines_of(run)
    print(*lines, sep="\n")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
