"""What is a sweep before it is drawn? Variants along positions in a panel, readings below, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from latchmark.figures.series import Estimate, Series, absent_of
from latchmark.wording import amount, axis_value, percent


@dataclass(frozen=True, slots=True)
class Strip:
    """A low panel below another one, on its positions: a reading of the same points, with a sample of its
    own."""

    title: str
    unit: str
    series: tuple[Series, ...]
    sample: tuple[str, ...]
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class Sweep:
    """One panel: `quantity` and `unit` head it, `axis` names the positions, `breaks` are (position, what
    begins there) of the topology, `ideal` is the slope of perfect scaling, drawn dotted through the origin;
    `reference` is a name and its one value for all positions; `scale` is that of the positions, see
    `worker_axis`, and `axis_unit` theirs. `shared` are the positions and the extent of the values that panels
    beside this one have, so that all get the same axes. `crossovers` are positions with what is uncertain
    about them; `is_share` that values are parts of a whole; `strips` stand below."""

    quantity: str
    unit: str
    axis: str
    series: tuple[Series, ...]
    note: str
    breaks: tuple[tuple[float, str], ...] = ()
    ideal: float | None = None
    scale: str = "log"
    reference: tuple[str, Estimate] | None = None
    shared: tuple[tuple[float, ...], tuple[float, float]] | None = None
    axis_unit: str = ""
    crossovers: tuple[Estimate, ...] = ()
    is_share: bool = False
    strips: tuple[Strip, ...] = ()


def description_of(sweep: Sweep) -> str:
    """The panel in words, from its values: for readers who do not see it."""
    at = partial(axis_value, unit=sweep.axis_unit)
    sentences = [f"{sweep.quantity} ({sweep.unit}) against {sweep.axis}."]
    for one in sweep.series:
        if not one.measured:
            continue
        (first_x, first), (last_x, last) = one.measured[0], one.measured[-1]
        if first_x == last_x:
            sentences.append(f"{one.label}: {first.value:.3g} at {at(first_x)}{_widest(one)}.")
            continue
        ends = f"between {at(first_x)} and {at(last_x)}{_widest(one)}."
        if f"{first.value:.3g}" == f"{last.value:.3g}":
            sentences.append(f"{one.label} stays at {first.value:.3g} {ends}")
            continue
        verb = "rises" if last.value > first.value else "falls"
        sentences.append(f"{one.label} {verb} from {first.value:.3g} to {last.value:.3g} {ends}")
    sentences += [f"Crossover at {amount(one.value, sweep.axis_unit)}." for one in sweep.crossovers]
    if sweep.reference is not None:
        label, estimate = sweep.reference
        sentences.append(f"{label}, dotted: {estimate.value:.3g} throughout.")
    for strip in sweep.strips:
        reached = [(one.label, one.measured[0], one.measured[-1]) for one in strip.series if one.measured]
        told = [
            f"{label} {first.value:.3g} at {at(x)}"
            + ("" if x == end else f" and {last.value:.3g} at {at(end)}")
            for label, (x, first), (end, last) in reached
        ]
        sentences.append(f"{strip.title} ({strip.unit}): {'; '.join(told)}.")
    absent = absent_of(sweep.series)
    if absent:
        sentences.append(
            "Not measured: " + "; ".join(f"{label} at {at(x)} ({why})" for label, x, why in absent) + "."
        )
    return " ".join(sentences)


def _widest(one: Series) -> str:
    shares = [
        (e.high - e.low) / e.value
        for _, e in one.measured
        if e.low is not None and e.high is not None and e.value
    ]
    return f", widest interval {percent(max(shares))} of its value" if shares else ", without interval"
