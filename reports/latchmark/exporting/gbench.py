"""How does a run look to Google Benchmark's own tools? A launch becomes one repetition of a benchmark."""

from __future__ import annotations

import json
from collections.abc import Mapping

from latchmark.model import CPU_TIME, Launch, Point, Run, Unavailable
from latchmark.statistics import first_side

_Value = str | int | float | bool | list[str]


def gbench_json(run: Run) -> str:
    """The run's first side as Google Benchmark JSON, which its compare.py reads.

    Only launches with a headline that is a time: compare.py has no word for a failed one, and a zero would
    count as fast. Their number stands in the context.
    """
    entries = []
    for family, point in enumerate(run.points):
        launches = [one for one in run.launches_of(point) if one.side == first_side(run)]
        headline = run.experiment_of(point).headline
        timed = [(one, one.scalar(headline.name)) for one in launches if headline.unit == "ns"]
        usable = [(one, time_ns) for one, time_ns in timed if not isinstance(time_ns, Unavailable)]
        for repetition, (launch, time_ns) in enumerate(usable):
            entries.append(_entry(point, family, launch, repetition, len(usable), time_ns))
    return json.dumps({"context": _context(run), "benchmarks": entries}, indent=1, allow_nan=False) + "\n"


def _context(run: Run) -> Mapping[str, _Value]:
    failed = sum(not launch.is_ok for launch in run.launches)
    return {
        "date": run.started_utc,
        # compare.py and its users show it as a title; the host's name is not in a run file.
        "host_name": run.machine.alias,
        "executable": run.command[0] if run.command else "latchmark-bench",
        "num_cpus": len(run.machine.topology.cpus),
        "library_build_type": run.suite.build_type.lower(),
        "latchmark_run": run.id,
        "latchmark_launches_without_time": failed,
        # Absent is the usual case, and a word of ours beside a null would be read as a doubt.
        **({} if run.machine.emulated is None else {"latchmark_emulated": run.machine.emulated}),
        **({} if run.counters.script is None else {"latchmark_scripted_counts": run.counters.script}),
    }


def _entry(
    point: Point, family: int, launch: Launch, repetition: int, repetitions: int, time_ns: float
) -> Mapping[str, _Value]:
    return {
        "name": point.name,
        "family_index": family,
        "per_family_instance_index": 0,
        "run_name": point.name,
        "run_type": "iteration",
        "repetitions": repetitions,
        "repetition_index": repetition,
        "threads": point.workers,
        "iterations": launch.windows.total_operations if launch.windows else 0,
        "real_time": time_ns,
        "cpu_time": _cpu_time_ns(launch, time_ns),
        "time_unit": "ns",
    }


def _cpu_time_ns(launch: Launch, time_ns: float) -> float:
    """CPU time per operation where the launch read it, else the time: compare.py insists on a number.

    The team's CPU time over the team's operations is that of one worker over its own.
    """
    known = [launch.scalar(CPU_TIME), launch.per_operation("task_clock"), time_ns]
    return next(one for one in known if not isinstance(one, Unavailable))
