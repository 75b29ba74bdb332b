"""What is the order of things in a fleet run? Start everywhere, sleep, ask once, adopt, draw."""

from __future__ import annotations

import fcntl
import math
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ansible_engine import Ansible
from collecting import JOURNAL, LARGEST_BYTES, Word, adopt, incoming_of, now_utc, run_folder_of
from drawing import draw
from engine import SCRATCH, Engine, Request
from packages import PackageFiles, the_same
from telling import tell_fleet, tell_progress, tell_words

from latchmark.errors import CannotWrite, InvalidFleet, WrongUsage
from latchmark.exporting.fleet import write_manifest, write_status
from latchmark.loading.fleet import load_fleet
from latchmark.model.fleet import MANIFEST_NAME, Fleet, HostState, HostStatus

_AGAIN = (HostState.INCOMPLETE, HostState.UNREACHABLE)
_WAITS = "was started, and nobody has asked since"


@dataclass(frozen=True)
class Patience:
    """How long hosts may keep a run, how much later than expected they are asked, and what they may send."""

    time_to_live_s: int
    grace_s: float = 10.0
    largest_bytes: int = LARGEST_BYTES

    def before_asking_s(self, expected_s: int) -> float:
        """A quarter more than expected: whoever asks too early disturbs what is measured."""
        return expected_s * 1.25 + self.grace_s

    def of_asking_s(self, expected_s: int) -> int:
        """How long the one question may take: as long again, for a host much slower than its plan."""
        return max(60, expected_s)


def run(folder: Path, fleet: Fleet, engine: Engine, packages: PackageFiles, patience: Patience) -> int:
    """A new fleet run in a folder that is not there. Returns the exit code."""
    _make(folder)
    with _alone_in(folder):
        write_manifest(folder, fleet)
        hosts = tuple(host.host for host in fleet.hosts)
        _measure(folder, fleet, engine, packages, hosts, patience)
        return _conclude(folder)


def resume(folder: Path, given: Sequence[Path], patience: Patience) -> int:
    """Begins again where nothing was measured, and goes on where something was. Returns the exit code."""
    with _alone_in(folder):
        fleet = load_fleet(folder)
        engine = engine_of(fleet)
        packages = the_same(fleet.packages, given)
        tell_progress("asking what is there already")
        _collect(folder, fleet, engine, 0, patience)
        fleet = load_fleet(folder)
        hosts = tuple(host.host for host in fleet.hosts if host.state in _AGAIN)
        if hosts:
            _measure(folder, fleet, engine, packages, hosts, patience)
        return _conclude(folder)


def collect(folder: Path, patience: Patience) -> int:
    """Asks, fetches, clears away, redraws. Returns the exit code."""
    with _alone_in(folder):
        fleet = load_fleet(folder)
        _collect(folder, fleet, engine_of(fleet), 0, patience)
        return _conclude(folder)


def status(folder: Path, is_asking: bool) -> int:
    """Reads the files; also asks the hosts, which disturbs a run that still measures."""
    fleet = load_fleet(folder)
    tell_fleet(fleet)
    if is_asking:
        tell_words(engine_of(fleet).ask(folder, fleet, tuple(host.host for host in fleet.hosts)))
    return fleet.exit_code


def engine_of(fleet: Fleet) -> Engine:
    """The engine that a manifest names, told again what it was told. Raises InvalidFleet."""
    try:
        if fleet.engine == "ansible":
            return Ansible.from_told(fleet.told_engine)
        if fleet.engine == "slurm":
            from slurm import Slurm

            return Slurm.from_told(fleet.told_engine)
    except ValueError as error:
        raise InvalidFleet(f"{MANIFEST_NAME}: told_engine: {error}") from error
    raise InvalidFleet(f"{MANIFEST_NAME}: engine: there is no engine {fleet.engine!r}")


def new_status(host: str) -> HostStatus:
    """Of a host that is about to be started for the first time."""
    return HostStatus(host, HostState.NOT_COLLECTED, _WAITS, None, now_utc(), None, 1, None)


def _measure(
    folder: Path,
    fleet: Fleet,
    engine: Engine,
    packages: PackageFiles,
    hosts: tuple[str, ...],
    patience: Patience,
) -> None:
    waiting = {host.host: _waiting(host) for host in fleet.hosts if host.host in hosts}
    # Before anything begins: whoever is killed in the middle leaves hosts that are known to be waiting.
    for status_then in waiting.values():
        write_status(folder, status_then)
    resumed = frozenset(host for host in hosts if (run_folder_of(folder, host) / JOURNAL).exists())
    largest = patience.largest_bytes
    request = Request(folder, fleet, hosts, resumed, packages.files, patience.time_to_live_s, largest)
    tell_progress(f"starting {fleet.preset} on {len(hosts)} of {len(fleet.hosts)} hosts ({folder})")
    begun = engine.start(request)
    if begun.told_engine != fleet.told_engine:
        fleet = replace(fleet, told_engine=begun.told_engine)
        write_manifest(folder, fleet)
        engine = engine_of(fleet)
    _adopt(folder, begun.words, waiting, patience)
    for host, architecture in begun.architectures.items():
        waiting[host] = replace(waiting[host], architecture=architecture)
        write_status(folder, waiting[host])
    started = tuple(host for host in hosts if host not in begun.words)
    if not started:
        return
    if begun.expected_s is not None:
        sleep_s = patience.before_asking_s(begun.expected_s)
        tell_progress(f"{len(started)} measure; asking them in {math.ceil(sleep_s)} s, not before")
        if sleep_s > patience.time_to_live_s:
            tell_progress("which is after their time to live: give a longer one, or they are ended before")
        time.sleep(sleep_s)
    words = engine.collect(folder, fleet, started, patience.of_asking_s(begun.expected_s or 0), largest)
    _adopt(folder, words, waiting, patience)


def _waiting(host: HostStatus) -> HostStatus:
    attempt = host.attempt + (host.state in _AGAIN)
    return replace(
        host, state=HostState.NOT_COLLECTED, reason=_WAITS, exit_code=None, utc=now_utc(), attempt=attempt
    )


def _collect(folder: Path, fleet: Fleet, engine: Engine, wait_s: int, patience: Patience) -> None:
    # Also those that are known well: one whose files were fetched may have been lost before it was cleared.
    hosts = tuple(host.host for host in fleet.hosts)
    words = engine.collect(folder, fleet, hosts, wait_s, patience.largest_bytes)
    _adopt(folder, words, {host.host: host for host in fleet.hosts}, patience)


def _adopt(
    folder: Path, words: Mapping[str, Word], before: Mapping[str, HostStatus], patience: Patience
) -> None:
    for host, word in words.items():
        adopt(folder, host, incoming_of(folder, host), word, before[host], patience.largest_bytes)


def _conclude(folder: Path) -> int:
    fleet = load_fleet(folder)
    tell_fleet(fleet)
    draw(folder, fleet)
    print(folder, flush=True)
    return fleet.exit_code


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True)
    except FileExistsError as error:
        raise WrongUsage(f"{folder}: is there already: choose another --out, or --resume it") from error
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be made: {error.strerror or error}") from error


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The only controller in a folder: two would fetch into one place. Raises WrongUsage."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise WrongUsage(f"{folder}: is no folder of a fleet run: {error.strerror or error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for left in folder.glob(f"{SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    except BlockingIOError as error:
        raise CannotWrite(f"{folder}: another `latchmark fleet` is at work there") from error
    finally:
        os.close(descriptor)
