"""Do the sentences say what the data support, and no more?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from described_run import TIME, DescribedRun
from sharing_run import false_sharing, of_kind

from latchmark.findings import FindingKind, findings_of, strongest
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


def test_a_difference_is_said_with_interval_and_levels(loaded: Load) -> None:
    assert of_kind(loaded(false_sharing().document()), FindingKind.VARIANTS) == [
        "packed costs 6.00× [6.00, 6.00] as much per operation as padded with 2 threads spread over the cores"
        " (30.0 against 5.00 ns)."
    ]


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


def test_negative_controls_are_no_answers_to_one_question(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("instrument/unchanged", ("arithmetic", "clock_read"), metrics=(TIME,))
    run.experiments[-1]["negative_control"] = True
    for workers in (1, 2):
        run.point("instrument/unchanged", "arithmetic", workers, [2.0] * 6)
        run.point("instrument/unchanged", "clock_read", workers, [20.0] * 6)
    kinds = [one.kind for one in findings_of(loaded(run.document()))]
    assert kinds == [FindingKind.SCALING, FindingKind.LEVEL, FindingKind.LEVEL]


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
        (
            [5.05, 5.15] * 3,
            "does not surely differ by more than 2 % from padded with 1 thread: 1.02× [1.01, 1.03]",
        ),
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


@pytest.mark.parametrize("asked", ["threads", "processes"])
def test_the_team_that_is_planned_first_speaks(loaded: Load, asked: str) -> None:
    run = DescribedRun()
    run.experiment("ipc/round_trip", ("ring", "pipe"))
    other = "processes" if asked == "threads" else "threads"
    # The difference is larger in the team that the experiment is not about.
    for team, pipe_ns in ((asked, 20.0), (other, 90.0)):
        run.point("ipc/round_trip", "ring", 2, [10.0] * 6, team=team)
        run.point("ipc/round_trip", "pipe", 2, [pipe_ns] * 6, team=team)
    (told,) = of_kind(loaded(run.document()), FindingKind.VARIANTS)
    assert told.startswith("pipe costs 2.00×")
    assert f"with 2 {asked} spread" in told


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


@pytest.mark.parametrize("text", ["__init__", "lambda", "Unavailable(", "None", "nan"])
def test_no_sentence_leaks_a_value_of_the_program(quick: Run, text: str) -> None:
    assert all(text not in finding.text for finding in findings_of(quick))
