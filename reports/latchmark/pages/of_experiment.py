"""What does the page say about one experiment? Question, findings, cautions, figures, tables, and how to
run it alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from latchmark.cautions import Caution
from latchmark.figures import Drawing, UnchartedRoles, drawings_of, uncharted_roles
from latchmark.findings import Finding, FindingKind, common_remark
from latchmark.model import Experiment, Point, Purpose, Run, Variant
from latchmark.statistics import repeats_of
from latchmark.tables import Table, experiment_tables
from latchmark.wording import count, middle


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure ready for the page; `id` is that of its element, `table` a part of the caption of the table
    that has its values, where that is not the first of its section; None where no table has them."""

    title: str
    svg: str
    id: str
    table: str | None = ""


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
    """One experiment on the page. `main` are the figures that answer the question with the readings that
    explain it, `quantities` those of what was measured beside it, `fairness` and `background` those that
    check it. `told` are the findings with their sentences, less `remark`, which holds for all of them;
    `variants` are those that the run holds, with their place in the experiment; `point` is the command of the
    point that leads, where one does."""

    experiment: Experiment
    slug: str
    findings: tuple[Finding, ...]
    told: tuple[tuple[Finding, str], ...]
    remark: str
    variants: tuple[tuple[int, Variant], ...]
    not_planned: tuple[str, ...]
    cautions: tuple[CautionGroup, ...]
    main: tuple[Picture, ...]
    quantities: tuple[Picture, ...]
    fairness: tuple[Picture, ...]
    background: tuple[Picture, ...]
    uncharted: tuple[UnchartedRoles, ...]
    tables: tuple[Table, ...]
    skipped: tuple[tuple[str, tuple[str, ...]], ...]
    command: str
    point: str
    middle: str
    repeats: tuple[str, ...]

    @property
    def figure(self) -> str:
        """The id of the figure that answers the question; that of the section where nothing is drawn."""
        return self.main[0].id if self.main else self.slug

    @property
    def is_uneven(self) -> bool:
        """Whether what workers got of each other is a finding, and not only a check."""
        return any(finding.kind in _OF_FAIRNESS for finding in self.findings)

    @property
    def not_measured(self) -> tuple[tuple[int, str], ...]:
        """(roles, why in a few words), for each reason why roles that the experiment asks for have no
        value."""
        # What to do about it follows after a colon, and is said once on the page.
        return tuple(
            (len(group.roles), group.why.partition(": ")[0])
            for group in self.uncharted
            if not group.is_measured
        )

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


# As the captions of `experiment_tables` say it; a value a launch is in no table.
_TABLES: dict[str, str | None] = {
    "reading": ": readings, ",
    "fairness": ": fairness, ",
    "latency": ", upper ends of buckets",
    "tail": ", upper ends of buckets",
    "quantity": ": measured beside the operations, ",
    "launches": None,
}
_OF_FAIRNESS = (FindingKind.SHARES, FindingKind.RUN_LENGTH, FindingKind.TAIL)

_MAIN = (
    "cost",
    "distances",
    "map",
    "sweep",
    "reading",
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
    again: Callable[[Run, Experiment, Point | None], str],
) -> Section:
    """The section of an experiment; `slug` must be unique on the page, `again` gives the command that
    measures the experiment, or one point of it."""
    drawings = drawings_of(run, experiment)
    own = tuple(finding for finding in findings if finding.experiment == experiment.name)
    remark = common_remark(own)
    planned = {point.variant for point in run.points_of(experiment)}
    leading = next((one.numerator for one in own if one.numerator is not None), None)
    return Section(
        experiment=experiment,
        slug=slug,
        findings=own,
        told=tuple(
            (one, one.sentence.replace(f" ({remark})", "") if remark else one.sentence) for one in own
        ),
        remark=remark,
        variants=tuple(one for one in enumerate(experiment.variants) if one[1].name in planned),
        not_planned=tuple(one.name for one in experiment.variants if one.name not in planned),
        cautions=_groups(run, experiment, cautions),
        main=pictures_of(drawings, slug, *_MAIN),
        quantities=pictures_of(drawings, slug, "quantity"),
        fairness=pictures_of(drawings, slug, "fairness"),
        background=pictures_of(drawings, slug, "launches"),
        uncharted=uncharted_roles(run, experiment),
        tables=experiment_tables(run, experiment),
        skipped=_skipped(run, experiment),
        command=again(run, experiment, None),
        point="" if leading is None else again(run, experiment, leading),
        middle=middle(experiment),
        repeats=_repeats(run, experiment),
    )


def pictures_of(drawings: Sequence[Drawing], slug: str, *kinds: str) -> tuple[Picture, ...]:
    """The drawings of these kinds, or all, as SVG; ids follow from `slug` and the place in `drawings`."""
    return tuple(
        # Short, because every mark of a figure repeats it.
        Picture(drawing.title, drawing.svg(prefix), f"fig-{prefix}", _TABLES.get(drawing.kind, ""))
        for index, drawing in enumerate(drawings)
        if not kinds or drawing.kind in kinds
        for prefix in (f"{slug.replace('family-', 'f')}-{index + 1}",)
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
