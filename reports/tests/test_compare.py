"""Are machines compared only where they were asked the same, and what is absent said?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from counted_run import QEMU, counted_run
from described_run import DescribedRun

from latchmark.compare import NO_TIMES, Comparison, GeometricMean, compare, key_difference
from latchmark.errors import WrongUsage
from latchmark.model import Run, Unavailable
from latchmark.statistics import Interval, Ratio, Summary

Load = Callable[[dict[str, Any]], Run]


def machine(alias: str, packed_ns: float, hash_: str = "a", **changes: Any) -> dict[str, Any]:
    """A run of two points, and one that only some machines can do."""
    run = DescribedRun(alias=alias)
    run.experiment("false_sharing/counters", ("padded", "packed"))
    run.point("false_sharing/counters", "padded", 2, [5.0] * 6)
    run.point("false_sharing/counters", "packed", 2, [packed_ns] * 6, **changes)
    document = run.document()
    document["machine"]["hard_key_hash"] = hash_
    return document


@pytest.fixture
def pair(loaded: Load) -> Comparison:
    return compare([loaded(machine("xeon", 30.0)), loaded(machine("epyc", 60.0, "b"))])


def test_ratios_are_to_the_first_run(pair: Comparison) -> None:
    padded, packed = pair.experiments[0].points
    assert pair.labels == ("xeon", "epyc")
    assert packed.cells[0].ratio == Unavailable("the reference")
    assert packed.cells[1].ratio == Ratio(2.0, Interval(2.0, 2.0), 6)
    assert padded.cells[1].ratio == Ratio(1.0, Interval(1.0, 1.0), 6)
    assert not pair.is_one_machine


def test_the_mean_is_over_the_intersection(loaded: Load, pair: Comparison) -> None:
    mean = pair.geometric_means[1]
    assert not isinstance(mean, Unavailable)
    assert mean.value == pytest.approx(2**0.5)
    assert mean.n == 2
    runs = [machine("xeon", 30.0), machine("arm", 60.0), machine("epyc", 60.0, skip="needs 2 cores")]
    partial = compare([loaded(run) for run in runs]).geometric_means[1]
    assert not isinstance(partial, Unavailable)
    assert partial.value == pytest.approx(1.0)
    assert partial.n == 1


def test_absence_keeps_its_reason(loaded: Load) -> None:
    skipping = loaded(machine("epyc", 60.0, skip="needs 2 cores; this machine has one"))
    other = machine("arm", 10.0)
    del other["points"][1]
    other["launches"] = [one for one in other["launches"] if one["point"] == 0]
    for order, launch in enumerate(other["launches"]):
        launch["order"] = order
    comparison = compare([loaded(machine("xeon", 30.0)), skipping, loaded(other)])
    cells = comparison.experiments[0].points[1].cells
    assert cells[1].summary == cells[1].ratio == Unavailable("needs 2 cores; this machine has one")
    assert cells[2].ratio == Unavailable("not in this run's plan")
    turned = compare([loaded(other), skipping, loaded(machine("xeon", 30.0))])
    assert turned.experiments[0].points[1].cells[2].ratio == Unavailable("not in the reference run's plan")
    behind = compare([skipping, loaded(machine("xeon", 30.0))]).experiments[0].points[1].cells[1]
    assert behind.ratio == Unavailable("the reference has no value: needs 2 cores; this machine has one")


def test_another_question_under_one_name_is_not_comparable(loaded: Load) -> None:
    changed = machine("epyc", 60.0)
    changed["points"][1]["definition"] = "version 2"
    cell = compare([loaded(machine("xeon", 30.0)), loaded(changed)]).experiments[0].points[1].cells[1]
    assert isinstance(cell.ratio, Unavailable)
    assert cell.ratio.reason.startswith("NOT_COMPARABLE")
    assert not cell.is_comparable
    assert not isinstance(cell.summary, Unavailable)


def test_fingerprints_show_only_what_differs() -> None:
    difference = key_difference([
        {"kernel": "6.1", "thp": "madvise", "governor": Unavailable("no cpufreq")},
        {"kernel": "6.5", "thp": "madvise", "governor": Unavailable("no cpufreq"), "smt": "off"},
    ])  # fmt: skip
    assert [(row.name, row.facts) for row in difference.differing] == [
        ("kernel", ("6.1", "6.5")),
        ("smt", (Unavailable("not recorded"), "off")),
    ]
    assert difference.equal == 2


def test_labels_are_told_apart(loaded: Load) -> None:
    first, second, third = (machine("xeon", 30.0) for _ in range(3))
    second["run"] |= {"id": "second", "started_utc": "2026-02-01T12:00:00Z"}
    third["run"] |= {"id": "third"}
    comparison = compare([loaded(first), loaded(second)])
    assert comparison.labels == ("xeon 2026-01-31T12:00:00Z", "xeon 2026-02-01T12:00:00Z")
    assert comparison.is_one_machine
    assert compare([loaded(first), loaded(third)]).labels == ("xeon xeon-20260131T120000Z", "xeon third")


def test_builds_of_one_machine_are_told_apart_by_their_atomics(loaded: Load) -> None:
    documents = [machine("graviton", 30.0) for _ in range(3)]
    for document, atomics in zip(documents, ("outline", "lse", "llsc"), strict=True):
        document["suite"]["atomics"] = atomics
        document["machine"]["soft_key"]["build.atomics"] = atomics
        document["run"]["id"] = atomics
    comparison = compare([loaded(document) for document in documents])
    assert comparison.labels == tuple(f"graviton, {kind} atomics" for kind in ("outline", "lse", "llsc"))
    assert comparison.is_one_machine
    assert [row.facts for row in comparison.soft_key.differing] == [("outline", "lse", "llsc")]
    assert isinstance(comparison.experiments[0].points[1].cells[2].ratio, Ratio)


def test_what_stands_in_is_a_part_of_the_name(loaded: Load) -> None:
    real, guest = counted_run(script=None), counted_run("arm", "guest", emulated=QEMU)
    comparison = compare([loaded(real.document()), loaded(guest.document())])
    assert comparison.labels == ("lab-2c", "guest (emulated, scripted counts)")


def test_times_of_an_emulated_machine_are_in_no_ratio(loaded: Load) -> None:
    documents = [counted_run(alias="xeon", script=None), counted_run(alias="epyc", script=None)]
    guest = counted_run("arm", "guest", script=None, emulated=QEMU)
    comparison = compare([loaded(one.document()) for one in (*documents, guest)])
    cells = [point.cells for point in comparison.experiments[0].points]
    assert {some[2].ratio for some in cells} == {Unavailable(NO_TIMES)}
    assert all(isinstance(some[1].ratio, Ratio) for some in cells)
    # Nor does it cost the others their mean.
    assert isinstance(comparison.geometric_means[1], GeometricMean)
    assert comparison.geometric_means[2] == Unavailable(NO_TIMES)
    reversed_ = compare([loaded(guest.document()), loaded(documents[0].document())])
    assert set(reversed_.geometric_means) == {Unavailable(NO_TIMES)}


def test_counts_of_two_scripts_are_not_divided(loaded: Load) -> None:
    comparison = compare([loaded(counted_run(alias=name).document()) for name in ("one", "other")])
    assert ratios_of(comparison, "cycles") == {Unavailable("a script counts it")}


def ratios_of(comparison: Comparison, title: str) -> set[Ratio | Unavailable]:
    """The ratios of a reading at all points."""
    return {one.cells[1].ratio for one in comparison.experiments[0].readings if one.title == title}


def test_readings_are_in_one_ratio_only_where_one_event_counts_them(loaded: Load) -> None:
    documents = [counted_run("intel", "xeon", script=None), counted_run("arm", "graviton", script=None)]
    comparison = compare([loaded(one.document()) for one in documents])
    by_title = {one.title: one for one in comparison.sources}
    assert by_title["cycles"].is_as_on_first(1)
    assert not by_title["cross-core transfers"].is_as_on_first(1)
    assert by_title["cross core loads"].sources == ("spr::MEM_LOAD_L3_HIT_RETIRED:XSNP_FWD", None)
    assert ratios_of(comparison, "cross-core transfers") == {Unavailable("another event counts it there")}
    cycles = ratios_of(comparison, "cycles")
    assert len(cycles) > 0
    assert all(isinstance(ratio, Ratio) for ratio in cycles)


def test_a_script_is_another_source_than_the_event_in_whose_name_it_answers(loaded: Load) -> None:
    documents = [counted_run(script=None), counted_run(alias="scripted")]
    comparison = compare([loaded(one.document()) for one in documents])
    assert not any(one.is_as_on_first(1) for one in comparison.sources)
    readings = comparison.experiments[0].readings
    assert len(readings) > 0
    assert not any(isinstance(one.cells[1].ratio, Ratio) for one in readings)
    assert all(isinstance(cell.summary, Summary) for one in readings for cell in one.cells)


def test_readings_of_another_question_are_not_divided(loaded: Load) -> None:
    changed = counted_run(alias="other", script=None).document()
    for point in changed["points"]:
        point["definition"] = "version 2"
    comparison = compare([loaded(counted_run(script=None).document()), loaded(changed)])
    (ratio,) = ratios_of(comparison, "cycles")
    assert isinstance(ratio, Unavailable)
    assert "another question" in ratio.reason


def test_what_cannot_be_compared_is_refused(loaded: Load) -> None:
    run = loaded(machine("xeon", 30.0))
    with pytest.raises(WrongUsage, match="at least two"):
        compare([run])
    with pytest.raises(WrongUsage, match="the same run twice"):
        compare([run, run])


def test_at_most_eight_runs_stand_side_by_side(loaded: Load) -> None:
    documents = [machine(f"machine {index}", 30.0, str(index)) for index in range(9)]
    runs = [loaded(document) for document in documents]
    assert len(compare(runs[:8]).runs) == 8
    with pytest.raises(WrongUsage, match="got 9 run files: give at most 8"):
        compare(runs)


def test_another_version_of_a_workload_is_not_comparable(loaded: Load) -> None:
    changed = machine("epyc", 60.0, "b")
    changed["experiments"][0]["version"] = 2
    cells = compare([loaded(machine("xeon", 30.0)), loaded(changed)]).experiments[0].points[0].cells
    reason = Unavailable("NOT_COMPARABLE: version 2 of the workload, 1 in the first run")
    assert cells[1].ratio == cells[1].level == reason
    assert isinstance(cells[0].level, Summary)


def test_two_runs_that_the_reference_lacks_are_held_to_one_definition(loaded: Load) -> None:
    absent = machine("xeon", 30.0)
    absent["points"] = absent["points"][:1]
    absent["launches"] = [one for one in absent["launches"] if one["point"] == 0]
    for order, launch in enumerate(absent["launches"]):
        launch["order"] = order
    changed = machine("arm", 60.0, "c")
    changed["points"][1]["definition"] = "another question"
    runs = [loaded(absent), loaded(machine("epyc", 60.0, "b")), loaded(changed)]
    cells = compare(runs).experiments[0].points[1].cells
    assert isinstance(cells[1].level, Summary)
    assert isinstance(cells[2].level, Unavailable)
    assert cells[2].level.reason.startswith("NOT_COMPARABLE")


def test_an_emulated_machine_stands_on_no_axis_with_others(loaded: Load) -> None:
    guest = counted_run("arm", "guest", script=None, emulated=QEMU)
    documents = [guest, counted_run(alias="xeon", script=None), counted_run(alias="epyc", script=None)]
    cells = compare([loaded(one.document()) for one in documents]).experiments[0].points[0].cells
    assert cells[0].level == Unavailable(NO_TIMES)
    assert isinstance(cells[0].summary, Summary)
    assert isinstance(cells[1].level, Summary)
