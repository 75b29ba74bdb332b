"""Which rounds does the machine itself call disturbed? Never a measured value, and never one side alone.

No absolute bound fits every machine: on a shared virtual one, steal above 2 % is half of all rounds in a
noisy half hour and none in a quiet one. So a round is judged against the run's own: void is what lies beyond
the upper fence of their distribution (Tukey's: the third quartile and one and a half times the middle half)
and also above an amount that hurts at all. A machine that is noisy throughout thus voids few rounds; its
pairs scatter, and scatter is what the tests are made for.

What no test survives is a disturbance that comes and goes with the side: then every round is void.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from latchmark.model import Disturbance, Launch, Round, Run
from latchmark.statistics import sign_p
from latchmark.wording import number, percent

WARM_UP_ROUND = 0
"""Files, pages and the frequency are cold in it: it is measured and never counted."""

# Below 2 % steal moves a median of windows by less than launches scatter (judgement).
_LEAST_STEAL_SHARE = 0.02
# A look at a quiet Linux finds one runnable thread of the kernel's now and then.
_LEAST_FOREIGN_THREADS = 1.0
# Slices of the scheduler are milliseconds; a stall that tears a pair apart is tens of them.
_LEAST_GAP_S = 0.05
_FENCE = 1.5
_FEWEST_ROUNDS_FOR_A_FENCE = 4

# A disturbance that goes with the side: a fifth of a thread, or 1 % of steal, more on the average beside one
# of them, and an order of pairs that chance makes once in a thousand runs. Company in a fifth of the launches
# moves their median by a third of what pairs spread by; less is not worth a verdict.
_UNFAIR_THREADS = 0.2
_UNFAIR_STEAL = 0.01
_UNFAIR_P = 0.001


@dataclass(frozen=True, slots=True)
class _Cause:
    """What is looked at, from which amount on it matters, and how it is told."""

    values: Mapping[int, float]
    least: float
    told: str


def voids_of(run: Run) -> Mapping[int, str]:
    """Why rounds do not count, by round; the warm-up round is not among them."""
    rounds = sorted({launch.round for launch in run.launches} - {WARM_UP_ROUND})
    if (unfair := _unfair(run)) is not None:
        return dict.fromkeys(rounds, unfair)
    voids: dict[int, str] = {}
    for cause in _causes(run):
        fence = max(cause.least, _upper_fence([*cause.values.values()]))
        for round_, value in cause.values.items():
            if value > fence:
                voids.setdefault(round_, cause.told.format(_amount(cause, value), _amount(cause, fence)))
    for round_, why in (*_throttled(run), *_interrupted(run, rounds)):
        voids.setdefault(round_, why)
    return {round_: voids[round_] for round_ in sorted(voids)}


def off_its_cpu(launch: Launch) -> bool:
    """Whether a worker was moved while it measured: its pair does not count."""
    moved = launch.disturbance.get("migrated_windows")
    return isinstance(moved, tuple) and any(one is not None and one > 0 for one in moved)


def _causes(run: Run) -> tuple[_Cause, ...]:
    seen = [one for one in run.rounds_seen if one.round != WARM_UP_ROUND]
    return (
        _Cause(
            _of_rounds(seen, "steal_share"),
            # What can hide in a short round is no reason to doubt another one.
            max((_LEAST_STEAL_SHARE, *_of_rounds(seen, "steal_resolution").values())),
            "the hypervisor took {} of the CPU time (this run's bound: {})",
        ),
        _Cause(
            _of_rounds(seen, "foreign_load"),
            _LEAST_FOREIGN_THREADS,
            "{} foreign threads were runnable (this run's bound: {})",
        ),
        _Cause(
            {one.round: one.between_s for one in seen},
            _LEAST_GAP_S,
            "{} s passed between launches (this run's bound: {} s)",
        ),
        _Cause(
            _stalls(run),
            _LEAST_GAP_S,
            "{} s went to starting and ending launches (this run's bound: {} s)",
        ),
    )


def _amount(cause: _Cause, value: float) -> str:
    return percent(value) if "hypervisor" in cause.told else number(value)


def _of_rounds(seen: Sequence[Round], name: str) -> Mapping[int, float]:
    return {one.round: value for one in seen if (value := _seen(one.disturbance, name)) is not None}


def _seen(disturbance: Mapping[str, Disturbance], name: str) -> float | None:
    value = disturbance.get(name)
    if isinstance(value, float):
        return value
    # What was too short to exclude steal, and saw none, is what is quiet here. Left out, the rounds in which
    # ticks were stolen would be compared with each other alone, and each of them be usual.
    is_quiet = name == "steal_share" and isinstance(disturbance.get("steal_resolution"), float)
    return 0.0 if is_quiet else None


def _stalls(run: Run) -> Mapping[int, float]:
    """Seconds that all launches of a round, of both sides, took beyond set-up, warm-up and windows."""
    total_s: dict[int, float] = {}
    for launch in run.launches:
        if launch.round != WARM_UP_ROUND and launch.cost is not None:
            total_s[launch.round] = total_s.get(launch.round, 0.0) + launch.cost.overhead_ns * 1e-9
    return total_s


def _upper_fence(values: Sequence[float]) -> float:
    """Of too few values none is out of line."""
    if len(values) < _FEWEST_ROUNDS_FOR_A_FENCE:
        return max(values, default=0.0)
    first, _, third = quantiles(values, n=4, method="inclusive")
    return third + _FENCE * (third - first)


def _throttled(run: Run) -> Sequence[tuple[int, str]]:
    """A CPU that was slowed down is another CPU: no amount of it is usual."""
    told = {
        "throttle_count": "a CPU was throttled for its temperature",
        "cgroup_throttled_ns": "the control group ran out of its CPU time",
    }
    return [
        (one.round, why)
        for one in run.rounds_seen
        for name, why in told.items()
        if one.round != WARM_UP_ROUND and _is_positive(one.disturbance.get(name))
    ]


def _interrupted(run: Run, rounds: Sequence[int]) -> Sequence[tuple[int, str]]:
    """A round of two sittings: hours may lie between the two launches of a pair."""
    if not run.resumed or not run.rounds_seen:
        return []
    watched = {one.round for one in run.rounds_seen}
    return [(one, "the run was interrupted in it") for one in rounds if one not in watched]


def _is_positive(value: object) -> bool:
    return isinstance(value, float) and value > 0


def _unfair(run: Run) -> str | None:
    """Why the two sides were not measured under the same conditions, in any round."""
    for name, least, what in (
        ("foreign_load", _UNFAIR_THREADS, "runnable foreign threads"),
        ("steal_share", _UNFAIR_STEAL, "of the CPU time stolen"),
    ):
        differences, means = _differences(run, name)
        if not differences or abs(means[1] - means[0]) < least:
            continue
        # Not by the middle of them: a load beside every other launch of one side leaves that where it was.
        if sign_p(differences) <= _UNFAIR_P:
            shown = [percent(one) if name == "steal_share" else number(one) for one in means]
            return (
                f"the disturbance went with the side: {shown[1]} {what} beside head, {shown[0]} beside base"
            )
    return None


def _differences(run: Run, name: str) -> tuple[Sequence[float], tuple[float, float]]:
    """What launches saw, head less base by pair, and the means of base and head."""
    seen: dict[tuple[int, int], dict[str, float]] = {}
    for launch in run.launches:
        value = _seen(launch.disturbance, name)
        if launch.round != WARM_UP_ROUND and value is not None:
            seen.setdefault((launch.round, launch.point), {})[launch.side] = value
    pairs = [one for one in seen.values() if one.keys() == {"base", "head"}]
    if not pairs:
        return (), (0.0, 0.0)
    means = tuple(sum(pair[side] for pair in pairs) / len(pairs) for side in ("base", "head"))
    return [pair["head"] - pair["base"] for pair in pairs], (means[0], means[1])
