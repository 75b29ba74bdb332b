"""What must be true of four hosts after a run, whatever engine reached them?"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from fleet_check.controller import journal_lines, rows, run_of, wait_for
from fleet_check.hosts import HOST_PREFIX, SECRET, USER, Host
from fleet_check.promises import expect
from fleet_check.traces import words_found

# Some seconds of points of both kinds of team, so that a run can be killed in the middle of its launches.
RUN = ("quick", "--rounds", "6", "--filter", "^contention/counter/|^ipc/round_trip/pipe/.*spread$")
# The plan, and more than the first of its launches.
BEGUN_LINES = 12
# For packages to be sent, and a plan to be made, by four hosts that share two cores.
BEGINS_WITHIN_S = 90
# For a janitor that wakes on a busy machine.
PATIENCE_S = 15

# Hosts by what happens to them.
GOOD = ("alder", "birch")
CRASHING = "cedar"
AWAY = "dogwood"
NAMES = (*GOOD, CRASHING, AWAY)


def wait_until_midway(host: Host) -> int:
    """Waits for launches in the journal there; its lines by then."""
    wait_for(
        f"launches in the journal of {host.name}", lambda: journal_lines(host) > BEGUN_LINES, BEGINS_WITHIN_S
    )
    return journal_lines(host)


def kill_midway(host: Host) -> int:
    """Kills the measuring program there when its journal has some launches; the lines that must be kept."""
    lines = wait_until_midway(host)
    os.kill(host.measuring(), signal.SIGKILL)
    return lines


def expect_two_of_four(fleet: Path, kept_lines: int) -> str:
    """Both good runs, the partial journal, statuses with reasons, and pages that say what there is not."""
    found = rows(fleet)
    states = {name: row["state"] for name, row in found.items()}
    wanted = {**dict.fromkeys(GOOD, "ok"), CRASHING: "incomplete", AWAY: "unreachable"}
    expect(states == wanted, f"status.csv says {states}")
    for name in GOOD:
        expect(run_of(fleet, name)["run"]["complete"], f"the run of {name} is not complete")
    lines = (fleet / "hosts" / CRASHING / "run/journal.jsonl").read_bytes().count(b"\n")
    expect(lines >= kept_lines, f"of {kept_lines} lines of the journal {lines} are kept")
    for page in ("comparison.html", "index.html"):
        text = (fleet / page).read_text("utf-8")
        expect("2 of 4 machines" in text, f"{page} does not say 2 of 4 machines")
        for name in (CRASHING, AWAY):
            expect(name in text, f"{page} does not name {name}")
    reasons = [f"{name} {states[name]}: {found[name]['reason']}" for name in (CRASHING, AWAY)]
    expect(all(found[name]["reason"] for name in (CRASHING, AWAY)), f"a reason is missing: {reasons}")
    return f"exit code 3; {lines} lines of a journal; {'; '.join(reasons)}"


def expect_no_names(folder: Path, hosts: Iterable[Host]) -> str:
    """In no run file and no journal below a folder: names and addresses of hosts and users, homes, folders of
    the controller, and secrets, which stand in the environments of both sides and in the inventory."""
    words = [SECRET, USER, HOST_PREFIX, folder.name]
    words += [word for host in hosts for word in (host.name, host.address)]
    files = [file for name in ("run.json", "journal.jsonl") for file in folder.rglob(name)]
    expect(bool(files), "no run came back")
    found = words_found(files, words)
    expect(not found, f"{len(found)}, the first {found[:1]}")
    return f"{len(words)} words in {len(files)} files"


def left_on(host: Host) -> str | None:
    """What is left on a host: files, the lock, processes."""
    if files := host.files():
        return f"{host.name}: {len(files)} files, the first {files[0]}"
    if host.is_locked():
        return f"{host.name}: the lock is held"
    foreign = host.foreign()
    return f"{host.name}: {len(foreign)} processes, the first {foreign[0]}" if foreign else None


def expect_nothing_left(hosts: Iterable[Host], patience_s: float = PATIENCE_S) -> str:
    end = time.monotonic() + patience_s
    asked = list(hosts)
    for host in asked:
        while (left := left_on(host)) and time.monotonic() < end:
            time.sleep(0.2)
        expect(not left, str(left))
    return f"on {len(asked)} hosts no file, no process, no lock"
