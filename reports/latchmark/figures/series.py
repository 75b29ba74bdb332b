"""What does a figure draw? Values with their interval, in named series; no statistics and no run."""

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.model import Unavailable


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median and its interval; `low` and `high` are both None where the sample is too small for an
    interval."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def extent(self) -> tuple[float, float]:
        """Lowest and highest that a figure must have room for."""
        return (self.value if self.low is None else self.low, self.value if self.high is None else self.high)

    def scaled(self, factor: float) -> "Estimate":
        """The same estimate in another unit."""
        low = None if self.low is None else self.low * factor
        return Estimate(self.value * factor, low, None if self.high is None else self.high * factor)

    def under(self, amount: float) -> "Estimate":
        """What an amount is over this estimate, which is above zero."""
        low = None if self.high is None else amount / self.high
        return Estimate(amount / self.value, low, None if self.low is None else amount / self.low)


@dataclass(frozen=True, slots=True)
class Series:
    """One labelled line or column of dots. `style` picks colour, marker and dash, the same in every figure
    of an experiment; `points` pair a position with a value or the reason why there is none; `variant` is the
    place of its variant in the experiment, where that is not its style."""

    label: str
    style: int
    points: tuple[tuple[float, Estimate | Unavailable], ...]
    variant: int | None = None

    @property
    def measured(self) -> tuple[tuple[float, Estimate], ...]:
        """The points that have a value."""
        return tuple((x, value) for x, value in self.points if isinstance(value, Estimate))

    def stretches(self, breaks: Sequence[float]) -> tuple[tuple[tuple[float, Estimate], ...], ...]:
        """The points that a line may join: not across an absent one, nor across a position in `breaks`."""
        found: list[list[tuple[float, Estimate]]] = [[]]
        before: float | None = None
        for x, value in self.points:
            if before is not None and any(before < position < x for position in breaks):
                found.append([])
            if isinstance(value, Unavailable):
                found.append([])
            else:
                found[-1].append((x, value))
            before = x
        return tuple(tuple(some) for some in found if some)


def estimates_of(series: Sequence[Series]) -> tuple[Estimate, ...]:
    """Every value of every series."""
    return tuple(value for one in series for _, value in one.measured)


def absent_of(series: Sequence[Series]) -> tuple[tuple[str, float, str], ...]:
    """(label, position, reason) of every point without a value, so that a figure can say what it lacks."""
    return tuple(
        (one.label, x, value.reason)
        for one in series
        for x, value in one.points
        if isinstance(value, Unavailable)
    )
