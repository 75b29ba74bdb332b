"""Does the cross-check compare round by round, and say no when the two are apart?"""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import cross_check
import pytest

from latchmark.statistics import Ratio
from latchmark.statistics.intervals import Interval

# Answers every launch with a fixed time, as our binary would.
STAND_IN = """#!/bin/sh
read -r request
case $request in
  *calibrate*) echo '{"protocol": 1, "status": "ok", "batch": 7}' >&3 ;;
  *'"batch": 7'*'"pages": 8'*) echo '{"status": "ok", "metrics": {"one_way": {"value": ONE_WAY}}}' >&3 ;;
  *) echo '{"status": "failed", "why": "not calibrated"}' >&3 ;;
esac
"""


def stand_in(folder: Path, one_way: str) -> Path:
    bench = folder / "bench"
    bench.write_text(STAND_IN.replace("ONE_WAY", one_way), "utf-8")
    bench.chmod(0o755)
    return bench


def drifting(factor: float) -> Callable[[], float]:
    """A machine that becomes slower with each round."""
    rounds = count(1)
    return lambda: factor * next(rounds)


def test_a_machine_that_drifts_moves_both_and_cancels() -> None:
    ratio = cross_check.compare(drifting(11.0), drifting(10.0), 8)
    assert isinstance(ratio, Ratio)
    assert ratio.value == pytest.approx(1.1)
    assert isinstance(ratio.interval, Interval)
    assert ratio.interval.high - ratio.interval.low == pytest.approx(0)


def test_who_begins_changes_from_round_to_round() -> None:
    order: list[str] = []

    def named(name: str) -> Callable[[], float]:
        def measure() -> float:
            order.append(name)
            return 1.0

        return measure

    cross_check.compare(named("a"), named("b"), 3)
    assert "".join(order) == "abbaab"


@pytest.mark.parametrize(
    ("value", "agrees"), [(1.0, True), (1.14, True), (1.16, False), (0.88, True), (0.86, False)]
)
def test_more_than_fifteen_per_cent_either_way_is_apart(value: float, agrees: bool) -> None:
    assert cross_check.is_within(Ratio(value, Interval(0.1, 10.0), 10), 1.15) is agrees


def test_our_launch_is_calibrated_first_and_its_headline_read(tmp_path: Path) -> None:
    assert cross_check.ours(stand_in(tmp_path, "52.5"), (0, 1))() == 52.5


def test_a_launch_without_a_value_is_no_number(tmp_path: Path) -> None:
    bench = stand_in(tmp_path, '0}, "one_way": {"why": "its CPU was taken away"')
    with pytest.raises(cross_check.CannotCheck, match="taken away"):
        cross_check.ours(bench, (0, 1))()


def test_what_cannot_be_measured_is_one_line_and_no_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\necho no such thing >&2\n", "utf-8")
    silent.chmod(0o755)
    assert cross_check.main([str(silent)]) == 4
    assert capsys.readouterr().err.rstrip("\n").endswith("answered nothing: no such thing")
    assert cross_check.main([]) == 2
    assert cross_check.main([str(silent), "none"]) == 2


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two CPUs")
def test_two_that_are_far_apart_exit_with_one(tmp_path: Path) -> None:
    """The other one is really compiled and run; nothing takes an hour for one way."""
    assert cross_check.main([str(stand_in(tmp_path, "3.6e12")), "1"]) == 1
