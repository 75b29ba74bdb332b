"""Does each slow-down reach its own binary, and only that one?"""

import re
import subprocess
from pathlib import Path

import pytest
import structural

ROOT = Path(structural.__file__).resolve().parents[1]
KNOWN = structural.slowdowns_of((ROOT / "scripts/structural.toml").read_text("utf-8"))
FENCED = structural.Slowdown("fenced", "source", "^a/b/", (("store", "fence store"),))
PADDED = structural.Slowdown("padded", "source", "^c/d/", (("aligned", ""), ("store", "spill store")))

# A build whose binary is the source.
BUILD = """build() { mkdir -p "$root/build/release/benchmarks" && ! grep -q broken "$root/source" &&
    cp "$root/source" "$root/build/release/benchmarks/latchmark-bench"; }
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "scripts").mkdir(parents=True)
    (root / "scripts/build.sh").write_text(BUILD, "utf-8")
    (root / "source").write_text("aligned store", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def test_each_slow_down_has_a_binary_of_its_own(tree: Path) -> None:
    out = tree.parent / "out"
    assert structural.make_all((FENCED, PADDED), tree, tree.parent / "copy", out) == 0
    assert (out / "fenced/latchmark-bench").read_text("utf-8") == "aligned fence store"
    assert (out / "padded/latchmark-bench").read_text("utf-8") == " spill store"
    assert (out / "padded/points").read_text("utf-8") == "^c/d/\n"
    assert (tree.parent / "copy/source").read_text("utf-8") == "aligned store"


def test_what_does_not_build_leaves_no_binary(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = structural.Slowdown("broken", "source", "", (("store", "broken"),))
    out = tree.parent / "out"
    assert structural.make_all((broken, FENCED), tree, tree.parent / "copy", out) == 1
    assert "does not build" in capsys.readouterr().out
    assert [path.name for path in out.iterdir()] == ["fenced"]
    assert (out / "fenced/latchmark-bench").read_text("utf-8") == "aligned fence store"


def test_a_text_that_moved_away_is_told(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "source").write_text("aligned store store", "utf-8")
    assert structural.make_all((FENCED,), tree, tree.parent / "copy", tree.parent / "out") == 1
    assert "stale: source has the text to replace 2 times" in capsys.readouterr().out


@pytest.mark.parametrize("slowdown", KNOWN, ids=[one.name for one in KNOWN])
def test_those_of_the_project_fit_their_sources(slowdown: structural.Slowdown) -> None:
    source = (ROOT / slowdown.file).read_text("utf-8")
    assert structural.slower(source, slowdown) != source
    re.compile(slowdown.points)


def test_the_structural_regressions_that_the_gate_promises_are_there() -> None:
    assert {"removed_padding", "extra_fence", "extra_retry"} <= {one.name for one in KNOWN}
