"""Does the page show the index of pitfalls as values, with links that lead somewhere?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from described_run import DescribedRun
from lxml import html

from latchmark.cautions import cautions_of
from latchmark.findings import findings_of
from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.pitfall_index import PitfallSection, pitfall_section_of

Load = Callable[[dict[str, Any]], Run]
HOSTILE = "</p><script>alert(1)</script><!--<script>"


def section_of(run: Run) -> PitfallSection:
    section = pitfall_section_of(run, findings_of(run), cautions_of(run))
    assert section is not None
    return section


def shared(skip: str | None = None) -> DescribedRun:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    run.point("false_sharing/counters", "padded_128", 2, [5.0] * 6)
    run.point("false_sharing/counters", "packed", 2, [40.0] * 6)
    if skip is not None:
        run.experiment("waiting/herd", ("condvar_one", "condvar_herd"))
        run.point("waiting/herd", "condvar_one", 1, skip=skip)
        run.point("waiting/herd", "condvar_herd", 1, skip=skip)
    return run


def test_the_heading_counts_both_parts(loaded: Load) -> None:
    section = section_of(loaded(shared().document()))
    total = len(section.measured) + len(section.missing)
    assert section.heading == f"{total} pitfalls, 1 measured here"
    assert [one.name for one in section.measured] == ["False sharing"]


def test_a_run_of_other_experiments_has_no_index(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("mine/own", ("one", "other"))
    run.point("mine/own", "one", 2, [5.0] * 6)
    here = loaded(run.document())
    assert pitfall_section_of(here, findings_of(here), cautions_of(here)) is None
    assert 'id="pitfalls"' not in report_page(here)


def test_a_command_is_given_where_the_plan_left_it_out_and_only_there(loaded: Load) -> None:
    entries = {one.name: one for one in section_of(loaded(shared("no threads").document())).missing}
    assert entries["Lock convoy"].command == "scripts/latchmark run standard --filter '^contention/locks/'"
    assert entries["Thundering herd"].command == ""
    assert entries["Thundering herd"].why == "no threads"
    assert entries["ABA"].command == ""


def test_each_entry_links_to_its_experiment_and_says_what_was_not_measured(quick: Run) -> None:
    page = html.fromstring(report_page(quick))
    (section,) = page.xpath("//section[@id='pitfalls']")
    targets = [href[1:] for href in section.xpath(".//a/@href")]
    assert len(targets) == len(section_of(quick).measured)
    assert all(len(page.xpath(f"//article[@id='{target}']")) == 1 for target in targets)
    (fold,) = section.xpath("./details")
    assert len(fold.xpath("./ul/li")) == len(section_of(quick).missing)


def test_reasons_of_a_run_file_stay_text(loaded: Load) -> None:
    text = report_page(loaded(shared(HOSTILE).document()))
    (section,) = html.fromstring(text).xpath("//section[@id='pitfalls']")
    assert section.xpath(".//script") == []
    assert HOSTILE in section.text_content()
