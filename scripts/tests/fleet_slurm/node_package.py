"""A package whose program does on each node what `steering/NODE/mode` says."""

from __future__ import annotations

import io
import platform
import tarfile
from pathlib import Path

from fleet_run_files import run_text

# The root of a holding ends in the node's name. While `hold` is there, a run measures.
PROGRAM = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
node=${{here%/*/package/bin}}
node=${{node##*/}}
steering={steering}/$node
[ "$1" != plan ] || {{ echo 1; exit; }}
echo "words: $*" >&2
env >&2
previous=
for word in "$@"; do
    case $previous in --out) out=$word ;; --resume) out=$word mode=resumed ;; esac
    previous=$word
done
mkdir -p "$out"
: "${{mode:=$(cat "$steering/mode")}}"
[ "$mode" = resumed ] || echo '{{"begun":1}}' >"$out/journal.jsonl"
turns=0
while [ -e "$steering/hold" ] && [ "$((turns += 1))" -lt 600 ]; do sleep 0.2; done
case $mode in
    good) cp "$here/$node.json" "$out/run.json" ;;
    resumed) grep -q begun "$out/journal.jsonl" && cp "$here/$node.json" "$out/run.json" ;;
    crash) kill -9 $$ ;;
    seven) exit 7 ;;
esac
"""


def make_package(folder: Path, steering: Path, nodes: tuple[str, ...]) -> Path:
    """A tarball for this machine, with a good run for each node."""
    top = f"latchmark-0-{platform.machine()}"
    files = {f"bin/{node}.json": run_text(node) for node in nodes}
    files["bin/latchmark-bench"] = PROGRAM.format(steering=steering)
    tarball = folder / f"{top}.tar.gz"
    with tarfile.open(tarball, "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size, entry.mode = len(text.encode()), 0o755
            archive.addfile(entry, io.BytesIO(text.encode()))
    return tarball


def steer(steering: Path, node: str, mode: str, is_held: bool = False) -> Path:
    """What the next run on a node does; the returned file holds it while it is there."""
    place = steering / node
    place.mkdir(parents=True, exist_ok=True)
    (place / "mode").write_text(f"{mode}\n", "utf-8")
    hold = place / "hold"
    if is_held:
        hold.touch()
    else:
        hold.unlink(missing_ok=True)
    return hold
