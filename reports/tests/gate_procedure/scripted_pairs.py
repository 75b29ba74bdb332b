"""What if the pairs were these? Runs the whole procedure on scripted differences."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from latchmark.gate.procedure import Decision, Key, Samples, Wanted, next_step, with_batch
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Limits, StageKind

LIMITS = Limits(limit=0.03, margin=0.02, tolerated=0.10)


def key(name: str) -> Key:
    """The time of a point."""
    return name, "time_per_operation"


@dataclass
class Machine:
    """Gives each point its differences, one list to screen and one to confirm, and remembers what was
    wanted."""

    screen: Mapping[Key, Sequence[float]]
    confirm: Mapping[Key, Sequence[float]]
    wanted: list[Wanted] = field(default_factory=list)

    def batch(self, step: Wanted) -> Mapping[Key, Sequence[float]]:
        """The next differences of the wanted points."""
        is_confirming = step.kind is StageKind.CONFIRM
        source = self.confirm if is_confirming else self.screen
        before = [one for one in self.wanted if (one.kind is StageKind.CONFIRM) == is_confirming]
        self.wanted.append(step)
        given = {}
        for name in step.keys:
            start = sum(one.pairs for one in before if name in one.keys)
            given[name] = source[name][start : start + step.pairs]
        return given


def decided(
    machine: Machine,
    limits: Limits = LIMITS,
    rules: Rules | None = None,
    lose: Callable[[Sequence[float]], Sequence[float]] = lambda pairs: pairs,
) -> Mapping[Key, Decision]:
    """The decisions, with every batch passed through `lose` first."""
    rules = rules or Rules()
    samples: Mapping[Key, Samples] = dict.fromkeys(machine.screen, Samples())
    asked = dict.fromkeys(samples, limits)
    for _ in range(20):
        step = next_step(samples, asked, rules)
        if not isinstance(step, Wanted):
            return step
        given = {name: lose(pairs) for name, pairs in machine.batch(step).items()}
        samples = with_batch(samples, step, given)
    raise AssertionError("the procedure does not end")


def noisy(ratio_log: float, spread: float, n: int, seed: int) -> list[float]:
    """Differences around ln(head / base)."""
    draw = random.Random(seed)
    return [draw.gauss(ratio_log, spread) for _ in range(n)]


def machine_of(points: Mapping[str, tuple[float, float]], seed: int = 1) -> Machine:
    """A machine whose points have (ln(head / base), spread)."""
    return Machine(
        {
            key(name): noisy(middle, spread, 60, seed * 1000 + 2 * index)
            for index, (name, (middle, spread)) in enumerate(points.items())
        },
        {
            key(name): noisy(middle, spread, 100, seed * 1000 + 2 * index + 1)
            for index, (name, (middle, spread)) in enumerate(points.items())
        },
    )
