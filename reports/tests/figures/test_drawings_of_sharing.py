"""Do maps, classes, sweeps of some variants, and crowded experiments get figures that can be read?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from described_run import BY_PAIR, LATENCY, ONE_WAY, TIME, DescribedRun
from matplotlib.backends.backend_agg import FigureCanvasAgg
from standard_run import THROUGHPUT, Catalogue, axis, histogram

from latchmark.figures import Drawing, drawings_of
from latchmark.figures.along_axes import scale_of
from latchmark.figures.heat_map import HeatMap, borders_of, description_of, heat_map
from latchmark.figures.palette import contrast
from latchmark.figures.scaling import is_labelled, scaling
from latchmark.figures.series import Estimate, Series
from latchmark.figures.svg import svg_of
from latchmark.figures.sweep import Sweep
from latchmark.model import Axis, Run

Loaded = Callable[[dict[str, Any]], Run]
SVG = "{http://www.w3.org/2000/svg}"


def drawings(run: Run, name: str) -> list[Drawing]:
    experiment = next(one for one in run.experiments if one.name == name)
    return [*drawings_of(run, experiment)]


def titles(run: Run, name: str) -> list[str]:
    return [drawing.title for drawing in drawings(run, name)]


def texts(drawing: Drawing) -> list[str]:
    root = ElementTree.fromstring(drawing.svg("x"))
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def heat(cells: tuple[tuple[float | None, ...], ...], **more: Any) -> HeatMap:
    known = [cell for row in cells for cell in row if cell is not None]
    return HeatMap("Map", "ns", cells, (), (), (min(known), max(known)), "note", **more)


def test_the_map_is_in_the_order_of_the_topology_and_states_its_node(standard: Run) -> None:
    (drawing, other) = [one for one in drawings(standard, "contention/core_to_core") if one.kind == "map"]
    assert drawing.title == "From core to core: store_load"
    told = texts(drawing)
    # Row by row: core 0 to core 1, then to core 2; the diagonal has no way.
    first = told[told.index(f"{Catalogue.way_ns(0, 1):.0f}") :]
    assert first[:15] == [f"{Catalogue.way_ns(0, column):.0f}" for column in range(1, 16)]
    note = " ".join(told)
    assert "row: the core on whose memory node the line is" in note
    assert "differ by up to 1.38×" in note
    assert "240 ways between 16 cores, from 24.0 to 211" in drawing.description
    # One scale for both maps: what one calls bright is bright in the other.
    assert {axes.images[0].norm.vmax for axes in (drawing.draw().axes[0], other.draw().axes[0])} == {
        211 * 1.2
    }


def test_a_row_that_was_lost_is_hatched_and_said(loaded: Loaded) -> None:
    catalogue = Catalogue(rounds=1)
    catalogue.core_to_core()
    document = catalogue.document()
    row = next(index for index, point in enumerate(document["points"]) if point["parameters"].get("row") == 3)
    document["launches"] = [launch for launch in document["launches"] if launch["point"] != row]
    run = loaded(document)
    drawing = next(one for one in drawings(run, "contention/core_to_core") if one.kind == "map")
    assert "15 ways were not measured" in drawing.description
    assert "<pattern" in drawing.svg("x")
    image = drawing.draw().axes[0].images[0].get_array()
    assert image.mask[3].all()
    assert not image.mask[4, :4].any()


def test_equal_ways_have_a_map_as_well(loaded: Loaded) -> None:
    run = DescribedRun(rounds=1, cpus=2)
    run.experiment("contention/core_to_core", ("store",), metrics=(ONE_WAY, *BY_PAIR, TIME))
    for row in (0, 1):
        by_pair = {"one_way_by_pair": {"values": [50.0]}}
        more = {"placement": "map_row", "parameters": {"row": row}, "pairs": [(row, 1 - row)]}
        run.point("contention/core_to_core", "store", 2, 50.0, metrics=by_pair, **more)
    (drawing, _) = drawings(loaded(run.document()), "contention/core_to_core")
    assert "from 50.0 to 50.0" in drawing.description
    assert "</svg>" in drawing.svg("x")


def test_a_map_prints_values_while_they_can_be_read() -> None:
    for cores, is_printed in ((32, True), (33, False)):
        cells = tuple(tuple(None if i == j else 50.0 + j for j in range(cores)) for i in range(cores))
        figure = heat_map(heat(cells))
        assert bool(figure.axes[0].texts) is is_printed
        ticks = [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
        assert len(ticks) <= 32


def test_a_large_map_stays_small() -> None:
    cells = tuple(tuple(None if i == j else 50.0 + (i * j) % 99 for j in range(128)) for i in range(128))
    assert len(svg_of(heat_map(heat(cells)), "x", "t", "d")) < 150_000


def test_numbers_on_cells_can_be_read_on_their_colour() -> None:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    cells = tuple(tuple(None if i == j else 10.0 * i + j for j in range(9)) for i in range(9))
    axes = heat_map(heat(cells)).axes[0]
    image = axes.images[0]
    for text in axes.texts:
        column, row = (int(one) for one in text.get_position())
        ground = to_hex(colormaps["cividis"](image.norm(cells[row][column])))
        assert contrast(text.get_color(), ground) >= 4.5


def test_numbers_on_cells_do_not_follow_the_theme() -> None:
    text = svg_of(heat_map(heat(((None, 10.0), (99.0, None)))), "x", "t", "d")
    assert re.search(r'<text style="fill:#ffffff[^>]*>10<', text)
    assert re.search(r'<text style="fill:#010101[^>]*>99<', text)


def test_asymmetry_is_of_the_pair_that_differs_most() -> None:
    assert heat(((None, 10.0, 20.0), (15.0, None, None), (20.0, 30.0, None))).asymmetry == 1.5
    assert heat(((None, 10.0), (None, None))).asymmetry == 1.0
    assert "1 ways were not measured" in description_of(heat(((None, 10.0), (None, None))))
    assert borders_of([0, 0, 1, 1, 2]) == (2, 4)


def test_a_class_shows_its_interval_and_its_pairs(standard: Run) -> None:
    drawing = next(one for one in drawings(standard, "contention/core_to_core") if one.kind == "distances")
    assert re.search(
        r"store_load, between sockets: 20\d \[\d+, \d+\], from 205 to 205\.", drawing.description
    )
    assert "thin: from the nearest pair to the farthest" in " ".join(texts(drawing))
    # The image of a placement without a value says why, and there is no other figure of placements.
    assert [one.kind for one in drawings(standard, "contention/core_to_core")][:3] == [
        "distances",
        "map",
        "map",
    ]
    assert "placement" not in {one.kind for one in drawings(standard, "contention/core_to_core")}


def test_a_variant_that_an_axis_does_not_concern_is_no_line_but_a_rule(standard: Run) -> None:
    drawing = next(
        one for one in drawings(standard, "lock_granularity/hash_map") if "by stripes" in one.title
    )
    told = texts(drawing)
    assert "striped_packed" in told
    assert "one_mutex" not in told
    assert "dotted: partition, which has no stripes" in told
    assert re.search(r"partition, dotted: (19|20)[.\d]* throughout", drawing.description)
    reads = next(one for one in drawings(standard, "lock_granularity/hash_map") if "by reads" in one.title)
    assert "one_mutex" in texts(reads)
    assert "dotted" not in reads.description


def test_over_a_floor_the_difference_is_drawn_and_not_the_work(standard: Run) -> None:
    told = titles(standard, "lock_granularity/hold_time")
    assert "Overhead by critical_ns" in told
    assert "Time per operation by critical_ns" not in told
    ratios = next(one for one in drawings(standard, "lock_granularity/hold_time") if one.kind == "ratios")
    assert "ns more than empty, paired by round" in ratios.description
    assert re.search(r"mutex, 2 threads spread over the cores: \+5\d\.\d \[", ratios.description)


def test_a_floor_may_be_undercut(loaded: Loaded) -> None:
    run = DescribedRun()
    run.experiment("a/b", ("empty", "mutex"), is_floor=True)
    run.point("a/b", "empty", 1, [20.0] * 6)
    run.point("a/b", "mutex", 1, [18.0] * 6)
    ratios = next(one for one in drawings(loaded(run.document()), "a/b") if one.kind == "ratios")
    assert "mutex, 1 thread: -2.00 [-2.00, -2.00]." in ratios.description


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ((8, 64), "log"),
        ((0, 50, 5000), "from_zero"),
        ((0, 1, 5), "linear"),
        ((-5, 50), "linear"),
        ((0,), "linear"),
    ],
)
def test_a_sweep_from_zero_keeps_its_small_values_apart(values: tuple[float, ...], scale: str) -> None:
    assert scale_of(Axis("a", "", values, values[0])) == scale
    series = (Series("a", 0, tuple((x, Estimate(5.0)) for x in values)),)
    axes = scaling(Sweep("Time", "ns", "a", series, "n", scale=scale)).axes[0]
    places = [axes.transAxes.inverted().transform(axes.transData.transform((x, 5.0)))[0] for x in values]
    assert all(0 <= place <= 1 for place in places)
    gaps = [after - before for before, after in pairwise(places)]
    assert all(gap > 0.08 for gap in gaps)


def test_crowds_have_a_figure_for_each_number_of_workers(standard: Run) -> None:
    told = [one for one in titles(standard, "contention/locks") if one.startswith("More workers")]
    assert told == [
        "More workers than CPUs: 24 threads on 16 CPUs",
        "More workers than CPUs: 32 threads on 16 CPUs",
    ]


def test_many_variants_are_shown_at_the_ends_of_the_sweep(standard: Run) -> None:
    ratios = next(one for one in drawings(standard, "contention/locks") if one.kind == "ratios")
    assert "mcs, 1 thread:" in ratios.description
    assert "mcs, 16 threads" in ratios.description
    assert "mcs, 8 threads" not in ratios.description


def test_placements_that_are_one_are_shown_once(loaded: Loaded) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("a/b", ("mutex",))
    run.point("a/b", "mutex", 2, 5.0, cpus=(0, 1))
    run.point("a/b", "mutex", 2, 5.0, placement="same_llc", cpus=(0, 1))
    assert "placement" not in {one.kind for one in drawings(loaded(run.document()), "a/b")}
    run.point("a/b", "mutex", 2, 5.0, placement="other_llc", cpus=(0, 2))
    (shown,) = [one for one in drawings(loaded(run.document()), "a/b") if one.kind == "placement"]
    assert shown.title == "Where 2 workers sit, threads"
    assert "other" in shown.description or "different" in shown.description
    assert "share a last-level cache" not in shown.description


def test_waits_are_spread_over_figures_where_most_compete(standard: Run) -> None:
    found = [one for one in drawings(standard, "contention/locks") if one.kind == "latency"]
    assert len(found) == 3
    assert all(
        "16 threads spread over the cores" in texts(one) or "16 threads" in " ".join(texts(one))
        for one in found
    )
    assert [one.description.count("longest") for one in found] == [6, 6, 5]


def test_efficiency_is_one_where_work_scales(loaded: Loaded) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("a/b", ("sharded", "mutex", "new"))
    for workers in (1, 2, 4):
        run.point("a/b", "sharded", workers, [5.0] * 6)
        run.point("a/b", "mutex", workers, [5.0 * workers] * 6)
    run.point("a/b", "new", 2, [5.0] * 6)
    (drawing,) = [one for one in drawings(loaded(run.document()), "a/b") if one.title == "Efficiency"]
    assert "sharded stays at 1 between 1 and 4" in drawing.description
    assert "mutex falls from 1 to 0.25 between 1 and 4" in drawing.description
    assert "new" not in drawing.description


def test_no_efficiency_where_more_workers_cannot_do_more(loaded: Loaded) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("a/b", ("pthread",), scales=False)
    for workers in (1, 2, 4):
        run.point("a/b", "pthread", workers, [5.0 * workers] * 6)
    assert "Efficiency" not in [one.title for one in drawings(loaded(run.document()), "a/b")]


def test_rules_are_named_where_there_is_room(loaded: Loaded) -> None:
    one, many = (
        (Series("a", 0, ((1, Estimate(5.0)), (8, Estimate(5.0)))),),
        ((2.0, "second cache"), (6.0, "second socket")),
    )
    assert is_labelled(Sweep("T", "ns", "workers", one, "n", breaks=many[:1]))
    assert not is_labelled(Sweep("T", "ns", "workers", one, "n", breaks=many))
    assert not is_labelled(Sweep("T", "ns", "workers", one * 9, "n", breaks=many[:1]))
    text = svg_of(scaling(Sweep("T", "ns", "workers", one, "n", breaks=many)), "x", "t", "d")
    assert "rules, from the left: second cache, second socket" in text
    text = svg_of(scaling(Sweep("T", "ns", "workers", one, "n", breaks=many[:1])), "x", "t", "d")
    assert ">second cache<" in text
    assert "rules" not in text


def test_the_name_of_a_rule_stays_below_the_heading() -> None:
    series = (Series("a", 0, ((1, Estimate(5.0)), (8, Estimate(5.0)))),)
    unit = "million operations/s of the team; dotted: perfect scaling of it"
    figure = scaling(Sweep("T", unit, "workers", series, "n", breaks=((2.0, "second socket"),)))
    renderer = FigureCanvasAgg(figure).get_renderer()
    (name,) = [text for text in figure.axes[0].texts if text.get_text() == "second socket"]
    (subtitle,) = [text for text in figure.texts if text.get_text().startswith("million")]
    assert name.get_window_extent(renderer).y1 < subtitle.get_window_extent(renderer).y0


def test_small_panels_have_few_ticks() -> None:
    for highest in (10.0, 1e5):
        series = tuple(
            Series(f"s{index}", 0, ((1, Estimate(5.0)), (2, Estimate(highest)))) for index in range(9)
        )
        for axes in scaling(Sweep("T", "ns", "workers", series, "n")).axes:
            low, high = axes.get_ylim()
            assert 2 <= sum(low <= tick <= high for tick in axes.get_yticks()) <= 5


def test_a_wait_that_nobody_measured_has_no_figure(loaded: Loaded) -> None:
    run = DescribedRun(rounds=1)
    latency = {**TIME, "name": "latency", "shape": "histogram"}
    run.experiment("a/b", ("x",), metrics=(TIME, latency), axes=(axis("size", "", (1, 2), 1),))
    swept = {"parameters": {"size": 2}, "purpose": "latency", "metrics": histogram(100.0)}
    run.point("a/b", "x", 2, 5.0, **swept)
    assert [one.kind for one in drawings(loaded(run.document()), "a/b")] == []


@pytest.mark.parametrize(
    ("more", "titles_told", "is_dotted"),
    [
        ({}, True, True),
        ({"parts": {"a": ("reader", "writer")}}, False, False),
        ({"scales": False}, True, False),
    ],
)
def test_throughput_is_that_of_workers_who_are_alike(
    loaded: Loaded, more: dict[str, Any], titles_told: bool, is_dotted: bool
) -> None:
    run = DescribedRun()
    run.experiment("contention/locks", ("a",), metrics=(TIME, THROUGHPUT), **more)
    for workers in (1, 2):
        run.point("contention/locks", "a", workers, 10.0, metrics={"throughput": {"value": 1e8}})
    found = drawings(loaded(run.document()), "contention/locks")
    throughput = [one for one in found if one.title == "Throughput"]
    assert bool(throughput) is titles_told
    assert any("dotted: perfect a" in text for one in throughput for text in texts(one)) is is_dotted


def test_a_series_that_ends_in_lone_points_is_seen_in_every_panel() -> None:
    many = tuple(
        Series(str(index), index, ((1, Estimate(5.0)), (2, Estimate(6.0)), (4, Estimate(7.0 + index))))
        for index in range(9)
    )
    chart = Sweep("Throughput", "x", "workers", many, "n", breaks=((3, "second socket"),), ideal=5.0)
    for axes in scaling(chart).axes:
        drawn = [[*line.get_ydata()] for line in axes.lines]
        strokes = [y for index in range(9) for y in (7.0 + index, 7.0 + index)]
        assert strokes in [[y for y in line if y == y] for line in drawn]
        assert any(len(line) == 25 for line in drawn), "the dotted line that the heading names"


def test_a_distribution_states_the_launches_of_a_point(loaded: Loaded) -> None:
    run = DescribedRun()
    run.experiment("contention/locks", ("a", "b"), metrics=(TIME, LATENCY))
    for variant in ("a", "b"):
        run.point("contention/locks", variant, 2, 9.0, purpose="latency", metrics=histogram(5000.0))
    (drawing,) = [one for one in drawings(loaded(run.document()), "contention/locks") if one.kind == "tail"]
    assert "6 launches a point" in " ".join(texts(drawing))
