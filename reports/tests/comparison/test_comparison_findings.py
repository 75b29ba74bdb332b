"""Do the sentences of a comparison say who is faster at what, both ways, and what could not be compared?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from comparison.machines import machines, other_machine, without_points
from counted_run import QEMU, counted_run
from pages.page_runs import rich_run
from standard_run import Catalogue

from latchmark.compare import (
    Comparison,
    compare,
    coverage_of,
    coverage_sentences,
    findings_of_comparison,
    ranks_of,
    sentences_of_experiment,
)
from latchmark.model import Run

Load = Callable[[dict[str, Any]], Run]


def compared(loaded: Load, *documents: dict[str, Any]) -> Comparison:
    return compare([loaded(document) for document in documents])


def told(comparison: Comparison) -> list[str]:
    return [one.sentence for one in findings_of_comparison(comparison, ranks_of(comparison))]


@pytest.fixture
def mixed(loaded: Load) -> Comparison:
    """beta is twice as fast at counting, half as fast at false sharing."""
    first = rich_run("alpha")
    factors = {"contention/counter": 0.5, "false_sharing/counters": 2.0}
    return compared(loaded, first, other_machine(first, "beta", lambda name: factors.get(name, 1.0), 5))


def test_gains_and_losses_are_both_told(mixed: Comparison) -> None:
    found = findings_of_comparison(mixed, ranks_of(mixed))
    assert found[0].sentence == "Of 2 experiments that both have, the fastest is alpha in 1 and beta in 1."
    assert {one.way for one in found[1:3]} == {"beta faster", "beta slower"}
    faster = next(one for one in found if one.way == "beta faster")
    assert faster.experiment == "contention/counter"
    assert faster.sentence.startswith("Increment of the shared counter (")
    assert "beta is 2.0" in faster.sentence or "beta is 1.9" in faster.sentence
    assert "\u00d7 [" in faster.sentence
    assert faster.sentence.endswith("ns).")


def test_of_equal_machines_none_is_said_to_lead(loaded: Load) -> None:
    comparison = compared(loaded, rich_run("alpha"), other_machine(rich_run("alpha"), "beta"))
    first = findings_of_comparison(comparison, ranks_of(comparison))[0]
    assert first.sentence == (
        "In none of 2 experiments that both have is one machine the fastest: the intervals overlap."
    )
    assert first.label == ""


def test_the_strongest_comes_first(loaded: Load) -> None:
    first = rich_run("alpha")
    factors = {"contention/counter": 1.5, "false_sharing/counters": 4.0}
    comparison = compared(loaded, first, other_machine(first, "beta", lambda name: factors.get(name, 1.0), 5))
    found = findings_of_comparison(comparison, ranks_of(comparison))
    assert [one.experiment for one in found[1:3]] == ["false_sharing/counters", "contention/counter"]


def test_with_many_machines_each_is_told_of_once(loaded: Load) -> None:
    comparison = compared(loaded, *machines(rich_run("any"), 8))
    found = findings_of_comparison(comparison, ranks_of(comparison))
    labels = [one.label for one in found[1:] if one.experiment]
    assert len(labels) == len(set(labels)) >= 3
    assert len(found) <= 7


def test_what_ties_is_told_with_its_bound(loaded: Load) -> None:
    first = rich_run("alpha")
    (*_, last) = told(compared(loaded, first, other_machine(first, "beta", 1.0, 5, spread=0.001)))
    assert last.startswith("Within 10 % of alpha at points of 2 experiments: ")
    assert "increment of " in last
    assert "1.00\u00d7 [" in last or "0.99" in last


def test_a_line_is_handed_over_between_places(loaded: Load) -> None:
    catalogue = Catalogue(rounds=6)
    catalogue.core_to_core(has_map=False)
    first = catalogue.document()
    comparison = compared(loaded, first, other_machine(first, "beta", 0.5, 5))
    sentence = next(one for one in told(comparison) if "hands a line over" in one)
    assert sentence.startswith("beta hands a line over ")
    assert f"faster than {comparison.labels[0]} between " in sentence


def test_disjoint_runs_say_that_nothing_can_be_compared(loaded: Load) -> None:
    first, second = rich_run("alpha"), other_machine(rich_run("beta"), "beta")
    names = [point["experiment"] for point in first["points"]]
    without_points(first, [i for i, name in enumerate(names) if name.startswith("contention")])
    without_points(second, [i for i, name in enumerate(names) if not name.startswith("contention")])
    comparison = compared(loaded, first, second)
    assert told(comparison) == [
        "No point of beta can be compared: its plan and that of alpha have none in common."
    ]
    by_name = {one.experiment.name: one for one in comparison.experiments}
    only_second = sentences_of_experiment(comparison, by_name["contention/counter"])
    assert only_second == ("No point of beta can be compared: not in the reference run's plan.",)
    only_first = sentences_of_experiment(comparison, by_name["false_sharing/counters"])
    assert only_first == ("No point of beta can be compared: not in this run's plan.",)


def test_emulated_times_are_in_no_sentence(loaded: Load) -> None:
    real = counted_run(alias="xeon", script=None)
    guest = counted_run("arm", "guest", script=None, emulated=QEMU)
    sentences = told(compared(loaded, real.document(), guest.document()))
    assert sentences == [
        "No point of guest (emulated) can be compared: times of an emulated machine mean nothing beyond their"
        " own run."
    ]


def test_the_ranking_of_three_names_the_fastest_and_the_slowest(loaded: Load) -> None:
    first = rich_run("alpha")
    comparison = compared(
        loaded, first, other_machine(first, "beta", 2.0, 5), other_machine(first, "gamma", 0.5, 6)
    )
    ranking, clearest = sentences_of_experiment(comparison, comparison.experiments[0])
    assert ranking.startswith("Fastest: gamma. Slowest: beta, which takes ")
    assert ranking.endswith("points that all 3 have (geometric mean).")
    assert " as long as gamma over the " in ranking
    assert "than alpha (" in clearest


def test_coverage_counts_what_each_lacks_by_reason(loaded: Load) -> None:
    first, second, third = (other_machine(rich_run("any"), alias) for alias in ("alpha", "beta", "gamma"))
    for index in (0, 1):
        third["points"][index] |= {"skip": "needs 64 workers", "cpus": [], "batch": None}
    third["launches"] = [one for one in third["launches"] if one["point"] > 1]
    for order, launch in enumerate(sorted(third["launches"], key=lambda one: int(one["order"]))):
        launch["order"] = order
    without_points(third, [len(third["points"]) - 1])
    comparison = compared(loaded, first, second, third)
    every = coverage_of(comparison)[0].points
    assert coverage_of(comparison)[2].missing == 3
    assert coverage_sentences(comparison) == (
        f"2 of 3 runs have all {every} points with a headline value on any of them; gamma lacks 3 (2: needs"
        " 64 workers, 1: not in this run's plan).",
    )


def test_mixed_presets_and_broken_runs_are_said_first(loaded: Load) -> None:
    first = rich_run("alpha")
    second = other_machine(first, "beta")
    second["run"] |= {"preset": "standard", "complete": False, "incomplete_reason": "interrupted"}
    sentences = coverage_sentences(compared(loaded, first, second))
    assert sentences[0].startswith("Both runs have all ")
    assert sentences[1:] == (
        "The presets differ (alpha ran quick and beta ran standard): only what both planned is compared.",
        "beta is incomplete: interrupted.",
    )


def test_two_runs_of_one_machine_are_sent_to_the_gate(loaded: Load) -> None:
    first, second = rich_run("alpha", seed=1), rich_run("alpha", seed=2)
    second["run"] |= {"id": "second", "started_utc": "2026-02-01T12:00:00Z"}
    (*_, last) = coverage_sentences(compared(loaded, first, second))
    assert last.startswith("All runs are of one machine.")
    assert "`latchmark gate`" in last
