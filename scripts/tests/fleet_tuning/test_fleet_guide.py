"""Does the guide of fleets say what is so? Its commands, its example class, its tables of words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from latchmark.model.fleet import HostState

FLEET = Path(__file__).resolve().parents[2] / "fleet"
GUIDE = (FLEET / "README.md").read_text("utf-8")

# Runs what it is asked to here; `node3` is not there.
SSH = """#!/bin/sh
[ "$1" != node3 ] || { echo 'ssh: connect to host node3 port 22: Connection refused' >&2; exit 255; }
cd "$HOME" && NODE=$1 exec sh -c "$2"
"""
# Leaves a run file wherever -o says; the run of node2 has a bad launch.
BENCH = """#!/bin/sh
[ "$1 $2 $3" = "run quick -o" ] && echo '{"name": "a run"}' >"$4" && echo measured >&2
echo results/somewhere
[ "$NODE" != node2 ]
"""


def block_after(mark: str) -> str:
    """The code that follows a line of the guide."""
    found = re.search(re.escape(mark) + r"\s*```\w+\n(.*?)```", GUIDE, re.DOTALL)
    assert found is not None
    return found[1]


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)


@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is not installed")
def test_the_line_of_parallel_does_what_is_said(tmp_path: Path) -> None:
    program(tmp_path / "bin/ssh", SSH)
    program(tmp_path / "latchmark-0.1.0-x86_64/bin/latchmark-bench", BENCH)
    packages = tmp_path / "build/packages"
    packages.mkdir(parents=True)
    with tarfile.open(packages / "latchmark-0.1.0-x86_64.tar.gz", "w:gz") as tarball:
        tarball.add(tmp_path / "latchmark-0.1.0-x86_64", "latchmark-0.1.0-x86_64")
    targets = tmp_path / "targets"
    targets.mkdir()
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
        "HOME": str(targets),
        "TMPDIR": str(targets),
    }
    command = block_after("<!-- parallel -->")
    ended = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment, check=False)
    assert ended.returncode == 2  # hosts that failed, one of them with a run
    for name in ("node1", "node2"):
        assert (tmp_path / "results" / name / "run.json").read_text("utf-8") == '{"name": "a run"}\n'
        assert (tmp_path / "results" / name / "log.txt").read_text("utf-8").startswith("measured\n")
    assert "Connection refused" in (tmp_path / "results/node3/log.txt").read_text("utf-8")
    assert [path for path in targets.rglob("*") if ".parallel" not in path.parts] == []


def test_the_example_class_is_python() -> None:
    compile(block_after("A class to start from:"), "guide", "exec")


def test_every_status_is_explained() -> None:
    section = GUIDE.partition("| status | means |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE) == [state.value for state in HostState]


def test_every_option_is_one() -> None:
    known = "".join(
        path.read_text("utf-8") for path in FLEET.rglob("*") if path.suffix in (".py", ".sh", ".yml")
    )
    # Of other programs, and of the binary.
    foreign = {"--exclusive", "--acctg-freq", "--transferfile", "--return", "--alias"}
    options = set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", GUIDE)) - foreign
    assert {option for option in options if f'"{option}"' not in known and f"{option})" not in known} == set()


def test_every_variable_is_read_somewhere() -> None:
    playbooks = "".join(path.read_text("utf-8") for path in FLEET.glob("playbooks/*.yml"))
    variables = set(re.findall(r"`(latchmark_\w+)`", GUIDE))
    assert {variable for variable in variables if not re.search(rf"\b{variable}\b", playbooks)} == set()


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)", GUIDE)
    assert links
    assert [link for link in links if not (FLEET / link).exists()] == []
