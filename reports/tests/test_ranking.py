"""Does what matters most come first?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from described_run import DescribedRun
from sharing_run import of_kind

from latchmark.findings import FindingKind, findings_of, leading, speakers, strongest
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


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
    speak = ["contention/counter", "false_sharing/counters"]
    assert [one.experiment for one in speakers(found, catalogue)] == speak
    assert [one.experiment for one in speakers(found, catalogue, most=1)] == speak[:1]
    # As many as are asked for go on with the strongest of the rest.
    assert [one.experiment for one in leading(found, catalogue)] == [*speak, "false_sharing/stride"]
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
