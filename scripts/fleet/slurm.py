"""How does Slurm reach the nodes? One job for each, which has its node for itself; see Engine.

The folder of the fleet run must be on a file system that the nodes share under the same path; the run itself
works on the node's own disk. No process of ours is on a node while it measures but the job that is blocked.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from collecting import JOURNAL, Word, incoming_of, run_folder_of
from engine import DEFAULT_ROOT, TARGET_SCRIPT, Begun, Request
from slurm_cluster import (
    Job,
    cancel_waiting,
    jobs_named,
    names_of,
    nodes_of,
    state_in_accounting,
    submit,
)
from slurm_said import Said, said_in

from latchmark.errors import WrongUsage, one_line
from latchmark.model.fleet import HOST_NAME, Fleet

# Where what the jobs need and say lies in the folder of a fleet run.
STAGED = "slurm"
# The root on a node, for a site whose nodes have their own disk elsewhere; `%N` is the node's name, as in
# sbatch's own file names.
ROOT_VARIABLE = "LATCHMARK_SLURM_ROOT"
# Between two questions to Slurm's controller: soon at first for what fails at once, then seldom, since it
# serves a whole cluster.
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
# What a job that only collects may take, waiting for its node included.
_COLLECTING_S = 120.0
# A collecting job keeps no holding of its own; the number is only read by `open`.
_NO_TTL = "60"


@dataclass(frozen=True)
class Slurm:
    """The engine `slurm`: `nodes` as sbatch takes them, `features` which a node must all have."""

    partition: str | None
    nodes: str | None
    features: tuple[str, ...]
    root: str = ""

    def __post_init__(self) -> None:
        if not self.root:
            object.__setattr__(self, "root", os.environ.get(ROOT_VARIABLE, DEFAULT_ROOT))

    @classmethod
    def from_told(cls, told: Sequence[str]) -> Slurm:
        """As `told` was written into a manifest. Raises ValueError where it is none of this engine's."""
        known: dict[str, list[str]] = {"--partition": [], "--nodes": [], "--constraint": [], "--root": []}
        for word in told:
            name, _, value = word.partition("=")
            if name not in known or not value:
                raise ValueError(f"{word!r} is no option of --slurm")
            known[name].append(value)
        if any(len(known[name]) > 1 for name in ("--partition", "--nodes", "--root")):
            raise ValueError(f"{' '.join(told)!r} says something twice")
        return cls(
            next(iter(known["--partition"]), None),
            next(iter(known["--nodes"]), None),
            tuple(known["--constraint"]),
            next(iter(known["--root"]), ""),
        )

    @property
    def told(self) -> tuple[str, ...]:
        """What `from_told` needs."""
        return (
            *([f"--partition={self.partition}"] if self.partition is not None else []),
            *([f"--nodes={self.nodes}"] if self.nodes is not None else []),
            *(f"--constraint={feature}" for feature in self.features),
            f"--root={self.root}",
        )

    def hosts(self) -> tuple[str, ...]:
        """See Engine. A name that was given stays, also where Slurm has no such node: it is unreachable."""
        given = names_of(self.nodes) if self.nodes is not None else ()
        nodes = nodes_of(self.partition, given)
        wanted = frozenset(self.features)
        fitting = {name for name, node in nodes.items() if wanted <= node.features}
        names = tuple(name for name in given or sorted(nodes) if name in fitting or name not in nodes)
        if not names:
            which = [
                f"--{what} {value}"
                for what, value in (("partition", self.partition), ("nodes", self.nodes))
                if value is not None
            ]
            which += [f"--constraint {feature}" for feature in self.features]
            raise WrongUsage(
                f"no node fits {' '.join(which) or 'the default partition'}; see `sinfo -N -o '%N %P %b'`"
            )
        for name in names:
            if not HOST_NAME.fullmatch(name):
                raise WrongUsage(one_line(f"{name!r} cannot be the name of a host"))
        return names

    def start(self, request: Request) -> Begun:
        """See Engine."""
        _stage(request)
        nodes = nodes_of(self.partition, request.hosts)
        words: dict[str, Word] = {}
        for host in request.hosts:
            node = nodes.get(host)
            if node is None:
                words[host] = _unreachable("Slurm knows no such node in that partition")
            elif node.trouble:
                words[host] = _unreachable(node.trouble)
            else:
                # A resumed run has its preset and its options in its journal.
                is_new = host not in request.resumed
                run_words = (request.fleet.preset, *request.fleet.options) if is_new else ()
                about = (str(request.time_to_live_s), str(request.largest_bytes), *run_words)
                refused = self._submit(request.folder, request.fleet, host, "run", about)
                if refused:
                    words[host] = _unreachable(refused)
        return Begun(words, None, request.fleet.told_engine)

    def collect(
        self, folder: Path, fleet: Fleet, hosts: tuple[str, ...], wait_s: int, largest_bytes: int
    ) -> Mapping[str, Word]:
        """See Engine. With something to wait for it waits until the jobs have ended: how long they queue is
        Slurm's business. A node that breaks meanwhile is not waited for."""
        lost = self._wait(fleet, hosts) if wait_s else {}
        words = {**self._heard(folder, fleet, hosts), **lost}
        left = tuple(host for host in hosts if _is_left_over(said_in(_said(folder, host)), words[host]))
        if left:
            words |= self._fetch_left_over(folder, fleet, left, largest_bytes)
        for host in hosts:
            if not words[host].is_running:
                _take(folder, host)
        return words

    def ask(self, folder: Path, fleet: Fleet, hosts: tuple[str, ...]) -> Mapping[str, Word]:
        """See Engine: asks Slurm's controller and reads what the jobs said, so it disturbs no node."""
        return self._heard(folder, fleet, hosts)

    def _submit(self, folder: Path, fleet: Fleet, host: str, verb: str, about: Sequence[str]) -> str:
        """Why Slurm took no job, in one line; empty where it did."""
        said = _said(folder, host)
        (folder / STAGED / "target.sh").write_bytes(TARGET_SCRIPT.read_bytes())
        words = (
            verb,
            str((folder / STAGED).resolve()),
            str(said.resolve()),
            self.root.replace("%N", host),
            fleet.id,
            *about,
        )
        number = submit(_job_name(fleet), host, self.partition, said.resolve(), words)
        if isinstance(number, str):
            return number
        (said / "job").write_text(f"{number}\n", "utf-8")
        return ""

    def _wait(
        self, fleet: Fleet, hosts: Sequence[str], longest_s: float = float("inf")
    ) -> Mapping[str, Word]:
        """Until no job of ours is active, with a word for those that were cancelled as they cannot begin."""
        lost: dict[str, Word] = {}
        pause_s, until_s = _FIRST_PAUSE_S, time.monotonic() + longest_s
        while True:
            jobs = jobs_named(_job_name(fleet))
            active = [jobs[host] for host in hosts if host in jobs and jobs[host].is_active]
            waiting = {job.node: job for job in active if job.is_waiting and job.node not in lost}
            lost |= self._cancel_hopeless(waiting, is_late=time.monotonic() > until_s)
            if not active or time.monotonic() > until_s:
                return lost
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _cancel_hopeless(self, waiting: Mapping[str, Job], is_late: bool) -> Mapping[str, Word]:
        if not waiting:
            return {}
        nodes = nodes_of(self.partition, tuple(waiting))
        hopeless = {
            host: nodes[host].trouble if host in nodes else "Slurm no longer knows it"
            for host, job in waiting.items()
            if host not in nodes or nodes[host].trouble or is_late
        }
        cancel_waiting(waiting[host] for host in hopeless)
        return {host: _unreachable(trouble or waiting[host].reason) for host, trouble in hopeless.items()}

    def _heard(self, folder: Path, fleet: Fleet, hosts: Sequence[str]) -> dict[str, Word]:
        jobs = jobs_named(_job_name(fleet))
        return {host: _word(_said(folder, host), jobs.get(host)) for host in hosts}

    def _fetch_left_over(
        self, folder: Path, fleet: Fleet, hosts: Sequence[str], largest_bytes: int
    ) -> dict[str, Word]:
        """What a job left on its node that was killed before it could hand it over."""
        before = {host: said_in(_said(folder, host)) for host in hosts}
        words = self._heard(folder, fleet, hosts)
        nodes = nodes_of(self.partition, tuple(hosts))
        sent = []
        for host in hosts:
            trouble = nodes[host].trouble if host in nodes else "Slurm no longer knows it"
            about = (_NO_TTL, str(largest_bytes))
            refused = trouble or self._submit(folder, fleet, host, "collect", about)
            if refused:
                words[host] = Word(False, before[host].architecture, None, refused)
            else:
                sent.append(host)
        lost = self._wait(fleet, sent, _COLLECTING_S)
        for host in sent:
            told = said_in(_said(folder, host))
            architecture = before[host].architecture
            words[host] = replace(words[host], exit_code=told.exit_code, is_reached=host not in lost)
            # The next collect must know that something is left.
            if not told.is_collected and architecture is not None:
                _keep_opened(_said(folder, host), architecture)
        return words


def _stage(request: Request) -> None:
    """What jobs need, where nodes see it. What an earlier attempt said is gone."""
    staged = request.folder / STAGED
    staged.mkdir(exist_ok=True)
    for package in request.fleet.packages:
        shutil.copyfile(
            request.package_files[package.architecture], staged / f"{package.architecture}.tar.gz"
        )
        (staged / f"{package.architecture}.sha256").write_text(f"{package.sha256}\n", "utf-8")
    for host in request.hosts:
        said = _said(request.folder, host)
        shutil.rmtree(said, ignore_errors=True)
        said.mkdir(parents=True)
        if host in request.resumed:
            shutil.copyfile(run_folder_of(request.folder, host) / JOURNAL, said / JOURNAL)


def _take(folder: Path, host: str) -> None:
    """What a job has handed over, once it writes no more: read earlier, half of it would be lost."""
    handed, incoming = _said(folder, host) / "handed", incoming_of(folder, host)
    if handed.is_dir() and not handed.is_symlink():
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.parent.mkdir(parents=True, exist_ok=True)
        handed.rename(incoming)


def _word(said_folder: Path, job: Job | None) -> Word:
    """Of one host, from the words of its job first and from Slurm where they are silent."""
    said = said_in(said_folder)
    if job is not None and job.is_active:
        why = f": {job.reason}" if job.is_waiting and job.reason not in ("None", "") else ""
        reason = f"its job {job.id} is {job.state.lower()}{why}"
        return Word(True, said.architecture, None, reason, is_running=True)
    if said.architecture is None and not said.last_error and not (said_folder / "job").exists():
        return Word(False, None, None, "no job of it was submitted", is_started=False)
    state = job.state if job is not None else _forgotten(said_folder)
    if said.exit_code is not None:
        return Word(True, said.architecture, said.exit_code, "")
    if said.architecture is None and not said.last_error:
        why = f"its job is {state or 'gone'} and said nothing: is the folder shared with the node?"
        return Word(True, None, None, why, is_started=False)
    why = said.last_error or "its job was ended"
    is_told = state in ("", "COMPLETED", "FAILED") or why.startswith("incompatible: ")
    return Word(True, said.architecture, None, why if is_told else f"{why} (Slurm: {state})")


def _forgotten(said_folder: Path) -> str:
    number = (said_folder / "job").read_text("utf-8").strip() if (said_folder / "job").exists() else ""
    return state_in_accounting(int(number)) if number.isdecimal() else ""


def _is_left_over(said: Said, word: Word) -> bool:
    """Whether a job opened a holding and ended without clearing it away."""
    return said.architecture is not None and not said.is_collected and not word.is_running


def _keep_opened(said_folder: Path, architecture: str) -> None:
    (said_folder / "output").write_text(f"architecture {architecture}\n", "utf-8")


def _unreachable(reason: str) -> Word:
    return Word(False, None, None, reason, is_started=False)


def _job_name(fleet: Fleet) -> str:
    # Found again by it, also where the controller was killed before it wrote a number down.
    return f"latchmark-{fleet.id}"


def _said(folder: Path, host: str) -> Path:
    """Where the job of a host writes its streams, and its number stands."""
    return folder / STAGED / "hosts" / host
