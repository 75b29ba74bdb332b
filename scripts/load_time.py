"""How large is a described run of 64 workers x 300 points x 20 launches, and how long does it take to load?

Prints size and time, and exits 1 above the budgets (100 MB, 5 s). Run as `python3 scripts/load_time.py`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

_REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path[:0] = [str(_REPORTS), str(_REPORTS / "tests")]

from described_run import write_run  # noqa: E402
from large_run import large_run  # noqa: E402

from latchmark.loading import load  # noqa: E402

LARGEST_MB = 100
LONGEST_S = 5.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = write_run(large_run(), Path(folder) / "large.json")
        size_mb = path.stat().st_size / 1e6
        # CPU time, because a busy neighbour is not the loader's fault; it has one thread.
        started_s = time.process_time()
        run = load(path)
        elapsed_s = time.process_time() - started_s
    is_within = size_mb <= LARGEST_MB and elapsed_s <= LONGEST_S
    print(
        f"{len(run.launches)} launches of 64 workers: {size_mb:.1f} MB (budget {LARGEST_MB}), loaded in"
        f" {elapsed_s:.2f} s of CPU time (budget {LONGEST_S:g}): {'ok' if is_within else 'OVER BUDGET'}"
    )
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main())
