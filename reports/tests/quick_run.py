"""Which run would `quick` have written on a small virtual machine?"""

from __future__ import annotations

from typing import Any

from described_run import TIME, DescribedRun


def quick_run(**options: Any) -> dict[str, Any]:
    """A run of `quick` on two CPUs of a virtual machine without counters: a failed launch, skips, all three
    families."""
    run = DescribedRun(**options)
    for role in ("cycles", "instructions", "cross_core_loads", "cross_core_rfos"):
        run.role(role)
    run.role("context_switches", "not_permitted", "perf_event_paranoid is 3: needs 1, or CAP_PERFMON")
    run.role("involuntary_switches", "counted", None, "rusage")
    coherence = [["cycles", "instructions", "cross_core_loads", "cross_core_rfos"]]

    run.experiment(
        "false_sharing/counters",
        ("padded_64", "packed", "padded_128", "thread_local"),
        roles=coherence,
        ties=("padded_64", "packed", "padded_128"),
        question="What does it cost when workers write different variables on one cache line?",
    )
    for variant, one_ns, two_ns in (
        ("packed", 4.7, 36.0),
        ("padded_64", 4.7, 4.7),
        ("padded_128", 4.7, 4.7),
        ("thread_local", 0.6, 0.6),
    ):
        fail = {3: ("crashed", "killed by signal 9 (SIGKILL)")} if variant == "packed" else None
        run.point("false_sharing/counters", variant, 1, one_ns)
        run.point("false_sharing/counters", variant, 2, two_ns, fail=fail)
        run.point("false_sharing/counters", variant, 4, two_ns * 2, placement="oversubscribed", spread=0.05)
        run.point(
            "false_sharing/counters",
            variant,
            2,
            placement="same_core",
            skip="needs two hardware threads on one core; this machine has one",
        )

    variants = {
        "sharded": 1.0,
        "fetch_add_relaxed": 7.0,
        "fetch_add_seq_cst": 7.0,
        "cas_loop": 17.0,
        "mutex": 24.0,
    }
    run.experiment(
        "contention/counter",
        tuple(variants),
        roles=coherence,
        operation="increment of the shared counter",
        question="What does it cost when all workers write one counter?",
    )
    for team in ("threads", "processes"):
        for variant, cost in variants.items():
            for workers in (1, 2):
                run.point(
                    "contention/counter",
                    variant,
                    workers,
                    5.0 * (cost if workers > 1 else 1.0),
                    team=team,
                    spread=0.03,
                )

    run.experiment(
        "instrument/empty",
        ("empty", "clock_read"),
        operation="nothing",
        question="What does the instrument itself cost?",
        metrics=(TIME,),
    )
    run.point("instrument/empty", "empty", 1, 0.3)
    run.point("instrument/empty", "clock_read", 1, 21.5)
    return run.document()
