"""Can these numbers be trusted? One row a check, its answer in words: pass, warn, fail or not known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

from latchmark.cautions import reach
from latchmark.cautions.caution import Caution, CautionName
from latchmark.cautions.reach import Reach
from latchmark.cautions.stand_ins import stand_ins_of
from latchmark.model import Run, Unavailable
from latchmark.wording import count, number


class Answer(StrEnum):
    """In the order of how much each matters."""

    FAIL = "fail"
    WARN = "warn"
    NOT_KNOWN = "not known"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Check:
    """`seen` is what was found, `remedy` what to do about it (empty on a pass), `places` at how many points
    or experiments, as `noun` says; 0 where it concerns the run."""

    answer: Answer
    subject: str
    seen: str
    remedy: str = ""
    places: int = 0
    noun: str = "point"


@dataclass(frozen=True, slots=True)
class _Rule:
    """A check that passes while no caution of these names fires, and where `reach` says that one could
    have."""

    subject: str
    names: tuple[CautionName, ...]
    passed: str
    reach: Callable[[Run], Reach]
    answer: Answer = Answer.WARN


def _whole(_: Run) -> Reach:
    return reach.WHOLE_RUN


_RULES = (
    _Rule(
        "Correctness",
        (CautionName.VERIFY_FAILED,),
        "every launch that ended proved its work",
        reach.proved,
        Answer.FAIL,
    ),
    _Rule(
        "Launches",
        (CautionName.LAUNCHES_FAILED,),
        "every launch came to its end",
        reach.started,
        Answer.FAIL,
    ),
    _Rule("Completeness", (CautionName.INCOMPLETE_RUN,), "every planned round was run", _whole, Answer.FAIL),
    _Rule("Build", (CautionName.NOT_A_RELEASE_BUILD,), "release build", _whole, Answer.FAIL),
    _Rule(
        "Controls",
        (CautionName.CONTROL_NOT_TIED,),
        "variants that must tie with one worker do",
        reach.controlled,
    ),
    _Rule(
        "Sample",
        (CautionName.TOO_FEW_LAUNCHES,),
        "enough launches for an interval at every point launched",
        reach.started,
    ),
    _Rule(
        "Overlap",
        (CautionName.OVERLAP_LOW,),
        "workers of a team were busy at the same time",
        reach.contended,
    ),
    _Rule(
        "Steal",
        (CautionName.STEAL,),
        "the hypervisor took no time that could be seen",
        reach.steal_known,
    ),
    _Rule(
        "Preemption",
        (CautionName.INVOLUNTARY_SWITCHES,),
        "no worker lost its CPU to something else",
        reach.switches_counted,
    ),
    _Rule("Pinning", (CautionName.MIGRATED,), "no worker left its CPU", reach.knowing("migrated_windows")),
    _Rule(
        "Frequency",
        (CautionName.FREQUENCY_DRIFT,),
        "steady within every launch",
        reach.knowing("chain_drift"),
    ),
    _Rule("Throttling", (CautionName.THROTTLED,), "none counted", reach.knowing("throttle_count")),
    _Rule(
        "Drift",
        (CautionName.DRIFT_IN_RUN,),
        "the last rounds ran like the first",
        reach.rounds_compared,
    ),
    _Rule(
        "Modes",
        (CautionName.TWO_MODES,),
        "no point's launches fall into two groups",
        reach.with_enough_for_modes,
    ),
    _Rule(
        "Counters",
        (
            CautionName.READINGS_LOST,
            CautionName.SCALED_COUNTER,
            CautionName.ANCHORS_DISAGREE,
            CautionName.READING_COUNTS_ITSELF,
            CautionName.MIXED_KINDS,
        ),
        "every reading has a value, none is an estimate from a small part of the time or contradicts another",
        reach.hardware_counted,
    ),
    _Rule(
        "Positive control",
        (CautionName.ROLE_UNRESPONSIVE, CautionName.ROLE_UNCONTROLLED),
        "every role that took part reacted",
        reach.roles_controlled,
    ),
    _Rule(
        "Windows",
        (CautionName.LOW_OPERATION_COUNT,),
        "enough operations in every window",
        reach.with_windows,
    ),
    _Rule(
        "Launch notes",
        (CautionName.NOTED_IN_LAUNCH,),
        "no launch saw anything out of order",
        reach.with_windows,
    ),
    _Rule("Virtual machine", (CautionName.VIRTUAL_MACHINE,), "no hypervisor seen", reach.hypervisor_known),
)

# Settings of the machine, the values with which numbers repeat, and what to do otherwise.
_SETTINGS = (
    ("Governor", "governor", ("performance",), "Set the performance governor"),
    ("Turbo", "turbo", ("off", "disabled"), "Switch turbo off for numbers that repeat"),
    ("NUMA balancing", "numa_balancing", ("off", "0"), "Switch off kernel.numa_balancing"),
)


def checks_of(run: Run, cautions: Sequence[Caution]) -> tuple[Check, ...]:
    """Every check; failures first, passes last."""
    load = _load(run)
    found = [_ruled(run, rule, [one for one in cautions if one.name in rule.names]) for rule in _RULES]
    if load.answer is Answer.WARN:
        found = [_blamed_on_load(check) for check in found]
    # Only where it is so: nobody asks of a usual run whether a machine ran it.
    found += [
        Check(Answer.FAIL, one.flag.capitalize(), one.sentence.removesuffix("."), one.caution.remedy)
        for one in stand_ins_of(run)
    ]
    found += [load, *(_setting(run, *setting) for setting in _SETTINGS)]
    order = list(Answer)
    return tuple(sorted(found, key=lambda check: order.index(check.answer)))


def tally_of(checks: Sequence[Check]) -> str:
    """`2 warn, 3 not known, 12 pass`."""
    amounts = {answer: sum(check.answer is answer for check in checks) for answer in Answer}
    return ", ".join(f"{amount} {answer.value}" for answer, amount in amounts.items() if amount)


def _ruled(run: Run, rule: _Rule, fired: Sequence[Caution]) -> Check:
    if fired:
        first = fired[0]
        places = {one.where for one in fired if one.where}
        are_points = not places.issubset({experiment.name for experiment in run.experiments})
        noun = "point" if are_points else "experiment"
        # A point's caution quotes that point alone; how far it reaches is in the number.
        reach = (
            f" ({first.where}, and {count(len(places) - 1, 'other')})"
            if first.where and len(places) > 1
            else f" ({first.where})"
            if first.where
            else f" (and at {count(len(places), noun)})"
            if places
            else ""
        )
        seen = f"{first.seen}{reach}: {first.doubt}"
        return Check(rule.answer, rule.subject, seen, first.remedy, len(places), noun)
    known = rule.reach(run)
    if not known.seen:
        return Check(Answer.NOT_KNOWN, rule.subject, known.why_none)
    return Check(Answer.PASS, rule.subject, rule.passed + known.gap)


def _load(run: Run) -> Check:
    """Warns when something else wanted a CPU at the start or end of half of the launches, or more was
    runnable in the last minute than the run's largest team.

    Half of the launches, because one glance at an idle machine often catches a kernel thread; the largest
    team, because the load average counts the run's own workers. Without glances at launches, the two at the
    ends of the run must do.
    """
    glances = [load for one in run.launches if isinstance(load := one.disturbance.get("foreign_load"), float)]
    ends = run.disturbance.get("foreign_load", Unavailable("not recorded"))
    if not glances and not isinstance(ends, float):
        return Check(
            Answer.NOT_KNOWN, "Other load", ends.reason if isinstance(ends, Unavailable) else "no launch"
        )
    load_1m = run.disturbance.get("load_1m")
    largest = max((point.workers for point in run.points if point.skip is None), default=1)
    busy = sum(load >= 1 for load in glances)
    seen = []
    if glances and median(glances) >= 1:
        seen.append(f"others were runnable in {busy:,} of {count(len(glances), 'launch')}")
    if not glances and isinstance(ends, float) and ends >= 1:
        seen.append(f"{number(ends)} others were runnable at the start or end of the run")
    if isinstance(load_1m, float) and load_1m > largest:
        seen.append(f"a load of {number(load_1m)} at the end, more than the largest team of {largest}")
    if seen:
        doubt = "the workers shared CPUs, caches and memory with something else"
        return Check(
            Answer.WARN, "Other load", f"{'; '.join(seen)}: {doubt}", "Stop other work and run again"
        )
    passed = (
        "most launches had the machine to themselves" if glances else "nothing else at either end of the run"
    )
    return Check(Answer.PASS, "Other load", passed)


def _blamed_on_load(check: Check) -> Check:
    # A CPU that something else also uses looks slower to the chain that measures its speed.
    if check.subject != "Frequency" or check.answer is not Answer.WARN:
        return check
    usual = check.remedy[:1].lower() + check.remedy[1:]
    return replace(check, remedy=f"First stop other work, which looks the same; then {usual}")


def _setting(run: Run, subject: str, name: str, good: tuple[str, ...], remedy: str) -> Check:
    value = run.machine.soft_key.get(name, Unavailable("not recorded"))
    if isinstance(value, Unavailable):
        return Check(Answer.NOT_KNOWN, subject, value.reason)
    if value.lower() in good:
        return Check(Answer.PASS, subject, value)
    return Check(Answer.WARN, subject, value, remedy)
