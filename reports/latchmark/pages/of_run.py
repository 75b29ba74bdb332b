"""What does the page of one run say? Its values in reading order, then the template."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from latchmark.cautions import (
    EMULATED,
    Caution,
    Check,
    StandIn,
    cautions_of,
    checks_of,
    stand_ins_of,
    tally_of,
)
from latchmark.findings import (
    Absence,
    Finding,
    FindingKind,
    absences_of,
    findings_of,
    leading,
    ranked,
    strongest,
)
from latchmark.model import Experiment, Launch, Point, Run, Unavailable
from latchmark.pages.machine import card_of
from latchmark.pages.of_experiment import Section, section_of
from latchmark.pages.pitfall_index import PitfallEntry, pitfall_index_of
from latchmark.pages.price_list import PriceSection, price_list_of
from latchmark.pages.rendering import render
from latchmark.statistics import Interval
from latchmark.tables import Table, all_numbers, counters_of, environment_of, point_launches
from latchmark.wording import count, family, number, utc

LONGEST_SIZE = 8  # characters of the largest letters in the column of the first screen
MOST_OF_AN_EXPERIMENT = 2  # findings at the head of its family; all are in its section


@dataclass(frozen=True, slots=True)
class Family:
    """Experiments that ask about one subject, and the strongest findings of each."""

    name: str
    slug: str
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """A finding of the first screen: `size` is the number it is about, in large."""

    size: str
    finding: Finding

    @property
    def is_short(self) -> bool:
        """Whether it is a number that fits its column in large."""
        return self.size[:1] in "+0123456789" and len(self.size) <= LONGEST_SIZE


@dataclass(frozen=True, slots=True)
class RunPage:
    """All that the template of a run shows."""

    run: Run
    title: str
    lede: str
    stand_ins: tuple[StandIn, ...]
    headlines: tuple[Headline, ...]
    verdict: str
    what_ran: tuple[tuple[str, str], ...]
    card: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    tally: str
    absences: tuple[Absence, ...]
    failed: tuple[tuple[str, Launch], ...]
    again: str
    prices: PriceSection
    pitfalls: tuple[PitfallEntry, ...]
    families: tuple[Family, ...]
    numbers: Table
    left_out: str
    counters: tuple[Table, ...]
    environment: tuple[Table, ...]

    def slug_of(self, experiment: str) -> str:
        """Where on the page an experiment is."""
        return next(
            section.slug
            for family in self.families
            for section in family.sections
            if section.experiment.name == experiment
        )


def report_page(run: Run) -> str:
    """The report of one run as one HTML document; the same run gives the same bytes."""
    page = page_of(run)
    return render(
        "run.html", page, {"schema": "latchmark.page/2", "run": run.id, "points": point_launches(run)}
    )


def page_of(run: Run) -> RunPage:
    """The values of the page, before any markup."""
    cautions = cautions_of(run)
    findings = findings_of(run)
    catalogue = [experiment.name for experiment in run.experiments]
    checks = checks_of(run, cautions)
    failed = tuple((run.points[one.point].name, one) for one in run.launches if not one.is_ok)
    numbers, left_out = all_numbers(run)
    return RunPage(
        run=run,
        title=_title(run),
        lede=_lede(run),
        stand_ins=stand_ins_of(run),
        headlines=tuple(Headline(size_of(finding), finding) for finding in leading(findings, catalogue)),
        verdict=_verdict(run, len(failed), tally_of(checks)),
        what_ran=_what_ran(run),
        card=card_of(run),
        checks=checks,
        tally=tally_of(checks),
        absences=tuple(one for one in absences_of(run) if one.what != "launches"),
        failed=failed,
        again=again(run),
        prices=price_list_of(run),
        pitfalls=pitfall_index_of(run, findings),
        families=_families(run, cautions, findings),
        numbers=numbers,
        left_out=left_out,
        counters=counters_of(run),
        environment=environment_of(run),
    )


def _title(run: Run) -> str:
    """Costs are claimed of a machine only where there was one."""
    if run.machine.emulated is not None:
        return f"What ran on the {EMULATED} machine {run.machine.alias}"
    return f"What concurrency costs on {run.machine.alias}"


_WITHOUT_RATIO = {FindingKind.NOT_MEASURED: "not measured", FindingKind.CONTROL: "control"}


def size_of(finding: Finding) -> str:
    """The number that the sentence is about; words where a number would suggest a difference that was not
    shown."""
    if finding.amount is not None:
        return finding.amount
    if finding.ratio is None or finding.numerator is None:
        return _WITHOUT_RATIO.get(finding.kind, "not compared")
    if finding.kind is FindingKind.SCALING:
        # The sentence speaks of the work done, the ratio of time per operation.
        return f"{number(finding.numerator.workers / finding.ratio.value)}\u00d7"
    interval = finding.ratio.interval
    if finding.kind is FindingKind.NO_DIFFERENCE or (
        isinstance(interval, Interval) and not finding.ratio.is_apart
    ):
        return "no difference shown"
    return f"{number(finding.ratio.value)}\u00d7"


def again(run: Run, experiment: Experiment | None = None) -> str:
    """The command that measures this again: the run's own with the same seed, or one experiment alone."""
    # Into a folder of its own, not over the run that is repeated.
    dropped = ("--out", "--resume", "--seed") + (("--filter",) if experiment else ())
    own = _without(dropped, run.command[2:]) if run.command[1:2] == ("run",) else [run.preset]
    words = ["scripts/latchmark", "run", *own]
    # Another program than the suite's own is an outsider's, built with the package.
    if run.command and run.command[0].rsplit("/", 1)[-1] != "latchmark-bench":
        words += ["--bench", run.command[0]]
    if experiment is None:
        words += ["--seed", run.seed]
    else:
        # What a regular expression of ECMAScript reads as more than itself.
        name = re.sub(r"[][\\^$.*+?(){}|]", r"\\\g<0>", experiment.name)
        words += ["--filter", f"^{name}/"]
    return shlex.join(words)


def _without(options: Sequence[str], words: Sequence[str]) -> list[str]:
    """The words of a command less these options, written as `--out DIR` or `--out=DIR`."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in options:
            next(rest, None)
        elif word.split("=", 1)[0] not in options:
            kept.append(word)
    return kept


def _lede(run: Run) -> str:
    planned = [point for point in run.points if point.skip is None]
    measured = sum(_has_value(run, point) for point in planned)
    skipped = len(run.points) - len(planned)
    points = (
        f"{count(measured, 'point')} measured"
        if measured == len(planned)
        else f"{measured:,} of {count(len(planned), 'point')} have a value"
    )
    left_out = f", {skipped} skipped with a reason" if skipped else ""
    return (
        f"{points}{left_out}; {count(len(run.launches), 'launch')} in"
        f" {_begun(run)}{count(run.rounds, 'round')}, each a fresh process."
        f" {utc(run.started_utc)}, {number(run.duration_s)} s."
    )


def _has_value(run: Run, point: Point) -> bool:
    return any(
        not isinstance(value, Unavailable)
        for launch in run.launches_of(point)
        if launch.is_ok
        for value in launch.metrics.values()
    )


def _begun(run: Run) -> str:
    """`2 of ` before the number of rounds where not all were begun."""
    begun = len({launch.round for launch in run.launches})
    return f"{begun} of " if begun < run.rounds else ""


def _verdict(run: Run, failed: int, tally: str) -> str:
    state = "Complete" if run.complete else f"Incomplete ({run.incomplete_reason or 'no reason recorded'})"
    launches = f"{count(failed, 'launch')} failed" if failed else "no launch failed"
    return f"{state}; {launches}; checks: {tally}."


def _what_ran(run: Run) -> tuple[tuple[str, str], ...]:
    is_last_counted = any(launch.windows and launch.windows.counted_from for launch in run.launches)
    last = ", the last one counted and not timed," if is_last_counted else ""
    windows = f"{count(run.windows, 'window')} of {number(run.window_ns / 1e6)} ms{last}"
    crowded = f"one of {number(run.oversubscribed_window_ns / 1e6)} ms"
    rows = [
        ("Suite", f"latchmark {run.suite.version}, commit {run.suite.commit}"),
        ("Preset", run.preset),
        ("Started", utc(run.started_utc)),
        ("Duration", f"{number(run.duration_s)} s ({number(run.expected_s)} s expected)"),
        ("Rounds", f"{_begun(run)}{run.rounds}"),
        ("Launch", f"{windows} after {number(run.warm_up_ns / 1e6)} ms of warm-up; oversubscribed {crowded}"),
        ("Seed", run.seed),
        ("Compiler", f"{run.suite.compiler}, {run.suite.build_type}"),
    ]
    if len(run.sides) > 1:
        rows.append(
            ("Sides", f"{', '.join(side.name for side in run.sides)}; this page shows {run.sides[0].name}")
        )
    if run.resumed:
        rows.append(("Resumed", count(run.resumed, "time")))
    return tuple(rows)


def _families(run: Run, cautions: Sequence[Caution], findings: Sequence[Finding]) -> tuple[Family, ...]:
    families: list[Family] = []
    for name, some in groupby(run.experiments, key=lambda experiment: experiment.family):
        slug = f"family-{len(families) + 1}"
        sections = tuple(
            section_of(run, experiment, f"{slug}-{index + 1}", cautions, findings, again(run, experiment))
            for index, experiment in enumerate(some)
        )
        told = [one for section in sections for one in strongest(section.findings, MOST_OF_AN_EXPERIMENT)]
        first = leading(told, [section.experiment.name for section in sections], most=1)
        rest = ranked(one for one in told if one not in first)
        families.append(Family(family(name), slug, (*first, *rest), sections))
    return tuple(families)
