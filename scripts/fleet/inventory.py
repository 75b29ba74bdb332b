"""Which hosts does an inventory name? Asked of Ansible itself, since it alone knows all its formats."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from latchmark.errors import MissingPackage, WrongUsage, one_line
from latchmark.model.fleet import HOST_NAME

_ALLOWED = "letters, digits, `_`, and from the second on `.` and `-`; at most 63"


def checked_names(names: Sequence[str], where: str) -> tuple[str, ...]:
    """The names, each of which will be a folder. Raises WrongUsage with the first that cannot be one."""
    for name in names:
        if not HOST_NAME.fullmatch(name):
            raise WrongUsage(f"{where}: {name[:80]!r} cannot be the name of a host ({_ALLOWED})")
    if len(set(names)) < len(names):
        raise WrongUsage(f"{where}: names a host twice")
    return tuple(names)


def in_full(inventory: str) -> str:
    """The inventory as a later call from another folder can be told; a list of hosts stays as it is."""
    if "," in inventory:
        return inventory
    path = Path(inventory)
    if not path.exists():
        raise WrongUsage(f"{inventory}: there is no such inventory")
    return str(path.resolve())


def hosts_of(inventory: str, limit: str | None) -> tuple[str, ...]:
    """Names of the hosts that a pattern leaves, in the inventory's order. Raises WrongUsage, or
    MissingPackage without Ansible."""
    command = ["ansible", "all", "--inventory", inventory, "--list-hosts"]
    if limit is not None:
        command.append(f"--limit={limit}")
    try:
        answer = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise MissingPackage("ansible is not installed: apt-get install ansible-core") from error
    # Below a line `  hosts (2):`, a name a line; one with a line break becomes two that no play knows.
    names = [line.strip() for line in answer.stdout.decode("utf-8", "replace").splitlines()[1:]]
    if answer.returncode != 0 or not names:
        complaint = one_line(" ".join(answer.stderr.decode("utf-8", "replace").split()), 300)
        raise WrongUsage(f"{inventory}: names no host: {complaint or f'none fits {limit!r}'}")
    return checked_names(names, inventory)
