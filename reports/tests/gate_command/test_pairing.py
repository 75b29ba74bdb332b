"""Which pairs are there, which of them count, and which way is worse?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from gate_command.fake_bench import two_sided

from latchmark.gate.stages.pairing import log_ratios, pairs_of
from latchmark.loading.building import run_of
from latchmark.model import Direction, Launch, LaunchStatus, Run, Unavailable
from latchmark.verdict import Pair

KEY = ("locks/mutex/plain/workers:1", "time_per_operation")
ROUNDS = 6


def pairs(
    change: Callable[[Launch], Launch | None] = lambda one: one, voids: dict[int, str] | None = None
) -> tuple[Pair, ...]:
    known: Run = run_of(two_sided(ROUNDS), "run.json")
    launches = tuple(one for launch in known.launches if (one := change(launch)) is not None)
    value = (KEY, lambda launch: launch.scalar(KEY[1]))
    return pairs_of(replace(known, launches=launches), 2, voids or {}, [value])[KEY]


def of_head_in(round_: int, launch: Launch) -> bool:
    return (launch.side, launch.round) == ("head", round_)


def test_the_warm_up_round_is_no_pair() -> None:
    assert [one.round for one in pairs()] == [1, 2, 3, 4, 5]
    assert all(one.stage == 2 and one.why is None for one in pairs())


def test_who_went_first_is_kept_and_balanced() -> None:
    assert {one.first for one in pairs()} == {"base", "head"}


def test_a_void_round_voids_the_pair() -> None:
    assert [one.why for one in pairs(voids={3: "steal"})] == [None, None, "steal", None, None]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _: None, "head was not launched"),
        (lambda launch: replace(launch, status=LaunchStatus.CRASHED, why="SIGSEGV"), "head crashed: SIGSEGV"),
        (
            lambda launch: replace(launch, metrics={KEY[1]: Unavailable("no clock")}),
            "head has no value: no clock",
        ),
        (
            lambda launch: replace(launch, disturbance={"migrated_windows": (1.0,)}),
            "a worker of head was moved to another CPU",
        ),
    ],
)
def test_a_lost_launch_costs_its_pair(change: Callable[[Launch], Launch | None], why: str) -> None:
    found = pairs(lambda launch: change(launch) if of_head_in(4, launch) else launch)
    assert [one.why for one in found] == [None, None, None, why, None]


def test_positive_is_worse_and_what_does_not_count_has_no_ratio() -> None:
    some = (
        Pair(0, 1, "base", 2.0, 3.0),
        Pair(0, 2, "base", 2.0, 3.0, "void"),
        Pair(0, 3, "base", 0.0, 3.0),
        Pair(0, 4, "base", None, 3.0),
    )
    assert log_ratios(some, Direction.LOWER) == pytest.approx((math.log(1.5),))
    assert log_ratios(some, Direction.HIGHER) == pytest.approx((-math.log(1.5),))
