"""What does the page of a verdict say? What was decided, how far it can be trusted, and every point's
evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.cautions import Answer, Check
from latchmark.figures import forests_of
from latchmark.pages.of_experiment import Picture, pictures_of
from latchmark.pages.rendering import embedded_json, render
from latchmark.pages.verdict_evidence import Evidence, evidences_of
from latchmark.pages.verdict_method import Step, method_of
from latchmark.pages.verdict_overview import checks_of, identities_of, what_of
from latchmark.pages.verdict_tables import numbers_table, policy_table, stages_table, voids_table
from latchmark.tables import Table
from latchmark.verdict import Gated, Mode, Verdict, Word, is_gated
from latchmark.verdict.document import to_document
from latchmark.verdict.ordering import worst_first
from latchmark.verdict.sentences import problems_beside, ratio_text
from latchmark.wording import count

MOST_CHANGES = 5  # on the first screen
MOST_SHOWN = 40  # points of a group whose figures need not be asked for
# Of data, figures and tables of pairs. What cannot be left out takes 2 kB a point more, so that a page of
# 300 points stays within 5 MB.
MOST_BYTES = 3_600_000


@dataclass(frozen=True, slots=True)
class Group:
    """The points with one word, as forest plots; `is_open` where a reader should not have to ask for them."""

    title: str
    pictures: tuple[Picture, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class VerdictPage:
    """All that the template of a verdict shows."""

    verdict: Verdict
    title: str
    answer: Answer
    what: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    checks: tuple[Check, ...]
    worst_title: str
    worst: tuple[Picture, ...]
    without_ratio: tuple[Gated, ...]
    groups: tuple[Group, ...]
    numbers: Table | None
    mean: str
    evidence: tuple[Evidence, ...]
    left_out: str
    skipped: tuple[tuple[str, tuple[str, ...]], ...]
    identities: tuple[tuple[str, str], ...]
    stages: Table | None
    voids: Table | None
    policy: Table
    method: tuple[Step, ...]


def verdict_page(verdict: Verdict) -> str:
    """The verdict as one HTML document; the same verdict gives the same bytes."""
    document = to_document(verdict)
    room = MOST_BYTES - len(embedded_json(document))
    return render("verdict.html", page_of(verdict, room), document)


def page_of(verdict: Verdict, room: int = MOST_BYTES) -> VerdictPage:
    """The values of the page, before any markup; `room` is how many bytes its evidence may take before what
    can be missed is left out."""
    points = worst_first(verdict.points)
    evidence, left_out = evidences_of(verdict, (*points, *verdict.controls), room)
    checks = checks_of(verdict)
    is_floor = verdict.mode is Mode.CALIBRATE
    worst_title = "The largest differences" if is_floor else "The worst changes"
    return VerdictPage(
        verdict=verdict,
        title=_title(verdict),
        answer=_ANSWERS.get(verdict.exit_code, Answer.WARN),
        what=what_of(verdict, checks),
        problems=problems_beside(verdict),
        checks=checks,
        worst_title=worst_title,
        worst=pictures_of(forests_of(verdict, worst_title, worst_of(verdict)), "worst"),
        # A count that happens on neither side is OK without one.
        without_ratio=tuple(
            one for one in points if one.estimate is None and is_gated(one) and one.word is not Word.OK
        ),
        groups=_groups(verdict, points),
        numbers=numbers_table(points, verdict.controls) if points or verdict.controls else None,
        mean=_mean(verdict),
        evidence=evidence,
        left_out=left_out,
        skipped=_skipped(verdict),
        identities=identities_of(verdict),
        stages=stages_table(verdict) if verdict.stages else None,
        voids=voids_table(verdict) if verdict.voids else None,
        policy=policy_table(verdict),
        method=method_of(verdict),
    )


_ANSWERS = {0: Answer.PASS, 1: Answer.FAIL, 3: Answer.NOT_KNOWN}


def _title(verdict: Verdict) -> str:
    if verdict.exit_code == 1:
        return "Regression confirmed" if verdict.of(Word.REGRESSED) else "Lost or failing in head"
    if verdict.exit_code == 3:
        return "No verdict"
    if verdict.exit_code != 0:
        return "The gate could not run"
    return "Noise floor measured" if verdict.mode is Mode.CALIBRATE else "No regression confirmed"


def worst_of(verdict: Verdict) -> tuple[Gated, ...]:
    """The points of the first screen: what regressed most, then what may be slowest, whatever its word."""
    rated = [one for one in verdict.points if one.estimate is not None]
    gated = [one for one in rated if not one.is_advisory] or rated
    order = sorted(gated, key=lambda one: (one.word is not Word.REGRESSED, -_worst(one)))
    # Shown under its word, so words stay together.
    return worst_first(order[:MOST_CHANGES])


def _worst(one: Gated) -> float:
    """By the ratio where it was confirmed; by how large it may be elsewhere."""
    assert one.estimate is not None
    if one.word is Word.REGRESSED or one.estimate.high is None:
        return one.estimate.value
    return one.estimate.high


def _groups(verdict: Verdict, points: Sequence[Gated]) -> tuple[Group, ...]:
    """Forest plots: what is not OK by word, what is, then advisory points and the controls."""
    gated = [one for one in points if not one.is_advisory]
    sets = (
        ("Everything but OK", [one for one in gated if one.word is not Word.OK]),
        ("OK", [one for one in gated if one.word is Word.OK]),
        # What happens on neither side has no ratio to draw, and its row in the table of all numbers.
        ("Advisory, can fail nothing", [one for one in points if one.is_advisory and one.estimate]),
        ("Negative controls", list(verdict.controls)),
    )
    return tuple(
        Group(
            f"{title}: {count(len(some), 'point')}",
            pictures_of(forests_of(verdict, title, some), f"g{index}"),
            is_open=len(some) <= MOST_SHOWN,
        )
        for index, (title, some) in enumerate(sets)
        if some
    )


def _mean(verdict: Verdict) -> str:
    mean = verdict.geometric_mean
    if mean is None:
        return ""
    return (
        "Secondary and never gated: the geometric mean of the times that both sides have throughout the"
        f" screen is {ratio_text(mean)}, the median of {count(mean.pairs, 'round')}."
    )


def _skipped(verdict: Verdict) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(reason, names of points), one entry a reason."""
    grouped: dict[str, list[str]] = {}
    for one in verdict.skipped:
        grouped.setdefault(one.why, []).append(one.point)
    return tuple((why, tuple(names)) for why, names in grouped.items())
