"""Is a file that is no run, or a damaged one, refused with one line that names what is wrong?"""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from described_run import write_run
from hypothesis import given
from hypothesis import strategies as st
from quick_run import quick_run
from small_run import changed, places, refusal, small_run

from latchmark.errors import InvalidRunFile
from latchmark.loading import load
from latchmark.model import Run

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
