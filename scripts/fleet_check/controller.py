"""What is the machine that `fleet run` is typed on? Its inventories, environment and commands."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet_check.hosts import PORT, SECRET, USER, Host, Keys
from fleet_check.package import ROOT
from fleet_check.promises import Broken, expect

TARGET_ROOT = "/var/tmp/latchmark-{name}"
LIMIT_S = 120


@dataclass(frozen=True)
class Ended:
    """How a command of the controller ended."""

    code: int
    output: str

    def expect(self, code: int) -> None:
        """Raises Broken with the last lines where the exit code is another."""
        expect(self.code == code, f"exit code {self.code}, not {code}: {tail_of(self.output)}")


def tail_of(output: str) -> str:
    """The last lines in one."""
    return " / ".join(output.strip().splitlines()[-5:])


class Controller:
    """A folder of its own stands for its home; of the user's settings it sees none."""

    def __init__(self, folder: Path, keys: Keys, package: Path) -> None:
        self.folder = folder
        self.package = package
        self.keys = keys
        home = folder / "home"
        home.mkdir()
        self.environment = os.environ | {"HOME": str(home), "LATCHMARK_TOKEN": SECRET}
        for name in ("SSH_AUTH_SOCK", "ANSIBLE_CONFIG"):
            self.environment.pop(name, None)

    def inventory(self, name: str, hosts: Sequence[Host]) -> Path:
        """A file with these hosts and a secret that no run file may hold."""
        shared = {
            "ansible_user": USER,
            "ansible_port": PORT,
            "ansible_python_interpreter": "/usr/bin/python3",
            "ansible_ssh_common_args": " ".join(self.keys.options),
            "made_up_token": SECRET,
        }
        own = {
            host.name: {"ansible_host": host.address, "latchmark_root": TARGET_ROOT.format(name=host.name)}
            for host in hosts
        }
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"all": {"vars": shared, "hosts": own}}), "utf-8")
        return file

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`latchmark fleet WORDS`, in a session of its own as from another terminal."""
        return subprocess.Popen(
            [str(ROOT / "scripts/latchmark"), "fleet", *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def ended(self, command: subprocess.Popen[str]) -> Ended:
        """Waits for it; past the limit its whole session is ended and Broken raised."""
        try:
            output, _ = command.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            kill_session(command)
            output, _ = command.communicate()
            raise Broken(f"does not end within {LIMIT_S} s: {tail_of(output)}") from None
        return Ended(command.returncode, output)

    def fleet(self, *words: str) -> Ended:
        return self.ended(self.start(*words))


def kill_session(command: subprocess.Popen[str]) -> None:
    """As if the machine of the controller had lost its power: nothing of it can say another word."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            is_own = os.getsid(int(entry.name)) == command.pid
        except ProcessLookupError:
            continue
        if is_own:
            os.kill(int(entry.name), signal.SIGKILL)
    command.wait()


def wait_for(what: str, look: Callable[[], object], limit_s: float = 30) -> None:
    """Raises Broken when `look` finds nothing within the limit."""
    end = time.monotonic() + limit_s
    while not look():
        expect(time.monotonic() < end, f"within {limit_s:.0f} s no {what}")
        time.sleep(0.05)


def journal_lines(host: Host) -> int:
    """How many lines the journals on a host have by now."""
    place = host.root / TARGET_ROOT.format(name=host.name).lstrip("/")
    return sum(file.read_bytes().count(b"\n") for file in place.glob("*/run/journal.jsonl"))


def rows(fleet: Path) -> Mapping[str, Mapping[str, str]]:
    """status.csv by host."""
    with (fleet / "status.csv").open(encoding="utf-8", newline="") as file:
        return {row["host"]: row for row in csv.DictReader(file)}


def run_of(fleet: Path, host: str) -> Any:
    """The run file that came back from a host."""
    return json.loads((fleet / "hosts" / host / "run/run.json").read_text("utf-8"))
