"""How often do the rules of other tools call identical code slower, and how often do they see a slowdown?

The decision rules alone, written anew from their documentation and source, on stretches of recorded launches
of one program against itself. `scripts/gate_recorded.py` prints them beside the gate's own figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, mannwhitneyu

Numbers = npt.NDArray[np.float64]
# Rounds x sides (base, head) x repetitions, nanoseconds per operation.
Recording = Mapping[str, Numbers]
EFFECTS = (0.05, 0.10, 0.20)


@dataclass(frozen=True)
class PeerRule:
    """`is_slower` judges a stretch of `rounds` rounds."""

    name: str
    rounds: int
    is_slower: Callable[[Numbers], bool]


@dataclass(frozen=True)
class PeerResult:
    """Shares of stretches: flagged without a reason per benchmark, some of ten flagged, found by effect."""

    name: str
    rounds: int
    false_flags: float
    some_of_ten: float
    found: tuple[float, ...]


def u_test(base: Numbers, head: Numbers, alpha: float, method: str = "exact") -> bool:
    """Mann-Whitney's test says that they differ, and head has the larger median."""
    is_later = float(np.median(head)) > float(np.median(base))
    return is_later and mannwhitneyu(base, head, method=method).pvalue < alpha


def launches(stretch: Numbers) -> tuple[Numbers, Numbers]:
    """One value a launch, the median of its repetitions: base, head."""
    medians = np.median(stretch, axis=2)
    return medians[:, 0], medians[:, 1]


def beyond(times: float) -> Callable[[Numbers], bool]:
    """A fixed threshold on the ratio of the medians of all launches."""

    def is_slower(stretch: Numbers) -> bool:
        base, head = launches(stretch)
        return bool(np.median(head) > times * np.median(base))

    return is_slower


def repetitions_differ(stretch: Numbers) -> bool:
    """compare.py of Google Benchmark: its repetitions are the samples, with the normal approximation."""
    return u_test(stretch[:, 0].ravel(), stretch[:, 1].ravel(), 0.05, "asymptotic")


def launches_differ(stretch: Numbers) -> bool:
    """benchstat, when both sides take turns."""
    return u_test(*launches(stretch), 0.05)


def blocks_differ(stretch: Numbers) -> bool:
    """benchstat, when all launches of base come before those of head."""
    half = len(stretch) // 2
    base, head = launches(stretch)
    return u_test(base[:half], head[half:], 0.05)


def is_far_from_history(stretch: Numbers) -> bool:
    """Conbench: the newest value more than five deviations above the mean of those before it."""
    best = stretch.min(axis=2)
    history = best[:-1, 0]
    return bool(best[-1, 1] > history.mean() + 5 * history.std(ddof=1))


def best_beyond(times: float) -> Callable[[Numbers], bool]:
    """A fixed threshold on the ratio of the smallest launches."""

    def is_slower(stretch: Numbers) -> bool:
        base, head = launches(stretch)
        return bool(head.min() > times * base.min())

    return is_slower


def signs_point_up(stretch: Numbers) -> bool:
    """nanobench: the 95 % sign interval of the paired ratios lies above 1."""
    base, head = launches(stretch)
    rank = int(binom.ppf(0.025, len(stretch), 0.5))
    return bool(np.sort(head / base)[rank - 1] > 1)


RULES = (
    PeerRule("ratio of one launch above 150 %", 1, beyond(1.5)),
    PeerRule("ratio of one launch above 110 %", 1, beyond(1.1)),
    PeerRule("compare.py: Mann-Whitney .05 on 10 repetitions", 1, repetitions_differ),
    PeerRule("10 x 10 repetitions pooled, Mann-Whitney .05", 10, repetitions_differ),
    PeerRule("benchstat, block after block", 20, blocks_differ),
    PeerRule("benchstat, interleaved", 10, launches_differ),
    PeerRule("Conbench: z > 5, history 30, best of", 31, is_far_from_history),
    PeerRule("median of 7 interleaved above 105 %", 7, beyond(1.05)),
    PeerRule("minimum of 10 interleaved above 104 %", 10, best_beyond(1.04)),
    PeerRule("nanobench: sign interval 95 %, pairs", 20, signs_point_up),
)


def slowed(stretch: Numbers, effect: float) -> Numbers:
    """The stretch with a slowdown multiplied onto head."""
    times: Numbers = np.array([1.0, 1.0 + effect])
    return stretch * times[None, :, None]


def result_of(rule: PeerRule, recording: Recording, step: int = 1) -> PeerResult:
    """What the rule says of stretches of the recording, which start so many rounds apart."""
    rounds = min(len(pairs) for pairs in recording.values())
    starts = range(0, rounds - rule.rounds + 1, step)

    def flags(effect: float) -> npt.NDArray[np.bool_]:
        return np.array(
            [
                [rule.is_slower(slowed(pairs[at : at + rule.rounds], effect)) for pairs in recording.values()]
                for at in starts
            ]
        )

    unchanged = flags(0.0)
    return PeerResult(
        rule.name,
        rule.rounds,
        float(unchanged.mean()),
        float(unchanged.any(axis=1).mean()),
        tuple(float(flags(effect).mean()) for effect in EFFECTS),
    )
