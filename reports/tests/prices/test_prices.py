"""What is a price, of which point, in which units, and what has none?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from described_run import TIME
from prices.priced_run import NO_SOCKET, RATE, Priced, priced_run

from latchmark.model import Run, Unavailable
from latchmark.statistics import (
    Frequency,
    Interval,
    Price,
    Ratio,
    Summary,
    price_list,
    prices_of,
    uncontended_mutex,
)

Loaded = Callable[[dict[str, Any]], Run]


def by_text(run: Run) -> dict[str, Price]:
    """The prices by what they are called."""
    return {price.text: price for price in prices_of(run)}


def test_prices_are_named_or_made_by_rule_and_stand_in_order(priced: Run) -> None:
    assert [(price.text, price.cost.median) for price in prices_of(priced)] == [
        ("increment of the worker's own counter (sharded)", 5.0),
        ("atomic add, uncontended", 6.0),
        ("mutex locked and unlocked, uncontended", 20.0),
        ("atomic add, two workers on one counter", 40.0),
        ("line from one core to another, same last-level cache", 50.0),
        ("mutex, two workers on one counter", 160.0),
        ("document parsed (scalar)", 700.0),
        ("wake-up of a sleeping thread, futex", 5000.0),
        ("thread made, run and waited for", 10_000.0),
        ("process by fork, run and waited for", 90_000.0),
        ("new program by fork and exec, run and waited for", 500_000.0),
        ("process by fork, 100 MiB resident", 3_000_000.0),
    ]


def test_a_price_by_rule_is_the_baseline_with_one_worker_and_never_oversubscribed(priced: Run) -> None:
    price = by_text(priced)["increment of the worker's own counter (sharded)"]
    assert (price.point.variant, price.point.workers, price.key) == ("sharded", 1, "")


def test_a_point_with_a_name_is_not_told_again_by_rule(priced: Run) -> None:
    names = [price.point_name for price in prices_of(priced)]
    assert len(set(names)) == len(names)
    assert by_text(priced)["thread made, run and waited for"].experiment == "pools/creation"


def test_workers_on_one_cpu_speak_only_where_no_others_do(loaded: Loaded) -> None:
    priced = Priced()
    priced.experiment("custom/relay", "pipe")
    priced.point("custom/relay", "pipe", 2, 3000.0, placement="same_cpu")
    priced.point("custom/relay", "pipe", 2, 9000.0, placement="same_llc")
    assert [price.cost.median for price in prices_of(loaded(priced.run.document()))] == [9000.0]


def test_more_workers_than_cpus_never_speak(loaded: Loaded) -> None:
    priced = Priced()
    priced.experiment("custom/relay", "pipe")
    priced.point("custom/relay", "pipe", 2, 3000.0, placement="oversubscribed")
    priced.point("custom/relay", "pipe", 3, 9000.0)
    assert [price.cost.median for price in prices_of(loaded(priced.run.document()))] == [9000.0]


def test_what_the_instrument_costs_is_no_price_of_the_machine(priced: Run) -> None:
    assert not [price for price in prices_of(priced) if price.family == "instrument"]


def test_loads_have_a_price_for_each_level_of_memory(loaded: Loaded) -> None:
    priced = Priced()
    priced.experiment("instrument/memory", "l1_hit", "last_level_hit", "memory", operation="dependent load")
    priced.point("instrument/memory", "memory", 1, 95.0)
    priced.point("instrument/memory", "l1_hit", 1, 1.2)
    priced.run.point("instrument/memory", "last_level_hit", 1, skip="the last level is not known")
    prices = price_list(loaded(priced.run.document()))
    assert [(price.text, price.cost.median) for price in prices.prices] == [
        ("load that hits the first-level cache", 1.2),
        ("load from memory", 95.0),
    ]
    assert [one.label for one in prices.unpriced] == ["load that hits the last-level cache"]


def test_a_price_carries_its_interval_or_why_it_has_none(loaded: Loaded) -> None:
    priced = Priced()
    priced.experiment("custom/parser", "scalar")
    priced.point("custom/parser", "scalar", 1, 7.0, times_ns=[5.0, 6.0, 7.0, 7.0, 8.0, 9.0])
    (price,) = prices_of(loaded(priced.run.document()))
    assert price.cost == Summary(7.0, Interval(5.0, 9.0), 6)
    (few,) = [one for one in prices_of(loaded(priced_run(rounds=3))) if one.key == "mutex"]
    assert few.cost.interval == Unavailable("3 launches are too few for 95 %")


def test_cycles_are_those_of_user_and_kernel(priced: Run) -> None:
    cycles = by_text(priced)["atomic add, uncontended"].cycles
    assert isinstance(cycles, Summary)
    assert cycles.median == pytest.approx(6.0 * (3.6 + 0.4))


def test_no_cycles_stand_beside_the_time_of_a_part(priced: Run) -> None:
    prices = by_text(priced)
    latency = prices["wake-up of a sleeping thread, futex"].cycles
    subject = prices["document parsed (scalar)"].cycles
    assert isinstance(latency, Unavailable)
    assert "the time of a part" in latency.reason
    assert isinstance(subject, Unavailable)
    assert "the time of its subject" in subject.reason


def test_the_frequency_is_that_of_the_counted_points_or_absent(priced: Run, uncounted: Run) -> None:
    frequency = price_list(priced).frequency
    assert isinstance(frequency, Frequency)
    assert (frequency.ghz, frequency.low, frequency.high) == pytest.approx((4.0, 4.0, 4.0))
    absent = price_list(uncounted).frequency
    assert isinstance(absent, Unavailable)
    assert "no performance counters" in absent.reason


def test_prices_are_told_in_mutexes_that_nobody_else_wants(priced: Run) -> None:
    mutexes = by_text(priced)["thread made, run and waited for"].mutexes
    assert isinstance(mutexes, Ratio)
    assert mutexes.value == pytest.approx(10_000.0 / 20.0)
    mutex = uncontended_mutex(priced)
    assert isinstance(mutex, Summary)
    assert mutex.median == 20.0


def test_a_mutex_with_work_outside_it_is_not_the_unit(loaded: Loaded) -> None:
    outside: dict[str, Any] = {
        "name": "outside_ns",
        "unit": "ns",
        "values": [0.0, 50.0],
        "middle": 50.0,
        "variants": [],
    }
    priced = Priced()
    priced.experiment("contention/locks", "mutex", axes=(outside,))
    priced.point("contention/locks", "mutex", 1, 60.0, parameters={"outside_ns": 50.0})
    run = loaded(priced.run.document())
    assert isinstance(uncontended_mutex(run), Unavailable)
    assert isinstance(prices_of(run)[0].mutexes, Unavailable)
    priced.point("contention/locks", "mutex", 1, 15.0, parameters={"outside_ns": 0.0})
    mutex = uncontended_mutex(loaded(priced.run.document()))
    assert isinstance(mutex, Summary)
    assert mutex.median == 15.0


def test_what_was_planned_in_vain_has_its_reason_and_what_was_not_is_named(priced: Run) -> None:
    prices = price_list(priced)
    assert [(one.label, one.reason) for one in prices.unpriced] == [
        ("line from one core to another, other socket", NO_SOCKET),
        ("block copied (copy)", "it is measured in GB/s, which is no time"),
    ]
    assert "message to a process and back, TCP" in prices.missing
    assert not {price.label for price in prices.prices} & set(prices.missing)


def test_an_experiment_that_asks_for_a_rate_is_priced_by_its_time(loaded: Loaded) -> None:
    priced = Priced()
    priced.experiment("custom/bandwidth", "copy", metrics=(RATE, TIME), operation="block copied")
    priced.point("custom/bandwidth", "copy", 1, 3.0, metrics={"rate": {"value": 7.0}})
    (price,) = prices_of(loaded(priced.run.document()))
    assert price.cost.median == 3.0


def test_nothing_is_priced_at_zero(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/parser", "scalar")
    priced.point("custom/parser", "scalar", 1, 1.0)
    document = priced.run.document()
    for launch in document["launches"]:
        launch["metrics"]["time_per_operation"] = {"value": 0.0}
    prices = price_list(loaded(document))
    assert not prices.prices
    assert prices.unpriced[0].reason == "no time that the clock could tell from zero"


def test_failed_launches_have_no_price(loaded: Loaded) -> None:
    priced = Priced(counts=False)
    priced.experiment("custom/parser", "scalar")
    failed = dict.fromkeys(range(6), ("verify_failed", "3 updates are missing"))
    priced.point("custom/parser", "scalar", 1, 7.0, fail=failed)
    prices = price_list(loaded(priced.run.document()))
    assert not prices.prices
    assert "3 updates are missing" in prices.unpriced[0].reason
