"""By which numbers does a gate decide? The procedure's constants; a policy may change them."""

from __future__ import annotations

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
