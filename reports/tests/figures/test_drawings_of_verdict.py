"""Do the figures of a verdict show every point with what it was judged by, and every pair with its side and
standing?"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from gate_outputs import described_gates as gates
from gate_outputs import described_verdict as described

from latchmark.figures import Drawing, evidence_of, forests_of, ratio_of
from latchmark.figures.of_verdict_forest import Forest, ForestRow, description_of, forest, shortened
from latchmark.figures.of_verdict_pairs import PairStrip, Shown, pair_strip, reach_of, stretches_of
from latchmark.figures.of_verdict_pairs import description_of as strip_words
from latchmark.figures.palette import BACKGROUND, SERIES
from latchmark.figures.series import Estimate
from latchmark.figures.svg import svg_of
from latchmark.model import Direction, Unavailable
from latchmark.verdict import Gated, Limits, Mode, Pair, Verdict, Word

LIMITS = Limits(limit=0.03, margin=0.02, tolerated=0.10)


def _texts(drawing: Drawing) -> list[str]:
    root = ElementTree.fromstring(drawing.svg("x"))
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def _row(word: Word = Word.OK, low: float = 0.98, high: float = 1.04, group: str = "") -> ForestRow:
    return ForestRow(group, "a/b/c", word, Estimate(1.01, low, high), "1.010\u00d7", LIMITS, 0.06)


def _forest(*rows: ForestRow) -> Forest:
    return Forest("Points", "head over base", rows, "lab-2c")


def _point(verdict: Verdict, word: Word) -> Gated:
    return next(one for one in verdict.points if one.word is word and one.pairs)


def test_a_row_shows_interval_margin_limit_tolerance_and_detectable_effect() -> None:
    axes = forest(_forest(_row())).axes[0]
    reached = [tuple(float(x) for x in line.get_xdata()) for line in axes.lines]
    assert (0.98, 1.04) in reached
    assert (1.03, 1.03) in reached
    assert (1.1, 1.1) in reached
    assert (1.0, 1.06) in reached
    (band,) = axes.patches
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((1 / 1.02, 1.02))


def test_what_is_drawn_is_named_with_its_number() -> None:
    verdict = gates.quiet_verdict()
    (drawing,) = forests_of(verdict, "OK", verdict.points)
    texts = _texts(drawing)
    for named in ("margin 2 %", "limit 3 %", "tolerated 10 %", "detectable: confirmed 9 times in 10"):
        assert named in texts
    assert any("xeon-2c-1s" in text and "19 pairs a point" in text for text in texts)


def test_limits_that_differ_are_not_named_with_one_number() -> None:
    other = replace(_row(), limits=Limits(0.005, 0.0, 0.005))
    text = svg_of(forest(_forest(_row(), other)), "x", "t", "d")
    assert "limit, each its own" in text
    assert "limit 3 %" not in text


def test_words_have_signs_of_their_own() -> None:
    words = (Word.REGRESSED, Word.IMPROVED, Word.OK, Word.INCONCLUSIVE, Word.SUSPECT)
    rows = [_row(word, group=word.value) for word in words]
    axes = forest(_forest(*rows)).axes[0]
    signs = [line.get_marker() for line in axes.lines if line.get_markersize() == 7]
    assert len(set(signs)) == len(words)
    assert {text.get_text() for text in axes.texts} >= set(words)


def test_a_ratio_axis_of_points_is_symmetric_and_holds_all_it_names() -> None:
    low, high = forest(_forest(_row(low=0.7))).axes[0].get_xlim()
    assert low * high == pytest.approx(1)
    assert low < 0.7
    far = replace(_row(), detectable=3.0)
    assert forest(_forest(far)).axes[0].get_xlim()[1] > 4


def test_a_point_without_a_ratio_says_why() -> None:
    row = ForestRow("MISSING", "a/b/c", Word.MISSING, Unavailable("head lost it"), "", None, None)
    chart = _forest(row, _row())
    svg = svg_of(forest(chart), "x", "t", "d")
    assert "no ratio: head lost it" in svg
    assert "<pattern " in svg, "a row that is not hatched could pass for a value beyond the axis"
    assert "<pattern " not in svg_of(forest(_forest(_row())), "x", "t", "d")
    assert "MISSING, a/b/c: no ratio, head lost it." in description_of(chart)


def test_many_points_are_drawn_in_several_figures() -> None:
    verdict = gates.large_verdict(45, 6)
    drawings = forests_of(verdict, "OK", verdict.points)
    assert [drawing.title for drawing in drawings] == ["OK, 1 of 3", "OK, 2 of 3", "OK, 3 of 3"]
    assert verdict.points[-1].point in _texts(drawings[-1])


def test_a_long_name_loses_its_middle() -> None:
    name = "family/experiment/" + "x" * 100 + "/workers:2/placement:spread"
    short = shortened(name, 60)
    assert len(short) == 60
    assert short.startswith("family/experiment/")
    assert short.endswith("/workers:2/placement:spread")


def test_stored_runs_have_launches_and_no_pairs() -> None:
    verdict = described.verdict(mode=Mode.BASELINE)
    point = replace(verdict.points[0], pairs=())
    assert evidence_of(verdict, point) is None
    assert "39 launches a point" in " ".join(_texts(forests_of(verdict, "OK", [point])[0]))


def test_a_ratio_is_worse_above_one_whichever_way_the_metric_gets_better() -> None:
    pair = Pair(0, 1, "base", 10.0, 12.0)
    assert ratio_of(pair, Direction.LOWER) == pytest.approx(1.2)
    assert ratio_of(pair, Direction.HIGHER) == pytest.approx(1 / 1.2)
    assert ratio_of(replace(pair, head=None), Direction.LOWER) is None
    assert ratio_of(replace(pair, base=0.0), Direction.LOWER) is None


def _strip(*pairs: Shown) -> PairStrip:
    return PairStrip("a/b/c", "time", pairs, ("screen", "confirm"), 1.03, "lab-2c")


def _pairs(amount: int, stretch: int = 0, ratio: float = 1.0) -> list[Shown]:
    sides = ("base", "head")
    return [
        Shown(stretch, sides[i % 2], ratio * math.exp(0.02 * math.sin(i)), counts=True) for i in range(amount)
    ]


def test_who_went_first_and_what_counts_are_told_by_the_sign() -> None:
    void = Shown(0, "base", 1.05, counts=False)
    axes = pair_strip(_strip(*_pairs(10), void)).axes[0]
    signs = {(line.get_marker(), line.get_color()): len(line.get_xdata()) for line in axes.lines}
    assert signs["o", SERIES[0].stand_in] == 1, "the outline of the one that does not count"
    assert signs["o", BACKGROUND.stand_in] == 1
    assert signs["^", SERIES[1].stand_in] == 0
    filled = [line for line in axes.lines if line.get_marker() in "o^" and line.get_markersize() == 5]
    assert [len(line.get_xdata()) for line in filled] == [5, 5]


def test_a_launch_without_a_value_is_a_cross_and_no_ratio() -> None:
    lost = Shown(0, "base", None, counts=False)
    strip = _strip(*_pairs(10), lost)
    crosses = next(line for line in pair_strip(strip).axes[0].lines if line.get_marker() == "x")
    assert list(crosses.get_xdata()) == [11]
    assert "cross: no ratio" in svg_of(pair_strip(strip), "x", "t", "d")


def test_each_stretch_has_the_median_of_its_own_pairs() -> None:
    void = Shown(0, "base", 9.0, counts=False)
    strip = _strip(*_pairs(10), void, *_pairs(20, 1, 1.2))
    (first, second) = stretches_of(strip)
    assert (first[:3], second[:3]) == ((1, 11, "screen"), (12, 31, "confirm"))
    assert max(first[3]) < 1.1, "a void pair is in no median"
    assert min(second[3]) > 1.1
    words = strip_words(strip)
    assert "screen: median 1.006\u00d7 [0.985, 1.018] of 10 pairs." in words
    assert "confirm: median 1.20\u00d7" in words
    assert "1 pair not counted" in words


def test_one_stalled_launch_does_not_flatten_the_rest() -> None:
    strip = _strip(*_pairs(99), Shown(0, "head", 50.0, counts=True))
    assert reach_of(strip) < 1.1
    figure = pair_strip(strip)
    assert "1 pair beyond the axis" in svg_of(figure, "x", "t", "d")
    low, high = figure.axes[0].get_ylim()
    shown = [float(y) for line in figure.axes[0].lines if line.get_marker() in "o^" for y in line.get_ydata()]
    assert len(shown) == 100
    assert low <= min(shown)
    assert max(shown) == pytest.approx(high)


def test_the_interval_of_every_stretch_and_the_limit_are_inside_the_axis() -> None:
    strip = _strip(*_pairs(10), *_pairs(3, 1, 2.0))
    assert reach_of(strip) >= 2 * math.exp(-0.02)
    assert reach_of(replace(_strip(*_pairs(10)), limit=1.5)) == 1.5


def test_evidence_tells_point_machine_and_limit() -> None:
    verdict = described.verdict()
    drawing = evidence_of(verdict, _point(verdict, Word.REGRESSED))
    assert drawing is not None
    text = " ".join(_texts(drawing))
    for told in (described.PACKED, "xeon-2c-1s", "dashed: limit", "screen", "confirm", "above 1 is worse"):
        assert told in text
    assert "confirm: median 1.2" in drawing.description


def test_figures_of_a_verdict_are_small_and_the_same_every_time() -> None:
    verdict = gates.large_verdict(20, 180)
    drawings = [evidence_of(verdict, one) for one in verdict.points[:2]]
    texts = [drawing.svg("p") for drawing in drawings if drawing is not None]
    assert max(len(text) for text in texts) < 60_000
    again = evidence_of(verdict, verdict.points[0])
    assert again is not None
    assert again.svg("p") == texts[0]
    (wide,) = forests_of(verdict, "OK", verdict.points)
    assert len(wide.svg("g")) < 60_000


def test_hostile_names_are_text() -> None:
    verdict = gates.hostile_verdict()
    for drawing in forests_of(verdict, "Points", verdict.points):
        ElementTree.fromstring(drawing.svg("g"))
    drawing = evidence_of(verdict, verdict.points[0])
    assert drawing is not None
    assert "<script" not in drawing.svg("p")
