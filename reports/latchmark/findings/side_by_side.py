"""What do sentences that stand side by side have in common? It is said once, and no more in each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from latchmark.findings.finding import Finding, common_remark
from latchmark.wording import team

FEWEST_ALIKE = 2  # sentences; what one says alone stays in it


def told_once(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings with shorter sentences, and what holds for them unless they say otherwise: the place that
    most of them name, and why none has an interval."""
    shared = []
    if place := _common_place(findings):
        findings = [_without(one, f" with {place} (", " (") for one in findings]
        shared.append(f"Unless said otherwise: {place}.")
    if remark := common_remark(findings):
        findings = [_without(one, f" ({remark})", "") for one in findings]
        shared.append(f"{remark[:1].upper()}{remark[1:]}.")
    return tuple(findings), tuple(shared)


def _common_place(findings: Sequence[Finding]) -> str:
    """`2 threads spread over the cores`, where several name it before their levels: one that goes on with a
    parameter is another place."""
    places = [
        team(one.denominator, without=[name for name, _ in one.denominator.parameters])
        for one in findings
        if one.denominator is not None
    ]
    named = [place for one in findings for place in {*places} if f" with {place} (" in one.sentence]
    counted = Counter(named).most_common(1)
    return counted[0][0] if counted and counted[0][1] >= FEWEST_ALIKE else ""


def _without(finding: Finding, text: str, instead: str) -> Finding:
    return replace(finding, sentence=finding.sentence.replace(text, instead, 1))
