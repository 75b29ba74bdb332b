"""On how much of a run could a check have fired? A check that looked at nothing has nothing to pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from latchmark.cautions.of_point import FEWEST_LAUNCHES_FOR_MODES
from latchmark.cautions.of_run import FEWEST_ROUNDS_IN_A_THIRD
from latchmark.model import ControlResult, Launch, LaunchStatus, Placement, Role, Run, Unavailable
from latchmark.statistics import Interval, Ratio, controls_of, interval_rank, ratio_of_points, values_by_round
from latchmark.wording import count

# Software counts whatever it counts; only the hardware's counters share time.
_SOFTWARE_TIERS = ("software", "rusage", "schedstat")


@dataclass(frozen=True, slots=True)
class Reach:
    """A check looked at `seen` of the `of` things that `noun` names; `why_none` explains a zero."""

    seen: int
    of: int
    noun: str
    why_none: str

    @property
    def gap(self) -> str:
        """Where it could not look everywhere, how far it looked."""
        return f"; known for {self.seen:,} of {count(self.of, self.noun)}" if self.seen < self.of else ""


WHOLE_RUN = Reach(1, 1, "run", "")


def started(run: Run) -> Reach:
    """Launches, however they ended."""
    return Reach(len(run.launches), len(run.launches), "launch", "no launch was started")


def proved(run: Run) -> Reach:
    """Launches that got as far as being asked for proof of their work."""
    asked = sum(launch.is_ok or launch.status is LaunchStatus.VERIFY_FAILED for launch in run.launches)
    return Reach(asked, len(run.launches), "launch", "no launch came to its end")


def with_windows(run: Run) -> Reach:
    """Launches whose windows are known."""
    return _of_launches(run, lambda launch: launch.windows is not None, "no launch came to its end")


def contended(run: Run) -> Reach:
    """Launches of teams whose workers each have a CPU: alone, or taking turns, none can overlap."""
    teams = [one for one in run.launches if run.points[one.point].workers > 1 and not _takes_turns(run, one)]
    seen = sum(one.is_ok and one.windows is not None for one in teams)
    why_none = "no launch of a team came to its end" if teams else "no team had a CPU for each of its workers"
    return Reach(seen, len(teams), "team launch", why_none)


def _counts_switches(launch: Launch) -> bool:
    reading = launch.readings.get("involuntary_switches")
    return reading is not None and any(amount is not None for amount in reading.per_worker)


def switches_counted(run: Run) -> Reach:
    """Launches whose lost CPUs were counted."""
    usual = [launch for launch in run.launches if not _takes_turns(run, launch)]
    seen = sum(_is_known(one, "involuntary_switches") or _counts_switches(one) for one in usual)
    whys = [role.why for role in run.counters.roles if role.role == "involuntary_switches" and role.why]
    return Reach(seen, len(usual), "launch", (whys or ["no launch counted involuntary switches"])[0])


def knowing(disturbance: str) -> Callable[[Run], Reach]:
    """Launches in which a disturbance is known."""

    def reach(run: Run) -> Reach:
        values = [launch.disturbance.get(disturbance) for launch in run.launches if launch.is_ok]
        reasons = [value.reason for value in values if isinstance(value, Unavailable)]
        why_none = (reasons or ["not recorded" if values else "no launch came to its end"])[0]
        return _of_launches(run, lambda launch: _is_known(launch, disturbance), why_none)

    return reach


def steal_known(run: Run) -> Reach:
    """Known over the whole run, where the kernel's coarse ticks add up; else in launches."""
    return WHOLE_RUN if isinstance(run.disturbance.get("steal_share"), float) else knowing("steal_share")(run)


def hardware_counted(run: Run) -> Reach:
    """Launches with a reading of a hardware counter."""
    roles = {one.role for one in _hardware_roles(run)}
    whys = [one.why for one in run.counters.roles if one.tier not in _SOFTWARE_TIERS and one.why]
    return _of_launches(
        run,
        lambda launch: any(
            role in roles and not isinstance(reading.value, Unavailable)
            for role, reading in launch.readings.items()
        ),
        "no launch counted anything in hardware" if roles or not whys else whys[0],
    )


def roles_controlled(run: Run) -> Reach:
    """Hardware roles that took part in the positive control."""
    roles = _hardware_roles(run)
    asked = [run.counters.control_of(role.role) for role in roles]
    seen = sum(one is not None and one.result is not ControlResult.NOT_RUN for one in asked)
    whys = [one.why for one in run.counters.roles if one.tier not in _SOFTWARE_TIERS and one.why]
    no_role = whys[0] if whys else "there is no hardware role to ask"
    return Reach(seen, len(roles), "role", "no control was recorded" if roles else no_role)


def _hardware_roles(run: Run) -> list[Role]:
    return [one for one in run.counters.roles if one.is_available and one.tier not in _SOFTWARE_TIERS]


def with_enough_for_modes(run: Run) -> Reach:
    """Points with enough launches for two groups to be told from chance."""
    points = [point for point in run.points if point.skip is None]
    seen = sum(len(values_by_round(run, point)) >= FEWEST_LAUNCHES_FOR_MODES for point in points)
    return Reach(
        seen, len(points), "point", f"no point has the {FEWEST_LAUNCHES_FOR_MODES} launches it takes"
    )


def controlled(run: Run) -> Reach:
    """Pairs of variants that must tie with one worker, and have an interval."""
    planned = [pair for experiment in run.experiments for pair in controls_of(run, experiment)]
    pairs = [pair for pair in planned if all(point.skip is None for point in pair)]
    ratios = [ratio_of_points(run, one, other) for one, other in pairs]
    seen = sum(isinstance(one, Ratio) and isinstance(one.interval, Interval) for one in ratios)
    why_none = "no control has an interval: it takes six rounds" if pairs else "no control was planned"
    return Reach(seen, len(pairs), "control", why_none)


def rounds_compared(run: Run) -> Reach:
    """Rounds, where there are enough for an interval in the first third and in the last."""
    by_round: dict[int, int] = {}
    for point in run.points:
        if point.purpose is run.experiment_of(point).main_purpose and not point.is_oversubscribed:
            for round_ in values_by_round(run, point):
                by_round[round_] = by_round.get(round_, 0) + 1
    amounts = [amount for _, amount in sorted(by_round.items())]
    third = len(amounts) // 3
    thirds = (sum(amounts[:third]), sum(amounts[-third:])) if third >= FEWEST_ROUNDS_IN_A_THIRD else (0,)
    enough = all(interval_rank(amount) is not None for amount in thirds)
    why_none = f"it takes {3 * FEWEST_ROUNDS_IN_A_THIRD} rounds with values; there are {len(amounts)}"
    if third >= FEWEST_ROUNDS_IN_A_THIRD:
        why_none = "too few launches in a third of the rounds for an interval"
    return Reach(len(amounts) if enough else 0, len(amounts), "round", why_none)


def hypervisor_known(run: Run) -> Reach:
    """Whether the machine says if it is a virtual one."""
    known = run.machine.hard_key.get("hypervisor", Unavailable("not recorded"))
    return Reach(0, 1, "run", known.reason) if isinstance(known, Unavailable) else WHOLE_RUN


def _of_launches(run: Run, is_seen: Callable[[Launch], bool], why_none: str) -> Reach:
    seen = sum(launch.is_ok and is_seen(launch) for launch in run.launches)
    return Reach(seen, len(run.launches), "launch", why_none)


def _is_known(launch: Launch, disturbance: str) -> bool:
    value = launch.disturbance.get(disturbance)
    return isinstance(value, float) or (
        isinstance(value, tuple) and any(amount is not None for amount in value)
    )


def _takes_turns(run: Run, launch: Launch) -> bool:
    return run.points[launch.point].placement in (Placement.SAME_CPU, Placement.OVERSUBSCRIBED)
