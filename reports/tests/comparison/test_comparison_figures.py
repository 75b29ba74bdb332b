"""Do the figures of a comparison put all machines on one scale, and hatch what is absent?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pytest
from comparison.machines import machines, other_machine
from counted_run import QEMU, counted_run
from described_run import DescribedRun
from pages.page_runs import many_variants, rich_run
from standard_run import Catalogue

from latchmark.compare import RankedExperiment, compare, ranks_of
from latchmark.figures import Drawing, compared_drawings, rank_drawings
from latchmark.figures.machine_rows import MachineRow, MachineRows, Mark, machine_rows
from latchmark.figures.machine_rows import description_of as words_of_rows
from latchmark.figures.series import Estimate
from latchmark.model import Run, Unavailable

Load = Callable[[dict[str, Any]], Run]


def drawings(loaded: Load, *documents: dict[str, Any]) -> list[Drawing]:
    comparison = compare([loaded(document) for document in documents])
    return [one for some in comparison.experiments for one in compared_drawings(comparison, some)]


def rows(*marks: Mark) -> MachineRows:
    names = tuple("abcdefgh"[: len(marks)])
    return MachineRows("Time", "ns", names, (MachineRow("2 threads", "packed", marks),), "note")


def test_every_machine_has_a_lane_of_its_own() -> None:
    chart = rows(*(Mark(Estimate(10.0, 9.0, 11.0)) for _ in range(8)))
    axes = machine_rows(chart).axes[0]
    heights = {float(line.get_ydata()[0]) for line in axes.lines if line.get_marker() not in ("None", None)
               and len(line.get_xdata())}  # fmt: skip
    assert len(heights) == 8
    markers = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert len(set(markers)) == 8


def test_what_is_absent_is_hatched_with_its_reason_and_never_zero() -> None:
    chart = rows(Mark(Estimate(10.0, 9.0, 11.0)), Mark(Unavailable("needs 64 workers")))
    axes = machine_rows(chart).axes[0]
    assert [patch.get_hatch() for patch in axes.patches] == ["////"]
    assert "b: needs 64 workers" in [text.get_text() for text in axes.texts]
    assert axes.get_xlim()[0] > 0
    assert "b not measured, needs 64 workers" in words_of_rows(chart)


def test_a_tie_is_hollow() -> None:
    chart = rows(Mark(Estimate(10.0, 9.0, 11.0), is_tied=True), Mark(Estimate(30.0, 29.0, 31.0)))
    axes = machine_rows(chart).axes[0]
    faces = [
        line.get_markerfacecolor() == line.get_markeredgecolor()
        for line in axes.lines
        if line.get_marker() != "None" and len(line.get_xdata())
    ]
    assert faces == [False, True]
    assert "a 10.0 [9.00, 11.0], tied; b 30.0 [29.0, 31.0]" in words_of_rows(chart)


def test_ranks_stand_in_two_figures_on_one_axis(loaded: Load) -> None:
    first = rich_run("alpha")
    factors = {"contention/counter": 8.0, "false_sharing/counters": 1.5}
    second = other_machine(first, "beta", lambda name: factors.get(name, 1.0), 5)
    comparison = compare([loaded(first), loaded(second)])
    one, other = ranks_of(comparison)

    def limits(*ranks: RankedExperiment) -> list[tuple[float, float]]:
        found = rank_drawings(comparison.labels, ranks)
        return [drawing.draw().axes[0].get_xlim() for drawing in found]

    assert limits(one) != limits(other)
    left, right = limits(*[one] * 10, *[other] * 10)
    assert left == right
    assert limits() == []


def test_three_machines_get_a_panel_each_and_four_are_lines_of_one(loaded: Load) -> None:
    three, four = (drawings(loaded, *machines(rich_run("any"), amount)) for amount in (3, 4))
    panels = [one for one in three if one.kind == "sweep"]
    assert [one.title.partition(":")[0] for one in panels] == ["alpha", "beta", "gamma"]
    lines = [one for one in four if one.kind == "sweep"]
    assert lines[0].title.startswith("padded_128:")
    assert all(alias in lines[0].description for alias in ("alpha", "beta", "gamma", "delta"))


def test_maps_of_all_machines_have_one_scale_of_colours(loaded: Load) -> None:
    catalogue = Catalogue(rounds=6)
    catalogue.core_to_core(has_map=True)
    first = catalogue.document()
    found = [
        one for one in drawings(loaded, first, other_machine(first, "beta", 3.0, 5)) if one.kind == "map"
    ]
    assert len(found) >= 2
    assert {"beta" in one.title for one in found} == {True, False}
    scales = {image.get_clim() for one in found for image in one.draw().axes[0].images}
    assert len(scales) == 1
    values = [numpy.nanmax(image.get_array()) for one in found for image in one.draw().axes[0].images]
    assert max(values) == pytest.approx(max(high for _, high in scales))


def test_cycles_are_drawn_where_one_event_counts_them(loaded: Load) -> None:
    real = [counted_run(alias=alias, script=None).document() for alias in ("xeon", "epyc")]
    assert [one.kind for one in drawings(loaded, *real)] == ["levels", "cycles"]
    scripted = [counted_run(alias=alias).document() for alias in ("xeon", "epyc")]
    assert [one.kind for one in drawings(loaded, *scripted)] == ["levels"]


def test_an_emulated_machine_is_on_no_axis(loaded: Load) -> None:
    guest = counted_run("arm", "guest", script=None, emulated=QEMU).document()
    assert drawings(loaded, counted_run(alias="xeon", script=None).document(), guest) == []


def test_points_along_an_axis_are_rows_with_their_value(loaded: Load) -> None:
    run = DescribedRun(alias="alpha")
    axis = {"name": "stride", "unit": "B", "values": [8.0, 64.0], "middle": 64.0}
    run.experiment("false_sharing/stride", ("rmw",), axes=(axis,))
    for stride, time_ns in ((8, 40.0), (64, 5.0)):
        run.point("false_sharing/stride", "rmw", 2, [time_ns] * 6, parameters={"stride": stride})
    first = run.document()
    (levels,) = drawings(loaded, first, other_machine(first, "beta", 2.0, 5))
    assert "rmw, stride 8 B, 2 threads spread over the cores: alpha 40.0 [40.0, 40.0]" in levels.description
    assert "rmw, 2 threads spread over the cores: alpha 5.00 [5.00, 5.00]" in levels.description
    assert "of 2 points" not in "".join(text.get_text() for text in levels.draw().texts)


def test_of_many_variants_those_are_drawn_in_which_machines_differ(loaded: Load) -> None:
    first = many_variants(12)
    second = other_machine(first, "beta", 1.0, 5)
    for launch in second["launches"]:
        if second["points"][launch["point"]]["variant"] == "variant_11":
            launch["metrics"]["time_per_operation"]["value"] *= 3
    found = drawings(loaded, first, second)
    (levels,) = [one for one in found if one.kind == "levels"]
    assert "variant_0, 1 thread: " in levels.description
    assert "variant_11, 4 threads" in levels.description
    texts = " ".join(text.get_text() for text in reversed(levels.draw().texts))
    assert (
        "16 of 36 points: the middle of each sweep, the smallest and largest teams, the baseline and the"
        " variants in which machines are farthest apart; all are in the table"
    ) in texts
    sweeps = [one for one in found if one.kind == "sweep"]
    assert [one.title.partition(":")[0] for one in sweeps] == ["variant_0", "variant_11"]
