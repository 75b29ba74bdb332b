"""Why might a point's number be wrong? What its launches went through, against the bounds for a caution.

The bounds are judgement, to be revised by data: much lower, and every number would carry an unread stamp.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median, median_low

from latchmark.cautions.caution import Caution, CautionName
from latchmark.cautions.of_readings import cautions_of_readings
from latchmark.model import Launch, LaunchStatus, Placement, Point, Run
from latchmark.statistics import first_side, interval_rank, values_by_round
from latchmark.wording import count, number, percent, words

LOWEST_OVERLAP = 0.95
LARGEST_STEAL_SHARE = 0.005
UNDISTURBED_NS_PER_SWITCH = 10e6
# Above one step of turbo, 100 MHz: 2.7 % at 3.7 GHz. Such steps come and go all the time.
LARGEST_CHAIN_DRIFT = 0.035
FEWEST_OPERATIONS = 100
# With these the rule fires by chance on one point in a hundred at most, and finds modes ten spreads apart.
FEWEST_LAUNCHES_FOR_MODES = 9
GAP_IN_GROUP_WIDTHS = 1.5
SMALLEST_GAP = 0.05


def cautions_of_point(run: Run, point: Point) -> tuple[Caution, ...]:
    """The cautions of a point's first side; none for a skipped point, which has no number."""
    launches = [launch for launch in run.launches_of(point) if launch.side == first_side(run)]
    finished = [launch for launch in launches if launch.is_ok]
    found = [
        _failures(point, launches),
        _too_few(point, launches, finished),
        _low_overlap(point, finished),
        _steal(point, finished),
        _involuntary_switches(point, finished),
        _migrations(point, finished),
        _frequency_drift(point, finished),
        _throttling(point, finished),
        _low_operation_count(point, finished),
        *cautions_of_readings(run, point, finished),
        _two_modes(run, point),
    ]
    verify = _verify_failed(point, launches)
    return tuple(caution for caution in [verify, *found, *_notes(point, finished)] if caution is not None)


def _verify_failed(point: Point, launches: Sequence[Launch]) -> Caution | None:
    failed = [launch for launch in launches if launch.status is LaunchStatus.VERIFY_FAILED]
    if not failed:
        return None
    return Caution(
        CautionName.VERIFY_FAILED,
        point.name,
        f"{count(len(failed), 'launch')} did not do the work that was asked ({_why(failed)})",
        "a workload that loses operations is wrong, and its other launches may be too",
        "Mend the workload before reading its numbers",
    )


def _failures(point: Point, launches: Sequence[Launch]) -> Caution | None:
    failed = [one for one in launches if not one.is_ok and one.status is not LaunchStatus.VERIFY_FAILED]
    if not failed:
        return None
    kinds = words(sorted({launch.status.text for launch in failed}))
    return Caution(
        CautionName.LAUNCHES_FAILED,
        point.name,
        f"{len(failed)} of {count(len(launches), 'launch')} {kinds} ({_why(failed)})",
        "the launches that survived may be the lucky ones",
        "Run this point alone and look at the reason",
    )


def _too_few(point: Point, launches: Sequence[Launch], finished: Sequence[Launch]) -> Caution | None:
    n = len(finished)
    if not launches or interval_rank(n) is not None:
        return None
    return Caution(
        CautionName.TOO_FEW_LAUNCHES,
        point.name,
        f"{count(n, 'launch')} came to an end",
        "an interval that holds the median 95 times in 100 needs six",
        "Run with at least six rounds",
    )


def _low_overlap(point: Point, launches: Sequence[Launch]) -> Caution | None:
    # Workers that share a CPU take turns: their overlap says nothing.
    if point.workers == 1 or _shares_cpus(point):
        return None
    lows = [min(launch.windows.overlap) for launch in launches if launch.windows and launch.windows.overlap]
    below = [low for low in lows if low < LOWEST_OVERLAP]
    if not below:
        return None
    return Caution(
        CautionName.OVERLAP_LOW,
        point.name,
        f"the workers were busy together for as little as {percent(min(below))} of a window"
        f" ({len(below)} of {len(lows)} launches below {percent(LOWEST_OVERLAP)})",
        "a contended number without overlap is partly an uncontended one",
        "Free the CPUs of other load and run again",
    )


def _steal(point: Point, launches: Sequence[Launch]) -> Caution | None:
    shares = [share for launch in launches for share in _amounts(launch, "steal_share")]
    stolen = [share for share in shares if share > LARGEST_STEAL_SHARE]
    if not stolen:
        return None
    return Caution(
        CautionName.STEAL,
        point.name,
        f"the hypervisor took up to {percent(max(stolen))} of the CPU time"
        f" ({len(stolen)} of {len(shares)} launches)",
        "time stolen from one worker is waiting for the others",
        "Use a host without neighbours, or more rounds",
    )


def _involuntary_switches(point: Point, launches: Sequence[Launch]) -> Caution | None:
    if _shares_cpus(point):
        return None
    disturbed = 0
    for launch in launches:
        switches, busy_ns = _most_switches(launch)
        # More than one, because one switch in a short window would already exceed any rate.
        if switches is not None and switches > max(1.0, busy_ns / UNDISTURBED_NS_PER_SWITCH):
            disturbed += 1
    if not disturbed:
        return None
    return Caution(
        CautionName.INVOLUNTARY_SWITCHES,
        point.name,
        f"in {disturbed} of {count(len(launches), 'launch')} a worker lost its CPU more than once per 10 ms",
        "something else ran on the CPUs under test",
        "Free or isolate the CPUs and run again",
    )


def _migrations(point: Point, launches: Sequence[Launch]) -> Caution | None:
    moved = [launch for launch in launches if any(_amounts(launch, "migrated_windows"))]
    if not moved:
        return None
    return Caution(
        CautionName.MIGRATED,
        point.name,
        f"in {len(moved)} of {count(len(launches), 'launch')} a worker left its CPU",
        "the placement in the point's name did not hold",
        "Look for something that changes affinities (a cpuset manager, irqbalance for threads)",
    )


def _frequency_drift(point: Point, launches: Sequence[Launch]) -> Caution | None:
    drifts = [
        max(abs(one) for one in drift) for launch in launches if (drift := _amounts(launch, "chain_drift"))
    ]
    large = [drift for drift in drifts if drift > LARGEST_CHAIN_DRIFT]
    if not large:
        return None
    return Caution(
        CautionName.FREQUENCY_DRIFT,
        point.name,
        f"the CPU's speed changed by up to {percent(max(large))} within a launch"
        f" ({len(large)} of {len(drifts)} launches)",
        "the same work then takes a different time",
        "Set the performance governor, switch turbo off, or let the machine cool down",
    )


def _throttling(point: Point, launches: Sequence[Launch]) -> Caution | None:
    throttled = [
        launch
        for launch in launches
        if any(_amounts(launch, "throttle_count")) or any(_amounts(launch, "cgroup_throttled_ns"))
    ]
    if not throttled:
        return None
    return Caution(
        CautionName.THROTTLED,
        point.name,
        f"in {len(throttled)} of {count(len(launches), 'launch')} the CPUs were throttled",
        "heat or a quota of the control group stopped the workers for a while",
        "Improve the cooling, or lift the CPU quota of this container",
    )


def _low_operation_count(point: Point, launches: Sequence[Launch]) -> Caution | None:
    fewest = [
        min(min(window) for window in launch.windows.operations)
        for launch in launches
        if launch.windows and launch.windows.operations
    ]
    if not fewest or median(fewest) >= FEWEST_OPERATIONS:
        return None
    return Caution(
        CautionName.LOW_OPERATION_COUNT,
        point.name,
        f"a worker did only {count(median_low(fewest), 'operation')} in a window",
        "start and end of the window weigh too much",
        "Ask for longer windows",
    )


def _two_modes(run: Run, point: Point) -> Caution | None:
    """Fires when the widest gap between launch values is much wider than either group beside it."""
    values = sorted(value for value in values_by_round(run, point).values() if value > 0)
    n = len(values)
    if n < FEWEST_LAUNCHES_FOR_MODES:
        return None
    logs = [math.log(value) for value in values]
    # Each mode must hold a quarter of the launches: one launch far off is an accident, not a mode.
    splits = range(max(3, n // 4), n - max(3, n // 4) + 1)
    gap, split = max((logs[i] - logs[i - 1], i) for i in splits)
    widest = max(logs[split - 1] - logs[0], logs[-1] - logs[split])
    if gap <= max(SMALLEST_GAP, GAP_IN_GROUP_WIDTHS * widest):
        return None
    return Caution(
        CautionName.TWO_MODES,
        point.name,
        f"the launches fall into two groups: {split} up to {number(values[split - 1])} and {n - split} from"
        f" {number(values[split])}",
        "their median lies in neither, or depends on luck",
        "Look at the launches in time order; memory layout and placement of pages are the usual causes",
    )


def _notes(point: Point, launches: Sequence[Launch]) -> list[Caution]:
    notes = sorted({note for launch in launches for note in launch.cautions})
    return [
        Caution(
            CautionName.NOTED_IN_LAUNCH,
            point.name,
            f"{count(sum(note in launch.cautions for launch in launches), 'launch')} noted: {note}",
            "the launch itself saw something out of order",
            "Look at the launches of this point in the run file",
        )
        for note in notes
    ]


def _why(failed: Sequence[Launch]) -> str:
    return failed[0].why or "no reason recorded"


def _shares_cpus(point: Point) -> bool:
    return point.placement in (Placement.SAME_CPU, Placement.OVERSUBSCRIBED)


def _amounts(launch: Launch, name: str) -> tuple[float, ...]:
    """What is known of a disturbance: one number, one a worker, or none."""
    value = launch.disturbance.get(name)
    if isinstance(value, tuple):
        return tuple(amount for amount in value if amount is not None)
    return (value,) if isinstance(value, float) else ()


def _most_switches(launch: Launch) -> tuple[float | None, int]:
    """The most that one worker lost its CPU, and in how many ns."""
    windows = launch.windows
    if amounts := _amounts(launch, "involuntary_switches"):
        return max(amounts), sum(max(window) for window in windows.elapsed_ns) if windows else 0
    # Counted only, in files that are older than the stamp.
    reading = launch.readings.get("involuntary_switches")
    known = [amount for amount in reading.per_worker if amount is not None] if reading else []
    return max(known, default=None), windows.counted_ns if windows else 0
