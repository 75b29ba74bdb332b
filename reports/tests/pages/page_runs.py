"""Which runs exercise every part of a page? Described ones, kept small."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from described_run import LATENCY, SHARES, TIME, DescribedRun

THROUGHPUT = {
    "name": "throughput",
    "unit": "operations/s",
    "direction": "higher",
    "shape": "scalar",
    "meaning": "operations a second of the whole team",
}
NO_SOCKET = "needs two sockets; this machine has one"
HOSTILE = (
    "<script>alert(1)</script>",
    "</script><b>",
    "<!--<script>",
    "\"quoted\" & 'quoted'",
    "$x$ and $y$",
    "long" * 50,
    "\u05d0\u05d1\u05d2 \u202eright to left",
    "bell\u0007 and escape\u001b",
)
# One after the other, and the one alone that no later `</script>` would undo.
HOSTILE_TEXTS = (" ".join(HOSTILE), "<!--<script>")


def rich_run(alias: str = "lab-2c", seed: int = 3, slower: float = 1.0, rounds: int = 6) -> dict[str, Any]:
    """Two families: threads and processes, a sweep, placements, oversubscription, readings, latencies, a
    failed launch, skipped points and roles that are not available."""
    run = DescribedRun(alias=alias, seed=seed, cpus=4, rounds=rounds)
    run.role("cycles")
    run.role("cross_core_loads")
    run.role("task_clock", "counted", None, "software")
    run.role("page_faults", "counted", None, "software")
    metrics = (TIME, SHARES, THROUGHPUT)
    experiment = "false_sharing/counters"
    run.experiment(
        experiment,
        ("packed", "padded_64", "padded_128"),
        "padded_128",
        ("packed", "padded_64", "padded_128"),
        roles=[["cycles", "cross_core_loads"]],
        metrics=metrics,
        question="What does it cost when workers write different variables on one cache line?",
    )
    for variant, cost in (("packed", 8.0), ("padded_64", 1.0), ("padded_128", 1.0)):
        for workers in (1, 2, 4):
            time_ns = 5.0 * slower * (cost if workers > 1 else 1.0)
            throughput = {"throughput": {"value": workers * 1e9 / time_ns}}
            readings = {"task_clock": time_ns / workers, "page_faults": 0.0}
            is_lost = variant == "packed" and workers == 4
            fail = {2: ("crashed", "killed by signal 11 (SIGSEGV)")} if is_lost else None
            run.point(
                experiment,
                variant,
                workers,
                time_ns,
                fail=fail,
                metrics=throughput,
                readings_per_operation=readings,
            )
        run.point(experiment, variant, 2, 6.0 * slower, placement="same_llc", cpus=(2, 3))
        run.point(experiment, variant, 2, placement="other_socket", skip=NO_SOCKET)
        run.point(experiment, variant, 8, 40.0 * slower, placement="oversubscribed", spread=0.1)
    experiment = "contention/counter"
    run.experiment(
        experiment, ("sharded", "mutex"), metrics=metrics, operation="increment of the shared counter"
    )
    for team in ("threads", "processes"):
        for variant, cost in (("sharded", 1.0), ("mutex", 20.0)):
            for workers in (1, 2):
                run.point(experiment, variant, workers, 5.0 * cost * workers, team=team)
    experiment = "instrument/clock"
    run.experiment(experiment, ("monotonic",), metrics=(TIME, LATENCY), operation="one read of the clock")
    run.point(experiment, "monotonic", 1, 22.0)
    histogram = {
        "lower_ns": [20.0, 24.0, 32.0, 1000.0],
        "upper_ns": [24.0, 32.0, 1000.0, 2000.0],
        "counts": [9000, 900, 95, 5],
        "max_ns": 1843.0,
        "resolution_ns": 1.0,
    }
    run.point(
        experiment, "monotonic", 1, 22.0, purpose="latency", metrics={"latency": {"histogram": histogram}}
    )
    return run.document()


def many_variants(amount: int) -> dict[str, Any]:
    """One experiment with more variants than one panel takes."""
    run = DescribedRun(cpus=4)
    names = tuple(f"variant_{index}" for index in range(amount))
    run.experiment("locks/all", names)
    for index, name in enumerate(names):
        for workers in (1, 2, 4):
            run.point("locks/all", name, workers, (index + 2.0) * workers)
    return run.document()


def with_texts_replaced(document: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The run with a hostile text wherever a person chose the words: alias, names, questions, reasons."""
    changed = copy.deepcopy(dict(document))
    changed["machine"]["alias"] = text
    changed["run"]["preset"] = text
    changed["run"]["command"] = [text]
    changed["suite"]["compiler"] = text
    changed["machine"]["hard_key"]["model name"] = text
    for experiment in changed["experiments"]:
        for key in ("question", "operation", "mechanism"):
            experiment[key] = text
        for variant in experiment["variants"]:
            variant["summary"] = text
            variant["name"] = f"{variant['name']} {text}"
        experiment["baseline"] = f"{experiment['baseline']} {text}"
        experiment["ties_at_one_worker"] = [f"{name} {text}" for name in experiment["ties_at_one_worker"]]
    for point in changed["points"]:
        point["variant"] = f"{point['variant']} {text}"
        point["name"] = f"{point['name']} {text}"
        point["skip"] = point["skip"] and text
    for launch in changed["launches"]:
        launch["why"] = launch["why"] and text
    for role in changed["counters"]["roles"]:
        role["why"] = role["why"] and text
    return changed
