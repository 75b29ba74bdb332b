"""Is the text OpenMetrics, and the same while nothing changes?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from gate_outputs.described_gates import blind_verdict, hostile_verdict, quiet_verdict, troubled_verdict
from gate_outputs.described_verdict import LONE, verdict

from latchmark.exporting.verdicts import openmetrics_text
from latchmark.verdict import Grade, Pair, Verdict, Word

DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict)
ESCAPED = r'(?:[^\\"\n]|\\\\|\\"|\\n)*'
LABELS = rf'\{{[a-z_]+="{ESCAPED}"(?:,[a-z_]+="{ESCAPED}")*\}}'
SAMPLE = re.compile(rf"([a-z_]+)({LABELS})? (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)")


def samples(value: Verdict) -> dict[str, str]:
    """`name{labels}` -> value; each belongs to the family that was described last."""
    *lines, last = openmetrics_text(value).splitlines()
    assert last == "# EOF"
    found: dict[str, str] = {}
    family = ""
    for line in lines:
        if line.startswith("# TYPE "):
            family = line.split()[2]
            assert line == f"# TYPE {family} gauge"
        elif line.startswith("# "):
            assert re.fullmatch(rf"# HELP {family} {ESCAPED}", line)
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            assert match[1] == family
            key = line.removesuffix(f" {match[3]}")
            assert key not in found
            found[key] = match[3]
    return found


@pytest.mark.parametrize("described", DESCRIBED)
def test_the_text_is_openmetrics(described: Callable[[], Verdict]) -> None:
    assert openmetrics_text(described()).endswith("\n# EOF\n")
    assert samples(described())["latchmark_gate_exit_code"] == str(described().exit_code)


def test_every_verdict_is_counted_also_where_there_is_none() -> None:
    found = samples(verdict())
    counts = {word: found[f'latchmark_gate_points{{verdict="{word.value}"}}'] for word in Word}
    assert counts[Word.REGRESSED] == "2"
    assert counts[Word.MISSING] == "0"
    assert sum(map(int, counts.values())) == 7  # the advisory one is none of them
    assert found["latchmark_gate_coverage"] == "0.86"


def test_only_deterministic_counts_have_values_and_they_are_rounded() -> None:
    found = {
        name: text for name, text in samples(verdict()).items() if "latchmark_gate_deterministic" in name
    }
    assert found == {
        f'latchmark_gate_deterministic{{point="{LONE}",metric="instructions"}}': "15",
        f'latchmark_gate_deterministic{{point="{LONE}",metric="branches"}}': "12",
    }
    exact = verdict().points[5]
    assert not exact.is_advisory
    stable = replace(exact, grade=Grade.STABLE)
    assert not any("latchmark_gate_deterministic" in name for name in samples(verdict(points=(stable,))))
    pairs = (Pair(0, 1, "base", 1.0, 1234.5), Pair(0, 2, "base", 1.0, 9.9, "steal 14 %"))
    value = verdict(points=(replace(exact, pairs=pairs),))
    assert [*samples(value).values()][-1] == "1.23e+03"


def test_what_was_not_measured_has_no_sample() -> None:
    assert not any("coverage" in name or "deterministic" in name for name in samples(blind_verdict()))
    stored = replace(verdict().points[5], pairs=())
    assert not any("deterministic" in name for name in samples(verdict(points=(stored,))))


def test_the_command_is_told_where_it_changes_no_sample() -> None:
    assert f"Exactly this again: {verdict().repeat}" in openmetrics_text(verdict())
    assert samples(verdict()) == samples(verdict(repeat="another", sentence="other numbers"))
