"""Does counting work on a real kernel with a PMU? Boots emulated Arm machines; prints a line a check.

emulated_pmu.py BUILD SYSROOT KERNEL OUT: the build of the preset aarch64, the Arm libraries that it was
linked with, a kernel to boot, and the folder for logs, the run of the guest and its page; exit 1 when
something is wrong. Of one CPU with a fixed shift, instructions are exact and the same in every boot.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guest_machine import Ended, GuestFailed, Machine, boot, emulator, make_disk

ROOT = Path(__file__).resolve().parent.parent
TESTS = "/bin/guest_tests"
SEVERAL_CPUS = "GuestPresence.*:*Migrations*"  # the tests that need them
BENCH = "/bin/latchmark-bench"
BOOTS = 5
# Points of two families, by one worker: the emulated machine has one CPU, and its times mean nothing.
POINTS = (
    "^(false_sharing/counters/(packed|padded_128)|contention/counter/(sharded|fetch_add_relaxed))/workers:1/"
)
# What `build/check` has of this machine, to compare with.
OWN_RUN = ROOT / "build/check/run/run.json"

N1 = Machine("n1", "neoverse-n1")
A72 = Machine("a72", "cortex-a72")
UNKNOWN_CORE = Machine("unknown_core", "max")  # QEMU's own
WITHOUT_PMU = Machine("without_pmu", "neoverse-n1,pmu=off")
FOUR_CPUS = Machine("four_cpus", "neoverse-n1", "4,sockets=2,clusters=1,cores=2")

ANCHORS = {"cycles": "counted", "instructions": "counted"}
# No emulated core has a cache that could miss, and says so; what has no place in that list opens and stays 0.
LACKING = {"l1d_misses": "not_implemented_by_pmu", "l1d_invalidations": "counted"}
# Two of those that stay 0 whatever happens: what the control of a run must find out.
SILENT = ("l1d_refills_out_of_cluster", "acquire_loads")


@dataclass(frozen=True)
class Rig:
    """What all machines boot."""

    kernel: Path
    disk: Path
    out: Path
    emulator: str

    def run(self, machine: Machine, *commands: Sequence[str], log: str = "") -> list[Ended]:
        """Raises GuestFailed when not all of them ended."""
        return boot(machine, self.kernel, self.disk, commands, self.out / f"{log or machine.name}.log")


@dataclass(frozen=True)
class Seen:
    """What a check has to tell, and what is not as it must be."""

    told: str
    wrong: list[str]


def tests(names: str) -> list[str]:
    """The command for those with such names; after a minus, for all others."""
    return [TESTS, f"--gtest_filter={names}", "--gtest_color=no"]


def wrong_in_tests(ended: Ended) -> list[str]:
    """Tests that failed or were skipped: what a test needs, this machine has."""
    named = re.findall(r"^\[  (FAILED|SKIPPED) +\] (\S+\.\S+)", ended.output, re.M)
    wrong = list(dict.fromkeys(f"{result.lower()}: {name}" for result, name in named))
    if ended.code != 0 and not wrong:
        wrong = [f"{ended.command} ended with {ended.code}: {ended.output[-200:]}"]
    return wrong


def number_of_tests(ended: Ended) -> str:
    """As GoogleTest says it."""
    passed = re.search(r"^\[  PASSED  \] (\d+ tests?)", ended.output, re.M)
    return f"{passed[1] if passed else 'no tests'} passed"


def tests_on_n1(rig: Rig) -> Seen:
    """Everything that needs a PMU and no second CPU."""
    (ended,) = rig.run(N1, tests(f"-{SEVERAL_CPUS}"))
    empty = re.search(r"^empty region: \d+ instructions$", ended.output, re.M)
    wrong = wrong_in_tests(ended) + ([] if empty else ["the empty region was not calibrated"])
    return Seen(f"{number_of_tests(ended)}, {empty[0] if empty else ''}", wrong)


def counts_in(ended: Ended) -> list[str]:
    """What must be the same in every boot."""
    return [line for line in ended.output.splitlines() if line.startswith("count: ")]


def differing(boots: Sequence[Sequence[str]]) -> list[str]:
    """Where a boot counts other than the first."""
    wrong = [] if boots[0] else ["nothing was counted"]
    for number, counts in enumerate(boots[1:], start=2):
        if len(counts) != len(boots[0]):
            wrong.append(f"boot {number} has {len(counts)} counts, the first {len(boots[0])}")
        wrong += [
            f"boot {number}: {count}, the first: {first}"
            for first, count in zip(boots[0], counts, strict=False)
            if count != first
        ]
    return wrong


def boots_on_n1(rig: Rig) -> Seen:
    """The same counts, bit by bit."""
    boots = [rig.run(N1, tests("GuestCounts.*"), log=f"boot{number}")[0] for number in range(1, BOOTS + 1)]
    wrong = differing([counts_in(ended) for ended in boots])
    for ended in boots:
        wrong += wrong_in_tests(ended)
    return Seen(f"{len(counts_in(boots[0]))} counts, {BOOTS} boots, {len(wrong)} differences", wrong)


def json_in(ended: Ended) -> dict[str, Any]:
    """What a command printed. Raises GuestFailed when that is something else."""
    try:
        answer: dict[str, Any] = json.loads(ended.output)
    except ValueError as problem:
        raise GuestFailed(f"{ended.command} printed no JSON: {problem}") from problem
    return answer


def statuses_of(counters: dict[str, Any]) -> dict[str, str]:
    """Of each role."""
    return {role["role"]: role["status"] for role in counters["roles"]}


def wrong_in_counters(counters: dict[str, Any], table: str | None, expected: dict[str, str]) -> list[str]:
    """What a machine says of its counters that is not so, and every status that lacks its reason."""
    statuses = statuses_of(counters)
    wrong = [] if counters["table"] == table else [f"table {counters['table']} instead of {table}"]
    wrong += [
        f"{role}: {statuses.get(role)} instead of {status}"
        for role, status in expected.items()
        if statuses.get(role) != status
    ]
    has_value = ("counted", "scaled")
    wrong += [
        f"{role['role']}: {role['status']} without a reason"
        for role in counters["roles"]
        if role["status"] not in has_value and not role["why"]
    ]
    return wrong


def told_of(counters: dict[str, Any]) -> str:
    """The statuses and how many roles have each."""
    statuses = list(statuses_of(counters).values())
    numbers = ", ".join(f"{statuses.count(status)} {status}" for status in sorted(set(statuses)))
    return f"table {counters['table'] or 'none'}; roles: {numbers}"


def tables(rig: Rig) -> Seen:
    """The events of the core at hand: libpfm4 knows N1 and lacks A72, and nobody knows the third."""
    told, wrong = [], []
    for machine, table in ((N1, "n1"), (A72, "a72"), (UNKNOWN_CORE, None)):
        (ended,) = rig.run(machine, [BENCH, "machine", "--json"], log=f"table_{machine.name}")
        counters = json_in(ended)["counters"]
        told.append(told_of(counters))
        wrong += wrong_in_counters(counters, table, ANCHORS | (LACKING if table else {}))
    return Seen(" · ".join(told), wrong)


def without_pmu(rig: Rig) -> Seen:
    """No hardware role has a value, each says why, and the kernel's own counts stay."""
    (ended,) = rig.run(WITHOUT_PMU, [BENCH, "machine", "--json"])
    counters = json_in(ended)["counters"]
    alive = dict.fromkeys(("task_clock", "page_faults", "context_switches", "run_queue_wait"), "counted")
    dead = dict.fromkeys(("cycles", "instructions", "l1d_misses"), "no_pmu")
    wrong = wrong_in_counters(counters, counters["table"], alive | dead)
    hardware = [role for role in counters["roles"] if role["tier"] in ("uarch", "generic")]
    wrong += [f"{role['role']}: {role['status']}" for role in hardware if role["status"] != "no_pmu"]
    return Seen(told_of(counters), wrong)


def four_cpus(rig: Rig) -> Seen:
    """Topology, pinning and that every CPU counts; how much is not exact there."""
    described = [BENCH, "machine", "--json"]
    machine, tested = rig.run(FOUR_CPUS, described, tests(SEVERAL_CPUS))
    answer = json_in(machine)
    cpus = answer["machine"]["topology"]["cpus"]
    packages = {cpu["package"] for cpu in cpus}
    wrong = wrong_in_tests(tested) + wrong_in_counters(answer["counters"], "n1", ANCHORS)
    if (len(cpus), len(packages)) != (4, 2):
        wrong.append(f"{len(cpus)} CPUs in {len(packages)} packages instead of 4 in 2")
    return Seen(f"{len(cpus)} CPUs in {len(packages)} packages, {number_of_tests(tested)}", wrong)


def wrong_in_run(run: dict[str, Any], emulator_name: str) -> list[str]:
    """What a run inside must show: that it is emulated, the anchors of every launch, and the events that did
    not react where they must: they have no value anywhere."""
    says = run["machine"].get("emulated")
    wrong = [] if says == emulator_name else [f"emulated: {says} instead of {emulator_name}"]
    wrong += [f"a launch {one['status']}: {one['why']}" for one in run["launches"] if one["status"] != "ok"]
    tiers = {role["role"]: role["tier"] for role in run["counters"]["roles"]}
    wrong += [f"{anchor}: tier {tiers.get(anchor)}" for anchor in ANCHORS if tiers.get(anchor) != "generic"]
    dead = [one["role"] for one in run["counters"].get("control", []) if one["result"] == "failed"]
    wrong += wrong_in_counters(run["counters"], "n1", dict.fromkeys(dead, "unresponsive"))
    wrong += [f"{role} did not fail in the control" for role in SILENT if role not in dead]
    if not run["launches"]:
        wrong.append("nothing was measured")
    for launch in run["launches"]:
        readings = launch["readings"]
        for anchor in ANCHORS:
            reading = readings.get(anchor, {})
            if reading.get("status") != "counted" or not reading.get("value"):
                wrong.append(f"{anchor} of a launch: {reading.get('status')}, {reading.get('value')}")
        wrong += [f"{role} has a reading, but never reacts" for role in dead if role in readings]
    return wrong


def problem_of(command: Sequence[str | Path]) -> list[str]:
    """Why it failed, if it did."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return [f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr.strip()[-300:]}"]


def wrong_in_page(command: Sequence[str | Path], page: Path, emulator_name: str) -> list[str]:
    """Draws one, which must say that counts and times are emulated."""
    if problem := problem_of([ROOT / "scripts/latchmark", *command, "-o", page]):
        return problem
    is_said = emulator_name in html.unescape(page.read_text("utf-8"))
    return [] if is_said else [f"{page} does not say that it shows {emulator_name}"]


def run_inside(rig: Rig) -> Seen:
    """From the guest's kernel to a page of this machine."""
    options = ["--filter", POINTS, "--rounds", "2", "--emulated", rig.emulator, "--out", "/tmp/run"]
    measure = [BENCH, "run", "quick", *options]
    measured, printed = rig.run(N1, measure, ["print", "/tmp/run/run.json"], log="run")
    if measured.code != 0 or printed.code != 0:
        raise GuestFailed(f"the run inside ended with {measured.code}: {measured.output[-300:]}")
    folder = rig.out / "run"
    folder.mkdir(exist_ok=True)
    run_file = folder / "run.json"
    run_file.write_text(printed.output.strip() + "\n", "utf-8")
    run = json_in(printed)
    schema = ROOT / "reports/schema/run.schema.json"
    wrong = wrong_in_run(run, rig.emulator)
    wrong += problem_of([sys.executable, "-m", "jsonschema", "-i", run_file, schema])
    wrong += wrong_in_page(["report", run_file], folder / "report.html", rig.emulator)
    took = f"{run['run']['duration_s']:.1f} s of the guest"
    told = f"{len(run['points'])} points, {len(run['launches'])} launches, {took}"
    if OWN_RUN.exists():
        wrong += wrong_in_page(["compare", OWN_RUN, run_file], folder / "compare.html", rig.emulator)
    else:
        told += "; no run of this machine to compare with"
    return Seen(told, wrong)


CHECKS: tuple[tuple[str, Callable[[Rig], Seen]], ...] = (
    ("four CPUs", four_cpus),
    ("tables", tables),
    ("a run inside", run_inside),
    ("boots", boots_on_n1),
    ("one CPU", tests_on_n1),
    ("no PMU", without_pmu),
)


def holds(rig: Rig, name: str, check: Callable[[Rig], Seen]) -> bool:
    """Prints what a check saw and how long that took."""
    began = time.monotonic()
    try:
        seen = check(rig)
    except GuestFailed as why:
        seen = Seen("", [str(why)])
    minutes = (time.monotonic() - began) / 60
    result = "NO" if seen.wrong else "ok"
    wrong = (" ".join(line.split()) for line in seen.wrong)
    print(f"{result:<3} {name:<13} {minutes:4.1f} min  {seen.told}", *wrong, sep="\n      ", flush=True)
    return not seen.wrong


def main(arguments: list[str]) -> int:
    """1 when something is wrong, 2 for wrong usage."""
    if len(arguments) != 4:
        print("usage: python3 scripts/emulated_pmu.py BUILD SYSROOT KERNEL OUT", file=sys.stderr)
        return 2
    build, sysroot, kernel, out = (Path(argument).resolve() for argument in arguments)
    out.mkdir(parents=True, exist_ok=True)
    built = build / "harness/counters/tests/guest"
    programs = {
        "init": built / "guest_init",
        "bin/guest_tests": built / "guest_tests",
        "bin/latchmark-bench": build / "benchmarks/latchmark-bench",
    }
    disk = out / "disk.cpio"
    try:
        make_disk(disk, programs, sysroot)
    except GuestFailed as why:
        print(f"NO  {why}")
        return 1
    rig = Rig(kernel, disk, out, emulator())
    # Machines do not see each other, and the emulator keeps one CPU busy: two at a time, the longest first.
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda check: holds(rig, *check), CHECKS))
    if not all(answers):
        print(f"what the machines said: {out}")
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
