"""Which run has one of everything, how is it changed in one place, and with which line is it refused?"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from counted_run import control
from described_run import BY_PAIR, ONE_WAY, TIME, DescribedRun

from latchmark.errors import InvalidRunFile
from latchmark.loading import load

PERF = {"type": 4, "config": "0x4d2", "config1": "0x0"}
HISTOGRAM = {"lower_ns": [0, 8], "upper_ns": [8, 16], "counts": [3, 4], "max_ns": 14.5, "resolution_ns": 1}


def small_run() -> dict[str, Any]:
    """A run with one of everything: few enough places that random changes reach all of them."""
    run = DescribedRun(rounds=2, windows=2)
    run.role("cycles", "counted", None, "generic", caveat="no time", perf=PERF)
    run.role("cross_core_loads", caveat="", perf=None)
    run.machine = {"emulated": "an emulator"}
    run.counters = {"cpu": "a core", "hypervisor": None, "script": "a table", "control": [control("cycles")]}
    metrics = (
        {
            "name": "time_per_operation",
            "unit": "ns",
            "direction": "lower",
            "shape": "scalar",
            "meaning": "time",
        },
        {"name": "share", "unit": "", "direction": "none", "shape": "vector", "meaning": "shares"},
        {"name": "map", "unit": "ns", "direction": "lower", "shape": "matrix", "meaning": "a map"},
        {"name": "latency", "unit": "ns", "direction": "lower", "shape": "histogram", "meaning": "latency"},
    )
    axis = {"name": "stride", "unit": "B", "values": [8, 64], "middle": 64, "variants": ["packed"]}
    run.experiment("false_sharing/counters", ("padded", "packed"), metrics=metrics, axes=(axis,),
                   own_baselines={"packed": "padded"}, parts={"padded": ("reader", "writer")},
                   is_floor=True)  # fmt: skip
    run.point(
        "false_sharing/counters", "packed", 2, [36.0, 38.0], parameters={"stride": 64},
        readings_per_operation={"cycles": 100.0},
        disturbance={"steal_share": 0.25, "migrated_windows": [0, None]},
        metrics={
            "share": {"values": [0.25, 0.75]},
            "map": {"matrix": [[None, 1.5], [2, None]]},
            "latency": {"histogram": HISTOGRAM},
        },
        fail={1: ("timed_out", "took longer than 10 s")},
    )  # fmt: skip
    run.point("false_sharing/counters", "padded", 2, skip="needs two cores", placement="other_socket")
    run.experiment("contention/core_to_core", ("store",), metrics=(ONE_WAY, *BY_PAIR, TIME))
    by_pair = {"one_way_by_pair": {"values": [40.0, 44.0]}}
    run.point("contention/core_to_core", "store", 2, [42.0, 42.0], pairs=((0, 1), (1, 0)),
              placement="map_row", parameters={"row": 0}, metrics=by_pair)  # fmt: skip
    document = copy.deepcopy(run.document())  # tests change it in place, by index
    document["launches"].sort(key=lambda launch: (launch["point"], launch["round"]))
    for order, launch in enumerate(document["launches"]):
        launch["order"] = order
    document["launches"][0]["readings"]["cycles"] |= {
        "raw": [1, None], "enabled_ns": [10, None], "running_ns": [5, None], "empty": 3,
    }  # fmt: skip
    return document


def refusal(path: Path) -> str:
    """The one line with which `path` is refused."""
    with pytest.raises(InvalidRunFile) as caught:
        load(path)
    message = str(caught.value)
    assert message.startswith(str(path)[:50])
    assert message.isprintable(), "a control character in a terminal, or a second line"
    assert len(message) <= 400
    return message


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


def changed(document: dict[str, Any], place: tuple[Any, ...], value: Any) -> Any:
    """A copy of the document with another value in one place."""
    if not place:
        return value
    document = copy.deepcopy(document)
    target: Any = document
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return document
