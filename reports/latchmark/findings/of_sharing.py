"""Who gets less than an even share? The variants whose workers do not share evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.of_variants import MOST_TOLD
from latchmark.model import Experiment, Point, Run
from latchmark.statistics import Interval, Sharing, sharing_of_point
from latchmark.wording import between, count, number, team

# Judgement: at 0.95 one of two workers does 1.6 times what the other does.
EVEN_ENOUGH = 0.95


def unequal_shares(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """One sentence for all variants that were shown to be unfair, each where it is most."""
    worst: dict[str, tuple[Sharing, Point]] = {}
    for point in points:
        sharing = sharing_of_point(run, point)
        if not isinstance(sharing, Sharing) or not isinstance(sharing.jain.interval, Interval):
            continue
        if sharing.jain.interval.high < EVEN_ENOUGH:
            known = worst.get(point.variant)
            if known is None or sharing.jain.median < known[0].jain.median:
                worst[point.variant] = sharing, point
    ordered = sorted(worst.values(), key=lambda pair: pair[0].jain.median)
    if ordered:
        told = [
            f"{point.variant} from {number(sharing.least)} to {number(sharing.most)} of an even share"
            f" with {team(point, experiment)}"
            f" (Jain's index {number(sharing.jain.median)} {between(sharing.jain.interval)})"
            for sharing, point in ordered[:MOST_TOLD]
        ]
        left = len(ordered) - len(told)
        others = f"; and {count(left, 'other variant')}" if left else ""
        sentence = f"Workers share unevenly: {'; '.join(told)}{others}."
        amount = f"{number(ordered[0][0].least)} to {number(ordered[0][0].most)}"
        yield Finding(FindingKind.SHARES, experiment.name, sentence, amount=amount)
