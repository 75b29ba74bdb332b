"""What would latchmark-bench have done? A program that plans and runs as it does, on a made-up machine.

A bench is a script that `make_bench` writes; beside it lies its description. The one that is asked to `run`
reads the descriptions of both sides. Every number follows from the plan's seed, so that the same gate
measures the same, and a stage takes milliseconds.
"""

from __future__ import annotations

import json
import math
import os
import random
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HARD_KEY = "8a1f6b2c4d5e6f70"
CONTROL = "instrument/unchanged"
POINTS = {
    f"{CONTROL}/arithmetic/workers:1": 2.0,
    f"{CONTROL}/clock_read/workers:1": 20.0,
    "locks/mutex/plain/workers:1": 17.0,
    "locks/mutex/plain/workers:2": 90.0,
    "queues/spsc/ring/workers:2": 12.0,
}


@dataclass
class Bench:
    """One binary. `times_ns` are its points; `plan` is ok, crash, silent, usage or hang; `launches` says how
    the launches of a point end (a status, for every n-th); `spread` is that of a launch; `skips` are points
    that it cannot do, `definitions` those that it defines otherwise, `uncalibrated` those that fail then,
    `latencies` those that are measured for a latency."""

    times_ns: dict[str, float] = field(default_factory=lambda: dict(POINTS))
    plan: str = "ok"
    spread: float = 0.01
    launches: dict[str, tuple[str, int]] = field(default_factory=dict)
    skips: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    uncalibrated: list[str] = field(default_factory=list)
    latencies: list[str] = field(default_factory=list)
    # As a runner: what goes wrong with the run file of the stage of this name, or of all ("").
    fault: str = ""
    fault_in: str = ""
    launch_s: float = 0.06
    roles: list[dict[str, Any]] = field(default_factory=list)


def make_bench(path: Path, **described: Any) -> Path:
    """Writes an executable bench."""
    here = Path(__file__).resolve()
    folders = [str(here.parent), str(here.parents[1])]
    path.with_suffix(".json").write_text(json.dumps(asdict(Bench(**described))), "utf-8")
    path.write_text(
        f"#!{sys.executable} -IS\nimport sys\nsys.path[:0] = {folders!r}\n"
        "sys.dont_write_bytecode = True\nfrom fake_bench import main\nmain(__file__)\n",
        "utf-8",
    )
    path.chmod(0o755)
    return path


def change_bench(path: Path, **changed: Any) -> None:
    """Changes what a bench does; the file that is hashed stays as it is."""
    file = path.with_suffix(".json")
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **changed}), "utf-8")


def _bench_of(path: str) -> Bench:
    return Bench(**json.loads(Path(path).with_suffix(".json").read_text("utf-8")))


def main(path: str) -> None:
    """The command line, as far as a gate uses it."""
    bench, words = _bench_of(path), sys.argv[1:]
    if words == ["--version"]:
        print("latchmark 0.1.0 (fake)")
    elif words[0] == "plan":
        sys.exit(_plan(bench, words))
    elif words[0] == "run":
        sys.exit(_run(bench, words))


def _option(words: list[str], name: str) -> str | None:
    return words[words.index(name) + 1] if name in words else None


def _plan(bench: Bench, words: list[str]) -> int:
    if bench.plan == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if bench.plan == "silent":
        return 0
    if bench.plan == "usage":
        print("latchmark-bench: no preset named 'gate'", file=sys.stderr)
        return 2
    if bench.plan == "full disk":
        print("latchmark-bench: cannot write the plan: No space left on device", file=sys.stderr)
        return 4
    import re

    filter_, calibrate = _option(words, "--filter"), "--calibrate" in words
    names = [name for name in bench.times_ns if filter_ is None or re.search(filter_, name)]
    if not names:
        print(f"latchmark-bench: --filter '{filter_}' matches no point", file=sys.stderr)
        return 2
    plan = _plan_of(bench, words[1], _option(words, "--seed") or "0", names, calibrate)
    Path(_option(words, "-o") or "").write_text(json.dumps(plan), "utf-8")
    return 0


def _plan_of(bench: Bench, preset: str, seed: str, names: list[str], calibrate: bool) -> dict[str, Any]:
    experiments = dict.fromkeys(_experiment_of(name) for name in names)
    return {
        "schema": "latchmark.plan/1",
        "preset": preset,
        "machine": HARD_KEY,
        "machine_source": "this machine",
        "seed": seed,
        "rounds": 20,
        "windows": 5,
        "window_ns": 5_000_000,
        "warm_up_ns": 20_000_000,
        "oversubscribed_window_ns": 200_000_000,
        "seats": [0, 1],
        "minimum_points": None,
        "clock": {"resolution_ns": 1.0, "read_ns": 21.5, "chain_step_ns": 1.3},
        "experiments": [_experiment(name) for name in experiments],
        "points": [_point(bench, name, calibrate) for name in names],
    }


def _experiment_of(name: str) -> str:
    return "/".join(name.split("/")[:2])


def _experiment(name: str) -> dict[str, Any]:
    from described_run import TIME

    return {
        "name": name,
        "version": 1,
        "question": "What does it cost?",
        "operation": "an operation",
        "baseline": "plain",
        "mechanism": "",
        "variants": [{"name": one, "summary": one} for one in ("plain", "ring", "arithmetic", "clock_read")],
        "axes": [],
        "metrics": [TIME, {**TIME, "name": "latency_p50"}],
        "ties_at_one_worker": [],
        "roles": [["cross_core_loads"]],
        "negative_control": name == CONTROL,
    }


def _point(bench: Bench, name: str, calibrate: bool) -> dict[str, Any]:
    workers = int(name.rsplit(":", 1)[1])
    skip = bench.skips.get(name)
    calibrated = calibrate and skip is None and name not in bench.uncalibrated
    return {
        "name": name,
        "experiment": _experiment_of(name),
        "variant": name.split("/")[2],
        "team": "threads",
        "workers": workers,
        "placement": "spread",
        "cpus": [] if skip else list(range(workers)),
        "node": None,
        "parameters": {},
        "purpose": "latency" if name in bench.latencies else "throughput",
        "definition": bench.definitions.get(name, f"definition of {name}"),
        "skip": skip,
        "never_threaded": False,
        "windows": 5,
        "window_ns": 5_000_000,
        "warm_up_ns": 20_000_000,
        "operation_ns": bench.times_ns[name],
        "beyond_ns": bench.launch_s * 1e9 - 45_000_000,
        "batch": 1000 if calibrated else None,
    }


def _run(bench: Bench, words: list[str]) -> int:
    resumed = _option(words, "--resume")
    folder = Path(resumed or _option(words, "--out") or "")
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    journal = folder / "journal.jsonl"
    if resumed is None:
        sides = [words[i + 1].partition("=") for i, word in enumerate(words) if word == "--side"]
        journal.write_text(json.dumps({name: binary for name, _, binary in sides}), "utf-8")
    benches = {name: _bench_of(binary) for name, binary in json.loads(journal.read_text("utf-8")).items()}
    fault = bench.fault if bench.fault_in in ("", folder.name) else ""
    if fault == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if fault == "full disk":
        print("latchmark-bench: cannot write journal.jsonl: No space left on device", file=sys.stderr)
        return 4
    document = _document(plan, benches)
    if fault in ("waits", "stops") and resumed is None:
        stopped: list[int] = [0] if fault == "stops" else []
        signal.signal(signal.SIGINT, lambda number, _: stopped.append(number))
        (folder / "waiting").touch()
        given_up_s = time.monotonic() + 60
        while not stopped and time.monotonic() < given_up_s:
            time.sleep(0.01)
        document["run"] |= {"complete": False, "incomplete_reason": "stopped by a signal"}
        document["launches"] = document["launches"][:3]
    text = json.dumps(_spoiled(document, fault))
    (folder / "run.json").write_text(text[: len(text) // 2] if fault == "truncated" else text, "utf-8")
    if not document["run"]["complete"]:
        return 3
    journal.unlink()
    return 1 if any(launch["status"] != "ok" for launch in document["launches"]) else 0


def two_sided(rounds: int) -> dict[str, Any]:
    """A run document of all points with two sides of the same bench."""
    bench = Bench()
    plan = _plan_of(bench, "gate", "7", list(bench.times_ns), calibrate=True) | {"rounds": rounds}
    return _document(plan, {"base": bench, "head": bench})


def _document(plan: dict[str, Any], benches: Mapping[str, Bench]) -> dict[str, Any]:
    from described_run import DescribedRun

    document = DescribedRun(rounds=plan["rounds"]).document()
    sides = [{"name": name, "build_id": f"build of {name}"} for name in benches]
    launches, rounds, at_s = [], [], 0.0
    for round_ in range(plan["rounds"]):
        began_s = at_s
        for index, point in enumerate(plan["points"]):
            turns = list(benches)
            random.Random(f"{plan['seed']}/{round_ // 2}/{index}").shuffle(turns)
            for name in turns if round_ % 2 == 0 else turns[::-1]:
                launch = _launch(plan, index, point, name, round_, benches[name])
                launches.append(launch | {"order": len(launches), "began_s": at_s})
                at_s += 0.06
        rounds.append(_round(round_, began_s, at_s))
    points = [
        {key: value for key, value in point.items() if key not in _ONLY_IN_PLANS} for point in plan["points"]
    ]
    document["run"] |= {
        "sides": sides,
        "preset": plan["preset"],
        "seed": plan["seed"],
        "duration_s": at_s,
        "expected_s": at_s,
    }
    return document | {
        "experiments": plan["experiments"],
        "points": points,
        "launches": launches,
        "rounds": rounds,
        "counters": document["counters"] | {"roles": next(iter(benches.values())).roles},
    }


_ONLY_IN_PLANS = (
    "node",
    "never_threaded",
    "windows",
    "window_ns",
    "warm_up_ns",
    "operation_ns",
    "beyond_ns",
)


def _round(round_: int, began_s: float, ended_s: float) -> dict[str, Any]:
    return {
        "round": round_,
        "began_s": began_s,
        "ended_s": ended_s,
        "between_s": 0.001,
        "disturbance": {"steal_share": 0.0, "foreign_load": 0.0, "cgroup_throttled_ns": 0.0},
    }


def _launch(
    plan: dict[str, Any], index: int, point: dict[str, Any], side: str, round_: int, bench: Bench
) -> dict[str, Any]:
    noise = random.Random(f"{plan['seed']}/{round_}/{point['name']}/{side}")
    slower = 1 + (point.get("extra_share", 0.0) if side == "head" else 0.0)
    time_ns = bench.times_ns[point["name"]] * slower * math.exp(noise.gauss(0.0, bench.spread))
    status, every = bench.launches.get(point["name"], ("ok", 1))
    is_ok = status == "ok" or round_ % every != 0
    workers = point["workers"]
    return {
        "point": index,
        "side": side,
        "round": round_,
        "order": 0,
        "status": "ok" if is_ok else status,
        "why": None if is_ok else "killed by signal 11 (SIGSEGV)",
        "metrics": {"time_per_operation": {"value": time_ns}} if is_ok else {},
        "windows": {
            "operations": [[1000] * workers] * 2,
            "elapsed_ns": [[5_000_000] * workers] * 2,
            "overlap": [0.99] * 2,
        }
        if is_ok
        else None,
        "readings": {},
        "disturbance": {"foreign_load": 0.0, "migrated_windows": [0] * workers},
        "cost": {
            "wall_ns": 5.2e7,
            "set_up_ns": 4e5,
            "warm_up_ns": 2e7,
            "windows_ns": 2.5e7,
            "overhead_ns": 6.8e6,
        }
        if is_ok
        else None,
        "cautions": [],
    }


def _spoiled(document: dict[str, Any], fault: str) -> dict[str, Any]:
    """The run file as a faulty runner or machine would have written it."""
    launches = document["launches"]
    if fault == "NaN":
        launches[0]["metrics"]["time_per_operation"]["value"] = math.nan
    elif fault == "no time":
        last = next(one for one in launches if one["point"] == len(document["points"]) - 1)
        last["metrics"]["time_per_operation"]["value"] = 0.0
    elif fault == "control without time":
        first = next(one for one in launches if one["point"] == 0)
        first["metrics"]["time_per_operation"]["value"] = 0.0
    elif fault == "no launches":
        document["launches"] = []
    elif fault == "dropped point":
        document["points"].pop()
        last = len(document["points"])
        document["launches"] = [one for one in launches if one["point"] != last]
    elif fault == "other workload":
        document["points"][0]["definition"] = "another question"
    elif fault == "no injection":
        for one in document["points"]:
            one.pop("extra_share", None)
    elif fault == "other machine":
        document["machine"]["hard_key_hash"] = "0123456789abcdef"
    elif fault == "all disturbed":
        for one in launches:
            one["disturbance"]["foreign_load"] = 2.0 if one["side"] == "head" else 0.0
    elif fault == "some disturbed":
        for one in document["rounds"][3:5]:
            one["disturbance"]["steal_share"] = 0.4
    elif fault == "clock backwards":
        launches[50]["began_s"] = launches[49]["began_s"] - 1.0
    elif fault == "set back":
        document["run"]["ended_utc"] = "2026-01-31T11:59:59Z"
    elif fault == "incomplete sides":
        document["run"]["sides"].pop()
    return document
