"""Does `gate ab` stay silent on identical code, name what is slower, and never pass when it is blind?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gate_command.conftest import SEED, Gate
from gate_command.fake_bench import POINTS, change_bench, make_bench

from latchmark.loading.verdicts import load_verdict
from latchmark.verdict import Word

MUTEX = "locks/mutex/plain/workers:1"
RING = "queues/spsc/ring/workers:2"
ARITHMETIC = "instrument/unchanged/arithmetic/workers:1"


def slower(point: str, factor: float) -> dict[str, float]:
    return {**POINTS, point: POINTS[point] * factor}


def test_identical_code_passes_and_everything_is_written(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate() == 0
    assert {one.word for one in gate.verdict.points} <= {Word.OK, Word.IMPROVED}
    assert len(gate.verdict.points) == len(POINTS) - 2
    assert [one.word for one in gate.verdict.controls] == [Word.OK, Word.OK]
    names = {path.name for path in (gate.folder / "gate").iterdir()}
    assert names >= {
        "gate.json", "base.plan.json", "head.plan.json", "stages", "verdict.json", "report.html",
        "verdict.md", "junit.xml", "annotations.txt", "verdict.sarif", "metrics.txt", "verdict.csv",
    }  # fmt: skip
    printed = capsys.readouterr().out
    assert "01-screen: 5 points, 20 rounds, " in printed
    assert gate.verdict.sentence in printed
    assert gate.verdict.repeat in printed


def test_the_same_file_on_both_sides_is_told(gate: Gate) -> None:
    assert gate() == 0
    assert any("are the same file byte for byte" in one for one in gate.verdict.cautions)
    gate.head.write_text(gate.head.read_text("utf-8") + "# another build\n", "utf-8")
    assert gate(out="other") == 0
    assert not any(
        "byte for byte" in one for one in load_verdict(gate.folder / "other" / "verdict.json").cautions
    )


def test_paths_of_different_lengths_are_told(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gate() == 0
    assert not any("the path of base" in one for one in gate.verdict.cautions)
    gate.head = make_bench(gate.folder / "head of another length")
    monkeypatch.chdir(gate.folder)
    gate.base = Path("..", gate.folder.name, "base")
    assert gate(out="other") == 0
    lengths = {"base": len(bytes(gate.folder / gate.base)), "head": len(bytes(gate.head))}
    asked = json.loads((gate.folder / "other" / "gate.json").read_text("utf-8"))
    assert asked["path_bytes"] == lengths
    told = f"the path of base has {lengths['base']} bytes, that of head {lengths['head']}: "
    cautions = load_verdict(gate.folder / "other" / "verdict.json").cautions
    assert any(one.startswith(told) for one in cautions)


# The next one builds over these binaries.
def test_a_gate_of_revisions_is_repeated_from_its_revisions(gate: Gate) -> None:
    gate("--base-rev", "a1b2", "--head-rev", "c3d4", "--source", "here", "--runner", str(gate.base))
    words = gate.verdict.repeat.split()
    assert words[3:7] == ["--base-rev", "a1b2", "--head-rev", "c3d4"]
    assert not {"--base", "--head", "--runner", "--source"} & set(words)


def test_a_slower_head_fails_and_is_named(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    change_bench(gate.head, times_ns=slower(RING, 1.2))
    assert gate() == 1
    assert gate.word_of(RING) is Word.REGRESSED
    assert gate.word_of(MUTEX) is Word.OK
    assert f"time_per_operation of {RING}" in capsys.readouterr().out
    found = next(one.estimate for one in gate.verdict.points if one.point == RING)
    assert found is not None
    assert found.value == pytest.approx(1.2, rel=0.02)


def test_a_faster_head_passes(gate: Gate) -> None:
    change_bench(gate.head, times_ns=slower(RING, 1 / 1.2))
    assert gate() == 0
    assert gate.word_of(RING) is Word.IMPROVED


def test_an_injection_is_found(gate: Gate) -> None:
    assert gate("--inject", f"{MUTEX}=+20%") == 1
    assert gate.word_of(MUTEX) is Word.REGRESSED
    assert [(one.point, one.share) for one in gate.verdict.injections] == [(MUTEX, 0.2)]


def test_an_injection_that_the_runner_does_not_know_is_no_verdict(gate: Gate) -> None:
    change_bench(gate.base, fault="no injection")
    assert gate("--inject", f"{MUTEX}=+20%") == 3
    assert f"head did 0 % more than it reports of {MUTEX}, and 20 % was asked for" in gate.verdict.sentence


def test_a_latency_is_not_made_of_operations(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    for bench in (gate.base, gate.head):
        change_bench(bench, latencies=[RING])
    assert gate("--inject", f"{RING}=+20%") == 2
    assert f"--inject {RING}: it is measured for a latency" in capsys.readouterr().err


def test_a_control_that_differs_makes_every_difference_doubtful(gate: Gate) -> None:
    change_bench(gate.head, times_ns={name: time_ns * 1.2 for name, time_ns in POINTS.items()})
    assert gate() == 3
    assert gate.word_of(RING) is Word.SUSPECT
    assert "were not treated alike" in gate.verdict.sentence


def test_the_filter_keeps_the_controls(gate: Gate) -> None:
    assert gate("--filter", "mutex.*workers:1$") == 0
    assert [one.point for one in gate.verdict.points] == [MUTEX]
    assert len(gate.verdict.controls) == 2


Spoil = Callable[[Gate], None]


def on_base(**changed: Any) -> Spoil:
    return lambda gate: change_bench(gate.base, **changed)


def on_head(**changed: Any) -> Spoil:
    return lambda gate: change_bench(gate.head, **changed)


def on_both(**changed: Any) -> Spoil:
    def spoil(gate: Gate) -> None:
        on_base(**changed)(gate)
        on_head(**changed)(gate)

    return spoil


CRASHING = dict.fromkeys(POINTS, ("crashed", 1))
WITHOUT_RING = {name: time_ns for name, time_ns in POINTS.items() if name != RING}
# What makes the gate blind, the exit code that it must end with, and what the sentence must say.
BLIND: dict[str, tuple[Spoil, int, str]] = {
    "both are one crashing file": (on_both(launches=CRASHING), 3, "failing in base"),
    "head is killed at every launch": (on_head(launches=CRASHING), 1, "3 failing in head"),
    "base is killed at every launch": (on_base(launches=CRASHING), 3, "3 failing in base"),
    "head dies when asked": (on_head(plan="crash"), 1, "it was killed by SIGSEGV when it was asked"),
    "base dies when asked": (on_base(plan="crash"), 3, "it was killed by SIGSEGV when it was asked"),
    "both die when asked": (on_both(plan="crash"), 3, "base cannot be measured"),
    "head prints nothing": (on_head(plan="silent"), 1, "and wrote nothing"),
    "base prints nothing": (on_base(plan="silent"), 3, "and wrote nothing"),
    "head knows no such preset": (on_head(plan="usage"), 1, "no preset named"),
    "head dropped a point": (on_head(times_ns=WITHOUT_RING), 1, "1 lost in head"),
    "head cannot do a point any more": (on_head(skips={RING: "no such thing"}), 1, "1 lost in head"),
    "a point changed its meaning": (on_head(definitions={RING: "other"}), 3, "1 not comparable"),
    "base cannot be calibrated": (on_base(uncalibrated=[RING]), 3, "1 failing in base"),
    "head does wrong work once": (on_head(launches={RING: ("verify_failed", 17)}), 1, "1 failing in head"),
    "nothing is left to gate": (on_both(skips=dict.fromkeys(POINTS, "no CPU")), 3, "no point was gated"),
    "a point is dropped on the way": (on_base(fault="dropped point"), 3, "was asked for and is not in it"),
    "a run has no launches": (on_base(fault="no launches"), 3, "3 missing in base"),
    "a value is NaN": (on_base(fault="NaN"), 3, "NaN is not a JSON number"),
    "a value is 0": (on_base(fault="no time"), 3, "1 suspect"),
    "a control's value is 0": (on_base(fault="control without time"), 3, f"{ARITHMETIC} is SUSPECT"),
    "a control crashes": (
        on_head(launches={ARITHMETIC: ("crashed", 1)}),
        3,
        f"nothing vouches for the machine: the negative control {ARITHMETIC} is ERROR",
    ),
    "a run file is cut short": (on_base(fault="truncated"), 3, "is not JSON"),
    "the workload changed on the way": (on_base(fault="other workload"), 3, "means something else"),
    "it ran on another machine": (on_base(fault="other machine"), 3, "ran on another machine"),
    "the clock went backwards": (on_base(fault="clock backwards"), 3, "the clock went backwards"),
    "the clock was set back": (on_base(fault="set back"), 3, "the clock was set back"),
    "every round is disturbed": (on_base(fault="all disturbed"), 3, "every round of 01-screen was disturbed"),
    "a side is not in the run": (on_base(fault="incomplete sides"), 3, "is no side of this run"),
}


@pytest.mark.parametrize("case", BLIND)
def test_blind_is_never_green(gate: Gate, case: str) -> None:
    spoil, code, sentence = BLIND[case]
    spoil(gate)
    assert gate() == code
    assert gate.verdict.exit_code == code
    assert sentence in gate.verdict.sentence


def test_a_slowdown_whose_confirming_is_all_disturbed_is_no_verdict(gate: Gate) -> None:
    change_bench(gate.head, times_ns=slower(RING, 1.2))
    change_bench(gate.base, fault="all disturbed", fault_in="02-confirm")
    one_look = gate.folder / "policy.toml"
    one_look.write_text('policy = "latchmark.policy/1"\n[procedure]\nsecond_look = 40\n', "utf-8")
    assert gate("--min-coverage", "0", "--policy", str(one_look)) == 3
    assert "every round of 02-confirm was disturbed" in gate.verdict.sentence
    # A second look that counts may still find it, and says beside it what was lost.
    assert gate(out="later") == 1


def test_a_later_run_file_that_is_cut_short_is_no_verdict(gate: Gate) -> None:
    change_bench(gate.head, times_ns=slower(RING, 1.2))
    change_bench(gate.base, fault="truncated", fault_in="02-confirm")
    assert gate() == 3
    assert "stage 02-confirm cannot be read" in gate.verdict.sentence


def test_a_point_that_is_lost_is_not_measured_again(gate: Gate) -> None:
    change_bench(gate.head, launches={RING: ("crashed", 1)})
    assert gate() == 1
    assert all(one.points == len(POINTS) for one in gate.verdict.stages[:1])
    assert not any(pair for one in gate.verdict.points if one.point == RING for pair in one.pairs)
    assert len(gate.verdict.stages) == 1


def test_a_required_role_that_is_missing_is_no_verdict(gate: Gate) -> None:
    policy = gate.folder / "policy.toml"
    policy.write_text('policy = "latchmark.policy/1"\n[roles]\nrequired = ["cross_core_loads"]\n', "utf-8")
    assert gate("--policy", str(policy)) == 3
    assert "cross_core_loads was not measured" in gate.verdict.sentence


def test_a_removal_that_is_allowed_passes_until_it_expires(gate: Gate) -> None:
    change_bench(gate.head, times_ns={k: v for k, v in POINTS.items() if k != RING})
    policy = gate.folder / "policy.toml"
    removal = f'policy = "latchmark.policy/1"\n[[removed]]\npoint = "{RING}"\nreason = "replaced"\nexpires = '
    policy.write_text(f"{removal}9999-01-01\n", "utf-8")
    assert gate("--policy", str(policy)) == 0
    assert any("replaced" in caution for caution in gate.verdict.cautions)
    policy.write_text(f"{removal}2020-01-01\n", "utf-8")
    assert gate("--policy", str(policy), out="later") == 1


def test_a_new_point_is_listed_and_not_gated(gate: Gate) -> None:
    change_bench(gate.head, times_ns={**POINTS, "queues/spsc/plain/workers:2": 9.0})
    assert gate() == 0
    assert gate.word_of("queues/spsc/plain/workers:2") is Word.NEW
    assert gate.verdict.coverage == 1.0


def test_a_launch_lost_now_and_then_is_told_and_does_not_fail(gate: Gate) -> None:
    change_bench(gate.head, launches={RING: ("timed_out", 15)})
    assert gate() == 0
    assert any(f"{RING}: lost" in caution for caution in gate.verdict.cautions)


def test_disturbed_rounds_are_listed_and_measured_again(gate: Gate) -> None:
    change_bench(gate.base, fault="some disturbed", fault_in="01-screen")
    assert gate() == 0
    assert [one.name for one in gate.verdict.stages][:2] == ["01-screen", "02-screen-again"]
    assert gate.verdict.stages[0].voided == 2
    assert gate.verdict.stages[1].rounds == 2
    assert [(one.stage, one.round) for one in gate.verdict.voids] == [(0, 3), (0, 4)]
    assert "the hypervisor took 40 % of the CPU time" in gate.verdict.voids[0].why


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--filter", "no such"], 2, "matches no point"),
        (["--inject", "locks/mutex/plain/workers:3=+20%"], 2, "did you mean locks/mutex/plain/workers:2?"),
        (["--inject", "nonsense"], 2, "is not POINT=+20%"),
        (["--budget", "0.001"], 2, "need at least"),
        (["--policy", "no such file"], 2, "cannot be read"),
        (["--seed", "-1"], 2, "64 bits"),
    ],
)
def test_wrong_usage_is_one_line(
    gate: Gate, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, told: str
) -> None:
    assert gate(*arguments) == code
    said = capsys.readouterr().err.splitlines()
    assert told in said[-1]


def test_a_binary_that_is_not_there_is_a_failed_run(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    gate.head.unlink()
    assert gate() == 4
    assert "there is no such file" in capsys.readouterr().err
    assert not (gate.folder / "gate").exists()


def test_a_file_that_cannot_be_executed_is_a_failed_run(
    gate: Gate, capsys: pytest.CaptureFixture[str]
) -> None:
    gate.head.chmod(0o644)
    assert gate() == 4
    assert "cannot be executed" in capsys.readouterr().err


def test_a_folder_that_holds_a_gate_is_not_written_to(gate: Gate, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate() == 0
    assert gate() == 2
    assert "already holds a gate" in capsys.readouterr().err


def test_the_budget_shortens_the_stages_and_says_what_that_costs(gate: Gate) -> None:
    change_bench(gate.base, launch_s=1.0)
    assert gate("--budget", "8") == 0
    assert gate.verdict.stages[0].rounds < 20
    assert any("is found nine times in ten, instead of" in caution for caution in gate.verdict.cautions)


def test_a_bug_of_the_gate_is_no_regression(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("oops")

    monkeypatch.setattr("latchmark.gate.side_by_side.run_gate", broken)
    assert gate() == 4
    assert "RuntimeError: oops" in capsys.readouterr().err


def test_the_request_is_written_before_anything_runs(gate: Gate) -> None:
    change_bench(gate.base, plan="crash")
    gate()
    assert json.loads((gate.folder / "gate" / "gate.json").read_text("utf-8"))["seed"] == SEED
