"""Has the CSV one row a gated point, with the numbers of the verdict and no formula?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from gate_outputs.described_gates import blind_verdict, hostile_verdict, quiet_verdict, troubled_verdict
from gate_outputs.described_verdict import GONE, PACKED, verdict

from latchmark.exporting.verdicts import verdict_csv
from latchmark.verdict import Verdict

DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict)


def rows(value: Verdict) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(verdict_csv(value)))]


@pytest.mark.parametrize("described", DESCRIBED)
def test_rows_are_the_gate_its_points_and_its_controls(described: Callable[[], Verdict]) -> None:
    value = described()
    gate, *points = rows(value)
    assert (gate["part"], gate["exit_code"]) == ("gate", str(value.exit_code))
    assert len(points) == len(value.points) + len(value.controls)
    assert [row["word"] for row in points] == [one.word.value for one in (*value.points, *value.controls)]
    assert {row["part"] for row in points} <= {"gated", "shown", "control"}
    assert set(rows(blind_verdict())[0]) == set(gate)


def test_numbers_are_those_of_the_verdict() -> None:
    (row,) = [
        row for row in rows(verdict()) if (row["point"], row["metric"]) == (PACKED, "time_per_operation")
    ]
    one = verdict().points[0]
    assert one.estimate
    assert float(row["ratio"]) == one.estimate.value
    assert float(row["ratio_upper"]) == one.estimate.upper
    assert (row["pairs"], row["pairs_not_counted"]) == ("39", "2")
    assert (row["screen_p"], row["settle_p"], row["confirm_p"], row["confirm_holm_p"]) == (
        "0.0004",
        "",
        "3.6e-09",
        "7.2e-09",
    )
    assert (row["limit_share"], row["margin_share"], row["tolerated_share"]) == ("0.03", "0.02", "0.1")
    assert float(row["head_median"]) / float(row["base_median"]) == pytest.approx(1.22, abs=0.02)
    assert row["repeat"].endswith(f"--filter '^{PACKED}$'")
    assert (row["source_file"], row["source_line"]) == (
        "benchmarks/false_sharing/counters/experiment.cpp",
        "14",
    )


def test_what_was_not_measured_is_empty_and_not_zero() -> None:
    (row,) = [row for row in rows(troubled_verdict()) if row["point"] == GONE]
    measured = ("ratio", "ratio_low", "pairs", "base_median", "head_median", "spread_share", "screen_p")
    assert [row[name] for name in measured] == [""] * len(measured)
    assert row["because"] == "in base's plan and not in head's."


def test_no_cell_is_a_formula_or_a_control_character() -> None:
    text = verdict_csv(hostile_verdict())
    assert all(c.isprintable() or c == "\n" for c in text)
    for row in rows(hostile_verdict()):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
