"""What does the page of several runs say? What differs between the machines first, then every experiment
side by side."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest

from latchmark.cautions import StandIn, flags_of, stand_ins_of
from latchmark.compare import (
    ComparedExperiment,
    Comparison,
    compare,
    coverage_sentences,
    findings_of_comparison,
    ranks_of,
    sentences_of_experiment,
)
from latchmark.figures import NARROW, WIDE, compared_drawings, price_drawings, rank_drawings
from latchmark.findings import ComparisonFinding
from latchmark.loading import published_figures
from latchmark.model import Run, Unavailable
from latchmark.pages.of_experiment import Picture, pictures_of
from latchmark.pages.rendering import render
from latchmark.statistics import Summary
from latchmark.tables import (
    Table,
    compared_prices_tables,
    compared_readings_table,
    counters_of,
    difference_tables,
    environment_of,
    equal_table,
    experiment_comparison_tables,
    point_launches,
    ranks_table,
    runs_table,
    sources_table,
    why_absent,
)
from latchmark.wording import count, family, number, words

LONGEST_AMOUNT = 9  # characters that fit the column of the large numbers


@dataclass(frozen=True, slots=True)
class Absent:
    """Points that one run cannot show or compare, for one reason."""

    label: str
    reason: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedSection:
    """One experiment of the comparison. `sentences` say how the machines stand; the first of `tables` has all
    points, the others the same in other units."""

    compared: ComparedExperiment
    slug: str
    sentences: tuple[str, ...]
    pictures: tuple[Picture, ...]
    absent: tuple[Absent, ...]
    tables: tuple[Table, ...]
    readings: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ComparedFamily:
    """Experiments that ask about one subject."""

    name: str
    slug: str
    sections: tuple[ComparedSection, ...]


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """All that the template of a comparison shows."""

    comparison: Comparison
    title: str
    lede: str
    coverage: tuple[str, ...]
    stand_ins: tuple[tuple[str, StandIn], ...]
    findings: tuple[ComparisonFinding, ...]
    differences: tuple[Table, ...]
    equal: str
    alike: tuple[Table, ...]
    runs: Table
    sources: tuple[Table, ...]
    prices: tuple[Picture, ...]
    price_tables: tuple[Table, ...]
    ranks: tuple[Picture, ...]
    rank_tables: tuple[Table, ...]
    means: tuple[str, ...]
    families: tuple[ComparedFamily, ...]
    environments: tuple[tuple[str, tuple[Table, ...]], ...]

    @property
    def sections(self) -> tuple[ComparedSection, ...]:
        """Those of all families."""
        return tuple(section for some in self.families for section in some.sections)

    def slug_of(self, experiment: str) -> str:
        """Where on the page an experiment is."""
        return next(one.slug for one in self.sections if one.compared.experiment.name == experiment)

    def is_short(self, amount: str) -> bool:
        """Whether it is a number that fits its column in large."""
        return amount[:1].isdigit() and len(amount) <= LONGEST_AMOUNT


LONGEST_LABEL = (
    24  # characters; runs with longer names are A, B, ... on the page, and the table of runs has the names
)


def short_labels(labels: Sequence[str], flags: Sequence[str] = ()) -> tuple[str, ...]:
    """The labels themselves, or letters where one of them would not fit a figure or a column; with the flags
    of each run, which must not be lost."""
    if max(len(label) for label in labels) <= LONGEST_LABEL:
        return tuple(labels)
    letters = [f"run {string.ascii_uppercase[index]}" for index in range(len(labels))]
    return tuple(
        f"{letter} ({flag})" if flag else letter for letter, flag in zip_longest(letters, flags, fillvalue="")
    )


def compare_page(runs: Sequence[Run]) -> str:
    """The comparison of two to eight runs as one HTML document, the first run being the reference.

    Raises WrongUsage for fewer than two different runs, or more than eight. The same runs give the same
    bytes.
    """
    return comparison_page(compare(runs))


def comparison_page(comparison: Comparison) -> str:
    """A comparison as one HTML document."""
    data = {
        "schema": "latchmark.page/2",
        "runs": [{"run": run.id, "points": point_launches(run)} for run in comparison.runs],
    }
    return render("comparison.html", page_of(comparison), data)


def page_of(comparison: Comparison) -> ComparisonPage:
    """The values of the page, before any markup."""
    names = comparison.labels
    comparison = replace(comparison, labels=short_labels(names, [flags_of(run) for run in comparison.runs]))
    labels = comparison.labels
    kind = "runs of one machine" if comparison.is_one_machine else "machines"
    ranks = ranks_of(comparison)
    return ComparisonPage(
        comparison=comparison,
        title=f"Side by side: {words(labels)}",
        lede=f"{len(labels)} {kind}. The reference, over whose values all ratios are, is {labels[0]}.",
        coverage=coverage_sentences(comparison),
        stand_ins=tuple(
            (label, one)
            for label, run in zip(labels, comparison.runs, strict=True)
            for one in stand_ins_of(run)
        ),
        findings=findings_of_comparison(comparison, ranks),
        differences=difference_tables(comparison),
        equal=f"Equal in {count(comparison.hard_key.equal + comparison.soft_key.equal, 'other field')}.",
        alike=equal_table(comparison),
        runs=runs_table(comparison, names),
        sources=sources_table(comparison),
        prices=_prices(comparison),
        price_tables=compared_prices_tables(comparison),
        ranks=pictures_of(rank_drawings(labels, ranks), "ranks"),
        rank_tables=ranks_table(labels, ranks),
        means=tuple(_means(comparison)),
        families=_families(comparison),
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


def _prices(comparison: Comparison) -> tuple[Picture, ...]:
    """The price list of all machines on one axis, wide and narrow; emulated ones have no prices."""
    if len(comparison.real) < 2:
        return ()
    runs = [comparison.runs[index] for index in comparison.real]
    labels = [comparison.labels[index] for index in comparison.real]
    return tuple(
        picture
        for slug, layout in (("pw", WIDE), ("pn", NARROW))
        for picture in pictures_of(price_drawings(labels, runs, published_figures(), layout), slug)
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


def _families(comparison: Comparison) -> tuple[ComparedFamily, ...]:
    families: list[ComparedFamily] = []
    for name, some in groupby(comparison.experiments, key=lambda one: one.experiment.family):
        slug = f"family-{len(families) + 1}"
        sections = tuple(
            _section(comparison, compared, f"{slug}-{index + 1}") for index, compared in enumerate(some)
        )
        families.append(ComparedFamily(family(name), slug, sections))
    return tuple(families)


def _section(comparison: Comparison, compared: ComparedExperiment, slug: str) -> ComparedSection:
    return ComparedSection(
        compared,
        slug,
        sentences_of_experiment(comparison, compared),
        pictures_of(compared_drawings(comparison, compared), slug),
        _absent(comparison, compared),
        experiment_comparison_tables(comparison, compared),
        compared_readings_table(comparison, compared),
    )


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
