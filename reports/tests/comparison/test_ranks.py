"""Do ranks follow from intervals alone, over points that all have?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from counted_run import QEMU
from described_run import TIME, DescribedRun

from latchmark.compare import RankedExperiment, Standing, compare, ranks_of
from latchmark.model import Run, Unavailable

Load = Callable[[dict[str, Any]], Run]
NAME = "contention/counter"


def described(
    alias: str,
    levels: Sequence[float],
    spread: float = 0.02,
    rounds: int = 6,
    name: str = NAME,
    skips: Sequence[str | None] = (None, None),
    metric: dict[str, str] = TIME,
    emulated: str | None = None,
) -> dict[str, Any]:
    """Two points around two levels, `spread` to either side, the last of which may be skipped."""
    run = DescribedRun(alias=alias, rounds=rounds)
    run.machine = {"emulated": emulated}
    run.experiment(name, ("padded", "packed"), metrics=(metric,))
    for variant, level, skip in zip(("padded", "packed"), levels, skips, strict=True):
        times = [level * (1 + spread * (2 * index / max(rounds - 1, 1) - 1)) for index in range(rounds)]
        run.point(name, variant, 2, None if skip else times, skip=skip)
    document = run.document()
    document["machine"]["hard_key_hash"] = alias
    return document


def ranked(loaded: Load, *documents: dict[str, Any]) -> RankedExperiment:
    (one,) = ranks_of(compare([loaded(document) for document in documents]))
    return one


def places(one: RankedExperiment) -> list[tuple[int, int] | str]:
    return [(it.best, it.worst) if isinstance(it, Standing) else it.reason for it in one.standings]


def test_a_rank_is_open_where_intervals_overlap(loaded: Load) -> None:
    one = ranked(
        loaded,
        described("alpha", (10.0, 40.0)),
        described("beta", (10.1, 40.4)),
        described("gamma", (5.0, 20.0)),
        described("delta", (20.0, 80.0)),
    )
    assert places(one) == [(2, 3), (2, 3), (1, 1), (4, 4)]
    assert one.fastest == (2,)
    assert [standing.is_tied for standing in one.known.values()] == [True, True, False, False]


def test_the_level_is_the_geometric_mean_with_the_mean_of_the_ends(loaded: Load) -> None:
    one = ranked(loaded, described("alpha", (10.0, 40.0)), described("beta", (20.0, 20.0)))
    alpha, beta = one.known.values()
    assert (one.points, one.base) == (2, 0)
    assert [alpha.level.median, beta.level.median] == pytest.approx([20.0, 20.0])
    assert not isinstance(alpha.level.interval, Unavailable)
    assert alpha.level.interval.low == pytest.approx(20 * 0.98)
    assert alpha.ratio == Unavailable("the base")
    assert not isinstance(beta.ratio, Unavailable)
    assert not isinstance(beta.ratio.interval, Unavailable)
    assert beta.ratio.interval.high == pytest.approx(1.02 / 0.98)


def test_only_points_that_all_have_are_in_the_mean(loaded: Load) -> None:
    lacking = described("gamma", (10.0, 40.0), skips=(None, "needs more"))
    one = ranked(loaded, described("alpha", (10.0, 40.0)), described("beta", (10.0, 4.0)), lacking)
    assert one.points == 1
    assert places(one) == [(1, 3), (1, 3), (1, 3)]


def test_who_has_no_value_is_not_ranked_and_says_why(loaded: Load) -> None:
    lacking = described("beta", (10.0, 40.0), skips=("needs more", "needs more"))
    one = ranked(loaded, described("alpha", (10.0, 40.0)), lacking, described("gamma", (30.0, 90.0)))
    assert places(one) == [(1, 1), "needs more", (2, 2)]
    # Without the reference, the ratios are over the first that takes part.
    turned = ranked(loaded, lacking, described("alpha", (10.0, 40.0)), described("gamma", (30.0, 90.0)))
    assert turned.base == 1
    assert places(turned) == ["needs more", (1, 1), (2, 2)]


def test_without_intervals_nothing_is_ranked(loaded: Load) -> None:
    few = [described(alias, (10.0, level), rounds=3) for alias, level in (("alpha", 5.0), ("beta", 50.0))]
    assert ranks_of(compare([loaded(document) for document in few])) == ()


def test_more_can_be_better(loaded: Load) -> None:
    rate = TIME | {"direction": "higher"}
    one = ranked(
        loaded,
        described("alpha", (10.0, 10.0), metric=rate),
        described("beta", (20.0, 20.0), metric=rate),
    )
    assert places(one) == [(2, 2), (1, 1)]


def test_neither_the_instrument_nor_an_emulated_machine_is_ranked(loaded: Load) -> None:
    clocks = [described(alias, (10.0, 20.0), name="instrument/clock") for alias in ("alpha", "beta")]
    assert ranks_of(compare([loaded(document) for document in clocks])) == ()
    guest = described("guest", (1.0, 1.0), emulated=QEMU)
    one = ranked(loaded, described("alpha", (10.0, 40.0)), guest, described("gamma", (30.0, 90.0)))
    told = places(one)
    assert told[0] == (1, 1)
    assert told[1] == "times of an emulated machine mean nothing beyond their own run"
