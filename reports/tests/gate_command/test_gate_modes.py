"""Do the other modes of the gate reach what they are made of, and does a verdict's page come out?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gate_command.conftest import Gate
from gate_command.fake_bench import POINTS, change_bench, make_bench, two_sided

from latchmark.cli import main
from latchmark.gate.calibration.floor import load_floor
from latchmark.loading.verdicts import load_verdict
from latchmark.verdict import Mode

RING = "queues/spsc/ring/workers:2"


def test_explain_says_why_in_sentences_and_how_to_repeat(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    change_bench(gate.head, times_ns={**POINTS, RING: POINTS[RING] * 1.2})
    gate()
    capsys.readouterr()
    assert main(["gate", "explain", str(gate.folder / "gate"), "spsc"]) == 0
    printed = capsys.readouterr().out
    assert f"{RING}: time_per_operation" in printed
    assert "mutex" not in printed
    assert "REGRESSED: " in printed
    assert gate.verdict.repeat in printed


@pytest.mark.parametrize(
    ("format_", "begins"),
    [
        ("json", "{"),
        ("junit", "<?xml"),
        ("csv", "part,word"),
        ("openmetrics", "# "),
        ("sarif", "{"),
        ("html", "<!"),
    ],
)
def test_explain_gives_the_other_outputs(
    gate: Gate,
    format_: str,
    begins: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate()
    capsys.readouterr()
    if format_ == "html":
        monkeypatch.undo()
    assert main(["gate", "explain", str(gate.folder / "gate" / "verdict.json"), "--format", format_]) == 0
    assert capsys.readouterr().out.startswith(begins)


def test_explain_refuses_what_matches_nothing(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate()
    assert main(["gate", "explain", str(gate.folder / "gate"), "no such"]) == 2
    assert main(["gate", "explain", str(gate.folder / "gate"), "("]) == 2
    assert main(["gate", "explain", str(gate.folder / "gone")]) == 2


def test_baseline_refuses_another_machine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference, head = tmp_path / "reference.json", tmp_path / "head.json"
    document = two_sided(6)
    reference.write_text(json.dumps(document), "utf-8")
    document["machine"]["hard_key"]["cores"] = "64"
    document["machine"]["hard_key_hash"] = "0123456789abcdef"
    head.write_text(json.dumps(document), "utf-8")
    words = ["gate", "baseline", "--baseline", str(reference), "--head", str(head)]
    assert main(words) == 3
    printed = capsys.readouterr().out
    assert "different machines" in printed
    assert "cores" in printed
    assert "scripts/latchmark gate baseline" in printed


def test_baseline_writes_its_outputs(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    run, out = gate.folder / "run.json", gate.folder / "out"
    run.write_text(json.dumps(two_sided(6)), "utf-8")
    code = main(["gate", "baseline", "--baseline", str(run), "--head", str(run), "--out", str(out)])
    verdict = load_verdict(out / "verdict.json")
    assert verdict.mode is Mode.BASELINE
    assert code == verdict.exit_code


def test_calibrate_leaves_a_floor_that_a_gate_takes(gate: Gate) -> None:
    make_bench(gate.folder / "rebuilt")
    words = ["gate", "calibrate", "--lock-name", gate.lock_name, "--bench", str(gate.base)]
    words += ["--rebuilt", str(gate.folder / "rebuilt"), "--pairs", "20", "--seed", "3"]
    out = gate.folder / "calibrated"
    assert main([*words, "--out", str(out)]) == 0
    verdict = load_verdict(out / "verdict.json")
    assert verdict.mode is Mode.CALIBRATE
    assert [one.name for one in verdict.stages] == ["01-same", "02-rebuilt"]
    floor = load_floor(out / "floor.json")
    assert floor.of(RING, "time_per_operation") is not None
    assert gate("--floor", str(out / "floor.json")) == 0
    # The runs of the fake machine are all of one day, long ago.
    assert any("noise floor" in caution for caution in gate.verdict.cautions)


def test_points_that_a_floor_does_not_know_are_told(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    # On the day of the fake machine's runs, when the floor holds.
    monkeypatch.setattr("latchmark.cli.gate_modes._now", lambda: datetime(2026, 1, 31, tzinfo=UTC))
    words = ["gate", "calibrate", "--lock-name", gate.lock_name, "--bench", str(gate.base), "--pairs", "20"]
    floor = gate.folder / "floor.json"
    assert main([*words, "--filter", "mutex", "--floor", str(floor), "--out", str(gate.folder / "out")]) == 0
    assert gate("--floor", str(floor)) == 0
    assert any(
        one.startswith("the noise floor knows nothing of 1 of 3 points") for one in gate.verdict.cautions
    )
    assert not any("noise floor is" in one for one in gate.verdict.cautions)
