"""Does the look at blind gates notice one that is green, says less than it must, or another thing?"""

import dataclasses
from pathlib import Path

import gate_blind
import pytest
from gate_outputs.described_verdict import verdict

from latchmark.exporting.verdicts import outputs_of
from latchmark.verdict import Verdict, Word

BENCH = Path("bench")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    points = tuple(
        dataclasses.replace(one, point=gate_blind.POINT) if one.word is Word.REGRESSED else one
        for one in verdict().points
    )
    return written(dataclasses.replace(verdict(), points=points), tmp_path)


def written(described: Verdict, folder: Path) -> Path:
    for name, text in outputs_of(described).items():
        (folder / name).write_text(text, "utf-8")
    (folder / "report.html").write_text("page", "utf-8")
    return folder


def case(*codes: int, word: Word | None = None) -> gate_blind.Case:
    return gate_blind.Case("a", BENCH, BENCH, codes, word)


def test_what_ended_as_it_must_is_right(folder: Path) -> None:
    assert gate_blind.why_wrong(case(1, word=Word.REGRESSED), 1, folder) is None
    assert gate_blind.why_wrong(case(4), 4, folder / "nowhere") is None


def test_what_ended_otherwise_is_wrong(folder: Path) -> None:
    assert gate_blind.why_wrong(case(3, 4), 0, folder) == "must end with 3 or 4"
    assert gate_blind.why_wrong(case(0), 0, folder) == "its verdict says 1"
    assert gate_blind.why_wrong(case(1, word=Word.MISSING), 1, folder) == f"{gate_blind.POINT} is not MISSING"


@pytest.mark.parametrize("name", gate_blind.OUTPUTS)
def test_an_output_that_is_not_there_is_wrong(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert gate_blind.why_wrong(case(1), 1, folder) == f"did not write {name}"


def test_a_verdict_that_is_not_valid_is_wrong(folder: Path) -> None:
    (folder / "verdict.json").write_text("{}", "utf-8")
    assert "verdict.json" in str(gate_blind.why_wrong(case(1), 1, folder))


def test_outputs_are_all_that_a_verdict_becomes() -> None:
    assert {*outputs_of(verdict()), "report.html"} == set(gate_blind.OUTPUTS)


def test_no_two_gates_share_a_folder(tmp_path: Path) -> None:
    names = [one.name for one in gate_blind.cases_of(BENCH, tmp_path)]
    assert len(set(names)) == len(names)
