"""Which commands are there? `report`, `compare`, `export` and `findings` over run files; thin by intent."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from latchmark.errors import LatchmarkError, MissingPackage, WrongUsage, printable
from latchmark.exporting.writing import write
from latchmark.loading import load
from latchmark.model import Run

FORMATS = ("html", "markdown", "json", "csv")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0 done, 2 bad usage or input, 4 cannot write or a package is missing."""
    try:
        options = _parser().parse_args(arguments)
        _COMMANDS[options.command](options)
    except LatchmarkError as error:
        print(f"latchmark: {error}", file=sys.stderr)
        return error.exit_code
    except MemoryError:
        print("latchmark: not enough memory for these run files", file=sys.stderr)
        return 4
    return 0


def _report(options: argparse.Namespace) -> None:
    if len(options.runs) > 1:
        _compare(options)
        return
    run = load(options.runs[0])
    write(_report_text(run, options.format), options.output)


def _report_text(run: Run, format_: str) -> str:
    from latchmark import exporting

    if format_ == "html":
        try:
            from latchmark.pages import report_page
        except ImportError as error:
            raise _missing(error) from error
        return report_page(run)
    if format_ == "csv":
        return exporting.csv_text(exporting.summary_table(run))
    return exporting.run_markdown(run) if format_ == "markdown" else exporting.run_json(run)


def _compare(options: argparse.Namespace) -> None:
    from latchmark import exporting
    from latchmark.compare import compare

    runs = [load(path) for path in options.runs]
    comparison = compare(
        runs
    )  # for the page too, so that runs which cannot be compared are refused in one place
    if options.format == "html":
        try:
            from latchmark.pages import compare_page
        except ImportError as error:
            raise _missing(error) from error
        text = compare_page(runs)
    elif options.format == "csv":
        text = exporting.csv_text(exporting.comparison_table(comparison))
    elif options.format == "markdown":
        text = exporting.comparison_markdown(comparison)
    else:
        text = exporting.comparison_json(comparison)
    write(text, options.output)


def _export(options: argparse.Namespace) -> None:
    from latchmark.exporting import gbench_json

    write(gbench_json(load(options.runs[0])), options.output)


def _findings(options: argparse.Namespace) -> None:
    from latchmark.cautions import stand_ins_of
    from latchmark.findings import absences_of, findings_of, leading

    run = load(options.runs[0])
    catalogue = [experiment.name for experiment in run.experiments]
    first = leading(findings_of(run), catalogue, options.most)
    lines = [f"! {one.sentence}" for one in stand_ins_of(run)]
    lines += [f"- {finding.experiment}: {finding.text}" for finding in first]
    lines += [f"  not measured: {absence.sentence}" for absence in absences_of(run)]
    write("".join(f"{printable(line)}\n" for line in lines), None)


_COMMANDS = {"report": _report, "compare": _compare, "export": _export, "findings": _findings}


def _missing(error: ImportError) -> MissingPackage:
    return MissingPackage(f"{error}: install the package, or run `scripts/latchmark setup`")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # One line instead of argparse's two; the usage is a `--help` away.
        raise WrongUsage(f"{message} (see `{self.prog} --help`)")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="latchmark", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    report = commands.add_parser("report", help="one page about a run (of several runs: their comparison)")
    report.add_argument("runs", metavar="RUN", type=Path, nargs="+", help="run.json, gzipped or not")
    compare = commands.add_parser("compare", help="two or more runs side by side; the first is the reference")
    compare.add_argument("runs", metavar="RUN", type=Path, nargs="+")
    for command in (report, compare):
        command.add_argument(
            "-o", dest="output", metavar="FILE", type=Path, help="instead of standard output"
        )
        command.add_argument("--format", choices=FORMATS, default="html")

    export = commands.add_parser("export", help="what another tool reads")
    export.add_argument("runs", metavar="RUN", type=Path, nargs=1)
    export.add_argument("--format", choices=("gbench",), required=True)
    export.add_argument("-o", dest="output", metavar="FILE", type=Path)

    findings = commands.add_parser(
        "findings", help="the strongest findings as text, and what could not be measured"
    )
    findings.add_argument("runs", metavar="RUN", type=Path, nargs=1)
    findings.add_argument("--most", metavar="N", type=int, default=5)
    return parser
