"""Is a cluster that does not answer told from a wrong word? With a stand-in of Slurm's own command."""

from __future__ import annotations

from pathlib import Path

import pytest
import slurm_cluster

from latchmark.errors import CannotWrite, LatchmarkError, WrongUsage


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("sinfo: fatal: Could not establish a configuration source", CannotWrite),
        ("slurm_load_partitions: Unable to contact slurm controller (connect failure)", CannotWrite),
        ("sinfo: error: Invalid partition specified", WrongUsage),
    ],
)
def test_the_exit_code_says_whose_fault_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, error: type[LatchmarkError]
) -> None:
    program = tmp_path / "scontrol"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(error, match=said.split(":")[-1].split("(")[0].strip()):
        slurm_cluster.names_of("n[1-3]")
