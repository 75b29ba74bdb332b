"""How is a number or a place written in a sentence? One way for findings, cautions, pages and exports."""

from __future__ import annotations

from collections.abc import Sequence

from latchmark.model import Placement, Point, Team, Unavailable
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
}


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


def team(point: Point) -> str:
    """Who works where: `2 threads spread over the cores`, `1 process`."""
    members = (
        count(point.workers, "thread") if point.team is Team.THREADS else count(point.workers, "process")
    )
    swept = "".join(f", {name} {value:g}" for name, value in point.parameters)
    return f"{members}{'' if point.workers == 1 else ' ' + _PLACES[point.placement]}{swept}"
