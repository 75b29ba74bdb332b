"""How does a verdict look in a comment? The answer, what failed, then the rest folded; bounded in length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from latchmark.errors import one_line, printable
from latchmark.exporting.formats import markdown_text
from latchmark.exporting.verdicts.bounded import BoundedText
from latchmark.verdict import (
    Gated,
    Mode,
    Subject,
    Verdict,
    Word,
    code_of,
    headline,
    problems_beside,
    ratio_text,
    reasons_of,
    repeat_of,
    worst_first,
)
from latchmark.wording import count, percent

# A comment on GitHub holds 65 536 characters and is refused as a whole beyond.
LARGEST_TEXT = 60_000
# The command must be exact or absent, and no text may crowd out the verdict.
_LONGEST_COMMAND = 4000
_LONGEST_SENTENCE = 1000
_SHORT_HASH = 12  # all of it is in verdict.json
_ENDINGS = {0: "passed", 1: "failed", 3: "no verdict", 4: "the run itself failed"}
_FOLDED = (Word.INCONCLUSIVE, Word.IMPROVED, Word.OK, Word.NEW)
_POINTS = ("word", "point", "metric", "ratio", "spread", "could have seen", "why")


def verdict_markdown(verdict: Verdict) -> str:
    """At most LARGEST_TEXT characters; how much is left out for that stands in the last line."""
    text = BoundedText(LARGEST_TEXT)
    text.add(_head(verdict))
    for sentence in (*problems_beside(verdict), *verdict.cautions):
        text.add(f"\n> {_text(sentence)}\n")
    for one in worst_first(one for one in verdict.points if code_of(one)):
        text.add(_evidence(verdict, one))
    for word in _FOLDED:
        _add_points(text, word.value, verdict.of(word))
    _add_points(text, "shown only", [one for one in verdict.points if one.is_advisory])
    _add_points(text, "negative controls", verdict.controls)
    for title, columns, rows in _tables(verdict):
        _add_table(text, f"{title}: {len(rows)}", columns, rows)
    return text.finished()


def _head(verdict: Verdict) -> str:
    ending = "calibrated" if verdict.mode is Mode.CALIBRATE else _ENDINGS[verdict.exit_code]
    chosen = "" if verdict.filter is None else f", filter {_text(verdict.filter, 200)}"
    facts = [
        _side("base", verdict.base),
        _side("head", verdict.head),
        f"preset {_text(verdict.preset, 80)}{chosen} on {_text(verdict.machine, 80)}",
        f"seed {_text(verdict.seed, 40)}",
        _measured(verdict),
    ]
    facts += [
        f"{percent(one.share)} injected into {_text(one.point, 200)}" for one in verdict.injections[:10]
    ]
    return (
        f"# latchmark gate: {ending} (exit code {verdict.exit_code})\n\n"
        f"**{_text(verdict.sentence, _LONGEST_SENTENCE)}**\n\n"
        f"{'; '.join(facts)}.\n\nExactly this again:\n\n{_command(verdict.repeat)}"
    )


def _side(name: str, subject: Subject) -> str:
    build_id = f" (build {_text(subject.build_id[:_SHORT_HASH], 80)})" if subject.build_id else ""
    return f"{name} {_text(subject.label, 200)}{build_id}"


def _measured(verdict: Verdict) -> str:
    rounds = sum(stage.rounds for stage in verdict.stages)
    minutes = sum(stage.duration_s for stage in verdict.stages) / 60
    told = f"{count(rounds, 'round')} in {minutes:.1f} min, {len(verdict.voids)} of them void"
    return told if verdict.stages else "nothing measured here"


def _evidence(verdict: Verdict, one: Gated) -> str:
    sentences = "".join(f"- {_text(sentence, _LONGEST_SENTENCE)}\n" for sentence in reasons_of(verdict, one))
    return f"\n## {_text(headline(one))}\n\n{sentences}\n{_command(repeat_of(verdict, one))}"


def _add_points(text: BoundedText, title: str, points: Sequence[Gated]) -> None:
    rows = [
        (
            one.word.value,
            one.point,
            one.metric,
            ratio_text(one.estimate) if one.estimate else "none",
            "none" if one.spread is None else percent(one.spread),
            "unknown" if one.detectable is None else percent(one.detectable),
            one.because,
        )
        for one in worst_first(points)
    ]
    _add_table(text, f"{title}: {len(rows)}", _POINTS, rows)


def _tables(verdict: Verdict) -> Iterable[tuple[str, Sequence[str], Sequence[Sequence[str]]]]:
    yield (
        "stages",
        ("stage", "rounds", "void", "points", "seconds", "run file", "SHA-256"),
        [
            (
                one.name,
                f"{one.rounds}",
                f"{one.voided}",
                f"{one.points}",
                f"{one.duration_s:.1f}",
                one.file,
                one.sha256,
            )
            for one in verdict.stages
        ],
    )
    stages = [stage.name for stage in verdict.stages]
    yield (
        "void rounds",
        ("stage", "round", "why"),
        [
            (stages[void.stage] if void.stage < len(stages) else f"{void.stage}", f"{void.round}", void.why)
            for void in verdict.voids
        ],
    )
    yield "not measured here", ("point", "why"), [(one.point, one.why) for one in verdict.skipped]
    yield "policy in force", ("key", "value"), verdict.policy


def _add_table(text: BoundedText, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    heading = (f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}")
    text.add_folded(title, heading, [f"| {' | '.join(map(_text, row))} |" for row in rows])


def _text(text: str, limit: int = 400) -> str:
    # Without the comment between, a name after an @ would call that person.
    return markdown_text(one_line(text, limit)).replace("@", "@<!-- -->")


def _command(command: str) -> str:
    """The command as a block that no run of backticks in it can end."""
    shown = printable(command)
    if len(shown) > _LONGEST_COMMAND:
        return "The command is too long for this text: it is `repeat` in verdict.json.\n"
    fence = "`" * (1 + max([2, *map(len, re.findall("`+", shown))]))
    return f"{fence}sh\n{shown}\n{fence}\n"
