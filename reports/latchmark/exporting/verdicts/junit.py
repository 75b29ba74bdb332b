"""How does a verdict look to a test report? JUnit XML that is green exactly where the gate passes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from latchmark.errors import MissingPackage, one_line, printable
from latchmark.verdict import Gated, Mode, Verdict, Word, explained, headline, is_gated
from latchmark.wording import percent

_OUTCOMES = {
    Word.REGRESSED: "failure",
    Word.MISSING: "error",
    Word.ERROR: "error",
    Word.NOT_COMPARABLE: "error",
    Word.SUSPECT: "error",
    Word.INCONCLUSIVE: "skipped",
}


@dataclass(frozen=True, slots=True)
class _Case:
    """A test case: `outcome` is failure, error, skipped, or None where it passes; `text` its evidence."""

    name: str
    group: str
    outcome: str | None
    message: str
    text: str
    duration_s: float | None = None


def junit_xml(verdict: Verdict) -> str:
    """A suite for the gate itself, one for its points, one for its controls. Raises MissingPackage."""
    suites = {
        "latchmark gate": [*_cases_of_gate(verdict)],
        "latchmark points": [_case(verdict, one) for one in verdict.points],
        "latchmark negative controls": [_control(verdict, one) for one in verdict.controls],
    }
    root = ElementTree.fromstring(_tree({name: cases for name, cases in suites.items() if cases}))
    root.attrib.pop("skipped", None)  # schemas know it of one suite, and not of all
    for suite in root.iter():
        # junitparser sums durations, and nothing that was timed is not a duration of zero.
        if suite.get("time") in ("0", "0.0"):
            del suite.attrib["time"]
    ElementTree.indent(root, " ")
    # Written by the standard library, so that the bytes do not depend on whether junitparser found lxml.
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cases_of_gate(verdict: Verdict) -> Iterator[_Case]:
    seconds = sum(stage.duration_s for stage in verdict.stages)
    duration_s = round(seconds, 1) if verdict.stages else None
    outcome = {0: None, 1: "failure"}.get(verdict.exit_code, "error")
    evidence = _lines(
        f"exit code {verdict.exit_code}", verdict.sentence, f"Exactly this again: {verdict.repeat}"
    )
    yield _Case("verdict", "latchmark.gate", outcome, verdict.sentence, evidence, duration_s)
    if verdict.mode is not Mode.CALIBRATE:
        yield _coverage(verdict)
    for index, problem in enumerate(verdict.problems, 1):
        yield _Case(f"problem {index}", "latchmark.gate", "error", problem.sentence, _lines(problem.sentence))


def _coverage(verdict: Verdict) -> _Case:
    """Skipped points alone would be green: this case is not, below the minimum."""
    least = percent(verdict.least_coverage)
    outcome: str | None
    if verdict.coverage is None:
        outcome, told = "failure", f"no point was gated; {least} of them must be decided"
    else:
        share = "all" if verdict.coverage == 1 else f"at least {percent(verdict.coverage)} each of"
        told = f"{share} gated times and counts were decided; {least} are asked"
        outcome = None if verdict.coverage >= verdict.least_coverage else "failure"
    if verdict.exit_code == 0 and outcome is not None:
        outcome, told = "skipped", f"{told}; passed as asked"
    return _Case("coverage", "latchmark.gate", outcome, told, _lines(told))


def _case(verdict: Verdict, one: Gated) -> _Case:
    # What can fail nothing has passed nothing.
    return _case_of(verdict, one, _OUTCOMES.get(one.word) if is_gated(one) else "skipped")


def _control(verdict: Verdict, one: Gated) -> _Case:
    return _case_of(verdict, one, None if one.word is Word.OK else "error")


def _case_of(verdict: Verdict, one: Gated, outcome: str | None) -> _Case:
    # Reports make a tree of what lies between the dots.
    group = one.experiment.replace(".", "_").replace("/", ".")
    evidence = _lines(headline(one), *explained(verdict, one))
    return _Case(f"{one.point} {one.metric}", group, outcome, headline(one), evidence)


def _lines(*sentences: str) -> str:
    return "\n".join(map(printable, sentences))


def _tree(suites: Mapping[str, Sequence[_Case]]) -> bytes:
    try:
        import junitparser
    except ImportError as error:
        raise MissingPackage(
            "the Python package junitparser is missing: install it, or run `scripts/latchmark setup`"
        ) from error
    kinds = {
        "failure": junitparser.Failure,
        "error": junitparser.Error,
        "skipped": junitparser.Skipped,
    }
    report = junitparser.JUnitXml("latchmark")
    for name, cases in suites.items():
        suite = junitparser.TestSuite(name)
        for one in cases:
            case = junitparser.TestCase(printable(one.name), printable(one.group), one.duration_s)
            if one.outcome is None:
                case.system_out = one.text
            else:
                result = kinds[one.outcome](one_line(one.message), one.outcome)
                result.text = one.text
                case.result = [result]
            suite.append(case)
        report.append(suite)
    report.update_statistics()
    tree: bytes = report.tostring()
    return tree
