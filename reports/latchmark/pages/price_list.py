"""What does it cost here? The price list of one machine: a figure, its tables, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.figures import NARROW, WIDE, price_drawings
from latchmark.findings import price_notes
from latchmark.loading import published_figures
from latchmark.model import Run
from latchmark.pages.of_experiment import Picture, pictures_of
from latchmark.statistics import price_list
from latchmark.tables import Table, price_tables


@dataclass(frozen=True, slots=True)
class PriceSection:
    """Nothing in it where no cost has a value. `pictures` is the figure, first as wide as a page, then as
    narrow as a phone; `missing` names what this run did not plan, `unpriced` what it planned in vain and
    why; `experiments` are where the prices come from, in their order."""

    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unpriced: tuple[tuple[str, str], ...] = ()
    experiments: tuple[str, ...] = ()


def price_list_of(run: Run) -> PriceSection:
    """The section of a run."""
    prices = price_list(run)
    if not prices.prices:
        return PriceSection()
    references = published_figures()
    pictures = [
        picture
        for slug, layout in (("pw", WIDE), ("pn", NARROW))
        for picture in pictures_of(price_drawings((), (run,), references, layout), slug)
    ]
    return PriceSection(
        pictures=tuple(pictures),
        tables=price_tables(run),
        notes=price_notes(run, prices, references),
        missing=prices.missing,
        unpriced=tuple((one.label, one.reason) for one in prices.unpriced),
        experiments=tuple(dict.fromkeys(price.experiment for price in prices.prices)),
    )
