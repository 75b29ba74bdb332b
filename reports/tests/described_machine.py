"""On which machine, and by which program, would a described run have been measured?"""

from __future__ import annotations

from typing import Any


def suite() -> dict[str, Any]:
    """The `suite` of a run document: a release build."""
    return {
        "version": "0.1.0",
        "commit": "0123abcd",
        "compiler": "GCC 12.2.0",
        "flags": "-O2 -g",
        "build_type": "Release",
        "build_id": "4f1d9a",
        "atomics": "x86",
        "libraries": {
            "google_benchmark": "1.7.1",
            "hwloc": "2.9.0",
            "libpfm": "4.13.0",
            "libc": "glibc 2.36",
        },
    }


def machine(alias: str, cpus: int) -> dict[str, Any]:
    """The `machine` of a run document: a virtual one, its `cpus` on one socket and one last-level cache."""
    return {
        "alias": alias,
        "hard_key": {
            "vendor": "GenuineIntel",
            "model name": "Intel(R) Xeon(R)",
            "sockets": "1",
            "cores": str(cpus),
            "memory": "8 GiB",
            "hypervisor": "kvm",
        },
        "hard_key_hash": "8a1f6b2c4d5e6f70",
        "soft_key": {
            "kernel": "6.1.0",
            "governor": {"why": "no cpufreq in this machine (virtual machine?)"},
            "thp": "madvise",
            "microcode": "0x2b000590",
        },
        "topology": {
            "source": "this machine",
            "llc_kib": 107520,
            "cpus": [
                {"os_id": cpu, "core": cpu, "llc": 0, "package": 0, "node": 0, "kind": 0}
                for cpu in range(cpus)
            ],
        },
        "clock": {
            "name": "CLOCK_MONOTONIC",
            "resolution_ns": 1.0,
            "read_ns": 21.5,
            "chain_step_ns": 1.3,
        },
        "placements": {
            "spread": None,
            "same_llc": None,
            "oversubscribed": None,
            "same_core": "needs two hardware threads on one core; this machine has one",
            "other_socket": "needs two sockets; this machine has one",
        },
    }
