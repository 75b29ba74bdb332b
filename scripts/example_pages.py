"""What do the pages look like? Draws those of a real run, an emulated one, both together and odd ones.

Run as `python3 scripts/example_pages.py OUT [--run RUN] [--emulated RUN] [--picture FILE]`. By default the
runs are those that `scripts/latchmark test --all` leaves in build/check; one that is not there is said in a
line. `--picture` takes the first screen of the real run with Chromium, as README shows it. Exits 1 when a
page could not be drawn.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECK = ROOT / "build/check"
# What a reader sees first on a laptop.
SCREEN = "1280,1000"


class NotDrawn(Exception):
    """Which page, and why not."""


def draw(*arguments: str | Path) -> None:
    """A command of latchmark. Raises NotDrawn."""
    command = [sys.executable, "-m", "latchmark", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "reports")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotDrawn(f"{' '.join(command[2:])} ended with {done.returncode}: {done.stderr.strip()[-300:]}")


def stored(run: Path, folder: Path) -> Path:
    """A copy of a run file at a place of its own, with its page beside it. Raises NotDrawn."""
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / "run.json"
    if run.resolve() != copy.resolve():
        shutil.copyfile(run, copy)
    draw("report", copy, "-o", folder / "report.html")
    return copy


def draw_gallery(out: Path) -> None:
    """The pages of odd runs. Raises NotDrawn."""
    command = [sys.executable, str(ROOT / "scripts/page_gallery.py"), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotDrawn(f"page_gallery.py ended with {done.returncode}: {done.stderr.strip()[-300:]}")


def take_picture(page: Path, picture: Path) -> None:
    """The first screen of a page, light. Raises NotDrawn."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--hide-scrollbars", f"--window-size={SCREEN}", "--blink-settings=preferredColorScheme=1"),
            *(f"--user-data-dir={profile}", f"--screenshot={picture.resolve()}", page.resolve().as_uri()),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotDrawn(f"{picture}: chromium: {error}") from error
        if done.returncode != 0 or not picture.exists():
            raise NotDrawn(f"{picture}: chromium ended with {done.returncode}: {done.stderr.strip()[-300:]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", metavar="OUT", type=Path)
    parser.add_argument("--run", metavar="RUN", type=Path, default=CHECK / "run/run.json")
    parser.add_argument("--emulated", metavar="RUN", type=Path, default=CHECK / "emulated/run/run.json")
    parser.add_argument("--picture", metavar="FILE", type=Path, help="a PNG of the real run's first screen")
    options = parser.parse_args()
    places = {"this-machine": options.run, "emulated-arm": options.emulated}
    try:
        runs = []
        for name, run in places.items():
            if run.is_file():
                runs.append(stored(run, options.out / name))
            else:
                print(f"{name}: there is no {run}; `scripts/latchmark test --all` leaves one")
        if len(runs) > 1:
            draw("compare", *runs, "-o", options.out / "comparison.html")
        draw_gallery(options.out / "gallery")
        draw("index", options.out)
        if options.picture and options.run.is_file():
            take_picture(options.out / "this-machine/report.html", options.picture)
    except NotDrawn as why:
        print(why, file=sys.stderr)
        return 1
    print(f"pages: {options.out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
