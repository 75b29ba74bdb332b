"""Does a noise floor come back from its file, widen margins, and expire?"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gate_policy.stored_runs import ALONE, SHARED, stored
from hypothesis import given
from hypothesis import strategies as some

from latchmark.errors import WrongUsage
from latchmark.gate.calibration.floor import (
    Floor,
    PointFloor,
    count_floor,
    expiry_facts,
    floor_text,
    limits_with,
    load_floor,
    why_expired,
)
from latchmark.model import Run
from latchmark.verdict import Grade, Limits

Load = Callable[[dict[str, Any]], Run]

TIME = PointFloor(ALONE, "time_per_operation", 60, 0.05, ((20, 0.03), (40, 0.02), (100, 0.013)), 0.04)
COUNT = PointFloor(ALONE, "instructions", 60, 0.0001, (), 0.0, Grade.DETERMINISTIC, 0.0002)
FLOOR = Floor(
    machine="xeon-2c-1s",
    hard_key_hash="8a1f6b2c4d5e6f70",
    calibrated_on=date(2026, 1, 31),
    facts=(
        ("kernel", "6.1.0"),
        ("microcode", "0x2b000590"),
        ("compiler", "GCC 12.2.0"),
        ("suite version", "0.1.0"),
    ),
    voided=0.025,
    points=(TIME, COUNT),
)
ASKED = Limits(limit=0.03, margin=0.02, tolerated=0.10)


def test_a_margin_is_not_below_what_layout_alone_does() -> None:
    assert limits_with(FLOOR, ALONE, "time_per_operation", ASKED) == Limits(0.03, math.expm1(0.04), 0.10)
    quiet = replace(FLOOR, points=(replace(TIME, layout=0.01),))
    assert limits_with(quiet, ALONE, "time_per_operation", ASKED) == ASKED
    for floor, point in ((None, ALONE), (FLOOR, SHARED), (replace(FLOOR, points=()), ALONE)):
        assert limits_with(floor, point, "time_per_operation", ASKED) == ASKED
    unknown = replace(FLOOR, points=(replace(TIME, layout=None),))
    assert limits_with(unknown, ALONE, "time_per_operation", ASKED) == ASKED


def test_a_counts_floor_is_its_variation_or_what_layout_does() -> None:
    assert count_floor(FLOOR, ALONE, "instructions") == 0.0002
    moved = replace(FLOOR, points=(replace(COUNT, layout=0.003),))
    assert count_floor(moved, ALONE, "instructions") == math.expm1(0.003)
    assert count_floor(FLOOR, ALONE, "time_per_operation") is None
    assert count_floor(None, ALONE, "instructions") is None


def test_a_floor_holds_for_its_machine_for_thirty_days(loaded: Load) -> None:
    run = loaded(stored())
    assert expiry_facts(run) == FLOOR.facts
    assert why_expired(FLOOR, run, date(2026, 1, 31)) is None
    assert why_expired(FLOOR, run, date(2026, 3, 2)) is None
    assert why_expired(FLOOR, run, date(2026, 3, 3)) == (
        "the noise floor is 31 days old, more than 30: calibrate again"
    )
    assert why_expired(FLOOR, run, date(2026, 1, 30)) is None  # time zones
    told = why_expired(FLOOR, run, date(2026, 1, 29))
    assert told is not None
    assert "is dated 2026-01-31, after today" in told


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("machine", "hard_key_hash"), "is of another machine (xeon-2c-1s)"),
        (("machine", "soft_key", "kernel"), "with kernel 6.1.0, not other"),
        (("machine", "soft_key", "microcode"), "with microcode 0x2b000590, not other"),
        (("suite", "compiler"), "with compiler GCC 12.2.0, not other"),
        (("suite", "version"), "with suite version 0.1.0, not other"),
    ],
)
def test_a_floor_expires_with_what_it_rests_on(loaded: Load, place: tuple[str, ...], said: str) -> None:
    document = stored()
    part = document
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = "other"
    told = why_expired(FLOOR, loaded(document), date(2026, 1, 31))
    assert told is not None
    assert said in told


shares = some.one_of(some.none(), some.floats(0, 3).map(lambda share: round(share, 6)))
points = some.builds(
    PointFloor,
    point=some.sampled_from([ALONE, SHARED]),
    metric=some.sampled_from(["time_per_operation", "instructions", "<b>\n"]),
    pairs=some.integers(0, 1000),
    spread=shares,
    strays=some.lists(
        some.tuples(some.integers(1, 100), some.floats(0, 3).map(lambda share: round(share, 6))), max_size=3
    ).map(tuple),
    layout=shares,
    grade=some.one_of(some.none(), some.sampled_from(Grade)),
    variation=shares,
    day_spread=shares,
)


@given(
    some.builds(
        Floor,
        machine=some.text(some.characters(blacklist_categories=("Cs",))),
        hard_key_hash=some.text("abcdef0123456789", min_size=1),
        calibrated_on=some.dates(),
        facts=some.dictionaries(some.sampled_from(["kernel", "compiler"]), some.sampled_from(["a", "b"])).map(
            lambda facts: tuple(facts.items())
        ),
        voided=some.floats(0, 1).map(lambda share: round(share, 6)),
        points=some.lists(points, max_size=3, unique_by=lambda one: (one.point, one.metric)).map(tuple),
        days=some.integers(0, 100),
    )
)
def test_a_floor_comes_back_from_its_file(tmp_path_factory: pytest.TempPathFactory, floor: Floor) -> None:
    path = tmp_path_factory.mktemp("floor") / "floor.json"
    path.write_text(floor_text(floor), "utf-8")
    assert load_floor(path) == floor
    assert floor_text(load_floor(path)) == floor_text(floor)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "latchmark.floor/2"}, "written by a newer latchmark"),
        ({"schema": "latchmark.run/1"}, "this is not a latchmark floor"),
        ({"calibrated_on": "2026-02-31"}, "calibrated_on: day is out of range"),
        ({"days": -1}, "days"),
        ({"voided_share": 2}, "voided_share"),
        ({"more": 1}, "more"),
        ({"points": [{"point": ALONE}]}, "points"),
    ],
)
def test_a_broken_floor_is_refused_with_its_place(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "floor.json"
    path.write_text(json.dumps(json.loads(floor_text(FLOOR)) | change), "utf-8")
    with pytest.raises(WrongUsage, match=f"^{path}: .*{said}"):
        load_floor(path)


def test_a_point_is_there_once(tmp_path: Path) -> None:
    path = tmp_path / "floor.json"
    path.write_text(floor_text(replace(FLOOR, points=(TIME, TIME))), "utf-8")
    with pytest.raises(WrongUsage, match="points: the same point and metric are there twice"):
        load_floor(path)
    with pytest.raises(WrongUsage, match="cannot be read"):
        load_floor(tmp_path / "absent.json")
