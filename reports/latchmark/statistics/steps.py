"""Where in a sequence of values did the level change? Rank tests over neighbours, then again on both sides.

Binary segmentation (Scott and Knott 1974) with the Mann-Whitney test as its criterion, and each cut placed
again between its neighbours (Bai 1997): one bad night is no step, since only the order of values is tested,
and nothing is drawn at random. Each place between two values is tried with several widths on either side,
because over whole sides a level that came and went hides itself.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a tenth of a second to import, which commands without a history need not pay
    import numpy as np
    from numpy.typing import NDArray

SHORTEST_SEGMENT = 5
"""Values on each side of a step; fewer are a bad night or two."""

# Judgement: doubling widths miss the best one by a third at most, and beyond 40 values a step that is worth
# telling is found with fewer.
_WIDTHS = (SHORTEST_SEGMENT, 10, 20, 40)

_TRIED = 4  # windows whose exact p is computed; more changed no answer in 400 simulated histories


@dataclass(frozen=True, slots=True)
class Shift:
    """Values from `position` on lie on another level than those before; `p` is of the test that said so."""

    position: int
    p: float


def shifts_of(values: Sequence[float], threshold: float) -> tuple[Shift, ...]:
    """All shifts whose test has a p of at most `threshold`, in order; none closer than SHORTEST_SEGMENT to
    another or to an end. The same values give the same shifts."""
    import numpy as np

    ordered = np.asarray(values, dtype=float)
    # The test's statistic for any two neighbouring windows is a sum over a block of this matrix.
    signs = np.sign(ordered[None, :] - ordered[:, None]).astype(np.int64)
    sums = np.zeros((len(ordered) + 1, len(ordered) + 1), dtype=np.int64)
    sums[1:, 1:] = signs.cumsum(axis=0).cumsum(axis=1)
    return _placed(ordered, _shifts(ordered, sums, 0, len(ordered), threshold))


def _placed(values: NDArray[np.float64], shifts: list[Shift]) -> tuple[Shift, ...]:
    """The shifts, each where between its neighbours the values lie closest to the medians of the two sides.

    A first cut is made while other levels still blur it, and ranks put the largest of a lower level onto the
    upper one: then the cause is looked for in the wrong night.
    """
    moved = list(shifts)
    for index, shift in enumerate(moved):
        first = moved[index - 1].position if index else 0
        end = moved[index + 1].position if index + 1 < len(moved) else len(values)
        moved[index] = Shift(_place(values, first, end), shift.p)
    return tuple(moved)


def threshold_for(length: int, sequences: int, false_rate: float) -> float:
    """The p below which a step counts, so that `sequences` of independent values on one level show any step
    in at most a `false_rate` of cases: Bonferroni over every test of every sequence. Neighbouring tests agree
    mostly, so the true rate is far lower."""
    return false_rate / max(1, sequences * len(_windows(length)))


def fewest_since(length: int, threshold: float) -> int | None:
    """How many values a level must have before its step can be shown at the end of a sequence; None when no
    step can be shown in one of this length."""
    from scipy.special import comb

    for since in range(SHORTEST_SEGMENT, length - SHORTEST_SEGMENT + 1):
        before = min(max(_WIDTHS), length - since)
        # Two of all orders keep the two windows apart.
        if 2 / float(comb(before + since, since)) <= threshold:
            return since
    return None


def _shifts(
    values: NDArray[np.float64], sums: NDArray[np.int64], first: int, end: int, threshold: float
) -> list[Shift]:
    found = _clearest(values, sums, first, end)
    if found is None or found.p > threshold:
        return []
    return [
        *_shifts(values, sums, first, found.position, threshold),
        found,
        *_shifts(values, sums, found.position, end, threshold),
    ]


def _clearest(values: NDArray[np.float64], sums: NDArray[np.int64], first: int, end: int) -> Shift | None:
    """The place between `first` and `end` where two windows differ most; None where there is no room."""
    import numpy as np

    windows = _windows(end - first)
    if not len(windows):
        return None
    at, before, after = windows[:, 0] + first, windows[:, 1], windows[:, 2]
    # Pairs in which the later value is larger, less those in which it is smaller.
    above = sums[at, at + after] - sums[at - before, at + after] - sums[at, at] + sums[at - before, at]
    # In units of its spread on one level, so that windows of different widths can be ranked.
    sizes = np.abs(above) / np.sqrt(before * after * (before + after + 1) / 3)
    # Near an end the largest of these is not always the least likely, so the test itself ranks the first few.
    tried = np.argsort(-sizes, kind="stable")[:_TRIED]
    ps = [
        _p(values[at[one] - before[one] : at[one]], values[at[one] : at[one] + after[one]]) for one in tried
    ]
    best = int(np.argmin(ps))
    return Shift(int(at[tried[best]]), ps[best])


def _place(values: NDArray[np.float64], first: int, end: int) -> int:
    import numpy as np

    def distance(place: int) -> float:
        sides = values[first:place], values[place:end]
        return sum(float(np.abs(side - np.median(side)).sum()) for side in sides)

    return min(range(first + SHORTEST_SEGMENT, end - SHORTEST_SEGMENT + 1), key=distance)


def _p(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    import numpy as np
    from scipy.stats import mannwhitneyu

    both = np.concatenate([before, after])
    # The exact distribution knows no ties; the approximation is conservative in the tail.
    method = "exact" if len(np.unique(both)) == len(both) else "asymptotic"
    return float(mannwhitneyu(after, before, alternative="two-sided", method=method).pvalue)


@functools.cache
def _windows(length: int) -> NDArray[np.int64]:
    """A row (place, width before, width after) for each test of a segment of `length` values."""
    import numpy as np

    rows = [
        (place, before, after)
        for place in range(SHORTEST_SEGMENT, length - SHORTEST_SEGMENT + 1)
        for before in sorted({min(width, place) for width in _WIDTHS})
        for after in sorted({min(width, length - place) for width in _WIDTHS})
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)
