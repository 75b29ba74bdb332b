"""Does the first screen hold the findings that matter, how far to trust them, and the machine?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from counted_run import counted_run
from described_run import DescribedRun
from pages.outline import Outline
from pages.page_runs import rich_run

from latchmark.cautions import Answer, Check, FloorAge, calibration_of, floor_age_of
from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.first_screen import trust_panel_of
from latchmark.pages.machine import card_of
from latchmark.pages.of_run import page_of

Loaded = Callable[[dict[str, Any]], Run]


def _families(amount: int, rounds: int = 6) -> dict[str, Any]:
    run = DescribedRun(rounds=rounds)
    for index in range(amount):
        for name in (f"family_{index}/first", f"family_{index}/second"):
            run.experiment(name, ("base", "other"))
            run.point(name, "base", 2, [5.0] * rounds)
            run.point(name, "other", 2, [50.0 + index] * rounds)
    return run.document()


def test_at_most_seven_findings_lead_one_of_a_family(loaded: Loaded) -> None:
    headlines = page_of(loaded(_families(9))).headlines
    told = [one.finding.experiment for one in headlines.found]
    assert told == [f"family_{index}/first" for index in range(8, 1, -1)]
    assert headlines.are_shown


def test_a_run_that_shows_nothing_says_so(loaded: Loaded) -> None:
    page = report_page(loaded(_families(4, rounds=1)))
    screen = page[page.index('class="first-screen"') : page.index("How far to trust it")]
    assert screen.count('<p class="size') == 3
    assert "No difference was shown with an interval" in screen
    assert screen.count("No interval: 1 launch is too few for 95 %.") == 1
    assert screen.count("interval") == 2
    assert "No difference was shown" not in report_page(loaded(_families(4)))


def test_each_finding_leads_to_the_figure_that_shows_it(loaded: Loaded) -> None:
    page = report_page(loaded(rich_run()))
    screen = page[page.index('class="first-screen"') : page.index("How far to trust it")]
    links = re.findall(r'<p class="from"><a href="#([^"]+)">([^<]+)</a>', screen)
    assert [experiment for _, experiment in links] == ["contention/counter", "false_sharing/counters"]
    for anchor, experiment in links:
        assert f'<figure id="{anchor}"' in page, experiment


def test_findings_trust_and_machine_come_first_and_in_this_order(loaded: Loaded) -> None:
    page = report_page(loaded(rich_run()))
    marks = [
        "<h1>",
        "<nav",
        "What this run found",
        "How far to trust it",
        ">Machine<",
        'id="trust"',
        'id="ran"',
    ]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)


def test_the_contents_are_one_line_and_everything_on_demand(loaded: Loaded) -> None:
    page = report_page(loaded(rich_run()))
    contents = page[page.index("<nav") : page.index("</nav>")]
    line, rest = contents.split("<details>")
    assert "counters" not in line
    assert "False sharing" in line
    for anchor in ("main", "trust", "absent", "ran", "numbers", "counters", "method", "environment"):
        assert f'href="#{anchor}"' in rest, anchor
    assert len(Outline(rest).all("li")) >= 3 + 7


def _check(answer: Answer, subject: str, places: int = 0, noun: str = "point") -> Check:
    return Check(answer, subject, "seen", "", places, noun)


def test_the_panel_counts_answers_and_names_all_but_passes(loaded: Loaded) -> None:
    checks = (
        _check(Answer.WARN, "Steal", 2),
        _check(Answer.WARN, "Frequency", 1139),
        _check(Answer.WARN, "Controls", 1, "experiment"),
        _check(Answer.WARN, "Virtual machine"),
        _check(Answer.NOT_KNOWN, "Turbo"),
        _check(Answer.PASS, "Build"),
    )
    panel = trust_panel_of(loaded(rich_run()), checks)
    assert panel.checks == "6 checks"
    assert [(one.answer, one.amount, one.subjects) for one in panel.answers] == [
        (
            Answer.WARN,
            4,
            ("Frequency at 1,139 points", "Steal at 2", "Controls at 1 experiment", "Virtual machine"),
        ),
        (Answer.NOT_KNOWN, 1, ("Turbo",)),
        (Answer.PASS, 1, ()),
    ]
    assert panel.missing == "3 of 28 points skipped; 2 of 4 counter roles without a value"
    assert panel.verdict == "Complete; 1 launch failed."


def test_a_point_whose_launches_all_failed_is_missing(loaded: Loaded) -> None:
    described = DescribedRun(rounds=2)
    described.experiment("locks/all", ("mutex", "spin"))
    described.point("locks/all", "mutex", 1, [5.0, 5.0])
    described.point("locks/all", "spin", 1, 5.0, fail=dict.fromkeys(range(2), ("crashed", "signal 11")))
    assert trust_panel_of(loaded(described.document()), ()).missing == "1 planned point without a value"


def test_nothing_is_missing_where_all_has_a_value(loaded: Loaded) -> None:
    described = DescribedRun()
    described.experiment("locks/all", ("mutex",))
    described.point("locks/all", "mutex", 1, 5.0)
    run = loaded(described.document())
    assert trust_panel_of(run, ()).missing == ""
    assert "nothing: every planned point and counter role has a value" in report_page(run)


HELD = FloorAge(date(2026, 1, 19), date(2026, 2, 18), 3, None)


@pytest.mark.parametrize(
    ("floor", "told"),
    [
        (None, "none given, so it is not known how far two runs of the same code differ here"),
        (HELD, "calibrated 12 days before the run (2026-01-19), from 3 days, valid until 2026-02-18"),
        (replace(HELD, days=0), "calibrated 12 days before the run (2026-01-19), valid until 2026-02-18"),
        (
            replace(HELD, calibrated_on=date(2026, 2, 1), days=1),
            "calibrated 1 day after the run (2026-02-01), from 1 day, valid until 2026-02-18",
        ),
        (
            replace(HELD, calibrated_on=date(2026, 1, 31), days=1),
            "calibrated that day (2026-01-31), from 1 day, valid until 2026-02-18",
        ),
        (
            replace(HELD, why_expired="the noise floor is of another machine"),
            "the noise floor is of another machine",
        ),
    ],
)
def test_the_age_of_a_floor_is_told_from_the_day_of_the_run(
    loaded: Loaded, floor: FloorAge | None, told: str
) -> None:
    run = loaded(rich_run(rounds=1))
    assert floor_age_of(run, floor) == told
    assert page_of(run, floor).trust.floor == told


def test_what_the_run_calibrated_itself_is_told(loaded: Loaded) -> None:
    document = rich_run(rounds=1)
    assert (
        calibration_of(loaded(document)) == "batch sizes of 25 points on 2026-01-31, before the first round"
    )
    for point in document["points"]:
        point["batch"] = None
    assert calibration_of(loaded(document)) == "no batch size is recorded"


def test_the_card_shows_what_is_known_and_where_the_reasons_are(loaded: Loaded) -> None:
    document = rich_run(rounds=1)
    document["machine"]["hard_key"] |= {
        "model_name": "Xeon",
        "caches": "L1d 48K x 1, L2 2048K x 1, L3 491520K x 2; L2 1024K x 4",
    }
    run = loaded(document)
    card = card_of(run)
    rows = dict(card.rows)
    assert [*rows][:2] == ["Processor", "Topology"]
    assert rows["Caches"] == "L1d 48 KiB, L2 2 MiB, L3 480 MiB for 2 CPUs; L2 1 MiB for 4 CPUs"
    assert rows["Clock"] == "21.5 ns a read, steps of 1.00 ns (CLOCK_MONOTONIC)"
    assert card.unknown == ("governor",)
    page = report_page(run)
    assert 'Not known: governor; <a href="#environment">why</a>' in page
    assert "not known: no cpufreq in this machine" in page[page.index('id="environment"') :]


def test_counters_that_explain_a_finding_stand_beside_it(loaded: Loaded) -> None:
    page = report_page(loaded(counted_run(script=None).document()))
    screen = page[page.index('class="first-screen"') : page.index("How far to trust it")]
    assert "cross-core transfers per operation against" in screen
