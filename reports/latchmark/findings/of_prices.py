"""What does a price list say in a sentence or two? From the nearest to the farthest, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from latchmark.cautions import CautionName, cautions_of_run
from latchmark.model import Reference, Run, Unavailable
from latchmark.statistics import (
    Frequency,
    Interval,
    Price,
    PriceList,
    paired_ratio,
    time_metric,
    values_by_round,
)
from latchmark.wording import amount, between, count, measured, number

# The dearest thing that every program does, the usual way first.
_NEW_PROCESS = ("fork_exec", "posix_spawn", "fork")


def price_notes(run: Run, prices: PriceList, references: Sequence[Reference]) -> tuple[str, ...]:
    """Sentences above the figure: how far it is from the cheapest to a new process, which cycles stand beside
    the times, and what published figures are worth here."""
    notes = (
        _span(run, prices.prices),
        _cycles(prices.frequency),
        _published(run, prices.prices, references),
    )
    return tuple(note for note in notes if note)


def _span(run: Run, prices: Sequence[Price]) -> str:
    """From the cheapest that has a name to a new process, or to the dearest that has one."""
    named = [price for price in prices if price.key]
    if len(named) < 2:
        return ""
    by_key = {price.key: price for price in named}
    near, far = named[0], next((by_key[key] for key in _NEW_PROCESS if key in by_key), named[-1])
    ratio = paired_ratio(_values(run, far), _values(run, near))
    if isinstance(ratio, Unavailable) or near is far:
        return ""
    if run.machine.emulated is not None:
        return "The machine is emulated: these are times of its emulator, and prices of no hardware."
    text = (
        f"From {_told(near)} to {_told(far)} is a factor of"
        f" {' '.join((number(_three_digits(ratio.value)), *_brackets(ratio.interval)))}."
    )
    intervals = [near.cost.interval, far.cost.interval, ratio.interval]
    if "mutex" in by_key:
        intervals.append(by_key["mutex"].cost.interval)
        text += (
            f" A mutex that nobody else wants, locked and unlocked, costs {_cost(by_key['mutex'])}; the"
            " table says how many of them each price would buy."
        )
    reasons = dict.fromkeys(one.reason for one in intervals if isinstance(one, Unavailable))
    return f"{text} Where no interval stands: {'; '.join(reasons)}." if reasons else text


def _brackets(interval: Interval | Unavailable) -> tuple[str, ...]:
    """None where there is no interval: why, is said once for the whole paragraph."""
    if isinstance(interval, Unavailable):
        return ()
    return (between(Interval(_three_digits(interval.low), _three_digits(interval.high))),)


def _three_digits(value: float) -> float:
    """48,500 for 48,507: all digits of so large a factor would claim to be known."""
    return float(f"{value:.3g}")


def _told(price: Price) -> str:
    text = price.text
    if not text.startswith("two "):
        text = f"{'an' if text[:1].lower() in 'aeiou' else 'a'} {text}"
    return f"{text} ({_cost(price)})"


def _cost(price: Price) -> str:
    if isinstance(price.cost.interval, Unavailable):
        return amount(price.cost.median, "ns")
    return measured(price.cost.median, price.cost.interval, "ns")


def _values(run: Run, price: Price) -> Mapping[int, float]:
    metric = time_metric(run.experiment_of(price.point))
    return {} if metric is None else values_by_round(run, price.point, metric.name)


def _cycles(frequency: Frequency | Unavailable) -> str:
    if isinstance(frequency, Unavailable):
        return f"No cycles stand beside the times: {frequency.reason.removeprefix('cycles: ')}."
    span = f"{number(frequency.low)} to {number(frequency.high)} GHz"
    return (
        f"The axis of cycles stands at {number(frequency.ghz)} GHz, the median clock of"
        f" {count(frequency.points, 'price')} while their workers ran ({span}); cycles beside a time were"
        " counted, and a worker that sleeps takes none."
    )


def _published(run: Run, prices: Sequence[Price], references: Sequence[Reference]) -> str:
    """How many published ranges hold the price, and that ours is another kind of machine."""
    keys = {price.key for price in prices} & {one.quantity for one in references}
    if not keys:
        return ""
    within = sum(_is_within(price, references) for price in prices if price.key in keys)
    lie = "lies" if within == 1 else "lie"
    text = (
        f"Others have published figures for {count(len(keys), 'price')}; {within or 'none'} of ours {lie} in"
        " their range."
    )
    virtual = [one for one in cautions_of_run(run) if one.name is CautionName.VIRTUAL_MACHINE]
    if virtual:
        return f"{text} Theirs are of bare metal, and {virtual[0].seen}."
    return f"{text} To lie outside asks for a cause, and is no verdict."


def _is_within(price: Price, references: Sequence[Reference]) -> bool:
    return any(
        one.low_ns <= price.cost.median <= one.high_ns for one in references if one.quantity == price.key
    )
