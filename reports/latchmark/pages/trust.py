"""Can these numbers be trusted? One row a check, its answer in words: pass, warn, fail or not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from latchmark.cautions import Caution, CautionName
from latchmark.model import Run, Unavailable
from latchmark.wording import count


class Answer(StrEnum):
    """In the order of how much each matters."""

    FAIL = "fail"
    WARN = "warn"
    NOT_KNOWN = "not known"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Check:
    """`seen` is what was found, `remedy` what to do about it (empty on a pass)."""

    answer: Answer
    subject: str
    seen: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A check that passes while no caution of these names fires. `disturbance` is what it needs to know."""

    subject: str
    names: tuple[CautionName, ...]
    passed: str
    answer: Answer = Answer.WARN
    disturbance: str | None = None


_RULES = (
    _Rule(
        "Correctness", (CautionName.VERIFY_FAILED,), "every launch that ended proved its work", Answer.FAIL
    ),
    _Rule("Launches", (CautionName.LAUNCHES_FAILED,), "every launch came to its end", Answer.FAIL),
    _Rule("Completeness", (CautionName.INCOMPLETE_RUN,), "every planned round was run", Answer.FAIL),
    _Rule("Build", (CautionName.NOT_A_RELEASE_BUILD,), "release build", Answer.FAIL),
    _Rule("Controls", (CautionName.CONTROL_NOT_TIED,), "variants that must tie with one worker do"),
    _Rule("Sample", (CautionName.TOO_FEW_LAUNCHES,), "enough launches for an interval at every point"),
    _Rule("Overlap", (CautionName.OVERLAP_LOW,), "workers of a team were busy at the same time"),
    _Rule(
        "Steal",
        (CautionName.STEAL,),
        "the hypervisor took no time that could be seen",
        disturbance="steal_share",
    ),
    _Rule("Other load", (CautionName.INVOLUNTARY_SWITCHES,), "no worker lost its CPU to something else"),
    _Rule("Pinning", (CautionName.MIGRATED,), "no worker left its CPU", disturbance="migrated_windows"),
    _Rule(
        "Frequency", (CautionName.FREQUENCY_DRIFT,), "steady within every launch", disturbance="chain_drift"
    ),
    _Rule("Throttling", (CautionName.THROTTLED,), "none counted", disturbance="throttle_count"),
    _Rule("Drift", (CautionName.DRIFT_IN_RUN,), "the last rounds ran like the first"),
    _Rule("Modes", (CautionName.TWO_MODES,), "no point's launches fall into two groups"),
    _Rule("Counters", (CautionName.SCALED_COUNTER,), "no reading is an estimate from part of the time"),
    _Rule("Windows", (CautionName.LOW_OPERATION_COUNT,), "enough operations in every window"),
    _Rule("Launch notes", (CautionName.NOTED_IN_LAUNCH,), "no launch saw anything out of order"),
    _Rule("Virtual machine", (CautionName.VIRTUAL_MACHINE,), "no hypervisor seen"),
)

# Settings of the machine, the values with which numbers repeat, and what to do otherwise.
_SETTINGS = (
    ("Governor", "governor", ("performance",), "Set the performance governor"),
    ("Turbo", "turbo", ("off", "disabled"), "Switch turbo off for numbers that repeat"),
    ("NUMA balancing", "numa_balancing", ("off", "0"), "Switch off kernel.numa_balancing"),
)


def checks_of(run: Run, cautions: Sequence[Caution]) -> tuple[Check, ...]:
    """Every check; failures first, passes last."""
    found = [_ruled(run, rule, [one for one in cautions if one.name in rule.names]) for rule in _RULES]
    found += [_setting(run, *setting) for setting in _SETTINGS]
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
        # A point's caution quotes that point alone; how far it reaches is in the number.
        reach = (
            f" ({first.where}, and {count(len(places) - 1, 'other')})"
            if len(places) > 1
            else f" ({first.where})"
            if places
            else ""
        )
        return Check(rule.answer, rule.subject, f"{first.seen}{reach}: {first.doubt}", first.remedy)
    if rule.disturbance is None:
        return Check(Answer.PASS, rule.subject, rule.passed)
    if isinstance(run.disturbance.get(rule.disturbance), float):
        # Known over the whole run, where the kernel's coarse ticks add up.
        return Check(Answer.PASS, rule.subject, rule.passed)
    known, why_not = _knowledge_of(run, rule.disturbance)
    if not known:
        return Check(Answer.NOT_KNOWN, rule.subject, why_not)
    gap = f"; known for {known} of {count(len(run.launches), 'launch')}" if known < len(run.launches) else ""
    return Check(Answer.PASS, rule.subject, rule.passed + gap)


def _knowledge_of(run: Run, disturbance: str) -> tuple[int, str]:
    """In how many launches a disturbance is known, and why it is not in the others: silence is no pass."""
    values = [launch.disturbance.get(disturbance, Unavailable("not recorded")) for launch in run.launches]
    reasons = [value.reason for value in values if isinstance(value, Unavailable)]
    return len(values) - len(reasons), reasons[0] if reasons else "no launch"


def _setting(run: Run, subject: str, name: str, good: tuple[str, ...], remedy: str) -> Check:
    value = run.machine.soft_key.get(name, Unavailable("not recorded"))
    if isinstance(value, Unavailable):
        return Check(Answer.NOT_KNOWN, subject, value.reason)
    if value.lower() in good:
        return Check(Answer.PASS, subject, value)
    return Check(Answer.WARN, subject, value, remedy)
