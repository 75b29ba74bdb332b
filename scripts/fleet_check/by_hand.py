"""Does the line of GNU parallel in the guide do what it says, as it is written there?"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from fleet_check.controller import LIMIT_S, Controller, tail_of
from fleet_check.hosts import USER, USER_ID, Host
from fleet_check.package import ROOT
from fleet_check.promises import Promises, expect

GUIDE = ROOT / "scripts/fleet/README.md"
BLOCK = re.compile(r"<!-- parallel -->\n```sh\n(.*?)```", re.DOTALL)
# All that is changed: the preset would take minutes.
SHORTER = ("run quick ", "run quick --rounds 1 --filter '^contention/counter/sharded/' ")
PACKAGE = re.compile(r"build/packages/\S+\.tar\.gz")
NODES = ("node1", "node2", "node3")


class ByHand:
    """The hosts are known to ssh by the names of the guide, as they would be from its settings of a user."""

    def __init__(self, controller: Controller, hosts: list[Host], promises: Promises) -> None:
        self.controller = controller
        self.hosts = dict(zip(NODES, hosts, strict=True))
        self.promises = promises
        self.folder = controller.folder / "by_hand"

    def tell(self) -> None:
        self.promises.ask("the line of GNU parallel does what the guide says", self.three)

    def three(self) -> str:
        written = BLOCK.search(GUIDE.read_text("utf-8"))
        expect(written is not None, f"{GUIDE.name} has no block that is marked as the line of parallel")
        line = written[1] if written else ""
        package = PACKAGE.search(line)
        expect(SHORTER[0] in line and package is not None, f"{GUIDE.name} runs another preset or package")
        staged = self.folder / (package[0] if package else "")
        staged.parent.mkdir(parents=True)
        staged.symlink_to(self.controller.package)
        path = f"{self._ssh()}:{self.controller.environment['PATH']}"
        done = subprocess.run(
            ["sh", "-c", line.replace(*SHORTER)],
            cwd=self.folder,
            env=self.controller.environment | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        expect(done.returncode == 0, f"exit code {done.returncode}: {tail_of(done.stderr)}")
        for name in NODES:
            run = json.loads((self.folder / "results" / name / "run.json").read_text("utf-8"))
            expect(run["run"]["complete"], f"the run of {name} is not complete")
        # Hosts share this folder of the machine; the user is theirs alone.
        left = [entry.name for entry in Path("/tmp").iterdir() if entry.lstat().st_uid == USER_ID]
        expect(not left, f"left in /tmp: {left}")
        return f"exit code 0, {len(NODES)} complete runs, nothing left"

    def _ssh(self) -> Path:
        """A folder with an ssh that has settings of its own."""
        place = self.controller.folder / "bin"
        place.mkdir()
        hosts = [
            f"Host {name}\n  HostName {host.address}\n  User {USER}\n" for name, host in self.hosts.items()
        ]
        settings = place / "config"
        settings.write_text("".join(hosts), "utf-8")
        # Of the same options the later ones count less, but for the file of settings.
        options = [word for word in self.controller.keys.options if word not in ("-F", "none")]
        ssh = place / "ssh"
        ssh.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {settings} {" ".join(options)} "$@"\n', "utf-8")
        ssh.chmod(0o755)
        return place
