"""Which package goes where, and is a run resumed by what began it? On tarballs of any content."""

from __future__ import annotations

import hashlib
from pathlib import Path

import packages
import pytest
from packages import packages_of, the_same

from latchmark.errors import WrongUsage
from latchmark.model.fleet import Package


def tarball(folder: Path, architecture: str, content: str = "x") -> Path:
    path = folder / f"latchmark-0.1.0-{architecture}.tar.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def test_the_name_says_the_architecture(tmp_path: Path) -> None:
    x86, arm = tarball(tmp_path, "x86_64"), tarball(tmp_path, "aarch64", "y")
    found = packages_of([x86, arm])
    assert found.files == {"x86_64": x86, "aarch64": arm}
    assert found.packages == (
        Package("aarch64", arm.name, hashlib.sha256(b"y").hexdigest()),
        Package("x86_64", x86.name, hashlib.sha256(b"x").hexdigest()),
    )


def test_wrong_packages_are_one_line(tmp_path: Path) -> None:
    x86 = tarball(tmp_path, "x86_64")
    with pytest.raises(WrongUsage, match="a second package for x86_64"):
        packages_of([x86, tarball(tmp_path / "other", "x86_64")])
    with pytest.raises(WrongUsage, match="a package is called"):
        packages_of([tmp_path / "latchmark.tar.gz"])
    with pytest.raises(WrongUsage, match="cannot be read: No such file"):
        packages_of([tmp_path / "latchmark-9-aarch64.tar.gz"])


def test_only_the_package_that_began_a_run_resumes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "_REPOSITORY", tmp_path)
    began = packages_of([tarball(tmp_path / "build/packages", "x86_64")]).packages
    assert the_same(began, []).packages == began
    other = tarball(tmp_path / "other", "x86_64", "rebuilt")
    with pytest.raises(WrongUsage, match="is resumed with the package that began it"):
        the_same(began, [other])
    with pytest.raises(WrongUsage, match="is resumed with the package that began it"):
        the_same(began, [tarball(tmp_path, "aarch64")])
