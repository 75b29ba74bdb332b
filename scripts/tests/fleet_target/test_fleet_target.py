"""Does a machine keep a run through everything and forget it then? target.sh with a stand-in of a package."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import signal
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "fleet/target.sh"
ID = "0123456789ab"
PROGRAM = """#!/bin/sh
if [ "$1" = plan ]; then {plan}; exit; fi
echo "words: $*" >&2
while [ $# -gt 0 ]; do
    case $1 in --out | --resume) out=$2 ;; esac
    shift
done
mkdir -p "$out"
echo $$ >"$out/journal.jsonl"
{run}
"""


class Target:
    """One root, and the script as it comes through a connection: as text."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.holding = self.root / ID

    def ask(self, verb: str, *words: str, identity: str = ID) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-s", "--", verb, str(self.root), identity, *words],
            input=SCRIPT.read_text("utf-8"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def begin(self, run: str, plan: str = "echo 3") -> subprocess.CompletedProcess[str]:
        """Opened, staged and started."""
        assert self.ask("open", "600").returncode == 0
        return self.ask("start", self.stage(run, plan), "quick", "--alias", "a name")

    def stage(self, run: str, plan: str = "echo 3") -> str:
        """Puts a package there and returns its SHA-256."""
        data = PROGRAM.format(run=run, plan=plan).encode()
        info = tarfile.TarInfo("latchmark-0-any/bin/latchmark-bench")
        info.size, info.mode = len(data), 0o755
        file = self.holding / "package.tar.gz"
        with tarfile.open(file, "w:gz") as tarball:
            tarball.addfile(info, io.BytesIO(data))
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def pid(self, name: str) -> int:
        return int((self.holding / name).read_text("utf-8").split()[0])

    def sessions(self) -> set[int]:
        return {self.pid(name) for name in ("janitor", "supervisor") if (self.holding / name).exists()}


def members(sessions: set[int]) -> list[str]:
    """What lives of these sessions."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) in sessions and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def kill_all(pids: list[str]) -> list[str]:
    """Whom it killed."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    return pids


def until(look: Callable[[], object]) -> None:
    """Waits for it; a test that waits for ever would say nothing."""
    end = time.monotonic() + 30
    while not look():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    target = Target(tmp_path)
    yield target
    if target.holding.exists():
        target.ask("close", "--stop")


def test_a_run_ends_with_its_code_and_leaves_nothing(target: Target) -> None:
    started = target.begin("exit 7")
    assert started.stdout.splitlines()[-1] == "expected_s 3"
    sessions = target.sessions()
    assert len(sessions) == 2
    assert target.ask("wait", "30").stdout == "ended 7\n"
    assert "words: run quick --alias a name --out" in (target.holding / "log.txt").read_text("utf-8")
    assert target.ask("close").returncode == 0
    assert not target.root.exists()
    assert not members(sessions)
    assert target.ask("state").stdout == "gone\n"


def test_a_journal_is_resumed(target: Target) -> None:
    assert target.ask("open", "600").returncode == 0
    (target.holding / "run").mkdir()
    (target.holding / "run/journal.jsonl").write_text("{}\n", "utf-8")
    assert target.ask("start", target.stage("exit 0")).returncode == 0
    assert target.ask("wait", "30").stdout == "ended 0\n"
    assert f"words: run --resume {target.holding}/run" in (target.holding / "log.txt").read_text("utf-8")


def test_a_run_that_measures_is_only_stopped_on_request(target: Target) -> None:
    target.begin("setsid -w sleep 1 & sleep 300")
    refused = target.ask("close")
    assert refused.returncode == 3
    assert len(refused.stderr.splitlines()) == 1
    assert target.ask("state").stdout == target.ask("wait", "1").stdout == "running\n"
    sessions = target.sessions()
    assert target.ask("close", "--stop").returncode == 0
    assert not members(sessions)
    assert not target.root.exists()


@pytest.mark.parametrize("who", ["program", "supervisor"])
def test_a_kill_is_told_and_the_journal_kept(target: Target, who: str) -> None:
    target.begin("sleep 300 & wait")
    journal = target.holding / "run/journal.jsonl"
    until(lambda: journal.exists() and journal.read_text("utf-8").strip())
    sessions = {target.pid("supervisor")}
    victim = int(journal.read_text("utf-8")) if who == "program" else target.pid("supervisor")
    os.kill(victim, signal.SIGKILL)
    assert target.ask("wait", "30").stdout == "ended 137\n"
    assert journal.exists()
    assert (target.holding / "log.txt").exists()
    until(lambda: not members(sessions))  # the supervisor itself is about to end


def test_nothing_is_created_while_it_waits(target: Target) -> None:
    target.begin("sleep 300")
    with subprocess.Popen(
        ["sh", str(SCRIPT), "wait", str(target.root), ID, "60"],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as waiting:
        until(lambda: len(members({waiting.pid})) == 2)  # the script, and flock asleep
        before = set(members({waiting.pid}))
        time.sleep(0.5)
        assert set(members({waiting.pid})) == before
        assert target.ask("close", "--stop").returncode == 0
        assert waiting.communicate(timeout=30)[0] in (b"gone\n", b"ended 137\n")


def test_the_janitor_clears_away_at_the_deadline(target: Target) -> None:
    target.begin("sleep 300")
    sessions = target.sessions()
    (target.holding / "deadline").write_text("1\n", "utf-8")
    sleeping = [pid for pid in members({target.pid("janitor")}) if int(pid) != target.pid("janitor")]
    os.kill(int(sleeping[0]), signal.SIGTERM)  # as if its time were over
    until(lambda: not target.root.exists() and not members(sessions))


BOOT = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8").strip()


def start_of(pid: int) -> str:
    """When a process began, as the kernel counts it."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]


@pytest.mark.parametrize("known", ["its start", "its boot"])
def test_what_a_switched_off_machine_left_is_swept(target: Target, known: str) -> None:
    assert target.ask("open", "600").returncode == 0
    janitor = target.pid("janitor")
    until(lambda: not kill_all(members({janitor})))  # one of them may have been about to start another
    (target.holding / "deadline").write_text("1\n", "utf-8")
    # A stranger who has the numbers of both by now lives on.
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as stranger:
        told = f"{start_of(stranger.pid)} another-boot" if known == "its start" else f"1 {BOOT}"
        (target.holding / "janitor").write_text(f"{stranger.pid}\n", "utf-8")
        (target.holding / "supervisor").write_text(f"{stranger.pid} {told}\n", "utf-8")
        assert target.ask("open", "600", identity="ba9876543210").returncode == 0
        assert not target.holding.exists()
        assert stranger.poll() is None
        stranger.kill()
    assert target.ask("close", identity="ba9876543210").returncode == 0
    assert not target.root.exists()


def test_a_run_outlives_whoever_started_it_and_holds_nothing_of_his(target: Target) -> None:
    assert target.ask("open", "600").returncode == 0
    words = ["start", str(target.root), ID, target.stage("sleep 2; exit 7"), "quick"]
    with subprocess.Popen(
        ["sh", "-c", 'sh "$@"; sleep 60', "sh", str(SCRIPT), *words],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as caller:
        assert caller.stdout is not None
        assert caller.stdout.readline() == b"expected_s 3\n"
        os.killpg(caller.pid, signal.SIGKILL)
        assert caller.stdout.read() == b""  # nobody else holds it, as a connection would be held
        assert target.ask("state").stdout == "running\n"
    assert target.ask("wait", "30").stdout == "ended 7\n"


def test_a_second_start_and_a_wrong_sum_are_refused(target: Target) -> None:
    assert target.ask("open", "600").returncode == 0
    sha256 = target.stage("sleep 300")
    wrong = target.ask("start", "0" * 64, "quick")
    assert wrong.returncode == 4
    assert len(wrong.stderr.splitlines()) == 1
    assert target.ask("state").stdout == "ended 4\n"
    assert target.ask("start", sha256, "quick").returncode == 0
    assert target.ask("start", sha256, "quick").returncode == 4


def test_a_machine_that_cannot_run_it_says_so(target: Target) -> None:
    said = target.begin("exit 0", plan='echo "libc too old" >&2; exit 4')
    assert (said.returncode, said.stderr) == (4, "incompatible: libc too old\n")


@pytest.mark.parametrize("ttl_s", ["59", "2592001", "0100", "1x", ""])
def test_odd_times_are_wrong_usage(target: Target, ttl_s: str) -> None:
    assert target.ask("open", ttl_s).returncode == 2
    assert not target.root.exists()


@pytest.mark.parametrize("identity", ["../../../etc", "0123456789AB", "0123456789abc", ""])
def test_odd_identities_are_wrong_usage(target: Target, identity: str) -> None:
    assert target.ask("open", "600", identity=identity).returncode == 2


def test_a_root_that_is_a_link_is_refused(target: Target, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target.root.symlink_to(tmp_path / "elsewhere")
    said = target.ask("open", "600")
    assert said.returncode == 4
    assert len(said.stderr.splitlines()) == 1
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_folder_that_it_did_not_make_is_left_alone(target: Target) -> None:
    target.holding.mkdir(parents=True)
    (target.holding / "mine").touch()
    assert target.ask("open", "600").returncode == 4
    assert target.ask("close", "--stop").returncode == 0
    assert (target.holding / "mine").exists()


def test_a_second_open_renews_the_time_and_keeps_the_janitor(target: Target) -> None:
    assert target.ask("open", "600").returncode == 0
    janitor, deadline = target.pid("janitor"), target.pid("deadline")
    assert target.ask("open", "6000").returncode == 0
    assert target.pid("janitor") == janitor
    assert target.pid("deadline") > deadline + 5000


def test_a_full_disk_is_not_taken_for_a_holding_that_is_gone(target: Target) -> None:
    target.begin("sleep 300")
    os.kill(target.pid("supervisor"), signal.SIGKILL)
    limited = f"trap '' XFSZ; ulimit -f 0; exec sh {SCRIPT} wait {target.root} {ID} 30"
    said = subprocess.run(["sh", "-c", limited], capture_output=True, timeout=60, check=False)
    assert said.stdout == b"ended 137\n"


def test_a_sweep_believes_nothing_that_another_user_left(target: Target) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make another user's folder")
    target.root.mkdir()
    theirs = target.root / "ba9876543210"
    theirs.mkdir()
    (theirs / "latchmark-holding").touch()
    with subprocess.Popen(["sleep", "300"], start_new_session=True) as victim:
        start = Path(f"/proc/{victim.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("utf-8")
        (theirs / "supervisor").write_text(f"{victim.pid} {start} {boot}", "utf-8")
        os.chown(theirs, 65534, 65534)
        assert target.ask("open", "600").returncode == 0
        assert victim.poll() is None
        victim.kill()
    assert theirs.exists()


def test_a_failed_open_leaves_nothing(target: Target) -> None:
    limited = f"ulimit -f 0; exec sh {SCRIPT} open {target.root} {ID} 600"  # as on a full disk
    limited = "trap '' XFSZ; " + limited
    said = subprocess.run(["sh", "-c", limited], capture_output=True, timeout=60, check=False)
    assert said.returncode == 4
    assert len(said.stderr.splitlines()) == 1
    assert not target.root.exists()
