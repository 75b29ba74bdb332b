"""How do variants compare with their baselines, and with themselves in another team?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from latchmark.findings.comparing import (
    apparent_effect,
    certain_effect,
    comparisons,
    is_control,
    is_controlled,
    losers,
    uncertainty,
    with_baselines,
)
from latchmark.findings.explaining import explanation_of
from latchmark.findings.finding import Finding, FindingKind
from latchmark.findings.sentences import (
    Comparison,
    dearer_first,
    no_difference_sentence,
    others_sentence,
    team_sentence,
    variant_sentence,
)
from latchmark.model import Experiment, Point, Run, Team, Unavailable
from latchmark.wording import words

MOST_TOLD = 3  # of a kind in an experiment, a sentence each: more would be a table in prose


def against_baselines(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """The variants that differ most, each where it does; the others that differ in one sentence, and one a
    baseline for those that do not."""
    by_variant: dict[str, list[Comparison]] = {}
    wrong = losers(run, experiment)
    for one in with_baselines(run, experiment, points):
        if not is_control(one) and one.numerator.variant not in wrong:
            by_variant.setdefault(one.numerator.variant, []).append(one)
    apart, unbounded = [], []
    undecided: dict[str, list[Comparison]] = {}
    for compared in by_variant.values():
        shown = [one for one in compared if one.ratio.is_apart]
        # A lost launch can cost the interval of the largest effect, which is then told without one.
        lost = [one for one in compared if isinstance(one.ratio.interval, Unavailable)]
        apart += [max(shown, key=_telling)] if shown else []
        unbounded += [max(lost, key=apparent_effect)] if lost else []
        if not shown and not lost:
            undecided.setdefault(compared[0].denominator.variant, []).extend(compared)
    yield from _told(FindingKind.VARIANTS, sorted(apart, key=certain_effect, reverse=True))
    yield from _told(FindingKind.VARIANTS, sorted(unbounded, key=apparent_effect, reverse=True))
    for some in undecided.values():
        yield no_difference(FindingKind.NO_DIFFERENCE, some)


def _telling(one: Comparison) -> tuple[bool, bool, float]:
    """Where workers meet a difference tells more than with one worker alone, and in the team that the
    experiment plans first more than in the other: messages between threads answer no question of IPC."""
    asked = one.run.points_of(one.experiment)[0].team
    return one.numerator.workers > 1, one.numerator.team is asked, certain_effect(one)


def _told(kind: FindingKind, compared: Sequence[Comparison]) -> Iterator[Finding]:
    """A sentence each for the first, those that differ only in sharing before others; one for the rest."""
    ordered = sorted(compared, key=lambda one: not is_controlled(one))
    # One that is left over is told like the others: a list of one is no shorter.
    most = MOST_TOLD if len(ordered) > MOST_TOLD + 1 else len(ordered)
    yield from (variant_finding(kind, one) for one in ordered[:most])
    if ordered[most:]:
        yield Finding(kind, ordered[0].experiment.name, others_sentence(ordered[most:]))


def crowded_against_baselines(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """With more workers than CPUs, and nothing else to compare these points with: the largest difference."""
    compared = with_baselines(run, experiment, points)
    shown = [one for one in compared if one.ratio.is_apart]
    if shown:
        yield variant_finding(FindingKind.OVERSUBSCRIBED, max(shown, key=certain_effect))
    elif compared:
        yield no_difference(FindingKind.OVERSUBSCRIBED, compared, "With more workers than CPUs")


def between_teams(run: Run, experiment: Experiment, points: Sequence[Point]) -> Iterator[Finding]:
    """Processes against threads, same variant and place: the largest difference, or what was visible."""
    threads = {_seat(point): point for point in points if point.team is Team.THREADS}
    processes = [point for point in points if point.team is Team.PROCESSES and _seat(point) in threads]
    compared = comparisons(run, experiment, [(point, threads[_seat(point)]) for point in processes])
    shown = [one for one in compared if one.ratio.is_apart]
    if shown:
        clearest = dearer_first(max(shown, key=certain_effect))
        yield finding_of(FindingKind.TEAMS, clearest, team_sentence(clearest, len(compared)))
    elif compared:
        widest = max(compared, key=uncertainty)
        text = no_difference_sentence(
            ["a team of processes"], "one of threads", [widest.ratio], len(compared)
        )
        yield finding_of(FindingKind.TEAMS, widest, text)


def _seat(point: Point) -> tuple[object, ...]:
    return point.variant, point.workers, point.placement, point.parameters


def no_difference(kind: FindingKind, compared: Sequence[Comparison], opening: str = "") -> Finding:
    """One sentence for all variants that do not differ, each by its widest interval."""
    widest: dict[str, Comparison] = {}
    for one in sorted(compared, key=uncertainty):
        widest[one.numerator.variant] = one
    experiment = compared[0].experiment
    told = {variant.name: widest[variant.name] for variant in experiment.variants if variant.name in widest}
    against = words(list(dict.fromkeys(one.denominator.variant for one in told.values())))
    ratios = [one.ratio for one in told.values()]
    text = no_difference_sentence([*told], against, ratios, len(compared), opening)
    return finding_of(kind, max(told.values(), key=uncertainty), text)


def variant_finding(kind: FindingKind, one: Comparison) -> Finding:
    """One variant against its baseline, the dearer one first, with the readings that go with it."""
    one = dearer_first(one)
    return replace(
        finding_of(kind, one, variant_sentence(one)),
        explanation=explanation_of(one.run, one.experiment, one.numerator, one.denominator),
        is_controlled=is_controlled(one),
    )


def finding_of(kind: FindingKind, one: Comparison, text: str) -> Finding:
    """A finding about two points."""
    return Finding(kind, one.experiment.name, text, one.ratio, one.numerator, one.denominator)
