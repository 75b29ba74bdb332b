"""What does the page of several runs say? What differs between the machines first, then every experiment
side by side."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from latchmark.cautions import StandIn, flags_of, stand_ins_of
from latchmark.compare import ComparedExperiment, Comparison, compare
from latchmark.figures import ratio_rows, side_by_side
from latchmark.model import Run, Unavailable
from latchmark.pages.of_experiment import Picture, pictures_of
from latchmark.pages.rendering import render
from latchmark.statistics import Interval, Summary
from latchmark.tables import (
    Table,
    compared_readings_table,
    compared_table,
    counters_of,
    differences_table,
    environment_of,
    point_launches,
    runs_table,
    sources_table,
    why_absent,
)
from latchmark.wording import count, number, percent, words


@dataclass(frozen=True, slots=True)
class Absent:
    """Points that one run cannot show or compare, for one reason."""

    label: str
    reason: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedSection:
    """One experiment of the comparison. `sentences` say the middle and the extremes of each run."""

    compared: ComparedExperiment
    slug: str
    sentences: tuple[str, ...]
    pictures: tuple[Picture, ...]
    absent: tuple[Absent, ...]
    table: Table
    readings: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """All that the template of a comparison shows."""

    comparison: Comparison
    title: str
    lede: str
    stand_ins: tuple[tuple[str, StandIn], ...]
    summary: tuple[tuple[ComparedSection, str], ...]
    differences: tuple[Table, ...]
    equal: str
    runs: Table
    sources: tuple[Table, ...]
    means: tuple[str, ...]
    sections: tuple[ComparedSection, ...]
    environments: tuple[tuple[str, tuple[Table, ...]], ...]


LONGEST_LABEL = (
    24  # characters; runs with longer names are A, B, ... on the page, and the table of runs has the names
)


def short_labels(labels: Sequence[str], flags: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels themselves, or letters where one of them would not fit a figure or a column; with the flags
    of each run, which must not be lost."""
    if max(len(label) for label in labels) <= LONGEST_LABEL:
        return tuple(labels)
    letters = [f"run {string.ascii_uppercase[index % 26]}{index // 26 or ''}" for index in range(len(labels))]
    return tuple(
        f"{letter} ({flag})" if flag else letter for letter, flag in zip_longest(letters, flags, fillvalue="")
    )


def compare_page(runs: Sequence[Run]) -> str:
    """The comparison of two or more runs as one HTML document, the first run being the reference.

    Raises WrongUsage for fewer than two different runs. The same runs give the same bytes.
    """
    page = page_of(compare(runs))
    data = {
        "schema": "latchmark.page/2",
        "runs": [{"run": run.id, "points": point_launches(run)} for run in runs],
    }
    return render("comparison.html", page, data)


def page_of(comparison: Comparison) -> ComparisonPage:
    """The values of the page, before any markup."""
    names = comparison.labels
    comparison = replace(comparison, labels=short_labels(names, [flags_of(run) for run in comparison.runs]))
    labels = comparison.labels
    kind = "runs of one machine" if comparison.is_one_machine else "machines"
    sections = tuple(
        _section(comparison, compared, f"experiment-{index + 1}")
        for index, compared in enumerate(comparison.experiments)
    )
    return ComparisonPage(
        comparison=comparison,
        title=f"Side by side: {words(labels)}",
        lede=f"{len(labels)} {kind}. The reference, over whose values all ratios are, is {labels[0]}.",
        stand_ins=tuple(
            (label, one)
            for label, run in zip(labels, comparison.runs, strict=True)
            for one in stand_ins_of(run)
        ),
        summary=tuple((section, sentence) for section in sections for sentence in section.sentences),
        differences=tuple(
            differences_table(title, key, labels)
            for title, key in (
                ("Hard key: another machine", comparison.hard_key),
                ("Soft key: another day, setting or build", comparison.soft_key),
            )
            if key.differing
        ),
        equal=f"Equal in {count(comparison.hard_key.equal + comparison.soft_key.equal, 'other field')}.",
        runs=runs_table(comparison, names),
        sources=sources_table(comparison),
        means=tuple(_means(comparison)),
        sections=sections,
        environments=tuple(
            (
                label,
                tuple(
                    replace(table, caption=f"{label}: {table.caption}")
                    for table in (*environment_of(run), *counters_of(run))
                ),
            )
            for label, run in zip(labels, comparison.runs, strict=True)
        ),
    )


def _means(comparison: Comparison) -> list[str]:
    sentences = []
    for label, mean in list(zip(comparison.labels, comparison.geometric_means, strict=True))[1:]:
        if isinstance(mean, Unavailable):
            sentences.append(f"{label}: no mean, {mean.reason}.")
        else:
            sentences.append(
                f"{label}: {number(mean.value)}\u00d7 {comparison.labels[0]}"
                f" over the {count(mean.n, 'point')} that every run has."
            )
    return sentences


def _section(comparison: Comparison, compared: ComparedExperiment, slug: str) -> ComparedSection:
    experiment = compared.experiment
    # A point that no run could measure is no comparison; it is in the reports of the single runs.
    points = [one for one in compared.points if any(isinstance(cell.summary, Summary) for cell in one.cells)]
    headline = [
        (one.point, [cell.ratio for cell in one.cells])
        for one in points
        if one.point.purpose is experiment.main_purpose
    ]
    usual = [(point, ratios) for point, ratios in headline if not point.is_oversubscribed]
    drawings = (
        *side_by_side(comparison.runs, comparison.labels, experiment),
        *ratio_rows(comparison.labels, experiment, usual),
    )
    return ComparedSection(
        compared,
        slug,
        tuple(_sentences(comparison, compared)),
        pictures_of(drawings, slug),
        _absent(comparison, compared),
        compared_table(comparison, compared),
        compared_readings_table(comparison, compared),
    )


def _sentences(comparison: Comparison, compared: ComparedExperiment) -> list[str]:
    """For each run after the first: how many points differ, and where it gains and loses most."""
    found = []
    for index, label in list(enumerate(comparison.labels))[1:]:
        ratios = [
            (point.point.name, cell.ratio)
            for point in compared.points
            if not isinstance((cell := point.cells[index]).ratio, Unavailable)
        ]
        known = [(name, ratio) for name, ratio in ratios if not isinstance(ratio, Unavailable)]
        if not known:
            why = _common_reason(compared, index)
            found.append(f"No point of {label} can be compared{why and f': {why}'}.")
            continue
        differ = [(name, ratio) for name, ratio in known if ratio.excludes_one]
        if not differ:
            found.append(f"No measurable difference at {label} in {count(len(known), 'point')}.")
            continue
        name, ratio = max(differ, key=lambda pair: pair[1].certain_effect)
        assert isinstance(ratio.interval, Interval)
        found.append(
            f"{label} differs at {len(differ)} of {count(len(known), 'point')}"
            f" ({percent(len(differ) / len(known))}), most at {name}: {number(ratio.value)}\u00d7"
            f" [{number(ratio.interval.low)}, {number(ratio.interval.high)}]."
        )
    return found


def _common_reason(compared: ComparedExperiment, index: int) -> str:
    """Why a run has no ratio, where that is one and the same reason at all points."""
    ratios = [point.cells[index].ratio for point in compared.points]
    reasons = {ratio.reason for ratio in ratios if isinstance(ratio, Unavailable)}
    return reasons.pop() if len(reasons) == 1 else ""


def _absent(comparison: Comparison, compared: ComparedExperiment) -> tuple[Absent, ...]:
    """What one run lacks and another has, grouped by run and reason."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for point in compared.points:
        if not any(isinstance(cell.summary, Summary) for cell in point.cells):
            continue
        for label, cell in zip(comparison.labels, point.cells, strict=True):
            reason = why_absent(cell)
            if reason is not None:
                grouped.setdefault((label, reason), []).append(point.point.name)
    return tuple(Absent(label, reason, tuple(names)) for (label, reason), names in grouped.items())
