"""What did a stretch of rounds measure? Writes its plan, runs it unless it is there, and looks at it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from latchmark.errors import CannotWrite, InvalidRunFile, WrongUsage
from latchmark.exporting.writing import write
from latchmark.gate.failures import NothingKnown, Stopped
from latchmark.gate.stages.pairing import BASE, HEAD
from latchmark.gate.stages.runner import Runner
from latchmark.gate.stages.voiding import voids_of
from latchmark.loading import load
from latchmark.loading.plans import Plan
from latchmark.model import Run
from latchmark.verdict import Stage, StageKind
from latchmark.wording import percent


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch that was measured: how the verdict lists it, its run, and why rounds of it do not count."""

    stage: Stage
    run: Run
    voids: Mapping[int, str]


def derived_seed(seed: int, what: str) -> int:
    """A seed of 64 bits of its own for everything that needs one, from that of the gate."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{what}".encode()).digest()[:8], "big")


@dataclass(slots=True)
class Stages:
    """The stretches of one gate, in order, the first of them by this `number`; `before_running` is called
    before any process is started."""

    folder: Path
    runner: Runner
    plan: Plan
    seed: int
    roles: tuple[str, ...]
    extra_shares: Mapping[str, float]
    before_running: Callable[[], None]
    number: int = 1
    done: list[Stretch] = field(default_factory=list)

    def measure(self, kind: StageKind, label: str, points: Sequence[str], pairs: int) -> Stretch:
        """So many pairs of these points, behind a round of warm-up. Raises NothingKnown where the run file
        says nothing, GateFailed where the run fails, Stopped."""
        name = f"{self.number + len(self.done):02}-{label}"
        folder = self.folder / "stages" / name
        seed = derived_seed(self.seed, name)
        text = self.plan.stage_text(points, pairs + 1, seed, self.roles, self.extra_shares)
        plan, file = folder / "plan.json", folder / "run.json"
        is_measured = file.exists() and not (folder / "journal.jsonl").exists()
        known = plan.read_text("utf-8") if plan.exists() else None
        if known != text and (is_measured or known is not None):
            raise WrongUsage(
                f"{folder}: was measured by another plan than this gate asks for: start a new gate"
            )
        if not is_measured:
            self.before_running()
            if known is None:
                _put(text, plan)
            self.runner.run(folder)
        stretch = self._looked_at(kind, name, file, points)
        self.done.append(stretch)
        return stretch

    def _looked_at(self, kind: StageKind, name: str, file: Path, points: Sequence[str]) -> Stretch:
        try:
            run = load(file)
        except InvalidRunFile as error:
            # The verdict must not depend on where the gate's folder lies.
            told = str(error).replace(f"{self.folder}/", "")
            raise NothingKnown(f"the run file of stage {name} cannot be read: {told}") from error
        if not run.complete:
            raise Stopped(f"{file} is not complete: {run.incomplete_reason}")
        if (why := self._why_not_believed(run, points)) is not None:
            raise NothingKnown(f"stage {name}: {why}")
        voids = voids_of(run)
        stage = Stage(
            kind=kind,
            name=name,
            file=file.relative_to(self.folder).as_posix(),
            sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
            started_utc=run.started_utc,
            duration_s=run.duration_s,
            rounds=run.rounds - 1,
            voided=len(voids),
            points=len(points),
        )
        return Stretch(stage, run, voids)

    def _why_not_believed(self, run: Run, points: Sequence[str]) -> str | None:
        """Why this run is not the one that was asked for."""
        if {side.name for side in run.sides} != {BASE, HEAD}:
            return f"its sides are {', '.join(side.name for side in run.sides)}, not base and head"
        if run.machine.hard_key_hash != self.plan.machine:
            hard_key = run.machine.hard_key_hash
            return f"it ran on another machine (hard key {hard_key}, planned {self.plan.machine})"
        if self.done and run.sides != self.done[0].run.sides:
            return "a binary is another one than in the first stage"
        asked = {one.name: one.definition for one in self.plan.points if one.name in set(points)}
        got = {one.name: one.definition for one in run.points}
        if lost := sorted(asked.keys() - got.keys()):
            return f"{lost[0]} was asked for and is not in it"
        if changed := sorted(name for name, definition in asked.items() if got[name] != definition):
            return f"{changed[0]} means something else than when it was planned"
        for point in run.points:
            share = self.extra_shares.get(point.name, 0.0)
            if point.extra_share != share:
                did = f"{percent(point.extra_share)} more than it reports"
                return f"head did {did} of {point.name}, and {percent(share)} was asked for"
        return _why_clock_is_wrong(run)


def _put(text: str, plan: Path) -> None:
    try:
        plan.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{plan.parent}: cannot be made: {error.strerror}") from error
    write(text, plan)


def _why_clock_is_wrong(run: Run) -> str | None:
    """Why its times cannot be believed."""
    if run.ended_utc < run.started_utc:
        return f"it ended before it began (from {run.started_utc} to {run.ended_utc}): the clock was set back"
    if any(one.ended_s < one.began_s for one in run.rounds_seen):
        return "a round ended before it began: the clock went backwards"
    # A sitting counts from its own beginning.
    began = [
        one.began_s for one in sorted(run.launches, key=lambda one: one.order) if one.began_s is not None
    ]
    steps_back = sum(later < earlier for earlier, later in pairwise(began))
    if steps_back > run.resumed:
        return "a launch began before the one in front of it: the clock went backwards"
    return None
