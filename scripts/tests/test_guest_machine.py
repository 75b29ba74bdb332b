"""Is what a guest printed taken apart rightly, and is every way in which it can fail told in one line?"""

from pathlib import Path

import guest_machine
import pytest
from guest_machine import Ended, GuestFailed, Machine

TWO = """
[    0.1] some word of the kernel
guest begins /bin/tests
line one

line two
guest exit 0

guest begins print
{"no": "line feed"}
guest exit 1
[    0.8] reboot: Power down
"""
ASKED = (["/bin/tests", "--fast"], ["print", "/file"])


def test_commands_with_their_output_and_code() -> None:
    first = Ended("/bin/tests", "line one\n\nline two", 0)
    assert guest_machine.ended_in(TWO) == [first, Ended("print", '{"no": "line feed"}', 1)]
    assert guest_machine.why_not(TWO, ASKED, is_late=False) is None


def test_the_line_that_frames_adds_nothing_to_the_output() -> None:
    (ended,) = guest_machine.ended_in("guest begins a\ntext\n\nguest exit 0\n")
    assert ended.output == "text"


@pytest.mark.parametrize(
    ("log", "is_late", "why"),
    [
        ("", False, "the guest never came to its first command; it last said: nothing"),
        (
            "qemu: no such CPU\n",
            False,
            "the guest never came to its first command; it last said: qemu: no such",
        ),
        (
            TWO.replace("guest exit 1", ""),
            False,
            "print began and did not end; it last said: [    0.8] reboot",
        ),
        ("guest begins /bin/tests\nwaits\n", True, "/bin/tests began and did not end within 240 s; it last"),
        (
            "guest begins /bin/tests\n[ 1.0] Kernel panic - not syncing: Attempted to kill init!\n",
            True,
            "kernel panic: Attempted to kill init!",
        ),
    ],
)
def test_a_guest_that_failed_says_how(log: str, is_late: bool, why: str) -> None:
    said = guest_machine.why_not(log, ASKED, is_late)
    assert said is not None
    assert said.startswith(why)
    assert "\n" not in said


def test_words_reach_the_guest_through_the_kernels_command_line() -> None:
    commands = (["/bin/bench", "--emulated", "QEMU 7.2, shift=0"], ["print", "/a"])
    assert guest_machine.words_of(commands) == '/bin/bench --emulated "QEMU 7.2, shift=0" then print /a'
    command = guest_machine.command_of(Machine("m", "max"), Path("kernel"), Path("disk"), commands)
    assert command[-1].endswith(f" -- {guest_machine.words_of(commands)}")


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program in place of the emulator."""
    program = folder / "qemu"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(guest_machine, "QEMU", str(program))


def test_a_boot_leaves_its_log_without_carriage_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, r"printf 'guest begins a\r\nyes\r\n\r\nguest exit 7\r\n'")
    (ended,) = guest_machine.boot(Machine("m", "max"), Path("k"), Path("d"), [["a"]], tmp_path / "m.log")
    assert ended == Ended("a", "yes", 7)
    assert b"\r" not in (tmp_path / "m.log").read_bytes()


def test_a_boot_that_hangs_ends_with_the_path_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, "echo 'guest begins a'; exec sleep 60")
    monkeypatch.setattr(guest_machine, "LIMIT_S", 0.5)
    log = tmp_path / "m.log"
    with pytest.raises(GuestFailed, match=rf"^m: a began and did not end within 0.5 s; .*; see {log}$"):
        guest_machine.boot(Machine("m", "max"), Path("k"), Path("d"), [["a"]], log)


def test_a_library_that_the_sysroot_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib/aarch64-linux-gnu").mkdir(parents=True)
    for name in (guest_machine.LOADER, "libone.so"):
        (tmp_path / "lib/aarch64-linux-gnu" / name).touch()
    needs = {"program": ["libone.so"], "libone.so": [], guest_machine.LOADER: []}
    monkeypatch.setattr(guest_machine, "needed_by", lambda path: needs[path.name])
    assert set(guest_machine.libraries_of([Path("program")], tmp_path)) == {guest_machine.LOADER, "libone.so"}
    needs["libone.so"] = ["libtwo.so"]
    with pytest.raises(GuestFailed, match=r"has no libtwo\.so"):
        guest_machine.libraries_of([Path("program")], tmp_path)


def test_programs_that_are_not_built_are_named(tmp_path: Path) -> None:
    with pytest.raises(GuestFailed, match=rf"missing here: .*{tmp_path}/guest_tests"):
        guest_machine.make_disk(tmp_path / "disk.cpio", {"bin/tests": tmp_path / "guest_tests"}, tmp_path)
