"""Does a gate that was stopped go on as if nothing had been, and does one that has ended say the same?"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gate_command.conftest import Gate
from gate_command.fake_bench import POINTS, change_bench

from latchmark.gate.stages.lock import HostLock

RING = "queues/spsc/ring/workers:2"
REPORTS = Path(__file__).resolve().parents[2]


def is_slower(gate: Gate) -> None:
    change_bench(gate.head, times_ns={**POINTS, RING: POINTS[RING] * 1.2})


def same_as_undisturbed(gate: Gate) -> bool:
    """Whether the gate's outputs are those of another gate, of the same request, that nothing disturbed."""
    change_bench(gate.base, fault="")
    assert gate(out="undisturbed") == 1
    whole, resumed = gate.outputs("undisturbed"), gate.outputs()
    return {name: text for name, text in resumed.items() if name in whole} == whole


def test_an_ended_gate_says_the_same_again_without_its_binaries(gate: Gate) -> None:
    is_slower(gate)
    assert gate() == 1
    before = gate.outputs()
    for binary in (gate.base, gate.head):
        binary.unlink()
    with HostLock(gate.lock_name):  # nor does it need the host
        assert gate.resume() == 1
    assert gate.outputs() == before


@pytest.mark.parametrize("stopping", [signal.SIGINT, signal.SIGTERM])
def test_a_gate_that_is_stopped_in_a_stage_goes_on(gate: Gate, stopping: signal.Signals) -> None:
    is_slower(gate)
    change_bench(gate.base, fault="waits", fault_in="02-confirm")
    words = [sys.executable, "-m", "latchmark", *gate.words()]
    env = {**os.environ, "PYTHONPATH": str(REPORTS)}
    running = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    stage = gate.folder / "gate" / "stages" / "02-confirm"
    deadline_s = time.monotonic() + 60
    while not (stage / "waiting").exists():
        assert running.poll() is None
        assert time.monotonic() < deadline_s
        time.sleep(0.02)
    running.send_signal(stopping)
    said = running.communicate()[1]
    assert running.returncode == 3
    assert f"--resume {gate.folder / 'gate'}" in said.splitlines()[-1]
    # The runner was told, and wrote what it had.
    assert (stage / "journal.jsonl").exists()
    assert '"complete": false' in (stage / "run.json").read_text("utf-8")
    assert gate.resume() == 1
    assert same_as_undisturbed(gate)


def test_a_runner_that_is_killed_is_a_failed_run_and_can_be_resumed(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    is_slower(gate)
    change_bench(gate.base, fault="killed", fault_in="02-confirm")
    assert gate() == 4
    assert "the runner was killed by SIGKILL" in capsys.readouterr().err
    change_bench(gate.base, fault="")
    assert gate.resume() == 1
    assert same_as_undisturbed(gate)


def test_a_runner_that_was_stopped_stops_the_gate(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    is_slower(gate)
    change_bench(gate.base, fault="stops", fault_in="02-confirm")
    assert gate() == 3
    assert "--resume" in capsys.readouterr().err
    assert gate.resume() == 1
    assert same_as_undisturbed(gate)


def test_a_full_disk_is_a_failed_run_and_can_be_resumed(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    is_slower(gate)
    change_bench(gate.base, fault="full disk", fault_in="01-screen")
    assert gate() == 4
    assert "No space left on device" in capsys.readouterr().err
    change_bench(gate.base, fault="")
    assert gate.resume() == 1
    assert same_as_undisturbed(gate)


def test_a_disk_that_is_full_for_the_gate_itself_is_a_failed_run(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert gate() == 4
    assert "No space left on device" in capsys.readouterr().err
    assert not (gate.folder / "gate" / "gate.json").exists()


def test_a_plan_that_cannot_be_written_is_not_bases_fault(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    change_bench(gate.base, plan="full disk")
    assert gate() == 4
    change_bench(gate.base, plan="ok")
    assert gate.resume() == 0


def test_two_gates_never_share_a_host(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    with HostLock(gate.lock_name):
        assert gate() == 4
    assert f"another latchmark is measuring on this host (pid {os.getpid()}): wait" in capsys.readouterr().err
    assert gate.resume() == 0


def test_another_binary_is_another_gate(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    change_bench(gate.base, fault="killed")
    assert gate() == 4
    change_bench(gate.base, fault="")
    gate.head.write_text(gate.head.read_text("utf-8") + "\n", "utf-8")
    assert gate.resume() == 2
    assert "has changed since the gate began" in capsys.readouterr().err


def test_a_stage_of_another_plan_is_refused(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate() == 0
    plan = gate.folder / "gate" / "stages" / "01-screen" / "plan.json"
    plan.write_text(plan.read_text("utf-8").replace('"rounds": 21', '"rounds": 22'), "utf-8")
    assert gate.resume() == 2
    assert "was measured by another plan" in capsys.readouterr().err


def test_a_stage_that_was_begun_by_another_plan_is_not_gone_on_with(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    change_bench(gate.base, fault="stops", fault_in="01-screen")
    assert gate() == 3
    change_bench(gate.base, fault="")
    plan = gate.folder / "gate" / "stages" / "01-screen" / "plan.json"
    whole = plan.read_text("utf-8")
    plan.write_text(whole.replace('"rounds": 21', '"rounds": 22'), "utf-8")
    assert gate.resume() == 2
    assert "was measured by another plan" in capsys.readouterr().err
    plan.write_text(whole, "utf-8")
    assert gate.resume() == 0
    plan.unlink()
    assert gate.resume() == 2


def test_a_gate_that_goes_on_takes_no_other_question(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate() == 0
    for words in (("--head", str(gate.base)), ("--budget", "5"), ("--filter", "mutex"), ("--strict-env",)):
        assert gate("--resume", str(gate.folder / "gate"), *words) == 2
        assert f"leave out {words[0]}" in capsys.readouterr().err


def test_what_is_no_gate_cannot_be_resumed(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate("--resume", str(gate.folder)) == 2
    assert "gate.json: cannot be read" in capsys.readouterr().err
