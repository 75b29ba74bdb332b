"""Does the search for unnoticed mistakes tell a guarded line from an unguarded one?"""

import subprocess
from pathlib import Path

import mutations
import pytest

GUARDED = mutations.Mutation("the sum", "subject.py", "a + b", "a - b", "", "test_subject.py")
UNGUARDED = mutations.Mutation("the product", "subject.py", "a * b", "a / b", "", "test_subject.py")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "subject.py").write_text(
        "def add(a, b): return a + b\ndef multiply(a, b): return a * b\n", "utf-8"
    )
    (root / "test_subject.py").write_text(
        "import subject\ndef test(): assert subject.add(2, 3) == 5\n", "utf-8"
    )
    (root / ".gitignore").write_text("ignored\n", "utf-8")
    (root / "ignored").write_text("large", "utf-8")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def test_a_guarded_line_is_noticed_and_the_tree_stays_as_it_was(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (tree / "subject.py").read_text("utf-8")
    assert mutations.main(tree, tree.parent / "copy", (GUARDED,)) == 0
    assert " noticed" in capsys.readouterr().out
    assert (
        (tree / "subject.py").read_text("utf-8")
        == before
        == (tree.parent / "copy/subject.py").read_text("utf-8")
    )


def test_an_unguarded_line_is_red(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mutations.main(tree, tree.parent / "copy", (GUARDED, UNGUARDED)) == 1
    assert "NOT NOTICED" in capsys.readouterr().out


def test_a_test_that_is_red_anyway_proves_nothing(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "test_subject.py").write_text("def test(): assert False\n", "utf-8")
    assert mutations.main(tree, tree.parent / "copy", (GUARDED,)) == 1
    assert "red before anything was broken" in capsys.readouterr().out


def test_a_line_that_moved_away_is_red(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "subject.py").write_text("def add(x, y): return x + y\n", "utf-8")
    assert mutations.main(tree, tree.parent / "copy", (GUARDED,)) == 1
    assert "stale" in capsys.readouterr().out


def test_copy_follows_the_tree(tree: Path) -> None:
    copy = tree.parent / "copy"
    mutations.copy_tree(tree, copy)
    (tree / "subject.py").rename(tree / "renamed.py")
    (copy / "build").mkdir()
    (copy / "build/object").write_text("kept", "utf-8")
    mutations.copy_tree(tree, copy)
    files = sorted(path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file())
    assert files == [".gitignore", "build/object", "renamed.py", "test_subject.py"]
