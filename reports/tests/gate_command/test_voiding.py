"""Which rounds does the machine call disturbed, against the run's own, and never for a measured value?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from gate_command.fake_bench import two_sided

from latchmark.gate.stages.voiding import off_its_cpu, voids_of
from latchmark.loading.building import run_of
from latchmark.model import Disturbance, Round, Run, Unavailable

ROUNDS = 21


def run(**disturbed: Any) -> Run:
    """A run whose rounds saw `disturbed` (a list by name, from round 0 on), quiet otherwise."""
    known: Run = run_of(two_sided(ROUNDS), "run.json")
    rounds = []
    for index in range(ROUNDS):
        seen = {name: float(values[index]) for name, values in disturbed.items() if name != "between_s"}
        between_s = disturbed.get("between_s", [0.001] * ROUNDS)[index]
        rounds.append(Round(index, 3.0 * index, 3.0 * index + 2.9, between_s, seen))
    return replace(known, rounds_seen=tuple(rounds))


def one(at: int, value: float, usual: float = 0.0) -> list[float]:
    return [value if index == at else usual for index in range(ROUNDS)]


def test_a_quiet_run_has_no_void_round() -> None:
    assert voids_of(run(steal_share=[0.0] * ROUNDS, foreign_load=[1.0] * ROUNDS)) == {}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("steal_share", 0.3, "the hypervisor took 30 %"),
        ("foreign_load", 5.0, "5.00 foreign threads were runnable"),
        ("between_s", 0.4, "0.400 s passed between launches"),
        ("throttle_count", 1.0, "throttled for its temperature"),
        ("cgroup_throttled_ns", 1e6, "ran out of its CPU time"),
    ],
)
def test_a_round_out_of_line_is_void(name: str, value: float, told: str) -> None:
    voids = voids_of(run(**{name: one(7, value)}))
    assert list(voids) == [7]
    assert told in voids[7]


def test_the_warm_up_round_is_not_judged() -> None:
    assert voids_of(run(steal_share=one(0, 0.5))) == {}


def test_what_is_usual_on_this_machine_is_not_out_of_line() -> None:
    steal = [0.05 * (index % 8) for index in range(ROUNDS)]
    assert voids_of(run(steal_share=steal)) == {}
    assert list(voids_of(run(steal_share=[*steal[:-1], 0.97]))) == [ROUNDS - 1]


def test_what_hurts_nobody_is_not_void_however_unusual() -> None:
    assert voids_of(run(steal_share=one(7, 0.019), foreign_load=one(8, 1.0), between_s=one(9, 0.04))) == {}


# Ticks are 10 ms: a short round in which none was stolen cannot say that nothing was.
@pytest.mark.parametrize(("stolen", "void"), [(0.3, [7]), (0.026, [])])
def test_a_short_round_is_held_against_what_can_hide_in_the_others(stolen: float, void: list[int]) -> None:
    known = run(steal_resolution=[0.026] * ROUNDS)
    rounds = [
        replace(seen, disturbance={**seen.disturbance, "steal_share": stolen}) if seen.round == 7 else seen
        for seen in known.rounds_seen
    ]
    assert list(voids_of(replace(known, rounds_seen=tuple(rounds)))) == void


def test_a_round_that_was_interrupted_is_void() -> None:
    known = run()
    torn = tuple(seen for seen in known.rounds_seen if seen.round != 4)
    assert voids_of(replace(known, rounds_seen=torn, resumed=1)) == {4: "the run was interrupted in it"}
    assert voids_of(replace(known, rounds_seen=torn)) == {}
    assert voids_of(replace(known, rounds_seen=(), resumed=1)) == {}


def test_a_stall_of_one_side_voids_the_round_for_both() -> None:
    known = run()
    stalled = [
        replace(launch, cost=replace(launch.cost, overhead_ns=5e8))
        if launch.cost is not None and (launch.round, launch.side, launch.point) == (4, "head", 0)
        else launch
        for launch in known.launches
    ]
    assert list(voids_of(replace(known, launches=tuple(stalled)))) == [4]


@pytest.mark.parametrize("loaded", ["base", "head"])
def test_a_load_that_goes_with_the_side_leaves_no_round(loaded: str) -> None:
    known = run()
    launches = tuple(
        replace(launch, disturbance={"foreign_load": 2.0 if launch.side == loaded else 0.0})
        for launch in known.launches
    )
    voids = voids_of(replace(known, launches=launches))
    assert list(voids) == list(range(1, ROUNDS))
    assert "the disturbance went with the side" in voids[1]


@pytest.mark.parametrize("loaded", ["base", "head"])
def test_a_load_beside_every_other_launch_of_a_side_leaves_no_round(loaded: str) -> None:
    known = run()
    launches = tuple(
        replace(
            launch,
            disturbance={"foreign_load": 1.0 if launch.side == loaded and launch.round % 5 < 2 else 0.0},
        )
        for launch in known.launches
    )
    assert list(voids_of(replace(known, launches=launches))) == list(range(1, ROUNDS))


def short_of(share: float | None) -> dict[str, Disturbance]:
    """What a stretch of so few ticks says that a zero could hide one of them."""
    told = Unavailable("too short to exclude steal: none seen in 70 ticks of 2 CPUs")
    return {"steal_share": told if share is None else share, "steal_resolution": 0.03}


def test_stolen_rounds_are_compared_with_those_too_short_to_exclude_steal() -> None:
    known = run()
    stolen = (3, 7, 11, 15)
    rounds = tuple(
        replace(one, disturbance=short_of(0.3 if one.round in stolen else None)) for one in known.rounds_seen
    )
    assert tuple(voids_of(replace(known, rounds_seen=rounds))) == stolen


def test_steal_beside_one_side_is_seen_in_launches_too_short_to_exclude_it() -> None:
    known = run()
    launches = tuple(
        replace(launch, disturbance=short_of(0.1 if launch.side == "head" else None))
        for launch in known.launches
    )
    voids = voids_of(replace(known, launches=launches))
    assert list(voids) == list(range(1, ROUNDS))
    assert "of the CPU time stolen beside head" in voids[1]


def test_a_load_that_comes_and_goes_by_itself_is_fair() -> None:
    known = run()
    launches = tuple(
        replace(launch, disturbance={"foreign_load": float(launch.order % 3)}) for launch in known.launches
    )
    assert voids_of(replace(known, launches=launches)) == {}


def test_a_measured_value_voids_nothing() -> None:
    known = run()
    launches = tuple(
        replace(launch, metrics={"time_per_operation": 1e6}) if launch.round == 5 else launch
        for launch in known.launches
    )
    assert voids_of(replace(known, launches=launches)) == {}


def test_a_worker_that_was_moved_is_off_its_cpu() -> None:
    launch = run().launches[0]
    assert not off_its_cpu(launch)
    assert off_its_cpu(replace(launch, disturbance={"migrated_windows": (0.0, 2.0)}))
