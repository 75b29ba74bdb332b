"""How does a verdict look to code scanning? SARIF 2.1.0; a result lies where its experiment is described."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from latchmark.errors import printable
from latchmark.verdict import (
    Gated,
    Verdict,
    Word,
    code_of,
    explained,
    headline,
    is_gated,
    repeat_of,
    worst_first,
)
from latchmark.wording import count

# As many as GitHub shows of one run; it takes 25 000, and refuses the file beyond.
MOST_RESULTS = 5000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# What someone should look at. The rest is no result of a scan, and would stay open as an alert.
_RULES = {
    Word.REGRESSED: "The point costs more in head: confirmed on launches that did not nominate it.",
    Word.MISSING: "The point was expected and has no valid launch.",
    Word.ERROR: "Launches of the point crashed, ran past the time limit, or did not do their work.",
    Word.NOT_COMPARABLE: "The two sides do not measure the same thing.",
    Word.SUSPECT: "The answer is implausible, so that it is none.",
    Word.INCONCLUSIVE: "Neither slower nor within what is tolerated: more pairs are needed.",
}
_LEVELS = {0: "note", 1: "error", 3: "warning"}


def sarif_json(verdict: Verdict) -> str:
    """One run with a result for each gated point that is not fine, worst first."""
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(verdict)]}
    return json.dumps(document, indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _run(verdict: Verdict) -> Mapping[str, Any]:
    worst = [one for one in worst_first(verdict.points) if is_gated(one) and one.word in _RULES]
    rules = [{"id": word.value, "shortDescription": {"text": text}} for word, text in _RULES.items()]
    return {
        "tool": {"driver": {"name": "latchmark", "rules": rules}},
        "automationDetails": {"id": f"latchmark/gate/{printable(verdict.preset)}/"},
        "invocations": [_invocation(verdict, left_out=len(worst[MOST_RESULTS:]))],
        "results": [_result(verdict, one) for one in worst[:MOST_RESULTS]],
        "columnKind": "unicodeCodePoints",
        "properties": {"verdicts": {word.value: len(verdict.of(word)) for word in Word}},
    }


def _invocation(verdict: Verdict, left_out: int) -> Mapping[str, Any]:
    problems = [problem.sentence for problem in verdict.problems]
    problems += [f"{count(left_out, 'result')} left out: see verdict.json"] if left_out else []
    return {
        # 3 and 4 mean that the question was not answered, whatever the results say.
        "executionSuccessful": verdict.exit_code in (0, 1),
        "exitCode": verdict.exit_code,
        "exitCodeDescription": printable(verdict.sentence),
        "commandLine": printable(verdict.repeat),
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": printable(sentence)}} for sentence in problems
        ],
    }


def _result(verdict: Verdict, one: Gated) -> Mapping[str, Any]:
    text = "\n".join(map(printable, (headline(one), *explained(verdict, one))))
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": printable(one.point), "kind": "member"}]
    }
    if one.source is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(one.source.file, errors="replace"), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": one.source.line},
        }
    return {
        "ruleId": one.word.value,
        "level": _LEVELS[code_of(one)],
        "message": {"text": text},
        "locations": [location],
        # The same point is the same alert from run to run, whatever its numbers.
        "partialFingerprints": {"latchmarkPoint/v1": _fingerprint(one)},
        "properties": {"repeat": printable(repeat_of(verdict, one))},
    }


def _fingerprint(one: Gated) -> str:
    return hashlib.sha256(printable(f"{one.point}\n{one.metric}").encode("utf-8")).hexdigest()[:32]
