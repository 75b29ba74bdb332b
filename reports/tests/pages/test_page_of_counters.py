"""Does the page show what was counted, by what, how far it can be trusted, and who did not count at all?"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from counted_run import QEMU, SCRIPT, VENDORS, control, counted_run
from pages.page_runs import HOSTILE_TEXTS
from quick_run import quick_run

from latchmark.cautions.trust import Answer
from latchmark.compare import NO_TIMES, compare
from latchmark.figures import Drawing, drawings_of, uncharted_roles
from latchmark.model import ReadingStatus, Run
from latchmark.pages import compare_page, report_page
from latchmark.pages.of_comparison import page_of as comparison_of
from latchmark.pages.of_run import page_of
from latchmark.tables.of_experiment import readings_table
from latchmark.tables.table import Table

Load = Callable[[dict[str, Any]], Run]


def plain(html: str) -> str:
    """The text of a page without its embedded data, as one line."""
    visible = re.sub(r"<script.*?</script>|<style.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", visible).split())


def rows_of(table: Table) -> dict[str, list[str]]:
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def table_named(tables: tuple[Table, ...], start: str) -> Table:
    return next(table for table in tables if table.caption.startswith(start))


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_cause_stands_beside_the_cost(loaded: Load, vendor: str) -> None:
    text = plain(report_page(loaded(counted_run(vendor).document())))
    taken = "1.94 cross-core transfers per operation against 0.0200" if vendor == "amd" else (
        "0.970 cross-core transfers per operation against 0.0100"
    )  # fmt: skip
    assert f"(43.1 against 5.60 ns). {taken} and share of cycles in stalls_" in text
    assert "go with it (in 4 of 8 launches). These counts come from a script." in text


def test_readings_say_over_how_many_launches(loaded: Load) -> None:
    run = loaded(counted_run().document())
    (table,) = readings_table(run, run.experiments[0])
    titles = [column.title for column in table.columns]
    packed = [cell.text for cell in table.rows[-1]]
    by_title = dict(zip(titles, packed, strict=True))
    assert by_title["cross-core transfers"] == "0.970"
    assert by_title["share of cycles in stalls_store_bound"] == "0.648"
    assert by_title["cycles"] == "162"
    units = {column.title: column.unit for column in table.columns}
    # Once, where it holds for all points.
    assert units["cross-core transfers"] == "lines per operation, 4 of 8 launches"
    assert units["cycles (kernel)"] == "cycles per operation"


def test_readings_of_points_that_differ_say_it_each(loaded: Load) -> None:
    document = counted_run().document()
    first = [one["readings"] for one in document["launches"] if one["point"] == 0]
    del next(one for one in first if "cross_core_rfos" in one)["cross_core_rfos"]
    run = loaded(document)
    (table,) = readings_table(run, run.experiments[0])
    (at,) = [place for place, one in enumerate(table.columns) if one.title == "cross core rfos"]
    assert table.columns[at].unit == "requests per operation"
    assert [row[at].text for row in table.rows] == [
        "0.0100 (3 of 8)", "0.0100 (4 of 8)", "0.0100 (4 of 8)", "0.970 (4 of 8)"
    ]  # fmt: skip


def _main_figure(run: Run) -> Drawing:
    return drawings_of(run, run.experiments[0])[0]


def test_readings_stand_below_the_time_on_its_axis(loaded: Load) -> None:
    axes = _main_figure(loaded(counted_run().document())).draw().axes
    assert len(axes) == 4
    assert len({one.get_xlim() for one in axes}) == 1
    # Workers are named once, at the foot.
    assert [one.get_xlabel() for one in axes] == ["", "", "", "workers"]


def test_readings_state_their_own_sample(loaded: Load) -> None:
    run = loaded(counted_run(emulated=QEMU).document())
    text = plain(_main_figure(run).svg("x"))
    assert "lab-2c (emulated) \u00b7 median of 8 launches a point" in text
    # Lines of a note are drawn from the last.
    assert "cross-core transfers and share of cycles in stalls_store_bound:" in text
    assert "of 4 launches a point" in text
    assert text.count("from a script") == 2


def test_figures_show_what_says_something(loaded: Load) -> None:
    run = loaded(counted_run().document())
    figure = _main_figure(run)
    # Not the roles that these are made of, nor a frequency that stays where it is; the cost in cycles.
    for title in ("Cross-core transfers", "Share of cycles in stalls_store_bound", "Cycles"):
        assert f" {title} (" in figure.description
    assert "GHz" not in figure.description
    # A part of a whole is read against the whole.
    assert figure.draw().axes[2].get_yscale() == "linear"
    by_why = {one.why: one.roles for one in uncharted_roles(run, run.experiments[0]) if one.is_measured}
    told = by_why["in the table; the figures show what is derived from them"]
    assert {"cross_core_loads", "cross_core_rfos", "stalls_store_bound"} <= {*told}
    assert "cycles" not in told


def test_a_reading_that_is_level_is_no_figure(loaded: Load) -> None:
    document = counted_run().document()
    document["counters"]["roles"].append(document["counters"]["roles"][0] | {"role": "branches", "unit": "1"})
    for launch in document["launches"]:
        launch["readings"]["branches"] = launch["readings"]["instructions"]
    run = loaded(document)
    by_role = {role: one.why for one in uncharted_roles(run, run.experiments[0]) for role in one.roles}
    assert by_role["branches"].startswith("the same at every point")


def test_figures_show_what_explains_most(loaded: Load) -> None:
    described = counted_run()
    document = described.document()
    document["counters"]["roles"].append(document["counters"]["roles"][0] | {"role": "run_queue_wait"})
    for launch in document["launches"]:
        launch["readings"]["run_queue_wait"] = launch["readings"]["task_clock"]
    run = loaded(document)
    assert "Run queue wait" not in _main_figure(run).description
    by_why = {one.why: one.roles for one in uncharted_roles(run, run.experiments[0])}
    assert "run_queue_wait" in by_why["in the table; the figures show what explains most"]


def test_a_ninth_variant_has_its_readings_beside_it(loaded: Load) -> None:
    described = counted_run(rounds=2)
    document = described.document()
    variants, points = document["experiments"][0]["variants"], document["points"]
    for copy in range(7):
        name = f"packed_{copy}"
        variants.append(variants[1] | {"name": name})
        for point in [one for one in points if one["variant"] == "packed"]:
            launches = [one for one in document["launches"] if one["point"] == points.index(point)]
            document["launches"] += [one | {"point": len(points)} for one in launches]
            renamed = point["name"].replace("/packed/", f"/{name}/")
            points.append(point | {"variant": name, "name": renamed, "definition": renamed})
    for order, launch in enumerate(document["launches"]):
        launch["order"] = order
    run = loaded(document)
    drawn = drawings_of(run, run.experiments[0])
    assert [one.kind for one in drawn[:2]] == ["sweep", "reading"]
    assert drawn[1].title == "Cross-core transfers"
    assert len(drawn[1].draw().axes) == 9


def test_what_readings_mean_is_said_once_and_linked(loaded: Load) -> None:
    html = report_page(loaded(counted_run().document()))
    told = plain(html[html.index('id="counters"') :])
    assert "lines that a worker took from another core of its socket." in told
    assert "a locked increment shows in both" in told
    assert "Plain stores never show." in told
    section = html[html.index('<article id="family-1-1"') : html.index('id="numbers"')]
    assert "a locked increment shows in both" not in plain(section)
    assert '<a href="#counters">' in section


def test_the_counters_of_a_machine(loaded: Load) -> None:
    described = counted_run()
    described.counters["control"] = [
        control("cross_core_loads"),
        control("stalls_store_bound", "failed", counted=3.0, why="3 at work, 2 idle"),
        control("cycles", "not_run", why="it is an anchor", counted=None, idle=None, times=None),
        # Not worth a row: the core has no such event.
        control("l1d_invalidations", "not_run", why="no event", counted=None, idle=None, times=None),
    ]
    page = page_of(loaded(described.document()))
    facts = rows_of(table_named(page.counters, "What counts here"))
    assert facts["CPU"] == ["one of intel's"]
    assert facts["hypervisor"] == ["none seen"]
    assert facts["in place of the hardware"] == [SCRIPT]
    counted = rows_of(table_named(page.counters, "Counter roles that count here"))
    assert counted["cross_core_loads"] == [
        "loads",
        "passed",
        "uarch, user",
        "spr::MEM_LOAD_L3_HIT_RETIRED:XSNP_FWD (type 4, config 0x4d2)",
        "the count of cross_core_loads. Plain stores never show.",
    ]
    assert counted["cycles"][1] == "not run"
    assert counted["instructions"][1] == "took no part"
    assert counted["task_clock"][1] == "exact"
    assert "stalls_store_bound" not in counted
    asked = rows_of(table_named(page.counters, "Positive control"))
    assert asked["cross_core_loads"][1:4] == ["100,000", "98,000", "12"]
    assert "l1d_invalidations" not in asked
    assert asked["cycles"][1:4] == ["\u2013"] * 3
    derived = rows_of(table_named(page.counters, "What is derived"))
    assert derived["IPC"][-1] == "perf::INSTRUCTIONS / perf::CYCLES"
    absent = rows_of(table_named(page.counters, "Counter roles without a value"))
    assert absent["did not react in the positive control: 3 at work, 2 idle"] == ["1", "stalls_store_bound"]
    assert absent["no event of this core answers this role"][0] == "4"


def test_a_machine_without_counters_says_so_once(loaded: Load) -> None:
    page = page_of(loaded(quick_run()))
    captions = [table.caption for table in page.counters]
    assert not any(caption.startswith(("Positive control", "What is derived")) for caption in captions)
    facts = rows_of(table_named(page.counters, "What counts here"))
    assert facts["CPU"] == facts["hypervisor"] == ["not known: not recorded"]
    assert "in place of the hardware" not in facts
    assert page.stand_ins == ()


def test_no_status_without_a_value_shows_a_number(loaded: Load) -> None:
    for status in ReadingStatus:
        if status.has_value:
            continue
        document = counted_run(rounds=2).document()
        for launch in document["launches"]:
            for role in ("cycles", "cross_core_loads"):
                if role in launch["readings"]:
                    lost = {"status": status.value, "value": None, "per_worker": [], "why": f"it {status}"}
                    launch["readings"][role] = lost
        run = loaded(document)
        (table,) = readings_table(run, run.experiments[0])
        # A column of dashes would be noise; a zero would be a lie.
        shown = {column.title for column in table.columns}
        assert shown & {"cycles", "cross core loads", "cross-core transfers", "IPC", "effective GHz"} == set()
        told = plain(report_page(run))
        # Once for the page, in full, and in the section that lacks them.
        assert f"it {status} (8 launches)" in told
        assert f"{status.value.replace('_', ' ')} in every launch; the reasons are above" in told
        assert "cross-core transfers per operation against" not in told
        assert "IPC of" not in told


def test_what_stands_in_is_at_the_head_of_the_page(loaded: Load) -> None:
    html = report_page(loaded(counted_run(emulated=QEMU).document()))
    assert html.index('class="banner"') < html.index("<nav") < html.index("What this run found")
    text = plain(html[: html.index("<nav")])
    assert "What ran on the emulated machine lab-2c" in text
    assert f"Emulated. Measured on an emulated machine ({QEMU}): times mean nothing beyond this run" in text
    assert f"Scripted counts. Counts come from a script ({SCRIPT}), not from hardware" in text
    found = html[html.index("What this run found") : html.index("How far to trust it")]
    assert found.count('<span class="flag">emulated</span>') == found.count("<li>") > 0
    real = report_page(loaded(counted_run(script=None).document()))
    assert 'class="banner"' not in real
    assert '<span class="flag">' not in real
    assert "What concurrency costs on lab-2c" in real
    assert "come from a script" not in plain(real)


def test_what_stands_in_fails_a_check(loaded: Load) -> None:
    page = page_of(loaded(counted_run(emulated=QEMU).document()))
    failed = [check.subject for check in page.checks if check.answer is Answer.FAIL]
    assert failed == ["Emulated", "Scripted counts"]


def test_no_ratio_of_times_with_an_emulated_machine(loaded: Load) -> None:
    real = loaded(counted_run(alias="xeon", script=None).document())
    guest = loaded(counted_run("arm", "guest", script=None, emulated=QEMU).document())
    page = comparison_of(compare([real, guest]))
    assert page.means == (f"guest (emulated): no mean, {NO_TIMES}.",)
    nothing = f"No point of guest (emulated) can be compared: {NO_TIMES}."
    assert [one.sentence for one in page.findings] == [nothing]
    (section,) = page.sections
    assert section.sentences == (nothing,)
    first, *others = section.tables
    assert not any("\u00d7" in cell.text for row in first.rows for cell in row)
    # In another unit only what a machine is over itself or shows alone, and never of emulated times.
    assert len(others) == 2
    for table in others:
        at = [column.title for column in table.columns].index("guest (emulated)")
        assert {row[at].text for row in table.rows} == {"\u2013"}
        assert {row[-1].text for row in table.rows} == {f"guest (emulated): {NO_TIMES}"}


def test_readings_that_all_failed_do_not_pass_a_check(loaded: Load) -> None:
    document = counted_run(script=None).document()
    for launch in document["launches"]:
        for reading in launch["readings"].values():
            reading |= {"status": "read_failed", "value": None, "per_worker": [], "why": "0 bytes"}
    page = page_of(loaded(document))
    (check,) = [check for check in page.checks if check.subject == "Counters"]
    assert check.answer is Answer.WARN


def test_a_comparison_flags_each_run_and_divides_no_two_events(loaded: Load) -> None:
    intel = loaded(counted_run("intel", "xeon", script=None).document())
    arm = loaded(counted_run("arm", "guest", script=None, emulated=QEMU).document())
    page = comparison_of(compare([intel, arm]))
    assert page.comparison.labels == ("xeon", "guest (emulated)")
    assert [(label, one.flag) for label, one in page.stand_ins] == [("guest (emulated)", "emulated")]
    html = compare_page([intel, arm])
    assert html.index('class="banner"') < html.index("<nav")
    sources = rows_of(page.sources[0])
    assert sources["cross-core transfers"] == [
        "max(spr::MEM_LOAD_L3_HIT_RETIRED:XSNP_FWD, spr::OCR:DEMAND_RFO_L3_HIT_SNOOP_HITM) / operation",
        "\u2260 arm_n1::L1D_CACHE_INVAL / operation, emulated",
    ]
    (table,) = page.sections[0].readings
    rows = [[cell.text for cell in row] for row in table.rows]
    transfers = next(row for row in rows if row[:3] == ["packed", "threads", "2"])
    assert transfers[5:] == [
        "cross-core transfers", "lines per operation", "0.970", "0.970", "\u2013",
        "guest (emulated): another event counts it there",
    ]  # fmt: skip
    cycles = next(row for row in rows if row[:3] == ["packed", "threads", "2"] and row[5] == "cycles")
    assert cycles[9] == "\u2013"


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_words_of_counters_stay_words(loaded: Load, text: str) -> None:
    described = counted_run(emulated=text, script=text)
    described.counters |= {"cpu": text, "hypervisor": text}
    described.counters["control"] = [
        control("cross_core_loads", "failed", stimulus=text, why=text),
        control("cycles", "not_run", stimulus=text, why=text, counted=None),
    ]
    document = described.document()
    for role in document["counters"]["roles"]:
        role |= {"caveat": text, "meaning": text, "unit": text}
        role["source"] = role["source"] and text
    run = loaded(document)
    html = report_page(run)
    assert html.count("<script") == 2
    assert escape(text.split(" ", 1)[0]) in html
    document["run"]["id"], document["machine"]["alias"] = "other", text
    both = compare_page([run, loaded(document)])
    assert both.count("<script") == 2
