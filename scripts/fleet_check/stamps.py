"""Does an engine start processes where it measures? Read from the stamps that a run's launches carry.

`tasks_started` counts the forks and clones of the whole machine between two snapshots of a launch. Those of
the launch itself are the same in every run of a point; what is more came from somebody else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

# An engine is still saying its last words while calibration and the first round go on.
FIRST_ROUND = 1


@dataclass(frozen=True)
class Stamp:
    """What one launch says of its surroundings; None where it could not be measured."""

    point: str
    tasks_started: int
    foreign_load: float | None
    involuntary_switches: float | None


class NoStamps(ValueError):
    """The run does not say how many tasks were started."""


def stamps_of(run_file: Path) -> list[Stamp]:
    """Of the launches from the second round on. Raises NoStamps."""
    run = json.loads(run_file.read_text("utf-8"))
    names = [point["name"] for point in run["points"]]
    found = []
    for launch in run["launches"]:
        if launch["round"] < FIRST_ROUND:
            continue
        told = launch["disturbance"]
        tasks = told.get("tasks_started", {"why": "not recorded"})
        # Numbers of the run file have a fraction, if only of zero.
        if not isinstance(tasks, int | float) or tasks != int(tasks):
            raise NoStamps(f"{names[launch['point']]}: tasks_started: {tasks}")
        foreign, switches = (_number(told.get(name)) for name in ("foreign_load", "involuntary_switches"))
        found.append(Stamp(names[launch["point"]], int(tasks), foreign, switches))
    if not found:
        raise NoStamps("no launches beyond the first round")
    return found


def _number(told: Any) -> float | None:
    """A number, the sum of one a worker, or None for a reason."""
    if isinstance(told, list):
        return float(sum(told)) if all(isinstance(one, int | float) for one in told) else None
    return float(told) if isinstance(told, int | float) else None


def tasks_by_point(stamps: Iterable[Stamp]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for stamp in stamps:
        found.setdefault(stamp.point, []).append(stamp.tasks_started)
    return found


def disagreement(quiet: Sequence[Mapping[str, Sequence[int]]]) -> str | None:
    """Why runs without any engine cannot be compared with: somebody else starts programs here."""
    first, *others = quiet
    for point in first:
        middles = [median(one[point]) for one in (first, *others)]
        if len(set(middles)) > 1:
            told = " and ".join(f"{middle:g}" for middle in middles)
            return f"{point}: medians of {told} tasks a launch without any engine"
    return None


def quietest(alone: Sequence[Mapping[str, Sequence[int]]]) -> dict[str, Sequence[int]]:
    """For each point the run with the fewest tasks beyond its own."""
    return {point: min((one[point] for one in alone), key=sum) for point in alone[0]}


def more_than(engine: Mapping[str, Sequence[int]], quiet: Mapping[str, Sequence[int]]) -> list[str]:
    """Where a run has more tasks than a quiet one: in the middle, or in a launch beyond all of its."""
    wrong = []
    for point, tasks in sorted(engine.items()):
        allowed = quiet[point]
        if median(tasks) > median(allowed):
            wrong.append(f"{point}: median {median(tasks):g}, not {median(allowed):g}")
        if beyond := sum(count > max(allowed) for count in tasks):
            wrong.append(
                f"{point}: {beyond} of {len(tasks)} launches with up to {max(tasks)}, not {max(allowed)}"
            )
    return wrong


def told(stamps: Sequence[Stamp]) -> str:
    """The distributions in one line: each count with how often it was seen, then medians of the others."""
    counts = [stamp.tasks_started for stamp in stamps]
    tasks = ", ".join(f"{count}: {counts.count(count)}x" for count in sorted(set(counts)))
    loads = _middle([stamp.foreign_load for stamp in stamps])
    switches = _middle([stamp.involuntary_switches for stamp in stamps])
    return f"tasks started {{{tasks}}}, foreign load {loads}, involuntary switches {switches}"


def _middle(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{median(known):.3g} (up to {max(known):.3g})" if known else "not measured"
