"""Do the packages run where they are meant to, and say so in one line where they cannot?

check_package.py PACKAGES ROOTS: unpacks and installs what is in the folder PACKAGES in bare Debian roots
below ROOTS, which are made once. Exit 1 when a promise is broken, 77 when a piece was left out, with the
reason.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jsonschema

SCRIPTS = Path(__file__).resolve().parent
CHECKOUT = SCRIPTS.parent
LIMIT_S = 300
SUITES = ("bullseye", "bookworm")
MUSL = ("musl/bookworm", "busybox-static/bookworm")
# One short launch of a lock, and one of the instrument, whose variants of one thread depend on the C library.
POINTS = "contention/locks/mutex/workers:1/|instrument/operation/"
# In namespaces of their own: no mount stays behind, and no measurement on this machine is refused for ours.
IN_ROOT = 'mount -t proc proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" /bin/sh -euc "$1"'
MEASURE = f"""
rm -rf /tmp/run /tmp/latchmark-*/
tar -xzf /tmp/package.tar.gz -C /tmp
! command -v python3
cd /tmp/latchmark-*/
LD_LIBRARY_PATH=/nowhere bin/latchmark-bench machine >/tmp/machine.txt
ln -sf "$PWD/bin/latchmark-bench" /tmp/link
/tmp/link run quick --rounds 1 --filter '{POINTS}' --out /tmp/run >/tmp/log.txt
"""
INSTALL = """
dpkg -i /tmp/package.deb >/tmp/dpkg.txt
test "$(command -v latchmark-bench)" = /usr/bin/latchmark-bench
latchmark-bench --version >/tmp/version.txt
dpkg -r latchmark >/tmp/dpkg.txt
test ! -e /usr/lib/latchmark
"""


class Broken(Exception):
    """A promise that was not kept: one line."""


class LeftOut(Exception):
    """Cannot be looked at by this user or on this machine: why."""


@dataclass(frozen=True)
class Bench:
    """Where packages and roots lie."""

    packages: Path
    roots: Path

    def package(self, architecture: str, ending: str) -> Path:
        """The one package of this kind."""
        found = sorted(self.packages.glob(f"latchmark-*-{architecture}.{ending}"))
        if len(found) != 1:
            raise Broken(
                f"{self.packages} has {len(found)} packages *-{architecture}.{ending} instead of one"
            )
        return found[0]


def said(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """What a command answered, whatever its exit code."""
    return subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=False)


def want(done: subprocess.CompletedProcess[str], what: str) -> str:
    """Its output, if it ended well."""
    if done.returncode != 0:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["without a word"]
        raise Broken(f"{what} ended with {done.returncode}: {last[0]}")
    return done.stdout


def in_root(root: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Shell commands as root of another root folder."""
    return said("unshare", "--mount", "--net", "--", "sh", "-euc", IN_ROOT, root, commands)


def refused(done: subprocess.CompletedProcess[str], where: str) -> str:
    """The one line by which a package says that it cannot run."""
    lines = done.stderr.splitlines()
    if done.returncode != 4 or len(lines) != 1 or not lines[0].startswith("latchmark: this package needs"):
        raise Broken(f"{where} the package ended with {done.returncode} and said: {done.stderr.strip()!r}")
    return lines[0]


def unpacked_root(folder: Path, architecture: str, *packages: str) -> Path:
    """A root of unpacked Debian packages."""
    return Path(want(said(SCRIPTS / "sysroot.sh", folder, architecture, *packages), "sysroot.sh").strip())


def debian(bench: Bench, suite: str) -> Path:
    """A bare Debian, as its installer leaves it."""
    root = bench.roots / suite
    if (root / "complete").exists():
        return root
    sources = CHECKOUT / "build/package-sysroot/x86_64/sources.list"  # the mirror that the packages came from
    mirror = sources.read_text("utf-8").split()[2]
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    want(said("debootstrap", "--variant=minbase", suite, root, mirror), f"debootstrap of {suite}")
    (root / "complete").touch()
    return root


def valid_run(file: Path, where: str) -> None:
    """A complete run file that keeps to the schema, every launch of it measured."""
    run = json.loads(file.read_text("utf-8"))
    schema = json.loads((CHECKOUT / "reports/schema/run.schema.json").read_text("utf-8"))
    try:
        jsonschema.validate(run, schema)
    except jsonschema.ValidationError as error:
        raise Broken(f"the run {where} is against the schema at {error.json_path}") from error
    lost = [launch for launch in run["launches"] if launch["status"] != "ok"]
    if not run["launches"] or lost or not run["run"]["complete"]:
        raise Broken(f"{where} {len(lost)} of {len(run['launches'])} launches were lost")


def in_debian(bench: Bench, suite: str) -> str:
    """The tarball measures and the Debian package comes and goes in a bare root."""
    root = debian(bench, suite)
    for ending in ("tar.gz", "deb"):
        shutil.copy(bench.package("x86_64", ending), root / f"tmp/package.{ending}")
    want(in_root(root, MEASURE), f"the tarball in {suite}")
    valid_run(root / "tmp/run/run.json", f"in {suite}")
    want(in_root(root, INSTALL), f"the Debian package in {suite}")
    return "measures; installs and leaves again"


def in_musl(bench: Bench) -> str:
    """Another C library: one line."""
    root = unpacked_root(bench.roots / "musl", "amd64", *MUSL)
    for folder in ("proc", "sys", "tmp", "dev"):
        (root / folder).mkdir(exist_ok=True)
    (root / "dev/null").touch()  # where a launcher sends what nobody reads
    want(said(root / "bin/busybox", "--install", root / "bin"), "busybox")
    shutil.copy(bench.package("x86_64", "tar.gz"), root / "tmp/package.tar.gz")
    commands = (
        "cd /tmp && rm -rf latchmark-* && tar -xzf package.tar.gz && latchmark-*/bin/latchmark-bench machine"
    )
    return refused(in_root(root, commands), "with musl")


def on_arm(bench: Bench) -> str:
    """The Arm binary under an emulator: says what it is, and measures."""
    if shutil.which("qemu-aarch64-static") is None:
        raise LeftOut("qemu-aarch64-static is not here")
    folder = bench.roots / "aarch64"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    want(said("tar", "-xzf", bench.package("aarch64", "tar.gz"), "-C", folder), "tar")
    (launcher,) = folder.glob("latchmark-*/bin/latchmark-bench")
    line = refused(said(launcher, "machine"), "on the wrong machine")
    (binary,) = folder.glob("latchmark-*/lib/latchmark/latchmark-bench")
    sysroot = CHECKOUT / "build/package-sysroot/aarch64/root"  # the C library that the promise is about
    emulator = ["qemu-aarch64-static", "-L", str(sysroot)]
    machine = json.loads(want(said(*emulator, binary, "machine", "--json"), "machine under qemu"))
    if machine["suite"]["atomics"] != "outline":
        raise Broken(f"atomics of the Arm package are {machine['suite']['atomics']} instead of outline")
    measure = ["run", "quick", "--rounds", "1", "--filter", "contention/locks/mutex/workers:1/"]
    emulated = [
        "--emulated",
        "qemu-user",
        "--launch-prefix",
        " ".join(emulator),
        "--out",
        str(folder / "run"),
    ]
    want(said("unshare", "--net", "--", *emulator, binary, *measure, *emulated), "a run under qemu")
    valid_run(folder / "run/run.json", "under qemu")
    return f"measures; not here: {line}"


def main(packages: Path, roots: Path) -> int:
    bench = Bench(packages, roots)
    checks: list[tuple[str, Callable[[], str]]] = [
        *((f"Debian {suite}", lambda suite=suite: in_debian(bench, suite)) for suite in SUITES),
        ("musl", lambda: in_musl(bench)),
        ("64-bit Arm", lambda: on_arm(bench)),
    ]
    code = 0
    for name, check in checks:
        try:
            if os.geteuid() != 0:
                raise LeftOut("only root may change its root folder")
            if said("unshare", "--mount", "--net", "true").returncode != 0:
                raise LeftOut("this container may not have mounts of its own")
            if name.startswith("Debian") and shutil.which("debootstrap") is None:
                raise LeftOut("debootstrap is not here")
            print(f"{name}: {check()}")
        except Broken as broken:
            code = 1
            print(f"{name}: BROKEN: {broken}")
        except LeftOut as reason:
            code = code or 77
            print(f"{name}: left out: {reason}")
    return code


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print("usage: check_package.py PACKAGES ROOTS", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
