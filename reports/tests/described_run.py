"""Which run would this machine have written? Describes run documents, for tests and budgets."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from described_machine import machine, suite

TIME = {
    "name": "time_per_operation",
    "unit": "ns",
    "direction": "lower",
    "shape": "scalar",
    "meaning": "time per operation of one worker, median of the launch's windows",
}
SHARES = {
    "name": "share",
    "unit": "share",
    "direction": "none",
    "shape": "vector",
    "meaning": "each worker's share of the team's operations",
}
LATENCY = {
    "name": "latency",
    "unit": "ns",
    "direction": "lower",
    "shape": "histogram",
    "meaning": "time of single operations, clock reads included",
}
ONE_WAY = {
    "name": "one_way",
    "unit": "ns",
    "direction": "lower",
    "shape": "scalar",
    "meaning": "one hand-over of a cache line from a CPU to another, median over the pairs",
}
BY_PAIR = tuple(
    {"name": name, "unit": unit, "direction": "none", "shape": "vector", "meaning": f"{name} of each pair"}
    for name, unit in (("one_way_by_pair", "ns"), ("page_spread_by_pair", "share"))
)
NO_PMU = "this virtual machine offers no performance counters: run on bare metal, or ask for a virtual PMU"
WINDOW_NS = 5_000_000


class DescribedRun:
    """A run document under construction: exact values in, a document that the schema accepts out.

    Times of a point are one number a round, or one number around which rounds scatter by `spread` from the
    seed.
    """

    def __init__(
        self, rounds: int = 6, windows: int = 5, cpus: int = 2, seed: int = 7, alias: str = "xeon-2c-1s"
    ) -> None:
        self.rounds, self.windows, self.cpus, self.alias = rounds, windows, cpus, alias
        self.random = random.Random(seed)
        self.experiments: list[dict[str, Any]] = []
        self.points: list[dict[str, Any]] = []
        self.disturbance: dict[str, Any] = {}
        self.roles: list[dict[str, Any]] = []
        # Members of `machine` and `counters` that files of before they existed lack.
        self.machine: dict[str, Any] = {}
        self.counters: dict[str, Any] = {}
        # (round, shuffle key, launch): the order of execution follows from it.
        self._launches: list[tuple[int, float, dict[str, Any]]] = []

    def experiment(
        self,
        name: str,
        variants: Sequence[str],
        baseline: str | None = None,
        ties: Sequence[str] = (),
        roles: Sequence[Sequence[str]] = (),
        question: str = "What does it cost?",
        operation: str = "increment of the worker's own counter",
        metrics: Sequence[Mapping[str, str]] = (TIME, SHARES),
        axes: Sequence[Mapping[str, Any]] = (),
        own_baselines: Mapping[str, str] | None = None,
        parts: Mapping[str, Sequence[str]] | None = None,
        is_floor: bool | None = None,
        scales: bool | None = None,
    ) -> None:
        """Adds an experiment; the baseline is the first variant unless said otherwise. Members that are not
        given are left out, as in files of before there were any."""
        self.experiments.append(
            {
                "name": name,
                "version": 1,
                "question": question,
                "operation": operation,
                "baseline": baseline or variants[0],
                "mechanism": "Writes to one line make its owner give it up.",
                "variants": [
                    {"name": variant, "summary": f"the variant {variant}"}
                    | ({} if own_baselines is None else {"baseline": own_baselines.get(variant)})
                    | ({} if parts is None else {"parts": list(parts.get(variant, ()))})
                    for variant in variants
                ],
                "axes": [dict(axis) for axis in axes],
                "metrics": [dict(metric) for metric in metrics],
                "ties_at_one_worker": list(ties),
                "roles": [list(group) for group in roles],
            }
            | ({} if is_floor is None else {"baseline_is_floor": is_floor})
            | ({} if scales is None else {"scales": scales})
        )

    def role(
        self,
        role: str,
        status: str = "no_pmu",
        why: str | None = NO_PMU,
        tier: str | None = None,
        **more: Any,
    ) -> None:
        """Adds what became of a counter role on this machine; `more` replaces or adds members."""
        self.roles.append(
            {
                "role": role,
                "unit": "events",
                "meaning": f"the count of {role}",
                "status": status,
                "why": why,
                "tier": tier,
                "source": None if tier is None else f"perf::{role}",
                "scope": None if tier is None else "user",
            }
            | more
        )

    def point(
        self,
        experiment: str,
        variant: str,
        workers: int = 1,
        times_ns: float | Sequence[float] | None = None,
        *,
        placement: str = "spread",
        team: str = "threads",
        parameters: Mapping[str, float] | None = None,
        purpose: str = "throughput",
        skip: str | None = None,
        spread: float = 0.01,
        readings_per_operation: Mapping[str, float] | Sequence[Mapping[str, float]] | None = None,
        disturbance: Mapping[str, Any] | None = None,
        overlap: float = 0.99,
        metrics: Mapping[str, Any] | None = None,
        fail: Mapping[int, tuple[str, str]] | None = None,
        cpus: Sequence[int] | None = None,
        pairs: Sequence[Sequence[int]] | None = None,
        scalars: Mapping[str, float | str] | None = None,
    ) -> int:
        """Adds a point with a launch a round, unless it is skipped; several `readings_per_operation` are
        counter groups that take turns over the rounds, `fail` gives rounds a status and a reason, `pairs` are
        the pairs of CPUs that each launch visits, `scalars` are further metrics that scatter like the time,
        or why there is none."""
        index = len(self.points)
        parameters = dict(parameters or {})
        suffix = "".join(f"/{name}:{value:g}" for name, value in parameters.items())
        suffix += "/team:processes" if team == "processes" else ""
        suffix += f"/purpose:{purpose}" if purpose != "throughput" else ""
        name = f"{experiment}/{variant}/workers:{workers}/placement:{placement}{suffix}"
        self.points.append(
            {
                "name": name,
                "experiment": experiment,
                "variant": variant,
                "team": team,
                "workers": workers,
                "placement": placement,
                "cpus": [] if skip else [*(cpus or (worker % self.cpus for worker in range(workers)))],
                "parameters": parameters,
                "purpose": purpose,
                "definition": f"definition of {name}",
                "skip": skip,
                "batch": None if skip else 1000,
            }
            | ({} if pairs is None else {"pairs": [list(pair) for pair in pairs]})
        )
        if skip or times_ns is None:
            return index
        for round_ in range(self.rounds):
            if isinstance(times_ns, Sequence):
                time_ns = times_ns[round_]
            else:
                time_ns = times_ns * self.random.lognormvariate(0.0, spread)
            launch = self._launch(
                index, round_, float(time_ns), 1 if placement == "oversubscribed" else self.windows
            )
            if pairs is not None:
                launch["metrics"] = {"one_way": {"value": time_ns}}
            launch["windows"]["overlap"] = [overlap] * len(launch["windows"]["overlap"])
            groups = readings_per_operation or {}
            group = groups if isinstance(groups, Mapping) else groups[round_ % len(groups)]
            launch["readings"] = {
                role: self._reading(value * sum(map(sum, launch["windows"]["operations"])), workers)
                for role, value in group.items()
            }
            launch["disturbance"] |= disturbance or {}
            launch["metrics"] |= metrics or {}
            for scalar, value in (scalars or {}).items():
                scattered = self.random.lognormvariate(0.0, spread)
                entry: dict[str, object] = (
                    {"why": value} if isinstance(value, str) else {"value": value * scattered}
                )
                launch["metrics"][scalar] = entry
            if fail and round_ in fail:
                status, why = fail[round_]
                launch |= {
                    "status": status,
                    "why": why,
                    "metrics": {},
                    "windows": None,
                    "readings": {},
                    "cost": None,
                }
            self._launches.append((round_, self.random.random(), launch))
        return index

    def _launch(self, point: int, round_: int, time_ns: float, windows: int) -> dict[str, Any]:
        workers = self.points[point]["workers"]
        operations = [[max(1, round(WINDOW_NS / time_ns))] * workers for _ in range(windows)]
        elapsed_ns = [[WINDOW_NS + 40 * worker for worker in range(workers)] for _ in range(windows)]
        names = {metric["name"] for metric in self._metrics_of(point)}
        metrics: dict[str, Any] = {}
        if "time_per_operation" in names or "one_way" in names:
            metrics["time_per_operation"] = {"value": time_ns}
        if "share" in names:
            metrics["share"] = {"values": [1 / workers] * workers}
        return {
            "point": point,
            "side": "head",
            "round": round_,
            "order": 0,
            "status": "ok",
            "why": None,
            "metrics": metrics,
            "windows": {"operations": operations, "elapsed_ns": elapsed_ns, "overlap": [0.99] * windows},
            "readings": {},
            "disturbance": {
                "steal_share": 0.0,
                "chain_drift": [0.001] * workers,
                "migrated_windows": [0] * workers,
                "throttle_count": {
                    "why": "this machine does not count thermal throttling (virtual machine?)"
                },
                "frequency_khz": {"why": "no cpufreq in this machine (virtual machine?)"},
            },
            "cost": {
                "wall_ns": 5.2e7,
                "set_up_ns": 4e5,
                "warm_up_ns": 2e7,
                "windows_ns": 2.5e7,
                "overhead_ns": 6.8e6,
            },
            "cautions": [],
        }

    def _metrics_of(self, point: int) -> list[dict[str, str]]:
        name = self.points[point]["experiment"]
        return next(one["metrics"] for one in self.experiments if one["name"] == name)

    @staticmethod
    def _reading(total: float, workers: int) -> dict[str, Any]:
        return {
            "status": "counted",
            "value": total,
            "per_worker": [total / workers] * workers,
            "running_share": 1.0,
        }

    def document(self) -> dict[str, Any]:
        """The run document; launches in order of execution, shuffled within each round."""
        launches = [launch for _, _, launch in sorted(self._launches, key=lambda entry: entry[:2])]
        for order, launch in enumerate(launches):
            launch["order"] = order
        return {
            "schema": "latchmark.run/1",
            "run": {
                "id": f"{self.alias}-20260131T120000Z",
                "started_utc": "2026-01-31T12:00:00Z",
                "ended_utc": "2026-01-31T12:00:41Z",
                "preset": "quick",
                "seed": "18446744073709551615",
                "rounds": self.rounds,
                "windows": self.windows,
                "window_ns": WINDOW_NS,
                "warm_up_ns": 20_000_000,
                "oversubscribed_window_ns": 200_000_000,
                "command": ["latchmark-bench", "run", "quick"],
                "complete": True,
                "incomplete_reason": None,
                "duration_s": 41.2,
                "expected_s": 40.0,
                "resumed": 0,
                "disturbance": self.disturbance,
                "sides": [{"name": "head", "build_id": "4f1d9a"}],
            },
            "suite": suite(),
            "machine": machine(self.alias, self.cpus) | self.machine,
            "counters": {
                "perf_event_paranoid": 2,
                "pmus": ["software"],
                "table": None,
                "libpfm": "4.13.0",
                "roles": self.roles,
            }
            | self.counters,
            "experiments": self.experiments,
            "points": self.points,
            "launches": launches,
        }


def write_run(document: dict[str, Any], path: Path) -> Path:
    """Writes a document as the runner does: compact JSON."""
    path.write_text(json.dumps(document, separators=(",", ":")), "utf-8")
    return path
