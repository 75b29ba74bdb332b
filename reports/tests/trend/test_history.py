"""Does a history keep order, refuse what does not belong, and tell what moved and what else changed?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trend.nightly_runs import CONTROL, QUIET, STEPPED, Mend, kept, nightly_documents, stepped, without

from latchmark.errors import WrongUsage
from latchmark.model import Unavailable
from latchmark.trend import (
    History,
    Line,
    history_of,
    merged,
    overview,
    places_told,
    presence_told,
    presences_of,
)

Made = Callable[..., History]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def history(runs: int, factors: Any = None, mend: Mend | None = None) -> History:
        return history_of(kept(nightly_documents(runs, factors, mend), tmp_path))

    return history


def line_of(history: History, name: str, part: int = 1) -> Line:
    return next(one for one in history.lines if (one.name, one.part) == (name, part))


def points_named(document: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    return [point for point in document["points"] if point["name"] in names]


def test_runs_are_in_order_of_their_start(tmp_path: Path) -> None:
    runs = kept(nightly_documents(4), tmp_path)
    history = history_of([runs[2], runs[0], runs[3], runs[1]])
    assert [run.id for run in history.runs] == ["night-000", "night-001", "night-002", "night-003"]


def test_one_run_is_a_history_without_steps(made: Made) -> None:
    assert overview(made(1)) == "1 run of 5 points, 2026-01-01. No step was found."


def test_another_machine_is_refused_with_what_differs(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        if night == 1:
            document["machine"]["hard_key"] |= {"memory": "16 GiB"}
            document["machine"]["hard_key_hash"] = "another"

    with pytest.raises(WrongUsage) as refused:
        history_of(kept(nightly_documents(3, mend=mend), tmp_path))
    assert "night-001.json is of another machine than night-000.json (memory: 8 GiB / 16 GiB)" in str(
        refused.value
    )


def test_an_emulated_run_is_refused(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        if night == 2:
            document["machine"]["emulated"] = "QEMU 7.2"

    with pytest.raises(WrongUsage, match=r"night-002\.json: times of an emulated machine .*QEMU 7\.2"):
        history_of(kept(nightly_documents(3, mend=mend), tmp_path))


def test_a_run_given_twice_is_refused_and_a_known_one_replaced(tmp_path: Path) -> None:
    runs = kept(nightly_documents(2), tmp_path)
    with pytest.raises(WrongUsage, match=r"night-000 twice \(night-000\.json and night-000\.json\)"):
        merged([], [runs[0], runs[0]])
    assert merged([runs[0], runs[1]], [runs[0]]) == (runs[0], runs[1])


def test_a_step_is_told_with_its_size_and_what_changed_there(made: Made) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        document["machine"]["soft_key"]["kernel"] = "6.1.0" if night < 18 else "6.12.0"

    history = made(30, {"packed": stepped(30, 18, 1.2)}, mend)
    assert [line.name for line, _ in history.steps if line.name == QUIET] == []
    line, step = next(pair for pair in history.steps if pair[0].name == STEPPED)
    assert step.at == 18
    assert line.is_worse(step)
    assert step.ratio.value == pytest.approx(1.2, rel=0.02)
    (place,) = places_told(history)
    told = next(one.text for one in (place.worst, *place.others) if one.line is line)
    assert told.startswith(f"{STEPPED}: since run 19 (2026-01-19, commit c0000018) 1.")
    assert "slower than before" in told
    assert told.endswith("18 runs before, 12 since).")
    assert place.context == (
        "2 points moved here, all for the worse. At the same time, in run 19, changed the kernel from 6.1.0"
        " to 6.12.0 and the commit from c0000017 to c0000018."
    )


def test_an_improvement_is_no_regression_and_told_above_one(made: Made) -> None:
    history = made(30, {"packed": stepped(30, 18, 0.8)})
    (place,) = places_told(history)
    assert place.worst.size.startswith("1.2")
    assert place.worst.way == "faster"
    assert "none for the worse" in place.context
    assert not any(line.is_worse(step) for line, step in history.steps)


def test_the_worst_comes_first_and_improvements_last(made: Made) -> None:
    history = made(40, {"packed": stepped(40, 12, 1.2), "padded": stepped(40, 28, 0.5)})
    assert [place.worst.way for place in places_told(history)] == ["slower", "faster"]


def test_a_control_that_moves_points_at_the_machine(made: Made) -> None:
    history = made(30, {"packed": stepped(30, 15, 1.2), "read": stepped(30, 16, 1.2)})
    # The control moved in the run after: it belongs to the place where more points moved.
    (place,) = places_told(history)
    assert "3 points moved here" in place.context
    assert f"The control {CONTROL} moved about then" in place.context
    alone = made(30, {"packed": stepped(30, 15, 1.2)})
    assert "control" not in places_told(alone)[0].context


def test_a_level_of_five_runs_has_a_ratio_without_interval(made: Made) -> None:
    history = made(40, {"packed": stepped(40, 35, 1.5)})
    step = next(step for line, step in history.steps if line.name == STEPPED)
    assert step.ratio.interval == Unavailable("95 % needs six runs on either side")
    assert "(no interval: 95 % needs six runs on either side)" in places_told(history)[0].worst.text


def test_a_changed_definition_starts_a_new_line(made: Made) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        if night >= 6:
            points_named(document, QUIET)[0]["definition"] = "another question"

    history = made(12, mend=mend)
    first, second = line_of(history, QUIET), line_of(history, QUIET, 2)
    assert [len(first.measured), len(second.measured)] == [6, 6]
    assert second.title == f"{QUIET} (definition 2 of 2)"
    (told,) = [presence_told(history, one) for one in presences_of(history)]
    assert told.startswith("1 point measured by another definition since run 7 (2026-01-07, commit c0000006)")


def test_points_that_come_and_go_are_told(made: Made) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        if night >= 8:
            without(document, QUIET)
        if night < 3:
            without(document, STEPPED)

    history = made(10, mend=mend)
    told = [presence_told(history, one) for one in presences_of(history)]
    assert told == [
        f"1 point not in the plan since run 9 (2026-01-09, commit c0000008): {QUIET}.",
        f"1 point new in run 4 (2026-01-04, commit c0000003): {STEPPED}.",
    ]


def test_a_point_that_fell_silent_is_told_with_the_reason(made: Made) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        at = document["points"].index(points_named(document, QUIET)[0])
        if night >= 4:
            for launch in document["launches"]:
                if launch["point"] == at:
                    launch |= {"status": "crashed", "why": "signal 11", "metrics": {}, "windows": None}
                    launch |= {"readings": {}, "cost": None}

    history = made(6, mend=mend)
    (told,) = [presence_told(history, one) for one in presences_of(history)]
    assert told.startswith("1 point without a value since run 5 (2026-01-05, commit c0000004): ")
    assert told.endswith(f": {QUIET} (launch crashed: signal 11).")
    assert isinstance(line_of(history, QUIET).values[5], Unavailable)


def test_what_was_skipped_in_every_run_is_told_as_never(made: Made) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        (point,) = points_named(document, QUIET)
        at = document["points"].index(point)
        point |= {"skip": "needs two sockets", "cpus": [], "batch": None}
        document["launches"] = [one for one in document["launches"] if one["point"] != at]

    history = made(3, mend=mend)
    (told,) = [presence_told(history, one) for one in presences_of(history)]
    assert told == f"1 point never had a value: {QUIET} (needs two sockets)."


def test_a_change_is_told_once_and_a_new_commit_is_none(made: Made) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        if night >= 2:
            document["suite"]["compiler"] = "GCC 13.1.0"
            document["suite"]["libraries"]["hwloc"] = "2.10.0"
        if night >= 3:
            document["machine"]["soft_key"]["governor"] = "performance"

    changes = made(5, mend=mend).changes
    assert [(one.at, one.label, [row.name for row in one.differing]) for one in changes] == [
        (2, "A", ["compiler", "hwloc"]),
        (3, "B", ["governor"]),
    ]


def test_a_library_of_two_names_is_one_fact(tmp_path: Path) -> None:
    def mend(night: int, document: dict[str, Any]) -> None:
        document["machine"]["soft_key"]["libc"] = "glibc 2.36"
        document["suite"]["libraries"] = {"glibc": "2.36", "hwloc": "2.9.0"}

    (run,) = kept(nightly_documents(1, mend=mend), tmp_path)
    assert run.facts["libc"] == "glibc 2.36"
    assert "glibc" not in run.facts


def test_the_same_files_give_the_same_history(tmp_path: Path) -> None:
    documents = nightly_documents(20, {"packed": stepped(20, 10, 1.3)})
    assert history_of(kept(documents, tmp_path / "a")) == history_of(kept(documents, tmp_path / "b"))
