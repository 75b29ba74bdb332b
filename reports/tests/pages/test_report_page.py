"""Does the page of a run say what the run holds, whatever its names, and the same every time?"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from described_run import DescribedRun, large_run, write_run
from pages.page_runs import HOSTILE_TEXTS, rich_run, with_texts_replaced

from latchmark.cautions import cautions_of
from latchmark.findings import Finding, FindingKind, findings_of
from latchmark.model import Run
from latchmark.pages import report_page
from latchmark.pages.numbers import all_numbers
from latchmark.pages.of_run import again, page_of, size_of
from latchmark.pages.rendering import embedded_json
from latchmark.pages.trust import Answer, checks_of

Loaded = Callable[[dict[str, Any]], Run]
LARGEST_PAGE_BYTES = 5_000_000
LARGEST_SCRIPT_BYTES = 15_000


class Outline(HTMLParser):
    """What a page consists of: elements with attributes, headings, and the text of each element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    from latchmark.loading import load

    return report_page(load(write_run(rich_run(), tmp_path_factory.mktemp("page") / "run.json")))


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    outline = Outline(page)
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(set(ids)) == len(ids)
    links = [str(attributes["href"])[1:] for attributes in outline.all("a")]
    labels = [
        name
        for _, attributes in outline.elements
        for name in str(attributes.get("aria-labelledby") or "").split()
    ]
    assert set(links) | set(labels) <= set(ids)


def test_headings_are_in_order_and_there_is_one_title(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Outline(page).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_table_has_a_caption_and_every_header_a_scope(page: str) -> None:
    outline = Outline(page)
    assert len(outline.all("caption")) == len(outline.all("table")) > 8
    assert all(attributes.get("scope") in ("col", "row") for attributes in outline.all("th"))


def test_what_scrolls_can_be_reached_by_keyboard_in_every_browser(page: str) -> None:
    scrolled = [one for _, one in Outline(page).elements if one.get("class") == "scroll"]
    assert len(scrolled) > 8
    assert all(one["tabindex"] == "0" and one["role"] == "region" and one["aria-label"] for one in scrolled)


def test_the_page_asks_for_nothing_from_outside(page: str) -> None:
    outline = Outline(page)
    assert not outline.all("link")
    assert not outline.all("img")
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    policy = next(one["content"] for one in outline.all("meta") if "http-equiv" in one)
    assert str(policy).startswith("default-src 'none'")


def test_the_script_is_small_and_the_only_one(page: str) -> None:
    kinds = [attributes.get("type") for attributes in Outline(page).all("script")]
    assert kinds == ["application/json", None]
    script = page[page.rindex("<script>") : page.rindex("</script>")]
    assert len(script.encode()) < LARGEST_SCRIPT_BYTES


def test_embedded_data_has_every_launch(page: str) -> None:
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert text is not None
    document = json.loads(text[1])
    expected = rich_run()
    columns = [point["launches"] for point in document["points"]]
    assert sum(len(one["order"]) for one in columns) == len(expected["launches"])
    (lost,) = [one for one in columns if "crashed" in one["status"]]
    times_ns = dict(zip(lost["status"], lost["metrics"]["time_per_operation"], strict=True))
    assert times_ns["crashed"] is None
    assert times_ns["ok"] > 0


def test_embedded_data_cannot_end_its_element() -> None:
    text = embedded_json({"name": "<!--<script></script>"})
    assert "<" not in text
    assert json.loads(text) == {"name": "<!--<script></script>"}


def test_what_could_not_be_measured_is_named_with_its_reason(page: str) -> None:
    text = page[page.index('id="absent"') : page.index('class="family"')]
    assert (
        "false_sharing/counters/packed/workers:4/placement:spread</code>, round 3: crashed, killed by" in text
    )
    assert "3 points: needs two sockets; this machine has one" in text
    assert "2 counter roles: this virtual machine offers no performance counters" in text


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


def test_checks_answer_in_words_and_silence_is_no_pass(loaded: Loaded) -> None:
    run = loaded(rich_run())
    answers = {check.subject: check for check in checks_of(run, cautions_of(run))}
    assert answers["Launches"].answer is Answer.FAIL
    assert "killed by signal 11" in answers["Launches"].seen
    assert answers["Virtual machine"].answer is Answer.WARN
    assert answers["Correctness"].answer is Answer.PASS
    assert answers["Throttling"].answer is Answer.NOT_KNOWN, "no launch could count it"
    assert answers["Governor"].answer is Answer.NOT_KNOWN
    assert answers["Steal"].answer is Answer.PASS


def test_a_check_that_could_not_have_fired_does_not_pass(loaded: Loaded) -> None:
    described = DescribedRun(rounds=5)
    described.role("page_faults", "counted", None, "software")
    described.experiment("locks/all", ("mutex", "ticket"), ties=("mutex", "ticket"))
    for variant in ("mutex", "ticket"):
        described.point("locks/all", variant, 1, 5.0, readings_per_operation={"page_faults": 0.0})
        described.point("locks/all", variant, 4, 5.0, placement="oversubscribed")
    run = loaded(described.document())
    checks = {check.subject: check for check in checks_of(run, ())}
    for subject, why in (
        ("Controls", "no control has an interval: it takes six rounds"),
        ("Overlap", "no team had a CPU for each of its workers"),
        ("Preemption", "no launch counted involuntary switches"),
        ("Drift", "it takes 6 rounds with values; there are 5"),
        ("Modes", "no point has the 9 launches it takes"),
        ("Counters", "no launch counted anything in hardware"),
        ("Other load", "not recorded"),
    ):
        assert (checks[subject].answer, checks[subject].seen) == (Answer.NOT_KNOWN, why), subject


def test_the_same_checks_pass_where_they_looked(loaded: Loaded) -> None:
    described = DescribedRun(rounds=9)
    described.role("cycles", "counted", None, "uarch")
    described.role("involuntary_switches", "counted", None, "rusage")
    described.experiment("locks/all", ("mutex", "ticket"), ties=("mutex", "ticket"))
    counts = {"cycles": 10.0, "involuntary_switches": 0.0}
    for variant in ("mutex", "ticket"):
        for workers in (1, 2):
            described.point("locks/all", variant, workers, 5.0, readings_per_operation=counts)
    run = loaded(described.document())
    checks = {check.subject: check.answer for check in checks_of(run, cautions_of(run))}
    for subject in ("Controls", "Overlap", "Preemption", "Drift", "Modes", "Counters"):
        assert checks[subject] is Answer.PASS, subject


def test_a_window_that_is_counted_and_not_timed_is_told(loaded: Loaded) -> None:
    described = DescribedRun()
    described.experiment("locks/all", ("mutex",))
    described.point("locks/all", "mutex", 2, 5.0)
    document = described.document()
    assert "not timed" not in dict(page_of(loaded(document)).what_ran)["Launch"]
    for launch in document["launches"]:
        launch["windows"]["counted_from"] = len(launch["windows"]["operations"]) - 1
    assert "the last one counted and not timed, after" in dict(page_of(loaded(document)).what_ran)["Launch"]


def test_nothing_passes_for_launches_that_all_crashed(loaded: Loaded) -> None:
    described = DescribedRun()
    described.experiment("locks/all", ("mutex",))
    crashes = dict.fromkeys(range(6), ("crashed", "killed by signal 11 (SIGSEGV)"))
    described.point("locks/all", "mutex", 2, 5.0, fail=crashes)
    run = loaded(described.document())
    page = page_of(run)
    passed = {check.subject for check in page.checks if check.answer is Answer.PASS}
    assert passed == {"Completeness", "Build"}
    assert page.lede.startswith("0 of 1 point have a value")


def test_an_incomplete_run_claims_only_what_it_did(loaded: Loaded) -> None:
    document = rich_run()
    document["launches"] = [launch for launch in document["launches"] if launch["round"] < 2][:-1]
    document["run"] |= {"complete": False, "incomplete_reason": "interrupted"}
    page = report_page(loaded(document))
    assert "in 2 of 6 rounds, each a fresh process" in page
    assert "was to launch every point once" in page
    assert "The run ended before its last planned launch (interrupted)." in page
    assert "Each of the 6 rounds launched every point once" in report_page(loaded(rich_run()))


@pytest.mark.parametrize(
    ("launches", "run", "answer", "seen"),
    [
        (0.0, {"load_1m": 2.0}, Answer.PASS, "most launches had the machine to themselves"),
        (1.0, {}, Answer.WARN, "others were runnable in 6 of 6 launches"),
        (0.0, {"load_1m": 2.5}, Answer.WARN, "a load of 2.50 at the end"),
        (None, {"foreign_load": 0.0}, Answer.PASS, "nothing else at either end of the run"),
        (None, {"foreign_load": 3.0}, Answer.WARN, "3.00 others were runnable"),
        (None, {"foreign_load": {"why": "no /proc"}}, Answer.NOT_KNOWN, "no /proc"),
    ],
)
def test_other_load_is_a_check_and_a_suspect(
    loaded: Loaded, launches: float | None, run: dict[str, Any], answer: Answer, seen: str
) -> None:
    described = DescribedRun()
    described.disturbance = run
    described.experiment("locks/all", ("mutex",))
    load = {} if launches is None else {"foreign_load": launches}
    described.point("locks/all", "mutex", 2, 5.0, disturbance={"chain_drift": [0.05, 0.0], **load})
    measured = loaded(described.document())
    checks = {check.subject: check for check in checks_of(measured, cautions_of(measured))}
    assert checks["Other load"].answer is answer
    assert checks["Other load"].seen.startswith(seen)
    assert checks["Frequency"].answer is Answer.WARN
    assert checks["Frequency"].remedy.startswith("First stop other work") is (answer is Answer.WARN)


def test_a_setting_that_disturbs_is_a_warning(loaded: Loaded) -> None:
    document = rich_run()
    document["machine"]["soft_key"] |= {"governor": "powersave", "turbo": "off", "numa_balancing": "on"}
    run = loaded(document)
    answers = {check.subject: check.answer for check in checks_of(run, ())}
    assert (answers["Governor"], answers["Turbo"]) == (Answer.WARN, Answer.PASS)
    assert answers["NUMA balancing"] is Answer.WARN


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


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=["all", "comment"])
def test_hostile_texts_stay_texts(loaded: Loaded, text: str) -> None:
    page = report_page(loaded(with_texts_replaced(rich_run(rounds=2), text)))
    plain = Outline(report_page(loaded(rich_run(rounds=2))))
    outline = Outline(page)
    # Not one element more than with harmless names: whatever was smuggled in is text.
    assert [tag for tag, _ in outline.elements if tag == "script"] == ["script", "script"]
    assert sum(tag == "b" for tag, _ in outline.elements) == 0
    assert len(outline.all("table")) == len(plain.all("table"))
    assert "</html>" in page
    page.encode()


def test_texts_that_may_be_empty_may_be(loaded: Loaded) -> None:
    document = rich_run(rounds=2)
    for experiment in document["experiments"]:
        experiment |= {"mechanism": "", "question": "", "operation": ""}
        for variant in experiment["variants"]:
            variant["summary"] = ""
    document["run"]["command"] = []
    document["suite"]["commit"] = ""
    assert "</html>" in report_page(loaded(document))


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


def test_the_same_run_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    path = write_run(rich_run(rounds=2), tmp_path / "run.json")
    program = (
        "import sys; from pathlib import Path; from latchmark.loading import load;"
        "from latchmark.pages import report_page; sys.stdout.write(report_page(load(Path(sys.argv[1]))))"
    )
    pages = []
    for seed in ("1", "2"):
        reports = str(Path(__file__).parents[2])
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": reports,
            "PYTHONIOENCODING": "utf-8",
        }
        command = [sys.executable, "-c", program, str(path)]
        pages.append(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)
    assert pages[0] == pages[1]
    assert len(pages[0]) > 100_000


def test_a_page_of_the_largest_preset_is_within_its_budget(loaded: Loaded) -> None:
    run = loaded(large_run(workers=8, points=300, launches=10, windows=1))
    assert len(report_page(run).encode()) < LARGEST_PAGE_BYTES
