"""How was this verdict reached? The steps of the procedure, each with the numbers that were in force."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.verdict import Mode, Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """`in_force` are the policy's values that steer it, each with its name."""

    title: str
    text: str
    in_force: tuple[tuple[str, str], ...]


_PAIRS = (
    "Pairs",
    "The unit is the launch, a fresh process whose value is the median of its windows. In every round the"
    " two sides of a point are launched one right after the other, in balanced and recorded order; their"
    " ratio is one observation. A round is void for what the machine did to it, never for a value.",
    (),
)
_COUNTS = (
    "Counts",
    "A count that hardly differs between launches of base (grade D) has changed when the medians of the sides"
    " differ by more than its threshold and their intervals lie apart. The threshold is 0.5 %, or five times"
    " what launches of base differ by where that is more. A stable count (grade S) is tested like a time; a"
    " noisy one, and one that happens on neither side, is only shown.",
    ("roles.gate", "roles.required"),
)
_UNDECIDED = (
    "OK or undecided",
    "A point is OK when the one-sided 95 % upper bound of its ratio is below what is tolerated, and"
    " INCONCLUSIVE otherwise; coverage is the share of points that have an answer, of times and of counts"
    " apart.",
    ("limits.tolerated", "min_coverage", "on_inconclusive"),
)
_STEPS: dict[Mode, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    Mode.AB: (
        _PAIRS,
        (
            "Screen",
            "Every point is tested alone against no change, on the side on which its median lies. This"
            " nominates, and decides nothing.",
            ("procedure.screen_pairs", "procedure.least_screen_pairs", "procedure.nominate_p"),
        ),
        (
            "Settle",
            "Points that are neither nominated nor OK get more pairs, and may still be nominated.",
            ("procedure.settle_step", "procedure.settle_pairs"),
        ),
        (
            "Confirm",
            "Nominated points alone are launched afresh in a later stretch. A point is REGRESSED when the"
            " signed-rank test (the sign test where many tie) against the margin passes Holm's correction"
            " over all that were nominated, and the median is beyond the limit as well. The chance that"
            " identical code fails is spent over two looks, and does not grow with the number of points.",
            (
                "procedure.alpha",
                "procedure.first_share",
                "procedure.first_look",
                "procedure.second_look",
                "limits.margin",
                "limits.limit",
            ),
        ),
        _COUNTS,
        _UNDECIDED,
        (
            "Improvements and controls",
            "Improvements are tested in the same way the other way round, and fail nothing. Negative controls"
            " are points that no change can touch: one that differs in either direction takes the verdict"
            " away.",
            ("procedure.improvement_alpha", "procedure.control_alpha", "procedure.implausible_improvement"),
        ),
        (
            "Shown beside it",
            "Intervals are order statistics of the ratios: exact for any distribution. The detectable effect"
            " is the slowdown that this gate would have confirmed nine times in ten. The spread is 1.4826"
            " times the median absolute deviation of the logarithm of the ratios.",
            (),
        ),
    ),
    Mode.BASELINE: (
        (
            "Stored runs",
            "The two sides are runs of one machine at different times, so there are no pairs: a ratio is a"
            " quotient of medians. What the machine did between the runs is part of it.",
            (),
        ),
        _COUNTS,
        (
            "Time",
            "Time is shown, and can fail only where the day-to-day noise of this machine was calibrated; the"
            " margin is then at least that noise.",
            ("limits.margin", "strict_env"),
        ),
    ),
    Mode.CALIBRATE: (
        _PAIRS,
        (
            "Floor",
            "Both sides are the same program, so whatever differs is noise. Its spread, and how far the"
            " median of that many pairs strays, become the floor of each point on this machine.",
            (),
        ),
    ),
}


def method_of(verdict: Verdict) -> tuple[Step, ...]:
    """The steps of the verdict's mode; keys that the policy leaves open are left out."""
    policy = dict(verdict.policy)
    return tuple(
        Step(title, text, tuple((_name(key), policy[key]) for key in keys if policy.get(key)))
        for title, text, keys in _STEPS[verdict.mode]
    )


def _name(key: str) -> str:
    """`first look` of `procedure.first_look`; a role is named with its table."""
    return key.removeprefix("procedure.").removeprefix("limits.").replace(".", " ").replace("_", " ")
