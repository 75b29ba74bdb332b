"""Are base and head different on this machine, now? Plans, stages and decisions, up to one verdict.

A gate's folder holds everything that was asked, planned and measured; to take it up again is to replay it:
what is there is read, and the rest is run. The same files give the same verdict.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from difflib import get_close_matches
from pathlib import Path

from latchmark.errors import WrongUsage
from latchmark.gate import budget
from latchmark.gate.concluding import verdict_of
from latchmark.gate.expected import Expected, expected_of
from latchmark.gate.measuring import Found, Measuring
from latchmark.gate.policy import Policy
from latchmark.gate.procedure.rules import why_blind
from latchmark.gate.request import Request, refuse_other_binaries
from latchmark.gate.stages.lock import HostLock
from latchmark.gate.stages.plans import planned_by
from latchmark.gate.stages.runner import say, stoppable
from latchmark.model import LATENCY_P50, LATENCY_P99
from latchmark.verdict import Problem, Verdict
from latchmark.wording import count

_LATENCIES = (LATENCY_P50, LATENCY_P99)


def run_gate(request: Request, folder: Path, lock_name: str) -> Verdict:
    """The verdict of the gate in `folder`, whose request is written there. Measures what is missing; the host
    is locked as long as anything is. Raises LatchmarkError where the gate cannot be asked or run (2, 4), or
    was stopped (3)."""
    held = ExitStack()
    is_locked = False

    def lock_host() -> None:
        nonlocal is_locked
        if not is_locked:
            refuse_other_binaries(request)
            held.enter_context(HostLock(lock_name))
            is_locked = True

    try:
        with stoppable():
            return _verdict(request, folder, lock_host)
    finally:
        held.close()


def _verdict(request: Request, folder: Path, before_running: Callable[[], None]) -> Verdict:
    policy = request.policy_in(folder)
    found = Found(policy.rules)
    plans = planned_by(request, folder, before_running)
    if isinstance(plans, Problem):
        found.problems.append(plans)
        return verdict_of(request, policy, found, None, None)
    expected = expected_of(plans.base, plans.head, policy, request.today, request.sources)
    if expected.points:
        _prepare(request, policy, expected, found)
        Measuring(request, folder, policy, plans.base, expected, found, before_running).run()
    return verdict_of(request, policy, found, plans, expected)


def _prepare(request: Request, policy: Policy, expected: Expected, found: Found) -> None:
    """Refuses what could not be decided, and fits the rules into the budget. Raises WrongUsage."""
    names = [point.name for point in (*expected.points, *expected.controls)]
    for one in request.injections:
        if one.point not in names:
            near = get_close_matches(one.point, names, 1, 0.0)
            raise WrongUsage(f"--inject {one.point}: no such point is measured: did you mean {near[0]}?")
        if any(point.name == one.point and point.metric in _LATENCIES for point in expected.points):
            raise WrongUsage(
                f"--inject {one.point}: it is measured for a latency, which operations do not make up: "
                "choose another point"
            )
    pace = budget.pace_of(expected.points, expected.controls)
    if policy.budget_minutes is not None:
        found.rules, price = budget.fitted(found.rules, policy.limits, pace, policy.budget_minutes)
        found.cautions += [price] if price is not None else []
    timed = sum(bool(point.metric) for point in expected.points)
    if timed and (why := why_blind(found.rules, timed)) is not None:
        raise WrongUsage(why)
    sizes = f"{count(len(expected.points), 'point')} and {count(len(expected.controls), 'control')}"
    say(f"gate: {sizes}, about {budget.expected_s(pace, found.rules) / 60:.1f} minutes")
