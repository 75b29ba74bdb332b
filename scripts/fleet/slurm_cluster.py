"""What does Slurm say of nodes and of our jobs? Asks the controller of the cluster, never a node."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from latchmark.errors import CannotWrite, MissingPackage, WrongUsage, one_line

JOB_SCRIPT = Path(__file__).with_name("slurm_job.sh")
# A controller that is down answers nobody: its commands try for a while and then say so.
_ANSWER_S = 120.0
# Nodes that start no job, by the first word of `sinfo`'s compact state; `*` after it: does not respond.
_UNUSABLE = ("down", "drain", "drng", "fail", "failg", "inval", "unk", "futr", "maint")
# As `squeue` calls jobs that have not ended.
_WAITING = ("PENDING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT")
_ACTIVE = (
    *_WAITING,
    "RUNNING",
    "CONFIGURING",
    "COMPLETING",
    "SUSPENDED",
    "STOPPED",
    "STAGE_OUT",
    "SIGNALING",
)


@dataclass(frozen=True)
class Node:
    """A node as Slurm knows it; `trouble` is why it starts no job, empty where it does."""

    name: str
    features: frozenset[str]
    trouble: str


@dataclass(frozen=True)
class Job:
    """One job of ours; `reason` is why it has not begun, in Slurm's words."""

    id: int
    node: str
    state: str
    reason: str

    @property
    def is_active(self) -> bool:
        """Whether it may still do something on its node."""
        return self.state in _ACTIVE

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun."""
        return self.state in _WAITING


def nodes_of(partition: str | None, names: Sequence[str]) -> Mapping[str, Node]:
    """The nodes of a partition (None: of the default one, or of any where `names` are given), only `names`
    where there are some. Raises WrongUsage."""
    which = [f"--partition={partition}"] if partition is not None else []
    which += [f"--nodes={','.join(names)}"] if names else []
    # What may hold the separator comes last.
    told = _lines(["sinfo", "--Node", "--noheader", "--format=%N|%P|%t|%b|%E", *which])
    nodes: dict[str, Node] = {}
    for line in told:
        name, of_partition, state, features, why = line.split("|", 4)
        if partition is None and not names and not of_partition.endswith("*"):
            continue
        is_down = state.endswith("*") or state.rstrip("*$~#!%^@-+") in _UNUSABLE
        trouble = f"Slurm says {state}" + (f": {why}" if why not in ("none", "") else "") if is_down else ""
        known = frozenset(features.split(",")) - {"(null)", ""}
        nodes[name] = Node(name, known, one_line(trouble))
    return nodes


def names_of(expression: str) -> tuple[str, ...]:
    """`n[1-3],n7` in full, each name once. Raises WrongUsage."""
    return tuple(dict.fromkeys(_lines(["scontrol", "show", "hostnames", expression])))


def submit(name: str, node: str, partition: str | None, said: Path, words: Sequence[str]) -> int | str:
    """A job of that name which has the whole node, its two streams in `said`: its number, or in one line why
    Slurm took none."""
    command = [
        "sbatch",
        "--parsable",
        f"--job-name={name}",
        f"--nodelist={node}",
        *([f"--partition={partition}"] if partition is not None else []),
        "--nodes=1",
        "--ntasks=1",
        "--exclusive",  # no other job on that node, and all of its CPUs
        "--mem=0",  # and all of its memory: a default for one task would end large points
        "--acctg-freq=0",  # slurmd would look at our processes every 30 s while they measure
        "--no-requeue",  # a second start would find the holding of the first
        "--export=NIL",
        "--signal=B:TERM@60",  # before its time limit, so that the journal is handed over
        "--chdir=/",
        "--open-mode=truncate",
        f"--output={_literal(said / 'output')}",
        f"--error={_literal(said / 'error')}",
        str(JOB_SCRIPT),
        *words,
    ]
    done = _done(command)
    number = done.stdout.strip().partition(";")[0]
    if done.returncode != 0 or not number.isdecimal():
        return _why(done)
    return int(number)


def jobs_named(name: str) -> Mapping[str, Job]:
    """The newest job of that name for each node, as long as Slurm remembers them. Raises CannotWrite."""
    told = _lines(
        ["squeue", "--noheader", "--states=all", f"--name={name}", "--format=%A|%T|%n|%r"], CannotWrite
    )
    jobs: dict[str, Job] = {}
    for line in told:
        number, state, node, reason = line.split("|", 3)
        if node not in jobs or jobs[node].id < int(number):
            jobs[node] = Job(int(number), node, state, one_line(reason))
    return jobs


def cancel_waiting(jobs: Iterable[Job]) -> None:
    """Those that have not begun; one that has begun meanwhile is left alone."""
    numbers = [str(job.id) for job in jobs]
    if numbers:
        _done(["scancel", "--state=PENDING", *numbers])


def state_in_accounting(number: int) -> str:
    """How a job ended that Slurm's controller has forgotten, empty where there is no accounting."""
    done = _done(
        ["sacct", "--noheader", "--parsable2", "--allocations", f"--jobs={number}", "--format=State"]
    )
    return one_line(done.stdout.strip(), 60) if done.returncode == 0 else ""


# How Slurm's commands say that the fault is not in what they were asked.
_NO_CLUSTER = ("Could not establish a configuration source", "Unable to contact slurm controller")


def _literal(path: Path) -> str:
    """A path in which sbatch replaces nothing."""
    return str(path).replace("%", "%%")


def _lines(command: Sequence[str], error: type[WrongUsage | CannotWrite] = WrongUsage) -> list[str]:
    done = _done(command)
    if done.returncode != 0:
        why = _why(done)
        if any(text in why for text in _NO_CLUSTER):
            raise CannotWrite(f"no cluster answers here, type this where sbatch works: {why}")
        raise error(why)
    return [line for line in done.stdout.splitlines() if line.strip()]


def _done(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_ANSWER_S,
            check=False,
        )
    except FileNotFoundError as error:
        raise MissingPackage(f"{command[0]} is not installed: apt-get install slurm-client") from error
    except subprocess.TimeoutExpired as error:
        raise CannotWrite(f"{command[0]}: no answer from Slurm's controller") from error


def _why(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return one_line(lines[-1] if lines else f"{done.args[0]} ended with {done.returncode}", 300)
