"""How is a number or a place written in a sentence? One way for findings, cautions, pages and exports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise

from latchmark.model import Axis, Experiment, Placement, Point, Team, Unavailable
from latchmark.statistics import Interval

_PLACES = {
    Placement.SAME_CPU: "taking turns on one CPU",
    Placement.SAME_CORE: "on the hardware threads of one core",
    Placement.SAME_LLC: "on cores that share a last-level cache",
    Placement.OTHER_LLC: "on different last-level caches of one socket",
    Placement.OTHER_SOCKET: "on different sockets",
    Placement.SPREAD: "spread over the cores",
    Placement.COMPACT: "filling one cache after the other",
    Placement.OVERSUBSCRIBED: "on fewer CPUs",
    Placement.MAP_ROW: "on one core and each of the others in turn",
}

_DISTANCES = {
    Placement.SAME_CORE: "between the hardware threads of one core",
    Placement.SAME_LLC: "between cores that share a last-level cache",
    Placement.OTHER_LLC: "between last-level caches of one socket",
    Placement.OTHER_SOCKET: "between sockets",
}


# Unicode's marks of direction. In a name one of them would turn the rest of its sentence around.
_DIRECTIONS = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\ufffd"
)


def unturned(text: str) -> str:
    """The text with the marks that change the direction of what follows made visible, in their place."""
    return text if text.isascii() else text.translate(_DIRECTIONS)


def number(value: float) -> str:
    """Three significant digits, without an exponent where people count: 0.0123, 4.72, 36.2, 1,230."""
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e7:
        return f"{value:.3g}"
    # The exponent after rounding: 9.999 is 10.0 and not 10.00.
    exponent = int(f"{value:.2e}".partition("e")[2])
    return f"{value:,.{max(0, 2 - exponent)}f}"


def between(interval: Interval | Unavailable) -> str:
    """`[5.8, 6.4]`, or why there is no interval."""
    if isinstance(interval, Unavailable):
        return f"(no interval: {interval.reason})"
    return f"[{number(interval.low)}, {number(interval.high)}]"


def percent(share: float) -> str:
    """A share as a percentage of two digits, near the whole of three: 99.6 % is not all."""
    if share < 0.99:
        return f"{share * 100:.2g} %"
    return f"{min(share * 100, 99.9):.3g} %" if share < 1 else f"{share * 100:,.0f} %"


def words(names: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def count(amount: int, noun: str) -> str:
    """`1 launch`, `2 launches`; for nouns with a regular plural."""
    ending = "es" if noun.endswith(("ch", "s", "sh", "x")) else "s"
    return f"{amount:,} {noun}{'' if amount == 1 else ending}"


def team(point: Point, experiment: Experiment | None = None, without: Collection[str] = ()) -> str:
    """Who works where: `2 threads spread over the cores`, `1 process`. With its experiment, parameters at the
    middle are left out, which the page states once; those in `without` always."""
    members = (
        count(point.workers, "thread") if point.team is Team.THREADS else count(point.workers, "process")
    )
    swept = "".join(f", {told}" for told in parameters(point, experiment, without))
    return f"{members}{'' if point.workers == 1 else ' ' + _place(point)}{swept}"


def parameters(
    point: Point, experiment: Experiment | None = None, without: Collection[str] = ()
) -> tuple[str, ...]:
    """`stride_bytes 32 B`, one entry a parameter, less those at the middle of their axis."""
    axes = {axis.name: axis for axis in experiment.axes} if experiment else {}
    return tuple(
        parameter_text(name, value, axes.get(name))
        for name, value in point.parameters
        if name not in without and not (name in axes and value == axes[name].middle)
    )


def family(name: str) -> str:
    """How a family is called in headings: `lock granularity`, `IPC`."""
    return name.upper() if name in _ABBREVIATIONS else name.replace("_", " ")


_ABBREVIATIONS = ("ipc",)


def parameter_text(name: str, value: float, axis: Axis | None = None) -> str:
    """`stride_bytes 32 B`, `wait 1 ms`; the unit is the axis's."""
    return f"{name} {axis_value(value, axis.unit if axis is not None else '')}".strip()


# Steps between the units in which people say a size and a time.
_LARGER_UNITS = {
    "B": ((1024.0, "B"), (1024.0, "KiB"), (1024.0, "MiB"), (1024.0, "GiB")),
    "ns": ((1000.0, "ns"), (1000.0, "\u00b5s"), (1000.0, "ms"), (1000.0, "s")),
}


# Up to here 1000 ns beside 200 ns are read more easily in one unit.
_SMALLEST_SCALED_NS = 10_000


def axis_value(value: float, unit: str) -> str:
    """A value of an axis, in full: `32 B`, `64 KiB`, `1000 ns`, `10 \u00b5s`, `50 %`; a unit of 1 is none."""
    scaled = value
    if unit != "ns" or value >= _SMALLEST_SCALED_NS:
        scaled, unit = _scaled(value, unit, lambda size, step: size >= step and size % step == 0)
    return f"{scaled:g}{'' if unit in ('', '1') else f' {unit}'}"


def amount(value: float, unit: str) -> str:
    """A value that was measured, in the unit that people say it in: `9.04 \u00b5s`, `8.21 KiB`."""
    scaled, unit = _scaled(value, unit, lambda size, step: abs(size) >= step)
    return f"{number(scaled)}{'' if unit in ('', '1') else f' {unit}'}"


def measured(value: float, interval: Interval | Unavailable, unit: str) -> str:
    """`1.55 \u00b5s [1.50, 1.72]`, or `990 ns [980 ns, 1.02 \u00b5s]` where not all have one unit."""
    told = amount(value, unit)
    if isinstance(interval, Unavailable):
        return f"{told} {between(interval)}"
    ends = [amount(end, unit) for end in (interval.low, interval.high)]
    if len({_unit_of(one) for one in (told, *ends)}) > 1:
        return f"{told} [{', '.join(ends)}]"
    return f"{told} [{', '.join(one.partition(' ')[0] for one in ends)}]"


def against(value: float, other: float, unit: str) -> str:
    """`36.2 against 4.71 ns`, `9.78 \u00b5s against 360 ns`."""
    here, there = amount(value, unit), amount(other, unit)
    if _unit_of(here) == _unit_of(there):
        here = here.partition(" ")[0]
    return f"{here} against {there}"


def _unit_of(told: str) -> str:
    return told.partition(" ")[2]


def scale_for(largest: float, unit: str) -> tuple[float, str]:
    """(factor, unit) in which people say an amount this large, so that one axis has one unit."""
    scaled, chosen = _scaled(largest, unit, lambda size, step: size >= step)
    return (scaled / largest if largest else 1.0), chosen


def _scaled(value: float, unit: str, is_larger: Callable[[float, float], bool]) -> tuple[float, str]:
    for (step, _), (_, larger) in pairwise(_LARGER_UNITS.get(unit, ())):
        if not is_larger(value, step):
            break
        value, unit = value / step, larger
    return value, unit


def distance(placement: Placement) -> str:
    """How far two workers are apart: `between sockets`."""
    return _DISTANCES.get(placement, _PLACES[placement])


def middle(experiment: Experiment) -> str:
    """`reads 90 % and stripes 64`: where points are that do not sweep these."""
    return words([parameter_text(axis.name, axis.middle, axis) for axis in experiment.axes])


def _place(point: Point) -> str:
    if point.is_oversubscribed and point.cpus:
        return f"on {count(len(set(point.cpus)), 'CPU')}"
    return _PLACES[point.placement]


def utc(time: str) -> str:
    """`2026-01-31T12:00:00Z` as people write it."""
    return f"{time[:10]} {time[11:16]} UTC"
