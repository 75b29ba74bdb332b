"""What does the page say of prices: sentences, tables, links, and what is missing?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import html
from prices.priced_run import NO_SOCKET, Priced, priced_run

from latchmark.findings import price_notes
from latchmark.model import Reference, Run
from latchmark.pages import report_page
from latchmark.pages.price_list import PriceSection, price_list_of
from latchmark.statistics import price_list
from latchmark.tables import Table, price_records, price_tables, run_tables

Loaded = Callable[[dict[str, Any]], Run]
BAND = Reference("mutex", ("Graviton2", "Skylake"), 17.1, 42.4, "a bench", "a counter")


def notes(run: Run, *references: Reference) -> str:
    """All sentences above the figure."""
    return " ".join(price_notes(run, price_list(run), references))


def row(table: Table, name: str) -> dict[str, str]:
    """The texts of a row by title and unit of its column."""
    (cells,) = [cells for cells in table.rows if cells[0].text == name]
    titles = [f"{column.title} {column.unit}".strip() for column in table.columns]
    return dict(zip(titles, [cell.text for cell in cells], strict=True))


def test_the_first_sentence_goes_from_the_cheapest_to_a_new_process(priced: Run) -> None:
    assert notes(priced).startswith(
        "From an atomic add, uncontended (6.00 ns [6.00, 6.00]) to a new program by fork and exec, run and"
        " waited for (500 \u00b5s [500, 500]) is a factor of 83,300 [83,300, 83,300]. A mutex that nobody"
        " else wants, locked and unlocked, costs 20.0 ns [20.0, 20.0];"
    )


def test_it_says_at_which_clock_cycles_stand_or_why_there_are_none(priced: Run, uncounted: Run) -> None:
    assert "stands at 4.00 GHz, the median clock of 12 prices" in notes(priced)
    told = "No cycles stand beside the times: this virtual machine offers no performance counters"
    assert told in notes(uncounted)


def test_published_figures_are_told_apart_from_a_virtual_machine(loaded: Loaded) -> None:
    document = priced_run()
    document["machine"]["hard_key"]["hypervisor"] = "kvm"
    text = notes(loaded(document), BAND)
    assert "Others have published figures for 1 price; 1 of ours lies in their range." in text
    assert "Theirs are of bare metal, and this is a virtual machine (kvm)." in text
    document["machine"]["hard_key"]["hypervisor"] = "none"
    assert "To lie outside asks for a cause, and is no verdict." in notes(loaded(document), BAND)


def test_an_emulated_machine_claims_no_price(loaded: Loaded) -> None:
    document = priced_run()
    document["machine"]["emulated"] = "qemu"
    assert notes(loaded(document)).startswith("The machine is emulated")


def test_the_table_has_every_unit_of_a_price(priced: Run) -> None:
    table, sources = price_tables(priced)
    mutex = row(table, "mutex locked and unlocked, uncontended")
    assert mutex["Median ns"] == "20.0"
    assert mutex["Counted cycles"] == "80.0"
    assert mutex["Would buy uncontended mutexes"] == "1.00 [1.00, 1.00]"
    assert mutex["Published ns [source]"] == "17.1 to 42.4 [3]; 16.4 to 37.7 [4]"
    assert mutex["Measured with"] == "1 thread"
    assert mutex["Point"] == "contention/counter/mutex/workers:1/placement:spread"
    assert [cells[0].text for cells in sources.rows][:4] == ["[1]", "[2]", "[3]", "[4]"]
    assert "4 machines: " in sources.rows[2][3].text


def test_a_missing_unit_has_its_reason_in_the_row(priced: Run) -> None:
    cells = row(price_tables(priced)[0], "wake-up of a sleeping thread, futex")
    assert cells["Counted cycles"] == "\u2013"
    assert cells["Measured with"] == "2 threads spread over the cores"
    assert "the time of a part" in cells["Why something is missing"]
    assert cells["Published ns [source]"] == "1,000 to 3,000 [10]"


def test_a_price_says_at_which_parameters_it_was_measured(priced: Run) -> None:
    cells = row(price_tables(priced)[0], "process by fork, 100 MiB resident")
    assert cells["Measured with"] == "1 thread, resident 100 MiB"


def test_that_nothing_was_counted_is_said_once(uncounted: Run) -> None:
    table = price_tables(uncounted)[0]
    assert table.caption.endswith("; no cycles were counted in this run")
    assert {cells[-1].text for cells in table.rows} == {""}


def test_the_tables_are_among_those_of_the_run(priced: Run) -> None:
    assert run_tables(priced)[:2] == price_tables(priced)


def test_records_have_full_precision_and_reasons(loaded: Loaded) -> None:
    priced = Priced(counts=False, rounds=3)
    priced.experiment("custom/parser", "scalar")
    priced.point("custom/parser", "scalar", 1, 7.123456789)
    (record,) = price_records(loaded(priced.run.document()))
    assert record["ns"] == 7.123456789
    assert record["low"] is None
    assert record["why_no_interval"] == "3 launches are too few for 95 %"
    assert record["cycles"] is None
    assert "no performance counters" in str(record["why_no_cycles"])
    assert record["why_no_mutexes"] == "this run did not measure a mutex with one worker"


def test_the_page_shows_the_section_with_what_it_lacks_and_where_prices_come_from(priced: Run) -> None:
    page = html.fromstring(report_page(priced))
    (section,) = page.xpath("//section[@id='prices']")
    text = " ".join(section.text_content().split())
    assert len(section.xpath(".//figure")) == 2
    assert f"Line from one core to another, other socket: {NO_SOCKET}." in text
    assert "Load that hits the first-level cache: not in this run." in text
    (absent,) = section.xpath("./details[@class='absence']/summary/text()")
    prices = price_list(priced)
    assert absent == f"{len(prices.unpriced) + len(prices.missing)} costs without a price, and why"
    links = section.xpath(".//p[starts-with(., 'From ')]/a/@href")
    assert len(links) == 5
    assert all(page.xpath(f"//*[@id='{link[1:]}']") for link in links)


def test_a_run_without_a_price_has_no_section(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/parser", "scalar")
    priced.run.point("custom/parser", "scalar", 1, skip="needs a file")
    run = loaded(priced.run.document())
    assert price_list_of(run) == PriceSection()
    assert not html.fromstring(report_page(run)).xpath("//section[@id='prices']")
