"""Does a comment fit, say first what failed, and let no name act?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from gate_outputs.described_gates import (
    HOSTILE,
    blind_verdict,
    hostile_verdict,
    large_verdict,
    quiet_verdict,
    troubled_verdict,
)
from gate_outputs.described_verdict import PACKED, verdict
from hypothesis import given
from hypothesis import strategies as st

from latchmark.exporting.verdicts import bounded, markdown, verdict_markdown
from latchmark.exporting.verdicts.bounded import BoundedText
from latchmark.exporting.verdicts.markdown import LARGEST_TEXT
from latchmark.verdict import Mode, Verdict

DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict, large_verdict)
CUT = re.compile(
    r"\n\*\*Cut at 60,000 characters: ([\d,]+) parts? left out, all is in verdict\.json\.\*\*\n$"
)


def without_commands(text: str) -> str:
    return re.sub(r"^(`{3,})sh\n.*?^\1\n", "", text, flags=re.MULTILINE | re.DOTALL)


def test_the_verdict_comes_first_then_what_failed_then_the_rest() -> None:
    text = verdict_markdown(verdict())
    places = [
        "# latchmark gate: failed (exit code 1)",
        f"**{verdict().sentence}**",
        f"Exactly this again:\n\n```sh\n{verdict().repeat}\n```\n",
        "## REGRESSED 1.24× \\[1.21, 1.25\\]: time\\_per\\_operation of",
        f"--filter '^{PACKED}$'\n```\n",
        "<details><summary>INCONCLUSIVE: 1</summary>",
        "<details><summary>IMPROVED: 1</summary>",
        "<details><summary>OK: 3</summary>",
        "<details><summary>shown only: 1</summary>",
        "<details><summary>negative controls: 2</summary>",
        "<details><summary>void rounds: 2</summary>",
        "<details><summary>policy in force: 3</summary>",
    ]
    found = [text.find(place) for place in places]
    assert -1 not in found
    assert found == sorted(found)
    assert "80 rounds in 2.8 min, 2 of them void" in text
    assert "> governor differs from the floor's: powersave against performance\n" in text


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (quiet_verdict(), "passed (exit code 0)"),
        (blind_verdict(), "no verdict (exit code 3)"),
        (replace(blind_verdict(), exit_code=4), "the run itself failed (exit code 4)"),
        (replace(quiet_verdict(), mode=Mode.CALIBRATE), "calibrated (exit code 0)"),
    ],
)
def test_the_title_says_how_it_ended(value: Verdict, title: str) -> None:
    assert verdict_markdown(value).startswith(f"# latchmark gate: {title}\n")


def test_a_problem_that_the_sentence_does_not_tell_is_quoted() -> None:
    problem = "> a negative control differs: the two sides were not treated alike\n"
    assert problem in verdict_markdown(troubled_verdict())
    assert "> every round was voided" not in verdict_markdown(blind_verdict())  # its sentence tells it


def test_an_injection_is_said_at_the_top() -> None:
    assert f"20 % injected into {PACKED.replace('_', chr(92) + '_')}" in verdict_markdown(troubled_verdict())


@pytest.mark.parametrize("described", DESCRIBED)
def test_details_are_closed_and_nothing_else_is_html(described: Callable[[], Verdict]) -> None:
    text = without_commands(verdict_markdown(described()))
    tags = re.findall(r"</?[a-z]+", text.replace("@<!-- -->", ""))
    assert set(tags) <= {"<details", "</details", "<summary", "</summary"}
    assert tags.count("<details") == tags.count("</details") == tags.count("<summary")
    for line in text.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in (3, 4, 8)


def test_names_are_text() -> None:
    text = verdict_markdown(hostile_verdict())
    for name in HOSTILE:
        acts = any(c in "<`*[]|\\" or not c.isprintable() for c in name)
        assert not acts or name not in without_commands(text)
    calling = verdict_markdown(verdict(cautions=("see @someone",)))
    assert "@someone" not in calling
    assert "@<!-- -->someone" in calling


def test_a_command_with_backticks_stays_in_its_block() -> None:
    text = verdict_markdown(verdict(repeat="gate ab ```` x\n```"))
    assert "\n`````sh\ngate ab ```` x\\n```\n`````\n" in text


def test_a_command_is_exact_or_absent() -> None:
    text = verdict_markdown(verdict(repeat=f"gate ab {'x' * 5000}"))
    assert "xxx" not in text
    assert "it is `repeat` in verdict.json" in text


def test_everything_is_there_while_it_fits() -> None:
    assert not CUT.search(verdict_markdown(verdict()))
    assert verdict_markdown(large_verdict(20)).count("| OK |") == 22  # and two controls


def parts_of(text: str) -> int:
    """Blocks, quotations and table rows: what can be left out one by one."""
    lines = text.splitlines()
    headings = 2 * sum(line.startswith("|---") for line in lines)
    return sum(line.startswith(("## ", "> ", "|")) for line in lines) - headings


@pytest.mark.parametrize(("points", "confirm"), [(400, 0), (400, 40), (2000, 7)])
def test_a_large_verdict_is_cut_and_says_by_how_much(
    points: int, confirm: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = large_verdict(points, screen=2, confirm=confirm)
    text = verdict_markdown(value)
    assert LARGEST_TEXT * 0.95 < len(text) <= LARGEST_TEXT
    assert text.count("<details>") == text.count("</details>")
    cut = CUT.search(text)
    assert cut
    monkeypatch.setattr(markdown, "LARGEST_TEXT", 10**9)
    assert parts_of(verdict_markdown(value)) - parts_of(text) == int(cut[1].replace(",", ""))


@pytest.mark.parametrize("field", ["sentence", "machine", "preset", "filter", "repeat"])
def test_no_text_is_long_enough_to_break_the_limit(field: str) -> None:
    text = verdict_markdown(replace(verdict(), **{field: "<&>\x00" * 10_000}))
    assert len(text) <= LARGEST_TEXT
    assert text.startswith("# latchmark gate: failed (exit code 1)")
    assert "## REGRESSED" in text


@given(st.integers(300, 2000), st.lists(st.lists(st.integers(0, 300), max_size=6), max_size=6))
def test_bounded_text_never_exceeds_and_counts_what_it_leaves_out(
    largest: int, tables: list[list[int]]
) -> None:
    text = BoundedText(largest)
    for rows in tables:
        text.add_folded("rows", ("|h|",), [f"r{'x' * length}" for length in rows])
    finished = text.finished()
    assert len(finished) <= largest
    # The reserve belongs to the last line alone: what closes a table has its own place.
    assert len(finished.partition("\n**Cut at")[0]) <= largest - bounded._RESERVE
    left_out = re.search(r"(\d+) parts? left out", finished)
    assert sum(map(len, tables)) == len(re.findall("^rx*$", finished, re.MULTILINE)) + (
        int(left_out[1]) if left_out else 0
    )
