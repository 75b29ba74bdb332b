"""What becomes of the same four hosts as nodes of Slurm, one of which never answers?"""

from __future__ import annotations

from fleet_check.cluster import Cluster
from fleet_check.controller import TARGET_ROOT, Controller
from fleet_check.hosts import Host
from fleet_check.outcome import AWAY, CRASHING, RUN, expect_nothing_left, expect_two_of_four, kill_midway
from fleet_check.promises import Promises


class SlurmStory:
    """Begins with a cluster of its own and ends with its daemons."""

    def __init__(self, controller: Controller, hosts: dict[str, Host], promises: Promises) -> None:
        self.controller = controller
        self.hosts = hosts
        self.promises = promises

    def tell(self) -> None:
        self.promises.ask(
            "of four nodes of Slurm what there is is kept, and what is missing is said", self.run
        )

    def run(self) -> str:
        nodes = list(self.hosts.values())
        serving = [host for name, host in self.hosts.items() if name != AWAY]
        cluster = Cluster(self.controller.folder, nodes, serving)
        self.controller.environment["SLURM_CONF"] = str(cluster.settings)
        self.controller.environment["LATCHMARK_SLURM_ROOT"] = TARGET_ROOT.format(name="%N")
        folder = self.controller.folder / "slurm-fleet"
        names = ",".join(self.hosts)
        words = ["run", "--slurm", "--nodes", names, "--out", str(folder)]
        command = self.controller.start(*words, "--package", str(self.controller.package), *RUN)
        lines = kill_midway(self.hosts[CRASHING])
        self.controller.ended(command).expect(3)
        told = expect_two_of_four(folder, lines)
        cluster.stop_serving(serving)
        return f"{told}; {expect_nothing_left(nodes)}"
