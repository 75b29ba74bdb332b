"""Does a run file become exactly the run it describes?"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from described_run import DescribedRun, write_run
from quick_run import quick_run
from small_run import changed, refusal, small_run

from latchmark.loading import load
from latchmark.loading.contract import SCHEMA_FILE
from latchmark.model import (
    Histogram,
    LaunchStatus,
    Matrix,
    Placement,
    Purpose,
    ReadingStatus,
    Run,
    Team,
    Unavailable,
    Vector,
)

Load = Callable[[dict[str, Any]], Run]


def test_the_described_runs_keep_the_schema() -> None:
    # Against another validator than the one in use, so that a mistake in one shows.
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    for document in (quick_run(), small_run()):
        jsonschema.validate(document, schema)


def test_every_value_arrives(loaded: Load) -> None:
    run = loaded(small_run())
    assert (run.preset, run.rounds, run.seed, run.resumed) == ("quick", 2, "18446744073709551615", 0)
    assert run.machine.soft_key["governor"] == Unavailable("no cpufreq in this machine (virtual machine?)")
    assert run.machine.topology.cpus[1].os_id == 1
    assert [role.is_available for role in run.counters.roles] == [True, False]
    assert run.experiments[0].axes[0].values == (8.0, 64.0)
    assert run.experiments[0].headline.name == "time_per_operation"
    assert run.experiments[0].family == "false_sharing"

    packed, padded, _ = run.points
    assert (packed.team, packed.placement, packed.purpose) == (
        Team.THREADS,
        Placement.SPREAD,
        Purpose.THROUGHPUT,
    )
    assert packed.parameters == (("stride", 64.0),)
    assert padded.skip == "needs two cores"
    assert run.launches_of(padded) == ()
    assert run.experiment_of(packed) is run.experiments[0]

    first, second = sorted(run.launches_of(packed), key=lambda launch: launch.round)
    assert first.scalar("time_per_operation") == 36.0
    assert first.metrics["share"] == Vector((0.25, 0.75))
    assert first.metrics["map"] == Matrix(((None, 1.5), (2.0, None)))
    assert first.metrics["latency"] == Histogram((0.0, 8.0), (8.0, 16.0), (3, 4), 14.5, 1.0)
    assert first.readings["cycles"].status is ReadingStatus.COUNTED
    assert first.per_operation("cycles") == pytest.approx(100.0)
    assert isinstance(first.per_operation("cross_core_loads"), Unavailable)
    assert first.disturbance["migrated_windows"] == (0.0, None)
    assert first.disturbance["steal_share"] == 0.25
    # Of a file from before tasks were counted.
    for disturbance in (first.disturbance, run.disturbance):
        assert disturbance["tasks_started"] == Unavailable("not recorded")
    assert isinstance(first.scalar("latency"), Unavailable)
    assert isinstance(first.scalar("unknown"), Unavailable)
    assert second.status is LaunchStatus.TIMED_OUT
    assert second.scalar("time_per_operation") == Unavailable("launch timed out: took longer than 10 s")
    assert isinstance(second.per_operation("cycles"), Unavailable)


def test_members_that_older_files_lack_arrive(loaded: Load) -> None:
    run = loaded(small_run())
    counters, cores = run.experiments
    assert [variant.baseline for variant in counters.variants] == [None, "padded"]
    assert [variant.parts for variant in counters.variants] == [("reader", "writer"), ()]
    assert [counters.axes[0].concerns(name) for name in ("padded", "packed")] == [False, True]
    assert (counters.baseline_is_floor, cores.baseline_is_floor) == (True, False)
    assert cores.headline.name == "one_way"
    row = run.points[2]
    assert (row.is_map_row, row.pairs) == (True, ((0, 1), (1, 0)))
    assert run.launches_of(row)[0].metrics["one_way_by_pair"] == Vector((40.0, 44.0))


def test_files_without_these_members_still_load(quick: Run) -> None:
    assert all(variant.baseline is None for one in quick.experiments for variant in one.variants)
    assert not any(one.baseline_is_floor for one in quick.experiments)
    assert all(point.pairs == () for point in quick.points)


def test_workers_of_a_part_have_a_share_among_themselves(loaded: Load, tmp_path: Path) -> None:
    run = DescribedRun(rounds=1)
    run.experiment("contention/reader_writer", ("mutex",), parts={"mutex": ("reader", "writer")})
    run.point("contention/reader_writer", "mutex", 3, 5.0, metrics={"share": {"values": [0.4, 0.6]}})
    document = run.document()
    assert loaded(document).launches[0].metrics["share"] == Vector((0.4, 0.6))
    for values in ([], [0.25] * 4):
        share = changed(document, ("launches", 0, "metrics", "share", "values"), values)
        assert f"has {len(values)} items for 3 workers" in refusal(write_run(share, tmp_path / "run.json"))


def test_the_headline_is_the_time_wherever_it_stands(loaded: Load) -> None:
    document = small_run()
    metrics = document["experiments"][0]["metrics"]
    metrics[:] = [{**metrics[0], "name": "start_skew", "direction": "none"}, *metrics[::-1]]
    assert loaded(document).experiments[0].headline.name == "time_per_operation"
    metrics[:] = [metrics[0], {**metrics[0], "name": "throughput", "direction": "higher"}, *metrics[1:-1]]
    document["launches"] = []
    assert loaded(document).experiments[0].headline.name == "throughput"


def test_a_gzipped_run_is_the_same_run(tmp_path: Path) -> None:
    plain = write_run(small_run(), tmp_path / "run.json")
    packed = tmp_path / "run.json.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert load(packed).launches == load(plain).launches
    packed.write_bytes(gzip.compress(plain.read_bytes())[:-20])
    assert "damaged gzip" in refusal(packed)


def test_the_ends_of_the_range_load(loaded: Load) -> None:
    document = changed(small_run(), ("launches", 0, "metrics", "share", "values"), [1e-30, -1e30])
    assert loaded(document).launches[0].metrics["share"] == Vector((1e-30, -1e30))


def test_readings_are_of_the_counted_windows(loaded: Load) -> None:
    document = small_run()
    launch = document["launches"][0]
    launch["windows"]["operations"] = [[1000, 2000], [30, 70]]
    launch["readings"]["cycles"] |= {"value": 500, "per_worker": [200, 300]}
    assert loaded(document).launches[0].per_operation("cycles") == 500 / 3100
    launch["windows"]["counted_from"] = 1
    assert loaded(document).launches[0].per_operation("cycles") == 5.0


def test_markup_in_every_string_is_kept_as_text(loaded: Load) -> None:
    hostile = "</script><script>alert(1)</script>'\"&<!--"
    document = small_run()
    document["machine"]["alias"] = hostile
    document["experiments"][0]["question"] = hostile
    document["experiments"][0]["variants"][1]["name"] = hostile
    document["experiments"][0]["axes"][0]["variants"] = [hostile]
    document["points"][0]["variant"] = document["points"][0]["name"] = hostile
    run = loaded(document)
    assert run.machine.alias == run.points[0].variant == run.experiments[0].question == hostile
