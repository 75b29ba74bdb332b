"""Are the example pages those of the runs that are there, and is one that cannot be drawn no success?"""

from __future__ import annotations

import sys
from pathlib import Path

import example_pages
import pytest
from described_run import write_run
from quick_run import quick_run


def example(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["example_pages.py", *map(str, arguments)])
    monkeypatch.setattr(example_pages, "draw_gallery", lambda _out: None)
    return example_pages.main()


def test_a_run_that_is_not_there_is_told_and_the_rest_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(quick_run(), tmp_path / "run.json")
    out = tmp_path / "out"
    assert example(monkeypatch, out, "--run", run, "--emulated", tmp_path / "none.json") == 0
    assert capsys.readouterr().out.startswith(f"emulated-arm: there is no {tmp_path}/none.json;")
    drawn = sorted(str(page.relative_to(out)) for page in out.rglob("*.html"))
    assert drawn == ["index.html", "this-machine/report.html"]
    assert run.read_bytes() == (out / "this-machine/run.json").read_bytes()


def test_a_run_that_cannot_be_read_is_no_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "run.json"
    broken.write_text("no run", "utf-8")
    assert example(monkeypatch, tmp_path / "out", "--run", broken, "--emulated", tmp_path / "none.json") == 1
    assert "is not JSON" in capsys.readouterr().err
