"""Does a workflow get one command a line, worst first, that no name can leave?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from gate_outputs.described_gates import (
    blind_verdict,
    hostile_verdict,
    large_verdict,
    quiet_verdict,
    troubled_verdict,
)
from gate_outputs.described_verdict import PACKED, verdict

from latchmark.exporting.verdicts import annotations_text
from latchmark.verdict import Source, Verdict

DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict, large_verdict)
COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,\r\n]*,?)+)::([^\r\n]*)")


def commands(value: Verdict) -> list[tuple[str, dict[str, str], str]]:
    """(level, properties, message) of each line, decoded as the runner does."""

    def decoded(text: str) -> str:
        for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            text = text.replace(code, character)
        return text

    found = []
    for line in annotations_text(value).splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        found.append(
            (match[1], {name: decoded(text) for name, text in properties.items()}, decoded(match[3]))
        )
    return found


@pytest.mark.parametrize("described", DESCRIBED)
def test_every_line_is_a_command_and_they_are_few(described: Callable[[], Verdict]) -> None:
    assert 1 <= len(commands(described())) <= 10


def test_the_verdict_leads_and_the_worst_follow() -> None:
    first, *rest = commands(troubled_verdict())
    assert first[0] == "error"
    assert first[1] == {"title": "latchmark gate: exit code 1"}
    assert first[2].splitlines() == [
        troubled_verdict().sentence,
        "a negative control differs: the two sides were not treated alike",
        f"Exactly this again: {troubled_verdict().repeat}",
    ]
    words = [(level, properties["title"].split()[0].strip(":")) for level, properties, _ in rest]
    assert words == [
        ("error", "REGRESSED"),
        ("error", "REGRESSED"),
        ("error", "ERROR"),
        ("error", "MISSING"),
        ("warning", "ERROR"),
        ("warning", "SUSPECT"),
        ("warning", "NOT_COMPARABLE"),
    ]


def test_a_point_stands_beside_its_experiment() -> None:
    _, properties, message = commands(verdict())[2]
    assert (properties["file"], properties["line"]) == (
        "benchmarks/false_sharing/counters/experiment.cpp",
        "14",
    )
    assert properties["title"] == f"REGRESSED 1.24× [1.21, 1.25]: time_per_operation of {PACKED}"
    assert message.startswith("REGRESSED: slower by 21 % over 39 fresh pairs")
    assert message.splitlines()[-1].startswith("Only this point again: scripts/latchmark gate ab ")
    nowhere = replace(verdict().points[0], source=None)
    assert set(commands(verdict(points=(nowhere,)))[1][1]) == {"title"}


@pytest.mark.parametrize(("code", "level"), [(0, "notice"), (1, "error"), (3, "warning"), (4, "error")])
def test_the_level_is_that_of_the_exit_code(code: int, level: str) -> None:
    assert commands(replace(quiet_verdict(), exit_code=code))[0][0] == level


def test_what_is_beyond_ten_is_counted() -> None:
    found = commands(large_verdict(100, screen=2, confirm=7))
    assert len(found) == 10
    assert "11 more points not shown here: see verdict.md." in found[0][2]


def test_a_property_cannot_become_another() -> None:
    hostile = replace(verdict().points[0], source=Source("a,line=9::error::%0A\r\nb", 3))
    _, properties, _ = commands(verdict(points=(hostile,)))[1]
    assert properties["file"] == r"a,line=9::error::%0A\r\nb"
    assert properties["line"] == "3"
