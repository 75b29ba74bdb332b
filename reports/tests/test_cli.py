"""Does a command end with the right exit code, and bad input with one line?"""

from __future__ import annotations

import builtins
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from counted_run import QEMU, counted_run
from described_run import write_run
from quick_run import quick_run

from latchmark import cli, errors


@pytest.fixture(scope="module")
def run_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_run(quick_run(), tmp_path_factory.mktemp("run") / "run.json"))


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """What the command said on standard error, which must be one line."""
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("latchmark: ")
    assert said.err.count("\n") == 1
    assert said.err.endswith("\n")
    return said.err


@pytest.mark.parametrize("format_", ["markdown", "json", "csv"])
def test_report_with_a_failed_launch_is_done(run_file: str, tmp_path: Path, format_: str) -> None:
    output = tmp_path / "report"
    assert cli.main(["report", run_file, "--format", format_, "-o", str(output)]) == 0
    assert "false" in output.read_text("utf-8")


def test_compare(run_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = write_run(quick_run(alias="epyc"), tmp_path / "other.json")
    for command in ("compare", "report"):
        assert cli.main([command, run_file, str(other), "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["labels"] == ["xeon-2c-1s", "epyc"]
    for format_, opening in (("csv", "point,run,unit"), ("markdown", "# xeon-2c-1s against epyc")):
        assert cli.main(["compare", run_file, str(other), "--format", format_]) == 0
        assert capsys.readouterr().out.startswith(opening)


def test_export(run_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["export", "--format", "gbench", run_file]) == 0
    assert json.loads(capsys.readouterr().out)["context"]["num_cpus"] == 2


def test_findings_are_told_with_what_is_missing(run_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["findings", run_file, "--most", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("- contention/counter: mutex costs 24.6×")
    assert sum(line.startswith("- ") for line in lines) == 2
    assert any(line.startswith("  not measured: cycles, instructions") for line in lines)


def test_what_stands_in_is_told_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_run(counted_run(emulated=QEMU).document(), tmp_path / "run.json")
    assert cli.main(["findings", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"! Measured on an emulated machine ({QEMU})")
    assert lines[1].startswith("! Counts come from a script")
    assert all(
        line.startswith(("- false_sharing/counters: [emulated] ", "  not measured")) for line in lines[2:]
    )


def test_a_name_does_not_command_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = quick_run()
    for role in document["counters"]["roles"]:
        role["why"] = "a\x1b[2J\nb"
    assert cli.main(["findings", str(write_run(document, tmp_path / "run.json"))]) == 0
    said = capsys.readouterr().out
    assert "a\\x1b[2J\\nb" in said
    assert said.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "required: COMMAND"),
        (["frobnicate"], "invalid choice: 'frobnicate'"),
        (["report"], "required: RUN"),
        (["report", "absent.json"], "absent.json: cannot be read: No such file"),
        (["report", "{run}", "--format", "pdf"], "invalid choice: 'pdf'"),
        (["compare", "{run}"], "at least two"),
        (["compare", "{run}", "{run}"], "the same run twice"),
        (["export", "{run}"], "required: --format"),
        (["findings", "a\nb"], "a\\nb: cannot be read"),
    ],
)
def test_bad_usage_and_input(
    run_file: str, arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([one.replace("{run}", run_file) for one in arguments]) == 2
    assert what in complaint(capsys)


def test_what_cannot_be_written(run_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = str(tmp_path / "absent" / "report.csv")
    assert cli.main(["report", run_file, "--format", "csv", "-o", output]) == 4
    assert "cannot be written" in complaint(capsys)


def test_a_full_disk(run_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full on this system")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "latchmark", "findings", run_file],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[2])},
        )  # fmt: skip
    assert done.returncode == 4
    assert done.stderr == "latchmark: standard output: cannot be written: No space left on device\n"


@pytest.mark.parametrize(
    ("imported", "package"), [("fastjsonschema", "fastjsonschema"), ("latchmark.pages", "jinja2")]
)
def test_a_missing_package_is_named(
    run_file: str,
    imported: str,
    package: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from latchmark.loading import contract

    contract._validator.cache_clear()
    missing_at(monkeypatch, imported, package)
    assert cli.main(["report", run_file]) == 4
    said = complaint(capsys)
    assert package in said
    assert "install" in said


@pytest.mark.parametrize("arguments", [["report", "RUN"], ["index", "."]])
def test_a_missing_module_of_our_own_is_no_missing_package(
    run_file: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    missing_at(monkeypatch, "latchmark.pages", "latchmark.pages.gone")
    missing_at(monkeypatch, "latchmark.cli.indexing", "latchmark.pages.gone")
    with pytest.raises(ModuleNotFoundError, match=r"latchmark\.pages\.gone"):
        cli.main([run_file if one == "RUN" else one for one in arguments])


def missing_at(monkeypatch: pytest.MonkeyPatch, imported: str, package: str) -> None:
    """Makes the import of one module fail because another one is not there."""
    real_import = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name == imported:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        return real_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)


def test_no_memory_is_one_line(
    run_file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(path: Path) -> None:
        raise MemoryError

    monkeypatch.setattr(cli.reports, "load", exhausted)
    assert cli.main(["findings", run_file]) == 4
    assert "not enough memory" in complaint(capsys)


def test_help_explains_and_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["report", "--help"])
    assert ended.value.code == 0
    assert "run.json" in capsys.readouterr().out


def test_messages_stay_on_one_line() -> None:
    assert str(errors.WrongUsage("a\nb\x1b[2J")) == "a\\nb\\x1b[2J"
    assert len(errors.one_line("x" * 10_000)) == 400
