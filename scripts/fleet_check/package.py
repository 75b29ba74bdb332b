"""Which package is staged? The one that was built, or one of the same layout around the release build."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from fleet_check.isolation import CannotCheck

ROOT = Path(__file__).resolve().parent.parent.parent
LAUNCHER = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/../lib/latchmark/latchmark-bench" "$@"
"""


def package_here(folder: Path) -> tuple[Path, bool]:
    """The package for this machine, and whether it is the built one. Raises CannotCheck without a binary."""
    architecture = os.uname().machine
    built = sorted((ROOT / "build/packages").glob(f"latchmark-*-{architecture}.tar.gz"))
    if built:
        return max(built, key=lambda file: file.stat().st_mtime), True
    bench = ROOT / "build/release/benchmarks/latchmark-bench"
    if not bench.exists():
        raise CannotCheck("neither a package nor a release build; type: scripts/latchmark package")
    return _stand_in(bench, architecture, folder), False


def _stand_in(bench: Path, architecture: str, folder: Path) -> Path:
    said = subprocess.run([bench, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"\d+(\.\d+)+", said)
    name = f"latchmark-{version[0] if version else '0'}-{architecture}"
    top = folder / "stand-in" / name
    (top / "bin").mkdir(parents=True)
    (top / "lib/latchmark").mkdir(parents=True)
    # Debugging information is most of it, and would be sent to every host.
    shutil.copy2(bench, top / "lib/latchmark/latchmark-bench")
    subprocess.run(["strip", "--strip-debug", top / "lib/latchmark/latchmark-bench"], check=True)
    launcher = top / "bin/latchmark-bench"
    launcher.write_text(LAUNCHER, "utf-8")
    launcher.chmod(0o755)
    package = folder / f"{name}.tar.gz"
    with tarfile.open(package, "w:gz", compresslevel=1) as archive:
        archive.add(top, name)
    return package


def unpacked(package: Path, folder: Path) -> Path:
    """The launcher of the package, unpacked below a folder."""
    with tarfile.open(package) as archive:
        # What we have packed ourselves.
        archive.extractall(folder)
    return next(folder.glob("latchmark-*/bin/latchmark-bench"))
