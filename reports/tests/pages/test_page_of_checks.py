"""Do the checks of a page pass only where they looked and saw nothing?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from described_run import DescribedRun
from pages.page_runs import rich_run

from latchmark.cautions import Caution, CautionName, cautions_of
from latchmark.cautions.trust import Answer, checks_of
from latchmark.model import Run
from latchmark.pages.of_run import page_of

Loaded = Callable[[dict[str, Any]], Run]


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


def test_a_check_says_how_far_what_it_saw_reaches(loaded: Loaded) -> None:
    run = loaded(rich_run(rounds=1))

    def steal(*places: str) -> tuple[str, int, str]:
        seen = [Caution(CautionName.STEAL, where, "2 % stolen", "it waits", "Run alone") for where in places]
        (check,) = (one for one in checks_of(run, seen) if one.subject == "Steal")
        return check.seen, check.places, check.noun

    point, other = run.points[0].name, run.points[1].name
    assert steal("")[:2] == ("2 % stolen: it waits", 0)
    assert steal("", point) == ("2 % stolen (and at 1 point): it waits", 1, "point")
    assert steal(point) == (f"2 % stolen ({point}): it waits", 1, "point")
    assert steal(point, other) == (f"2 % stolen ({point}, and 1 other): it waits", 2, "point")
    assert steal(run.experiments[0].name)[1:] == (1, "experiment")


def test_a_setting_that_disturbs_is_a_warning(loaded: Loaded) -> None:
    document = rich_run()
    document["machine"]["soft_key"] |= {"governor": "powersave", "turbo": "off", "numa_balancing": "on"}
    run = loaded(document)
    answers = {check.subject: check.answer for check in checks_of(run, ())}
    assert (answers["Governor"], answers["Turbo"]) == (Answer.WARN, Answer.PASS)
    assert answers["NUMA balancing"] is Answer.WARN
