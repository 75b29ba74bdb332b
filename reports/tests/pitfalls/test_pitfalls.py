"""Does the index tell what a pitfall costs in a run, what its cure costs, or why neither is known?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from described_run import BY_PAIR, ONE_WAY, SHARES, TIME, DescribedRun
from families_run import CPU, LATENCIES, creation, scalar, waits
from standard_run import axis, tally

from latchmark.cautions import cautions_of
from latchmark.findings import (
    FindingKind,
    MeasuredPitfall,
    MissingPitfall,
    PitfallIndex,
    findings_of,
    pitfalls_of,
)
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


def index_of(run: Run) -> PitfallIndex:
    return pitfalls_of(run, findings_of(run), cautions_of(run))


def measured(run: Run, name: str) -> MeasuredPitfall:
    return next(one for one in index_of(run).measured if one.pitfall.name == name)


def missing(run: Run, name: str) -> MissingPitfall:
    return next(one for one in index_of(run).missing if one.pitfall.name == name)


def counters(packed_ns: list[float], padded_ns: list[float], workers: int = 2) -> DescribedRun:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded_128", "packed"), metrics=(TIME, SHARES, CPU))
    run.point("false_sharing/counters", "padded_128", workers, padded_ns)
    run.point("false_sharing/counters", "packed", workers, packed_ns)
    return run


def test_a_pitfall_costs_so_many_times_its_cure(loaded: Load) -> None:
    one = measured(loaded(counters([40.0] * 6, [5.0] * 6).document()), "False sharing")
    assert (one.size, one.interval, one.meaning) == ("8.00×", "[8.00, 8.00]", "the time of padded_128")
    assert one.finding.sentence == (
        "packed costs 8.00× [8.00, 8.00] as much per operation as padded_128 with 2 threads spread over the"
        " cores (40.0 against 5.00 ns)."
    )


def test_where_the_cure_is_dearer_that_is_said_and_not_a_ratio_below_one(loaded: Load) -> None:
    one = measured(loaded(counters([5.0] * 6, [10.0] * 6).document()), "False sharing")
    assert (one.size, one.meaning) == ("2.00×", "the time of packed: here the cure costs more")
    assert one.finding.sentence.startswith("padded_128 costs 2.00×")


def test_an_interval_around_one_is_no_difference_with_its_place(loaded: Load) -> None:
    one = measured(loaded(counters([4.0, 5.0, 6.0, 4.0, 5.0, 6.0], [5.0] * 6).document()), "False sharing")
    assert (one.size, one.meaning) == ("no difference shown here", "")
    assert one.interval == "1.00× [0.800, 1.20]"
    assert one.finding.kind is FindingKind.NO_DIFFERENCE
    assert one.finding.sentence.startswith("With 2 threads spread over the cores, packed: no measurable")


def test_a_lost_launch_costs_the_interval_and_not_the_number(loaded: Load) -> None:
    run = DescribedRun(rounds=4)
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    run.point("false_sharing/counters", "padded_128", 2, [5.0] * 4)
    run.point("false_sharing/counters", "packed", 2, [40.0] * 4)
    one = measured(loaded(run.document()), "False sharing")
    assert one.size == "8.00×"
    assert one.interval.startswith("(no interval: 4 ")


def test_one_worker_shares_nothing_falsely(loaded: Load) -> None:
    one = missing(loaded(counters([5.0] * 6, [5.0] * 6, workers=1).document()), "False sharing")
    assert one.why == "it takes 2 workers; the largest team here has 1"
    assert not one.is_left_out


def test_the_largest_team_with_a_cpu_each_speaks_and_not_the_crowded_one(loaded: Load) -> None:
    run = counters([40.0] * 6, [5.0] * 6)
    for variant, largest_ns in (("packed", 100.0), ("padded_128", 5.0)):
        run.point("false_sharing/counters", variant, 4, [largest_ns] * 6)
        run.point("false_sharing/counters", variant, 8, [100.0] * 6, placement="oversubscribed")
    assert measured(loaded(run.document()), "False sharing").size == "20.0×"


def test_points_that_are_slowed_by_counting_have_no_time_to_tell(loaded: Load) -> None:
    run = counters([40.0] * 6, [5.0] * 6)
    for variant in ("packed", "padded_128"):
        run.point("false_sharing/counters", variant, 4, [100.0] * 6, purpose="counts")
    assert measured(loaded(run.document()), "False sharing").size == "8.00×"


def locks(run: DescribedRun) -> None:
    run.experiment("contention/locks", ("mutex", "ticket"))
    for variant, crowded_ns in (("mutex", 600.0), ("ticket", 24_000.0)):
        run.point("contention/locks", variant, 2, [200.0] * 6)
        run.point("contention/locks", variant, 4, [crowded_ns] * 6, placement="oversubscribed")


def test_a_convoy_needs_more_workers_than_cpus(loaded: Load) -> None:
    run = DescribedRun()
    locks(run)
    one = measured(loaded(run.document()), "Lock convoy")
    assert one.size == "40.0×"
    assert "with 4 threads on 2 CPUs" in one.finding.sentence


def test_a_price_is_looked_at_with_one_worker(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("lock_granularity/two_accounts", ("one_lock", "ordered"))
    for variant, alone_ns, together_ns in (("one_lock", 10.0, 200.0), ("ordered", 30.0, 50.0)):
        run.point("lock_granularity/two_accounts", variant, 1, [alone_ns] * 6)
        run.point("lock_granularity/two_accounts", variant, 2, [together_ns] * 6)
    one = measured(loaded(run.document()), "Deadlock avoidance")
    assert one.size == "4.00×"
    assert one.price is not None
    assert one.price.sentence.startswith("ordered costs 3.00×")
    assert "with 1 thread" in one.price.sentence


@pytest.mark.parametrize(
    ("inheriting_ns", "meaning"),
    [
        (30.0, "the time of mutex: what the cure costs"),
        (10.0, "the time of pthread_priority_inheriting: here the cure costs less"),
        (20.0, ""),
    ],
)
def test_where_only_the_cure_is_measured_that_is_its_price(
    loaded: Load, inheriting_ns: float, meaning: str
) -> None:
    run = DescribedRun()
    run.experiment("contention/locks", ("mutex", "pthread_priority_inheriting"))
    run.point("contention/locks", "mutex", 1, [20.0] * 6)
    run.point("contention/locks", "pthread_priority_inheriting", 1, [inheriting_ns] * 6)
    one = measured(loaded(run.document()), "Priority inversion")
    assert one.meaning == meaning
    assert one.pitfall.missing  # the inversion itself is not measured


def test_lost_updates_are_a_share_and_no_time(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment(
        "contention/counter", ("fetch_add_relaxed", "load_store"), metrics=(TIME, tally("lost_updates"))
    )
    run.point("contention/counter", "fetch_add_relaxed", 2, [40.0] * 6)
    run.point("contention/counter", "load_store", 2, [10.0] * 6)
    lost = {"lost_updates": {"value": 0.48}}
    run.point("contention/counter", "load_store", 2, [12.0] * 6, purpose="counts", metrics=lost)
    one = measured(loaded(run.document()), "Race and lost update")
    assert (one.size, one.interval, one.meaning) == ("48 %", "[48 %, 48 %]", "of the updates lost")
    assert one.price is not None
    assert one.price.sentence.startswith("fetch_add_relaxed takes 40.0 ns [40.0, 40.0] per operation")


def test_visibility_is_the_way_that_the_run_measured(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("contention/core_to_core", ("store_load",), metrics=(ONE_WAY, *BY_PAIR))
    run.point("contention/core_to_core", "store_load", 2, [60.0] * 6, placement="same_llc", pairs=[(0, 1)])
    one = measured(loaded(run.document()), "Visibility")
    assert (one.size, one.meaning) == ("60.0 ns", "until the other core sees a store")


def test_waiting_awake_is_counted_in_cpu_time_at_the_long_wait(loaded: Load) -> None:
    run = DescribedRun()
    waits(run, {"futex": 9000.0, "spin_then_park": 20000.0}, spread=0.0)
    one = measured(loaded(run.document()), "Busy waiting")
    assert (one.size, one.meaning) == ("111×", "the CPU time of futex")
    assert "the CPU time per operation of futex" in one.finding.sentence
    assert one.price is not None
    assert "wait 1 ms" in one.price.sentence
    assert one.price.sentence.startswith("futex has 35.0×")


def test_a_preset_that_leaves_the_best_pair_out_has_the_next_best(loaded: Load) -> None:
    run = DescribedRun()
    creation(run)
    one = measured(loaded(run.document()), "Fork against spawn")
    # Without fork_exec, which does what posix_spawn does.
    assert one.finding.sentence.startswith("fork costs 5.")
    assert "resident 100 MiB" in one.finding.sentence


def test_a_quantity_of_the_workload_can_be_what_it_costs(loaded: Load) -> None:
    run = DescribedRun()
    bound = axis("capacity", "1", (64, 512), 64, "bounded_blocks")
    run.experiment(
        "pools/backpressure",
        ("bounded_blocks", "unbounded"),
        metrics=(*LATENCIES, scalar("drain_time")),
        axes=(bound,),
    )
    for variant, factor in (("bounded_blocks", 1.0), ("unbounded", 8.0)):
        run.point(
            "pools/backpressure",
            variant,
            2,
            1000.0,
            purpose="latency",
            parameters={"capacity": 64},
            metrics={"latency_p50": {"value": 100.0 * factor}, "drain_time": {"value": 50.0 * factor}},
        )
    one = measured(loaded(run.document()), "Queue shutdown")
    assert (one.size, one.meaning) == ("8.00×", "the drain time of bounded_blocks")


def test_a_level_stands_for_itself_with_its_interval_or_why_there_is_none(loaded: Load) -> None:
    slack = axis("timer_slack", "ns", (1, 50_000), 50_000)
    amounts = []
    for rounds in (6, 4):
        run = DescribedRun(rounds=rounds)
        run.experiment("waiting/timed", ("nanosleep",), metrics=LATENCIES, axes=(slack,))
        run.point(
            "waiting/timed",
            "nanosleep",
            1,
            1000.0,
            purpose="latency",
            parameters={"timer_slack": 50_000},
            metrics={"latency_p50": {"value": 53_500.0}},
        )
        one = measured(loaded(run.document()), "Short sleeps")
        assert one.size == "53.5 µs"
        amounts.append(one.interval)
    assert amounts[0] == "[53.5, 53.5]"
    assert amounts[1].startswith("(no interval: 4 ")


def test_a_sweep_can_be_the_pitfall(loaded: Load) -> None:
    run = DescribedRun()
    slack = axis("timer_slack", "ns", (1, 50_000), 50_000)
    run.experiment("waiting/timed", ("nanosleep",), metrics=LATENCIES, axes=(slack,))
    for value, late_ns in ((1, 5_000.0), (50_000, 55_000.0)):
        run.point(
            "waiting/timed",
            "nanosleep",
            1,
            1000.0,
            purpose="latency",
            parameters={"timer_slack": value},
            metrics={"latency_p50": {"value": late_ns}},
        )
    one = measured(loaded(run.document()), "Short sleeps")
    assert (one.size, one.meaning) == ("11.0×", "the median latency of the other")
    assert one.finding.sentence.startswith("nanosleep at timer_slack 50 µs has 11.0×")


def test_what_is_not_in_the_plan_is_told_from_what_the_machine_lacks(loaded: Load) -> None:
    run = counters([40.0] * 6, [5.0] * 6)
    run.experiment("contention/smt_neighbour", ("chain_sleeping", "chain_spinning", "chain_pausing"))
    for variant in ("chain_sleeping", "chain_spinning", "chain_pausing"):
        run.point(
            "contention/smt_neighbour", variant, 2, placement="same_core", skip="needs 2 CPUs of one core"
        )
    locks(run)
    here = loaded(run.document())
    neighbour = missing(here, "Spinning beside a busy neighbour")
    assert (neighbour.why, neighbour.is_left_out) == ("needs 2 CPUs of one core", False)
    recursive = missing(here, "Recursive locking")
    assert (recursive.why, recursive.is_left_out) == ("this run leaves pthread_recursive out", True)
    herd = missing(here, "Thundering herd")
    assert (herd.why, herd.experiment, herd.is_left_out) == (
        "this run leaves the experiment out",
        "waiting/herd",
        True,
    )


def test_what_nothing_measures_yet_says_what_it_would_take(loaded: Load) -> None:
    aba = missing(loaded(counters([40.0] * 6, [5.0] * 6).document()), "ABA")
    assert aba.why.startswith("no experiment yet: it would take a lock-free stack")
    assert (aba.experiment, aba.is_left_out) == ("", False)


def test_launches_that_failed_are_the_reason(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    run.point("false_sharing/counters", "padded_128", 2, [5.0] * 6)
    fail = dict.fromkeys(range(6), ("crashed", "killed by signal 11 (SIGSEGV)"))
    run.point("false_sharing/counters", "packed", 2, [40.0] * 6, fail=fail)
    one = missing(loaded(run.document()), "False sharing")
    assert (one.why, one.is_left_out) == ("launch crashed: killed by signal 11 (SIGSEGV)", False)


def test_cautions_on_the_points_stay_with_the_entry(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    run.point("false_sharing/counters", "padded_128", 2, [5.0] * 6)
    run.point("false_sharing/counters", "packed", 2, [40.0] * 6, overlap=0.5)
    locks(run)
    here = loaded(run.document())
    assert measured(here, "False sharing").doubts == ("overlap low",)
    assert measured(here, "Lock convoy").doubts == ()


def test_on_an_emulated_machine_every_sentence_is_flagged(loaded: Load) -> None:
    run = counters([40.0] * 6, [5.0] * 6)
    run.machine["emulated"] = "QEMU"
    assert {one.finding.flag for one in index_of(loaded(run.document())).measured} == {"emulated"}


def test_each_pitfall_is_in_one_of_the_two_parts_and_in_reading_order(quick: Run) -> None:
    index = index_of(quick)
    names = [one.pitfall.name for one in index.measured]
    assert names == [
        "Retrying what one instruction does",
        "More ordering than needed",
        "False sharing",
        "Sharing an object against one per thread",
    ]
    assert len(names) + len(index.missing) == 47
