"""Are derived figures what their readings say, with the worst of their statuses, and of one launch alone?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from counted_run import VENDORS, control, counted_run
from described_run import DescribedRun
from hypothesis import given
from hypothesis import strategies as st

from latchmark.model import Launch, LaunchStatus, Point, Reading, ReadingStatus, Run, Unavailable, Windows
from latchmark.statistics import (
    TRANSFERS,
    Derived,
    Measure,
    Summary,
    derived_of,
    derived_reading,
    finished_launches,
    measures_of,
    summary_of_measure,
)

Load = Callable[[dict[str, Any]], Run]
OPERATIONS = 1000


def measure_named(run: Run, name: str) -> Measure:
    return next(one for one in measures_of(run) if one.name == name)


def point_of(run: Run, variant: str, workers: int) -> Point:
    return next(point for point in run.points if (point.variant, point.workers) == (variant, workers))


def known(summary: Summary | Unavailable) -> Summary:
    assert isinstance(summary, Summary), summary
    return summary


@pytest.mark.parametrize(
    ("vendor", "taken", "counted"),
    [
        # The larger of loads and ownership requests; the sum of two origins; what victims lost.
        ("intel", 0.97, "max(spr::MEM_LOAD_L3_HIT_RETIRED:XSNP_FWD, spr::OCR:DEMAND_RFO_L3_HIT_SNOOP_HITM)"),
        ("amd", 1.94, "(zen4::DEMAND_FILLS:NEAR_CACHE + zen4::DEMAND_FILLS:FAR_CACHE)"),
        ("arm", 0.97, "arm_n1::L1D_CACHE_INVAL"),
    ],
)
def test_transfers_by_vendor(loaded: Load, vendor: str, taken: float, counted: str) -> None:
    run = loaded(counted_run(vendor).document())
    transfers = measure_named(run, TRANSFERS)
    summary = known(summary_of_measure(run, point_of(run, "packed", 2), transfers))
    assert summary.median == pytest.approx(taken)
    # Every second launch counts the other group.
    assert (summary.n, finished_launches(run, run.points[0])) == (4, 8)
    assert transfers.source == f"{counted} / operation"
    assert transfers.caveat


def test_the_ratios(loaded: Load) -> None:
    run = loaded(counted_run().document())
    packed = point_of(run, "packed", 2)
    expected = {
        "ipc": 6.0 / 162.0,
        "kernel_cycle_share": 0.16 / 162.16,
        "effective_ghz": 162.16 / 43.3,
        "stalls_store_bound_share": 105.0 / 162.0,
    }
    for name, value in expected.items():
        assert known(summary_of_measure(run, packed, measure_named(run, name))).median == pytest.approx(value)
    # It was never asked for, so it is not even absent.
    assert "frequency_to_nominal" not in {one.name for one in measures_of(run)}
    assert measure_named(run, "ipc").source == "perf::INSTRUCTIONS / perf::CYCLES"
    kernel = measure_named(run, "kernel_cycle_share")
    assert kernel.source == "perf::CYCLES:kernel / (perf::CYCLES + perf::CYCLES:kernel)"


def test_effective_frequency_takes_both_scopes(loaded: Load) -> None:
    described = counted_run()
    kernel = next(role for role in described.roles if role["role"] == "cycles:kernel")
    kernel |= {"status": "not_permitted", "why": "perf_event_paranoid is 2", "source": None, "tier": None}
    document = described.document()
    for launch in document["launches"]:
        del launch["readings"]["cycles:kernel"]
    run = loaded(document)
    answer = summary_of_measure(run, run.points[0], measure_named(run, "effective_ghz"))
    assert answer == Unavailable("cycles:kernel: perf_event_paranoid is 2")


def test_stalls_in_the_kernel_are_of_its_own_cycles(loaded: Load) -> None:
    described = DescribedRun()
    for role in ("cycles", "cycles:kernel", "stalls_backend:kernel"):
        described.role(role, "counted", None, "uarch")
    described.experiment("waiting/futex", ("futex",))
    counts = {"cycles": 10.0, "cycles:kernel": 40.0, "stalls_backend:kernel": 10.0}
    described.point("waiting/futex", "futex", 1, 5.0, readings_per_operation=counts)
    run = loaded(described.document())
    share = measure_named(run, "stalls_backend_share:kernel")
    assert known(summary_of_measure(run, run.points[0], share)).median == pytest.approx(0.25)


def test_where_one_group_never_holds_both_fills_the_nearer_ones_are_told(loaded: Load) -> None:
    document = counted_run("amd").document()
    for launch in document["launches"]:
        launch["readings"].pop("demand_fills_other_node", None)
    run = loaded(document)
    transfers = measure_named(run, TRANSFERS)
    assert transfers.source == "zen4::DEMAND_FILLS:NEAR_CACHE / operation"
    assert "nor are those between nodes" in transfers.caveat
    summary = known(summary_of_measure(run, point_of(run, "packed", 2), transfers))
    assert summary.median == pytest.approx(0.97)


def test_half_of_a_formula_is_no_value(loaded: Load) -> None:
    document = counted_run().document()
    for launch in document["launches"]:
        launch["readings"].pop("cross_core_rfos", None)
    run = loaded(document)
    answer = summary_of_measure(run, run.points[0], measure_named(run, TRANSFERS))
    assert isinstance(answer, Unavailable)
    assert "no counter group" in answer.reason


def test_a_role_that_failed_its_control_has_no_value_wherever_it_is_used(loaded: Load) -> None:
    described = counted_run()
    described.counters["control"] = [control("cross_core_rfos", "failed")]
    run = loaded(described.document())
    answer = summary_of_measure(run, run.points[0], measure_named(run, TRANSFERS))
    assert isinstance(answer, Unavailable)
    assert answer.reason.startswith("cross_core_rfos: did not react in the positive control")
    assert "cross_core_rfos" not in {one.name for one in measures_of(run)}


DEFINITIONS = (
    Derived("a", "a", "", "", "", above=("x", "y"), combined="max"),
    Derived("b", "b", "", "", "", above=("x", "y")),
    Derived("c", "c", "", "", "", above=("x",), below=("x", "y")),
    Derived("d", "d", "", "", "", above=("x", "y"), below=("z",)),
)
# Half of them with a value, or two of a kind would hardly meet.
STATUSES = st.one_of(
    st.sampled_from([ReadingStatus.COUNTED, ReadingStatus.SCALED]), st.sampled_from(ReadingStatus)
)
AMOUNTS = st.floats(1e-3, 1e12)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """Any answer of one role: a value where the status has one, else the reason."""
    status = draw(STATUSES)
    if not status.has_value:
        return Reading(status, Unavailable(f"because {status}"), (None,), None)
    amount = draw(AMOUNTS)
    share = 1.0 if status is ReadingStatus.COUNTED else draw(st.floats(0.2, 0.999))
    return Reading(status, amount, (amount,), share)


def launch_with(found: dict[str, Reading]) -> Launch:
    windows = Windows(((OPERATIONS,),), ((1,),), (1.0,))
    return Launch(0, "head", 0, 0, LaunchStatus.OK, None, {}, windows, found, {}, None, ())


@given(st.sampled_from(DEFINITIONS), st.dictionaries(st.sampled_from("xyz"), readings()))
def test_the_worst_status_is_inherited_and_nothing_becomes_zero(
    derived: Derived, found: dict[str, Reading]
) -> None:
    reading = derived_reading(launch_with(found), derived)
    if not set(derived.inputs) <= found.keys():
        assert reading is None
        return
    inputs = [found[role] for role in derived.inputs]
    assert reading is not None
    assert reading.status.badness == max(one.status.badness for one in inputs)
    lacking = [one for one in inputs if isinstance(one.value, Unavailable)]
    if lacking:
        worst = max(lacking, key=lambda one: one.status.badness)
        assert isinstance(worst.value, Unavailable)
        assert isinstance(reading.value, Unavailable)
        assert reading.value.reason.endswith(f": {worst.value.reason}")
        assert not reading.may_gate
    else:
        assert isinstance(reading.value, float)
        assert reading.value > 0
        assert reading.may_gate == all(one.may_gate for one in inputs)
        assert reading.running_share == min(one.running_share or 1.0 for one in inputs)


@given(st.tuples(AMOUNTS, AMOUNTS))
def test_a_share_lies_within_the_whole(amounts: tuple[float, float]) -> None:
    x, y = (Reading(ReadingStatus.COUNTED, amount, (amount,), 1.0) for amount in amounts)
    reading = derived_reading(launch_with({"x": x, "y": y}), DEFINITIONS[2])
    assert reading is not None
    assert isinstance(reading.value, float)
    assert 0 <= reading.value <= 1


def test_nothing_counted_below_is_a_reason_and_no_division() -> None:
    zero = Reading(ReadingStatus.COUNTED, 0.0, (0.0,), 1.0)
    for derived in DEFINITIONS[2:]:
        reading = derived_reading(launch_with({"x": zero, "y": zero, "z": zero}), derived)
        assert reading is not None
        assert isinstance(reading.value, Unavailable)
        assert reading.value.reason.endswith("counted 0")


def test_every_definition_says_what_it_is(loaded: Load) -> None:
    for vendor in VENDORS:
        described = counted_run(vendor)
        described.role("ref_cycles", "counted", None, "generic", unit="cycles")
        names = [one.name for one in derived_of(loaded(described.document()))]
        assert len(set(names)) == len(names) >= 6
        for one in derived_of(loaded(described.document())):
            assert one.title
            assert one.unit
            assert one.meaning
            assert one.caveat
