"""What does a GitHub workflow show beside the lines of a change? Workflow commands, worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from latchmark.errors import one_line, printable
from latchmark.verdict import (
    Gated,
    Verdict,
    code_of,
    explained,
    headline,
    problems_beside,
    worst_first,
)
from latchmark.wording import count

# GitHub shows ten errors, ten warnings and ten notices of a step, and drops the rest without a word.
MOST_ANNOTATIONS = 10
_LEVELS = {0: "notice", 1: "error", 3: "warning", 4: "error"}


def annotations_text(verdict: Verdict) -> str:
    """One workflow command a line: the verdict, then the points that ask for an exit code."""
    worst = worst_first(one for one in verdict.points if code_of(one))
    shown = worst[: MOST_ANNOTATIONS - 1]
    more = len(worst) - len(shown)
    lines = [_of_verdict(verdict, more), *(_of_point(verdict, one) for one in shown)]
    return "".join(f"{line}\n" for line in lines)


def _of_verdict(verdict: Verdict, more: int) -> str:
    rest = [f"{count(more, 'more point')} not shown here: see verdict.md."] if more else []
    return _command(
        _LEVELS[verdict.exit_code],
        {"title": f"latchmark gate: exit code {verdict.exit_code}"},
        [verdict.sentence, *problems_beside(verdict), *rest, f"Exactly this again: {verdict.repeat}"],
    )


def _of_point(verdict: Verdict, one: Gated) -> str:
    where = {"file": one.source.file, "line": str(one.source.line)} if one.source else {}
    title = {"title": one_line(headline(one), 200)}
    return _command(_LEVELS[code_of(one)], where | title, explained(verdict, one))


def _command(level: str, properties: Mapping[str, str], lines: Sequence[str]) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {told}::{_data(chr(10).join(map(printable, lines)))}"


def _data(text: str) -> str:
    # The runner decodes these three again; an unescaped line break would start a command of its own.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
