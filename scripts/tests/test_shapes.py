"""Is a shape missed where the run does not show it, or shows its opposite, and nowhere else?"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import shapes

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "reports" / "tests"))

from described_run import DescribedRun, write_run
from standard_run import axis, standard_run

from latchmark.statistics import Interval


def lines(
    run: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, str]]:
    """The exit code, and the answer by name of the shape."""
    code = shapes.main([str(write_run(run, folder / "run.json"))])
    told = capsys.readouterr().out.splitlines()
    assert len(told) == len(shapes.SHAPES)
    return code, {line[8:].partition(":")[0]: line.split()[0] for line in told}


def test_a_run_with_all_shapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = lines(standard_run(rounds=6), tmp_path, capsys)
    assert code == 0
    assert set(told.values()) == {"ok"}


def counters(ratios: Sequence[float]) -> dict[str, Any]:
    """Two counters on one line; `ratios` of two workers to one, by round."""
    run = DescribedRun(rounds=len(ratios))
    run.experiment("false_sharing/counters", ("padded_128", "packed"))
    for variant in ("padded_128", "packed"):
        run.point("false_sharing/counters", variant, 1, [5.0] * len(ratios))
        run.point("false_sharing/counters", variant, 2, [5.0 * ratio for ratio in ratios])
    return run.document()


@pytest.mark.parametrize(
    ("ratios", "padded", "packed"),
    [
        ([1.0] * 6, "ok", "NO"),
        ([7.0] * 6, "NO", "ok"),
        ([0.8] * 6, "NO", "NO"),
        # An interval that spans all answers refutes flatness no more than it shows sharing.
        ([0.9, 7.0] * 3, "ok", "NO"),
        ([7.0] * 5, "absent", "absent"),
    ],
)
def test_flat_and_not_flat(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ratios: list[float], padded: str, packed: str
) -> None:
    code, told = lines(counters(ratios), tmp_path, capsys)
    assert (told["padded scales"], told["packed does not"]) == (padded, packed)
    assert code == int("NO" in (padded, packed))
    assert told["partition <= striped_padded"] == "absent"


@pytest.mark.parametrize(
    ("expectation", "interval", "is_missed"),
    [
        (shapes.IS_NOT_HIGHER, Interval(1.01, 1.2), True),
        (shapes.IS_NOT_HIGHER, Interval(0.99, 1.2), False),
        (shapes.COLLAPSES, Interval(2.9, 400.0), True),
        (shapes.COLLAPSES, Interval(3.1, 400.0), False),
        (shapes.HOLDS, Interval(2.9, 400.0), False),
        (shapes.HOLDS, Interval(3.1, 400.0), True),
        (shapes.REPORTED, Interval(0.1, 9.0), False),
    ],
)
def test_expectations(expectation: shapes.Expectation, interval: Interval, is_missed: bool) -> None:
    assert expectation.is_missed(interval) is is_missed


def test_a_side_is_the_largest_team_of_its_kind_at_the_middle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = DescribedRun(cpus=4)
    run.experiment("contention/locks", ("ticket",), axes=(axis("outside_ns", "ns", (0, 200), 200),))
    at = {"outside_ns": 200}
    for workers, times_ns in ((1, 9.0), (2, 20.0), (4, 40.0)):
        run.point("contention/locks", "ticket", workers, [times_ns] * 6, parameters=at)
    run.point("contention/locks", "ticket", 4, [1.0] * 6, team="processes", parameters=at)
    run.point("contention/locks", "ticket", 4, [2.0] * 6, parameters={"outside_ns": 0})
    run.point("contention/locks", "ticket", 6, [1e9] * 6, placement="oversubscribed", parameters=at)
    run.point("contention/locks", "ticket", 8, [80.0] * 6, placement="oversubscribed", parameters=at)
    path = write_run(run.document(), tmp_path / "run.json")
    assert shapes.main([str(path)]) == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "ticket" in one]
    # Twice the workers take twice as long each, which is as long as before for the team.
    assert line == (
        "NO      ticket with twice as many workers as CPUs: 1.00× [1.00, 1.00], expected: above 3"
    )


def test_what_was_skipped_is_absent_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = DescribedRun()
    run.experiment("contention/counter", ("sharded", "fetch_add_relaxed"))
    run.point("contention/counter", "sharded", 2, 5.0)
    run.point("contention/counter", "fetch_add_relaxed", 2, skip="not today")
    shapes.main([str(write_run(run.document(), tmp_path / "run.json"))])
    told = capsys.readouterr().out
    assert "absent  sharded <= fetch_add_relaxed: contention/counter/fetch_add_relaxed" in told
    assert "not today" in told
    assert "absent  fetch_add_relaxed <= cas_loop: no point of contention/counter/cas_loop with all" in told


def test_wrong_usage_and_files_that_are_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert shapes.main([]) == 2
    assert shapes.main([str(tmp_path / "none.json")]) == 2
    assert "No such file" in capsys.readouterr().err
