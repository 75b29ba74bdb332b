"""What do others say that it costs? A published figure, or the range of several, with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """Figures of one cost from one source, in ns; `low` and `high` are equal where it is one figure.

    `quantity` is the key of the price that is the same operation in the same unit; `machines` are those it
    was measured on, as the source names them; `caveat` is what differs from what is measured here.
    """

    quantity: str
    machines: tuple[str, ...]
    low_ns: float
    high_ns: float
    source: str
    caveat: str
