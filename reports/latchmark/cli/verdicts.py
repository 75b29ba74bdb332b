"""How is a verdict written, told and explained? What all modes of the gate end with."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from latchmark.cli.packages import installed
from latchmark.errors import CannotWrite, WrongUsage, printable
from latchmark.exporting.writing import write
from latchmark.verdict import Verdict, Word, explained, headline
from latchmark.wording import count

FORMATS = {
    "markdown": "verdict.md",
    "junit": "junit.xml",
    "sarif": "verdict.sarif",
    "annotations": "annotations.txt",
    "openmetrics": "metrics.txt",
    "csv": "verdict.csv",
    "json": "verdict.json",
}
# What a person must act on; the page has the rest.
_NAMED = (
    Word.REGRESSED,
    Word.MISSING,
    Word.ERROR,
    Word.NOT_COMPARABLE,
    Word.SUSPECT,
    Word.INCONCLUSIVE,
    Word.IMPROVED,
)


def write_outputs(verdict: Verdict, folder: Path) -> None:
    """Everything that other tools and people read, durably; the same verdict gives the same bytes."""
    from latchmark.exporting.verdicts import outputs_of

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be made: {error.strerror}") from error
    for name, text in outputs_of(verdict).items():
        write(text, folder / name)
    write(page(verdict), folder / "report.html")


def page(verdict: Verdict) -> str:
    """The verdict's page. Raises MissingPackage."""
    with installed():
        from latchmark.pages import verdict_page
    return verdict_page(verdict)


def require_outputs() -> None:
    """Nothing is measured that could not be shown afterwards."""
    with installed():
        import latchmark.exporting.verdicts
        import latchmark.pages  # noqa: F401


def tell(verdict: Verdict, folder: Path | None) -> None:
    """The stages, the answer and what is behind it, on standard output."""
    lines = [
        f"{one.name}: {count(one.points, 'point')}, {count(one.rounds, 'round')}, {one.duration_s:.1f} s"
        f"{f', {one.voided} voided' if one.voided else ''}"
        for one in verdict.stages
    ]
    lines.append(verdict.sentence)
    lines += [f"  {headline(one)}" for one in verdict.gated if one.word in _NAMED]
    lines += [f"  note: {caution}" for caution in verdict.cautions]
    lines.append(f"again: {verdict.repeat}")
    if folder is not None:
        lines.append(str(folder / "report.html"))
    write("".join(f"{printable(line)}\n" for line in lines), None)


def only(verdict: Verdict, pattern: str) -> Verdict:
    """The verdict with the points that a regular expression finds. Raises WrongUsage."""
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise WrongUsage(f"'{pattern}' is no regular expression: {error}") from error
    points = tuple(one for one in verdict.points if wanted.search(one.point))
    controls = tuple(one for one in verdict.controls if wanted.search(one.point))
    if not points and not controls:
        raise WrongUsage(f"'{pattern}' matches none of the {len(verdict.points)} points of this verdict")
    return replace(verdict, points=points, controls=controls)


def explanation(verdict: Verdict, format_: str) -> str:
    """Why each verdict is what it is, as text or in the format of another output."""
    if format_ == "html":
        return page(verdict)
    if format_ in FORMATS:
        from latchmark.exporting.verdicts import outputs_of

        return outputs_of(verdict)[FORMATS[format_]]
    lines = [verdict.sentence]
    lines += [f"! {one.sentence}" for one in verdict.problems]
    for one in (*verdict.points, *verdict.controls):
        lines += ["", f"{one.point}: {one.metric}"]
        lines += [f"  {sentence}" for sentence in explained(verdict, one)]
    lines += ["", *(f"note: {caution}" for caution in verdict.cautions), f"again: {verdict.repeat}"]
    return "".join(f"{printable(line)}\n" for line in lines)
