"""What do the pages say of odd runs? Writes six: no counters, failed verifies, one CPU, 192, a run that was
stopped, and two machines without an experiment in common.

Run as `python3 scripts/page_gallery.py DIR`: writes DIR/NAME.html for a person to look at, and the run files
beside them; prints each page.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

_REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path[:0] = [str(_REPORTS), str(_REPORTS / "tests")]

from described_run import write_run  # noqa: E402 - from a folder that is no package
from gallery.odd_runs import ODD_RUNS  # noqa: E402

from latchmark.loading import load  # noqa: E402
from latchmark.pages import compare_page, report_page  # noqa: E402


def main() -> int:
    """Writes the gallery; 2 for wrong usage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", metavar="DIR", type=Path, help="made where it is missing")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, documents in ODD_RUNS.items():
        runs = [
            load(write_run(document, folder / f"{name}-{number}.json"))
            for number, document in enumerate(documents(), 1)
        ]
        page = folder / f"{name}.html"
        page.write_text(report_page(runs[0]) if len(runs) == 1 else compare_page(runs), "utf-8")
        print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
