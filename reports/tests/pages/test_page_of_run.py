"""Does the page of a run claim what the run holds, how to repeat it, and what is absent?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from described_run import DescribedRun
from pages.page_runs import rich_run

from latchmark.findings import Finding, FindingKind, findings_of
from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.first_screen import size_of
from latchmark.pages.of_run import again, page_of
from latchmark.tables.of_experiment import all_numbers

Loaded = Callable[[dict[str, Any]], Run]


def test_each_experiment_has_its_question_findings_figure_table_and_command(loaded: Loaded) -> None:
    run = loaded(rich_run())
    page = page_of(run)
    sections = [section for family in page.families for section in family.sections]
    assert [section.experiment.name for section in sections] == [one.name for one in run.experiments]
    for section in sections:
        assert section.findings
        assert section.main
        assert section.tables
        assert section.command == f"scripts/latchmark run quick --filter '^{section.experiment.name}/'"


def test_the_commands_repeat_the_run_and_name_an_outsiders_program(loaded: Loaded) -> None:
    document = rich_run()
    bench = "/there/build/latchmark-bench"
    own = [
        "quick",
        "--rounds",
        "9",
        "--seed=3",
        "--out",
        "/tmp/old",
        "--resume=/tmp/old",
        "--filter",
        "mutex$",
    ]
    document["run"]["command"] = [bench, "run", *own]
    run = loaded(document)
    assert again(run) == (
        "scripts/latchmark run quick --rounds 9 --filter 'mutex$' --seed 18446744073709551615"
    )
    only = replace(run.experiments[0], name="locks/a+b")
    assert again(run, only) == r"scripts/latchmark run quick --rounds 9 --filter '^locks/a\+b/'"
    document["run"]["command"] = ["/opt/own lock/bench", "run", "quick"]
    assert again(loaded(document)).startswith("scripts/latchmark run quick --bench '/opt/own lock/bench' ")
    document["run"]["command"] = []
    assert again(loaded(document)).startswith("scripts/latchmark run quick --seed ")


def test_the_large_number_is_the_one_of_the_sentence(loaded: Loaded) -> None:
    findings = findings_of(loaded(rich_run()))
    sizes = {finding.kind.value: (size_of(finding), finding.sentence) for finding in reversed(findings)}
    for kind in ("variants", "scaling"):
        size, sentence = sizes[kind]
        assert f"{size} [" in sentence, kind
    assert sizes["no_difference"][0] == "no difference shown"
    # A lost launch costs the interval, not the number.
    (unbounded,) = [one for one in findings if "\u00d7 (no interval" in one.sentence]
    assert f" {size_of(unbounded)} (no interval" in unbounded.sentence


@pytest.mark.parametrize("kind", FindingKind)
def test_no_finding_is_without_words_in_large(kind: FindingKind) -> None:
    words = {FindingKind.NOT_MEASURED: "not measured", FindingKind.CONTROL: "control"}
    assert size_of(Finding(kind, "locks/all", "A sentence.")) == words.get(kind, "not compared")


def test_a_window_that_is_counted_and_not_timed_is_told(loaded: Loaded) -> None:
    described = DescribedRun()
    described.experiment("locks/all", ("mutex",))
    described.point("locks/all", "mutex", 2, 5.0)
    document = described.document()
    assert "not timed" not in dict(page_of(loaded(document)).what_ran)["Launch"]
    for launch in document["launches"]:
        launch["windows"]["counted_from"] = len(launch["windows"]["operations"]) - 1
    assert "the last one counted and not timed, after" in dict(page_of(loaded(document)).what_ran)["Launch"]


def test_an_incomplete_run_claims_only_what_it_did(loaded: Loaded) -> None:
    document = rich_run()
    document["launches"] = [launch for launch in document["launches"] if launch["round"] < 2][:-1]
    document["run"] |= {"complete": False, "incomplete_reason": "interrupted"}
    page = report_page(loaded(document))
    assert "in 2 of 6 rounds, each a fresh process" in page
    assert "was to launch every point once" in page
    assert "The run ended before its last planned launch (interrupted)." in page
    assert "Each of the 6 rounds launched every point once" in report_page(loaded(rich_run()))


def test_absent_values_are_dashes_with_a_reason_never_zero(loaded: Loaded) -> None:
    run = loaded(rich_run())
    table, left_out = all_numbers(run)
    assert left_out == ""
    skipped = [row for row in table.rows if row[4].text == "other socket"]
    assert len(skipped) == 3
    for row in skipped:
        assert [cell.text for cell in row[8:11]] == ["\u2013"] * 3
        assert row[-1].text == "needs two sockets; this machine has one"


def test_too_many_rows_are_left_out_and_the_page_says_so(loaded: Loaded) -> None:
    described = DescribedRun(rounds=1, windows=1)
    described.experiment("locks/all", ("mutex",))
    for step in range(2100):
        described.point("locks/all", "mutex", 1, 5.0, parameters={"step": step})
    table, left_out = all_numbers(loaded(described.document()))
    assert len(table.rows) == 2000
    assert "2,100 rows the first 2000" in left_out
    assert "run.json" in left_out


def test_a_lone_value_is_not_called_absent(loaded: Loaded) -> None:
    described = DescribedRun()
    described.experiment("locks/all", ("mutex",))
    described.point("locks/all", "mutex", 1, 5.0)
    page = report_page(loaded(described.document()))
    assert "No figure: there is nothing to draw beside it; the table has the value." in page


def test_a_run_in_which_nothing_was_measured_still_has_a_page(loaded: Loaded) -> None:
    described = DescribedRun()
    described.experiment("locks/all", ("mutex", "ticket"))
    described.point("locks/all", "mutex", 64, skip="needs 64 cores; this machine has 2")
    document = described.document()
    document["run"] |= {"complete": False, "incomplete_reason": "interrupted"}
    page = report_page(loaded(document))
    assert "No figure: no point of this experiment has a value." in page
    assert "Incomplete (interrupted)" in page
