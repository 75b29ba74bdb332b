"""Does one command run a preset on many hosts, and keep what comes back? Ansible on hosts of this machine.

Each has a root of its own, whose name says what its stand-in of a program does; one is a closed port.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from stand_in_package import make_package

from latchmark.loading import load
from latchmark.loading.fleet import load_fleet
from latchmark.model.fleet import Fleet, HostState

SCRIPTS = Path(__file__).resolve().parents[2]
HOSTILE = ("invalid", "link", "pipe", "large")
# Long enough for any of these tests, short enough that nothing stays for long where one is killed.
HOURS = "0.2"

pytestmark = pytest.mark.skipif(
    shutil.which("ansible-playbook") is None, reason="ansible-core is not installed"
)


class Rack:
    """Hosts by what they do, their roots, and the controller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "out"
        self.package = make_package(folder)
        self.controllers: list[subprocess.Popen[str]] = []

    def hosts(self, *names: str, unreachable: Sequence[str] = ()) -> None:
        """An inventory of them."""
        local = {
            name: {"latchmark_root": str(self.root(name)), "ansible_connection": "local"}
            | ({"latchmark_alias": "its alias"} if name == "named" else {})
            for name in names
        }
        closed = {name: {"ansible_host": "127.0.0.1", "ansible_port": 1} for name in unreachable}
        (self.folder / "rack.yml").write_text(json.dumps({"all": {"hosts": local | closed}}), "utf-8")

    def root(self, name: str) -> Path:
        return self.folder / "roots" / name

    def let_go(self, name: str) -> None:
        """The run of a slow host ends."""
        self.root(name).with_name(f"{name}.go").touch()
        until(lambda: list(self.root(name).glob("*/ended")))

    def begin(self, *words: str) -> subprocess.Popen[str]:
        """The controller, in a group of its own, with margins that suit programs that measure nothing."""
        command = [sys.executable, str(SCRIPTS / "fleet"), *words]
        reports = {"PYTHONPATH": str(SCRIPTS.parent / "reports"), "HOME": str(self.folder / "home")}
        controller = subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | reports,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        self.controllers.append(controller)
        return controller

    def run(self, *words: str) -> tuple[int, str, str]:
        """How the controller ended: its code, standard output and standard error."""
        controller = self.begin(*words)
        told, complained = controller.communicate(timeout=100)
        return controller.returncode, told, complained

    def start(self, *words: str) -> tuple[str, ...]:
        """The words of a new fleet run."""
        margins = ("--largest-bytes", "30000000", "--grace-s", "0", "--time-to-live", HOURS)
        given = ("--inventory", "rack.yml", "--package", str(self.package), "--out", "out")
        return ("run", *given, *margins, *words)

    def clear(self) -> None:
        """Ends what a test that has failed leaves behind."""
        for controller in self.controllers:
            if controller.poll() is None:
                os.killpg(controller.pid, signal.SIGKILL)
                controller.communicate()
        for holding in self.folder.glob("roots/*/*"):
            close = ["sh", str(SCRIPTS / "fleet/target.sh"), "close", str(holding.parent), holding.name]
            subprocess.run([*close, "--stop"], check=False)

    @property
    def fleet(self) -> Fleet:
        return load_fleet(self.out)

    def states(self) -> dict[str, HostState]:
        return {host.host: host.state for host in self.fleet.hosts}


@pytest.fixture(scope="module")
def rack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rack]:
    """A rack on which all has been run once; what that said is in `first`."""
    rack = Rack(tmp_path_factory.mktemp("rack"))
    rack.hosts("good", "named", "bad", "half", "old", *HOSTILE, unreachable=["gone"])
    filter_ = "it's {{ 7 * 6 }} ${HOME}"
    code, told, complained = rack.run(*rack.start("quick", "--rounds", "2", "--filter", filter_))
    (rack.folder / "first").write_text(f"{code}\n{told}\n{complained}", "utf-8")
    yield rack
    rack.clear()


@pytest.fixture
def slow_rack(tmp_path: Path) -> Iterator[Rack]:
    """One host, which measures until it is let go."""
    rack = Rack(tmp_path)
    rack.hosts("slow")
    yield rack
    rack.clear()


def test_every_host_has_its_state(rack: Rack) -> None:
    first = (rack.folder / "first").read_text("utf-8")
    assert first.splitlines()[0] == "1", first  # one of the runs has failed
    assert "3 of 10 machines" in first
    assert rack.states() == {
        "good": HostState.OK,
        "named": HostState.OK,
        "bad": HostState.FAILED,
        "half": HostState.INCOMPLETE,
        "old": HostState.INCOMPATIBLE,
        "invalid": HostState.INCOMPATIBLE,
        "link": HostState.INCOMPLETE,
        "pipe": HostState.INCOMPLETE,
        "large": HostState.INCOMPATIBLE,
        "gone": HostState.UNREACHABLE,
    }


def test_reasons_say_what_happened(rack: Rack) -> None:
    reasons = {host.host: host.reason for host in rack.fleet.hosts}
    assert reasons["good"] == ""
    assert "verify failed" in reasons["bad"]
    assert reasons["half"].startswith("ended by signal 9")
    assert "this package needs a newer C library" in reasons["old"]
    assert reasons["invalid"].startswith("run.json: is not JSON")
    assert reasons["link"] == reasons["pipe"] == "ended with 0, and left no run file"
    assert "too large" in reasons["large"]
    assert "Connection refused" in reasons["gone"]
    assert all(reason.isprintable() for reason in reasons.values())


def test_only_what_can_be_trusted_is_kept(rack: Rack) -> None:
    kept = {str(path.relative_to(rack.out / "hosts")) for path in rack.out.glob("hosts/*/run/*.json*")}
    assert kept == {"good/run/run.json", "named/run/run.json", "bad/run/run.json", "half/run/journal.jsonl"}
    assert load(rack.out / "hosts/good/run/run.json").machine.alias == "good"
    assert not list(rack.out.rglob(".incoming"))
    assert not [path for path in rack.out.rglob("*") if path.is_symlink()]
    assert "passwd" not in "".join(os.listdir(rack.out))
    assert not list(rack.out.glob("hosts/link/run/*"))


def test_words_arrive_as_they_were_typed(rack: Rack) -> None:
    said = (rack.out / "hosts/good/log.txt").read_text("utf-8")
    assert "quick --rounds 2 --filter it's {{ 7 * 6 }} ${HOME}" in said
    assert "alias" not in said
    assert "--alias its alias" in (rack.out / "hosts/named/log.txt").read_text("utf-8")


def test_table_and_pages_tell_who_is_missing(rack: Rack) -> None:
    rows = (rack.out / "status.csv").read_text("utf-8").splitlines()
    assert len(rows) == 11
    assert rows[1].startswith("good,ok,,0,")
    for page in ("index.html", "comparison.html"):
        assert "gone" in (rack.out / page).read_text("utf-8"), page
    assert "false_sharing" in (rack.out / "hosts/good/run/report.html").read_text("utf-8")
    assert "./hosts/good/run/report.html" in (rack.out / "index.html").read_text("utf-8")


def test_nothing_is_left_on_the_hosts(rack: Rack) -> None:
    assert not [path for name in rack.states() for path in rack.root(name).rglob("*")]
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(rack.folder / "roots") not in listed


def test_a_folder_is_used_once(rack: Rack) -> None:
    before = (rack.out / "fleet.json").read_bytes()
    code, _, complained = rack.run(*rack.start("quick"))
    assert (code, complained.count("\n")) == (2, 1)
    assert "is there already" in complained
    assert (rack.out / "fleet.json").read_bytes() == before


def test_collecting_again_changes_nothing_and_status_asks_nobody(rack: Rack) -> None:
    before = {path: path.read_bytes() for path in rack.out.rglob("status.json")}
    code, told, complained = rack.run("collect", "out")
    assert (code, complained) == (1, "")
    assert {path: path.read_bytes() for path in rack.out.rglob("status.json")} == before
    code, told_by_status, _ = rack.run("status", "out")
    assert code == 1
    assert told.startswith(told_by_status)


def test_a_resumed_run_goes_on_where_it_was(rack: Rack) -> None:
    """Last of those that share the rack: it completes the one that crashed."""
    good = (rack.out / "hosts/good/status.json").read_bytes()
    margins = ("--grace-s", "0", "--time-to-live", HOURS)
    code, told, complained = rack.run("run", "--resume", "out", "--package", str(rack.package), *margins)
    assert code == 1, told + complained
    half = next(host for host in rack.fleet.hosts if host.host == "half")
    assert (half.state, half.attempt) == (HostState.OK, 2)
    assert load(rack.out / "hosts/half/run/run.json").machine.alias == "resumed"
    assert sorted(os.listdir(rack.out / "hosts/half/run")) == ["report.html", "run.json"]
    assert (rack.out / "hosts/good/status.json").read_bytes() == good
    assert rack.states()["gone"] is HostState.UNREACHABLE
    assert not [path for name in rack.states() for path in rack.root(name).rglob("*")]


def until(happened: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for what is about to happen."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.mark.parametrize("stage", ["before", "between"])
def test_a_killed_controller_leaves_what_collect_gets(slow_rack: Rack, stage: str) -> None:
    rack = slow_rack
    controller = rack.begin(*rack.start("quick", "--seed", "1"))
    # Before a host has heard of it, and between its start there and the controller's knowing of it.
    seen = {"before": "out/hosts/slow/status.json", "between": "roots/slow/*/log.txt"}
    until(lambda: list(rack.folder.glob(seen[stage])))
    os.killpg(controller.pid, signal.SIGKILL)
    controller.communicate()
    assert rack.states() == {"slow": HostState.NOT_COLLECTED}
    if stage == "between":
        rack.let_go("slow")
    code, told, complained = rack.run("collect", "out")
    expected = HostState.INCOMPLETE if stage == "before" else HostState.OK
    assert rack.states() == {"slow": expected}, told + complained
    assert code == (4 if stage == "before" else 0)
    assert not list(rack.out.glob(".*"))
    assert not list(rack.root("slow").rglob("*"))


def test_what_still_measures_is_left_alone(slow_rack: Rack) -> None:
    """Also by a controller that is told to stop: the host goes on."""
    rack = slow_rack
    controller = rack.begin(*rack.start("quick"))
    assert controller.stderr is not None
    while "measure; asking" not in controller.stderr.readline():
        assert controller.poll() is None
    controller.send_signal(signal.SIGTERM)
    _, complained = controller.communicate(timeout=60)
    assert (controller.returncode, complained.count("\n")) == (3, 1)
    assert "interrupted: what was started goes on" in complained
    code, told, _ = rack.run("status", "out", "--ask")
    assert (code, "now: measures" in told) == (4, True)
    assert rack.run("collect", "out")[0] == 4
    (slow,) = rack.fleet.hosts
    assert (slow.state, slow.reason) == (HostState.NOT_COLLECTED, "it still measures")
    rack.let_go("slow")
    assert rack.run("collect", "out")[0] == 0
    assert not list(rack.root("slow").rglob("*"))
