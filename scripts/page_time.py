"""How long do the pages take, and how large are they? `quick`, `standard`, the most launches, four runs.

Prints times and sizes, and exits 1 above the budgets: 5 s for `quick`, 60 s and 5 MB for `standard`, 15 MB
for a comparison. Run as `python3 scripts/page_time.py`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path[:0] = [str(_REPORTS), str(_REPORTS / "tests")]

from described_run import write_run  # noqa: E402
from large_run import large_run  # noqa: E402
from quick_run import quick_run  # noqa: E402
from standard_run import standard_run  # noqa: E402

from latchmark.loading import load  # noqa: E402
from latchmark.pages import compare_page, report_page  # noqa: E402

LONGEST_S = 5.0
LONGEST_STANDARD_S = 60.0
LARGEST_REPORT_MB = 5.0
LARGEST_COMPARISON_MB = 15.0


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        quick = load(write_run(quick_run(), Path(folder) / "quick.json"))
        large = load(write_run(large_run(windows=1), Path(folder) / "large.json"))
        standard = load(write_run(standard_run(), Path(folder) / "standard.json"))
        aliases = [f"machine-{index}" for index in range(4)]
        four = [
            load(write_run(quick_run(alias=alias, seed=seed), Path(folder) / f"{alias}.json"))
            for seed, alias in enumerate(aliases)
        ]
    parts: tuple[tuple[str, Callable[[], str], float, float], ...] = (
        ("quick", lambda: report_page(quick), LONGEST_S, LARGEST_REPORT_MB),
        (
            f"standard, {len(standard.points)} points",
            lambda: report_page(standard),
            LONGEST_STANDARD_S,
            LARGEST_REPORT_MB,
        ),
        ("300 points x 20 launches", lambda: report_page(large), LONGEST_S * 4, LARGEST_REPORT_MB),
        ("four runs of quick", lambda: compare_page(four), LONGEST_S * 4, LARGEST_COMPARISON_MB),
    )
    is_within = True
    for name, drawn, longest_s, largest_mb in parts:
        # CPU time, because a busy neighbour is not the page's fault; it is drawn by one thread.
        started_s = time.process_time()
        size_mb = len(drawn().encode()) / 1e6
        elapsed_s = time.process_time() - started_s
        is_ok = elapsed_s <= longest_s and size_mb <= largest_mb
        is_within = is_within and is_ok
        print(
            f"{name}: {elapsed_s:.2f} s of CPU time (budget {longest_s:g}), {size_mb:.2f} MB"
            f" (budget {largest_mb:g}): {'ok' if is_ok else 'OVER BUDGET'}"
        )
    return 0 if is_within else 1


if __name__ == "__main__":
    sys.exit(main())
