"""Is a restriction that a run did not endure told, and is each of them really one?"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import left_over
import pytest
import restricted
from skips import Skip

TAKES_TCP = restricted.Restriction("no loopback", restricted.words(), "unreachable", "/pipe/", ("/tcp/",))
MACHINE = (Skip("point", "*", "needs * this machine has *"),)


def run_of(skips: Mapping[str, str | None], status: str = "ok") -> dict[str, Any]:
    """Points by name with the reason why they are skipped; the others are launched once."""
    measured = [place for place, reason in enumerate(skips.values()) if reason is None]
    return {
        "points": [{"name": name, "skip": reason} for name, reason in skips.items()],
        "launches": [{"point": place, "status": status, "why": "it was so"} for place in measured],
    }


ENDURED = {
    "ipc/tcp/a": "bind: Network is unreachable",
    "ipc/pipe/a": None,
    "ipc/pipe/b": "needs 2, this machine has 1",
}


def test_what_is_concerned_is_skipped_for_the_cause_and_the_rest_measured() -> None:
    assert restricted.wrong_in(run_of(ENDURED), TAKES_TCP, MACHINE) == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"ipc/tcp/a": None}, "no point with /tcp/ is skipped with a reason like unreachable"),
        ({"ipc/pipe/a": "Network is unreachable"}, "no point with /pipe/ is measured"),
        ({"ipc/pipe/c": "failed"}, "ipc/pipe/c is skipped for another reason: failed"),
        # What a machine lacks anyway is no sign that the restriction was noticed.
        ({"ipc/tcp/a": "needs 2, this machine has 1"}, "no point with /tcp/ is skipped with a reason like"),
    ],
)
def test_what_was_not_endured_is_told(change: Mapping[str, str | None], wrong: str) -> None:
    (told,) = restricted.wrong_in(run_of({**ENDURED, **change}), TAKES_TCP, MACHINE)
    assert told.startswith(wrong)


def test_a_launch_that_failed_is_told() -> None:
    (told,) = restricted.wrong_in(run_of(ENDURED, status="crashed"), TAKES_TCP, MACHINE)
    assert told == "ipc/pipe/a crashed: it was so"


# What each restriction takes away, asked of the kernel beneath it, and what that says.
PROBES = {
    "64 descriptors": ("for _ in range(80): os.dup(0)", "Too many open files"),
    "few tasks": (
        "for _ in range(40):\n    if os.fork() == 0: time.sleep(1); os._exit(0)",
        "Resource temporarily unavailable",
    ),
    "1 MiB of /dev/shm": ("open('/dev/shm/probe', 'wb').write(bytes(2 << 20))", "No space left on device"),
    "no message queues": ("queue()", "No space left on device"),
    "no bytes for message queues": ("queue()", "Too many open files"),
    "no loopback": ("socket.create_connection(('127.0.0.1', 9))", "Network is unreachable"),
    "system calls that fail with EPERM": ("setup_ring()", "Operation not permitted"),
    "system calls that fail with ENOSYS": ("setup_ring()", "Function not implemented"),
}
HELP = """
import ctypes, os, socket, time
libc = ctypes.CDLL(None, use_errno=True)
def checked(result):
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
def queue():
    checked(libc.mq_open(b"/latchmark-test-restricted", os.O_CREAT | os.O_RDWR, 0o600, None))
    libc.mq_unlink(b"/latchmark-test-restricted")
def setup_ring():
    checked(libc.syscall(425, 0, 0))
"""


@pytest.mark.parametrize(
    "restriction", restricted.RESTRICTIONS, ids=[one.name for one in restricted.RESTRICTIONS]
)
def test_it_takes_away_what_it_says(restriction: restricted.Restriction) -> None:
    try:
        before = restriction.before()
    except restricted.CannotRestrict as why:
        pytest.skip(str(why))
    possible = subprocess.run([*before, "true"], capture_output=True, text=True, check=False)
    if possible.returncode != 0:
        pytest.skip(f"cannot be restricted here: {possible.stderr.strip()}")
    probe, said = PROBES[restriction.name]
    command = [*before, sys.executable, "-c", HELP + probe]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said in done.stderr


def test_who_is_not_root_cannot_become_somebody_without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(restricted.CannotRestrict, match="needs root"):
        restricted.few_tasks()


# Writes a run in which a point was measured; with other words, what a bad one does.
BENCH = """#!{python}
import json, os, sys
out = sys.argv[sys.argv.index("--out") + 1]
os.mkdir(out)
run = {run}
{more}
json.dump(run, open(out + "/run.json", "w"))
"""
CHECK_ONE = """
import left_over, sys
from pathlib import Path
import restricted
left_over.PATIENCE_S = 0.3
limit = restricted.words("prlimit", "--nofile=64")
restricted.RESTRICTIONS = (
    restricted.Restriction("a limit", limit, "unreachable", "/pipe/", ("/tcp/",)),
    restricted.Restriction("another", restricted.words("false"), "", ""),
)
sys.exit(restricted.main(sys.argv[1:]))
"""


def checked(folder: Path, *names: str, more: str = "") -> subprocess.CompletedProcess[str]:
    """The command on a stand-in, in a process of its own: this one shall adopt nobody."""
    bench = folder / "bench"
    text = BENCH.format(
        python=sys.executable, run=json.dumps(run_of(ENDURED)).replace("null", "None"), more=more
    )
    bench.write_text(text, "utf-8")
    bench.chmod(0o755)
    command = [sys.executable, "-c", CHECK_ONE, str(bench), *names]
    environment = os.environ | {"PYTHONPATH": str(Path(left_over.__file__).parent)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_each_restriction_has_a_line_and_what_cannot_be_restricted_too(tmp_path: Path) -> None:
    done = checked(tmp_path)
    assert done.stdout.splitlines() == [
        "ok      a limit: 1 points measured, 2 skipped",
        "absent  another: exit code 1",
    ]
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("sys.exit('it is too hard')", "exit code 1: it is too hard"),
        ("open('socket', 'w')", "left in the temporary folder: socket"),
    ],
)
def test_what_the_program_does_wrong_is_told(tmp_path: Path, more: str, told: str) -> None:
    done = checked(tmp_path, "a limit", more=more)
    assert done.returncode == 1
    assert told in done.stdout


def test_wrong_usage(tmp_path: Path) -> None:
    done = checked(tmp_path, "a dream")
    assert done.returncode == 2
    assert done.stderr.endswith("of: a limit, another\n")
