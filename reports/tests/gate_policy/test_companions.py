"""Is a slowdown told with what went with it, causes first, and with nothing that did not?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from counted_run import counted_run
from described_run import SHARES, TIME, DescribedRun

from latchmark.gate.counts.companions import companions_of
from latchmark.model import Launch, Run
from latchmark.statistics import measures_of

Load = Callable[[dict[str, Any]], Run]


def launches(run: Run, point: int = 0) -> tuple[Launch, ...]:
    return tuple(sorted(run.launches_of(run.points[point]), key=lambda one: one.round))


@pytest.fixture
def sharing(loaded: Load) -> Run:
    return loaded(counted_run(script=None).document())


def names(run: Run, base: int, head: int, *, measures: bool) -> list[str]:
    """What went with a change from one point of the run to another."""
    point = run.points[head]
    found = companions_of(
        launches(run, base),
        launches(run, head),
        point,
        run.experiment_of(point),
        measures_of(run) if measures else (),
    )
    return [one.name for one in found]


def test_causes_come_before_counts_and_followers_are_left_out(sharing: Run) -> None:
    # From padded to packed with two workers: lines move, and everything else follows.
    packed, padded = 3, 1
    # Four launches of each counter group are too few for an interval: only what all count is left.
    assert "task_clock" in names(sharing, padded, packed, measures=True)
    assert "cross_core_transfers" not in names(sharing, padded, packed, measures=True)
    more = [*launches(sharing, padded)] * 2, [*launches(sharing, packed)] * 2
    point = sharing.points[packed]
    found = companions_of(*more, point, sharing.experiment_of(point), measures_of(sharing))
    assert found[0].name == "cross_core_transfers"
    assert found[0].ratio == pytest.approx(97.0)
    assert found[0].sentence == (
        "cross-core transfers went with it: 0.970 against 0.0100 lines per operation, 97.0× [97.0, 97.0]"
    )
    assert not {"cycles", "instructions", "ipc"} & {one.name for one in found}
    plain = companions_of(*more, point, sharing.experiment_of(point))
    assert plain[0].name == "stalls_store_bound"
    assert "cycles" not in {one.name for one in plain}


def two_points(spread: float = 0.01, rounds: int = 12, **second: Any) -> dict[str, Any]:
    """A point, and the same one as it would be after a change."""
    described = DescribedRun(rounds=rounds)
    for role in ("instructions", "cross_core_loads"):
        described.role(role, "counted", None, "generic")
    latency = TIME | {"name": "drain_time"}
    described.experiment("pools/dispatch", ("before", "after"), metrics=(TIME, SHARES, latency))
    usual: dict[str, Any] = {
        "readings_per_operation": {"instructions": 10.0, "cross_core_loads": 0.5},
        "scalars": {"drain_time": 100.0},
    }
    described.point("pools/dispatch", "before", 2, 20.0, spread=spread, **usual)
    described.point("pools/dispatch", "after", 2, 30.0, spread=spread, **(usual | second))
    return described.document()


def test_a_follower_is_shown_where_nothing_else_moved(loaded: Load) -> None:
    more = {"instructions": 14.0, "cross_core_loads": 0.5}
    assert names(loaded(two_points(readings_per_operation=more)), 0, 1, measures=False) == ["instructions"]
    both = {"instructions": 14.0, "cross_core_loads": 0.7}
    assert names(loaded(two_points(readings_per_operation=both)), 0, 1, measures=False) == [
        "cross_core_loads"
    ]


def test_other_metrics_are_companions_too(loaded: Load) -> None:
    run = loaded(two_points(scalars={"drain_time": 150.0}))
    point = run.points[1]
    (found,) = companions_of(launches(run, 0), launches(run, 1), point, run.experiment_of(point))
    assert found.name == "drain_time"
    assert found.sentence.startswith("drain time went with it: 15")
    assert found.low is not None
    assert found.low > 1.4


@pytest.mark.parametrize(
    "second",
    [
        {},
        {"readings_per_operation": {"instructions": 10.1, "cross_core_loads": 0.5}},  # 1 % is no companion
        {"scalars": {"drain_time": "nothing was queued"}},
    ],
)
def test_what_did_not_move_is_not_told(loaded: Load, second: dict[str, Any]) -> None:
    assert names(loaded(two_points(**second)), 0, 1, measures=False) == []


def test_estimates_and_tiny_counts_explain_nothing(loaded: Load) -> None:
    document = two_points(readings_per_operation={"instructions": 10.0, "cross_core_loads": 0.7})
    for launch in document["launches"]:
        launch["readings"]["cross_core_loads"] |= {"status": "scaled", "running_share": 0.5}
    assert names(loaded(document), 0, 1, measures=False) == []
    tiny = two_points(readings_per_operation={"instructions": 10.0, "cross_core_loads": 0.002})
    for launch in tiny["launches"]:
        if launch["point"] == 0:
            launch["readings"]["cross_core_loads"]["value"] *= 0.001 / 0.5
    assert names(loaded(tiny), 0, 1, measures=False) == []
