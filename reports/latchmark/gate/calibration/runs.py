"""What does one program against itself measure? Runs a calibration, each likeness as one long stretch."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from latchmark.gate.calibration.estimating import Calibration, Needed
from latchmark.gate.counts.answers import group_of
from latchmark.gate.expected import expected_of
from latchmark.gate.failures import GateFailed, NothingKnown
from latchmark.gate.policy import Policy
from latchmark.gate.request import Request
from latchmark.gate.stages.lock import HostLock
from latchmark.gate.stages.plans import planned_by
from latchmark.gate.stages.runner import Runner, say, stoppable
from latchmark.gate.stages.stretches import Stages
from latchmark.verdict import Problem, Stage, StageKind


def measured(
    request: Request, needed: tuple[Needed, ...], policy: Policy, folder: Path, lock_name: str
) -> tuple[tuple[Calibration, ...], tuple[Stage, ...]]:
    """The runs that a floor is made of, and how a verdict lists them. `request` has the program on both
    sides. Raises GateFailed where nothing can be planned or a run says nothing, Stopped."""
    with ExitStack() as held:
        held.enter_context(HostLock(lock_name))
        held.enter_context(stoppable())
        plans = planned_by(request, folder, lambda: None)
        if isinstance(plans, Problem):
            raise GateFailed(plans.sentence)
        expected = expected_of(plans.base, plans.head, policy, request.today, request.sources)
        names = [point.name for point in (*expected.points, *expected.controls)]
        if not names:
            raise GateFailed(f"nothing of the preset {request.preset} can be measured here")
        found, stages = [], []
        for place, one in enumerate(needed, 1):
            running = Stages(
                folder=folder,
                runner=Runner(request.runner, one.base, one.head, request.alias),
                plan=plans.base,
                seed=request.seed,
                roles=group_of(policy),
                extra_shares={},
                before_running=lambda: None,
                number=place,
            )
            try:
                stretch = running.measure(StageKind.SCREEN, one.likeness.value, names, one.pairs)
            except NothingKnown as error:
                raise GateFailed(str(error)) from error
            say(f"{stretch.stage.name}: {one.pairs} pairs, {stretch.stage.duration_s:.1f} s")
            found.append(Calibration(one.likeness, stretch.run, stretch.voids))
            stages.append(stretch.stage)
    return tuple(found), tuple(stages)
