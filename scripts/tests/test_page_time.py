"""Is a page above a budget told from one within, and is one that could not be drawn not passed over?"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from page_time import Case, Cost, cost_of, is_within

CASE = Case("a page", "report", ("run",), longest_s=5, largest_mb=2, most_memory_mb=500)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (Cost(5, 500, 2), True),
        (Cost(5.1, 500, 2), False),
        (Cost(5, 501, 2), False),
        (Cost(5, 500, 2.1), False),
    ],
)
def test_each_budget_counts(cost: Cost, expected: bool) -> None:
    assert is_within(CASE, cost) is expected


def test_what_has_no_budget_is_within() -> None:
    assert is_within(Case("a page", "report", ("run",)), Cost(1e9, 1e9, 1e9))


def test_a_page_that_cannot_be_drawn_has_no_cost(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("no run", "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        cost_of(CASE, tmp_path)
