"""Does the figure of prices say in every form what the values are?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from prices.priced_run import Priced, priced_run

from latchmark.figures import NARROW, WIDE, Drawing, price_drawings
from latchmark.loading import published_figures
from latchmark.model import Reference, Run

Loaded = Callable[[dict[str, Any]], Run]
BAND = Reference("mutex", ("Graviton2", "Skylake"), 17.1, 42.4, "a bench", "a counter")


def drawn(*runs: Run, references: tuple[Reference, ...] = (), **layout: Any) -> Drawing:
    """The one figure of these runs."""
    (drawing,) = price_drawings(
        [f"machine {index}" for index in range(len(runs))], runs, references, **layout
    )
    return drawing


def texts(svg: str) -> list[str]:
    """What is written in a figure, below its title and description."""
    return [re.sub("<[^>]*>", "", one) for one in re.findall(r"<text.*?</text>", svg, re.DOTALL)]


def test_a_row_has_its_label_its_family_and_its_price_in_ns_and_cycles(priced: Run) -> None:
    written = texts(drawn(priced).svg("a"))
    assert "atomic add, uncontended" in written
    assert "6.00 ns \u00b7 24.0 cycles" in written
    assert "3.00 ms \u00b7 12.0\u202fM cycles" in written
    assert "5.00 \u00b5s" in written, "a latency has no cycles beside it"
    assert {"C", "C  contention", "O", "O  others"} <= set(written)


def test_the_upper_axis_is_one_of_cycles_only_where_they_were_counted(priced: Run, uncounted: Run) -> None:
    assert "clock cycles at 4.00 GHz" in texts(drawn(priced).svg("a"))
    without = drawn(uncounted).svg("a")
    assert "GHz" not in without
    assert "no axis of cycles" in without


def test_bands_are_drawn_behind_their_row_and_carry_the_number_of_their_source(priced: Run) -> None:
    with_band, without = drawn(priced, references=(BAND,)).svg("a"), drawn(priced).svg("a")
    assert with_band.count("opacity") == without.count("opacity") + 1
    assert "[1]" in texts(with_band)
    assert "published figures" in with_band
    assert "published figures" not in without


def test_the_text_alternative_has_every_price_with_its_interval_and_band(priced: Run) -> None:
    text = drawn(priced, references=(BAND,)).description
    assert text.startswith(
        "Prices on xeon-2c-1s: time of one operation, on a logarithmic axis, cheapest first. "
    )
    assert (
        "mutex locked and unlocked, uncontended: 20.0 ns [20.0 ns, 20.0 ns], 80.0 cycles,"
        " published 17.1 ns to 42.4 ns [1]." in text
    )
    assert text.index("atomic add, uncontended:") < text.index("process by fork, 100 MiB resident: 3.00 ms")


def test_without_intervals_the_figure_says_so(loaded: Loaded) -> None:
    drawing = drawn(loaded(priced_run(rounds=3)))
    assert "20.0 ns (no interval)" in drawing.description
    assert "no intervals: 95 % needs six launches" in drawing.svg("a")


def test_several_machines_share_the_rows_and_the_axis(loaded: Loaded, priced: Run) -> None:
    document = priced_run(alias="epyc", scale=2.0)
    lone = Priced(alias="arm")
    lone.experiment("custom/other", "only", operation="thing done")
    lone.point("custom/other", "only", 1, 30.0)
    drawing = drawn(priced, loaded(document), loaded(lone.run.document()))
    written = texts(drawing.svg("a"))
    assert {"machine 0", "machine 1", "machine 2"} <= set(written)
    assert "6.00 ns to 12.0 ns, 2 of 3" in written
    assert "30.0 ns, 1 of 3" in written
    assert (
        "atomic add, uncontended: machine 0 6.00 ns [6.00 ns, 6.00 ns], machine 1 12.0 ns"
        in drawing.description
    )


def test_two_experiments_of_one_operation_are_two_rows(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    for name, time_ns in (("custom/one", 30.0), ("custom/two", 50.0)):
        priced.experiment(name, "plain", operation="thing done")
        priced.point(name, "plain", 1, time_ns)
    written = texts(drawn(loaded(priced.run.document())).svg("a"))
    assert written.count("thing done (plain)") == 2


def test_another_version_of_a_workload_is_another_row(loaded: Loaded, priced: Run) -> None:
    document = priced_run(alias="epyc")
    for point in document["points"]:
        point["definition"] += ", version 2" if point["variant"] == "mutex" else ""
    written = texts(drawn(priced, loaded(document)).svg("a"))
    assert written.count("mutex locked and unlocked, uncontended") == 2
    assert written.count("atomic add, uncontended") == 1


def test_the_narrow_figure_has_the_same_rows(priced: Run) -> None:
    wide, narrow = drawn(priced, layout=WIDE), drawn(priced, layout=NARROW)
    assert narrow.kind != wide.kind
    assert narrow.description == wide.description
    assert "C  atomic add, uncontended" in texts(narrow.svg("a"))
    assert "max-width:390px" in narrow.svg("a")


def test_a_long_operation_is_cut_and_its_variant_is_not(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/long", "quick_variant", operation="a very long operation " * 9)
    priced.point("custom/long", "quick_variant", 1, 30.0)
    (label,) = [one for one in texts(drawn(loaded(priced.run.document())).svg("a")) if "very long" in one]
    assert len(label) <= WIDE.longest_label
    assert label.endswith("\u2026 (quick_variant)")


def test_what_tells_two_rows_apart_is_not_cut_on_a_phone(priced: Run) -> None:
    labels = [one for one in texts(drawn(priced, layout=NARROW).svg("a")) if "\u2026" in one]
    assert [one.partition("\u2026")[2] for one in labels if one.startswith("C  line")] == [
        ", same last-level cache"
    ]


def test_a_label_is_not_cut_behind_a_comma(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/long", "v", operation=f"{'a' * 54}, {'b' * 9}, told apart")
    priced.point("custom/long", "v", 1, 30.0)
    written = texts(drawn(loaded(priced.run.document())).svg("a"))
    assert [one for one in written if one.endswith("aa\u2026 (v)")]


def test_a_hostile_operation_stays_text(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/bad", "v", operation="<script>$x$\u0007</script>")
    priced.point("custom/bad", "v", 1, 30.0)
    svg = drawn(loaded(priced.run.document())).svg("a")
    assert "<script>" not in svg
    assert "&lt;script&gt;$x$" in svg
    assert "\u0007" not in svg


def test_fifty_rows_fit_and_the_same_run_gives_the_same_bytes(standard: Run) -> None:
    drawing = drawn(standard, references=published_figures())
    svg = drawing.svg("a")
    assert svg == drawn(standard, references=published_figures()).svg("a")
    assert len(svg) < 80_000


def test_a_run_without_a_price_has_no_figure(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/parser", "scalar")
    priced.run.point("custom/parser", "scalar", 1, skip="needs a file")
    assert price_drawings((), (loaded(priced.run.document()),)) == ()
