"""How does one machine play a cluster? munge, slurmctld and a slurmd a node, in a folder, on the loopback."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

# Name -> features. `gone` has no slurmd: it never responds.
NODES = {"n1": "big,arm", "n2": "big", "n3": "small", "gone": "big"}
_COMMANDS = ("munged", "slurmctld", "slurmd", "sbatch", "sinfo", "squeue", "scancel", "scontrol")
# Its daemons are where root looks.
_PATH = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
_READY_S = 60.0

_CONFIGURATION = """\
ClusterName=virtual
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
# What a container has: no groups of processes that only root of the machine may make, no accounting.
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SlurmdParameters=config_overrides
SelectType=select/cons_res
SelectTypeParameters=CR_Core
MpiDefault=none
ReturnToService=2
# Seconds, where a site would have minutes: tests wait for them.
KillWait=5
SlurmdTimeout=300
SchedulerParameters=batch_sched_delay=1,sched_interval=2
{nodes}
PartitionName=all Nodes={names} Default=YES MaxTime=10 State=UP
"""


def why_not() -> str:
    """What this machine lacks, empty where it can play a cluster."""
    missing = [command for command in _COMMANDS if shutil.which(command, path=_PATH) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (packages slurmctld, slurmd, slurm-client, munge)"
    return "" if os.geteuid() == 0 else "slurmd starts jobs as their user, which needs root"


@dataclass
class Cluster:
    """A running one: `environment` makes Slurm's commands talk to it."""

    folder: Path
    environment: Mapping[str, str]
    daemons: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def ask(self, *command: str) -> str:
        """The output of one of Slurm's commands, which must succeed."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}\n{self.logs()}"
        return done.stdout

    def logs(self) -> str:
        """The last words of its daemons."""
        return "\n".join(
            f"{path.name}: {path.read_text('utf-8', 'replace')[-1500:]}" for path in self.folder.glob("*.log")
        )

    def start(self, *command: str) -> None:
        """A daemon in the foreground, so that it is ours to end."""
        log = (self.folder / "daemons.log").open("ab")
        with log:
            self.daemons.append(
                subprocess.Popen(
                    command, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            )


@contextmanager
def virtual_cluster(folder: Path) -> Iterator[Cluster]:
    """Nodes as in NODES, idle but for the one that never responds; all is ended afterwards."""
    environment = {**os.environ, "PATH": _PATH, "SLURM_CONF": str(folder / "slurm.conf")}
    cluster = Cluster(folder, environment)
    # munged insists on folders that nobody else can write to.
    folder.mkdir(mode=0o755)
    (folder / "state").mkdir()
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    (folder / "slurm.conf").write_text(_configuration(folder), "utf-8")
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n", "utf-8")
    try:
        cluster.start(
            "munged",
            "--foreground",
            "--force",
            f"--socket={folder / 'munge.socket'}",
            f"--key-file={key}",
            f"--pid-file={folder / 'munged.pid'}",
            f"--seed-file={folder / 'munged.seed'}",
            f"--log-file={folder / 'munged.log'}",
            "--num-threads=1",
        )
        _until(lambda: (folder / "munge.socket").exists(), cluster)
        cluster.start("slurmctld", "-D", "-c", "-i")
        for name in NODES:
            if name != "gone":
                cluster.start("slurmd", "-D", "-N", name)
        alive = {name for name in NODES if name != "gone"}
        _until(lambda: _idle(cluster) >= alive, cluster)
        cluster.ask("scontrol", "update", "NodeName=gone", "State=DOWN", "Reason=no power supply")
        yield cluster
        # A job outlives its slurmd.
        cluster.ask("scancel", "--user=root")
        _until(lambda: not cluster.ask("squeue", "--noheader").strip(), cluster)
    finally:
        for daemon in reversed(cluster.daemons):
            daemon.terminate()
        for daemon in reversed(cluster.daemons):
            try:
                daemon.wait(15)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def _configuration(folder: Path) -> str:
    ports = _free_ports(len(NODES) + 1)
    host = socket.gethostname().partition(".")[0]
    nodes = "\n".join(
        f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=1000 "
        f"Features={features} State=UNKNOWN"
        for (name, features), port in zip(NODES.items(), ports[1:], strict=True)
    )
    return _CONFIGURATION.format(host=host, port=ports[0], folder=folder, nodes=nodes, names=",".join(NODES))


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def _idle(cluster: Cluster) -> set[str]:
    done = subprocess.run(
        ["sinfo", "--Node", "--noheader", "--format=%N|%t"],
        env=cluster.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    told = (line.partition("|") for line in done.stdout.splitlines())
    return {name for name, _, state in told if state == "idle"}


def _until(is_so: Callable[[], bool], cluster: Cluster) -> None:
    until_s = time.monotonic() + _READY_S
    while not is_so():
        dead = [daemon.args for daemon in cluster.daemons if daemon.poll() is not None]
        if dead or time.monotonic() > until_s:
            pytest.fail(f"no cluster; ended: {dead}\n{cluster.logs()}")
        time.sleep(0.2)
