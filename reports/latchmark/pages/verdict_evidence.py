"""What does each word rest on? Sentences, figure and tables of every point, within the size of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.figures import evidence_of
from latchmark.pages.of_experiment import Picture, pictures_of
from latchmark.pages.verdict_tables import metric_of, pairs_table, ratio_or_none, stretches_table
from latchmark.tables import Table
from latchmark.verdict import Gated, Mode, Verdict, Word
from latchmark.verdict.sentences import explained, repeat_of
from latchmark.wording import count, words

MOST_OPEN = 3  # regressions whose evidence need not be opened
BYTES_OF_ROW = 170  # of a table of pairs


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one point's word rests on. `why_no_picture` is said in place of the figure."""

    gated: Gated
    slug: str
    summary: str
    sentences: tuple[str, ...]
    pictures: tuple[Picture, ...]
    why_no_picture: str
    tables: tuple[Table, ...]
    again: str
    is_open: bool


def evidences_of(verdict: Verdict, points: Sequence[Gated], room: int) -> tuple[tuple[Evidence, ...], str]:
    """Every point, and what was left out once its figures and tables took `room` bytes: the pairs of what is
    not OK as a table, and the figures of what is."""
    found = []
    figures_left = tables_left = 0
    regressed = 0
    for index, one in enumerate(points):
        drawing = evidence_of(verdict, one)
        is_ok = one.word is Word.OK
        pictures: tuple[Picture, ...] = ()
        why = "left out to keep the page small; the pairs are in the embedded data"
        if drawing is None:
            why = _why_no_pairs(verdict, one)
        elif room > 0 or not is_ok:
            pictures = pictures_of((drawing,), f"p{index}")
            room -= len(pictures[0].svg)
        else:
            figures_left += 1
        tables = [stretches_table(verdict, one)] if one.pairs else []
        if one.pairs and not is_ok:
            room -= BYTES_OF_ROW * len(one.pairs)
            if room > 0:
                tables.append(pairs_table(verdict, one))
            else:
                tables_left += 1
        regressed += one.word is Word.REGRESSED
        found.append(
            Evidence(
                gated=one,
                slug=f"point-{index + 1}",
                summary=f"{one.point} \u00b7 {metric_of(one)}: {ratio_or_none(one.estimate)}",
                sentences=explained(verdict, one)[:-1],  # the last is the command
                pictures=pictures,
                why_no_picture=why,
                tables=tuple(tables),
                again=repeat_of(verdict, one),
                is_open=one.word is Word.REGRESSED and regressed <= MOST_OPEN,
            )
        )
    amounts = [count(figures_left, "figure")] if figures_left else []
    amounts += [f"{count(tables_left, 'table')} of pairs"] if tables_left else []
    said = f"Left out to keep the page small: {words(amounts)}. Every pair is in the embedded data."
    return tuple(found), said if amounts else ""


def _why_no_pairs(verdict: Verdict, one: Gated) -> str:
    if verdict.mode is Mode.BASELINE:
        return "the sides are stored runs, which have no pairs"
    return "the point has no pair of launches" if one.estimate is None else "it was not decided on pairs"
