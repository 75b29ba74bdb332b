"""Are numbers and places written so that nobody misreads them?"""

from __future__ import annotations

import pytest

from latchmark.model import Placement, Run, Unavailable
from latchmark.statistics import Interval
from latchmark.wording import between, count, distance, middle, number, percent, team, unturned, words


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


def test_a_name_cannot_turn_its_sentence_around() -> None:
    assert unturned("\u202eab\u202c \u2066c\u2069\u200f\u061c") == "\ufffdab\ufffd \ufffdc\ufffd\ufffd\ufffd"
    # Letters of other scripts, and joiners that belong to some of them, stay.
    letters = "\u05d0\u05d1 \u0645\u06cc\u200c\u062e \u00b5s"
    assert unturned(letters) == letters


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


def test_parameters_at_the_middle_are_told_once(standard: Run) -> None:
    experiment = next(one for one in standard.experiments if one.name == "lock_granularity/hash_map")
    assert middle(experiment) == "stripes 64, reads 90 % and key_skew 0"
    points = {point.name.removeprefix(experiment.name): point for point in standard.points_of(experiment)}
    swept = points["/one_mutex/workers:2/placement:spread/stripes:64/reads:50/key_skew:0"]
    assert team(swept, experiment) == "2 threads spread over the cores, reads 50 %"
    assert team(swept, experiment, without=["reads"]) == "2 threads spread over the cores"
    assert team(swept).endswith(", key_skew 0, reads 50, stripes 64")


def test_places_say_how_far(standard: Run) -> None:
    crowded = next(point for point in standard.points if point.is_oversubscribed)
    assert team(crowded) == "32 threads on 16 CPUs"
    assert distance(Placement.OTHER_SOCKET) == "between sockets"
    assert distance(Placement.SAME_CPU) == "taking turns on one CPU"
    row = next(point for point in standard.points if point.is_map_row)
    assert team(row, without=["row"]) == "2 threads on one core and each of the others in turn"
