"""Which words does `latchmark fleet` refuse, before any host hears of it? One line each, and exit code 2."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import controlling
import pytest
from ansible_engine import Ansible
from controlling import Patience

from latchmark.errors import CannotWrite, InvalidFleet
from latchmark.exporting.fleet import write_manifest
from latchmark.model.fleet import Fleet

FLEET = Fleet(
    id="0123456789ab",
    preset="quick",
    engine="ansible",
    started_utc="2026-01-31T12:00:00Z",
    options=(),
    packages=(),
    hosts=(controlling.new_status("a"),),
    told_engine=("--inventory=a,",),
)


@pytest.fixture(scope="module")
def main() -> Callable[[list[str]], int]:
    """`main` of the folder, which is no package."""
    path = Path(controlling.__file__).with_name("__main__.py")
    spec = importlib.util.spec_from_file_location("fleet_main", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Callable[[list[str]], int] = module.main
    return found


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("run", "fleet run needs --inventory INV, --slurm or --resume DIR"),
        ("run --inventory none.yml", "none.yml: there is no such inventory"),
        ("run --inventory a, ../../x", "'../../x' cannot be a preset"),
        ("run --inventory a, --nodes b", "--nodes belongs to --slurm"),
        ("run --slurm --limit b", "--limit belongs to --inventory"),
        ("run --resume out quick", "--resume goes on with what the run began with: leave preset out"),
        ("run --resume out --filter x", "leave filter out"),
        ("run --resume none", "none: is no folder of a fleet run"),
        ("status none", "none/fleet.json: cannot be read"),
        ("collect none", "none: is no folder of a fleet run"),
    ],
)
def test_wrong_words_are_one_line(
    words: str,
    complaint: str,
    main: Callable[[list[str]], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words.split()) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert complaint in told.err
    assert told.out == ""
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("hours", ["0.01", "721", "nan", "-1", "day"])
def test_a_time_to_live_that_no_host_takes_is_refused(hours: str, main: Callable[[list[str]], int]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "--inventory", "a,", f"--time-to-live={hours}"])
    assert ended.value.code == 2


def test_only_one_controller_works_in_a_folder(tmp_path: Path) -> None:
    with controlling._alone_in(tmp_path), pytest.raises(CannotWrite, match=r"another .* is at work there"):
        controlling.collect(tmp_path, Patience(60))


def test_a_manifest_makes_its_engine_again() -> None:
    assert controlling.engine_of(FLEET) == Ansible("a,", None)
    for wrong in (replace(FLEET, engine="rsh"), replace(FLEET, told_engine=("--nodes=a",))):
        with pytest.raises(InvalidFleet, match=r"^fleet\.json: "):
            controlling.engine_of(wrong)


def test_status_reads_files_and_asks_nobody(
    main: Callable[[list[str]], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_manifest(tmp_path, FLEET)
    assert main(["status", str(tmp_path)]) == 4
    assert capsys.readouterr().out.splitlines() == [
        "a  not collected: nobody has asked since it was started",
        "0 of 1 machine; a not collected",
    ]
    assert os.listdir(tmp_path) == ["fleet.json"]
    assert "ansible" not in sys.modules
