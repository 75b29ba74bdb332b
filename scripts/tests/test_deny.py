"""Are system calls refused with the error that was asked for, those and no others, and to children too?"""

import subprocess
import sys
from pathlib import Path

import deny
import pytest

SCRIPT = Path(deny.__file__)
# Calls that do nothing with these arguments, and one that is never refused. One has a name in the C library.
ASK = f"""
import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
def answer(call, number):
    named = (libc.process_vm_readv, os.getpid()) if call == "process_vm_readv" else (libc.syscall, number)
    ctypes.set_errno(0)
    return os.strerror(ctypes.get_errno()) if named[0](named[1], 0, 0, 0, 0, 0) < 0 else "done"
numbers = {deny.NUMBERS!r}[platform.machine()]
for call in sorted(numbers):
    print(call, answer(call, numbers[call]))
print(os.getpid() > 0)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("error", "said"), [("EPERM", "Operation not permitted"), ("ENOSYS", "Function not implemented")]
)
def test_what_is_named_is_refused(error: str, said: str) -> None:
    calls = sorted(next(iter(deny.NUMBERS.values())))
    # A shell in between: the filter is inherited.
    done = run(error, *calls, "--", "sh", "-c", '"$0" -c "$1"', sys.executable, ASK)
    assert done.stdout.splitlines() == [*(f"{call} {said}" for call in calls), "True"], done.stderr


def test_what_is_not_named_goes_through() -> None:
    done = run("EXDEV", "io_uring_setup", "--", sys.executable, "-c", ASK)
    answers = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert answers.pop("io_uring_setup") == "Invalid cross-device link"
    assert "Invalid cross-device link" not in answers.values()


@pytest.mark.parametrize(
    "arguments", [[], ["EPERM"], ["EPERM", "bind", "--", "true"], ["EWHAT", "--", "true"]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: deny.py")


def test_a_command_that_is_not_there() -> None:
    assert run("EPERM", "--", "/nonexistent/command").returncode == 4
