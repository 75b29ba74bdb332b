"""Which package goes to which architecture? Told by file names; built where nobody has yet."""

from __future__ import annotations

import hashlib
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from latchmark.errors import CannotWrite, WrongUsage, one_line
from latchmark.model.fleet import Package

_NAME = re.compile(r"latchmark-.+-(x86_64|aarch64)\.tar\.gz", re.ASCII)
_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class PackageFiles:
    """A tarball for each architecture, with what the manifest says of it."""

    files: Mapping[str, Path]
    packages: tuple[Package, ...]


def packages_of(given: Sequence[Path]) -> PackageFiles:
    """The tarballs that were given, or those in build/packages, made there for this machine where there are
    none. Raises WrongUsage; CannotWrite where none can be made."""
    return _described(_by_architecture(given) if given else _own())


def the_same(wanted: Sequence[Package], given: Sequence[Path]) -> PackageFiles:
    """The tarballs that a manifest names, by their SHA-256: a run is only resumed by what began it. Raises
    WrongUsage."""
    files = _by_architecture(given) if given else _newest(_build_folder(_REPOSITORY))
    found = _described(files)
    missing = [package for package in wanted if package not in found.packages]
    if missing:
        what = f"{missing[0].file_name} ({missing[0].sha256})"
        raise WrongUsage(f"a run is resumed with the package that began it: give --package with {what}")
    return PackageFiles(
        {package.architecture: files[package.architecture] for package in wanted}, tuple(wanted)
    )


def _build_folder(repository: Path) -> Path:
    return repository / "build" / "packages"


def _own() -> dict[str, Path]:
    files = _newest(_build_folder(_REPOSITORY))
    if platform.machine() not in files:
        command = [str(_REPOSITORY / "scripts" / "latchmark"), "package", platform.machine()]
        made = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
        files = _newest(_build_folder(_REPOSITORY))
        if made.returncode != 0 or not files:
            raise CannotWrite(f"no package: `{' '.join(command)}` ended with {made.returncode}")
    return files


def _newest(folder: Path) -> dict[str, Path]:
    tarballs = [path for path in folder.glob("*.tar.gz") if _NAME.fullmatch(path.name)]
    return {_architecture(path): path for path in sorted(tarballs, key=lambda path: path.stat().st_mtime_ns)}


def _by_architecture(given: Sequence[Path]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in given:
        if files.setdefault(_architecture(path), path) != path:
            raise WrongUsage(f"{path}: is a second package for {_architecture(path)}")
    return files


def _architecture(path: Path) -> str:
    name = _NAME.fullmatch(path.name)
    if name is None:
        raise WrongUsage(f"{path}: a package is called latchmark-VERSION-x86_64.tar.gz or ...-aarch64.tar.gz")
    return name[1]


def _described(files: Mapping[str, Path]) -> PackageFiles:
    packages = []
    for architecture, path in sorted(files.items()):
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise WrongUsage(one_line(f"{path}: cannot be read: {error.strerror or error}")) from error
        packages.append(Package(architecture, path.name, sha256))
    return PackageFiles(files, tuple(packages))
