"""How does a verdict look to a collector of metrics? OpenMetrics text: counts, and counts of class D."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median

from latchmark.errors import printable
from latchmark.verdict import Gated, Grade, Verdict, Word

_PREFIX = "latchmark_gate"


def openmetrics_text(verdict: Verdict) -> str:
    """Metric families, ended by `# EOF`. GitLab compares values as text: they are rounded, and a time, which
    would always have changed, is not among them."""
    words = [one.word for one in verdict.points if not one.is_advisory]
    exact = [one for one in verdict.points if one.grade is Grade.DETERMINISTIC and not one.is_advisory]
    told = f"{verdict.sentence} Exactly this again: {verdict.repeat}"
    lines = [
        *_family("exit_code", f"How the gate ended. {told}", {"": f"{verdict.exit_code}"}),
        *_family(
            "points",
            "Points by verdict.",
            {_labels(verdict=word.value): f"{words.count(word)}" for word in Word},
        ),
        *_family(
            "coverage",
            "Share of gated points that were decided, of times or of counts, where it is smaller.",
            {} if verdict.coverage is None else {"": f"{verdict.coverage:.2f}"},
        ),
        *_family(
            "deterministic",
            "Deterministic counts (class D) of head, in the unit of the metric, to three digits.",
            {
                _labels(point=one.point, metric=one.metric): f"{value:.3g}"
                for one in exact
                if (value := _head_median(one)) is not None
            },
        ),
        "# EOF",
    ]
    return "".join(f"{line}\n" for line in lines)


def _family(name: str, meaning: str, samples: Mapping[str, str]) -> Iterator[str]:
    yield f"# TYPE {_PREFIX}_{name} gauge"
    yield f"# HELP {_PREFIX}_{name} {_escaped(meaning)}"
    yield from (f"{_PREFIX}_{name}{labels} {value}" for labels, value in samples.items())


def _head_median(one: Gated) -> float | None:
    values = [pair.head for pair in one.pairs if pair.why is None and pair.head is not None]
    return median(values) if values else None


def _labels(**labels: str) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')
