"""Were two runs measured on one machine, and set up alike? What differs, in sentences."""

from __future__ import annotations

from latchmark.compare import key_difference
from latchmark.errors import printable
from latchmark.model import Fact, Facts, Run, Unavailable

_LONGEST_FACT = 120


def hard_differences(a: Run, b: Run) -> tuple[str, ...]:
    """What makes two machines of them, base's value first; empty for one machine."""
    found = _differences(a.machine.hard_key, b.machine.hard_key)
    if not found and a.machine.hard_key_hash != b.machine.hard_key_hash:
        hashes = f"{a.machine.hard_key_hash} in base, {b.machine.hard_key_hash} in head"
        found = (f"hard key: {hashes}, though all recorded facts agree",)
    if a.machine.emulated != b.machine.emulated:
        told = [one.machine.emulated or "a CPU" for one in (a, b)]
        found += (f"what runs it: {told[0]} in base, {told[1]} in head",)
    return found


def soft_differences(a: Run, b: Run) -> tuple[str, ...]:
    """What a person may change on one machine: kernel, settings, compiler, flags, libraries."""
    return _differences(_soft_facts_of(a), _soft_facts_of(b))


def other_meaning(a: Run, b: Run) -> str | None:
    """Why counts of the two do not mean the same; None where they do.

    A C library chooses other code paths by version and CPU model, so what a call into it executes is not the
    change's doing. A script counts nothing.
    """
    libraries = [_c_library_of(one) for one in (a, b)]
    if libraries[0] != libraries[1]:
        return (
            f"another C library executes other instructions: {libraries[0]} in base, {libraries[1]} in head"
        )
    if a.counters.script != b.counters.script:
        told = [f"a script ({one.counters.script})" if one.counters.script else "hardware" for one in (a, b)]
        return f"counted by {told[0]} in base, by {told[1]} in head"
    return None


def _c_library_of(run: Run) -> str:
    fact = run.machine.soft_key.get("libc")
    if isinstance(fact, str):
        return fact
    known = run.suite.libraries
    return next(
        (f"{name} {known[name]}" for name in ("libc", "glibc", "musl") if name in known), "not recorded"
    )


def _soft_facts_of(run: Run) -> Facts:
    """The soft key with what only the build says; the key's own words come first."""
    suite = run.suite
    of_build: dict[str, Fact] = {
        "compiler": suite.compiler,
        "flags": suite.flags,
        "build_type": suite.build_type,
        "atomics": suite.atomics,
        **suite.libraries,
    }
    return {**of_build, **run.machine.soft_key}


def _differences(a: Facts, b: Facts) -> tuple[str, ...]:
    return tuple(
        f"{row.name}: {_told(row.facts[0])} in base, {_told(row.facts[1])} in head"
        for row in key_difference([a, b]).differing
    )


def _told(fact: Fact) -> str:
    text = printable(f"unknown ({fact.reason})" if isinstance(fact, Unavailable) else fact or "empty")
    return text if len(text) <= _LONGEST_FACT else f"{text[: _LONGEST_FACT - 1]}…"
