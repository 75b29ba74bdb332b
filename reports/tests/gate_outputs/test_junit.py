"""Is JUnit's report valid, and green exactly where the gate passes?"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gate_outputs.described_gates import (
    blind_verdict,
    hostile_verdict,
    large_verdict,
    quiet_verdict,
    troubled_verdict,
)
from gate_outputs.described_verdict import PACKED, QUEUE, verdict
from lxml import etree

from latchmark.errors import MissingPackage
from latchmark.exporting.verdicts import junit_xml
from latchmark.verdict import Problem, Verdict, Word, is_gated

SCHEMA = Path(__file__).with_name("junit.xsd")
DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict, large_verdict)


def tree_of(value: Verdict) -> Any:
    """The report's root, after the schema accepted it."""
    root = etree.fromstring(junit_xml(value).encode("utf-8"))
    etree.XMLSchema(etree.parse(str(SCHEMA))).assertValid(root)
    return root


def outcomes(value: Verdict, suite: str = "latchmark points") -> dict[str, str]:
    """Test case -> its outcome."""
    cases = tree_of(value).findall(f"testsuite[@name='{suite}']/testcase")
    return {
        case.get("name"): next((part.tag for part in case if part.tag != "system-out"), "passed")
        for case in cases
    }


def is_green(value: Verdict) -> bool:
    root = tree_of(value)
    return not root.findall(".//failure") and not root.findall(".//error")


@pytest.mark.parametrize("described", DESCRIBED)
def test_the_report_is_valid(described: Callable[[], Verdict]) -> None:
    root = tree_of(described())
    for kind in ("failure", "error", "skipped"):
        said = sum(
            int(suite.get({"failure": "failures", "error": "errors"}.get(kind, kind))) for suite in root
        )
        assert said == len(root.findall(f".//{kind}"))


def test_every_word_has_its_outcome() -> None:
    value = troubled_verdict()
    found = outcomes(value)
    expected = {
        Word.REGRESSED: "failure",
        Word.INCONCLUSIVE: "skipped",
        Word.OK: "passed",
        Word.IMPROVED: "passed",
    }
    for one in value.points:
        outcome = expected.get(one.word, "error") if is_gated(one) else "skipped"
        assert found[f"{one.point} {one.metric}"] == outcome, one.word
    assert list(outcomes(value, "latchmark negative controls").values()) == ["error", "passed"]
    assert outcomes(value, "latchmark gate") == {
        "verdict": "failure",
        "coverage": "passed",
        "problem 1": "error",
    }


def test_what_is_shown_only_cannot_fail() -> None:
    shown = replace(verdict().points[0], is_advisory=True)
    assert set(outcomes(verdict(points=(shown,))).values()) == {"skipped"}
    assert is_green(replace(quiet_verdict(), points=(*quiet_verdict().points, shown)))


@pytest.mark.parametrize(("code", "outcome"), [(0, "passed"), (1, "failure"), (3, "error"), (4, "error")])
def test_the_report_is_green_where_the_gate_passes(code: int, outcome: str) -> None:
    value = replace(quiet_verdict(), exit_code=code)
    assert outcomes(value, "latchmark gate")["verdict"] == outcome
    assert is_green(value) == (code == 0)


def test_a_blind_gate_is_red() -> None:
    assert not is_green(blind_verdict())
    assert outcomes(blind_verdict(), "latchmark gate")["coverage"] == "failure"


def test_skipping_alone_is_never_green() -> None:
    skipped = tuple(one for one in verdict().points if one.word is Word.INCONCLUSIVE)
    value = verdict(points=skipped, coverage=0.0, exit_code=3)
    assert set(outcomes(value).values()) == {"skipped"}
    assert outcomes(value, "latchmark gate") == {"verdict": "error", "coverage": "failure"}
    forgiven = replace(value, exit_code=0)
    assert outcomes(forgiven, "latchmark gate") == {"verdict": "passed", "coverage": "skipped"}
    assert "passed as asked" in junit_xml(forgiven)


def test_a_case_tells_why_and_how_to_run_it_again() -> None:
    text = junit_xml(verdict())
    assert 'message="REGRESSED 1.24× [1.21, 1.25]: time_per_operation of ' in text
    assert f"--filter '^{PACKED}$'" in text
    assert f"--filter '^{QUEUE}$'" in text
    assert f"Exactly this again: {verdict().repeat}" in text


def test_nothing_that_was_not_timed_has_a_duration() -> None:
    assert 'time="0' not in junit_xml(verdict())
    assert tree_of(verdict()).get("time") == "168.9"
    assert tree_of(blind_verdict()).get("time") is None


def test_no_control_character_is_left() -> None:
    value = replace(hostile_verdict(), problems=(Problem(3, "".join(map(chr, range(0x20)))),))
    assert all(c.isprintable() or c == "\n" for c in junit_xml(value))
    assert not tree_of(value).findall(".//script")


def test_a_missing_junitparser_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without(name: str, *rest: Any, **options: Any) -> Any:
        if name == "junitparser":
            raise ImportError(f"No module named {name!r}")
        return real_import(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingPackage, match="junitparser is missing"):
        junit_xml(verdict())
