"""Does a preset on a cluster end in the right statuses and leave nothing on its nodes? Three virtual ones."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import slurm_cluster
from collecting import RUN_FILE, run_folder_of
from node_package import make_package, steer
from slurm import ROOT_VARIABLE, Slurm
from virtual_cluster import Cluster, virtual_cluster, why_not

from latchmark.errors import WrongUsage
from latchmark.loading.fleet import load_fleet
from latchmark.model.fleet import JOURNAL_NAME, LOG_NAME, HostState, HostStatus

_ROOT = Path(__file__).resolve().parents[3]
_SECRET = "LATCHMARK_TEST_SECRET"
_SOON_S = 60.0

pytestmark = pytest.mark.skipif(bool(why_not()), reason=f"no virtual cluster: {why_not()}")


@dataclass(frozen=True)
class Site:
    """A cluster, the package that its nodes are given, and where their own disks are."""

    cluster: Cluster
    package: Path
    steering: Path
    disks: Path

    def command(self, *words: str) -> list[str]:
        """A command of the controller."""
        return [sys.executable, str(_ROOT / "scripts" / "fleet"), *words]

    def environment(self) -> dict[str, str]:
        """Of the controller: each virtual node has a disk of its own."""
        own = {"PYTHONPATH": str(_ROOT / "reports"), ROOT_VARIABLE: f"{self.disks}/%N", _SECRET: "hunter2"}
        return {**self.cluster.environment, **own}

    def fleet(self, *words: str) -> int:
        """Runs a command of the controller to its end."""
        done = subprocess.run(
            self.command(*words), env=self.environment(), capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode

    def run(self, nodes: str, out: Path, *words: str) -> list[str]:
        """The words of a new fleet run."""
        where = ("--slurm", "--nodes", nodes, "--out", str(out), "--package", str(self.package))
        return ["run", *where, *words, "quick"]

    def jobs(self, folder: Path) -> dict[str, slurm_cluster.Job]:
        """Its jobs, by node."""
        lines = self.cluster.ask(
            "squeue",
            "--noheader",
            "--states=all",
            f"--name=latchmark-{load_fleet(folder).id}",
            "--format=%A|%T|%n|%r",
        ).splitlines()
        told = [line.split("|") for line in sorted(lines, key=lambda line: int(line.partition("|")[0]))]
        return {node: slurm_cluster.Job(int(number), node, state, why) for number, state, node, why in told}

    def is_empty(self) -> bool:
        """Whether nothing is left on any node's disk."""
        return not any(self.disks.rglob("*/*"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    place = tmp_path_factory.mktemp("site")
    place.chmod(0o755)
    steering, disks = place / "steering", place / "disks"
    disks.mkdir()
    package = make_package(place, steering, ("n1", "n2", "n3"))
    with virtual_cluster(place / "cluster") as cluster:
        yield Site(cluster, package, steering, disks)


def _statuses(folder: Path) -> dict[str, HostStatus]:
    return {status.host: status for status in load_fleet(folder).hosts}


def _soon(is_so: Callable[[], bool]) -> None:
    until_s = time.monotonic() + _SOON_S
    while not is_so():
        assert time.monotonic() < until_s
        time.sleep(0.2)


def _begin(site: Site, node: str, folder: Path) -> subprocess.Popen[bytes]:
    """A fleet run on one node that measures now, and its controller."""
    controller = subprocess.Popen(
        site.command(*site.run(node, folder)),
        env=site.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _soon(lambda: any(site.disks.glob(f"{node}/*/{JOURNAL_NAME}")))
    return controller


def test_good_crashed_down_and_unknown_nodes_then_the_crashed_one_resumed(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    for node, mode in (("n1", "good"), ("n2", "good"), ("n3", "crash")):
        steer(site.steering, node, mode)
    assert site.fleet(*site.run("n[1-3],gone,nowhere", folder)) == 3
    found = _statuses(folder)
    assert {host: status.state for host, status in found.items()} == {
        "n1": HostState.OK,
        "n2": HostState.OK,
        "n3": HostState.INCOMPLETE,
        "gone": HostState.UNREACHABLE,
        "nowhere": HostState.UNREACHABLE,
    }
    assert found["n3"].exit_code == 137
    assert "no power supply" in found["gone"].reason
    assert "no such node" in found["nowhere"].reason
    assert (folder / "hosts/n3" / JOURNAL_NAME).exists()
    log = (folder / "hosts/n1" / LOG_NAME).read_text("utf-8")
    assert "words: run" in log
    assert _SECRET not in log
    assert (folder / "comparison.html").exists()
    assert site.is_empty()

    kept = (run_folder_of(folder, "n1") / RUN_FILE).read_bytes()
    assert site.fleet("run", "--resume", str(folder), "--package", str(site.package)) == 3
    found = _statuses(folder)
    assert found["n3"].state is HostState.OK
    assert found["n3"].attempt == 2
    assert found["gone"].state is HostState.UNREACHABLE
    assert (run_folder_of(folder, "n1") / RUN_FILE).read_bytes() == kept
    assert site.is_empty()


def test_features_choose_nodes(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLURM_CONF", "PATH"):
        monkeypatch.setenv(name, site.cluster.environment[name])
    assert Slurm(None, None, ("big",)).hosts() == ("gone", "n1", "n2")
    assert Slurm("all", "n[1-3]", ("big", "arm")).hosts() == ("n1",)
    with pytest.raises(WrongUsage, match="--constraint gpu"):
        Slurm(None, None, ("gpu",)).hosts()
    with pytest.raises(WrongUsage, match="--partition none"):
        Slurm("none", None, ()).hosts()


def test_the_exit_code_of_a_run_is_that_of_its_job(site: Site, tmp_path: Path) -> None:
    steer(site.steering, "n2", "seven")
    assert site.fleet(*site.run("n2", tmp_path / "fleet")) == 4
    assert _statuses(tmp_path / "fleet")["n2"].exit_code == 7
    job = site.jobs(tmp_path / "fleet")["n2"].id
    assert "ExitCode=7:0" in site.cluster.ask("scontrol", "show", "job", str(job))
    assert site.is_empty()


def test_an_interrupted_controller_leaves_a_job_that_has_its_node_alone(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    hold = steer(site.steering, "n1", "good", is_held=True)
    controller = _begin(site, "n1", folder)
    other = ("--wrap=true", "--nodelist=n1", "--ntasks=1", f"--output={tmp_path / 'other'}")
    second = site.cluster.ask("sbatch", "--parsable", *other).strip()
    controller.send_signal(signal.SIGINT)
    assert controller.wait(30) == 3
    assert site.fleet("collect", str(folder)) == 4
    assert _statuses(folder)["n1"].state is HostState.NOT_COLLECTED
    assert "running" in _statuses(folder)["n1"].reason
    # Long enough for the scheduler to have looked at it.
    _soon(
        lambda: (
            site.cluster.ask("squeue", "-h", "-j", second, "-o", "%r").strip() in ("Resources", "Priority")
        )
    )
    hold.unlink()
    _soon(lambda: not site.jobs(folder)["n1"].is_active)
    assert site.fleet("collect", str(folder)) == 0
    assert _statuses(folder)["n1"].state is HostState.OK
    assert site.is_empty()


def test_a_cancelled_job_hands_over_its_journal(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    hold = steer(site.steering, "n2", "good", is_held=True)
    controller = _begin(site, "n2", folder)
    site.cluster.ask("scancel", str(site.jobs(folder)["n2"].id))
    assert controller.wait(_SOON_S) == 4
    hold.unlink()
    status = _statuses(folder)["n2"]
    assert status.state is HostState.INCOMPLETE
    assert (folder / "hosts/n2" / JOURNAL_NAME).exists()
    assert site.is_empty()


def test_what_a_killed_job_left_on_its_node_is_fetched_by_another(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "fleet"
    hold = steer(site.steering, "n3", "good", is_held=True)
    controller = _begin(site, "n3", folder)
    site.cluster.ask("scancel", "--signal=KILL", "--full", str(site.jobs(folder)["n3"].id))
    assert controller.wait(2 * _SOON_S) == 4
    hold.unlink()
    assert _statuses(folder)["n3"].state is HostState.INCOMPLETE
    assert (folder / "hosts/n3" / JOURNAL_NAME).exists()
    assert site.is_empty()
