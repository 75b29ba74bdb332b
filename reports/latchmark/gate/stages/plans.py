"""What do both sides say they measure? Lets them plan, base with calibration, and keeps the files."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from latchmark.errors import WrongUsage
from latchmark.exporting.writing import write
from latchmark.gate.request import Request
from latchmark.gate.stages.runner import make_plan, say
from latchmark.gate.stages.stretches import derived_seed
from latchmark.loading.plans import InvalidPlan, Plan, load_plan
from latchmark.verdict import Problem

_BASE_FILE, _HEAD_FILE = "base.plan.json", "head.plan.json"
_EVERYTHING_FILE = "everything.plan.json"


@dataclass(frozen=True, slots=True)
class Planned:
    """Base's plan is calibrated, and stages are made from it; head's only says what there is."""

    base: Plan
    head: Plan


def planned_by(request: Request, folder: Path, before_running: Callable[[], None]) -> Planned | Problem:
    """The plans in the folder, made where they are not there yet. A problem where a side cannot plan: base's
    leaves nothing to compare with (3), head's alone is head's failure (1)."""
    asked = _Asked(request, folder, before_running)
    filter_ = request.filter
    if filter_ is not None:
        everything = asked.plan("base", request.base, _EVERYTHING_FILE, None, calibrate=False)
        if isinstance(everything, str):
            return Problem(3, f"base cannot be measured: {everything}")
        filter_ = _with_controls(filter_, everything)
    head = asked.plan("head", request.head, _HEAD_FILE, filter_, calibrate=False)
    base = asked.plan("base", request.base, _BASE_FILE, filter_, calibrate=True)
    if isinstance(base, str):
        return Problem(3, f"base cannot be measured: {base}")
    if isinstance(head, str):
        return Problem(1, f"head cannot be measured, and base can: {head}")
    if all(point.is_negative_control for plan in (base, head) for point in plan.points) and request.filter:
        raise WrongUsage(f"--filter '{request.filter}' matches no point of the preset {request.preset}")
    return Planned(base, head)


@dataclass(frozen=True, slots=True)
class _Asked:
    request: Request
    folder: Path
    before_running: Callable[[], None]

    def plan(self, side: str, binary: str, name: str, filter_: str | None, *, calibrate: bool) -> Plan | str:
        """The plan of a side, or why there is none. A refusal is kept as well, so that a gate which is taken
        up again ends as it did."""
        file, refusal = self.folder / name, self.folder / f"{name}.refused.txt"
        if refusal.exists():
            return refusal.read_text("utf-8").strip()
        if not file.exists():
            self.before_running()
            if calibrate:
                say(f"gate: calibrating the points of {self.request.preset} with base")
            seed = derived_seed(self.request.seed, "plan")
            try:
                why = make_plan(binary, self.request.preset, filter_, seed, file, calibrate)
            except WrongUsage as error:
                # What base takes and head does not is head's: it lacks the preset, or all of the points.
                if side == "base":
                    raise
                why = str(error)
            if why is not None:
                write(why + "\n", refusal)
                return why
        try:
            return load_plan(file)
        except InvalidPlan as error:
            return str(error)


def _with_controls(filter_: str | None, everything: Plan) -> str | None:
    """The filter, and the negative controls beside it: they are part of every gate."""
    controls = [point.name for point in everything.points if point.is_negative_control]
    if filter_ is None or not controls:
        return filter_
    escaped = "|".join(re.sub(r"([].[{}()*+?^$|\\/])", r"\\\1", name) for name in controls)
    return f"(?:{filter_})|^(?:{escaped})$"
