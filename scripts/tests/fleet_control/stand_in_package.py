"""A package whose program measures nothing: it does what the name of its host's root says, and ends."""

from __future__ import annotations

import io
import platform
import tarfile
from collections.abc import Mapping
from pathlib import Path

from fleet_run_files import run_text

# Asked for a plan it says one second; a host that is to be incompatible starts nothing at all. `resumed` is
# only written where a journal came back.
PROGRAM = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
root=${here%/*/package/bin}
name=${root##*/}
if [ "$1" != run ]; then
    [ "$name" != old ] || { echo "latchmark: this package needs a newer C library" >&2; exit 4; }
    [ "$1" != plan ] || echo 1
    exit
fi
echo "words: $*" >&2
previous=
for word in "$@"; do
    case $previous in --out) out=$word is_new=yes ;; --resume) out=$word is_new= ;; esac
    previous=$word
done
mkdir -p "$out"
if [ -z "$is_new" ]; then
    grep -q begun "$out/journal.jsonl" || exit 2
    rm "$out/journal.jsonl"
    cp "$here/resumed.json" "$out/run.json"
    exit
fi
case $name in
    bad) cp "$here/bad.json" "$out/run.json"; exit 1 ;;
    half) echo '{"begun":1}' >"$out/journal.jsonl"; kill -9 $$ ;;
    invalid) echo '{"schema":' >"$out/run.json" ;;
    link) ln -s /etc/passwd "$out/run.json" ;;
    pipe) mkfifo "$out/run.json" ;;
    large) truncate -s 4G "$out/run.json" ;;
    slow) while [ ! -e "$root.go" ]; do sleep 0.2; done; cp "$here/good.json" "$out/run.json" ;;
    *) cp "$here/$name.json" "$out/run.json" ;;
esac
"""


def make_package(folder: Path) -> Path:
    """A tarball for this machine."""
    top = f"latchmark-0-{platform.machine()}"
    good = {f"bin/{name}.json": run_text(name) for name in ("good", "named", "resumed")}
    files = good | {"bin/bad.json": run_text("bad", is_failed=True), "bin/latchmark-bench": PROGRAM}
    tarball = folder / f"{top}.tar.gz"
    _write(tarball, {f"{top}/{name}": text for name, text in files.items()})
    return tarball


def _write(tarball: Path, files: Mapping[str, str]) -> None:
    with tarfile.open(tarball, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            entry.mode = 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))
