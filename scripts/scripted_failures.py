"""What may go wrong with counters, and what must a run file and its reports say then? For scripted_pmu.py.

The script counts more than 0 of each of its events in each window: a 0 among its roles was never counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripted_report import Shown, objects_in

WITH_VALUE = ("counted", "scaled")
ANCHORS = ("cycles", "instructions")
GROUPS = (
    ("cross_core_loads", "cross_core_rfos", "memory_ordering_clears"),
    ("stalls_store_bound", "l1d_misses", "offcore_rfos"),
)
ROLES = (*ANCHORS, *GROUPS[0], *GROUPS[1])
HARDWARE = (*ROLES, "cycles:kernel")
SOFTWARE = ("task_clock", "context_switches", "cpu_migrations")
# page_faults has getrusage behind it: it is lost only where it was resolved before the failure.
OF_WORKERS = (*SOFTWARE, "page_faults")
STATISTICS = ("voluntary_switches", "involuntary_switches", "run_queue_wait", "timeslices")
REFUSALS = {
    "EMFILE": "open_failed",
    "EBUSY": "open_failed",
    "EACCES": "not_permitted",
    "EPERM": "not_permitted",
    "ENOENT": "not_supported",
    "EINVAL": "not_supported",
    "ENOSYS": "no_pmu",
}
WORKER_ONE = "by=1"
# Columns of readings that may well be 0: nothing happened.
THE_KERNELS_OWN = {role.replace("_", " ") for role in (*OF_WORKERS, *STATISTICS)}


@dataclass(frozen=True)
class Failure:
    """The words of a script, and which roles it costs with which status; the others keep their values."""

    words: str
    lost: Mapping[str, str] = field(default_factory=dict)


def _with_kernel(lost: Mapping[str, str]) -> dict[str, str]:
    """The kernel's cycles are the same event."""
    return dict(lost) | ({"cycles:kernel": lost["cycles"]} if "cycles" in lost else {})


def _refusals(by: str) -> Iterator[Failure]:
    """Each error for each role: every role another one, in as many runs as there are errors."""
    errors = tuple(REFUSALS)
    for shift in range(len(errors)):
        chosen = {role: errors[(place + shift) % len(errors)] for place, role in enumerate(ROLES)}
        words = " ".join([by, *(f"open:{role}={error}" for role, error in chosen.items())])
        yield Failure(words.strip(), _with_kernel({role: REFUSALS[error] for role, error in chosen.items()}))


def _refusals_of_software(by: str, roles: Sequence[str]) -> Iterator[Failure]:
    for error, status in REFUSALS.items():
        if by or error != "ENOSYS":  # without the call itself nothing of perf is left
            words = " ".join([by, *(f"open:{role}={error}" for role in roles)])
            yield Failure(words.strip(), dict.fromkeys(roles, status))


def _all(roles: Sequence[str], status: str) -> dict[str, str]:
    return dict.fromkeys(roles, status)


def _of_groups(by: str) -> Iterator[Failure]:
    """What strikes a whole group: of everybody, or of one worker of two."""
    bad_reads = ("EIO", "EINTR", "empty", "short", "backwards")
    beside_anchors = [role for role in HARDWARE if role not in ANCHORS]
    struck = {f"hardware:read={bad}": _all(HARDWARE, "read_failed") for bad in bad_reads}
    struck |= {f"software:read={bad}": _all(OF_WORKERS, "read_failed") for bad in bad_reads}
    struck |= {
        "hardware:enable=EBUSY": _all(HARDWARE, "open_failed"),
        "software:enable=EBUSY": _all(OF_WORKERS, "open_failed"),
        "running=0": _all(HARDWARE, "never_scheduled"),
        "running=100": _all(HARDWARE, "undersampled"),
        "running=500": {},  # scaled: half of the time is enough
        "room=2": _all(beside_anchors, "group_full"),
        "runs_with=2": _all(beside_anchors, "never_scheduled"),
        "interruptions=3": {},  # each call is made until it is answered
    }
    for words, lost in struck.items():
        yield Failure(f"{by} {words}".strip(), lost)


FAILURES = (
    *_refusals(""),
    *_refusals(WORKER_ONE),
    *_refusals_of_software("", SOFTWARE),
    *_refusals_of_software(WORKER_ONE, OF_WORKERS),
    *_of_groups(""),
    *_of_groups(WORKER_ONE),
    Failure("open:task_clock=ENOSYS", _all(HARDWARE, "no_pmu") | {"task_clock": "no_pmu"}),
    Failure("interruptions=1000", _all((*HARDWARE, *SOFTWARE), "open_failed")),
    Failure("statistics=EPERM", {"voluntary_switches": "not_supported", "run_queue_wait": "not_permitted"}),
    Failure(
        f"{WORKER_ONE} statistics=EPERM", {"voluntary_switches": "read_failed", "timeslices": "not_permitted"}
    ),
    *(Failure(f"stuck={role}", _with_kernel({role: "unresponsive"})) for role in (*GROUPS[0], *GROUPS[1])),
)


def readings_of(run: Mapping[str, Any], role: str) -> list[Mapping[str, Any]]:
    """Those of every launch that has one."""
    return [launch["readings"][role] for launch in run["launches"] if role in launch["readings"]]


def wrong_reading(reading: Mapping[str, Any], is_scripted: bool) -> str | None:
    """Why a reading breaks the rule that a value or a reason is there, and never a 0 for neither."""
    has_value = reading["status"] in WITH_VALUE
    parts = reading["per_worker"]
    if has_value != (reading["value"] is not None):
        return f"is {reading['status']} and has the value {reading['value']}"
    if not has_value and not reading.get("why"):
        return f"is {reading['status']} without a reason"
    if has_value and None in parts:
        return f"is a sum over some of the workers: {parts}"
    if is_scripted and (reading["value"] == 0 or 0 in parts):
        return f"has a 0: {reading['value']} of {parts}"
    return None


def reasons_of(run: Mapping[str, Any], role: str) -> list[str]:
    """Why a role has no value, of the machine or else of its launches."""
    listed = [one["why"] for one in run["counters"]["roles"] if one["role"] == role and one["why"]]
    return listed or sorted({one["why"] for one in readings_of(run, role) if one.get("why")})


def wrong_in(run: Mapping[str, Any], failure: Failure) -> Iterator[str]:
    """What a run file says that was never counted, and what the failure should have cost."""
    for launch in run["launches"]:
        if launch["status"] != "ok":
            yield f"a launch is {launch['status']}: {launch['why']}"
        for role, reading in launch["readings"].items():
            if wrong := wrong_reading(reading, role in HARDWARE):
                yield f"{role} {wrong}"
    listed = {role["role"]: role for role in run["counters"]["roles"]}
    for role in listed.values():
        if (role["status"] in WITH_VALUE) == bool(role["why"]):
            yield f"{role['role']} is {role['status']}, why: {role['why']}"
    for name in {*HARDWARE, *failure.lost}:
        read = {one["status"] for one in readings_of(run, name)}
        found = {listed[name]["status"]} - set(WITH_VALUE) or read
        expected = {failure.lost[name]} if name in failure.lost else set(WITH_VALUE)
        if not found or not found <= expected:
            yield f"{name} is {sorted(found) or 'not read'}, not {' or '.join(sorted(expected))}"


def zeros_shown(shown: Shown) -> Iterator[str]:
    """Zeros of scripted roles, and of what is derived from them, in any report."""
    for table in shown.tables:
        if "readings" in table.caption:
            for title in table.columns:
                is_scripted = title.split(" (")[0] not in THE_KERNELS_OWN
                if is_scripted and any(is_zero(cell) for cell in table.column(title)):
                    yield f"the page shows a 0 below {title}: {table.caption}"
    for row in shown.csv:
        if row["metric"] in HARDWARE and is_zero(row["median"]):
            yield f"the CSV shows a 0: {row}"
    for one in objects_in(shown.json):
        if one.get("metric") in HARDWARE and one.get("median") == 0:
            yield f"the JSON shows a 0: {one}"


def is_zero(cell: str) -> bool:
    """Whether a cell is the number 0, over how many launches it may say behind it."""
    try:
        return float(cell.split("(")[0]) == 0
    except ValueError:
        return False


def without_flag(run: Mapping[str, Any], shown: Shown) -> Iterator[str]:
    """Reports that do not say whose counts they show."""
    sentence = run["counters"]["script"]
    for name, text in (*shown.texts().items(), ("export for Google Benchmark", json.dumps(shown.gbench))):
        if sentence not in text:
            yield f"the {name} does not say that the counts come from {sentence}"
    for row in shown.csv:
        if "script" not in row.get("flags", ""):
            yield f"a row of the CSV does not say that the counts come from a script: {row}"


def wrong_report(run: Mapping[str, Any], shown: Shown, failure: Failure) -> Iterator[str]:
    """Zeros, reasons that are not told, and a script that is not named."""
    yield from zeros_shown(shown)
    yield from without_flag(run, shown)
    for role in failure.lost:
        for reason in reasons_of(run, role):
            for name, text in shown.texts().items():
                if reason not in text:
                    yield f"the {name} does not say why {role} has no value: {reason}"
