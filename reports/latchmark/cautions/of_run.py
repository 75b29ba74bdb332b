"""Why might a whole run or experiment be wrong? The machine, the build, the controls, drift."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from latchmark.cautions.caution import Caution, CautionName
from latchmark.cautions.foremost import resume_sentence
from latchmark.cautions.of_point import LARGEST_STEAL_SHARE, cautions_of_point
from latchmark.cautions.of_readings import cautions_of_control
from latchmark.cautions.stand_ins import stand_ins_of
from latchmark.model import Experiment, Run, Unavailable
from latchmark.statistics import Ratio, Summary, controls_of, ratio_of_points, summary_of, values_by_round
from latchmark.wording import between, count, percent, words

LARGEST_DRIFT_IN_RUN = 0.05
FEWEST_ROUNDS_IN_A_THIRD = 2


def cautions_of(run: Run) -> tuple[Caution, ...]:
    """Every caution of a run: about itself first, then by experiment and point."""
    found = [*cautions_of_run(run)]
    for experiment in run.experiments:
        found += cautions_of_experiment(run, experiment)
        for point in run.points_of(experiment):
            found += cautions_of_point(run, point)
    return tuple(found)


def cautions_of_run(run: Run) -> tuple[Caution, ...]:
    """The cautions that concern every number of a run."""
    found = [
        *(one.caution for one in stand_ins_of(run)),
        _incomplete(run),
        _build(run),
        _virtual_machine(run),
        _steal(run),
        _drift(run),
        *cautions_of_control(run),
    ]
    return tuple(caution for caution in found if caution is not None)


def cautions_of_experiment(run: Run, experiment: Experiment) -> tuple[Caution, ...]:
    """The control: variants that differ only in sharing must cost the same with one worker.

    A control does not tie when its whole interval is more than 2 % away from 1.
    """
    untied = []
    for point, reference in controls_of(run, experiment):
        ratio = ratio_of_points(run, point, reference)
        if isinstance(ratio, Ratio) and ratio.is_apart:
            untied.append(
                f"{point.variant} takes {between(ratio.interval)} times as long as {reference.variant}"
            )
    if not untied:
        return ()
    return (
        Caution(
            CautionName.CONTROL_NOT_TIED,
            experiment.name,
            f"with one worker nothing is shared, yet {words(untied)}",
            "something besides sharing differs, and it is in every comparison of this experiment",
            "Look at the code of the variants, then at the disturbances of the one-worker points",
        ),
    )


def _incomplete(run: Run) -> Caution | None:
    if run.complete:
        return None
    return Caution(
        CautionName.INCOMPLETE_RUN,
        "",
        f"the run did not finish ({run.incomplete_reason or 'no reason recorded'})",
        "points are missing or have fewer launches than planned",
        resume_sentence(run),
    )


def _build(run: Run) -> Caution | None:
    if run.suite.build_type.lower() == "release":
        return None
    return Caution(
        CautionName.NOT_A_RELEASE_BUILD,
        "",
        f"the suite was built as {run.suite.build_type or 'an unnamed type'}",
        "without optimisation or with a sanitizer the tool is measured, not the machine",
        "Build the preset `release`",
    )


def _virtual_machine(run: Run) -> Caution | None:
    hypervisor = run.machine.hard_key.get("hypervisor")
    if not isinstance(hypervisor, str) or hypervisor.lower() in ("", "none", "no"):
        return None
    return Caution(
        CautionName.VIRTUAL_MACHINE,
        "",
        f"this is a virtual machine ({hypervisor})",
        "neighbours share its caches and its CPU time, and its topology may be invented",
        "Trust ratios taken side by side more than levels; measure on bare metal for figures to publish",
    )


def _steal(run: Run) -> Caution | None:
    """Over the whole run: in one short launch the kernel's ticks are too coarse to exclude it."""
    share = run.disturbance.get("steal_share")
    if not isinstance(share, float) or share <= LARGEST_STEAL_SHARE:
        return None
    return Caution(
        CautionName.STEAL,
        "",
        f"the hypervisor took {percent(share)} of the CPUs' time over the run",
        "time stolen from one worker is waiting for the others",
        "Use a host without neighbours, or more rounds",
    )


def _drift(run: Run) -> Caution | None:
    """Fires when the last third of the rounds is 5 % off the first and their intervals do not touch."""
    by_round = _relative_values_by_round(run)
    rounds = sorted(by_round)
    third = len(rounds) // 3
    if third < FEWEST_ROUNDS_IN_A_THIRD:
        return None
    first = summary_of([value for round_ in rounds[:third] for value in by_round[round_]])
    last = summary_of([value for round_ in rounds[-third:] for value in by_round[round_]])
    if isinstance(first, Unavailable) or isinstance(last, Unavailable) or not _are_apart(first, last):
        return None
    change = last.median / first.median - 1
    if abs(change) <= LARGEST_DRIFT_IN_RUN:
        return None
    return Caution(
        CautionName.DRIFT_IN_RUN,
        "",
        f"the last third of the {count(len(rounds), 'round')} was {percent(abs(change))}"
        f" {'slower' if change > 0 else 'faster'} than the first, over all points",
        "the machine changed meanwhile: levels lie between two states, while ratios paired by round hold",
        "Let the machine warm up, look for other load, and run again",
    )


def _are_apart(one: Summary, other: Summary) -> bool:
    if isinstance(one.interval, Unavailable) or isinstance(other.interval, Unavailable):
        return False
    return one.interval.high < other.interval.low or other.interval.high < one.interval.low


def _relative_values_by_round(run: Run) -> Mapping[int, list[float]]:
    # Relative to the point's own median, so that a round weighs the same whatever points it lost.
    relative: dict[int, list[float]] = {}
    for point in run.points:
        if point.purpose is not run.experiment_of(point).main_purpose or point.is_oversubscribed:
            continue
        values = values_by_round(run, point)
        middle = median(values.values()) if values else 0.0
        if middle > 0:
            for round_, value in values.items():
                relative.setdefault(round_, []).append(value / middle)
    return relative
