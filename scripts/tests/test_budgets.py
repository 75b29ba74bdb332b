"""Is each promise printed beside what the run says about it, and never a number that it does not say?"""

import sys
from pathlib import Path

import budgets
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "reports" / "tests"))

from described_run import DescribedRun, write_run


def printed(run: DescribedRun, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The lines by the first words of the promise."""
    assert budgets.main([str(write_run(run.document(), folder / "run.json"))]) == 0
    return {line[:32].strip(): line[33:] for line in capsys.readouterr().out.splitlines()}


def test_recording_is_what_it_costs_beyond_the_read_of_its_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = DescribedRun()
    run.experiment("instrument/clock", ("monotonic", "read_and_record"))
    # The machine becomes slower: only what is paired by round stays the same.
    reads_ns = [20.0, 21.0, 22.0, 23.0, 24.0, 25.0]
    run.point("instrument/clock", "monotonic", 1, [1.0] * 6, purpose="latency")
    run.point("instrument/clock", "monotonic", 1, reads_ns)
    run.point("instrument/clock", "read_and_record", 1, [read + 3.0 for read in reads_ns])
    lines = printed(run, tmp_path, capsys)
    assert lines["recording, beyond a clock read"].split() == ["10", "ns", "3.00", "ns", "[3.00,", "3.00]"]
    assert lines["one clock read"].split()[:2] == ["22.5", "ns"]


def test_what_a_run_does_not_hold_is_not_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = DescribedRun()
    run.experiment("instrument/clock", ("monotonic", "read_and_record"))
    run.point("instrument/clock", "monotonic", 1, 20.0)
    run.point("instrument/clock", "read_and_record", 1, skip="not today")
    lines = printed(run, tmp_path, capsys)
    assert lines["recording, beyond a clock read"].endswith("not measured")
    assert lines["an empty operation"].endswith("not measured")
    assert lines["preset quick, 6 rounds"].startswith("quick: 150 s")


def test_wrong_usage_and_files_that_are_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert budgets.main([]) == 2
    assert budgets.main([str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
