"""How long will a gate take, and what does it see in less time? Stages are made shorter, never too short."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from latchmark.errors import WrongUsage
from latchmark.gate.procedure import Wanted
from latchmark.gate.procedure.detectable import mde90
from latchmark.gate.procedure.rules import Rules, least_pairs
from latchmark.loading.plans import PlannedPoint
from latchmark.verdict import Limits, StageKind
from latchmark.wording import percent

# What a stage costs beside its launches: starting the runner, reading the machine, writing the file.
_STAGE_S = 1.0
# Of identical code on a shared virtual machine so many points are undecided after the screen and after each
# stretch of settling, and so many are nominated.
_UNDECIDED = (0.36, 0.13, 0.09)
_NOMINATED = 0.10
_STEP = 0.05
# For which spread of pairs the price is told: that of one-worker loops on a virtual machine.
_TOLD_SPREAD = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a round of points takes; negative controls are in every round."""

    launch_s: dict[str, float]
    controls: tuple[str, ...]

    def round_s(self, points: Collection[str]) -> float:
        """Both sides of these points and of the controls, once."""
        return 2 * sum(self.launch_s[name] for name in {*points, *self.controls})


@dataclass(frozen=True, slots=True)
class Left:
    """The time that is left of a budget, and how many times as long as planned the stages took so far."""

    seconds: float
    slowness: float


def pace_of(points: Iterable[PlannedPoint], controls: Sequence[PlannedPoint]) -> Pace:
    """The pace of these points, from what the plan expects of their launches."""
    return Pace(
        {point.name: point.launch_s for point in (*points, *controls)},
        tuple(point.name for point in controls),
    )


def expected_s(pace: Pace, rules: Rules) -> float:
    """Seconds of a whole gate: screen, the settling and confirming that identical code needs on the
    average."""
    points = len(pace.launch_s) - len(pace.controls)
    controls_s = pace.round_s(())
    points_s = pace.round_s(pace.launch_s) - controls_s
    screen, *settling = rules.screen_stretches
    total_s = _STAGE_S + (screen + 1) * (points_s + controls_s)
    for place, pairs in enumerate(settling):
        share = _UNDECIDED[min(place, len(_UNDECIDED) - 1)]
        total_s += _STAGE_S + (pairs + 1) * (share * points_s + controls_s)
    nominated_s = max(_NOMINATED, 1 / max(1, points)) * points_s
    for pairs in rules.confirm_stretches:
        total_s += _STAGE_S + (pairs + 1) * (nominated_s + controls_s)
    return total_s


def fitted(rules: Rules, limits: Limits, pace: Pace, minutes: float) -> tuple[Rules, str | None]:
    """The longest stages that end in time, and what that costs; unchanged where all fits. Raises WrongUsage
    where not even the shortest would."""
    points = len(pace.launch_s) - len(pace.controls)
    for step in range(round(1 / _STEP) + 1):
        shorter = _scaled(rules, 1 - step * _STEP, points)
        if expected_s(pace, shorter) <= 60 * minutes:
            return shorter, None if step == 0 else _price(rules, shorter, limits, minutes)
    least = expected_s(pace, _scaled(rules, 0.0, points)) / 60
    raise WrongUsage(
        f"--budget {minutes:g}: {points} points need at least {_up(least):.1f} minutes to be decided at all: "
        "allow more, or choose fewer points with --filter"
    )


def in_what_is_left(
    rules: Rules,
    wanted: Wanted,
    had_pairs: int,
    is_first_look: bool,
    pace: Pace,
    left: Left,
) -> tuple[Rules, str | None]:
    """The rules with a shorter rest where the wanted stretch does not fit into the time that is left, and
    what was given up. A screen, and a confirming that has begun, are never cut."""
    round_s = left.slowness * pace.round_s({point for point, _ in wanted.keys})
    if wanted.kind is StageKind.SETTLE and round_s * (wanted.pairs + 1) + _STAGE_S > left.seconds:
        told = f"no time was left to settle {len(wanted.keys)} undecided points: they have {had_pairs} pairs"
        return replace(rules, settle_pairs=max(had_pairs, rules.screen_pairs)), told
    rounds_left = int((left.seconds - 2 * _STAGE_S) / round_s) - 2
    if wanted.kind is StageKind.CONFIRM and is_first_look and rounds_left < rules.second_look:
        least = least_pairs(len(wanted.keys), rules.alpha * rules.look_shares[-1])
        second = max(least, rounds_left)
        if second < rules.second_look:
            told = f"only {second} pairs instead of {rules.second_look} confirm, in the time that was left"
            return replace(rules, first_look=min(rules.first_look, second), second_look=second), told
    return rules, None


def _scaled(rules: Rules, factor: float, points: int) -> Rules:
    least = least_pairs(points, rules.alpha * rules.look_shares[-1])
    screen = max(min(rules.least_screen_pairs, rules.screen_pairs), round(factor * rules.screen_pairs))
    second = min(rules.second_look, max(least, round(factor * rules.second_look)))
    return replace(
        rules,
        screen_pairs=screen,
        settle_pairs=max(screen, round(factor * rules.settle_pairs)),
        first_look=min(second, max(least, round(factor * rules.first_look))),
        second_look=second,
    )


def _price(rules: Rules, shorter: Rules, limits: Limits, minutes: float) -> str:
    found = [
        mde90(
            _TOLD_SPREAD,
            limits,
            one,
            screen_pairs=one.screen_pairs,
            confirm_pairs=sum(one.confirm_stretches),
            among=1,
        )
        for one in (rules, shorter)
    ]
    told = [percent(one) if one is not None else "nothing" for one in found]
    return (
        f"to end within {minutes:g} minutes, {shorter.screen_pairs} pairs screen instead of "
        f"{rules.screen_pairs}, {shorter.settle_pairs} instead of {rules.settle_pairs} settle, and "
        f"{shorter.second_look} instead of {rules.second_look} confirm: where pairs spread by "
        f"{percent(_TOLD_SPREAD)}, a slowdown of {told[1]} is found nine times in ten, instead of {told[0]}"
    )


def _up(minutes: float) -> float:
    # Rounded up, so that what is advised is enough.
    return int(minutes * 10 + 1) / 10
