"""What must whatever reaches the hosts be able to do? Ansible and Slurm are one interface of three calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from collecting import LARGEST_BYTES, Word

from latchmark.model.fleet import Fleet

# 12 hex digits below it: paths are equally long everywhere, since a path moves the stack.
DEFAULT_ROOT = "/var/tmp/latchmark-fleet"
# How folders begin in which an engine works; the one controller of a fleet run removes those of the killed.
SCRATCH = ".engine."
TARGET_SCRIPT = Path(__file__).with_name("target.sh")


@dataclass(frozen=True)
class Request:
    """What is to be started: `hosts` of `fleet`, those in `resumed` from the journal that they left."""

    folder: Path
    fleet: Fleet
    hosts: tuple[str, ...]
    resumed: frozenset[str]
    package_files: Mapping[str, Path]  # by what `uname -m` says
    time_to_live_s: int
    largest_bytes: int = LARGEST_BYTES


@dataclass(frozen=True)
class Begun:
    """What became of a start: a word for each host that did not begin; how long the others take in seconds,
    None where the engine's `collect` itself waits until they have ended; what they are, where it is known.
    `told_engine` replaces the manifest's."""

    words: Mapping[str, Word]
    expected_s: int | None
    told_engine: tuple[str, ...]
    architectures: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """One for each word in a manifest's `engine`."""

    @property
    def told(self) -> tuple[str, ...]:
        """What a manifest keeps of it, so that it can be made again."""

    def hosts(self) -> tuple[str, ...]:
        """The names that it was told to use, each checked with HOST_NAME. Raises WrongUsage."""

    def start(self, request: Request) -> Begun:
        """Stages the package, starts the runs detached from every connection, and returns."""

    def collect(
        self, folder: Path, fleet: Fleet, hosts: tuple[str, ...], wait_s: int, largest_bytes: int
    ) -> Mapping[str, Word]:
        """Waits at most so long for each host to end, fetches what there is into `incoming_of(folder, host)`
        and leaves nothing there. A host that still measures after that is left alone."""

    def ask(self, folder: Path, fleet: Fleet, hosts: tuple[str, ...]) -> Mapping[str, Word]:
        """How each host is, without touching anything."""
