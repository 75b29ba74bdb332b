"""Which numbers of a verdict are on its page as tables? Every point, its pairs, the stages, the policy."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.figures import ratio_of
from latchmark.statistics import summary_of
from latchmark.tables import Cell, Column, Table, count_cell, summary_cells, text_cells, value_cell
from latchmark.verdict import Estimate, Gated, StageKind, Verdict
from latchmark.verdict.sentences import probability, ratio_text, times
from latchmark.wording import utc

HASH_LENGTH = 16  # enough to tell files apart; the embedded data have all of it

_NUMBERS = (
    Column("Point"),
    Column("Metric"),
    Column("Word"),
    Column("Ratio", "head / base", is_number=True),
    Column("Low", "95 %", is_number=True),
    Column("High", "95 %", is_number=True),
    Column("Upper bound", "one-sided 95 %", is_number=True),
    Column("Sample", "pairs or launches", is_number=True),
    Column("Not counted", "pairs", is_number=True),
    Column("Spread", "%", is_number=True),
    Column("Detectable", "%, with 90 %", is_number=True),
    Column("Nominating p", is_number=True),
    Column("Confirming p", "Holm", is_number=True),
    Column("Limit", "%", is_number=True),
    Column("Needs", "pairs", is_number=True),
    Column("Why"),
)


def numbers_table(points: Sequence[Gated], controls: Sequence[Gated]) -> Table:
    """A row a point; the controls at the end."""
    rows = [_numbers(one, "") for one in points]
    rows += [_numbers(one, "negative control") for one in controls]
    return Table("Every point with all its numbers", _NUMBERS, tuple(rows))


def _numbers(one: Gated, note: str) -> tuple[Cell, ...]:
    estimate = one.estimate
    word = f"{one.word.value} (advisory)" if one.is_advisory else one.word.value
    uncounted = sum(pair.why is not None for pair in one.pairs)
    return (
        Cell(one.point),
        Cell(metric_of(one)),
        Cell(word),
        *(
            _ratio_cell(value)
            for value in (
                (None, None, None, None)
                if estimate is None
                else (estimate.value, estimate.low, estimate.high, estimate.upper)
            )
        ),
        count_cell(None if estimate is None else estimate.pairs),
        count_cell(uncounted if one.pairs else None),
        _percent_cell(one.spread),
        _percent_cell(one.detectable),
        # A control is tested, and never nominated.
        _p_cell(None if note else _p(one, (StageKind.SCREEN, StageKind.SETTLE))),
        _p_cell(_p(one, (StageKind.CONFIRM,))),
        _percent_cell(one.limits.limit),
        count_cell(one.pairs_needed),
        Cell(f"{note}: {one.because}" if note else one.because),
    )


def metric_of(one: Gated) -> str:
    """`time per operation, ns`."""
    unit = "" if one.unit in ("", "1") else f", {one.unit}"
    return f"{one.metric.replace('_', ' ')}{unit}"


def _p(one: Gated, kinds: Sequence[StageKind]) -> float | None:
    """The last test of these stages in the direction in which the point went."""
    toward = "better" if one.estimate is not None and one.estimate.value < 1 else "worse"
    looks = [look for look in one.looks if look.kind in kinds]
    looks = [look for look in looks if look.toward == toward] or looks
    if not looks:
        return None
    last = looks[-1]
    return last.p if last.adjusted_p is None else last.adjusted_p


def _ratio_cell(ratio: float | None) -> Cell:
    return value_cell(None) if ratio is None else Cell(times(ratio), ratio)


def _p_cell(p: float | None) -> Cell:
    return value_cell(None) if p is None else Cell(probability(p), p)


def _percent_cell(share: float | None) -> Cell:
    return value_cell(None if share is None else 100 * share)


def ratio_or_none(estimate: Estimate | None) -> str:
    """`1.21\u00d7 [1.18, 1.25]`, or that there is none."""
    return "no ratio" if estimate is None else ratio_text(estimate)


def stretches_table(verdict: Verdict, one: Gated) -> Table:
    """What the figure of the pairs shows: the median of every stage with its interval."""
    columns = (
        Column("Stage"),
        Column("Pairs", "that count", is_number=True),
        Column("Not counted", "pairs", is_number=True),
        Column("Median", "head / base", is_number=True),
        Column("Low", "95 %", is_number=True),
        Column("High", "95 %", is_number=True),
    )
    rows = []
    for stage in sorted({pair.stage for pair in one.pairs}):
        here = [pair for pair in one.pairs if pair.stage == stage]
        ratios = [ratio_of(pair, one.direction) for pair in here if pair.why is None]
        summary = summary_cells(summary_of([ratio for ratio in ratios if ratio is not None]))
        rows.append(
            (
                Cell(verdict.stages[stage].name),
                summary[-1],
                count_cell(sum(pair.why is not None for pair in here)),
                *summary[:-1],
            )
        )
    return Table(f"Stages of {one.point}, {one.metric}", columns, tuple(rows))


def pairs_table(verdict: Verdict, one: Gated) -> Table:
    """Every pair in the order of time."""
    columns = (
        Column("Pair"),
        Column("Stage"),
        Column("Round", is_number=True),
        Column("First"),
        Column("Base", one.unit, is_number=True),
        Column("Head", one.unit, is_number=True),
        Column("Ratio", "head / base", is_number=True),
        Column("Does not count"),
    )
    rows = tuple(
        (
            Cell(str(index)),
            Cell(verdict.stages[pair.stage].kind.value),
            count_cell(pair.round),
            Cell(pair.first),
            value_cell(pair.base),
            value_cell(pair.head),
            value_cell(ratio_of(pair, one.direction)),
            Cell(pair.why or ""),
        )
        for index, pair in enumerate(one.pairs, 1)
    )
    return Table(f"Pairs of {one.point}, {one.metric}", columns, rows)


def stages_table(verdict: Verdict) -> Table:
    """The stretches of rounds with their run files."""
    columns = (
        Column("Stage"),
        Column("For"),
        Column("Started"),
        Column("Duration", "s", is_number=True),
        Column("Rounds", is_number=True),
        Column("Voided", "rounds", is_number=True),
        Column("Points", is_number=True),
        Column("Run file"),
        Column("SHA-256", f"first {HASH_LENGTH} digits"),
    )
    rows = tuple(
        (
            Cell(stage.name),
            Cell(stage.kind.value),
            Cell(utc(stage.started_utc)),
            value_cell(stage.duration_s),
            count_cell(stage.rounds),
            count_cell(stage.voided),
            count_cell(stage.points),
            Cell(stage.file),
            Cell(stage.sha256[:HASH_LENGTH]),
        )
        for stage in verdict.stages
    )
    return Table("The stages in order of time", columns, rows)


def voids_table(verdict: Verdict) -> Table:
    """Every round that does not count, and why."""
    columns = (Column("Stage"), Column("Round", is_number=True), Column("Why"))
    rows = tuple(
        (Cell(verdict.stages[void.stage].name), count_cell(void.round), Cell(void.why))
        for void in verdict.voids
    )
    return Table("Rounds that do not count", columns, rows)


def policy_table(verdict: Verdict) -> Table:
    """Every key in force."""
    return Table(
        "Every key with its value",
        (Column("Key"), Column("Value")),
        tuple(text_cells(row) for row in verdict.policy),
    )
