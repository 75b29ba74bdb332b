"""Is a run with too few measured pitfalls refused, where the machine could have measured them?"""

import sys
from pathlib import Path

import measured_pitfalls
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "reports" / "tests"))

from described_run import DescribedRun, write_run


def described(cpus: int) -> DescribedRun:
    run = DescribedRun(cpus=cpus)
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    run.point("false_sharing/counters", "padded_128", 2, 5.0)
    run.point("false_sharing/counters", "packed", 2, 40.0)
    return run


def test_too_few_are_told_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_run(described(cpus=2).document(), tmp_path / "run.json")
    assert measured_pitfalls.main([str(path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("measured  False sharing: ")
    assert "missing   Thundering herd: this run leaves the experiment out" in lines
    assert lines[-1].startswith("1 of ")


def test_enough_are_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measured_pitfalls, "PROMISED", 1)
    path = write_run(described(cpus=2).document(), tmp_path / "run.json")
    assert measured_pitfalls.main([str(path)]) == 0


def test_one_core_promises_nothing(tmp_path: Path) -> None:
    path = write_run(described(cpus=1).document(), tmp_path / "run.json")
    assert measured_pitfalls.main([str(path)]) == 0


def test_wrong_usage_and_no_run_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert measured_pitfalls.main([]) == 2
    assert measured_pitfalls.main([str(tmp_path / "absent.json")]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("measured_pitfalls: ")
