"""Is the gate red on a slower head, and never green when it sees nothing? Real gates of one binary.

gate_blind.py BENCH OUT  gates BENCH against itself, against itself with a slowdown of known size, and against
                         programs that only look like it; prints how each ended, and leaves the gates in OUT.

Exit 1 when a gate ended otherwise than it must. No time of this machine is judged: where noise may decide
between two codes, both are right.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from latchmark.errors import LatchmarkError
from latchmark.loading.verdicts import load_verdict
from latchmark.verdict import Word

ROOT = Path(__file__).resolve().parents[1]

POINT = "contention/locks/mutex/workers:1/placement:spread"
OUTPUTS = (
    *("report.html", "verdict.json", "verdict.md", "junit.xml", "annotations.txt", "verdict.sarif"),
    *("metrics.txt", "verdict.csv"),
)
SAYS_NOTHING = Path("/bin/true")
WITH_VERDICT = frozenset({0, 1, 3})
# A gate of one point takes half a minute at most; one that hangs must not take the check's hour.
LIMIT_S = 300

# Dies whenever it is asked to measure, but plans as well as the real one.
KILLED = """#!/bin/sh
[ "${1:-}" = launch ] && kill -KILL $$
exec "$BENCH" "$@"
"""

# Knows the negative controls and nothing else.
LACKS_POINTS = """#!/bin/sh
if [ "${1:-}" = plan ]; then
    before=
    for word; do
        shift
        [ "$before" = --filter ] && word=^instrument/unchanged/
        set -- "$@" "$word"
        before=$word
    done
fi
exec "$BENCH" "$@"
"""


@dataclass(frozen=True)
class Case:
    """A gate of two programs, the codes that are right, and what the point must be called then."""

    name: str
    base: Path
    head: Path
    codes: tuple[int, ...]
    word: Word | None = None
    options: tuple[str, ...] = ()


def program(path: Path, text: str, bench: Path) -> Path:
    """A program that stands in for `bench`, on which it calls."""
    path.write_text(text.replace("$BENCH", str(bench)), "utf-8")
    path.chmod(0o755)
    return path


def cases_of(bench: Path, out: Path) -> tuple[Case, ...]:
    """All gates; the stand-ins are made in `out`."""
    killed = program(out / "killed", KILLED, bench)
    lacks = program(out / "lacks-points", LACKS_POINTS, bench)
    inject = ("--inject", f"{POINT}=+100%")
    return (
        Case("identical", bench, bench, (0, 3)),
        Case("twice-as-slow", bench, bench, (1,), Word.REGRESSED, inject),
        Case("head-says-nothing", bench, SAYS_NOTHING, (1,)),
        Case("base-says-nothing", SAYS_NOTHING, bench, (3,)),
        Case("head-is-not-there", bench, out / "nowhere", (4,)),
        Case("head-is-killed", bench, killed, (1,), Word.ERROR),
        Case("both-are-killed", killed, killed, (3,)),
        Case("head-lacks-the-point", bench, lacks, (1,), Word.MISSING),
    )


def latchmark(*words: str) -> subprocess.CompletedProcess[str]:
    """The command that people type. Raises TimeoutExpired."""
    command = [str(ROOT / "scripts/latchmark"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LIMIT_S)


def ended(case: Case, runner: Path, folder: Path) -> tuple[int, str]:
    """How one gate ended, and its answer, or why there is none."""
    gate = latchmark(
        *("gate", "ab", "--base", str(case.base), "--head", str(case.head), "--runner", str(runner)),
        *("--filter", f"^{POINT}$", "--out", str(folder), *case.options),
    )
    try:
        return gate.returncode, load_verdict(folder / "verdict.json").sentence
    except LatchmarkError:
        return gate.returncode, (gate.stderr.splitlines() or ["it said nothing"])[-1]


def why_wrong(case: Case, code: int, folder: Path) -> str | None:
    """What is wrong with how a gate ended; None where it is right."""
    if code not in case.codes:
        return f"must end with {' or '.join(map(str, case.codes))}"
    if code not in WITH_VERDICT:
        return None
    if absent := [name for name in OUTPUTS if not (folder / name).is_file()]:
        return f"did not write {', '.join(absent)}"
    try:
        verdict = load_verdict(folder / "verdict.json")
    except LatchmarkError as error:
        return str(error)
    if verdict.exit_code != code:
        return f"its verdict says {verdict.exit_code}"
    if case.word is None:
        return None
    if POINT not in {one.point for one in verdict.of(case.word)}:
        return f"{POINT} is not {case.word}"
    return (
        None if POINT in (folder / "verdict.md").read_text("utf-8") else "verdict.md does not name the point"
    )


def why_no_trend(folder: Path, page: Path) -> str | None:
    """Why the stages of a gate make no page of their history; None where they do."""
    runs = sorted(map(str, folder.glob("stages/*/run.json")))
    drawn = latchmark("trend", *runs, "-o", str(page))
    if drawn.returncode != 0 or not page.is_file():
        return f"ended with {drawn.returncode}: {drawn.stderr.strip()}"
    return None


def tell(name: str, code: int | str, seconds: float, wrong: str | None, said: str) -> None:
    print(f"{name:22} {code!s:>4} {seconds:4.0f} s  {f'WRONG: {wrong}; ' if wrong else ''}{said}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bench", type=lambda text: Path(text).resolve())
    parser.add_argument("out", type=lambda text: Path(text).resolve())
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    wrongs = []
    for case in cases_of(options.bench, options.out):
        began = time.monotonic()
        code, said = ended(case, options.bench, options.out / case.name)
        wrongs.append(why_wrong(case, code, options.out / case.name))
        tell(case.name, code, time.monotonic() - began, wrongs[-1], said)
    began = time.monotonic()
    wrongs.append(why_no_trend(options.out / "identical", options.out / "trend.html"))
    tell("trend", "", time.monotonic() - began, wrongs[-1], "of the stages of the first")
    return 1 if any(wrongs) else 0


if __name__ == "__main__":
    sys.exit(main())
