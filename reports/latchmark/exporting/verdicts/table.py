"""How does a verdict look to a spreadsheet? One row a gated point, units in the names of columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import median

from latchmark.errors import printable
from latchmark.exporting.formats import csv_text
from latchmark.exporting.tables import CellValue, Table
from latchmark.verdict import Gated, Look, StageKind, Verdict, code_of, is_gated, repeat_of


def verdict_csv(verdict: Verdict) -> str:
    """The gate itself, all points in the order of the plan, the negative controls; `part` tells which."""
    return csv_text(verdict_table(verdict))


def verdict_table(verdict: Verdict) -> Table:
    """The rows before any format. Medians of the sides are in `unit` and of all pairs that count, `ratio` is
    of those that decided; what ends in `_share` is a part of 1; an absent value is empty."""
    gate: dict[str, CellValue] = {
        "part": "gate",
        "exit_code": verdict.exit_code,
        "because": verdict.sentence,
        "repeat": verdict.repeat,
    }
    rows = [gate]
    rows += [_row(verdict, one, "gated" if is_gated(one) else "shown") for one in verdict.points]
    rows += [_row(verdict, one, "control") for one in verdict.controls]
    columns = ("part", *_COLUMNS, "because", "repeat")
    return Table(columns, tuple(tuple(_cell(row.get(name)) for name in columns) for row in rows))


def _row(verdict: Verdict, one: Gated, part: str) -> dict[str, CellValue]:
    cells = {name: cell(one) for name, cell in _COLUMNS.items()}
    return {"part": part, **cells, "because": one.because, "repeat": repeat_of(verdict, one)}


def _cell(value: CellValue) -> CellValue:
    return printable(value) if isinstance(value, str) else value


def _last_look(one: Gated, kind: StageKind) -> Look | None:
    return next((look for look in reversed(one.looks) if look.kind is kind), None)


def _p(kind: StageKind, is_adjusted: bool = False) -> Callable[[Gated], CellValue]:
    def cell(one: Gated) -> CellValue:
        look = _last_look(one, kind)
        return None if look is None else look.adjusted_p if is_adjusted else look.p

    return cell


def _median_of(side: str) -> Callable[[Gated], CellValue]:
    def cell(one: Gated) -> CellValue:
        values = [getattr(pair, side) for pair in one.pairs if pair.why is None]
        known = [value for value in values if value is not None]
        return median(known) if known else None

    return cell


_COLUMNS: Mapping[str, Callable[[Gated], CellValue]] = {
    "word": lambda one: one.word.value,
    "exit_code": code_of,
    "point": lambda one: one.point,
    "experiment": lambda one: one.experiment,
    "metric": lambda one: one.metric,
    "unit": lambda one: one.unit,
    "kind": lambda one: one.kind.value,
    "grade": lambda one: one.grade.value if one.grade else None,
    "ratio": lambda one: one.estimate.value if one.estimate else None,
    "ratio_low": lambda one: one.estimate.low if one.estimate else None,
    "ratio_high": lambda one: one.estimate.high if one.estimate else None,
    "ratio_upper": lambda one: one.estimate.upper if one.estimate else None,
    "pairs": lambda one: one.estimate.pairs if one.estimate else None,
    "pairs_not_counted": lambda one: sum(pair.why is not None for pair in one.pairs),
    "pairs_needed": lambda one: one.pairs_needed,
    "base_median": _median_of("base"),
    "head_median": _median_of("head"),
    "spread_share": lambda one: one.spread,
    "detectable_share": lambda one: one.detectable,
    "limit_share": lambda one: one.limits.limit,
    "margin_share": lambda one: one.limits.margin,
    "tolerated_share": lambda one: one.limits.tolerated,
    "screen_p": _p(StageKind.SCREEN),
    "settle_p": _p(StageKind.SETTLE),
    "confirm_p": _p(StageKind.CONFIRM),
    "confirm_holm_p": _p(StageKind.CONFIRM, is_adjusted=True),
    "source_file": lambda one: one.source.file if one.source else None,
    "source_line": lambda one: one.source.line if one.source else None,
}
