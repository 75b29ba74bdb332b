"""Do the sentences say what the data support, and no more?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from counted_run import QEMU, control, counted_run
from described_run import TIME, DescribedRun

from latchmark.findings import FindingKind, absences_of, findings_of, leading, strongest
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]
PADDED_NS = [5.0, 5.1, 4.9, 5.0, 5.1, 4.9]


def false_sharing(**packed: Any) -> DescribedRun:
    """Two variants with one and two workers; the ratio at two is exactly 6 in every round."""
    run = DescribedRun()
    for role in ("cycles", "cross_core_loads"):
        run.role(role, "counted", None, "uarch")
    run.experiment("false_sharing/counters", ("padded", "packed"), ties=("padded", "packed"),
                   roles=(("cycles", "cross_core_loads"),))  # fmt: skip
    run.point("false_sharing/counters", "padded", 1, PADDED_NS)
    run.point("false_sharing/counters", "padded", 2, PADDED_NS, **packed.pop("padded", {}))
    run.point("false_sharing/counters", "packed", 1, PADDED_NS)
    run.point("false_sharing/counters", "packed", 2, [6 * time for time in PADDED_NS], **packed)
    return run


def of_kind(run: Run, kind: FindingKind) -> list[str]:
    """The texts of one kind."""
    return [finding.text for finding in findings_of(run) if finding.kind is kind]


def test_a_difference_is_said_with_interval_and_levels(loaded: Load) -> None:
    assert of_kind(loaded(false_sharing().document()), FindingKind.VARIANTS) == [
        "packed costs 6.00× [6.00, 6.00] as much per operation as padded with 2 threads spread over the cores"
        " (30.0 against 5.00 ns)."
    ]


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


def test_no_difference_is_said_with_ratio_and_interval(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "a", "b"))
    run.point("false_sharing/counters", "padded", 2, [10.0] * 6)
    run.point("false_sharing/counters", "a", 2, [9.9, 10.1, 9.8, 10.2, 10.0, 10.0])
    run.point("false_sharing/counters", "b", 2, [9.5, 10.5, 9.5, 10.5, 10.0, 10.0])
    (finding,) = findings_of(loaded(run.document()))
    assert finding.kind is FindingKind.NO_DIFFERENCE
    assert finding.text == (
        "a and b: no measurable difference from padded: 1.00× [0.980, 1.02] and 1.00× [0.950, 1.05]."
    )
    assert finding.importance == 0


def test_the_widest_interval_speaks_for_its_variant(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "a"))
    for workers, times_ns in ((2, [2.5, 40.0] * 3), (4, [9.9, 10.1] * 3)):
        run.point("false_sharing/counters", "padded", workers, [10.0] * 6)
        run.point("false_sharing/counters", "a", workers, times_ns)
    (text,) = of_kind(loaded(run.document()), FindingKind.NO_DIFFERENCE)
    assert text == (
        "a: no measurable difference from padded: 1.00× [0.250, 4.00] (the widest of 2 comparisons)."
    )


@pytest.mark.parametrize(
    ("placement", "kind"),
    [("spread", FindingKind.NO_DIFFERENCE), ("oversubscribed", FindingKind.OVERSUBSCRIBED)],
)
def test_a_difference_within_the_tolerance_is_none(loaded: Load, placement: str, kind: FindingKind) -> None:
    for factor, is_told in ((1.015, False), (1.025, True), (1 / 1.015, False), (1 / 1.025, True)):
        run = DescribedRun()
        run.experiment("false_sharing/counters", ("padded", "a"))
        run.point("false_sharing/counters", "padded", 4, [10.0] * 6, placement=placement)
        run.point("false_sharing/counters", "a", 4, [10.0 * factor] * 6, placement=placement)
        (finding,) = findings_of(loaded(run.document()))
        assert ("no sure difference of more than 2 % from padded: " not in finding.text) is is_told
        assert (finding.kind is kind) is (not is_told or kind is FindingKind.OVERSUBSCRIBED)


def test_a_lost_launch_does_not_hide_a_large_effect(loaded: Load) -> None:
    run = loaded(false_sharing(fail={0: ("crashed", "killed")}).document())
    (text,) = of_kind(run, FindingKind.VARIANTS)
    assert text.startswith("packed costs 6.00× (no interval: 5 launches are too few for 95 %) as much")
    assert of_kind(run, FindingKind.NO_DIFFERENCE) == []


def test_a_control_is_not_a_finding(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed"), ties=("padded", "packed"))
    run.point("false_sharing/counters", "padded", 1, [5.0] * 6)
    run.point("false_sharing/counters", "packed", 1, [6.0] * 6)
    found = findings_of(loaded(run.document()))
    assert [one.kind for one in found] == [FindingKind.LEVEL, FindingKind.CONTROL]


@pytest.mark.parametrize(
    ("times_ns", "verb"),
    [
        ([4.95, 5.05] * 3, "ties with padded with 1 thread: 1.00× [0.990, 1.01]"),
        ([4.5, 5.5] * 3, "was not told apart from padded with 1 thread: 0.995× [0.900, 1.10]"),
        ([6.0] * 6, "does not tie with padded with 1 thread: 1.20× [1.20, 1.20]"),
    ],
)
def test_controls_are_told_and_never_lead(loaded: Load, times_ns: list[float], verb: str) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "a", "packed"), ties=("padded", "a", "packed"))
    run.point("false_sharing/counters", "padded", 1, [5.0] * 6)
    run.point("false_sharing/counters", "a", 1, [5.0] * 6)
    run.point("false_sharing/counters", "packed", 1, times_ns)
    run.experiment("instrument/empty", ("empty",))
    run.point("instrument/empty", "empty", 1, [0.15] * 6)
    found = findings_of(loaded(run.document()))
    assert found[-1].text == f"a ties with padded with 1 thread: 1.00× [1.00, 1.00]; packed {verb}."
    assert found[-1].kind is FindingKind.CONTROL
    assert strongest(found)[-1] == found[-1]


def test_the_instrument_says_what_each_of_its_variants_takes(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("instrument/operation", ("empty", "chain"), metrics=(TIME,))
    for workers in (2, 1):
        run.point("instrument/operation", "empty", workers, [0.149] * 6)
    run.point("instrument/operation", "chain", 1, [5.9] * 6)
    found = findings_of(loaded(run.document()))
    assert [one.text for one in found if one.kind is FindingKind.LEVEL] == [
        "empty takes 0.149 ns [0.149, 0.149] per operation with 1 thread.",
        "chain takes 5.90 ns [5.90, 5.90] per operation with 1 thread.",
    ]
    assert [one.text[:5] for one in strongest(found) if one.kind is FindingKind.LEVEL] == ["empty"]


def teams(processes_ns: list[float]) -> dict[str, Any]:
    """One variant as threads and as processes."""
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded",))
    run.point("contention/counter", "sharded", 2, [10.0] * 6)
    run.point("contention/counter", "sharded", 2, processes_ns, team="processes")
    return run.document()


def test_processes_against_threads(loaded: Load) -> None:
    assert of_kind(loaded(teams([15.0] * 6)), FindingKind.TEAMS) == [
        "sharded in processes costs 1.50× [1.50, 1.50] as much per operation as in threads"
        " with 2 threads spread over the cores (15.0 against 10.0 ns)."
    ]
    assert of_kind(loaded(teams([9.0, 11.0] * 3)), FindingKind.TEAMS) == [
        "a team of processes: no measurable difference from one of threads: 0.995× [0.900, 1.10]."
    ]
    assert of_kind(loaded(teams([10.15] * 6)), FindingKind.TEAMS) == [
        "a team of processes: no sure difference of more than 2 % from one of threads: 1.01× [1.01, 1.01]."
    ]


def test_the_dearer_team_is_told_first_and_out_of_how_many(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "mutex"))
    for variant, processes_ns in (("sharded", 10.0), ("mutex", 8.0)):
        run.point("contention/counter", variant, 2, [10.0] * 6)
        run.point("contention/counter", variant, 2, [processes_ns] * 6, team="processes")
    assert of_kind(loaded(run.document()), FindingKind.TEAMS) == [
        "mutex in threads costs 1.25× [1.25, 1.25] as much per operation as in processes"
        " with 2 processes spread over the cores (10.0 against 8.00 ns; the clearest of 2 comparisons)."
    ]


def test_scaling_of_the_baseline_is_work_and_not_time(loaded: Load) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("contention/counter", ("sharded", "mutex"))
    for workers, times_ns in ((1, [10.0] * 6), (2, [10.0] * 6), (4, [12.5, 16.0, 16.0, 16.0, 16.0, 20.0])):
        run.point("contention/counter", "sharded", workers, times_ns)
    assert of_kind(loaded(run.document()), FindingKind.SCALING) == [
        "With sharded, 4 threads spread over the cores do 2.50× [2.00, 3.20] the work of one"
        " (4 would be perfect)."
    ]


def test_workers_that_wait_for_one_another_are_no_scaling(loaded: Load) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("contention/barrier", ("pthread", "spinning"), scales=False)
    for workers, time_ns in ((1, 10.0), (4, 900.0)):
        run.point("contention/barrier", "pthread", workers, [time_ns] * 6)
    assert of_kind(loaded(run.document()), FindingKind.SCALING) == []


def test_too_many_workers_are_told_apart_and_never_lead(loaded: Load) -> None:
    run = false_sharing()
    run.point("false_sharing/counters", "padded", 4, [10.0] * 6, placement="oversubscribed")
    run.point("false_sharing/counters", "packed", 4, [900.0] * 6, placement="oversubscribed")
    found = findings_of(loaded(run.document()))
    assert found[0].kind is FindingKind.VARIANTS
    crowded = [one for one in found if one.kind is FindingKind.OVERSUBSCRIBED]
    assert len(crowded) == 2
    assert crowded[0].text.startswith("With 4 threads on 2 CPUs, 1 variant collapses: packed costs 15.0×")
    assert crowded[0].importance > found[0].importance
    assert not any(one.leads for one in crowded)


def test_the_dearer_variant_is_told_first(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "thread_local"))
    run.point("false_sharing/counters", "padded", 2, [8.0] * 6)
    run.point("false_sharing/counters", "thread_local", 2, [0.5] * 6)
    (finding,) = [one for one in findings_of(loaded(run.document())) if one.kind is FindingKind.VARIANTS]
    assert finding.text.startswith("padded costs 16.0× [16.0, 16.0] as much per operation as thread_local")
    assert finding.ratio is not None
    assert finding.ratio.value == 16.0
    assert finding.numerator is not None
    assert finding.numerator.variant == "padded"


def test_only_the_same_place_is_compared(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed"))
    run.point("false_sharing/counters", "padded", 2, [5.0] * 6, placement="same_llc")
    run.point("false_sharing/counters", "packed", 2, [50.0] * 6)
    run.point("false_sharing/counters", "packed", 2, [50.0] * 6, placement="same_llc", purpose="counts")
    (finding,) = findings_of(loaded(run.document()))
    assert finding.kind is FindingKind.LEVEL
    assert finding.text == (
        "padded takes 5.00 ns [5.00, 5.00] per operation with 2 threads on cores that share a last-level"
        " cache; nothing to compare it with."
    )


def test_an_experiment_without_numbers_says_why(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded",))
    run.point("false_sharing/counters", "padded", 2, skip="needs 2 cores; this machine has one")
    run.experiment("contention/counter", ("sharded",))
    texts = of_kind(loaded(run.document()), FindingKind.NOT_MEASURED)
    assert texts == [
        "Not measured: needs 2 cores; this machine has one.",
        "Not measured: the plan holds none of its points.",
    ]


def test_another_metric_is_named_with_its_direction(loaded: Load) -> None:
    metric = {
        "name": "fairness",
        "unit": "",
        "direction": "higher",
        "shape": "scalar",
        "meaning": "Jain's index",
    }
    run = DescribedRun()
    time = {**metric, "name": "time_per_operation", "direction": "none"}
    run.experiment("locks/fairness", ("ticket", "barging"), metrics=(metric, time))
    run.point("locks/fairness", "ticket", 2, 10.0, metrics={"fairness": {"value": 1.0}})
    run.point("locks/fairness", "barging", 2, 10.0, metrics={"fairness": {"value": 0.5}})
    (text,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert text.startswith(
        "barging has 0.500× [0.500, 0.500] the fairness (higher is better) of ticket with 2 threads"
    )


def test_ranking(quick: Run) -> None:
    found = findings_of(quick)
    usual = [one for one in found if not one.is_aside]
    leaders = [one.importance for one in usual if one.leads]
    assert leaders == sorted(leaders, reverse=True)
    assert all(one.leads for one in usual[: len(leaders)])
    assert "mutex" in found[0].text
    assert all(one.is_aside for one in found[len(usual) :])
    best = strongest(found)
    assert len({(one.experiment, one.kind) for one in best}) == len(best) == 3
    assert best[0] == found[0]
    assert {one.experiment for one in best[:2]} == {"contention/counter", "false_sharing/counters"}


def test_a_certain_effect_outranks_a_noisy_larger_one(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "noisy", "certain"))
    run.point("false_sharing/counters", "padded", 2, [10.0] * 6)
    run.point("false_sharing/counters", "noisy", 2, [11.0, 60.0, 60.0, 60.0, 60.0, 60.0])
    run.point("false_sharing/counters", "certain", 2, [30.0] * 6)
    first, second = findings_of(loaded(run.document()))
    assert first.text.startswith("certain")
    assert second.text.startswith("noisy")


def test_variants_that_differ_only_in_sharing_speak_first(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed", "thread_local"), ties=("padded", "packed"))
    for variant, time_ns in (("padded", 5.0), ("packed", 30.0), ("thread_local", 0.5)):
        run.point("false_sharing/counters", variant, 2, [time_ns] * 6)
    found = findings_of(loaded(run.document()))
    assert [one.text.split()[0] for one in found] == ["padded", "packed"]
    assert [one.text.split()[0] for one in strongest(found)] == ["packed"]


def test_one_worker_and_the_scaling_of_a_baseline_lead_nowhere(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "cas", "racy"))
    for variant, one_ns, two_ns in (("sharded", 5.0, 100.0), ("cas", 5.0, 150.0), ("racy", 0.1, 50.0)):
        run.point("contention/counter", variant, 1, [one_ns] * 6)
        run.point("contention/counter", variant, 2, [two_ns] * 6)
    found = findings_of(loaded(run.document()))
    # 50x with one worker and 10x less work than one are the larger effects.
    assert [(one.kind, one.text.split(" as much")[0]) for one in found[:2]] == [
        (FindingKind.VARIANTS, "sharded costs 2.00× [2.00, 2.00]"),
        (FindingKind.VARIANTS, "cas costs 1.50× [1.50, 1.50]"),
    ]
    assert found[2].kind is FindingKind.SCALING
    assert found[2].importance > found[0].importance


def test_a_variant_with_one_worker_alone_is_told_behind_others(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "cas", "never_threaded"))
    for variant, workers, time_ns in (
        ("sharded", 1, 5),
        ("never_threaded", 1, 500),
        ("sharded", 2, 5),
        ("cas", 2, 6),
    ):
        run.point("contention/counter", variant, workers, [float(time_ns)] * 6)
    told = [one.text.split()[0] for one in findings_of(loaded(run.document()))]
    assert told[:2] == ["cas", "never_threaded"]


def test_threads_speak_before_processes(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "cas"))
    for kind, cas_ns in (("threads", 50.0), ("processes", 60.0)):
        run.point("contention/counter", "sharded", 2, [5.0] * 6, team=kind)
        run.point("contention/counter", "cas", 2, [cas_ns] * 6, team=kind)
    (text,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert text.startswith("cas costs 10.0× [10.0, 10.0] as much per operation as sharded with 2 threads")


def test_each_family_speaks_first_through_its_first_plain_difference(loaded: Load) -> None:
    run = DescribedRun()
    times_ns = {
        "contention/locks": 10.0,  # no difference: leaves the word to the next
        "contention/mixed": 15.0,  # a small one: likewise
        "contention/counter": 80.0,
        "contention/barrier": 200.0,
        "false_sharing/counters": 60.0,
        "false_sharing/stride": 500.0,
    }
    for name, time_ns in times_ns.items():
        run.experiment(name, ("base", "other"))
        run.point(name, "base", 2, [9.0, 11.0] * 3 if time_ns == 10.0 else [10.0] * 6)
        run.point(name, "other", 2, [time_ns] * 6)
    found = findings_of(loaded(run.document()))
    catalogue = [*times_ns]
    assert [one.experiment for one in leading(found, catalogue)] == [
        "contention/counter",
        "false_sharing/counters",
        "false_sharing/stride",
    ]
    assert [one.experiment for one in leading(found, catalogue, 9)][3:] == [
        "contention/barrier",
        "contention/mixed",
        "contention/locks",
    ]


def test_luck_without_an_interval_outranks_nothing_that_has_one(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "lucky", "certain"), ties=("padded", "lucky"))
    run.point("false_sharing/counters", "padded", 2, [10.0] * 6)
    run.point("false_sharing/counters", "lucky", 2, [900.0] * 6, fail={0: ("crashed", "killed")})
    run.point("false_sharing/counters", "certain", 2, [11.0] * 6)
    run.experiment("contention/counter", ("sharded", "alike"))
    run.point("contention/counter", "sharded", 2, [10.0] * 6)
    run.point("contention/counter", "alike", 2, [9.0, 11.0] * 3)
    found = findings_of(loaded(run.document()))
    assert [one.text.split()[0] for one in found] == ["certain", "alike:", "lucky"]
    assert [one.text.split()[0] for one in strongest(found)] == ["certain", "alike:"]


def test_a_controlled_difference_speaks_however_small(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed", "other"), ties=("padded", "packed"))
    for variant, time_ns in (("padded", 5.0), ("packed", 5.2), ("other", 90.0)):
        run.point("false_sharing/counters", variant, 2, [time_ns] * 6)
    assert [one.text.split()[0] for one in strongest(findings_of(loaded(run.document())))] == ["packed"]


def test_what_too_few_launches_leave_open(loaded: Load) -> None:
    run = DescribedRun(rounds=2)
    run.experiment("false_sharing/counters", ("padded", "packed"))
    for team in ("threads", "processes"):
        run.point("false_sharing/counters", "padded", 4, 10.0, placement="oversubscribed", team=team)
        run.point("false_sharing/counters", "packed", 4, 10.0, placement="oversubscribed", team=team)
    run.point("false_sharing/counters", "padded", 1, 10.0)
    run.point("false_sharing/counters", "padded", 2, 10.0)
    run.point("false_sharing/counters", "padded", 2, 10.0, team="processes")
    texts = [one.text for one in findings_of(loaded(run.document()))]
    assert texts[0] == (
        "Whether a team of processes differs from one of threads cannot be said:"
        " 2 launches are too few for 95 %."
    )
    assert "(no interval: 2 launches are too few for 95 %) the work of one (2 would be perfect)." in texts[1]
    assert texts[2] == (
        "With more workers than CPUs, whether packed differs from padded cannot be said:"
        " 2 launches are too few for 95 %."
    )


def test_too_many_workers_without_a_difference(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded", "packed"))
    for variant, times_ns in (("padded", [10.0] * 6), ("packed", [9.0, 11.0] * 3)):
        run.point("false_sharing/counters", variant, 4, times_ns, placement="oversubscribed")
    assert of_kind(loaded(run.document()), FindingKind.OVERSUBSCRIBED) == [
        "With more workers than CPUs, packed: no measurable difference from padded: 0.995× [0.900, 1.10]."
    ]


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


@pytest.mark.parametrize("text", ["__init__", "lambda", "Unavailable(", "None", "nan"])
def test_no_sentence_leaks_a_value_of_the_program(quick: Run, text: str) -> None:
    assert all(text not in finding.text for finding in findings_of(quick))
