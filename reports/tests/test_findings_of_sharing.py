"""Do sweeps, floors, shares, counts, crowds and distances get the sentence that they support?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from described_run import BY_PAIR, ONE_WAY, SHARES, TIME, DescribedRun
from standard_run import axis, tally

from latchmark.findings import Finding, FindingKind, findings_of, findings_of_experiment, strongest
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


def of_kind(run: Run, kind: FindingKind) -> list[Finding]:
    return [finding for finding in findings_of(run) if finding.kind is kind]


def texts(run: Run, kind: FindingKind) -> list[str]:
    return [finding.text for finding in of_kind(run, kind)]


def steps(amounts_ns: Sequence[float], **more: Any) -> DescribedRun:
    """`rmw` along a stride, which its baseline does not have."""
    run = DescribedRun()
    stride = axis("stride_bytes", "B", (16, 32, 64), 64, "rmw")
    run.experiment("false_sharing/stride", ("apart", "rmw"), axes=(stride,), **more)
    run.point("false_sharing/stride", "apart", 2, [5.0] * 6, parameters={"stride_bytes": 64})
    for value, time_ns in zip((16, 32, 64), amounts_ns, strict=True):
        run.point("false_sharing/stride", "rmw", 2, [time_ns] * 6, parameters={"stride_bytes": value})
    return run


def test_the_largest_step_along_an_axis_is_where_the_granule_is(loaded: Load) -> None:
    run = loaded(steps([42.0, 40.0, 5.0]).document())
    assert texts(run, FindingKind.STEP) == [
        "rmw costs 8.00× [8.00, 8.00] as much per operation at stride_bytes 32 B as at 64 B with 2 threads"
        " spread over the cores (40.0 against 5.00 ns): its largest step along stride_bytes."
    ]
    # The baseline speaks for every stride, so the value belongs to the name.
    (text,) = texts(run, FindingKind.VARIANTS)
    assert text.startswith(
        "rmw at stride_bytes 16 B costs 8.40× [8.40, 8.40] as much per operation as apart with 2"
    )


def test_the_value_is_told_even_at_the_middle_where_the_baseline_has_none(loaded: Load) -> None:
    (text,) = texts(loaded(steps([5.0, 5.0, 40.0]).document()), FindingKind.VARIANTS)
    assert text.startswith("rmw at stride_bytes 64 B costs 8.00× [8.00, 8.00] as much per operation as apart")


def test_a_sweep_without_a_step_and_one_of_time_itself_say_nothing(loaded: Load) -> None:
    assert texts(loaded(steps([5.0, 5.05, 5.0]).document()), FindingKind.STEP) == []
    run = DescribedRun()
    run.experiment("contention/locks", ("mutex",), axes=(axis("outside_ns", "ns", (0, 1000), 0),))
    for outside_ns in (0, 1000):
        time_ns = [50.0 + outside_ns] * 6
        run.point("contention/locks", "mutex", 2, time_ns, parameters={"outside_ns": outside_ns})
    assert texts(loaded(run.document()), FindingKind.STEP) == []


def test_a_step_in_another_metric_is_told_as_such(loaded: Load) -> None:
    work = {**TIME, "name": "work", "unit": "1", "direction": "higher"}
    run = DescribedRun()
    run.experiment(
        "a/b", ("x",), metrics=(work, {**TIME, "direction": "none"}), axes=(axis("size", "", (1, 2), 1),)
    )
    for size, value in ((1, 4.0), (2, 2.0)):
        run.point("a/b", "x", 2, 5.0, parameters={"size": size}, metrics={"work": {"value": value}})
    assert texts(loaded(run.document()), FindingKind.STEP)[0].startswith(
        "x has 0.500× [0.500, 0.500] the work (higher is better) at size 2 of that at 1 with 2 threads"
    )


def test_each_axis_speaks_before_a_second_variant_of_one(standard: Run) -> None:
    experiment = next(one for one in standard.experiments if one.name == "lock_granularity/hash_map")
    found = [one for one in findings_of_experiment(standard, experiment) if one.kind is FindingKind.STEP]
    assert [one.text.rsplit(" ", 1)[1] for one in found] == ["reads.", "key_skew.", "stripes."]


def test_many_variants_are_three_sentences_and_a_list(standard: Run) -> None:
    experiment = next(one for one in standard.experiments if one.name == "contention/locks")
    found = [one for one in findings_of_experiment(standard, experiment) if one.kind is FindingKind.VARIANTS]
    assert len(found) == 4
    assert found[-1].ratio is None
    assert found[-1].text.startswith("As ratios to mutex, each where it differs most: ")
    assert "ticket 0.5" in found[-1].text
    assert found[-1] not in strongest(found)


def floors(mutex_ns: Sequence[float], variants: Sequence[str] = ("empty", "mutex")) -> dict[str, Any]:
    run = DescribedRun(cpus=4)
    critical = axis("critical_ns", "ns", (200, 1000), 200)
    run.experiment("lock_granularity/hold_time", variants, axes=(critical,), is_floor=True)
    for workers in (2, 1, 4):
        for critical_ns in (200, 1000):
            at = {"critical_ns": critical_ns}
            base_ns = [critical_ns + round_ for round_ in range(6)]
            run.point("lock_granularity/hold_time", "empty", workers, base_ns, parameters=at)
            for index, variant in enumerate(variants[1:]):
                times_ns = [a + b * workers + index for a, b in zip(base_ns, mutex_ns, strict=True)]
                run.point("lock_granularity/hold_time", variant, workers, times_ns, parameters=at)
    return run.document()


def test_what_is_added_to_a_floor_is_a_difference(loaded: Load) -> None:
    run = loaded(floors([28.0, 29.0, 28.5, 28.0, 28.5, 30.0]))
    (finding,) = of_kind(run, FindingKind.OVERHEAD)
    assert finding.text == (
        "mutex adds 114 ns [112, 120] per operation to the same work in empty with 4 threads spread over"
        " the cores; with one worker 28.5 ns [28.0, 30.0]."
    )
    assert finding.amount == "+114 ns"
    assert finding.importance > 0
    assert texts(run, FindingKind.VARIANTS) == [], "the ratio would say the same less well"


def test_nothing_added_is_not_shown_as_something(loaded: Load) -> None:
    (finding,) = of_kind(loaded(floors([-1.0, 1.0, 0.5, -0.5, 0.25, -0.25])), FindingKind.OVERHEAD)
    assert "mutex adds no time that could be shown: 0 ns [-4.00, 4.00] per operation" in finding.text
    assert finding.text.endswith("; with one worker none that could be shown: 0 ns [-1.00, 1.00].")
    assert finding.amount is None


def test_the_dearest_over_a_floor_are_named(loaded: Load) -> None:
    names = ("empty", *(f"lock_{index}" for index in range(5)))
    found = texts(loaded(floors([30.0] * 6, names)), FindingKind.OVERHEAD)
    assert [text.split()[0] for text in found] == ["lock_4", "lock_3", "lock_2", "2"]
    assert found[-1] == "2 other variants add less; the figure has them."


def crowd(team_costs: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """(ns of one worker with two workers, and with four) by variant, on two CPUs."""
    run = DescribedRun()
    run.experiment("contention/locks", [*team_costs])
    for variant, (two_ns, four_ns) in team_costs.items():
        run.point("contention/locks", variant, 1, [10.0] * 6)
        run.point("contention/locks", variant, 2, [two_ns] * 6)
        run.point("contention/locks", variant, 3, [1e5] * 6, placement="oversubscribed")
        run.point("contention/locks", variant, 4, [four_ns] * 6, placement="oversubscribed")
    return run.document()


def test_who_collapses_in_a_crowd_and_who_does_not(loaded: Load) -> None:
    costs = {"mutex": (20.0, 44.0), "ticket": (20.0, 13600.0), "mcs": (20.0, 8400.0), "tas": (20.0, 48.0)}
    found = of_kind(loaded(crowd(costs)), FindingKind.OVERSUBSCRIBED)
    assert [one.text for one in found] == [
        "With 4 threads on 2 CPUs, 2 variants collapse: ticket costs 340× [340, 340] as much of the team's"
        " time per operation as with 2 threads spread over the cores; mcs 210× [210, 210].",
        "With 4 threads on 2 CPUs, 2 variants hold: mutex costs 1.10× [1.10, 1.10] as much of the team's"
        " time per operation as with 2 threads spread over the cores; tas 1.20× [1.20, 1.20].",
    ]
    assert found[0].amount == "340×"


def test_a_crowd_of_many_is_counted(loaded: Load) -> None:
    costs = {f"lock_{index}": (20.0, 13600.0 + index) for index in range(5)}
    (text,) = texts(loaded(crowd(costs)), FindingKind.OVERSUBSCRIBED)
    assert "5 variants collapse: lock_4 costs" in text
    assert text.endswith("; 2 other variants.")


def test_the_time_of_a_subject_says_nothing_about_a_crowd(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("a/b", ("mutex",), parts={"mutex": ("writer", "reader")})
    for workers, placement in ((1, "spread"), (2, "spread"), (4, "oversubscribed")):
        run.point("a/b", "mutex", workers, [5.0 * workers] * 6, placement=placement)
    found = loaded(run.document())
    assert [one.kind for one in findings_of(found)] == [FindingKind.LEVEL]


def test_uneven_shares_are_told_with_their_ends(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("contention/locks", ("mutex", "tas", "ticket"), metrics=(TIME, SHARES))
    for variant, share in (("mutex", 0.5), ("tas", 0.9), ("ticket", 0.55)):
        shares = {"share": {"values": [share, 1 - share]}}
        run.point("contention/locks", variant, 2, [20.0] * 6, metrics=shares)
    (finding,) = of_kind(loaded(run.document()), FindingKind.SHARES)
    assert finding.text == (
        "Workers share unevenly: tas from 0.200 to 1.80 of an even share with 2 threads spread over the cores"
        " (Jain's index 0.610 [0.610, 0.610])."
    )


def test_the_worst_place_speaks_and_the_rest_is_counted(loaded: Load) -> None:
    run = DescribedRun(cpus=4)
    names = ("a", "b", "c", "d", "e")
    run.experiment("contention/locks", names)
    for index, variant in enumerate(names):
        for workers in (2, 4):
            rest = [(0.4 - 0.05 * index) / (workers - 1)] * (workers - 1)
            shares = {"share": {"values": [0.6 + 0.05 * index, *rest]}}
            run.point("contention/locks", variant, workers, [20.0] * 6, metrics=shares)
    (text,) = texts(loaded(run.document()), FindingKind.SHARES)
    assert text.startswith("Workers share unevenly: e from ")
    assert text.count("with 4 threads") == 3
    assert text.endswith("; and 2 other variants.")


def test_lost_updates_are_told_by_the_million(loaded: Load) -> None:
    run = DescribedRun()
    metrics = (TIME, tally("lost_updates"))
    run.experiment("contention/counter", ("fetch_add", "load_store"), metrics=metrics)
    for variant, lost in (("fetch_add", 0.0), ("load_store", 0.0000125)):
        run.point(
            "contention/counter",
            variant,
            1,
            [5.0] * 6,
            purpose="counts",
            metrics={"lost_updates": {"value": 0.0}},
        )
        run.point(
            "contention/counter",
            variant,
            2,
            [5.0] * 6,
            purpose="counts",
            metrics={"lost_updates": {"value": lost}},
        )
    (finding,) = of_kind(loaded(run.document()), FindingKind.LOSSES)
    assert finding.text == (
        "load_store loses 12.5 [12.5, 12.5] of a million updates with 2 threads spread over the cores."
    )


def test_a_variant_that_loses_updates_is_not_compared(loaded: Load) -> None:
    for lost, compared in ((0.0, 1), (0.4, 0)):
        run = DescribedRun()
        metrics = (TIME, tally("lost_updates"))
        run.experiment("contention/counter", ("fetch_add", "load_store"), metrics=metrics)
        run.point("contention/counter", "fetch_add", 2, [40.0] * 6)
        run.point("contention/counter", "load_store", 2, [0.4] * 6)
        counted = {"lost_updates": {"value": lost}}
        run.point("contention/counter", "load_store", 2, [0.4] * 6, purpose="counts", metrics=counted)
        assert len(of_kind(loaded(run.document()), FindingKind.VARIANTS)) == compared


def test_hand_overs_are_told_as_times_in_a_row(loaded: Load) -> None:
    run = DescribedRun()
    names = ("mutex", "ticket", "tas", "ttas", "mcs", "idle")
    run.experiment("contention/locks", names, metrics=(TIME, tally("handovers")))
    for variant, handovers in zip(names, (0.08, 1.0, 0.125, 0.5, 0.9, 0.0), strict=True):
        for workers in (1, 2):
            counted = {"handovers": {"value": handovers if workers > 1 else 0.0}}
            run.point("contention/locks", variant, workers, [5.0] * 6, purpose="counts", metrics=counted)
    (text,) = texts(loaded(run.document()), FindingKind.RUN_LENGTH)
    assert text == (
        "Times in a row that one worker has the lock before another gets it, with 2 threads spread over the"
        " cores: mutex 12.5 [12.5, 12.5]; tas 8.00 [8.00, 8.00]; ttas 2.00 [2.00, 2.00]; ticket 1.00 [1.00,"
        " 1.00]; 1 other variant between."
    )


def test_a_lock_that_one_worker_kept_has_no_longest_run(loaded: Load) -> None:
    document = DescribedRun()
    document.experiment("contention/locks", ("tas",), metrics=(TIME, tally("handovers")))
    document.point(
        "contention/locks", "tas", 2, [5.0] * 6, purpose="counts", metrics={"handovers": {"value": 0.1}}
    )
    run = document.document()
    run["launches"][0]["metrics"]["handovers"] = {"value": 0.0}
    (text,) = texts(loaded(run), FindingKind.RUN_LENGTH)
    assert "tas 10.0 (no interval: in some launches one worker had the lock all the time)" in text


def cores(classes: dict[str, Sequence[float]]) -> dict[str, Any]:
    run = DescribedRun()
    run.experiment("contention/core_to_core", ("store",), metrics=(ONE_WAY, *BY_PAIR, TIME))
    for placement, ways_ns in classes.items():
        by_pair = {"one_way_by_pair": {"values": [*ways_ns]}}
        pairs = [(0, 1)] * len(ways_ns)
        middle_ns = [sorted(ways_ns)[len(ways_ns) // 2]] * 6
        more = {"placement": placement, "pairs": pairs, "metrics": by_pair}
        run.point("contention/core_to_core", "store", 2, middle_ns, **more)
    return run.document()


def test_distances_are_told_by_class_from_near_to_far(loaded: Load) -> None:
    run = loaded(cores({"other_socket": [201.0, 203.0, 207.0], "same_llc": [45.0], "map_row": [999.0]}))
    (finding,) = findings_of(run)
    assert finding.kind is FindingKind.DISTANCES
    assert finding.text == (
        "One way from a core to another (store): 45.0 ns [45.0, 45.0] between cores that share a last-level"
        " cache and 203 ns [203, 203] between sockets (3 pairs from 201 to 207)."
    )
    assert finding.amount == "45.0 to 203 ns"
    assert finding.ratio is not None
    assert finding.ratio.value == pytest.approx(203 / 45)


def test_a_variant_that_visited_nobody_is_not_told(loaded: Load) -> None:
    document = cores({"same_llc": [45.0, 47.0]})
    document["experiments"][0]["variants"].append({"name": "cas", "summary": ""})
    (finding,) = findings_of(loaded(document))
    assert "(store)" in finding.text


def test_one_class_alone_is_a_level(loaded: Load) -> None:
    (finding,) = findings_of(loaded(cores({"same_llc": [45.0, 47.0]})))
    assert (finding.kind, finding.ratio, finding.amount) == (FindingKind.DISTANCES, None, "47.0 ns")


def test_the_other_part_is_told_with_the_subject(loaded: Load) -> None:
    run = DescribedRun()
    writer = {**TIME, "name": "time_per_operation_of_writer"}
    parts = dict.fromkeys(("padded", "packed"), ("reader", "writer"))
    run.experiment("false_sharing/hot_reader", [*parts], metrics=(TIME, writer), parts=parts)
    for variant, time_ns, other_ns in (("padded", 0.5, 5.0), ("packed", 12.0, 9.0)):
        metrics = {"time_per_operation_of_writer": {"value": other_ns}}
        for workers in (1, 2):
            run.point("false_sharing/hot_reader", variant, workers, [time_ns] * 6, metrics=metrics)
    found = findings_of(loaded(run.document()))
    assert [one.kind for one in found] == [FindingKind.VARIANTS], "a team of parts does not scale"
    assert found[0].text.endswith(" (reader: 12.0 against 0.500 ns). The writer: 9.00 against 5.00 ns.")


def test_no_sentence_about_places_that_are_one(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed"))
    for placement, factor in (("spread", 6.0), ("same_llc", 9.0)):
        run.point("false_sharing/counters", "padded", 2, [5.0] * 6, placement=placement)
        run.point("false_sharing/counters", "packed", 2, [5.0 * factor] * 6, placement=placement)
    (text,) = texts(loaded(run.document()), FindingKind.VARIANTS)
    assert text.startswith("packed costs 6.00×")


def test_no_sentence_of_a_whole_catalogue_leaks_a_value_of_the_program(standard: Run) -> None:
    found = findings_of(standard)
    assert {one.kind for one in found} >= {*FindingKind} - {
        FindingKind.NOT_MEASURED,
        FindingKind.NO_DIFFERENCE,
        FindingKind.TAIL,
    }
    for experiment in standard.experiments:
        for kind in FindingKind:
            told = [one for one in found if (one.experiment, one.kind) == (experiment.name, kind)]
            assert len(told) <= 5, (experiment.name, kind)
    for text in ("__init__", "lambda", "Unavailable(", "None", "nan"):
        assert all(text not in one.text for one in found)
