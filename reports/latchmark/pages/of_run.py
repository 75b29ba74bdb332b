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
    FloorAge,
    StandIn,
    cautions_of,
    checks_of,
    foremost_of,
    resume_sentence,
    stand_ins_of,
    tally_of,
)
from latchmark.findings import (
    Absence,
    Failure,
    Finding,
    absences_of,
    failures_of,
    findings_of,
    leading,
    ranked,
    strongest,
)
from latchmark.model import Experiment, Point, Run
from latchmark.pages.first_screen import Headlines, TrustPanel, has_value, headlines_of, trust_panel_of
from latchmark.pages.machine import MachineCard, card_of
from latchmark.pages.of_experiment import Section, section_of
from latchmark.pages.pitfall_index import PitfallSection, pitfall_section_of
from latchmark.pages.price_list import PriceSection, price_list_of
from latchmark.pages.rendering import render
from latchmark.tables import Table, all_numbers, counters_of, environment_of, point_launches, units_of
from latchmark.wording import count, family, number, utc

MOST_OF_AN_EXPERIMENT = 2  # findings at the head of its family; all are in its section


@dataclass(frozen=True, slots=True)
class Family:
    """Experiments that ask about one subject, and the strongest findings of each."""

    name: str
    slug: str
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    """All that the template of a run shows."""

    run: Run
    title: str
    lede: str
    stand_ins: tuple[StandIn, ...]
    foremost: tuple[str, ...]
    headlines: Headlines
    trust: TrustPanel
    machine: MachineCard
    what_ran: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    tally: str
    absences: tuple[Absence, ...]
    failed: tuple[Failure, ...]
    resume: str
    again: str
    prices: PriceSection
    pitfalls: PitfallSection | None
    families: tuple[Family, ...]
    numbers: Table
    left_out: str
    counters: tuple[Table, ...]
    environment: tuple[Table, ...]

    def figure_of(self, experiment: str) -> str:
        """Where on the page the figure is that answers the question of an experiment; its section where it
        has none."""
        return self._section_of(experiment).figure

    def slug_of(self, experiment: str) -> str:
        """Where on the page an experiment is."""
        return self._section_of(experiment).slug

    def _section_of(self, experiment: str) -> Section:
        return next(
            section
            for family in self.families
            for section in family.sections
            if section.experiment.name == experiment
        )


def report_page(run: Run, floor: FloorAge | None = None) -> str:
    """The report of one run as one HTML document; the same run, and the same noise floor where one is given,
    give the same bytes."""
    page = page_of(run, floor)
    data = {
        "schema": "latchmark.page/2",
        "run": run.id,
        "points": point_launches(run),
        "units": units_of(run),
        # A point alone is this and a filter, which the script adds.
        "again": shlex.join(_run_again(run, "--filter")),
    }
    return render("run.html", page, data)


def page_of(run: Run, floor: FloorAge | None = None) -> RunPage:
    """The values of the page, before any markup."""
    cautions = cautions_of(run)
    findings = findings_of(run)
    catalogue = [experiment.name for experiment in run.experiments]
    checks = checks_of(run, cautions)
    numbers, left_out = all_numbers(run)
    return RunPage(
        run=run,
        title=_title(run),
        lede=_lede(run),
        stand_ins=stand_ins_of(run),
        foremost=foremost_of(run),
        headlines=headlines_of(findings, catalogue),
        trust=trust_panel_of(run, checks, floor),
        machine=card_of(run),
        what_ran=_what_ran(run),
        checks=checks,
        tally=tally_of(checks),
        absences=tuple(one for one in absences_of(run) if one.what != "launches"),
        failed=failures_of(run),
        resume="" if run.complete else resume_sentence(run),
        again=again(run),
        prices=price_list_of(run),
        pitfalls=pitfall_section_of(run, findings, cautions),
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


def again(run: Run, experiment: Experiment | None = None, point: Point | None = None) -> str:
    """The command that measures this again: the run's own with the same seed, or one experiment alone, or one
    point of it."""
    if experiment is None:
        return shlex.join([*_run_again(run), "--seed", run.seed])
    # What a regular expression of ECMAScript reads as more than itself.
    name = re.sub(r"[][\\^$.*+?(){}|]", r"\\\g<0>", experiment.name if point is None else point.name)
    return shlex.join([*_run_again(run, "--filter"), "--filter", f"^{name}{'/' if point is None else '$'}"])


def _run_again(run: Run, *dropped: str) -> list[str]:
    """The words of the run's own command, into a folder of its own and not over the run that is repeated."""
    dropped = ("--out", "--resume", "--seed", *dropped)
    own = _without(dropped, run.command[2:]) if run.command[1:2] == ("run",) else [run.preset]
    # Another program than the suite's own is an outsider's, built with the package.
    is_own = not run.command or run.command[0].rsplit("/", 1)[-1] == "latchmark-bench"
    return ["scripts/latchmark", "run", *own, *(() if is_own else ("--bench", run.command[0]))]


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
    measured = sum(has_value(run, point) for point in planned)
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


def _begun(run: Run) -> str:
    """`2 of ` before the number of rounds where not all were begun."""
    begun = len({launch.round for launch in run.launches})
    return f"{begun} of " if begun < run.rounds else ""


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
            section_of(run, experiment, f"{slug}-{index + 1}", cautions, findings, again)
            for index, experiment in enumerate(some)
        )
        told = [one for section in sections for one in strongest(section.findings, MOST_OF_AN_EXPERIMENT)]
        first = leading(told, [section.experiment.name for section in sections], most=1)
        rest = ranked(one for one in told if one not in first)
        families.append(Family(family(name), slug, (*first, *rest), sections))
    return tuple(families)
