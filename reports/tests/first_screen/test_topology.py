"""Is a machine drawn as it is built, whatever its size, and said in words as well?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from described_run import DescribedRun
from first_screen.described_topologies import (
    CACHES_IN_NODES,
    EVERY,
    HYBRID,
    LARGE,
    NODES_IN_CACHES,
    ONE,
    THREADED,
    TWO,
    machine,
)
from first_screen.described_topologies import cpu as one_cpu

from latchmark.figures import topology_of
from latchmark.figures.palette import GRID, TEXT, contrast
from latchmark.figures.svg import svg_of
from latchmark.figures.topology import WIDTH, description_of, not_allowed, topology_figure
from latchmark.figures.topology_boxes import Box, everything, layout_of, levels_of, ranges
from latchmark.model import Machine, Run, Unavailable

Loaded = Callable[[dict[str, Any]], Run]


def _texts(described: Machine) -> list[str]:
    root = ElementTree.fromstring(svg_of(topology_figure(described), "x", "title", "words"))
    return [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]


def _boxes(described: Machine, level: str) -> list[Box]:
    return [box for _, _, box in everything(layout_of(described, WIDTH).placed) if box.level == level]


@pytest.mark.parametrize("name", EVERY)
def test_every_cpu_is_in_the_drawing_once(name: str) -> None:
    described = EVERY[name]
    cpus = described.topology.cpus
    cores = _boxes(described, "core")
    assert len(cores) == len({one.core for one in cpus})
    assert sum(box.threads for box in cores) == len(cpus)
    numbers = [number for box in cores for number in box.numbers]
    assert sorted(map(int, numbers)) == ([] if len(cpus) > 64 else sorted(one.os_id for one in cpus))
    assert len(_boxes(described, "package")) == len({one.package for one in cpus})
    assert len(_boxes(described, "llc")) == len({one.llc for one in cpus})


@pytest.mark.parametrize("name", EVERY)
def test_no_part_leaves_what_holds_it_or_covers_another(name: str) -> None:
    def check(box: Box) -> None:
        for x, y, inner in box.inside:
            assert x >= 0
            assert y >= 15, "below the name"
            assert x + inner.width <= box.width + 0.01
            assert y + inner.height <= box.height + 0.01
            check(inner)
        for (x, y, one), (u, v, other) in combinations(box.inside, 2):
            beside = x + one.width <= u or u + other.width <= x
            assert beside or y + one.height <= v or v + other.height <= y

    layout = layout_of(EVERY[name], WIDTH)
    assert layout.width <= WIDTH
    for _, _, box in layout.placed:
        check(box)
        assert not box.is_cut


def test_memory_nodes_are_drawn_where_a_socket_has_several() -> None:
    assert levels_of(THREADED.topology.cpus) == ("package", "llc", "core")
    assert levels_of(LARGE.topology.cpus) == ("package", "llc", "core")
    assert levels_of(NODES_IN_CACHES.topology.cpus) == ("package", "llc", "node", "core")
    assert levels_of(CACHES_IN_NODES.topology.cpus) == ("package", "node", "llc", "core")
    assert "Socket 1, NUMA node 1" in _texts(LARGE)
    assert {"NUMA node 0", "NUMA node 3"} <= set(_texts(NODES_IN_CACHES))


def test_numbers_become_ranges_where_there_is_no_room() -> None:
    assert {"0", "8", "7", "15", "Last-level cache 32 MiB"} <= set(_texts(THREADED))
    texts = _texts(LARGE)
    assert "CPUs 0\u201311, 96\u2013107" in texts
    assert "7" not in texts
    assert ranges([3, 0, 1, 7]) == "0\u20131, 3, 7"


def test_what_the_run_may_not_use_is_told_and_not_placed() -> None:
    assert not_allowed(LARGE) == 64
    assert "64 CPUs not allowed to this run" in _texts(LARGE)
    assert not_allowed(machine([one_cpu(0, 0)], soft_key={"allowed_cpus": "all"})) == 0
    assert not_allowed(machine([one_cpu(0, 0)], soft_key={"allowed_cpus": Unavailable("no /sys")})) == 0


def test_the_key_says_what_the_signs_mean_and_what_is_not_known() -> None:
    assert "a tile is a core, the number in it its CPU" in _texts(TWO)
    assert "size of the last-level cache not known" in _texts(ONE)
    assert "size of the last-level cache not known" not in _texts(TWO)
    assert "outlined: a less capable kind of core" in _texts(HYBRID)
    assert {box.kind for box in _boxes(HYBRID, "core")} == {0, 1}
    assert any("its halves hardware threads" in text for text in _texts(LARGE))
    stored = machine([one_cpu(0, 0)], source="a file")
    assert any("topology from a file" in text for text in _texts(stored))


def test_the_words_hold_what_is_drawn() -> None:
    assert description_of(ONE) == "Socket 0: a last-level cache with 1 core, CPU 0."
    assert description_of(TWO) == "Socket 0: a last-level cache of 480 MiB with 2 cores, CPUs 0\u20131."
    assert "16 cores, 8 of them of a less capable kind, CPUs 0\u201323" in description_of(HYBRID)
    words = description_of(LARGE)
    assert words.startswith(
        "Socket 0, NUMA node 0: a last-level cache of 32 MiB with 12 cores, CPUs 0\u201311,"
    )
    assert words.count("last-level cache") == 8
    assert words.endswith("64 CPUs not allowed to this run.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_can_be_read_on_their_tiles(theme: str) -> None:
    assert contrast(getattr(TEXT, theme), getattr(GRID, theme)) >= 4.5


def test_the_drawing_names_its_machine_and_stays_small(loaded: Loaded) -> None:
    described = DescribedRun(alias="<b>lab & $x$")
    described.experiment("locks/all", ("mutex",))
    described.point("locks/all", "mutex", 1, 5.0)
    drawing = topology_of(loaded(described.document()))
    svg = drawing.svg("machine")
    assert "How &lt;b&gt;lab &amp; $x$ is built" in svg
    assert drawing.svg("machine") == svg
    large = svg_of(topology_figure(LARGE), "x", "title", "words")
    # One path for all boxes of one look: a path each would be three times as much.
    assert len(large.encode()) < 20_000
    assert len(re.findall("<path ", large)) < 12
