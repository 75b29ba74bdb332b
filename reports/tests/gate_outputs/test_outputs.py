"""Do all outputs say the same of one verdict, with the same bytes each time?"""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest
from gate_outputs.described_gates import (
    blind_verdict,
    hostile_verdict,
    large_verdict,
    quiet_verdict,
    troubled_verdict,
)
from gate_outputs.described_verdict import verdict

from latchmark.exporting.verdicts import outputs_of
from latchmark.verdict import Verdict, Word, from_document, to_json

DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict, large_verdict)
NAMES = [
    "verdict.json",
    "verdict.md",
    "junit.xml",
    "annotations.txt",
    "verdict.sarif",
    "metrics.txt",
    "verdict.csv",
]


@pytest.mark.parametrize("described", DESCRIBED)
def test_equal_verdicts_give_equal_bytes(described: Callable[[], Verdict]) -> None:
    once = outputs_of(described())
    again = outputs_of(from_document(json.loads(to_json(described()))))
    assert list(once) == NAMES
    assert once == again
    for text in once.values():
        assert text.endswith("\n")
        assert "\r" not in text
        text.encode("utf-8")


def shown(name: str, text: str) -> str:
    """A text as its reader sees it, as far as these tests look at it."""
    if name == "annotations.txt":
        return text.replace("%25", "%")
    return html.unescape(text).replace("\\_", "_")


@pytest.mark.parametrize("described", [verdict, quiet_verdict, troubled_verdict, blind_verdict])
def test_every_output_has_the_sentence_and_the_command(described: Callable[[], Verdict]) -> None:
    value = described()
    for name, text in outputs_of(value).items():
        assert value.repeat in shown(name, text), name
        assert value.sentence in shown(name, text), name


def test_every_output_has_the_words() -> None:
    words = {one.word for one in troubled_verdict().points}
    assert words == set(Word)
    # A workflow has room for what asks for an exit code.
    silent = {"annotations.txt": {Word.OK, Word.IMPROVED, Word.NEW, Word.INCONCLUSIVE}}
    for name, text in outputs_of(troubled_verdict()).items():
        for word in words - silent.get(name, set()):
            assert word.value in shown(name, text), (name, word)


def test_a_point_of_the_gate_is_repeated_alone_wherever_it_fails() -> None:
    for name in ("verdict.md", "junit.xml", "annotations.txt", "verdict.sarif", "verdict.csv"):
        text = outputs_of(verdict())[name]
        assert "--filter '^false_sharing/counters/packed/workers:2/placement:spread$'" in text, name
