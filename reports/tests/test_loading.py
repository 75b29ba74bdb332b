"""Does a run file become exactly the run it describes, and anything else one line?"""

from __future__ import annotations

import copy
import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from counted_run import control
from described_run import BY_PAIR, ONE_WAY, TIME, DescribedRun, quick_run, write_run
from hypothesis import given
from hypothesis import strategies as st

from latchmark.errors import InvalidRunFile
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
    assert isinstance(first.scalar("latency"), Unavailable)
    assert isinstance(first.scalar("unknown"), Unavailable)
    assert second.status is LaunchStatus.TIMED_OUT
    assert second.scalar("time_per_operation") == Unavailable("launch timed_out: took longer than 10 s")
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


CHANGES: list[tuple[tuple[Any, ...], Any, str]] = [
    ((), [], "holds a JSON array, not a latchmark run"),
    (("schema",), "latchmark.run/2", "written by a newer latchmark"),
    (("schema",), "latchmark.plan/1", "not a latchmark run"),
    (("schema",), 7, "not a latchmark run"),
    (("run", "rounds"), "six", "run.rounds: must be integer"),
    (("run", "seed"), "-1", "run.seed: must match pattern"),
    (("run", "sides"), [{"name": "a", "build_id": ""}] * 2, "run.sides[1].name: 'a' is there twice"),
    (("unheard",), 1, "must not contain"),
    (("machine", "clock", "read_ns"), 0, "machine.clock.read_ns: must be bigger than 0"),
    (("machine", "hard_key", "vendor"), 7, "machine.hard_key.vendor"),
    (("experiments", 0, "baseline"), "nobody", "experiments[0].baseline: 'nobody' is no variant of this run"),
    (("experiments", 0, "ties_at_one_worker"), ["x"], "experiments[0].ties_at_one_worker[0]"),
    (("experiments", 0, "variants", 1, "name"), "padded", "variants[1].name: 'padded' is there twice"),
    (("points", 0, "experiment"), "x/y", "points[0].experiment: 'x/y' is no experiment"),
    (("points", 0, "variant"), "x", "points[0].variant: 'x' is no variant"),
    (("points", 0, "cpus"), [0], "points[0].cpus: names 1 CPUs for 2 workers"),
    (("points", 0, "team"), "fibres", "points[0].team: must be one of"),
    (("points", 0, "workers"), 10**30, "points[0].workers: is larger than 64 bits"),
    (("launches", 0, "point"), 3, "launches[0].point: is 3, but there are 3 points"),
    (("launches", 0, "point"), 1, "was skipped: needs two cores"),
    (("launches", 0, "side"), "base", "launches[0].side: 'base' is no side"),
    (("launches", 1, "round"), 0, "launches[1]: measures the same point, side and round as launches[0]"),
    (("launches", 1, "order"), 0, "launches[1].order: is 0, which is also the order of launches[0]"),
    (("launches", 0, "metrics", "time_per_operation", "value"), "fast",
     "launches[0].metrics.time_per_operation.value: must be number"),
    (("launches", 0, "metrics", "time_per_operation", "value"), 10**400, "is too large: only numbers"),
    (("launches", 0, "metrics", "time_per_operation"), {"values": [1.0, 2.0]}, "is a vector, but"),
    (("launches", 0, "metrics", "time_per_operation"), {"value": 1, "why": "x"}, "must contain less than"),
    (("launches", 0, "metrics", "unheard"), {"value": 1}, "defines no such metric"),
    (("launches", 0, "metrics", "share", "values"), [1.0], "has 1 items for 2 workers"),
    (("launches", 2, "metrics", "one_way_by_pair", "values"), [1.0], "has 1 items for 2 pairs"),
    (("experiments", 0, "variants", 1, "baseline"), "best", "variants[1].baseline: 'best' is no variant"),
    (("experiments", 0, "variants", 1, "baseline"), 7, "variants[1].baseline: must be string or null"),
    (("experiments", 0, "variants", 0, "parts"), "reader", "variants[0].parts: must be array"),
    (("experiments", 0, "axes", 0, "variants"), ["best"], "axes[0].variants[0]: 'best' is no variant"),
    (("experiments", 0, "baseline_is_floor"), "yes", "baseline_is_floor: must be boolean"),
    (("experiments", 0, "scales"), 1, "scales: must be boolean"),
    (("points", 2, "pairs"), [], "points[2].pairs: must contain at least 1 items"),
    (("points", 2, "pairs", 1), [1], "points[2].pairs[1]: must contain at least 2 items"),
    (("points", 2, "pairs", 1), [1, -2], "points[2].pairs[1][1]: must be bigger than or equal to 0"),
    (("points", 2, "pairs", 1), [1, 2**70], "points[2].pairs: is larger than 64 bits"),
    (("launches", 0, "metrics", "map", "matrix"), [[1], [1, 2]], "has rows of different lengths"),
    (("launches", 0, "metrics", "map", "matrix"), [[1, "2"]], "metrics.map.matrix[0][1]: must be a number"),
    (("launches", 0, "metrics", "latency", "histogram", "counts"), [1], "of different lengths"),
    (("launches", 0, "metrics", "latency", "histogram", "lower_ns"), [8, 0], "has buckets out of order"),
    (("launches", 0, "windows", "overlap"), [0.9], "of different lengths"),
    (("launches", 0, "windows", "counted_from"), 2, "windows.counted_from: is 2, but there are 2 windows"),
    (("launches", 0, "windows", "counted_from"), -1, "windows.counted_from: must be bigger"),
    (("launches", 0, "windows", "operations", 1), [1], "windows.operations[1]: has 1 items for 2 workers"),
    (("launches", 0, "windows", "operations", 1), [1, -1], "operations[1][1]: must be a whole"),
    (("launches", 0, "windows", "operations", 1), [1, True], "operations[1][1]: must be a whole"),
    (("launches", 0, "windows", "elapsed_ns", 0), [1, 1.5], "elapsed_ns[0][1]: must be a whole"),
    (("launches", 0, "windows", "elapsed_ns", 0), [1, 2**63], "elapsed_ns[0][1]: must be a whole"),
    (("launches", 0, "readings", "cycles", "per_worker"), [1], "readings.cycles.per_worker: has 1 items"),
    (("launches", 0, "readings", "cycles", "per_worker"), [1, None], "cycles.value: is a number, though"),
    (("launches", 0, "readings", "cycles", "per_worker"), [1, "2"], "per_worker[1]: must be a number"),
    (("launches", 0, "readings", "cycles", "status"), "no_pmu", "cycles.value: is a number, though"),
    (("launches", 0, "readings", "cycles", "status"), "guessed", "readings.cycles.status: must be one of"),
    (("launches", 0, "disturbance", "steal_share"), "much", "disturbance.steal_share: must be"),
    (("launches", 0, "disturbance", "migrated_windows"), [0, [0]], "migrated_windows[1]: must be a number"),
    (("launches", 0, "cost", "wall_ns"), None, "cost.wall_ns: must be number"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "what"), CHANGES)
def test_what_breaks_the_contract_is_named(
    tmp_path: Path, place: tuple[Any, ...], value: Any, what: str
) -> None:
    assert what in refusal(write_run(changed(small_run(), place, value), tmp_path / "run.json"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "not JSON"),
        ("\ufeff{}", "not JSON"),
        ("{} {}", "not JSON"),
        ('{"schema": NaN}', "NaN is not a JSON number"),
        ('{"schema": -Infinity}', "-Infinity is not a JSON number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("7" * 100_000, "not JSON"),
    ],
)
def test_what_is_not_strict_json(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, "utf-8")
    assert what in refusal(path)


def test_numbers_that_read_as_infinity_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(small_run()).replace("36.0", "1e999", 1), "utf-8")
    assert "launches[0].metrics.time_per_operation.value: is too large" in refusal(path)
    document = small_run()
    document["launches"][0]["windows"]["overlap"] = [0.9, 0.123454321]
    path.write_text(json.dumps(document).replace("0.123454321", "1e999"), "utf-8")
    assert "windows.overlap[1]: is too large" in refusal(path)


@pytest.mark.parametrize(
    ("number", "size"), [(1.1e30, "large"), (1.7e308, "large"), (9e-31, "small"), (5e-324, "small")]
)
def test_numbers_that_no_sum_could_hold_are_refused(tmp_path: Path, number: float, size: str) -> None:
    for place in (
        ("metrics", "time_per_operation", "value"),
        ("metrics", "share", "values", 1),
        ("metrics", "map", "matrix", 1, 0),
        ("windows", "overlap", 0),
        ("cost", "wall_ns"),
    ):
        document = changed(small_run(), ("launches", 0, *place), number)
        assert f"is too {size}: only numbers from" in refusal(write_run(document, tmp_path / "run.json"))


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


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(b'{"schema": "\xff\xfe"}')
    assert "not UTF-8" in refusal(path)
    # Half of a surrogate pair is JSON, but no page could be written with it.
    path.write_text(json.dumps(small_run()).replace("xeon-2c-1s", "\\ud800", 1), "utf-8")
    assert "not UTF-8" in refusal(path)
    path.write_text(json.dumps(small_run()).replace('"0123abcd"', '"\\ud83d\\ude00"', 1), "utf-8")
    assert load(path).suite.commit == "😀"


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    assert "No such file" in refusal(tmp_path / "absent.json")
    assert "directory" in refusal(tmp_path)


def test_too_large_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    with open(path, "wb") as file:
        file.truncate(2 << 30)  # two sparse gigabytes: reading them would take this test's memory
    tracemalloc.start()
    assert "larger than 200 MiB" in refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()
    bomb = write_run(small_run(), tmp_path / "bomb.json")
    bomb.write_bytes(gzip.compress(b" " * 3_000_000))
    with pytest.raises(InvalidRunFile, match="larger than 1 MiB"):
        load(bomb, largest_bytes=1 << 20)


def test_a_run_cut_off_anywhere_is_one_line(tmp_path: Path) -> None:
    content = write_run(quick_run(), tmp_path / "run.json").read_bytes()
    for length in range(0, len(content), 1024):
        path = tmp_path / "cut.json"
        path.write_bytes(content[:length])
        assert "not JSON (cut short?)" in refusal(path)


HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**400), 10**400), st.floats(allow_nan=False),
    st.text(max_size=20), st.sampled_from(["</script>", "\x00\x1b[2J", "a\nb", "\u202e", "'\"<!--<script>"]),
    st.just([]), st.just({}), st.just({"why": "because"}), st.just([[1, None], "x"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "run.json"


@given(data=st.data())
def test_a_changed_document_loads_or_is_one_line(scratch: Path, data: st.DataObject) -> None:
    document: Any = small_run()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(sorted(places(document), key=repr)))
        document = changed(document, place, data.draw(HOSTILE))
        if not isinstance(document, dict):
            break
    write_run(document, scratch)
    try:
        assert isinstance(load(scratch), Run)
    except InvalidRunFile:
        refusal(scratch)


@given(data=st.data())
def test_a_document_without_one_member_loads_or_is_one_line(scratch: Path, data: st.DataObject) -> None:
    document = small_run()
    place = data.draw(st.sampled_from([place for place in places(document) if place]))
    target: Any = document
    for key in place[:-1]:
        target = target[key]
    del target[place[-1]]
    write_run(document, scratch)
    try:
        load(scratch)
    except InvalidRunFile:
        refusal(scratch)


@given(content=st.binary(max_size=300))
def test_any_bytes_are_one_line(scratch: Path, content: bytes) -> None:
    for prefix in (b"", b"\x1f\x8b", b'{"schema":"latchmark.run/1",'):
        scratch.write_bytes(prefix + content)
        refusal(scratch)


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
