"""What does it cost, from a load to a process? One row a price on one axis of time, of one machine or of
several."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from latchmark.figures.drawing import Drawing, estimate_of, interval_text, machine_of
from latchmark.figures.frame import label_of
from latchmark.figures.price_rows import (
    WIDE,
    Layout,
    PriceChart,
    PriceRow,
    description_of,
    draw_prices,
)
from latchmark.figures.series import Estimate
from latchmark.model import Reference, Run, Unavailable
from latchmark.statistics import (
    Frequency,
    Price,
    PriceList,
    joint_prices,
    numbered_references,
    price_list,
)
from latchmark.wording import amount, count, number, words

LONGEST_MACHINE = 60  # characters in the title and in the text alternative; the key cuts it further


def price_drawings(
    labels: Sequence[str],
    runs: Sequence[Run],
    references: Sequence[Reference] = (),
    layout: Layout = WIDE,
) -> tuple[Drawing, ...]:
    """The price list of one run, or of several on one axis under their labels; none where nothing has a
    price. Published figures are numbered in the order of the prices."""
    lists = [price_list(run) for run in runs]
    if not any(one.prices for one in lists):
        return ()
    named = [machine_of(run) for run in runs] if len(runs) == 1 else labels
    names = tuple(label_of(name, LONGEST_MACHINE) for name in named)
    chart = _chart(names, lists, references)
    kind = "prices" if not layout.is_stacked else "prices_narrow"
    return (Drawing(kind, chart.title, description_of(chart), partial(draw_prices, chart, layout)),)


def _chart(names: tuple[str, ...], lists: Sequence[PriceList], references: Sequence[Reference]) -> PriceChart:
    joint = joint_prices(lists)
    sources = numbered_references([price for price, _ in joint], references)
    rows = tuple(_row(price, mine, sources) for price, mine in joint)
    frequency = lists[0].frequency if len(lists) == 1 else None
    launches = {price.cost.n for one in lists for price in one.prices}
    notes = [words(names) if len(names) < 3 else f"{len(names)} machines", interval_text(launches)]
    if sources:
        notes.append("grey: published figures, with the number of their source")
    if isinstance(frequency, Frequency):
        notes.append("cycles beside a value were counted, in user and kernel mode; sleeping takes none")
    elif isinstance(frequency, Unavailable):
        notes.append("no axis of cycles: none were counted")
    return PriceChart(
        f"Prices on {names[0] if len(names) == 1 else count(len(names), 'machine')}",
        "time of one operation, on a logarithmic axis",
        names,
        rows,
        frequency.ghz if isinstance(frequency, Frequency) else None,
        " \u00b7 ".join(notes),
    )


def _row(price: Price, mine: Sequence[Price | None], sources: Sequence[tuple[int, Reference]]) -> PriceRow:
    known = [one for one in mine if one is not None]
    cycles = ""
    if len(mine) == 1:
        beside = amount(price.cost.median, "ns")
        if not isinstance(price.cycles, Unavailable):
            cycles = f"{_large(price.cycles.median)} cycles"
    else:
        ends = [amount(end([one.cost.median for one in known]), "ns") for end in (min, max)]
        beside = ends[0] if ends[0] == ends[1] else " to ".join(ends)
        if len(known) < len(mine):
            beside += f", {len(known)} of {len(mine)}"
    bands = tuple((n, one.low_ns, one.high_ns) for n, one in sources if price.key == one.quantity)
    return PriceRow(
        label_of(price.text, len(price.text)),
        price.family,
        tuple(_estimate(one) for one in mine),
        beside,
        cycles,
        bands,
    )


def _large(value: float) -> str:
    """`1.20 M`: nobody counts digits at the end of a row, and they would take the room of the panel."""
    return f"{number(value / 1e6)}\u202fM" if value >= 1e6 else number(value)


def _estimate(price: Price | None) -> Estimate | None:
    if price is None:
        return None
    found = estimate_of(price.cost)
    # An axis of logarithms has no place for an end at zero.
    if isinstance(found, Estimate) and found.low is not None and found.low <= 0:
        return Estimate(found.value)
    return found if isinstance(found, Estimate) else None
