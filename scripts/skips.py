"""Was all that was skipped expected to be? Reads JUnit files and run files; exit 1 if not, 2 for bad input.

A suite that skips everything is red: each input must hold something that was not skipped, and a run of a
whole preset as many points as that preset promises on a machine of this size.
"""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

EXPECTED_FILE = Path(__file__).with_name("expected_skips.txt")


@dataclass(frozen=True)
class Skip:
    """A test or point that was left out: its kind (`test`, `point`), name, and the reason it gave."""

    kind: str
    name: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What one input file holds."""

    skips: tuple[Skip, ...]
    done: int
    least: int = 1


def expected_of(text: str) -> tuple[Skip, ...]:
    """The list of expected skips: lines `kind | name pattern | reason pattern`, `#` starts a comment.

    Raises ValueError naming the line that has another form.
    """
    expected = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        if len(fields) != 3 or fields[0] not in {"test", "point"} or not all(fields):
            raise ValueError(f"line {number} is not `test or point | name | reason`: {line}")
        expected.append(Skip(*fields))
    return tuple(expected)


def reason_of(case: ElementTree.Element) -> str | None:
    """Why a test case of a JUnit file was skipped; None when it ran. Expected failures count as skipped."""
    if case.get("status") == "disabled":
        return "disabled"
    skipped = case.find("skipped")
    if skipped is None:
        return None
    # GoogleTest says the reason on standard output only, between these two lines.
    printed = re.search(r": Skipped\n(.*?)\n*\[  SKIPPED \]", case.findtext("system-out") or "", re.DOTALL)
    return " ".join((printed[1] if printed else skipped.get("message", "")).split()) or "no reason given"


def outcome_of_junit(path: Path) -> Outcome:
    """Skips and tests done in a JUnit file."""
    cases = list(ElementTree.parse(path).iter("testcase"))
    reasons = [(f"{case.get('classname')}::{case.get('name')}", reason_of(case)) for case in cases]
    skips = tuple(Skip("test", name, reason) for name, reason in reasons if reason is not None)
    return Outcome(skips, len(cases) - len(skips))


def outcome_of_run(path: Path) -> Outcome:
    """Skips and points measured in a run file."""
    run = json.loads(path.read_text("utf-8"))
    skipped = [point for point in run["points"] if point["skip"] is not None]
    skips = tuple(Skip("point", point["name"], point["skip"]) for point in skipped)
    measured = {launch["point"] for launch in run["launches"] if launch["status"] == "ok"}
    return Outcome(skips, len(measured), run["run"].get("minimum_points") or 1)


def is_expected(skip: Skip, expected: tuple[Skip, ...]) -> bool:
    """Whether a line of the list covers this skip, its reason included."""
    return any(
        skip.kind == line.kind and fnmatchcase(skip.name, line.name) and fnmatchcase(skip.reason, line.reason)
        for line in expected
    )


def complaints(outcomes: dict[str, Outcome], expected: tuple[Skip, ...]) -> list[str]:
    """One line for each skip that no line covers, and for each file in which too little was done."""
    lines = []
    for name, outcome in outcomes.items():
        if outcome.done == 0:
            lines.append(f"{name}: nothing was done, all of it was skipped")
        elif outcome.done < outcome.least:
            promise = f"at least {outcome.least} are expected on this machine"
            lines.append(f"{name}: {outcome.done} points were measured, {promise}")
        lines.extend(
            f"{name}: unexpected: {skip.kind} | {skip.name} | {skip.reason}"
            for skip in outcome.skips
            if not is_expected(skip, expected)
        )
    return lines


def outcome_of(path: Path) -> Outcome:
    """What a file of either kind holds. Raises ValueError naming the file, when it is of neither."""
    readers = {".json": outcome_of_run, ".xml": outcome_of_junit}
    if path.suffix not in readers:
        raise ValueError(f"{path} is neither a run (.json) nor a JUnit file (.xml)")
    try:
        return readers[path.suffix](path)
    except (ValueError, KeyError, TypeError, ElementTree.ParseError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def main(paths: list[Path]) -> int:
    """Prints what is unexpected, and a summary; 1 when something is, 2 for input that cannot be read."""
    if not paths:
        print("usage: python3 scripts/skips.py RUN.json or JUNIT.xml...", file=sys.stderr)
        return 2
    try:
        outcomes = {path.name: outcome_of(path) for path in paths}
        found = complaints(outcomes, expected_of(EXPECTED_FILE.read_text("utf-8")))
    except (OSError, ValueError) as error:
        print(f"skips: {error}", file=sys.stderr)
        return 2
    print(*found, sep="\n")
    for name, outcome in outcomes.items():
        print(f"{name}: {outcome.done} done, {len(outcome.skips)} skipped")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]]))
