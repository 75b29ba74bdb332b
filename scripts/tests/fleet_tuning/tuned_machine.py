"""A tree of files that plays the settings of a machine, and tuning.sh at work on it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "fleet" / "tuning.sh"

POLICY = "sys/devices/system/cpu/cpufreq/policy{}"
GOVERNORS = tuple(f"{POLICY.format(number)}/scaling_governor" for number in (0, 1))
PREFERENCE = f"{POLICY.format(0)}/energy_performance_preference"
NO_TURBO = "sys/devices/system/cpu/intel_pstate/no_turbo"
BOOST = "sys/devices/system/cpu/cpufreq/boost"
BALANCING = "proc/sys/kernel/numa_balancing"
HUGE_PAGES = "sys/kernel/mm/transparent_hugepage/enabled"

BEFORE = {
    GOVERNORS[0]: "powersave\n",
    GOVERNORS[1]: "schedutil\n",
    PREFERENCE: "balance_performance\n",
    NO_TURBO: "0\n",
    BALANCING: "1\n",
    HUGE_PAGES: "always\n",
    # Beside the knobs, of no business to anybody.
    f"{POLICY.format(0)}/scaling_max_freq": "3500000\n",
}

# A kernel that answers to some writes as real ones do. $REFUSED and $IGNORED are parts of paths.
TEE = """#!/bin/sh
case $1 in
    ${REFUSED:-/none}) echo "tee: $1: Operation not permitted" >&2; exit 1 ;;
    ${IGNORED:-/none}) exit 0 ;;
esac
cat >"$1"
case $1 in
    */policy0/scaling_governor)
        [ "$(cat "$1")" = powersave ] || echo performance >"${1%/*}/energy_performance_preference" ;;
esac
"""


class Machine:
    """A tree of settings, and the script at work on it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.state = self.root / "run/latchmark/tuning"
        self.programs = folder / "bin"
        self.programs.mkdir()
        (self.programs / "tee").write_text(TEE, "utf-8")
        (self.programs / "tee").chmod(0o755)
        (self.root / "run").mkdir(parents=True)
        for path, text in BEFORE.items():
            self.set(path, text)

    def set(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def save(self, text: str) -> None:
        self.set(str(self.state.relative_to(self.root)), text)

    def tree(self) -> dict[str, str | None]:
        """Every folder and file below the root, with the text of files."""
        return {
            str(path.relative_to(self.root)): path.read_text("utf-8") if path.is_file() else None
            for path in self.root.rglob("*")
        }

    def tune(self, *words: str, refused: str = "", ignored: str = "") -> tuple[int, list[str]]:
        """The exit code, and what was said; what is wrong is one line on standard error, and said last."""
        fakes = {"REFUSED": refused, "IGNORED": ignored, "PATH": f"{self.programs}:{os.environ['PATH']}"}
        ended = subprocess.run(
            ["/bin/sh", str(SCRIPT), *words, "--root", str(self.root)],
            env={**os.environ, **fakes},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.stderr.count("\n") <= 1
        return ended.returncode, [*ended.stdout.splitlines(), *ended.stderr.splitlines()]
