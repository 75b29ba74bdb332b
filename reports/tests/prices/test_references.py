"""Is every published figure complete, and of a cost that the price list knows?"""

from __future__ import annotations

from latchmark.loading import published_figures
from latchmark.model import Reference, Run
from latchmark.statistics import numbered_references, prices_of
from latchmark.statistics.rungs import RUNGS


def test_every_figure_is_a_range_of_machines_with_its_source_and_what_differs() -> None:
    for one in published_figures():
        assert 0 < one.low_ns <= one.high_ns, one
        assert all((one.source, one.caveat, *one.machines)), one


def test_every_figure_belongs_to_a_cost_with_a_name() -> None:
    assert {one.quantity for one in published_figures()} <= {rung.key for rung in RUNGS}


def test_names_of_costs_are_their_own() -> None:
    assert len({rung.key for rung in RUNGS}) == len(RUNGS) == len({rung.label for rung in RUNGS})


def test_microseconds_are_read_as_nanoseconds() -> None:
    tcp = [one for one in published_figures() if one.quantity == "round_trip_tcp"]
    assert [(one.low_ns, one.high_ns) for one in tcp] == [(14_240.0, 14_240.0)]


def test_figures_are_numbered_by_price_and_each_once(priced: Run) -> None:
    some = Reference("mutex", ("a",), 1.0, 2.0, "one", "none")
    other = Reference("atomic_add", ("b",), 3.0, 4.0, "two", "none")
    nobody = Reference("unknown", ("c",), 3.0, 4.0, "three", "none")
    found = numbered_references(prices_of(priced), (some, other, nobody, some))
    assert found == ((1, other), (2, some))
