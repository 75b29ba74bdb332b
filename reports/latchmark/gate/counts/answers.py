"""What do the counts of a gate's points say? The quiet ones are decided, the others shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from latchmark.gate.calibration.floor import Floor, count_floor
from latchmark.gate.counts.candidates import Candidate, candidates_of, counted_value, missing_roles
from latchmark.gate.counts.deterministic import (
    decide_deterministic,
    estimate_of_medians,
    grade_of,
    shows_nothing,
    threshold_of,
    variation_of,
)
from latchmark.gate.policy import Policy
from latchmark.gate.procedure import Key
from latchmark.gate.stages.pairing import Value, pairs_of
from latchmark.gate.stages.stretches import Stretch
from latchmark.model import Launch, Run, Unavailable
from latchmark.verdict import Estimate, Gated, Grade, Limits, Pair, Source, Word
from latchmark.wording import percent


def group_of(policy: Policy) -> tuple[str, ...]:
    """The roles that every launch of a gate counts together, the required ones first: what does not fit into
    the hardware is lost from the end."""
    return tuple(dict.fromkeys((*policy.required_roles, *policy.gated_roles, *policy.optional_roles)))


@dataclass(frozen=True, slots=True)
class Counted:
    """A count of one point: its pairs in the screen, and how much it differs between launches of base.

    `of_base` and `of_head` are the values of a side in rounds that count, also where the other side has none:
    a count that head does not have any more must not vanish with its pairs.
    """

    key: Key
    experiment: str
    candidate: Candidate
    value: Value
    pairs: tuple[Pair, ...]
    of_base: tuple[float, ...]
    of_head: tuple[float, ...]
    grade: Grade
    floor: float | None


def counts_of(screen: Sequence[Stretch], policy: Policy, floor: Floor | None) -> tuple[Counted, ...]:
    """The counts of the points in the first stretches of a gate, which are those of the screen; graded by the
    floor where that knows them."""
    run = screen[0].run
    return tuple(
        _counted(screen, (point.name, candidate.metric), point.experiment, candidate, floor)
        for point in run.points
        for candidate in candidates_of(run, point, policy)
    )


def _counted(
    screen: Sequence[Stretch], key: Key, experiment: str, candidate: Candidate, floor: Floor | None
) -> Counted:
    def value(launch: Launch) -> float | Unavailable:
        return counted_value(launch, candidate)

    pairs = tuple(
        pair
        for stage, one in enumerate(screen)
        for pair in pairs_of(one.run, stage, one.voids, [(key, value)])[key]
    )
    usable = [
        pair
        for pair in pairs
        if pair.why is None or (None in (pair.base, pair.head) and pair.round not in screen[pair.stage].voids)
    ]
    base = tuple(pair.base for pair in usable if pair.base is not None)
    head = tuple(pair.head for pair in usable if pair.head is not None)
    known = floor.of(*key) if floor is not None else None
    grade = grade_of(base) if known is None or known.grade is None else known.grade
    return Counted(key, experiment, candidate, value, pairs, base, head, grade, count_floor(floor, *key))


def decided(counts: Sequence[Counted], policy: Policy, sources: Mapping[str, Source]) -> Iterator[Gated]:
    """The answers that need no procedure: deterministic counts by their threshold, noisy ones for
    information."""
    # Dozens of counts stand outside the suite's alpha, so none of them may fail by chance.
    least_pairs = policy.rules.least_screen_pairs
    for one in counts:
        if one.grade is Grade.STABLE or not one.of_base:
            continue
        if one.grade is Grade.DETERMINISTIC:
            word, because, estimate = decide_deterministic(
                one.of_base, one.of_head, one.floor, one.candidate.direction, least_pairs
            )
            lost = Counter(pair.why for pair in one.pairs if pair.why is not None).most_common(1)
            if lost and len(one.of_head) < least_pairs:
                because += f"; {lost[0][0]}"
        else:
            spread = percent(variation_of(one.of_base))
            word = Word.INCONCLUSIVE
            because = f"launches of base alone differ by {spread}: too noisy to be gated, shown only"
            estimate = estimate_of_medians(one.of_base, one.of_head, one.candidate.direction)
        yield gated_of(one, policy, sources, word, because, estimate)


def gated_of(
    one: Counted,
    policy: Policy,
    sources: Mapping[str, Source],
    word: Word,
    because: str,
    estimate: Estimate | None,
) -> Gated:
    """The answer for a count; a deterministic one has a threshold of its own in place of limits."""
    limits = policy.limits_of(one.experiment)
    if one.grade is Grade.DETERMINISTIC:
        threshold = threshold_of(one.of_base, one.floor)
        limits = Limits(threshold, threshold, threshold)
    return Gated(
        point=one.key[0],
        experiment=one.experiment,
        metric=one.candidate.metric,
        unit=one.candidate.unit,
        kind=one.candidate.kind,
        direction=one.candidate.direction,
        word=word,
        because=because,
        limits=limits,
        grade=one.grade,
        estimate=estimate,
        pairs=one.pairs,
        source=sources.get(one.experiment),
        is_advisory=one.grade is Grade.NOISY or shows_nothing(word, one.of_base),
    )


def missing_from(run: Run, policy: Policy) -> tuple[str, ...]:
    """A sentence for each required role that one of the sides did not measure."""
    return tuple(dict.fromkeys(why for side in ("base", "head") for why in missing_roles(run, side, policy)))
