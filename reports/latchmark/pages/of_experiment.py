"""What does the page say about one experiment? Question, findings, cautions, figures, tables, and how to
run it alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.cautions import Caution
from latchmark.figures import Drawing, UnchartedRoles, drawings_of, uncharted_roles
from latchmark.findings import Finding, FindingKind
from latchmark.model import Experiment, Purpose, Run
from latchmark.statistics import Measure, repeats_of
from latchmark.tables import (
    Table,
    distances_table,
    fairness_table,
    latency_tables,
    measures_in,
    points_table,
    quantities_table,
    readings_table,
)
from latchmark.wording import count, middle


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure ready for the page."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True)
class CautionGroup:
    """Cautions of one name: said once, with every place and what was seen there."""

    name: str
    title: str
    doubt: str
    remedy: str
    seen: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One experiment on the page. `main` are the figures that answer the question, `quantities` those of what
    was measured beside it, `readings` and `background` those that explain and check it; `measures` says what
    its readings mean."""

    experiment: Experiment
    slug: str
    findings: tuple[Finding, ...]
    cautions: tuple[CautionGroup, ...]
    main: tuple[Picture, ...]
    quantities: tuple[Picture, ...]
    readings: tuple[Picture, ...]
    measures: tuple[Measure, ...]
    uncharted: tuple[UnchartedRoles, ...]
    background: tuple[Picture, ...]
    tables: tuple[Table, ...]
    skipped: tuple[tuple[str, tuple[str, ...]], ...]
    command: str
    middle: str
    repeats: tuple[str, ...]

    @property
    def latency(self) -> str:
        """From what to what a latency is, where that is the question."""
        metric = self.experiment.metric("latency")
        is_asked = self.experiment.main_purpose is Purpose.LATENCY
        return metric.meaning if metric is not None and is_asked else ""

    @property
    def why_no_figure(self) -> str:
        """Said in place of the main figures."""
        if all(finding.kind is FindingKind.NOT_MEASURED for finding in self.findings):
            return "no point of this experiment has a value"
        return "there is nothing to draw beside it; the table has the value"


_MAIN = (
    "cost",
    "distances",
    "map",
    "sweep",
    "ratios",
    "placement",
    "oversubscribed",
    "latency",
    "tail",
)


def section_of(
    run: Run,
    experiment: Experiment,
    slug: str,
    cautions: Sequence[Caution],
    findings: Sequence[Finding],
    command: str,
) -> Section:
    """The section of an experiment; `slug` must be unique on the page."""
    drawings = drawings_of(run, experiment)
    return Section(
        experiment=experiment,
        slug=slug,
        findings=tuple(finding for finding in findings if finding.experiment == experiment.name),
        cautions=_groups(run, experiment, cautions),
        main=pictures_of(drawings, slug, *_MAIN),
        quantities=pictures_of(drawings, slug, "quantity"),
        readings=pictures_of(drawings, slug, "reading"),
        measures=measures_in(run, experiment),
        uncharted=uncharted_roles(run, experiment),
        background=pictures_of(drawings, slug, "fairness", "launches"),
        tables=(
            *distances_table(run, experiment),
            points_table(run, experiment),
            *fairness_table(run, experiment),
            *latency_tables(run, experiment),
            *quantities_table(run, experiment),
            *readings_table(run, experiment),
        ),
        skipped=_skipped(run, experiment),
        command=command,
        middle=middle(experiment),
        repeats=_repeats(run, experiment),
    )


def pictures_of(drawings: Sequence[Drawing], slug: str, *kinds: str) -> tuple[Picture, ...]:
    """The drawings of these kinds, or all, as SVG; ids follow from `slug` and the place in `drawings`."""
    return tuple(
        # Short, because every mark of a figure repeats it.
        Picture(drawing.title, drawing.svg(f"{slug.replace('family-', 'f')}-{index + 1}"))
        for index, drawing in enumerate(drawings)
        if not kinds or drawing.kind in kinds
    )


def _groups(run: Run, experiment: Experiment, cautions: Sequence[Caution]) -> tuple[CautionGroup, ...]:
    points = {point.name for point in run.points_of(experiment)}
    here = [one for one in cautions if one.where == experiment.name or one.where in points]
    groups = []
    for name in dict.fromkeys(one.name for one in here):
        some = [one for one in here if one.name is name]
        seen = tuple((one.where, one.seen) for one in some)
        where = (
            "the experiment"
            if some[0].where == experiment.name
            else count(len({one.where for one in some}), "point")
        )
        title = f"{name.value.replace('_', ' ').capitalize()}: {where}"
        groups.append(CautionGroup(name.value, title, some[0].doubt, some[0].remedy, seen))
    return tuple(groups)


def _repeats(run: Run, experiment: Experiment) -> tuple[str, ...]:
    """Which placements are one place on this machine: said once, instead of told as facts of their own."""
    repeats = repeats_of(run.points_of(experiment))
    points = {point.index: point for point in run.points_of(experiment)}
    same: dict[tuple[str, str], int] = {}
    for index, earlier in repeats.items():
        names = points[index].placement.value, earlier.placement.value
        same[names] = same.get(names, 0) + 1
    return tuple(
        f"On this machine {one.replace('_', ' ')} means the very same CPUs as {other.replace('_', ' ')} in"
        f" {count(amount, 'point')}; they are in the tables and tell nothing new."
        for (one, other), amount in same.items()
    )


def _skipped(run: Run, experiment: Experiment) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(reason, names of points), one entry a reason."""
    grouped: dict[str, list[str]] = {}
    for point in run.points_of(experiment):
        if point.skip is not None:
            grouped.setdefault(point.skip, []).append(point.name)
    return tuple((reason, tuple(names)) for reason, names in grouped.items())
