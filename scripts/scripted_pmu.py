"""Does what a script counts reach run file, page and exports as it is, and does a failure never become a 0?

scripted_pmu.py SCRIPTED_BENCH [WORDS]: measures with a script in the place of the PMU, for each CPU that it
plays, then once under each failure of scripted_failures.py; or only as WORDS say. Prints a line a run; exit 1
when a number, a reason or the word that a script counted is missing.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import scripted_failures
from scripted_failures import FAILURES, Failure
from scripted_report import Shown, comparisons_of, shown_of

LIMIT_S = 60
GROUPS = 2  # roles::coherence: which one counts changes with the round
# A count is cut off to whole events at both ends of a window, and each reading counts itself.
MOST_BESIDE = 2
KERNEL_PER_USER = 0.2


@dataclass(frozen=True)
class Cpu:
    """Its event table, and what the script counts for an operation in `packed` and in `padded`, as
    harness/tests/scripted has it."""

    table: str
    rates: Mapping[str, tuple[float, float]]


ANCHORS = {"cycles": (80.0, 6.0), "instructions": (4.0, 4.0)}
CPUS = {
    "spr": Cpu(
        "spr",
        ANCHORS
        | {
            "cross_core_loads": (0.97, 0.01),
            "cross_core_rfos": (0.96, 0.008),
            "memory_ordering_clears": (0.04, 0.002),
            "stalls_store_bound": (30.0, 0.6),
            "l1d_misses": (0.99, 0.012),
            "offcore_rfos": (0.98, 0.011),
        },
    ),
    "zen4": Cpu(
        "zen4",
        ANCHORS
        | {
            "demand_fills_same_ccx": (0.4, 0.004),
            "demand_fills_other_ccx": (0.97, 0.01),
            "ownership_upgrades": (0.5, 0.003),
            "stalls_store_bound": (30.0, 0.6),
            "l1d_misses": (0.99, 0.012),
            "store_line_requests": (0.98, 0.011),
        },
    ),
    "n1": Cpu(
        "n1",
        ANCHORS
        | {
            "l1d_invalidations": (0.97, 0.01),
            "l1d_coherency_writebacks": (0.95, 0.009),
            "l1d_refills_out_of_cluster": (0.96, 0.008),
            "l1d_misses": (0.99, 0.012),
            "stalls_backend": (70.0, 0.9),
            "bus_accesses": (4.0, 0.04),
        },
    ),
}
TRANSFERS = {"packed": 0.97, "padded": 0.01}
ATTEMPTS = 5
SENTENCES = (
    re.compile(r"\b0\.970? cross-core transfers per operation against 0\.010*\b"),
    re.compile(r"These counts come from a script\."),
)


def measure(bench: Path, words: str, preset: str, out: Path) -> str | None:
    """Measures under a script. What went wrong, or None."""
    done = subprocess.run(
        [str(bench), "run", preset, "--out", str(out), "--lock-name", f"scripted-{out}"],
        env=os.environ | {"LATCHMARK_SCRIPT": words},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return None if done.returncode == 0 else f"exit code {done.returncode}: {done.stderr.strip()[-500:]}"


def expected_of(cpu: Cpu, role: str, variant: str) -> float | None:
    """What the script counts of a role for an operation; None for what it leaves to the kernel."""
    name, _, scope = role.partition(":")
    if name not in cpu.rates:
        return None
    packed, padded = cpu.rates[name]
    return (packed if variant == "packed" else padded) * (KERNEL_PER_USER if scope else 1)


def wrong_counts(run: Mapping[str, Any], cpu: Cpu) -> Iterator[str]:
    """Readings that are not what each worker's operations make of the script, to the last event."""
    for launch in run["launches"]:
        point = run["points"][launch["point"]]
        windows = launch["windows"]["operations"][launch["windows"]["counted_from"] :]
        operations = [sum(worker) for worker in zip(*windows, strict=True)]
        for role, reading in launch["readings"].items():
            rate = expected_of(cpu, role, point["variant"])
            if rate is None:
                continue
            where = f"{point['name']}, round {launch['round']}, {role}"
            if reading["status"] != "counted":
                yield f"{where} is {reading['status']}: {reading.get('why')}"
                continue
            for worker, (count, done) in enumerate(zip(reading["per_worker"], operations, strict=True)):
                if abs(count - rate * done) > MOST_BESIDE * len(windows):
                    yield f"{where}: worker {worker} has {count} for {done} operations, not {rate * done}"
            if reading["value"] != sum(reading["per_worker"]):
                yield f"{where}: {reading['value']} is not the sum over the workers"


def wrong_rotation(run: Mapping[str, Any], cpu: Cpu) -> Iterator[str]:
    """Roles that are not read in their turn: the anchors in each launch, the others in each group's."""
    seen = Counter(
        (launch["point"], role)
        for launch in run["launches"]
        for role in launch["readings"]
        if expected_of(cpu, role, "packed") is not None
    )
    for index, point in enumerate(run["points"]):
        for role in (*cpu.rates, "cycles:kernel"):
            turns = run["run"]["rounds"] // (1 if role.partition(":")[0] in ANCHORS else GROUPS)
            if seen[index, role] != turns:
                yield f"{point['name']} has {seen[index, role]} readings of {role}, not {turns}"


def wrong_roles(run: Mapping[str, Any], cpu: Cpu) -> Iterator[str]:
    """What the list of roles and the control must say of a machine that has its own table."""
    counters = run["counters"]
    if counters["table"] != cpu.table:
        yield f"the table is {counters['table']}, not {cpu.table}"
    roles = {role["role"]: role for role in counters["roles"]}
    controls = {one["role"]: one for one in counters["control"]}
    for name in cpu.rates:
        role = roles[name]
        tier = "generic" if name in ANCHORS else "uarch"
        if (role["status"], role["tier"]) != ("counted", tier):
            yield f"{name} is {role['status']} ({role['tier']}): {role['why']}"
        control = controls.get(name, {"result": "forgotten", "why": None})
        if control["result"] == "failed":
            yield f"the control of {name} is {control['result']}: {control['why']}"


def wrong_transfers(run: Mapping[str, Any], shown: Shown) -> Iterator[str]:
    """Points of which the table of numbers does not have the script's transfers per operation."""
    found = {row["point"]: row["median"] for row in shown.csv if row["metric"] == "cross_core_transfers"}
    for point in run["points"]:
        expected = TRANSFERS[point["variant"]]
        median = float(found.get(point["name"]) or "nan")
        # What the reading itself counts, of some ten thousand operations.
        if not abs(median / expected - 1) < 0.01:
            yield f"{point['name']} has {median} cross-core transfers per operation, not {expected}"


def unsaid(shown: Shown) -> list[str]:
    """What the page must say of a difference that was sure."""
    return [f"the page does not say: {one.pattern}" for one in SENTENCES if not one.search(shown.page)]


def check_cpu(bench: Path, name: str, out: Path) -> list[str]:
    """All that is wrong with a run on a CPU that the script plays."""
    cpu = CPUS[name]
    for _ in range(ATTEMPTS):
        shutil.rmtree(out, ignore_errors=True)
        if failed := measure(bench, f"cpu={name}", "quick", out):
            return [failed]
        run = read(out)
        wrong = [*wrong_roles(run, cpu), *wrong_rotation(run, cpu), *wrong_counts(run, cpu)]
        if wrong:
            return wrong
        shown = shown_of(out / "run.json")
        wrong = [*wrong_transfers(run, shown), *scripted_failures.without_flag(run, shown)]
        # Only times differ between attempts: under load no difference may be sure, and then no cause is told.
        if wrong or not unsaid(shown):
            break
    return wrong + unsaid(shown)


def check_failure(bench: Path, failure: Failure, out: Path) -> list[str]:
    """All that is wrong with a run under a failure."""
    if wrong := measure(bench, f"cpu=spr {failure.words}", "tiny", out):
        return [wrong]
    run = read(out)
    # A report may refuse a wrong run file, which would hide what is wrong with it.
    return list(scripted_failures.wrong_in(run, failure)) or list(
        scripted_failures.wrong_report(run, shown_of(out / "run.json"), failure)
    )


def check_comparison(folders: Sequence[Path]) -> list[str]:
    """Comparisons that do not say of each run whose counts they show."""
    sentences = [read(folder)["counters"]["script"] for folder in folders]
    texts = comparisons_of([folder / "run.json" for folder in folders])
    return [
        f"the comparison as {name} does not say that the counts come from {sentence}"
        for name, text in texts.items()
        for sentence in sentences
        if sentence not in text and not (name == "csv" and "script" in text)
    ]


def read(folder: Path) -> Any:
    return json.loads((folder / "run.json").read_text("utf-8"))


def main(arguments: list[str]) -> int:
    """1 when a check failed, 2 for wrong usage."""
    if len(arguments) not in (1, 2):
        print("usage: python3 scripts/scripted_pmu.py SCRIPTED_BENCH [WORDS of the scripts]", file=sys.stderr)
        return 2
    bench = Path(arguments[0]).resolve()
    folder = Path(tempfile.mkdtemp(prefix="latchmark-scripted-"))
    chosen = [failure for failure in FAILURES if failure.words in arguments[1:] or not arguments[1:]]
    try:
        # One after the other: a run is named by the second in which it began.
        are_well = [
            told(f"cpu={name}", partial(check_cpu, bench, name, folder / name))
            for name in CPUS
            if f"cpu={name}" in arguments[1:] or not arguments[1:]
        ]
        if not arguments[1:]:
            are_well.append(told("comparison", partial(check_comparison, [folder / name for name in CPUS])))
        # At once: no time of theirs is looked at.
        with ProcessPoolExecutor() as pool:
            asked = [
                (failure.words, pool.submit(check_failure, bench, failure, folder / f"failure{number}"))
                for number, failure in enumerate(chosen)
            ]
            are_well += [told(words, one.result) for words, one in asked]
    finally:
        shutil.rmtree(folder)
    return 0 if all(are_well) else 1


def told(words: str, result: Callable[[], list[str]]) -> bool:
    """Prints what a run led to."""
    try:
        wrong = result()
    except Exception as problem:  # whatever ends a report is one more thing to tell
        wrong = [f"{type(problem).__name__}: {problem}"]
    print(f"{'NO' if wrong else 'ok':<7} {words}", *wrong, sep="\n        ", flush=True)
    return not wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
