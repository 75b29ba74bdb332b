"""How does a check with hosts, servers and detached programs leave nothing behind, however it ends?

It runs as the first process of a process namespace of its own, with own networks and mounts: when that
process ends, also by a kill, the kernel ends all others and takes the networks and mounts away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

# Programs, and the Debian package that brings each.
COMMANDS = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "ip": "iproute2",
    "sshd": "openssh-server",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "ansible-playbook": "ansible-core",
    "parallel": "parallel",
}
INSIDE = "--inside"
NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc")


class CannotCheck(Exception):
    """Not by this user on this machine: why, in one line."""


def why_not_here() -> str | None:
    """What this machine lacks, or None."""
    if os.getuid() != 0:
        return "needs root, to play hosts in namespaces of their own"
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = sorted({package for name, package in COMMANDS.items() if not shutil.which(name, path=path)})
    if missing:
        return f"packages are missing: {', '.join(missing)}"
    try_out = "ip link add latchmark0 type veth peer name latchmark1"
    tried = subprocess.run(
        ["unshare", *NAMESPACES, "sh", "-ec", try_out], capture_output=True, text=True, check=False
    )
    if tried.returncode != 0:
        return f"no namespaces with networks of their own: {tried.stderr.strip()}"
    return None


def run_inside(arguments: Sequence[str], limit_s: float) -> int:
    """The exit code of this script with INSIDE and a folder before its arguments, in namespaces of its own.
    Afterwards the folder is gone. Past the limit the answer is 1, and a line."""
    # Short, since the names of sockets below it must fit into 108 bytes.
    folder = Path(tempfile.mkdtemp(prefix="latchmark-fleet-"))
    # If this process is killed, nobody else would end the one inside.
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", *NAMESPACES, "--"]
    command += [sys.executable, sys.argv[0], INSIDE, str(folder), *arguments]
    try:
        with subprocess.Popen(command) as inside:
            try:
                return inside.wait(limit_s)
            except subprocess.TimeoutExpired:
                print(f"BROKEN the whole check ends within {limit_s:.0f} s", flush=True)
                return 1
            finally:
                # Its child is killed with it, and with that one the namespace.
                inside.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prepare_inside(folder: Path) -> None:
    """What every process inside needs: administrators' programs on the path, the loopback device up, and a
    folder whose files vanish with the last process, even if nobody lives to remove them."""
    os.environ["PATH"] = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(folder)], check=True)
