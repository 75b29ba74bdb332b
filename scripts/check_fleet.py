"""Does a fleet keep its promises with real ssh servers, real Slurm nodes and the real binary?

check_fleet.py [STORY...]: plays hosts on this machine and prints a line a promise. Exit 1 where one is
broken, 77 where one could not be looked at, with the reason, 2 for wrong usage.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reports"))

from fleet_check import isolation
from fleet_check.by_hand import ByHand
from fleet_check.controller import Controller
from fleet_check.hosts import Host, made_keys
from fleet_check.outcome import AWAY, GOOD, NAMES, expect_no_names
from fleet_check.package import package_here
from fleet_check.promises import LEFT_OUT_CODE, Promises
from fleet_check.quiet import Quiet
from fleet_check.slurm_story import SlurmStory
from fleet_check.story import Story

# Three times what it takes on two cores.
LIMIT_S = 600


def over_ssh(rig: Rig) -> None:
    Story(rig.controller, rig.hosts, rig.promises).tell()


def in_quiet(rig: Rig) -> None:
    Quiet(rig.controller, rig.hosts[GOOD[0]], rig.promises).tell()


def by_slurm(rig: Rig) -> None:
    SlurmStory(rig.controller, rig.hosts, rig.promises).tell()


def by_hand(rig: Rig) -> None:
    ByHand(rig.controller, [host for name, host in rig.hosts.items() if name != AWAY], rig.promises).tell()


STORIES: dict[str, Callable[[Rig], None]] = {
    "ssh": over_ssh,
    "slurm": by_slurm,
    "by_hand": by_hand,
    "quiet": in_quiet,
}


class Rig:
    """Four hosts and a controller, in a folder that somebody else removes."""

    def __init__(self, folder: Path, promises: Promises) -> None:
        package, is_built = package_here(folder)
        print(f"package: {package.name}{'' if is_built else ', of the release build'}", flush=True)
        keys = made_keys(folder)
        self.promises = promises
        self.controller = Controller(folder, keys, package)
        self.hosts = {name: Host(name, number, keys, folder) for number, name in enumerate(NAMES)}
        for name, host in self.hosts.items():
            if name != AWAY:
                host.serve()


def tell(folder: Path, stories: list[str]) -> int:
    """All that is done inside the namespaces."""
    isolation.prepare_inside(folder)
    promises = Promises()
    try:
        rig = Rig(folder, promises)
    except isolation.CannotCheck as why:
        print(f"left out: {why}")
        return LEFT_OUT_CODE
    for story in stories:
        STORIES[story](rig)
    promises.ask(
        "no name, address, home or secret in a run file", lambda: expect_no_names(folder, rig.hosts.values())
    )
    return promises.exit_code


def main(arguments: list[str]) -> int:
    if arguments[:1] == [isolation.INSIDE]:
        return tell(Path(arguments[1]), arguments[2:])
    stories = arguments or list(STORIES)
    if any(story not in STORIES for story in stories):
        print(f"usage: python3 scripts/check_fleet.py [STORY...], of: {', '.join(STORIES)}", file=sys.stderr)
        return 2
    if why := isolation.why_not_here():
        print(f"left out: {why}")
        return LEFT_OUT_CODE
    return isolation.run_inside(stories, LIMIT_S)


def interrupted(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("check_fleet: interrupted")
