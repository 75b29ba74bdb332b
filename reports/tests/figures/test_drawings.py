"""Does each experiment get the figures its points support, and does their text state the values?"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest
from described_run import DescribedRun
from pages.page_runs import many_variants, rich_run
from quick_run import quick_run

from latchmark.figures import Drawing, drawings_of, uncharted_roles
from latchmark.figures.dots import Dots, Row
from latchmark.figures.dots import description_of as dots_words
from latchmark.figures.dots import dots as dots_figure
from latchmark.figures.launches import Launched, LaunchStrip, round_medians
from latchmark.figures.launches import description_of as strip_words
from latchmark.figures.scaling import scaling
from latchmark.figures.series import Estimate, Series
from latchmark.figures.svg import svg_of
from latchmark.figures.sweep import Sweep
from latchmark.figures.sweep import description_of as sweep_words
from latchmark.figures.sweeps import breaks_of
from latchmark.model import Experiment, Histogram, Run, Shape, Unavailable
from latchmark.statistics import Distribution, distributions_of, quantile_ns

Loaded = Callable[[dict[str, Any]], Run]


def _experiment(run: Run, name: str) -> Experiment:
    return next(one for one in run.experiments if one.name == name)


def _texts(drawing: Drawing) -> list[str]:
    root = ElementTree.fromstring(drawing.svg("x"))
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def _kinds(run: Run, name: str) -> list[str]:
    return [drawing.kind for drawing in drawings_of(run, _experiment(run, name))]


def test_each_kind_of_figure_is_drawn_where_points_support_it(loaded: Loaded) -> None:
    run = loaded(rich_run())
    assert _kinds(run, "false_sharing/counters") == [
        "sweep",
        "sweep",
        "sweep",
        "ratios",
        "placement",
        "oversubscribed",
        "fairness",
        "launches",
    ]
    assert _kinds(run, "instrument/clock") == ["latency", "tail", "launches"]
    titles = [drawing.title for drawing in drawings_of(run, _experiment(run, "contention/counter"))]
    assert "Time per operation, threads, spread" in titles
    assert "Time per operation, processes, spread" in titles


def test_every_figure_states_the_machine_the_sample_and_its_interval(loaded: Loaded) -> None:
    run = loaded(rich_run())
    for experiment in run.experiments:
        for drawing in drawings_of(run, experiment):
            texts = " ".join(_texts(drawing))
            assert "lab-2c" in texts, drawing.title
            assert "launch" in texts, drawing.title
            if drawing.kind in ("sweep", "ratios", "placement", "oversubscribed", "reading"):
                assert "95 % interval" in texts, drawing.title


def test_without_six_launches_a_figure_says_that_it_has_no_intervals(loaded: Loaded) -> None:
    run = loaded(rich_run(rounds=3))
    first = drawings_of(run, run.experiments[0])[0]
    assert "no intervals: 95 % needs six launches" in " ".join(_texts(first))


def test_a_lost_launch_is_in_the_sample(loaded: Loaded) -> None:
    first = drawings_of(run := loaded(rich_run()), run.experiments[0])[0]
    assert "5 to 6 launches a point" in " ".join(_texts(first))


def test_the_description_states_values_from_first_to_last() -> None:
    series = Series("ticket", 0, ((1, Estimate(41.0, 40.0, 42.0)), (64, Estimate(3.2, 3.1, 3.3))))
    lost = Series("mcs", 1, ((1, Estimate(5.0)), (64, Unavailable("needs 64 cores"))))
    words = sweep_words(Sweep("Throughput", "Mop/s", "workers", (series, lost), "note"))
    assert "ticket falls from 41 to 3.2 between 1 and 64, widest interval 6.2 % of its value." in words
    assert "mcs: 5 at 1, without interval." in words
    assert "Not measured: mcs at 64 (needs 64 cores)." in words


def test_what_changes_by_less_than_its_digits_stays() -> None:
    level = Series("padded", 0, ((1, Estimate(5.601)), (2, Estimate(5.604))))
    words = sweep_words(Sweep("Time", "ns", "workers", (level,), "note"))
    assert "padded stays at 5.6 between 1 and 2" in words


def test_a_ninth_series_makes_small_multiples(loaded: Loaded) -> None:
    run = loaded(many_variants(9))
    sweep = drawings_of(run, run.experiments[0])[0]
    axes = sweep.draw().axes
    assert len(axes) == 9
    assert len({one.get_ylim() for one in axes}) == 1, "panels to be compared share their scale"
    eight = loaded(many_variants(8))
    assert len(drawings_of(eight, eight.experiments[0])[0].draw().axes) == 1


def test_panels_side_by_side_share_their_axes() -> None:
    series = (Series("a", 0, ((1, Estimate(5.0)), (2, Estimate(6.0)))),)
    chart = Sweep("Time", "ns", "workers", series, "n", shared=((1, 2, 8), (1.0, 300.0)))
    axes = scaling(chart).axes[0]
    assert axes.get_xlim()[1] > 8
    assert axes.get_ylim() == pytest.approx((1 / 1.5, 450))


def test_a_ratio_axis_is_symmetric_about_one() -> None:
    rows = (Row("2 threads", "packed", 1, Estimate(7.7, 7.5, 7.9), "7.70\u00d7 [7.50, 7.90]"),)
    low, high = dots_figure(Dots("Against padded", "ratio", rows, "n", is_ratio=True)).axes[0].get_xlim()
    assert low * high == pytest.approx(1)


def test_an_axis_of_lengths_is_not_truncated() -> None:
    rows = (Row("", "a", 0, Estimate(90.0), "90"), Row("", "b", 1, Estimate(100.0), "100"))
    assert dots_figure(Dots("Time", "ns", rows, "n", is_ratio=False)).axes[0].get_xlim()[0] == 0


def test_an_absent_row_says_why_instead_of_showing_zero() -> None:
    rows = (
        Row("", "a", 0, Unavailable("crashed"), ""),
        Row("", "b", 1, Estimate(2.0, 1.0, 3.0), "2.00\u00d7 [1.00, 3.00]"),
    )
    chart = Dots("Against a", "ratio", rows, "n", is_ratio=True)
    assert "not measured: crashed" in svg_of(dots_figure(chart), "x", "t", "d")
    assert dots_words(chart) == "Against a (ratio). a: not measured, crashed. b: 2.00\u00d7 [1.00, 3.00]."


def test_failed_launches_are_counted_and_rounds_have_their_median() -> None:
    launches = (Launched(0, 0, 1.0), Launched(1, 0, 3.0), Launched(2, 1, None), Launched(3, 1, 2.0))
    strip = LaunchStrip("time", launches, "n")
    assert round_medians(strip) == [(0, 1, 2.0), (2, 3, 2.0)]
    assert "1 failed" in strip_words(strip)


def test_a_quantile_needs_ten_samples_beyond_it(loaded: Loaded) -> None:
    run = loaded(rich_run())
    experiment = _experiment(run, "instrument/clock")
    metric = next(one for one in experiment.metrics if one.shape is Shape.HISTOGRAM)
    (one,) = distributions_of(run, experiment, metric)
    assert one.count == 60_000
    assert quantile_ns(one, 0.5) == 24.0
    assert quantile_ns(one, 0.999) == 1000.0
    assert quantile_ns(one, 0.9999) == Unavailable("fewer than 10 of 60,000 samples lie beyond it")
    latency = drawings_of(run, experiment)[0]
    assert "half within 24 ns, 99 % within 32 ns" in latency.description
    assert "longest 1.84e+03 ns of 60,000 samples" in latency.description


def test_a_quantile_is_never_above_the_longest(quick: Run) -> None:
    one = Distribution(quick.points[0], (Histogram((0.0,), (64.0,), (1000,), 40.0, 1.0),))
    assert quantile_ns(one, 0.5) == 40.0


def test_roles_without_a_panel_are_named_with_their_reason(loaded: Loaded) -> None:
    run = loaded(rich_run())
    found = {
        group.why: (group.roles, group.is_measured) for group in uncharted_roles(run, run.experiments[0])
    }
    assert found["below 0.005 per operation everywhere"] == (("page_faults",), True)
    (missing,) = [entry for entry in found.values() if not entry[1]]
    assert missing[0] == ("cycles", "cross_core_loads")


def test_a_second_socket_breaks_the_sweep(loaded: Loaded) -> None:
    described = DescribedRun(cpus=8)
    described.experiment("locks/all", ("mutex",))
    for workers in (1, 2, 4, 8):
        described.point("locks/all", "mutex", workers, 5.0)
    document = described.document()
    for cpu in document["machine"]["topology"]["cpus"]:
        cpu["package"] = cpu["llc"] = cpu["os_id"] // 4
    run = loaded(document)
    assert breaks_of(run, run.points) == (((4 * 8) ** 0.5, "second socket"),)


def test_a_run_without_throughput_or_shares_still_has_figures(loaded: Loaded) -> None:
    run = loaded(quick_run())
    assert "ratios" in _kinds(run, "instrument/empty")
    assert "sweep" in _kinds(run, "false_sharing/counters")


def test_a_sweep_over_a_parameter_gets_its_own_panel(loaded: Loaded) -> None:
    described = DescribedRun(cpus=2)
    axis = {"name": "stride", "unit": "bytes", "values": [8, 64, 128], "middle": 64}
    described.experiment("false_sharing/stride", ("atomic",), axes=(axis,))
    for stride in (8, 64, 128):
        described.point("false_sharing/stride", "atomic", 2, 60.0 / stride, parameters={"stride": stride})
    run = loaded(described.document())
    (drawing,) = [one for one in drawings_of(run, run.experiments[0]) if one.kind == "sweep"]
    assert "stride (bytes)" in drawing.description
    assert "between 8 and 128" in drawing.description
