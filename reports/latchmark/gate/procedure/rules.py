"""By which numbers does a gate decide? The procedure's constants; a policy may change them."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Screen all points, settle the undecided, confirm the nominated on fresh pairs in two looks.

    `alpha` is the chance that a suite of identical code fails, whatever its size; `first_share` of it belongs
    to the first look. Improvements and each negative control have an alpha of their own.
    """

    screen_pairs: int = 20
    least_screen_pairs: int = 12
    nominate_p: float = 0.10
    settle_step: int = 20
    settle_pairs: int = 60
    first_look: int = 40
    second_look: int = 100
    alpha: float = 0.01
    first_share: float = 0.3
    improvement_alpha: float = 0.01
    control_alpha: float = 0.005
    most_ties: float = 0.10
    implausible_improvement: float = 0.50

    @property
    def screen_stretches(self) -> tuple[int, ...]:
        """How many pairs the screen and each stretch of settling bring to a point that stays undecided."""
        left = max(0, self.settle_pairs - self.screen_pairs)
        whole, rest = divmod(left, self.settle_step) if self.settle_step > 0 else (0, 0)
        return (self.screen_pairs, *[self.settle_step] * whole, *[rest] * (rest > 0))

    @property
    def confirm_stretches(self) -> tuple[int, ...]:
        """How many fresh pairs each look adds; one look where the second would add none."""
        if self.second_look <= self.first_look:
            return (self.first_look,)
        return (self.first_look, self.second_look - self.first_look)

    @property
    def look_shares(self) -> tuple[float, ...]:
        """Which part of an alpha each look may spend: all of it together."""
        return (1.0,) if len(self.confirm_stretches) == 1 else (self.first_share, 1 - self.first_share)


def least_pairs(points: int, alpha: float) -> int:
    """The fewest pairs with which one of so many points could be rejected at all.

    The smallest p of n pairs is 2^-n: all on one side. Fewer must not be run: they would be green because
    they are blind.
    """
    return max(1, math.ceil(math.log2(max(1, points) / alpha)))


def why_blind(rules: Rules, points: int) -> str | None:
    """Why these rules could not fail any of so many gated points, with what to do; None where they could."""
    if rules.screen_pairs < rules.least_screen_pairs:
        return (
            f"{rules.screen_pairs} screening pairs nominate nothing reliably: "
            f"screen with at least {rules.least_screen_pairs}"
        )
    pairs, alpha = sum(rules.confirm_stretches), rules.alpha * rules.look_shares[-1]
    least = least_pairs(points, alpha)
    if pairs < least:
        return (
            f"{pairs} confirming pairs cannot fail any of {points} points: "
            f"at alpha {alpha:g} that takes {least}"
        )
    return None
