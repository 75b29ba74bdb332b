"""Does each page of the gallery say what is odd about its run, in words, and nothing that is not so?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from described_run import write_run
from gallery.odd_runs import LOST, NO_SECOND_CORE, NO_SYSCALL, ODD_RUNS, SIGNAL
from lxml import html as markup

from latchmark.loading import load
from latchmark.pages import compare_page, report_page

LARGEST_PAGE_BYTES = 5_000_000


class Page:
    """What a reader without script sees: the words of a page, and the rows of its tables."""

    def __init__(self, text: str) -> None:
        self.size = len(text.encode())
        self.root = markup.fromstring(text)
        for unseen in self.root.xpath("//script | //style"):
            unseen.drop_tree()

    def words(self, path: str = "//body") -> str:
        """All words below the first element of the path."""
        return " ".join(" ".join(self.root.xpath(path)[0].itertext()).split())

    def rows(self) -> Iterator[list[str]]:
        """The cells of each row of each table."""
        for row in self.root.xpath("//table//tr"):
            yield [" ".join(cell.text_content().split()) for cell in row]

    def rows_of(self, word: str) -> list[list[str]]:
        """The rows that have a cell of just this word."""
        return [cells for cells in self.rows() if word in cells]


class Gallery:
    """The pages by their names, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages: dict[str, Page] = {}

    def __getitem__(self, name: str) -> Page:
        if name not in self._pages:
            runs = [
                load(write_run(document, self._folder / f"{name}-{number}.json"))
                for number, document in enumerate(ODD_RUNS[name]())
            ]
            self._pages[name] = Page(report_page(runs[0]) if len(runs) == 1 else compare_page(runs))
        return self._pages[name]


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    return Gallery(tmp_path_factory.mktemp("gallery"))


def test_without_counters_each_role_has_its_reason_and_no_value(gallery: Gallery) -> None:
    page = gallery["no-counters"]
    assert "6 of 6 counter roles without a value" in page.words()
    assert "0 of 6 roles available" in page.words()
    assert NO_SYSCALL in page.words("//section[@id='absent']")
    assert "no cycles were counted" in page.words("//section[@id='prices']")
    for role in ("cycles", "cross_core_loads", "involuntary_switches"):
        assert all(re.fullmatch(r"[\d.,]+", cell) is None for row in page.rows_of(role) for cell in row), role


def test_without_counters_times_are_told_all_the_same(gallery: Gallery) -> None:
    assert "mutex costs " in gallery["no-counters"].words()


def test_a_failed_verify_is_the_first_thing_that_fails(gallery: Gallery) -> None:
    words = gallery["failed-verifies"].words()
    assert re.search(r"2 fail\s?: Correctness at 5 points, Launches at 1", words)
    answers = [row for row in gallery["failed-verifies"].rows() if row[1:2] in (["fail"], ["warn"])]
    assert answers[0][0] == "Correctness"
    assert LOST in answers[0][2]


def test_wrong_work_is_told_before_any_finding(gallery: Gallery) -> None:
    findings = gallery["failed-verifies"].words("//section[@aria-labelledby='findings-heading']")
    assert findings.startswith(
        "What this run found cas_loop of contention/counter did not do its work in 24 launches; it has no"
        " number. mutex of contention/counter did not do its work in 1 launch; the numbers of its other 23"
        " launches may be wrong too. "
    )


def test_launches_that_failed_alike_are_told_once(gallery: Gallery) -> None:
    absent = gallery["failed-verifies"].words("//section[@id='absent']")
    assert "26 failed launches" in absent
    assert absent.count(LOST) == 5
    assert f"6 launches verify failed, in rounds 1 to 6: {LOST}" in absent
    assert f"1 launch verify failed, in round 3: {LOST}" in absent


def test_what_failed_its_verify_has_no_number_in_any_table(gallery: Gallery) -> None:
    rows = gallery["failed-verifies"].rows_of("cas_loop")
    assert len(rows) >= 8, "its four points, in the table of its experiment and in that of all"
    for row in rows:
        assert LOST in row[-1]
        # Its workers, and that 0 launches came to an end.
        assert {cell for cell in row if re.match(r"\d", cell)} <= {"0", "1", "2"}, row


def test_what_failed_its_verify_is_in_no_finding_and_no_price(gallery: Gallery) -> None:
    page = gallery["failed-verifies"]
    for section in ("//ol[@class='findings']", "//section[@id='prices']"):
        assert "cas_loop" not in page.words(section)
    assert re.search(r"cas_loop (costs|takes)", page.words()) is None


def test_on_one_cpu_nobody_works_at_the_same_time(gallery: Gallery) -> None:
    page = gallery["one-cpu"]
    assert "1 socket, 1 core, 1 CPU" in page.words()
    assert f"5 points: {NO_SECOND_CORE}" in page.words("//section[@id='absent']")
    findings = page.words("//section[@aria-labelledby='findings-heading']")
    assert "taking turns on one CPU" in findings
    assert "spread over the cores" not in findings


def test_on_one_cpu_the_pitfalls_are_named_with_what_they_would_take(gallery: Gallery) -> None:
    pitfalls = gallery["one-cpu"].words("//section[@id='pitfalls']")
    assert re.match(r"\d+ pitfalls, none measured here Not measured in this run: \d+ pitfalls", pitfalls)
    assert f"{NO_SECOND_CORE[:1].upper()}{NO_SECOND_CORE[1:]}." in pitfalls
    assert "--filter '^false_sharing/counters/'" not in pitfalls


def test_without_intervals_the_prices_have_no_brackets_in_brackets(gallery: Gallery) -> None:
    text = gallery["incomplete"].words("//section[@id='prices']")
    assert "(no interval" not in text.split("No cycles", 1)[0]
    assert "Where no interval stands: 4 launches are too few for 95 %; 3 launches are too few" in text


def test_on_192_cpus_the_machine_is_told_and_the_page_stays_small(gallery: Gallery) -> None:
    page = gallery["192-cpus"]
    assert "2 sockets, 96 cores, 192 CPUs, 8 last-level caches" in page.words()
    assert "384 threads on 192 CPUs" in page.words()
    assert page.size <= LARGEST_PAGE_BYTES
    assert "between sockets (3 pairs" in page.words()


def test_an_incomplete_run_says_why_and_how_to_resume_it(gallery: Gallery) -> None:
    page = gallery["incomplete"]
    assert f"Incomplete ({SIGNAL})" in page.words()
    resume = "Resume it with `scripts/latchmark run --resume results/stopped`."
    ended = f"The run ended before its last planned launch ({SIGNAL}). {resume}"
    assert ended in page.words("//section[@id='absent']")
    assert resume in page.words("//section[@aria-labelledby='findings-heading']")


def test_what_an_incomplete_run_never_launched_has_that_reason(gallery: Gallery) -> None:
    page = gallery["incomplete"]
    for variant in ("empty", "clock_read"):
        rows = page.rows_of(variant)
        assert rows
        assert all(row[-1] == f"never launched: {SIGNAL}" for row in rows)
    assert "32 of 34 points have a value" in page.words()
    assert "in 4 of 6 rounds" in page.words()


def test_three_launches_make_no_interval(gallery: Gallery) -> None:
    findings = gallery["incomplete"].words("//section[@aria-labelledby='findings-heading']")
    assert "No difference was shown with an interval" in findings
    assert "3 launches are too few for 95 %" in findings
    assert re.search(r"\[[\d.]+, [\d.]+\]", findings) is None


def test_disjoint_machines_have_nothing_to_compare(gallery: Gallery) -> None:
    page = gallery["disjoint"]
    why = "its plan and that of sharing-2c have none in common"
    assert f"No point of messaging-4c can be compared: {why}." in page.words()
    ratios = [cell for row in page.rows() for cell in row if re.match(r"[\d.]+\u00d7", cell)]
    assert ratios == []
    assert "fastest" not in page.words("//main").split("Method and definitions")[0].lower()


def test_disjoint_machines_keep_their_own_values(gallery: Gallery) -> None:
    page = gallery["disjoint"]
    for variant, reason in (
        ("packed", "messaging-4c: not in this run's plan"),
        ("pipe", "sharing-2c: not in this run's plan"),
    ):
        assert all(row[-1] == reason for row in page.rows_of(variant)), variant
        assert any(re.match(r"[\d,.]+ \[", cell) for row in page.rows_of(variant) for cell in row), variant
