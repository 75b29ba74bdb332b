"""Whose fault is a lost launch, and when is it anybody's?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from gate_command.fake_bench import two_sided

from latchmark.gate.stages.lost import loss_of, lost_now_and_then
from latchmark.loading.building import run_of
from latchmark.model import Launch, LaunchStatus, Run, Unavailable
from latchmark.verdict import Word

ROUNDS = 21
METRIC = "time_per_operation"
POINT = "locks/mutex/plain/workers:1"
CRASHED, TIMED_OUT, WRONG = LaunchStatus.CRASHED, LaunchStatus.TIMED_OUT, LaunchStatus.VERIFY_FAILED


def run_with(lost: dict[str, tuple[LaunchStatus, int]]) -> Run:
    """A run in which so many of a side's first launches were lost."""
    known: Run = run_of(two_sided(ROUNDS), "run.json")

    def spoiled(launch: Launch) -> Launch:
        status, first = lost.get(launch.side, (LaunchStatus.OK, 0))
        if known.points[launch.point].name != POINT or launch.round >= first:
            return launch
        return replace(launch, status=status, why="a reason", metrics={}, windows=None)

    return replace(known, launches=tuple(spoiled(launch) for launch in known.launches))


@pytest.mark.parametrize(
    ("lost", "in_base"),
    [
        ({"head": (WRONG, 1)}, False),
        ({"head": (CRASHED, 2)}, False),
        ({"head": (CRASHED, ROUNDS)}, False),
        ({"head": (TIMED_OUT, 3)}, False),
        ({"head": (CRASHED, 5), "base": (CRASHED, 1)}, True),
        ({"head": (WRONG, 1), "base": (TIMED_OUT, 1)}, False),  # a busy machine excuses no wrong work
        ({"head": (CRASHED, 5), "base": (TIMED_OUT, 1)}, False),
        ({"base": (CRASHED, 2)}, True),
        ({"base": (WRONG, 1), "head": (WRONG, 1)}, True),
    ],
)
def test_a_side_that_fails_ends_as_an_error(lost: dict[str, tuple[LaunchStatus, int]], in_base: bool) -> None:
    loss = loss_of([run_with(lost)], POINT, METRIC)
    assert loss is not None
    assert (loss.word, loss.fails_in_base) == (Word.ERROR, in_base)
    assert "a reason" in loss.because


@pytest.mark.parametrize("lost", [(CRASHED, 1), (TIMED_OUT, 2)])
def test_a_launch_now_and_then_is_a_caution(lost: tuple[LaunchStatus, int]) -> None:
    runs = [run_with({"head": lost})]
    assert loss_of(runs, POINT, METRIC) is None
    assert lost_now_and_then(runs, POINT) == (f"{POINT}: lost {lost[1]} of 21 launches of head (a reason)")


def test_few_launches_are_not_lost_by_one_or_two() -> None:
    known = run_with({"head": (TIMED_OUT, 2)})
    few = tuple(launch for launch in known.launches if launch.round < 6)
    assert loss_of([replace(known, launches=few)], POINT, METRIC) is None


def test_timeouts_are_counted_over_all_stages() -> None:
    runs = [run_with({"head": (TIMED_OUT, 3)}), run_with({})]
    assert loss_of(runs, POINT, METRIC) is None


def test_a_point_that_loses_nothing_has_no_caution() -> None:
    assert lost_now_and_then([run_with({})], POINT) is None


@pytest.mark.parametrize(("side", "in_base"), [("head", False), ("base", True)])
def test_a_side_without_launches_is_missing(side: str, in_base: bool) -> None:
    known = run_with({})
    launches = tuple(launch for launch in known.launches if launch.side != side)
    loss = loss_of([replace(known, launches=launches)], POINT, METRIC)
    assert loss is not None
    assert (loss.word, loss.fails_in_base) == (Word.MISSING, in_base)


def test_a_side_that_never_has_a_value_fails() -> None:
    known = run_with({})
    launches = tuple(
        replace(launch, metrics={METRIC: Unavailable("no clock")}) if launch.side == "head" else launch
        for launch in known.launches
    )
    loss = loss_of([replace(known, launches=launches)], POINT, METRIC)
    assert loss is not None
    assert loss.word is Word.ERROR
    assert "no clock" in loss.because


@pytest.mark.parametrize("time_ns", [0.0, -1.0, 0.04])
def test_a_time_that_no_cpu_can_reach_is_suspect(time_ns: float) -> None:
    known = run_with({})
    launches = tuple(
        replace(launch, metrics={METRIC: time_ns}) if launch.round == 3 else launch
        for launch in known.launches
    )
    loss = loss_of([replace(known, launches=launches)], POINT, METRIC)
    assert loss is not None
    assert loss.word is Word.SUSPECT
