"""Do waits, tasks, payloads and quantities get figures that show what they are asked for?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from described_run import DescribedRun
from families_run import (
    HANDOFFS,
    creation,
    dispatch,
    families,
    handoff,
    histogram,
    round_trip,
    tasks,
    waits,
)
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from latchmark.figures import Drawing, drawings_of
from latchmark.figures.along_axes import tick_unit
from latchmark.figures.latency import DrawnDistribution, above_resolution, resolution_ns
from latchmark.figures.latency import _steps as steps
from latchmark.figures.latency import _visible as visible
from latchmark.figures.series import Estimate
from latchmark.loading.launches import _histogram_of as histogram_of
from latchmark.model import Axis, Run

Loaded = Callable[[dict[str, Any]], Run]
SVG = "{http://www.w3.org/2000/svg}"
PARKED_NS = {"futex": 9000.0, "condvar": 14000.0}


def run_of(loaded: Loaded, build: Callable[..., None], *arguments: Any, rounds: int = 6, **more: Any) -> Run:
    run = DescribedRun(rounds=rounds)
    build(run, *arguments, **more)
    return loaded(run.document())


def drawings(run: Run, kind: str | None = None) -> list[Drawing]:
    return [
        one
        for experiment in run.experiments
        for one in drawings_of(run, experiment)
        if kind in (None, one.kind)
    ]


def titled(run: Run, title: str) -> Drawing:
    (found,) = [one for one in drawings(run) if one.title == title]
    return found


def texts(drawing: Drawing) -> list[str]:
    root = ElementTree.fromstring(drawing.svg("x"))
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_waiting_is_one_chart_of_time_against_cpu_time(loaded: Loaded) -> None:
    run = run_of(loaded, handoff, HANDOFFS, ("same_llc", "same_cpu"))
    found = drawings(run, "cost")
    places = [
        "2 threads on cores",
        "2 threads taking turns",
        "2 processes on cores",
        "2 processes taking turns",
    ]
    assert [place in one.description for place, one in zip(places, found, strict=True)] == [True] * 4
    assert "condvar: 16.0 µs, burning 9.0" in found[0].description
    told = texts(found[0])
    assert set(HANDOFFS) <= set(told), "every mark has its name beside it"
    assert "dotted: burns all the time" in " ".join(told)
    axes = found[0].draw().axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")


def test_names_beside_marks_hide_no_other_and_stay_in_the_figure(loaded: Loaded) -> None:
    crowd = {f"semaphore_{index}": (10000.0 + 300 * index, 6000.0 + 150 * index) for index in range(8)}
    run = run_of(loaded, handoff, {**HANDOFFS, **crowd}, ("same_llc",))
    figure = drawings(run, "cost")[0].draw()
    names = [text for text in figure.axes[0].texts if text.get_text()]
    assert len(names) == 14
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = []
    for name in names:
        name.update_positions(renderer)
        boxes.append(Text.get_window_extent(name, renderer).padded(-1.5))  # without the line to its mark
    hidden = [Bbox.intersection(one, other) for one, other in combinations(boxes, 2)]
    smallest = min(box.width * box.height for box in boxes)
    # In a crowd like this two may touch; a name under another one could not be read.
    largest = max((box.width * box.height for box in hidden if box is not None), default=0.0)
    assert largest < 0.15 * smallest
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)


def test_marks_carry_intervals_both_ways(loaded: Loaded) -> None:
    run = run_of(loaded, handoff, {"condvar": (16000.0, 9000.0), "spin": (300.0, 300.0)}, ("same_llc",))
    lines = [line.get_xydata() for line in drawings(run, "cost")[0].draw().axes[0].lines]
    level = [one for one in lines if len(one) == 2 and one[0][1] == one[1][1]]
    upright = [one for one in lines if len(one) == 2 and one[0][0] == one[1][0]]
    assert (len(level), len(upright)) == (2, 2)


def test_each_wait_is_a_panel_on_the_same_axes(loaded: Loaded) -> None:
    (chart,) = drawings(run_of(loaded, waits, PARKED_NS), "cost")
    figure = chart.draw()
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "wait 100 ns", "wait 1000 ns", "wait 10 µs", "wait 100 µs", "wait 1 ms", "wait 10 ms",
    ]  # fmt: skip
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    assert "dotted" not in " ".join(texts(chart)), "a latency is no operation that burns"
    assert "futex at wait 1 ms: " in chart.description


def test_a_family_that_does_not_wait_has_the_chart_only_where_variants_burn_differently(
    loaded: Loaded,
) -> None:
    run = run_of(loaded, round_trip)
    assert len(drawings(run, "cost")) == 2
    alike = DescribedRun()
    round_trip(alike, {"pipe": (6000.0, 1.0), "tcp": (9000.0, 1.0)})
    assert drawings(loaded(alike.document()), "cost") == []


def test_what_burnt_nothing_is_left_out_of_a_logarithmic_chart(loaded: Loaded) -> None:
    costs = {"condvar": (16000.0, 9000.0), "spin": (300.0, 300.0), "asleep": (400.0, 0.0)}
    chart = drawings(run_of(loaded, handoff, costs, ("same_llc",)), "cost")[0]
    assert "asleep" not in texts(chart)
    assert "spin" in texts(chart)


def test_waits_are_drawn_twice_and_the_crossover_is_marked(loaded: Loaded) -> None:
    run = run_of(loaded, waits, {"futex": 9000.0})
    latency, burnt = titled(run, "Latency p50 by wait"), titled(run, "CPU time burnt by wait")
    for drawing in (latency, burnt):
        axes = drawing.draw().axes[0]
        assert axes.get_xscale() == "log"
        assert [tick.get_text() for tick in axes.get_xticklabels()][2] == "10 µs"
        assert "upright: a crossover of CPU time, shaded its interval" in " ".join(texts(drawing))
        assert re.search(r"Crossover at 8\.[89]", drawing.description)
    assert burnt.draw().axes[0].get_yscale() == "log"
    assert titled(run, "Latency p99 by wait")
    apart = run_of(loaded, waits, {"futex": 50.0})
    assert "rossover" not in titled(apart, "CPU time burnt by wait").description


def test_efficiency_has_threads_and_processes_in_one_panel(loaded: Loaded) -> None:
    added_ns = {("queue", "threads"): 2000.0, ("queue", "processes"): 3000.0, ("pipe", "processes"): 20000.0}
    drawing = titled(run_of(loaded, tasks, added_ns), "Efficiency by task")
    told = texts(drawing)
    assert {"no_pool, threads", "queue, threads", "queue, processes", "pipe, processes"} <= set(told)
    assert "queue, threads rises from 0.33" in drawing.description
    assert "90 %, dotted: 0.9 throughout." in drawing.description
    assert drawing.description.count("Crossover at") == 3
    assert drawing.draw().axes[0].get_ylim()[0] == 0


def test_payloads_are_drawn_as_time_and_as_bytes_a_second(loaded: Loaded) -> None:
    run = run_of(loaded, round_trip, {"pipe": (6000.0, 1.0), "memfd": (30000.0, 0.2)})
    time, rate = titled(run, "Time per operation by payload"), titled(run, "Bytes a second by payload")
    for drawing in (time, rate):
        axes = drawing.draw().axes[0]
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
        assert "4 MiB" in texts(drawing)
    # 4 MiB in 6 us and 4.19 ms: a billion bytes a second.
    assert re.search(r"pipe rises from 1\.3\d to (99\d|1e\+03) between 8 B and 4 MiB", rate.description)


def test_many_transports_are_small_multiples(loaded: Loaded) -> None:
    transports = {f"transport_{index}": (1000.0 * (index + 1), 0.5) for index in range(13)}
    drawing = titled(run_of(loaded, round_trip, transports), "Time per operation by payload")
    assert len(drawing.draw().axes) == 13
    assert len(drawing.svg("x")) < 80_000


def test_load_is_drawn_with_what_was_not_sustained(loaded: Loaded) -> None:
    run = run_of(loaded, dispatch, unsustained=(95,))
    found = [one for one in drawings(run) if one.title == "Latency p50 by offered_load"]
    processes = next(one for one in found if "pipe_tasks" in one.description)
    assert "Not measured: pipe_tasks at 95 (the workload recorded no latency)." in processes.description
    assert [one.kind for one in drawings(run) if one.title == "Latency"] == ["latency", "latency"]


def test_quantities_are_dots_in_units_for_people(loaded: Loaded) -> None:
    run = run_of(loaded, creation)
    found = {one.title: one for one in drawings(run, "quantity")}
    assert set(found) == {"Resident", "Page faults"}
    assert "fork, 1 thread: 11.1 MiB [" in found["Resident"].description
    assert texts(found["Resident"]).count("MiB") == 1
    assert any("resident of a launch" in text for text in texts(found["Resident"]))
    assert 10 < found["Resident"].draw().axes[0].get_xlim()[1] < 14


def test_a_quantity_that_could_not_be_had_is_hatched_with_its_reason(loaded: Loaded) -> None:
    found = {one.title: one for one in drawings(run_of(loaded, waits, PARKED_NS), "quantity")}
    assert "spin_relax, 2 threads spread over the cores: not measured, getrusage gave nothing." in (
        found["Slept share"].description
    )


def test_the_clock_is_drawn_into_distributions(loaded: Loaded) -> None:
    run = run_of(loaded, waits, PARKED_NS)
    drawing = next(one for one in drawings(run) if one.kind == "latency")
    told = " ".join(texts(drawing))
    assert "← clock step 1.00 ns" in told
    assert re.search(r"[\d,]+ of [\d,]+ samples above the clock's step", told)
    document = DescribedRun()
    waits(document, PARKED_NS)
    coarse = document.document()
    for launch in coarse["launches"]:
        launch["metrics"]["latency"]["histogram"]["resolution_ns"] = 500.0
    near = next(one for one in drawings(loaded(coarse)) if one.kind == "latency")
    assert "dotted: clock step 500 ns" in texts(near)
    axes = near.draw().axes[0]
    assert any({*line.get_xdata()} == {500.0} for line in axes.lines), "a rule where the step is"


def test_samples_above_the_clock_are_counted() -> None:
    one = {"lower_ns": [1.0, 4.0, 9.0], "upper_ns": [4.0, 9.0, 10.0], "counts": [5, 7, 1], "max_ns": 9.0}
    some = DrawnDistribution(None, (histogram_of({**one, "resolution_ns": 4.0}, "x"),), "a", 0, 0)  # type: ignore[arg-type]
    assert above_resolution([some]) == (8, 13)
    assert resolution_ns([some]) == 4.0


def test_a_distribution_keeps_steps_that_can_be_seen() -> None:
    one = histogram_of(histogram(5000.0, 1e6)["histogram"], "x")
    edges, shares = steps([one])
    seen, at = visible(edges, shares)
    assert len(seen) < len(edges)
    assert (seen[0], seen[-1], at[-1]) == (edges[0], edges[-1], 1.0)
    assert set(zip(seen, at, strict=True)) <= set(zip(edges, shares, strict=True)), "each one is exact"
    gaps = [share - max(other for other in [0.0, *at] if other < share) for share in at[1:]]
    largest = max(after - before for before, after in zip([0.0, *shares], shares, strict=False))
    assert max(gaps) <= largest + 0.0076


@pytest.mark.parametrize(
    ("axis", "unit"),
    [
        (Axis("wait", "ns", (100, 1e7), 100), "ns"),
        (Axis("stride", "B", (8, 256), 64), ""),
        (Axis("payload", "B", (8, 4194304), 64), "B"),
        (Axis("load", "%", (0, 95), 0), ""),
    ],
)
def test_long_values_carry_their_unit_at_the_tick(axis: Axis, unit: str) -> None:
    assert tick_unit(axis) == unit


def test_sizes_and_strides_are_told_apart() -> None:
    assert Axis("payload", "B", (0, 64, 1048576), 64).is_size
    assert not Axis("stride_bytes", "B", (8, 512), 64).is_size
    assert not Axis("wait", "ns", (100, 1e7), 100).is_size
    assert not Axis("empty", "B", (0, 0), 0).is_size


def test_what_is_over_an_estimate_turns_its_interval_round() -> None:
    assert Estimate(2.0, 1.0, 4.0).under(8.0) == Estimate(4.0, 2.0, 8.0)
    assert Estimate(2.0).under(8.0) == Estimate(4.0)


def test_every_figure_states_the_machine_and_the_launches(loaded: Loaded) -> None:
    for drawing in drawings(run_of(loaded, families)):
        told = " ".join(texts(drawing))
        assert "xeon-2c-1s" in told, drawing.title
        assert "launch" in told, drawing.title
        assert len(drawing.svg("x")) < 60_000, drawing.title


def test_without_intervals_the_charts_say_so(loaded: Loaded) -> None:
    run = run_of(loaded, handoff, HANDOFFS, ("same_llc",), rounds=3)
    assert "no intervals: 95 % needs six launches" in " ".join(texts(drawings(run, "cost")[0]))


def test_ticks_that_would_run_into_one_another_have_one_label(loaded: Loaded) -> None:
    axes = titled(run_of(loaded, round_trip), "Time per operation by payload").draw().axes[0]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [
        "8 B", "64 B", "", "4 KiB", "64 KiB", "", "4 MiB",
    ]  # fmt: skip
    assert len(axes.get_xticks()) == 7
