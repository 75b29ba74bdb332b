"""What does it cost here? The price list of one machine: a figure, its tables, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.model import Run
from latchmark.pages.of_experiment import Picture
from latchmark.tables import Table


@dataclass(frozen=True, slots=True)
class PriceSection:
    """Nothing in it where no cost has a value."""

    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


def price_list_of(run: Run) -> PriceSection:
    """The section of a run."""
    return PriceSection()
