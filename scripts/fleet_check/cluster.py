"""What is a played cluster? Slurm's controller here, and a node's daemon on each of some played hosts."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import which

from fleet_check.hosts import Host
from fleet_check.isolation import CannotCheck
from fleet_check.promises import expect

COMMANDS = {
    "munged": "munge",
    "slurmctld": "slurmctld",
    "slurmd": "slurmd",
    "sbatch": "slurm-client",
}
# Hosts have networks of two each: this is where all of them find the controller.
CONTROLLER = "10.86.255.1"
# Without control groups, accounting and tasks' plugins, which need more of a machine than a container gives.
SETTINGS = """
ClusterName=check
SlurmctldHost={name}({controller})
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/linear
SwitchType=switch/none
MpiDefault=none
SlurmdParameters=config_overrides
ReturnToService=2
"""


class Cluster:
    """One partition of all hosts that are given; those in `serving` have a daemon."""

    def __init__(self, folder: Path, hosts: Sequence[Host], serving: Iterable[Host]) -> None:
        path = f"{os.environ['PATH']}"
        missing = sorted({package for name, package in COMMANDS.items() if not which(name, path=path)})
        if missing:
            raise CannotCheck(f"packages are missing: {', '.join(missing)}")
        self.folder = folder / "slurm"
        self.folder.mkdir()
        for name in ("munge", "state"):
            (self.folder / name).mkdir()
        self.settings = self.folder / "slurm.conf"
        names = ",".join(host.name for host in hosts)
        lines = [
            SETTINGS.format(name=os.uname().nodename.split(".")[0], controller=CONTROLLER, folder=self.folder)
        ]
        lines += [
            f"NodeName={host.name} NodeAddr={host.address} CPUs={os.cpu_count()} State=UNKNOWN"
            for host in hosts
        ]
        lines += [f"PartitionName=all Nodes={names} Default=YES MaxTime=10 OverSubscribe=EXCLUSIVE"]
        self.settings.write_text("\n".join(lines) + "\n", "utf-8")
        subprocess.run(["ip", "address", "add", f"{CONTROLLER}/32", "dev", "lo"], check=True)
        self._start_munge()
        self._spawn("slurmctld", "-D", "-f", str(self.settings))
        self._daemons = {host.name: self._serve(host) for host in serving}
        self._wait_for({host.name for host in serving})

    def _start_munge(self) -> None:
        place = self.folder / "munge"
        (place / "key").write_bytes(secrets.token_bytes(128))
        (place / "key").chmod(0o600)
        words = [f"--{name}-file={place / name}" for name in ("key", "pid", "log", "seed")]
        self._spawn("munged", "--foreground", "--force", f"--socket={place / 'socket'}", *words)
        end = time.monotonic() + 10
        while not (place / "socket").exists():
            expect(time.monotonic() < end, "munged does not start")
            time.sleep(0.05)

    def _serve(self, host: Host) -> subprocess.Popen[bytes]:
        (self.folder / f"spool.{host.name}").mkdir()
        host.find(CONTROLLER)
        return self._spawn(*host.inside, "slurmd", "-D", "-N", host.name, "-f", str(self.settings))

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.folder / "daemons.log").open("ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _wait_for(self, names: set[str]) -> None:
        command = ["sinfo", "--Node", "--noheader", "--states=idle", "--format=%N"]
        end = time.monotonic() + 30
        while set(self.said(command).split()) != names:
            expect(
                time.monotonic() < end, f"of the nodes {names} not all are idle: {self.said(['sinfo', '-N'])}"
            )
            time.sleep(0.2)

    def said(self, command: Sequence[str]) -> str:
        """What a command of Slurm's prints."""
        environment = os.environ | {"SLURM_CONF": str(self.settings)}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        return done.stdout

    def stop_serving(self, hosts: Iterable[Host]) -> None:
        """The nodes' daemons end; so nothing that is on the hosts afterwards is theirs."""
        for host in hosts:
            for pid in host.pids("slurmd"):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._daemons[host.name].wait(10)
