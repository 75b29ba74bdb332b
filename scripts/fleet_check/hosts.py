"""What is a played host? Processes, network, name, user and folders of its own, and an ssh server.

The programs and libraries of this machine are its own too. Only the files that a stranger could leave there
are seen by nobody else.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from fleet_check.isolation import CannotCheck
from left_over import processes

PORT = 22
# Words that no run file may hold; nothing else is called so.
USER = "hushuser"
USER_ID = 1999
HOST_PREFIX = "hush-"
SECRET = "hush-token-5f3c1a"
HOME = f"/home/{USER}"
# Its folders are in memory and vanish with the host. Its first process ignores that children end, so that the
# kernel reaps them: nobody there would wait for an orphan.
BOOT = r"""
hostname "$1"
echo "$2:x:$5:$5::$3:/bin/sh" >>"$4/passwd"
echo "$2:x:$5:" >>"$4/group"
mount --bind "$4/passwd" /etc/passwd
mount --bind "$4/group" /etc/group
for folder in /root /home /run /var/tmp /dev/shm; do mount -t tmpfs -o mode=755 tmpfs $folder; done
chmod 1777 /var/tmp /dev/shm
mkdir -p "$3" /run/sshd
cp "$4/host_key" "$4/authorized_keys" "$4/sshd_config" /run/sshd/
chown "$2:$2" "$3"
ip link set lo up
echo booted
exec env --ignore-signal=CHLD sleep infinity
"""
SSHD_CONFIG = """
HostKey /run/sshd/host_key
AuthorizedKeysFile /run/sshd/authorized_keys
PidFile none
UsePAM no
PasswordAuthentication no
StrictModes no
Subsystem sftp internal-sftp
SetEnv LATCHMARK_TOKEN={secret}
"""
# Where a program could leave a file of its own; /run holds the ssh server's.
WRITABLE = ("root", "home", "var/tmp", "dev/shm")


@dataclass(frozen=True)
class Keys:
    """The controller's key, and what it knows of the hosts."""

    private: Path
    known_hosts: Path

    @property
    def options(self) -> list[str]:
        """For ssh: nothing of the user's own settings."""
        return [
            *("-F", "none", "-i", str(self.private), "-o", f"UserKnownHostsFile={self.known_hosts}"),
            *("-o", "GlobalKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=yes"),
            *("-o", "ConnectTimeout=5", "-o", "BatchMode=yes"),
        ]


def made_key(file: Path) -> str:
    """A new key pair; the public half."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "check", "-f", str(file)], check=True
    )
    return file.with_suffix(".pub").read_text("utf-8")


def made_keys(folder: Path) -> Keys:
    keys = Keys(folder / "id", folder / "known_hosts")
    made_key(keys.private)
    keys.known_hosts.touch()
    return keys


class Host:
    """One played host. `address` is of a network of two: this host and us."""

    def __init__(self, name: str, number: int, keys: Keys, folder: Path) -> None:
        self.name = name
        self.address = f"10.86.{number}.2"
        self._keys = keys
        self._folder = folder / name
        self._folder.mkdir()
        for file in ("passwd", "group"):
            (self._folder / file).write_bytes(Path("/etc", file).read_bytes())
        public = made_key(self._folder / "host_key")
        with keys.known_hosts.open("a", encoding="utf-8") as known:
            known.write(f"{self.address} {public}")
        (self._folder / "authorized_keys").write_text(keys.private.with_suffix(".pub").read_text("utf-8"))
        (self._folder / "sshd_config").write_text(SSHD_CONFIG.format(secret=SECRET))
        self._boot(number)

    def _boot(self, number: int) -> None:
        namespaces = (
            "--net",
            "--mount",
            "--uts",
            "--ipc",
            "--pid",
            "--fork",
            "--kill-child=KILL",
            "--mount-proc",
        )
        words = [f"{HOST_PREFIX}{self.name}", USER, HOME, str(self._folder), str(USER_ID)]
        machine = subprocess.Popen(
            ["unshare", *namespaces, "sh", "-ec", BOOT, "boot", *words], stdout=subprocess.PIPE, text=True
        )
        if machine.stdout is None or machine.stdout.readline() != "booted\n":
            raise CannotCheck(f"the host {self.name} did not start")
        children = Path(f"/proc/{machine.pid}/task/{machine.pid}/children").read_text("utf-8")
        self._first = int(children.split()[0])
        here = f"host{number}"
        for words_ in (
            f"ip link add {here} type veth peer name link0 netns {self._first}",
            f"ip address add 10.86.{number}.1/30 dev {here}",
            f"ip link set {here} up",
            f"nsenter --target {self._first} --net ip address add {self.address}/30 dev link0",
            f"nsenter --target {self._first} --net ip link set link0 up",
        ):
            subprocess.run(shlex.split(words_), check=True)

    @property
    def root(self) -> Path:
        """Its files as we see them."""
        return Path(f"/proc/{self._first}/root")

    def serve(self) -> None:
        """Starts its ssh server; returns when it can be reached."""
        with (self._folder / "sshd.log").open("ab") as log:
            subprocess.Popen(
                [
                    "nsenter",
                    "--target",
                    str(self._first),
                    "--all",
                    "/usr/sbin/sshd",
                    "-D",
                    "-e",
                    "-f",
                    "/run/sshd/sshd_config",
                ],
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
        end = time.monotonic() + 10
        while self.ssh("true").returncode != 0:
            if time.monotonic() > end:
                raise CannotCheck(f"no ssh to the played host: {self.ssh('true').stderr.strip()}")
            time.sleep(0.1)

    def stop_serving(self) -> None:
        """The server and all its connections end at once, as if the network were gone."""
        for pid in self.pids("sshd"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def ssh(self, command: str) -> subprocess.CompletedProcess[str]:
        """Runs a shell command there."""
        return subprocess.run(
            ["ssh", *self._keys.options, f"{USER}@{self.address}", command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def inside(self) -> list[str]:
        """The words before a command that runs there as root."""
        return ["nsenter", "--target", str(self._first), "--all"]

    def find(self, address: str) -> None:
        """Tells it that an address of ours is where we are."""
        here = self.address.rpartition(".")[0] + ".1"
        subprocess.run([*self.inside, "ip", "route", "replace", address, "via", here], check=True)

    def local(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command there as its user, without any connection."""
        become = (
            "setpriv",
            f"--reuid={USER_ID}",
            f"--regid={USER_ID}",
            "--clear-groups",
            "env",
            f"HOME={HOME}",
        )
        return subprocess.run(
            [*self.inside, *become, *command],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def pids(self, name: str | None = None) -> list[int]:
        """Its living processes but the first one, by our ids; those of one name if it is given."""
        own = os.readlink(f"/proc/{self._first}/ns/pid")
        found = []
        for pid, process in processes().items():
            with contextlib.suppress(OSError):
                is_own = pid != self._first and process.lives and os.readlink(f"/proc/{pid}/ns/pid") == own
                if is_own and name in (None, Path(f"/proc/{pid}/comm").read_text("utf-8").strip()):
                    found.append(pid)
        return found

    def measuring(self) -> int:
        """The program that measures there: not a launch of it, whose parent has the same name."""
        table, own = processes(), self.pids("latchmark-bench")
        return next(pid for pid in own if table[pid].parent not in own)

    def foreign(self) -> list[str]:
        """What runs there beside its ssh server that waits: command lines."""
        found = []
        for pid in self.pids():
            with contextlib.suppress(OSError):
                words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
                line = words.decode("utf-8", "replace")
                if not line.startswith("sshd: /usr/sbin/sshd"):
                    found.append(line.strip() or f"process {pid}")
        return found

    def files(self) -> list[str]:
        """All that lies in its homes and temporary folders but the home itself."""
        found = []
        for place in WRITABLE:
            found += [str(path.relative_to(self.root)) for path in (self.root / place).rglob("*")]
        return sorted(path for path in found if f"/{path}" != HOME)

    def is_locked(self) -> bool:
        """Whether a measuring program there holds its lock, an abstract socket."""
        table = Path(f"/proc/{self._first}/net/unix").read_text("utf-8")
        return any("@latchmark" in line for line in table.splitlines())
