"""What is made of run files? `report`, `compare`, `export` and `findings`; thin by intent."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from latchmark.cli.packages import installed
from latchmark.errors import WrongUsage, printable
from latchmark.exporting.writing import write
from latchmark.loading import load
from latchmark.model import Run

if TYPE_CHECKING:
    from latchmark.cautions import FloorAge
    from latchmark.compare import Comparison

FORMATS = ("html", "markdown", "json", "csv")


def _report(options: argparse.Namespace) -> int:
    if options.floor is not None and (len(options.runs) > 1 or options.format != "html"):
        raise WrongUsage("--floor is for the page of one run: give one RUN, and no other --format")
    if len(options.runs) > 1:
        return _compare(options)
    run = load(options.runs[0])
    write(_report_text(run, options.format, options.floor), options.output)
    return 0


def _report_text(run: Run, format_: str, floor: Path | None) -> str:
    from latchmark import exporting

    if format_ == "html":
        with installed():
            from latchmark.pages import report_page
        return report_page(run, _floor_age(floor, run) if floor is not None else None)
    if format_ == "csv":
        return exporting.csv_text(exporting.summary_table(run))
    return exporting.run_markdown(run) if format_ == "markdown" else exporting.run_json(run)


def _floor_age(path: Path, run: Run) -> FloorAge:
    from latchmark.cautions import FloorAge, began_on
    from latchmark.gate.calibration.floor import LONGEST_AGE_DAYS, load_floor, why_expired

    floor = load_floor(path)
    # A floor may well be calibrated after a run that it is then held against.
    day = max(began_on(run), floor.calibrated_on)
    expires_on = floor.calibrated_on + timedelta(days=LONGEST_AGE_DAYS)
    return FloorAge(floor.calibrated_on, expires_on, floor.days, why_expired(floor, run, day))


def _compare(options: argparse.Namespace) -> int:
    from latchmark.compare import compare

    comparison = compare([load(path) for path in options.runs])
    write(_comparison_text(comparison, options.format), options.output)
    return 0


def _compare_runs_or_fleet(options: argparse.Namespace) -> int:
    if options.fleet is None:
        return _compare(options)
    if options.runs:
        raise WrongUsage("compare takes RUN files or --fleet, not both")
    from latchmark.compare import compare_fleet, compared_hosts
    from latchmark.loading.fleet import load_fleet, run_path

    fleet = load_fleet(options.fleet)
    runs = [load(run_path(options.fleet, status.host)) for status in compared_hosts(fleet)]
    write(_comparison_text(compare_fleet(fleet, runs), options.format), options.output)
    return 0


def _comparison_text(comparison: Comparison, format_: str) -> str:
    from latchmark import exporting

    if format_ == "html":
        with installed():
            from latchmark.pages import comparison_page
        return comparison_page(comparison)
    if format_ == "csv":
        return exporting.csv_text(exporting.comparison_table(comparison))
    if format_ == "markdown":
        return exporting.comparison_markdown(comparison)
    return exporting.comparison_json(comparison)


def _export(options: argparse.Namespace) -> int:
    from latchmark.exporting import gbench_json

    write(gbench_json(load(options.runs[0])), options.output)
    return 0


def _findings(options: argparse.Namespace) -> int:
    from latchmark.cautions import stand_ins_of
    from latchmark.findings import absences_of, findings_of, leading

    run = load(options.runs[0])
    catalogue = [experiment.name for experiment in run.experiments]
    first = leading(findings_of(run), catalogue, options.most)
    lines = [f"! {one.sentence}" for one in stand_ins_of(run)]
    lines += [f"- {finding.experiment}: {finding.text}" for finding in first]
    lines += [f"  not measured: {absence.sentence}" for absence in absences_of(run)]
    write("".join(f"{printable(line)}\n" for line in lines), None)
    return 0


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Adds these commands to the parser's."""
    report = commands.add_parser("report", help="one page about a run (of several runs: their comparison)")
    report.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="run.json, gzipped or not")
    report.add_argument(
        "--floor", metavar="FILE", type=Path, help="the machine's noise floor, to tell how old it is"
    )
    report.set_defaults(command=_report)
    compare = commands.add_parser("compare", help="two or more runs side by side; the first is the reference")
    compare.add_argument("runs", metavar="RUN", type=Path, nargs="*")
    compare.add_argument(
        "--fleet",
        metavar="DIR",
        type=Path,
        help="instead of RUN: the first eight complete runs of a fleet, and which hosts are missing",
    )
    compare.set_defaults(command=_compare_runs_or_fleet)
    for command in (report, compare):
        command.add_argument(
            "-o", dest="output", metavar="FILE", type=Path, help="instead of standard output"
        )
        command.add_argument("--format", choices=FORMATS, default="html")

    export = commands.add_parser("export", help="what another tool reads")
    export.add_argument("runs", metavar="RUN", type=Path, nargs=1)
    export.add_argument("--format", choices=("gbench",), required=True)
    export.add_argument("-o", dest="output", metavar="FILE", type=Path)
    export.set_defaults(command=_export)

    findings = commands.add_parser(
        "findings", help="the strongest findings as text, and what could not be measured"
    )
    findings.add_argument("runs", metavar="RUN", type=Path, nargs=1)
    findings.add_argument("--most", metavar="N", type=int, default=5)
    findings.set_defaults(command=_findings)
