"""Does tuning.sh change only what it says, and put back what was there? On trees that play /sys and /proc."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import pytest
from tuned_machine import (
    BALANCING,
    BEFORE,
    BOOST,
    GOVERNORS,
    HUGE_PAGES,
    NO_TURBO,
    POLICY,
    PREFERENCE,
    SCRIPT,
    Machine,
)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_every_change_is_told_and_nothing_else_is_changed(machine: Machine) -> None:
    assert machine.tune("prepare") == (
        0,
        [
            "governor of policy0: powersave -> performance",
            "governor of policy1: schedutil -> performance",
            "numa_balancing: 1 -> 0",
        ],
    )
    after = machine.tree()
    changed = {path for path, text in BEFORE.items() if after[path] != text}
    assert changed == {*GOVERNORS, BALANCING, PREFERENCE}  # the last by the kernel


def test_turbo_and_huge_pages_are_changed_on_request_only(machine: Machine) -> None:
    assert machine.tune("prepare", "--turbo", "--huge-pages")[1][2:] == [
        "intel_pstate/no_turbo: 0 -> 1",
        "cpufreq/boost: not on this machine",
        "numa_balancing: 1 -> 0",
        "transparent huge pages: always -> madvise",
    ]


def test_the_other_switch_of_turbo_is_the_other_way_round(machine: Machine) -> None:
    (machine.root / NO_TURBO).unlink()
    machine.set(BOOST, "1\n")
    assert machine.tune("prepare", "--turbo")[1][2:4] == [
        "intel_pstate/no_turbo: not on this machine",
        "cpufreq/boost: 1 -> 0",
    ]


@pytest.mark.parametrize("times", [1, 3])
def test_restoring_gives_the_tree_back_byte_for_byte(machine: Machine, times: int) -> None:
    before = machine.tree()
    for _ in range(times):
        machine.tune("prepare", "--turbo", "--huge-pages")
    assert machine.tune("restore")[0] == 0
    assert machine.tree() == before


def test_preparing_again_changes_nothing_and_keeps_what_was_saved_first(machine: Machine) -> None:
    machine.tune("prepare")
    before = machine.tree()
    assert machine.tune("prepare") == (0, ["nothing changes"])
    assert machine.tree() == before


def test_a_later_option_is_saved_beside_what_was_saved_first(machine: Machine) -> None:
    before = machine.tree()
    machine.tune("prepare")
    machine.set(GOVERNORS[0], "ondemand\n")  # somebody else, in between
    assert machine.tune("prepare", "--turbo")[1] == [
        "governor of policy0: ondemand -> performance",
        "intel_pstate/no_turbo: 0 -> 1",
        "cpufreq/boost: not on this machine",
    ]
    machine.tune("restore")
    assert machine.tree() == before


def test_what_was_as_wanted_is_not_restored(machine: Machine) -> None:
    machine.set(BALANCING, "0\n")
    machine.tune("prepare")
    machine.set(BALANCING, "2\n")  # somebody else, who wants it so
    machine.tune("restore")
    assert machine.tree()[BALANCING] == "2\n"


def test_a_machine_that_is_as_wanted_keeps_no_state(machine: Machine) -> None:
    for path in GOVERNORS:
        machine.set(path, "performance\n")
    machine.set(BALANCING, "0\n")
    before = machine.tree()
    assert machine.tune("prepare") == (0, ["nothing changes"])
    assert machine.tree() == before


def test_restoring_what_was_never_prepared_touches_nothing(machine: Machine) -> None:
    before = machine.tree()
    said = ["nothing was prepared since the machine started: nothing to restore"]
    assert machine.tune("restore") == (0, said)
    assert machine.tree() == before


def test_a_virtual_machine_without_frequencies_is_no_failure(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    for path in BEFORE:
        (machine.root / path).unlink()
    assert machine.tune("prepare", "--turbo", "--huge-pages") == (
        0,
        [
            "governor of policy*: not on this machine",
            "intel_pstate/no_turbo: not on this machine",
            "cpufreq/boost: not on this machine",
            "numa_balancing: not on this machine",
            "transparent huge pages: not on this machine",
            "nothing changes",
        ],
    )
    assert not machine.state.parent.exists()


def test_what_is_refused_stops_nothing_else_and_is_3(machine: Machine) -> None:
    before = machine.tree()
    code, said = machine.tune("prepare", refused="*/policy0/scaling_governor")
    assert (code, said) == (
        3,
        [
            "governor of policy0: stays powersave: Operation not permitted",
            "governor of policy1: schedutil -> performance",
            "numa_balancing: 1 -> 0",
        ],
    )
    assert machine.tune("restore")[0] == 0
    assert machine.tree() == before


def test_a_write_that_changes_nothing_is_seen(machine: Machine) -> None:
    code, said = machine.tune("prepare", ignored="*/numa_balancing")
    assert (code, said[-1]) == (3, "numa_balancing: 0 was written, and it reads 1")


def test_restoring_in_part_is_3_and_can_be_done_again(machine: Machine) -> None:
    before = machine.tree()
    machine.tune("prepare")
    code, said = machine.tune("restore", refused="*/policy1/*")
    assert code == 3
    assert "governor of policy1: stays performance: Operation not permitted" in said
    assert said[-1] == f"restored in part; {machine.state} stays, so that restore can be tried again"
    assert machine.tune("restore") == (
        0,
        ["governor of policy1: performance -> schedutil", "restored, 1 changed"],
    )
    assert machine.tree() == before


def test_a_knob_that_is_gone_is_not_taken_for_restored(machine: Machine) -> None:
    machine.tune("prepare")
    (machine.root / GOVERNORS[1]).unlink()
    code, said = machine.tune("restore")
    assert code == 3
    assert "governor of policy1: not on this machine" in said


def test_a_knob_that_may_not_be_written_is_told_with_its_reason(machine: Machine) -> None:
    (machine.programs / "tee").unlink()  # the real one
    (machine.root / BALANCING).chmod(0o444)
    words = ["/bin/sh", str(SCRIPT), "prepare", "--root", str(machine.root)]
    # Root may write everything, unless this is taken from it.
    without = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    ended = subprocess.run([*without, *words], capture_output=True, text=True, check=False)
    assert ended.returncode == 3
    assert "numa_balancing: stays 1: Permission denied" in ended.stdout.splitlines()


def test_a_knob_that_cannot_be_understood_is_left_alone(machine: Machine) -> None:
    machine.set(BALANCING, "one two\n")
    code, said = machine.tune("prepare")
    assert (code, said[-1]) == (3, "numa_balancing: cannot be read: holds no single word")
    assert machine.tree()[BALANCING] == "one two\n"


def test_nothing_is_changed_before_the_state_is_saved(machine: Machine) -> None:
    (machine.root / "run/latchmark").mkdir()
    (machine.root / "run/latchmark/tuning.new").mkdir()
    before = machine.tree()
    code, said = machine.tune("prepare")
    assert (code, said) == (
        4,
        [f"tuning: {machine.state}: cannot be written: run as root; nothing was changed"],
    )
    assert machine.tree() == before


@pytest.mark.parametrize(
    "text",
    [
        "etc/passwd x\n",
        "/proc/sys/kernel/numa_balancing 1\n",
        f"{POLICY.format('0/../../../../../../etc')}/scaling_governor powersave\n",
        f"{POLICY.format('')}/scaling_governor powersave\n",
        f"{POLICY.format('0')}/scaling_max_freq 1\n",
        f"{BALANCING} $(id)\n",
        f"{BALANCING} 1 2\n",
        f"{BALANCING}\n",
        f"{BALANCING} 1\n\n",
        f"{BALANCING} 1\n\x01\x02 \xff\n",
        f"{BALANCING} 1\netc/x 1",
        "",
    ],
)
@pytest.mark.parametrize("command", ["restore", "prepare"])
def test_a_saved_state_that_is_none_is_2_and_changes_nothing(
    machine: Machine, text: str, command: str
) -> None:
    machine.save(text)
    machine.set("etc/scaling_governor", "x\n")
    before = machine.tree()
    code, said = machine.tune(command)
    assert code == 2
    assert len(said) == 1
    assert said[0].startswith(f"tuning: {machine.state}: ")
    assert "nothing was changed" in said[0]
    assert machine.tree() == before


def test_a_saved_state_that_is_a_link_is_not_followed(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text(f"{BALANCING} 1\n", "utf-8")
    machine.save("")
    machine.state.unlink()
    machine.state.symlink_to(tmp_path / "mine")
    code, said = machine.tune("restore")
    assert (code, said) == (2, [f"tuning: {machine.state}: is no regular file; nothing was changed"])


def test_only_one_is_at_work_at_a_time(machine: Machine) -> None:
    machine.state.parent.mkdir()
    before = machine.tree()
    folder = os.open(machine.state.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        code, said = machine.tune("prepare")
    finally:
        os.close(folder)
    assert code == 4
    assert "another tuning.sh is at work" in said[0]
    assert machine.tree() == before


def test_showing_touches_nothing_and_reads_the_word_that_holds(machine: Machine) -> None:
    machine.set(HUGE_PAGES, "always [madvise] never\n")
    before = machine.tree()
    assert machine.tune("show") == (
        0,
        [
            "governor of policy0: powersave",
            "governor of policy1: schedutil",
            "intel_pstate/no_turbo: 0",
            "cpufreq/boost: not on this machine",
            "numa_balancing: 1",
            "transparent huge pages: madvise",
            "not prepared",
        ],
    )
    assert machine.tree() == before
    machine.tune("prepare")
    assert machine.tune("show")[1][-1] == f"prepared; what held before is in {machine.state}"


@pytest.mark.parametrize(
    "words", [("nonsense",), ("show", "--turbo"), ("restore", "--huge-pages"), ("prepare", "x")]
)
def test_wrong_usage_is_2_and_changes_nothing(machine: Machine, words: tuple[str, ...]) -> None:
    before = machine.tree()
    code, said = machine.tune(*words)
    assert (code, len(said)) == (2, 1)
    assert machine.tree() == before


def test_a_root_that_is_not_there_is_not_taken_for_the_machine(tmp_path: Path) -> None:
    words = ["/bin/sh", str(SCRIPT), "show", "--root", str(tmp_path / "none")]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 2
