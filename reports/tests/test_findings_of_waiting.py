"""Do waiting, pools and IPC get the crossovers, sizes and growth that their data have, and no others?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from described_run import TIME, DescribedRun
from families_run import (
    CPU,
    LATENCIES,
    creation,
    dispatch,
    families,
    handoff,
    round_trip,
    scalar,
    tasks,
    waits,
)

from latchmark.findings import Finding, FindingKind, findings_of
from latchmark.model import Purpose, Run

Load = Callable[[dict[str, Any]], Run]


def found(run: Run, kind: FindingKind) -> list[Finding]:
    return [one for one in findings_of(run) if one.kind is kind]


def texts(run: Run, kind: FindingKind) -> list[str]:
    return [one.text for one in found(run, kind)]


def waiting(loaded: Load, parked_ns: dict[str, float], **more: Any) -> Run:
    run = DescribedRun()
    waits(run, parked_ns, **more)
    return loaded(run.document())


def test_where_parking_burns_less_than_spinning_is_named(loaded: Load) -> None:
    (finding,) = found(waiting(loaded, {"futex": 9000.0}, spread=0.0), FindingKind.CROSSOVER)
    # Spinning burns the wait and 100 ns; read off a line between 1 and 10 us.
    assert finding.text == (
        "Spin below wait 8.87 µs [8.87, 8.87] (read off between 1000 ns and 10 µs), park above: beyond it"
        " futex burns less CPU time per operation than spin, with 2 threads spread over the cores; at wait"
        " 10 µs futex wakes after 6.01 µs, spin after 200 ns."
    )
    assert finding.amount == "8.87 µs"


def test_others_that_park_say_from_where(loaded: Load) -> None:
    run = waiting(loaded, {f"park_{index}": 2000.0 * (index + 1) for index in range(6)})
    (text,) = texts(run, FindingKind.CROSSOVER)
    assert text.startswith("Spin below wait 1.8")
    assert "against spin also park_1 from 3.8" in text
    assert text.endswith("; 2 other variants cross later.")


def test_the_names_turn_with_the_data(loaded: Load) -> None:
    run = waiting(loaded, {"spin": 9000.0, "spin_relax": 9000.0}, spinning=("futex",))
    (text,) = texts(run, FindingKind.CROSSOVER)
    assert text.startswith("Spin below wait 8.")
    assert "beyond it spin burns less CPU time per operation than futex" in text


def test_parking_that_is_cheaper_below_reverses_it(loaded: Load) -> None:
    run = DescribedRun()
    waits(run, {"futex": 1.0})
    document = run.document()
    for launch in document["launches"]:
        point = document["points"][launch["point"]]
        wait_ns = point["parameters"]["wait"]
        # Parking costs next to nothing up to a hundred microseconds and then nearly the wait.
        burnt = {"spin": wait_ns, "spin_relax": wait_ns, "futex": wait_ns**2 / 4e4 + 1}
        if wait_ns == 1e7:
            burnt["futex"] = 4.9e6
        launch["metrics"]["cpu_time_per_operation"]["value"] = burnt[point["variant"]]
    (text,) = texts(loaded(document), FindingKind.CROSSOVER)
    assert "futex and spin change places 2 times, at wait 40.0 µs [40.0, 40.0] (read off between" in text


def test_no_crossover_is_said_as_such(loaded: Load) -> None:
    run = waiting(loaded, {"futex": 50.0, "condvar": 60.0})
    assert texts(run, FindingKind.CROSSOVER) == [
        "No crossover in CPU time per operation from wait 100 ns to 10 ms with 2 threads spread over the"
        " cores: futex and condvar burn less than spin throughout."
    ]
    assert found(run, FindingKind.CROSSOVER)[0].amount is None


def test_without_two_kinds_there_is_nothing_to_cross(loaded: Load) -> None:
    assert texts(waiting(loaded, {}), FindingKind.CROSSOVER) == []
    assert texts(waiting(loaded, {"futex": 9000.0}, spinning=()), FindingKind.CROSSOVER) == []


def test_three_rounds_have_a_crossover_without_an_interval(loaded: Load) -> None:
    run = DescribedRun(rounds=3)
    waits(run, {"futex": 9000.0})
    (text,) = texts(loaded(run.document()), FindingKind.CROSSOVER)
    assert "(no interval: 3 rounds are too few for 95 %) (read off between" in text


def test_points_that_were_skipped_or_lost_leave_the_rest(loaded: Load) -> None:
    run = DescribedRun()
    waits(run, {"futex": 9000.0, "umwait": 1.0})
    document = run.document()
    for index, point in enumerate(document["points"]):
        if point["variant"] == "umwait" or point["parameters"]["wait"] == 1e4:
            point |= {"skip": "this CPU has no WAITPKG", "cpus": [], "batch": None}
            document["launches"] = [one for one in document["launches"] if one["point"] != index]
    for order, launch in enumerate(document["launches"]):
        launch["order"] = order
    (text,) = texts(loaded(document), FindingKind.CROSSOVER)
    assert text.startswith("Spin below wait 8.")
    assert "umwait" not in text


def test_a_latency_is_the_headline_where_it_is_asked_for_first(loaded: Load) -> None:
    run = DescribedRun()
    families(run)
    by_name = {one.name: one for one in loaded(run.document()).experiments}
    waits_of = by_name["waiting/wait_duration"]
    assert (waits_of.headline.name, waits_of.main_purpose) == ("latency_p50", Purpose.LATENCY)
    assert [one.name for one in waits_of.quantities] == ["waker_cost", "slept_share"]
    trip = by_name["ipc/round_trip"]
    assert (trip.headline.name, trip.main_purpose) == ("time_per_operation", Purpose.THROUGHPUT)
    assert [one.name for one in trip.quantities] == ["copies"]


def test_latencies_are_told_as_such(loaded: Load) -> None:
    told = texts(waiting(loaded, {"futex": 9000.0}), FindingKind.VARIANTS)
    assert len(told) == 1
    assert " the median latency of spin with 2 threads" in told[0]


def tailed(loaded: Load, blocked_ns: tuple[float, float], **more: Any) -> Run:
    """An event loop in which nothing is slow, 6 us at the median and 10 at p99, and a variant of it."""
    run = DescribedRun()
    run.experiment("pools/loop", ("quiet", "blocked"), metrics=LATENCIES, **more)
    for variant, (p50_ns, p99_ns) in (("quiet", (6000.0, 1e4)), ("blocked", blocked_ns)):
        scalars: dict[str, float | str] = {"latency_p50": p50_ns, "latency_p99": p99_ns}
        run.point("pools/loop", variant, 1, 1.0, purpose="latency", scalars=scalars, spread=0.0)
    return loaded(run.document())


@pytest.mark.parametrize("is_floor", [False, True])
def test_a_tail_that_the_median_does_not_show_is_told(loaded: Load, is_floor: bool) -> None:
    (finding,) = found(tailed(loaded, (6000.0, 9e5), is_floor=is_floor), FindingKind.TAIL)
    assert finding.text == (
        "blocked has 90.0× [90.0, 90.0] the p99 latency of quiet with 1 thread (900 against 10.0 µs; at"
        " the median 1.00× [1.00, 1.00])."
    )


def test_tails_turn_with_their_data_and_vanish(loaded: Load) -> None:
    (text,) = texts(tailed(loaded, (3000.0, 1e3)), FindingKind.TAIL)
    assert text.startswith("quiet has 10.0× [10.0, 10.0] the p99 latency of blocked ")
    assert "at the median 2.00×" in text
    (text,) = texts(tailed(loaded, (6e5, 2e4)), FindingKind.TAIL)
    assert "blocked has 2.00×" in text
    assert "at the median 100×" in text
    for alike_ns in ((6000.0, 1e4), (12e3, 2e4), (6000.0, 19e3), (6e5, 1e4)):
        assert texts(tailed(loaded, alike_ns), FindingKind.TAIL) == []


def test_a_quantity_can_be_the_headline(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("pools/startup", ("threads", "fork"), metrics=(scalar("rss_per_worker", "B"), CPU))
    for variant, size in (("threads", 50e3), ("fork", 900e3)):
        run.point("pools/startup", variant, 1, 1.0, scalars={"rss_per_worker": size})
    (text,) = texts(loaded(run.document()), FindingKind.VARIANTS)
    assert text.startswith("fork has 1")
    assert "the rss per worker (lower is better) of threads" in text
    assert text.endswith(" KiB).")


def pools(loaded: Load, overheads_ns: dict[tuple[str, str], float], **more: Any) -> Run:
    run = DescribedRun()
    tasks(run, overheads_ns, **more)
    return loaded(run.document())


def test_the_smallest_task_worth_handing_over(loaded: Load) -> None:
    added_ns = {("queue", "threads"): 2000.0, ("pipe", "processes"): 20000.0}
    (finding,) = found(pools(loaded, added_ns), FindingKind.EFFICIENCY)
    # Nine times what handing over adds: 18 and 180 us.
    assert finding.text.startswith(
        "Smallest task worth handing over, at 90 % efficiency with 1 executor: queue (threads) 1"
    )
    first, second = finding.text.split(": ", 1)[1].split("; ")
    assert 15 < float(first.split()[2]) < 21
    assert second.startswith("pipe (processes) 1")
    assert 150 < float(second.split()[2]) < 210
    assert finding.amount is not None
    assert finding.amount.endswith("µs")


def test_pools_that_are_worth_it_always_or_never_say_so(loaded: Load) -> None:
    added_ns = {("never", "processes"): 1e8, ("always", "threads"): 5.0, ("late", "threads"): 2000.0}
    (text,) = texts(pools(loaded, added_ns), FindingKind.EFFICIENCY)
    told = text.split(": ", 1)[1].split("; ")
    assert told[0] == "always (threads) every measured one, from 1000 ns"
    assert told[1].startswith("late (threads) 1")
    assert told[2] == "never (processes) none measured, up to 10 ms."


def test_a_pool_that_falls_behind_again_is_not_called_worth_it(loaded: Load) -> None:
    run = DescribedRun()
    tasks(run, {("queue", "threads"): 2000.0})
    document = run.document()
    for launch in document["launches"]:
        point = document["points"][launch["point"]]
        if point["variant"] == "queue" and point["parameters"]["task"] >= 1e6:
            launch["metrics"]["time_per_operation"]["value"] *= 2
    (text,) = texts(loaded(document), FindingKind.EFFICIENCY)
    assert text.endswith("queue (threads) not shown within 1000 ns to 10 ms.")


def test_only_who_hands_over_is_a_pool(loaded: Load) -> None:
    run = DescribedRun()
    axes = ({"name": "pause_ns", "unit": "ns", "values": [1000, 1e6], "middle": 1000, "variants": []},)
    run.experiment("contention/x", ("a",), axes=axes, parts={"a": ("writer", "reader")}, metrics=(TIME,))
    for pause_ns in (1000, 1e6):
        run.point("contention/x", "a", 2, pause_ns + 9, parameters={"pause_ns": pause_ns})
    assert texts(loaded(run.document()), FindingKind.EFFICIENCY) == []


def transport(loaded: Load, **more: Any) -> Run:
    run = DescribedRun()
    round_trip(run, **more)
    return loaded(run.document())


def test_copy_below_and_share_above(loaded: Load) -> None:
    # 6 us and a nanosecond a byte against 30 us and a fifth: they meet at 30,000 B.
    run = transport(loaded, transports={"pipe": (6000.0, 1.0), "memfd": (30000.0, 0.2)}, spread=0.0)
    (finding,) = found(run, FindingKind.CROSSOVER)
    assert finding.text.startswith(
        "The cheaper one changes with payload, with 2 processes spread over the cores: pipe below payload 2"
    )
    assert finding.text.endswith("] (read off between 4 KiB and 64 KiB), memfd above.")
    assert finding.amount is not None
    assert 25 < float(finding.amount.removesuffix(" KiB")) < 32


def test_transports_reverse_and_vanish_with_their_data(loaded: Load) -> None:
    reversed_ = transport(loaded, transports={"pipe": (30000.0, 0.2), "memfd": (6000.0, 1.0)})
    (text,) = texts(reversed_, FindingKind.CROSSOVER)
    assert "memfd below payload 2" in text
    assert text.endswith("pipe above.")
    apart = transport(loaded, transports={"pipe": (6000.0, 1.0), "memfd": (30000.0, 2.0)})
    assert texts(apart, FindingKind.CROSSOVER) == []


def test_what_copies_grows_and_what_hands_over_does_not(loaded: Load) -> None:
    run = transport(loaded, transports={"pipe": (6000.0, 1.0), "handed": (8000.0, 0.0)})
    (finding,) = found(run, FindingKind.GROWTH)
    assert finding.text.startswith(
        "From payload 8 B to 4 MiB with 2 processes spread over the cores: pipe grows "
    )
    assert "× a doubling at the end); handed does not grow (" in finding.text
    assert texts(run, FindingKind.STEP) == [], "more bytes take longer: no step"
    reversed_ = transport(loaded, transports={"pipe": (6000.0, 0.0), "handed": (8000.0, 1.0)})
    (text,) = texts(reversed_, FindingKind.GROWTH)
    assert "handed grows " in text
    assert "pipe does not grow (" in text


def test_a_wide_interval_does_not_rule_growth_out(loaded: Load) -> None:
    (text,) = texts(transport(loaded, transports={"handed": (8000.0, 0.0)}, spread=0.9), FindingKind.GROWTH)
    assert "handed was not shown to grow (" in text


def test_fork_grows_with_its_parent(loaded: Load) -> None:
    run = DescribedRun()
    creation(run)
    (text,) = texts(loaded(run.document()), FindingKind.GROWTH)
    assert text.startswith("From resident 10 MiB to 1 GiB with 1 thread: fork grows ")
    assert "thread does not grow (" in text
    still = DescribedRun()
    creation(still, fork_ns_a_mib=0.0)
    (text,) = texts(loaded(still.document()), FindingKind.GROWTH)
    assert "fork (" in text
    assert "grows" not in text


def test_a_load_that_was_not_sustained_is_told(loaded: Load) -> None:
    run = DescribedRun()
    dispatch(run, unsustained=(80, 95))
    run_ = loaded(run.document())
    assert texts(run_, FindingKind.UNSUSTAINED) == [
        "Not sustained: pipe_tasks with 2 processes spread over the cores, offered_load 80 %; pipe_tasks with"
        " 2 processes spread over the cores, offered_load 95 %; tasks came faster than they were done."
    ]
    assert texts(run_, FindingKind.NOT_MEASURED) == []
    calm = DescribedRun()
    dispatch(calm)
    assert texts(loaded(calm.document()), FindingKind.UNSUSTAINED) == []


def test_points_without_a_headline_say_why(loaded: Load) -> None:
    run = DescribedRun()
    run.experiment("a/b", ("x", "y"), metrics=LATENCIES)
    run.point("a/b", "x", 2, 1.0, purpose="latency", scalars={"latency_p50": 5.0})
    run.point("a/b", "y", 2, 1.0, purpose="latency", scalars={"latency_p50": "nothing recorded"})
    assert texts(loaded(run.document()), FindingKind.NOT_MEASURED) == [
        "No latency_p50: y with 2 threads spread over the cores (nothing recorded)."
    ]


def test_spinning_on_one_cpu_is_told_against_the_baseline(loaded: Load) -> None:
    run = DescribedRun()
    handoff(run, {"condvar": (16000.0, 9000.0), "spin": (300.0, 300.0)}, ("same_llc", "same_cpu"))
    run_ = loaded(run.document())
    (text,) = texts(run_, FindingKind.OVERSUBSCRIBED)
    assert text.startswith("spin costs 3")
    assert "as much per operation as condvar with 2 threads taking turns on one CPU" in text
    assert all("one CPU" not in text for text in texts(run_, FindingKind.VARIANTS))


@pytest.mark.parametrize("kind", [FindingKind.CROSSOVER, FindingKind.EFFICIENCY, FindingKind.GROWTH])
def test_no_sentence_shows_a_value_of_the_program(loaded: Load, kind: FindingKind) -> None:
    run = DescribedRun()
    families(run)
    told = texts(loaded(run.document()), kind)
    assert told
    for text in told:
        assert not {"None", "nan", "inf", "Interval", "Unavailable"} & set(text.replace("(", " ").split())
        assert text.endswith(".")
