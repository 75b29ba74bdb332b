"""Do the counts that differ go with a difference, and no others?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from counted_run import QEMU, control, counted_run
from described_run import TIME, DescribedRun
from sharing_run import false_sharing, of_kind

from latchmark.findings import FindingKind, findings_of
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


def test_readings_go_with_it(loaded: Load) -> None:
    run = false_sharing(
        readings_per_operation={"cycles": 120.0, "cross_core_loads": 0.97},
        padded={"readings_per_operation": {"cycles": 20.0, "cross_core_loads": 0.0}},
    )
    (text,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert text.endswith(" 0.970 cross_core_loads per operation against 0 go with it.")


def test_readings_that_are_alike_explain_nothing(loaded: Load) -> None:
    alike = {"readings_per_operation": {"cycles": 20.0, "cross_core_loads": 0.001}}
    (text,) = of_kind(loaded(false_sharing(padded=alike, **alike).document()), FindingKind.VARIANTS)
    assert text.endswith(" No reading goes with it: cycles and cross_core_loads are alike per operation.")


def explained(described: DescribedRun, load: Load) -> str:
    """What goes with the cost of sharing."""
    (finding,) = [one for one in findings_of(load(described.document())) if one.kind is FindingKind.VARIANTS]
    return finding.explanation or ""


def test_derived_causes_come_before_counts(loaded: Load) -> None:
    assert explained(counted_run(script=None), loaded) == (
        "0.970 cross-core transfers per operation against 0.0100 and share of cycles in stalls_store_bound of"
        " 65 % against 0.95 % go with it (in 4 of 8 launches)."
    )


def test_a_role_says_nothing_that_its_derived_figure_has_said(loaded: Load) -> None:
    described = counted_run(script=None)
    described.counters["control"] = [control("stalls_store_bound", "failed")]
    assert explained(described, loaded) == (
        "0.970 cross-core transfers per operation against 0.0100 go with it (in 4 of 8 launches)."
    )


def test_cycles_of_an_instruction_are_told_only_when_nothing_else_differs(loaded: Load) -> None:
    described = counted_run(script=None)
    refused = ("cross_core_loads", "cross_core_rfos", "stalls_store_bound")
    described.counters["control"] = [control(role, "failed") for role in refused]
    assert explained(described, loaded) == "IPC of 0.0370 against 0.286 goes with it."


def test_counts_of_a_script_are_called_so(loaded: Load) -> None:
    assert explained(counted_run(), loaded).endswith(" These counts come from a script.")


def test_what_an_emulator_measured_carries_a_flag(loaded: Load) -> None:
    found = findings_of(loaded(counted_run(emulated=QEMU).document()))
    assert len(found) > 1
    assert all(one.flag == "emulated" and one.text.startswith("[emulated] ") for one in found)
    assert not any(one.flag for one in findings_of(loaded(counted_run().document())))


def test_cycles_are_told_only_when_nothing_else_differs(loaded: Load) -> None:
    run = false_sharing(
        readings_per_operation={"cycles": 120.0}, padded={"readings_per_operation": {"cycles": 20.0}}
    )
    (text,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert text.endswith(" 120 cycles per operation against 20.0 go with it.")


def test_what_the_workload_counted_elsewhere_goes_with_it(loaded: Load) -> None:
    tally = {
        "name": "cas_failures",
        "unit": "1/operation",
        "direction": "lower",
        "shape": "scalar",
        "meaning": "lost",
    }
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "cas_loop"), metrics=(TIME, tally))
    for variant, time_ns, failures in (("sharded", 5.0, 0.0), ("cas_loop", 80.0, 1.25)):
        run.point("contention/counter", variant, 2, [time_ns] * 6)
        counted = {"cas_failures": {"value": failures}, "time_per_operation": {"why": "slowed by counting"}}
        run.point("contention/counter", variant, 2, [time_ns] * 6, purpose="counts", metrics=counted)
    (text,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert text.endswith(" (80.0 against 5.00 ns). 1.25 cas_failures per operation against 0 go with it.")


def test_a_tally_that_one_side_alone_has_is_told(loaded: Load) -> None:
    tallies = [{**TIME, "name": name, "direction": "lower"} for name in ("cas_failures", "sleeps")]
    run = DescribedRun()
    run.experiment("contention/counter", ("fetch_add", "cas_loop"), metrics=(TIME, *tallies))
    for variant, time_ns in (("fetch_add", 5.0), ("cas_loop", 80.0)):
        run.point("contention/counter", variant, 2, [time_ns] * 6)
    counted = {"cas_failures": {"value": 0.114}, "sleeps": {"value": 0.0}}
    run.point("contention/counter", "cas_loop", 2, [200.0] * 6, purpose="counts", metrics=counted)
    (text,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert text.endswith(" ns). 0.114 cas_failures per operation in cas_loop go with it.")
