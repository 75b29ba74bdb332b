"""Does the section of an experiment say each thing once, and lead from a finding to its figure and point?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from described_run import DescribedRun
from pages.page_runs import rich_run
from quick_run import quick_run

from latchmark.figures import drawings_of
from latchmark.findings import FindingKind, common_remark, findings_of
from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.of_experiment import Section
from latchmark.pages.of_run import again, page_of

Load = Callable[[dict[str, Any]], Run]


def sections(run: Run) -> dict[str, Section]:
    return {one.experiment.name: one for family in page_of(run).families for one in family.sections}


def article(html: str, name: str) -> str:
    found = re.findall(r"<article.*?</article>", html, re.DOTALL)
    return next(one for one in found if f">{name}</code>" in one)


def test_the_point_of_the_leading_finding_has_its_command(loaded: Load) -> None:
    run = loaded(rich_run())
    name = "false_sharing/counters"
    leading = next(one for one in findings_of(run) if one.experiment == name)
    assert leading.numerator is not None
    section = sections(run)[name]
    assert section.point == f"scripts/latchmark run quick --filter '^{leading.numerator.name}$'"
    assert section.point in article(report_page(run), name).replace("&#39;", "'")


def test_a_name_of_a_point_is_no_pattern(loaded: Load) -> None:
    run = loaded(rich_run())
    point = replace(run.points[0], name="locks/a+b (c)")
    assert again(run, run.experiments[0], point).endswith(r" --filter '^locks/a\+b \(c\)$'")


def test_what_holds_for_all_findings_is_said_once(loaded: Load) -> None:
    run = loaded(rich_run(rounds=1))
    name = "false_sharing/counters"
    section = sections(run)[name]
    assert section.remark.startswith("no interval: ")
    assert len([one for one in section.findings if section.remark in one.sentence]) > 1
    assert not any("no interval" in sentence for _, sentence in section.told)
    told = article(report_page(run), name)
    assert told.count("No ratio here has an interval: 1 launch is too few") == 1
    # With intervals nothing is left out.
    many = loaded(rich_run())
    assert sections(many)[name].remark == ""
    assert [sentence for _, sentence in sections(many)[name].told] == [
        one.sentence for one in findings_of(many) if one.experiment == name
    ]


def test_a_lone_ratio_keeps_its_remark(loaded: Load) -> None:
    run = loaded(rich_run(rounds=1))
    compared = [one for one in findings_of(run) if one.ratio is not None]
    assert common_remark(compared[:1]) == ""
    assert common_remark(compared[:2]) != ""


def test_what_was_not_counted_takes_one_line(loaded: Load) -> None:
    run = loaded(quick_run())
    told = article(report_page(run), "false_sharing/counters")
    (line,) = re.findall(r"Not measured,.*?</p>", told)
    assert re.search(r"\d+ counter roles?: this virtual machine offers no performance counters", line)
    # What to do about it stands where the link leads.
    assert '<a href="#absent">' in line
    assert "bare metal" not in line


def test_fairness_is_open_where_it_is_a_finding(loaded: Load) -> None:
    for spread, is_uneven in ((1.0, False), (4.0, True)):
        run = DescribedRun(cpus=4)
        run.experiment("contention/locks", ("mutex", "tas"))
        for variant, most in (("mutex", 1.0), ("tas", spread)):
            for workers in (1, 2):
                parts = [most if worker == 0 else 1.0 for worker in range(workers)]
                shares = {"share": {"values": [part / sum(parts) for part in parts]}}
                run.point("contention/locks", variant, workers, 20.0 * workers, metrics=shares)
        read = loaded(run.document())
        section = sections(read)["contention/locks"]
        assert (FindingKind.SHARES in {one.kind for one in section.findings}) is is_uneven
        told = article(report_page(read), "contention/locks")
        assert ("<h4>Fairness</h4>" in told) is is_uneven
        assert told.count('id="fig-f1-1-') == len(drawings_of(read, read.experiments[0]))


def test_a_variant_has_one_mark_in_the_key_and_in_all_figures(loaded: Load) -> None:
    html = report_page(loaded(rich_run()))
    told = article(html, "false_sharing/counters")
    names = dict(re.findall(r'<strong data-series="(\d+)">([^<]*)</strong>', told))
    assert names == {"0": "packed", "1": "padded_64", "2": "padded_128"}
    figures = re.findall(r"<figure.*?</figure>", told, re.DOTALL)
    marked = [one for one in figures if "data-series" in one]
    assert len(marked) >= 6
    for figure in marked:
        for mark, label in re.findall(r'<text[^>]*data-series="(\d+)"[^>]*>([^<]*)</text>', figure):
            if label in names.values():
                assert names[mark] == label
    assert not re.search(r"<[^>]*class=[^>]*class=", told)


def test_a_variant_that_the_run_lacks_is_not_in_the_key(loaded: Load) -> None:
    document = rich_run()
    variants = document["experiments"][0]["variants"]
    variants.insert(1, variants[0] | {"name": "never_planned"})
    told = article(report_page(loaded(document)), "false_sharing/counters")
    assert "Not in this run: never_planned." in told
    assert ">never_planned</strong>" not in told
    # Places are those of the experiment, which figures use as well.
    assert '<strong data-series="2">padded_64</strong>' in told


def test_the_first_screen_leads_to_the_figure(loaded: Load) -> None:
    run = loaded(rich_run())
    page = page_of(run)
    target = page.figure_of("false_sharing/counters")
    assert target == "fig-f1-1-1"
    assert f'id="{target}"' in report_page(run)
