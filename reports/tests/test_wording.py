"""Are numbers and places written so that nobody misreads them?"""

from __future__ import annotations

import pytest

from latchmark.model import Run, Unavailable
from latchmark.statistics import Interval
from latchmark.wording import between, count, number, percent, team, words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.01234, "0.0123"),
        (0.128, "0.128"),
        (0.00149, "0.00149"),
        (0.000123, "0.000123"),
        (4.7249, "4.72"),
        (9.999, "10.0"),
        (36.24, "36.2"),
        (119.4, "119"),
        (1234.5, "1,234"),
        (-36.24, "-36.2"),
        (12345678.0, "1.23e+07"),
        (0.00001, "1e-05"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_intervals_and_lists() -> None:
    assert between(Interval(5.8, 6.4)) == "[5.80, 6.40]"
    assert between(Unavailable("five launches")) == "(no interval: five launches)"
    assert words(["a"]) == "a"
    assert words(["a", "b", "c"]) == "a, b and c"
    assert words([]) == ""
    assert percent(0.0213) == "2.1 %"
    assert percent(0.95) == "95 %"
    assert percent(0.996) == "99.6 %"
    assert percent(0.99999) == "99.9 %"
    assert percent(1.0) == "100 %"
    assert percent(7.5) == "750 %"
    assert (count(1, "launch"), count(2, "launch"), count(1200, "point")) == (
        "1 launch",
        "2 launches",
        "1,200 points",
    )


def test_teams(quick: Run) -> None:
    by_name = {point.name: point for point in quick.points}
    assert team(by_name["contention/counter/mutex/workers:1/placement:spread"]) == "1 thread"
    assert (
        team(by_name["contention/counter/mutex/workers:2/placement:spread/team:processes"])
        == "2 processes spread over the cores"
    )
