"""Where and with what was it measured? The binaries, the suite, the CPUs and the clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from latchmark.model.unavailable import Facts


@dataclass(frozen=True, slots=True)
class Side:
    """One of the binaries that took part."""

    name: str
    build_id: str


@dataclass(frozen=True, slots=True)
class Suite:
    """The program that measured."""

    version: str
    commit: str
    compiler: str
    flags: str
    build_type: str
    build_id: str
    atomics: str
    libraries: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cpu:
    """One CPU that the run was allowed to use; all but `os_id` are dense indices."""

    os_id: int
    core: int
    llc: int
    package: int
    node: int
    kind: int


@dataclass(frozen=True, slots=True)
class Topology:
    """The CPUs in topology order. `llc_kib` is None where the machine does not say."""

    source: str
    cpus: tuple[Cpu, ...]
    llc_kib: int | None


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock behind every time in the run, all in ns; `chain_step_ns` calibrates delays."""

    name: str
    resolution_ns: float
    read_ns: float
    chain_step_ns: float


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured. `placements` has None for a class that exists here, else why it does not.

    `emulated` says what runs in place of a CPU; None where a CPU does.
    """

    alias: str
    hard_key: Facts
    hard_key_hash: str
    soft_key: Facts
    topology: Topology
    clock: Clock
    placements: Mapping[str, str | None]
    emulated: str | None = None
