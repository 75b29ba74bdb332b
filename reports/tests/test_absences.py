"""Is what could not be measured said once a reason, with all whom it concerns?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from counted_run import counted_run
from described_run import DescribedRun

from latchmark.findings import absences_of
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


def test_a_long_list_of_roles_is_counted(loaded: Load) -> None:
    run = DescribedRun()
    for index in range(9):
        run.role(f"role_{index}")
    run.experiment("false_sharing/counters", ("padded",))
    (absence,) = absences_of(loaded(run.document()))
    assert absence.sentence.startswith(
        "role_0, role_1, role_2, role_3 and 5 more roles: this virtual machine"
    )
    assert len(absence.names) == 9


def test_absences_are_one_sentence_a_reason(quick: Run) -> None:
    sentences = [absence.sentence for absence in absences_of(quick)]
    assert sentences == [
        "cycles, instructions, cross_core_loads and cross_core_rfos: this virtual machine offers no"
        " performance counters: run on bare metal, or ask for a virtual PMU",
        "context_switches: perf_event_paranoid is 3: needs 1, or CAP_PERFMON",
        "4 points skipped (false_sharing/counters/packed/workers:2/placement:same_core, …): needs two"
        " hardware threads on one core; this machine has one",
        "1 launch failed (false_sharing/counters/packed/workers:2/placement:spread): crashed: killed by"
        " signal 9 (SIGKILL)",
    ]


def without_cycles(document: dict[str, Any], fewest: int = 0) -> dict[str, Any]:
    """As where the kernel refuses a worker its cycles, the launches of the first rounds apart."""
    for launch in document["launches"]:
        for role, name in (("cycles", "perf::CYCLES"), ("instructions", "perf::INSTRUCTIONS")):
            if launch["round"] >= fewest:
                why = f"worker 1 of 2: {name} was open but never ran"
                launch["readings"][role] = {
                    "status": "never_scheduled",
                    "value": None,
                    "per_worker": [],
                    "why": why,
                }
    return document


def test_what_launches_could_not_count_is_one_absence_a_status(loaded: Load) -> None:
    found = absences_of(loaded(without_cycles(counted_run(rounds=8).document(), 6)))
    (absence,) = [one for one in found if one.what == "readings"]
    assert absence.names == ("cycles", "instructions")
    assert absence.sentences == (
        "cycles and instructions: never scheduled in 8 of 32 launches that asked for them, at 4 points:"
        " worker 1 of 2: perf::CYCLES was open but never ran; and 1 more reason",
        "cycles: worker 1 of 2: perf::CYCLES was open but never ran (8 launches)",
        "instructions: worker 1 of 2: perf::INSTRUCTIONS was open but never ran (8 launches)",
    )


def test_a_role_that_the_machine_lacks_is_no_reading_that_failed(loaded: Load) -> None:
    document = without_cycles(counted_run().document())
    for role in document["counters"]["roles"]:
        if role["role"] in ("cycles", "instructions"):
            role |= {"status": "no_pmu", "tier": None, "why": "no PMU"}
    found = absences_of(loaded(document))
    assert ("counters", ("cycles", "instructions")) in [(one.what, one.names) for one in found]
    assert "readings" not in {one.what for one in found}
