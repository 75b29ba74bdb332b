"""Does each caution about counters fire on what it is about, and stay silent beside it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from counted_run import QEMU, SCRIPT, control, counted_run

from latchmark.cautions import Caution, CautionName, cautions_of, flags_of, stand_ins_of
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]
PACKED = "false_sharing/counters/packed/workers:2/placement:spread"
USUAL = {CautionName.VIRTUAL_MACHINE, CautionName.SCRIPTED_COUNTERS}


def found(run: Run) -> dict[CautionName, list[Caution]]:
    """What fires, by name, apart from what every run of these has."""
    by_name: dict[CautionName, list[Caution]] = {}
    for caution in cautions_of(run):
        if caution.name not in USUAL:
            by_name.setdefault(caution.name, []).append(caution)
    return by_name


def readings(document: dict[str, Any], role: str) -> list[dict[str, Any]]:
    """A role's readings of the point that shares its line, which is the last one."""
    index = next(i for i, point in enumerate(document["points"]) if point["name"] == PACKED)
    launches = [launch for launch in document["launches"] if launch["point"] == index]
    return [launch["readings"][role] for launch in launches if role in launch["readings"]]


def test_a_counted_run_has_none(loaded: Load) -> None:
    for vendor in ("intel", "amd", "arm"):
        assert found(loaded(counted_run(vendor).document())) == {}


def test_what_stands_in_is_said_first(loaded: Load) -> None:
    run = loaded(counted_run(emulated=QEMU).document())
    first, second, *_ = cautions_of(run)
    assert (first.name, second.name) == (CautionName.EMULATED_MACHINE, CautionName.SCRIPTED_COUNTERS)
    assert QEMU in first.sentence
    assert SCRIPT in second.sentence
    assert [one.sentence.split(":")[0] for one in stand_ins_of(run)] == [
        f"Measured on an emulated machine ({QEMU})",
        f"Counts come from a script ({SCRIPT}), not from hardware",
    ]
    assert flags_of(run) == "emulated, scripted counts"
    real = loaded(counted_run(script=None).document())
    assert stand_ins_of(real) == ()
    assert flags_of(real) == ""


def test_a_role_that_did_not_react(loaded: Load) -> None:
    described = counted_run()
    described.counters["control"] = [
        control("cross_core_loads"),
        control("cross_core_rfos", "failed", counted=3.0),
        # What this core cannot count was never expected to react.
        control("l1d_invalidations", "failed"),
    ]
    by_name = found(loaded(described.document()))
    assert set(by_name) == {CautionName.ROLE_UNRESPONSIVE}
    (caution,) = by_name[CautionName.ROLE_UNRESPONSIVE]
    assert "cross_core_rfos (it stayed at its idle level) did not react" in caution.seen
    assert "cross_core_loads" not in caution.seen
    assert "l1d_invalidations" not in caution.seen


def test_a_role_that_the_file_itself_calls_unresponsive(loaded: Load) -> None:
    described = counted_run()
    described.counters["control"] = [control("cross_core_rfos", "failed", counted=None, times=None)]
    role = next(one for one in described.roles if one["role"] == "cross_core_rfos")
    role |= {"status": "unresponsive", "why": "it stayed idle"}
    (caution,) = found(loaded(described.document()))[CautionName.ROLE_UNRESPONSIVE]
    assert "cross_core_rfos (it stayed at its idle level)" in caution.seen


def test_a_role_that_nobody_asked(loaded: Load) -> None:
    described = counted_run()
    described.counters["control"] = [
        control("cross_core_loads", "not_run", why="needs two cores", counted=None, idle=None, times=None),
        control("l1d_invalidations", "not_run", why="needs two cores", counted=None, idle=None, times=None),
    ]
    (caution,) = found(loaded(described.document()))[CautionName.ROLE_UNCONTROLLED]
    assert caution.seen == "cross_core_loads took no part in the positive control (needs two cores)"


@pytest.mark.parametrize(("share", "fires"), [(0.94, True), (0.95, False), (1.0, False)])
def test_only_estimates_from_too_little_time(loaded: Load, share: float, fires: bool) -> None:
    document = counted_run().document()
    for reading in readings(document, "cross_core_loads"):
        reading |= {"status": "scaled", "running_share": share}
    by_name = found(loaded(document))
    assert set(by_name) == ({CautionName.SCALED_COUNTER} if fires else set())
    if fires:
        (caution,) = by_name[CautionName.SCALED_COUNTER]
        assert (caution.where, caution.seen.split(" ")[0]) == (PACKED, "cross_core_loads")
        assert "less than 95 % of the time" in caution.doubt


def test_a_role_that_launches_could_not_count(loaded: Load) -> None:
    document = counted_run().document()
    for reading in readings(document, "cross_core_loads"):
        reading |= {"status": "group_full", "value": None, "why": "opens alone"}
    by_name = found(loaded(document))
    assert set(by_name) == {CautionName.READINGS_LOST}
    (caution,) = by_name[CautionName.READINGS_LOST]
    assert (caution.where, caution.seen) == (
        PACKED,
        "4 of 8 launches could not count cross_core_loads (group full)",
    )
    # Where the machine has no such event, it is told once for the machine.
    for role in document["counters"]["roles"]:
        if role["role"] == "cross_core_loads":
            role |= {"status": "no_encoding", "tier": None, "why": "no event"}
    assert found(loaded(document)) == {}


def test_too_little_to_estimate_is_cautioned(loaded: Load) -> None:
    document = counted_run().document()
    readings(document, "cycles")[0] |= {"status": "undersampled", "value": None, "running_share": 0.1}
    assert set(found(loaded(document))) == {CautionName.SCALED_COUNTER}


def scaled(document: dict[str, Any], role: str, factor: float, every: int) -> dict[str, Any]:
    """The counts of a role times a factor, in each `every`th launch of the group of ownership requests."""
    index = next(i for i, point in enumerate(document["points"]) if point["name"] == PACKED)
    chosen = [
        launch
        for launch in document["launches"]
        if launch["point"] == index and "cross_core_rfos" in launch["readings"]
    ]
    for launch in chosen[::every]:
        reading = launch["readings"][role]
        reading["value"] *= factor
        reading["per_worker"] = [amount * factor for amount in reading["per_worker"]]
    return document


def test_anchors_that_disagree_between_groups(loaded: Load) -> None:
    run = loaded(scaled(counted_run().document(), "instructions", 1.06, 1))
    by_name = found(run)
    assert set(by_name) == {CautionName.ANCHORS_DISAGREE}
    (caution,) = by_name[CautionName.ANCHORS_DISAGREE]
    assert caution.where == PACKED
    assert caution.seen.startswith("with one counter group 6.36 instructions an operation, with another 6.00")


@pytest.mark.parametrize(("role", "factor", "every"), [("instructions", 1.04, 1), ("instructions", 1.2, 2),
                                                       ("cycles", 1.5, 1)])  # fmt: skip
def test_anchors_that_agree(loaded: Load, role: str, factor: float, every: int) -> None:
    # Below the bound, overlapping, and cycles: they tell what the time tells.
    assert found(loaded(scaled(counted_run().document(), role, factor, every))) == {}


@pytest.mark.parametrize(("share", "fires"), [(0.011, True), (0.009, False)])
def test_a_count_that_is_partly_the_reading_itself(loaded: Load, share: float, fires: bool) -> None:
    document = counted_run().document()
    for reading in readings(document, "cross_core_rfos"):
        reading["empty"] = share * reading["value"]
    by_name = found(loaded(document))
    assert set(by_name) == ({CautionName.READING_COUNTS_ITSELF} if fires else set())
    if fires:
        (caution,) = by_name[CautionName.READING_COUNTS_ITSELF]
        assert "cross_core_rfos up to 1.1 %" in caution.seen


def test_what_no_digit_shows_is_no_part_of_a_count(loaded: Load) -> None:
    document = counted_run().document()
    for reading in readings(document, "cycles:kernel"):
        # A hundredth of 0.16 cycles an operation, of which the page shows three digits.
        reading["empty"] = 0.02 * reading["value"]
    assert found(loaded(document)) == {}


def test_a_team_on_cores_of_two_kinds(loaded: Load) -> None:
    document = counted_run().document()
    document["machine"]["topology"]["cpus"][1]["kind"] = 1
    by_name = found(loaded(document))
    assert set(by_name) == {CautionName.MIXED_KINDS}
    assert {caution.where.rsplit("/", 2)[1] for caution in by_name[CautionName.MIXED_KINDS]} == {"workers:2"}
    # Without a hardware counter it is nobody's doubt.
    for role in document["counters"]["roles"]:
        if role["tier"] in ("uarch", "generic"):
            role |= {"status": "no_pmu", "tier": None, "why": "no PMU"}
    assert CautionName.MIXED_KINDS not in found(loaded(document))
