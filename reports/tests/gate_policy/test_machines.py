"""Is a difference between machines named, with both values?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from gate_policy.stored_runs import stored

from latchmark.gate.machines import hard_differences, other_meaning, soft_differences
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


@pytest.fixture
def base(loaded: Load) -> Run:
    return loaded(stored())


def test_one_machine_has_no_differences(base: Run) -> None:
    assert hard_differences(base, base) == soft_differences(base, base) == ()
    assert other_meaning(base, base) is None


def test_what_makes_two_machines_is_named(loaded: Load, base: Run) -> None:
    other = stored()
    other["machine"]["hard_key"] |= {"cores": "4", "memory": {"why": "not readable"}}
    other["machine"]["hard_key_hash"] = "another"
    assert hard_differences(base, loaded(other)) == (
        "cores: 2 in base, 4 in head",
        "memory: 8 GiB in base, unknown (not readable) in head",
    )


def test_a_hash_that_differs_alone_is_a_difference(loaded: Load, base: Run) -> None:
    other = stored()
    other["machine"]["hard_key_hash"] = "another"
    (told,) = hard_differences(base, loaded(other))
    assert told == "hard key: 8a1f6b2c4d5e6f70 in base, another in head, though all recorded facts agree"


def test_facts_that_differ_under_one_hash_are_a_difference(loaded: Load, base: Run) -> None:
    other = stored()
    other["machine"]["hard_key"]["cores"] = "4"
    assert hard_differences(base, loaded(other)) == ("cores: 2 in base, 4 in head",)


def test_an_emulated_machine_is_another_one(loaded: Load, base: Run) -> None:
    other = stored()
    other["machine"]["emulated"] = "qemu"
    assert hard_differences(base, loaded(other)) == ("what runs it: a CPU in base, qemu in head",)


def test_settings_compiler_flags_and_libraries_are_soft(loaded: Load, base: Run) -> None:
    other = stored()
    other["machine"]["soft_key"] |= {"kernel": "6.5.0", "governor": "performance"}
    other["suite"] |= {"compiler": "Clang 14", "flags": "-O3", "build_type": "Debug", "atomics": "lse"}
    other["suite"]["libraries"]["hwloc"] = "2.10.0"
    assert hard_differences(base, loaded(other)) == ()
    assert set(soft_differences(base, loaded(other))) == {
        "kernel: 6.1.0 in base, 6.5.0 in head",
        "governor: unknown (no cpufreq in this machine (virtual machine?)) in base, performance in head",
        "compiler: GCC 12.2.0 in base, Clang 14 in head",
        "flags: -O2 -g in base, -O3 in head",
        "build_type: Release in base, Debug in head",
        "atomics: x86 in base, lse in head",
        "hwloc: 2.9.0 in base, 2.10.0 in head",
    }


def test_long_and_hostile_facts_stay_one_short_line(loaded: Load, base: Run) -> None:
    other = stored()
    other["machine"]["soft_key"]["kernel"] = "6\n\x1b[31m" + "x" * 500
    (told,) = soft_differences(base, loaded(other))
    assert told.startswith(r"kernel: 6.1.0 in base, 6\n\x1b[31mxxx")
    assert len(told) < 200


def test_another_c_library_or_a_script_counts_other_things(loaded: Load, base: Run) -> None:
    other = stored()
    other["suite"]["libraries"]["libc"] = "glibc 2.41"
    assert other_meaning(base, loaded(other)) == (
        "another C library executes other instructions: libc glibc 2.36 in base, libc glibc 2.41 in head"
    )
    recorded, newer = stored(), stored()
    for document, version in ((recorded, "glibc 2.36"), (newer, "glibc 2.41")):
        document["machine"]["soft_key"]["libc"] = version
    told = other_meaning(loaded(recorded), loaded(newer))
    assert told is not None
    assert "glibc 2.36 in base, glibc 2.41 in head" in told
    scripted = stored()
    scripted["counters"]["script"] = "a table"
    assert (
        other_meaning(base, loaded(scripted)) == "counted by hardware in base, by a script (a table) in head"
    )
