"""While a preset runs, does the fleet start a process there? Against runs without any engine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fleet_check.controller import TARGET_ROOT, Controller
from fleet_check.hosts import Host
from fleet_check.isolation import CannotCheck
from fleet_check.numbers import Numbers, Stretch
from fleet_check.package import unpacked
from fleet_check.promises import Broken, Promises, expect
from fleet_check.stamps import Stamp, disagreement, more_than, quietest, stamps_of, tasks_by_point, told

# Teams of threads, so that each launch of a point starts as many tasks as any other; and enough launches that
# polls meet some of them.
RUN = ("quick", "--rounds", "20", "--filter", "^contention/counter/(fetch_add_relaxed|sharded)/.*spread$")
POLL_S = 0.1
# A launch of two workers starts one task more than one of one, and the order is drawn anew in each round;
# polls are several tasks each, and many in fifty launches.
TOLERANCE_A_LAUNCH = 0.3
# Somebody else's program may start during one run; an engine that polls does so in each.
ATTEMPTS = 2


class Quiet:
    """One host, which is measured with and without the fleet, and with an engine that polls as a control."""

    def __init__(self, controller: Controller, host: Host, promises: Promises) -> None:
        self.controller = controller
        self.host = host
        self.promises = promises
        self.inventory = controller.inventory("quiet", [host])
        self.launcher = unpacked(controller.package, controller.folder / "unpacked")
        self.numbers = Numbers(host)
        self.stretches: dict[str, list[Stretch]] = {}
        self.stamps: dict[str, list[Stamp]] = {}

    def tell(self) -> None:
        self.promises.ask("four runs of one host: alone, by the fleet, alone, polled", self.measure)
        self.promises.ask("no process while a preset runs, by the host's own numbers", self.by_number)
        self.promises.ask("no process while a preset runs, by the stamps of launches", self.by_stamp)

    def measure(self) -> str:
        self.alone("before")
        self.by_fleet()
        self.alone("after")
        with self.polling():
            self.alone("polled")
        for name, stamps in self.stamps.items():
            print(f"         {name:<7}{told(stamps)}", flush=True)
        return f"{sum(len(stamps) for stamps in self.stamps.values())} launches"

    def by_number(self) -> str:
        rates = {name: found[0].tasks_a_launch for name, found in self.stretches.items()}
        line = ", ".join(f"{name} {rate:.2f}" for name, rate in rates.items())
        allowed = max(rates["before"], rates["after"]) + TOLERANCE_A_LAUNCH
        expect(rates["polled"] > allowed, f"an engine that polls is not noticed: {line} tasks a launch")
        expect(rates["fleet"] <= allowed, f"{line} tasks a launch")
        return f"{line} tasks a launch in the middle of the run"

    def by_stamp(self) -> str:
        alone = [tasks_by_point(self.stamps[name]) for name in ("before", "after")]
        quiet = quietest(alone)
        noticed = more_than(tasks_by_point(self.stamps["polled"]), quiet)
        for attempt in range(ATTEMPTS):
            wrong = more_than(tasks_by_point(self.stamps["fleet"]), quiet)
            if noticed and not wrong:
                return f"{len(self.stamps['fleet'])} launches as alone; polls are noticed ({noticed[0]})"
            if noise := disagreement(alone):
                raise CannotCheck(f"somebody else starts programs on this machine: {noise}")
            expect(bool(noticed), "an engine that polls is not noticed")
            if attempt + 1 < ATTEMPTS:
                self.by_fleet(f"fleet{attempt + 2}")
        raise Broken("; ".join(wrong))

    def alone(self, name: str) -> None:
        """A run there that nobody has started from elsewhere."""
        root = TARGET_ROOT.format(name=self.host.name)
        out = f"{root}/{name}/run"
        self.host.local("mkdir", "-p", f"{root}/{name}")
        try:
            with self.numbers.watching(self.stretches.setdefault(name, [])):
                done = self.host.local(str(self.launcher), "run", *RUN, "--out", out)
            expect(done.returncode == 0, f"a run without an engine ended with {done.returncode}")
            self.stamps[name] = stamps_of(self.host.root / out.lstrip("/") / "run.json")
        finally:
            shutil.rmtree(self.host.root / root.lstrip("/"))

    def by_fleet(self, name: str = "fleet") -> None:
        folder = self.controller.folder / f"quiet-{name}"
        package = str(self.controller.package)
        words = ["--inventory", str(self.inventory), "--out", str(folder), "--package", package]
        with self.numbers.watching(self.stretches.setdefault(name, [])):
            self.controller.fleet("run", *words, *RUN).expect(0)
        self.stamps["fleet"] = stamps_of(folder / "hosts" / self.host.name / "run/run.json")

    @contextmanager
    def polling(self) -> Iterator[None]:
        """The control: an engine that asks again and again."""
        enough = threading.Event()

        def poll() -> None:
            while not enough.wait(POLL_S):
                self.host.ssh("true")

        poller = threading.Thread(target=poll)
        poller.start()
        try:
            yield
        finally:
            enough.set()
            poller.join()
