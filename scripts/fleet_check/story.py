"""What becomes of four hosts over ssh: two good, one killed midway, one that cannot be reached?"""

from __future__ import annotations

import time
from pathlib import Path

from fleet_check.controller import Controller, kill_session, rows, run_of
from fleet_check.hosts import Host
from fleet_check.outcome import (
    AWAY,
    CRASHING,
    GOOD,
    PATIENCE_S,
    RUN,
    expect_nothing_left,
    expect_two_of_four,
    kill_midway,
    wait_until_midway,
)
from fleet_check.promises import Promises, expect

# The shortest that a target takes.
LIVES_S = 60


class Story:
    """Tells it from the first run on; later promises build on what the earlier ones left."""

    def __init__(self, controller: Controller, hosts: dict[str, Host], promises: Promises) -> None:
        self.controller = controller
        self.hosts = hosts
        self.promises = promises
        self.fleet = controller.folder / "fleet"
        self.others = controller.folder / "others"
        self.others.mkdir()
        self.inventory = controller.inventory("four", list(hosts.values()))

    def tell(self) -> None:
        ask = self.promises.ask
        ask("of four hosts over ssh what there is is kept, and what is missing is said", self.first_run)
        ask("a resume completes what is missing", self.resume)
        ask("after collecting nothing is left", lambda: expect_nothing_left(self.hosts.values()))
        ask("a lost connection, and a controller that is killed", self.lost)

    def words(self, fleet: Path, inventory: Path) -> list[str]:
        package = str(self.controller.package)
        return ["run", "--inventory", str(inventory), "--out", str(fleet), "--package", package]

    def first_run(self) -> str:
        command = self.controller.start(*self.words(self.fleet, self.inventory), *RUN)
        lines = kill_midway(self.hosts[CRASHING])
        self.controller.ended(command).expect(3)
        return expect_two_of_four(self.fleet, lines)

    def resume(self) -> str:
        self.hosts[AWAY].serve()
        words = ["run", "--resume", str(self.fleet), "--package", str(self.controller.package)]
        self.controller.fleet(*words).expect(0)
        states = {name: row["state"] for name, row in rows(self.fleet).items()}
        expect(set(states.values()) == {"ok"}, f"status.csv says {states}")
        resumed = run_of(self.fleet, CRASHING)["run"]
        expect(resumed["complete"] and resumed["resumed"] == 1, f"resumed {resumed['resumed']} times")
        fresh = run_of(self.fleet, AWAY)["run"]
        expect(fresh["resumed"] == 0, "the host that could not be reached was resumed as well")
        is_redrawn = "4 of 4 machines" in (self.fleet / "index.html").read_text("utf-8")
        expect(is_redrawn, "index.html does not say 4 of 4 machines")
        return "exit code 0, 4 of 4 machines, one from its journal, one afresh"

    def lost(self) -> str:
        """Both at once, on a host each, since a time to live is a minute."""
        abandoned, cut = (self.hosts[name] for name in GOOD)
        words = self.words(self.others / "killed", self.controller.inventory("one", [abandoned]))
        began = time.monotonic()
        killed = self.controller.start(*words, "--time-to-live", f"{LIVES_S / 3600:.6f}", *RUN)
        wait_until_midway(abandoned)
        kill_session(killed)
        expect(bool(abandoned.files()), "nothing was there when the controller was killed")
        folder = self.others / "cut"
        command = self.controller.start(*self.words(folder, self.controller.inventory("two", [cut])), *RUN)
        wait_until_midway(cut)
        cut.stop_serving()
        without = self.controller.ended(command)
        expect(without.code in (3, 4), f"exit code {without.code} though the host could not be asked")
        state = rows(folder)[cut.name]["state"]
        cut.serve()
        self.controller.fleet("collect", str(folder)).expect(0)
        expect(run_of(folder, cut.name)["run"]["complete"], "the run that was cut off is not complete")
        left_s = LIVES_S + PATIENCE_S - (time.monotonic() - began)
        told = expect_nothing_left(self.hosts.values(), max(left_s, PATIENCE_S))
        return f"cut off: {state}, collected later; killed: after {LIVES_S} s {told}"
