"""Which figures does a verdict get? Its points as ratios with all they were judged by, and the pairs of
each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from latchmark.figures.drawing import Drawing
from latchmark.figures.frame import label_of
from latchmark.figures.of_verdict_forest import Forest, ForestRow, description_of, forest
from latchmark.figures.of_verdict_pairs import PairStrip, Shown, pair_strip
from latchmark.figures.of_verdict_pairs import description_of as strip_words
from latchmark.figures.series import Estimate
from latchmark.model import Direction, Unavailable
from latchmark.verdict import Gated, Kind, Mode, Pair, Verdict
from latchmark.verdict.sentences import ratio_text
from latchmark.wording import count

MOST_ROWS = 20  # of one figure: its axis is at the foot, and must not be pages away


def forests_of(verdict: Verdict, title: str, points: Sequence[Gated]) -> tuple[Drawing, ...]:
    """The points in the given order as rows of ratios, in as many figures as they need."""
    parts = [points[start : start + MOST_ROWS] for start in range(0, len(points), MOST_ROWS)]
    return tuple(
        _forest(verdict, title if len(parts) == 1 else f"{title}, {index} of {len(parts)}", part)
        for index, part in enumerate(parts, 1)
    )


def _forest(verdict: Verdict, title: str, points: Sequence[Gated]) -> Drawing:
    amounts = sorted({one.estimate.pairs for one in points if one.estimate is not None})
    unit = "pair" if verdict.mode is not Mode.BASELINE else "launch"
    sample = (
        "no pairs"
        if not amounts
        else f"{count(amounts[-1], unit)} a point"
        if len(amounts) == 1
        else f"{amounts[0]} to {count(amounts[-1], unit)} a point"
    )
    rows = tuple(_row(one) for one in points)
    if {row.group for row in rows} == {title.split(",")[0]}:
        # The title has said it.
        rows = tuple(replace(row, group="") for row in rows)
    chart = Forest(
        title,
        "head over base, above 1 is worse",
        rows,
        f"{verdict.machine} \u00b7 {sample} \u00b7 bars: 95 % interval of the median ratio",
    )
    return Drawing("forest", title, _text(description_of(chart)), partial(forest, chart))


def _row(one: Gated) -> ForestRow:
    name = name_of(one)
    group = f"{one.word.value} (advisory)" if one.is_advisory else one.word.value
    estimate = one.estimate
    if estimate is None:
        return ForestRow(group, name, one.word, Unavailable(one.because), "", None, None)
    value = Estimate(estimate.value, estimate.low, estimate.high)
    if estimate.low is None or estimate.high is None:
        value = Estimate(estimate.value)
    return ForestRow(group, name, one.word, value, ratio_text(estimate), one.limits, one.detectable)


def name_of(one: Gated) -> str:
    """The point, and the metric where that is not the time that everyone expects."""
    return one.point if one.kind is Kind.TIME else f"{one.point} \u00b7 {one.metric}"


def evidence_of(verdict: Verdict, one: Gated) -> Drawing | None:
    """The pairs of one point in the order of time; None where it has none, as between stored runs."""
    if not one.pairs:
        return None
    strip = PairStrip(
        name=name_of(one),
        unit=f"{one.metric.replace('_', ' ')}, head over base, above 1 is worse",
        pairs=tuple(
            Shown(pair.stage, pair.first, ratio_of(pair, one.direction), pair.why is None)
            for pair in one.pairs
        ),
        stretches=tuple(stage.kind.value for stage in verdict.stages),
        limit=1 + one.limits.limit,
        note=f"{verdict.machine} \u00b7 band: median of a stretch, 95 % interval \u00b7 dashed: limit",
    )
    title = _text(f"Pairs of {strip.name}")
    return Drawing("pairs", title, _text(strip_words(strip)), partial(pair_strip, strip))


def ratio_of(pair: Pair, direction: Direction) -> float | None:
    """Head over base, turned so that above 1 is worse; None where a side has no value to divide."""
    if pair.base is None or pair.head is None or pair.base <= 0 or pair.head <= 0:
        return None
    return pair.base / pair.head if direction is Direction.HIGHER else pair.head / pair.base


def _text(words: str) -> str:
    """Names in it may hold what no document can."""
    return label_of(words, len(words))
