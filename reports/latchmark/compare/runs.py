"""How are runs put side by side? The points of all by name, over those of the first.

The first run is the reference. Points are joined by name, which holds experiment, variant, parameters and
placement class but no CPU number, and compared only where their definitions and workload versions agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.cautions import flags_of
from latchmark.compare.readings import ComparedReading, Sources, compared_readings, sources_of
from latchmark.errors import WrongUsage
from latchmark.model import Experiment, Fact, Facts, Point, Run, Unavailable
from latchmark.statistics import Ratio, Summary, summary_of_point, unpaired_ratio, values_by_round, why_absent

MOST_RUNS = 8  # as many as there are markers that can be told apart without colour
NOT_COMPARABLE = "NOT_COMPARABLE"
NO_TIMES = "times of an emulated machine mean nothing beyond their own run"


@dataclass(frozen=True, slots=True)
class FactDifference:
    """One field of the fingerprint that is not the same everywhere; `facts` in the order of the runs."""

    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class KeyDifference:
    """What differs in one key of the fingerprint, and the fields that are equal everywhere."""

    differing: tuple[FactDifference, ...]
    alike: tuple[tuple[str, Fact], ...] = ()

    @property
    def equal(self) -> int:
        """How many fields are equal everywhere."""
        return len(self.alike)


@dataclass(frozen=True, slots=True)
class Cell:
    """One point on one run. `ratio` is to the reference run; the reference itself has a reason instead.
    `level` is the summary where it may stand on one axis with those of the other runs, else why not."""

    summary: Summary | Unavailable
    ratio: Ratio | Unavailable
    level: Summary | Unavailable

    @property
    def is_comparable(self) -> bool:
        """False where the same name asks another question than on the first run that has it."""
        return not (isinstance(self.ratio, Unavailable) and self.ratio.reason.startswith(NOT_COMPARABLE))


@dataclass(frozen=True, slots=True)
class ComparedPoint:
    """One point on every run; `point` is the entry of the first run that has it, `cells` and `entries` are in
    the order of the runs, None where the plan of a run lacks it."""

    point: Point
    cells: tuple[Cell, ...]
    entries: tuple[Point | None, ...]

    @property
    def is_usual(self) -> bool:
        """Whether it may speak for its experiment: not with more workers than CPUs, nor a row of a map."""
        return not (self.point.is_oversubscribed or self.point.is_map_row)


@dataclass(frozen=True, slots=True)
class ComparedExperiment:
    """An experiment, as the first run that has it describes it, with the points of all runs; readings only
    of the middle of its sweeps."""

    experiment: Experiment
    points: tuple[ComparedPoint, ...]
    readings: tuple[ComparedReading, ...] = ()

    @property
    def headlines(self) -> tuple[ComparedPoint, ...]:
        """The usual points that have the headline metric."""
        main = self.experiment.main_purpose
        return tuple(one for one in self.points if one.is_usual and one.point.purpose is main)


@dataclass(frozen=True, slots=True)
class GeometricMean:
    """The mean ratio over the `n` points that every run has and can compare; secondary, never a verdict."""

    value: float
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side. `labels` are unique, `experiments` stand family by family; `geometric_means` has one
    entry a run, the reference's being 1; `beyond` says of a fleet which machines are not among the runs."""

    runs: tuple[Run, ...]
    labels: tuple[str, ...]
    hard_key: KeyDifference
    soft_key: KeyDifference
    experiments: tuple[ComparedExperiment, ...]
    geometric_means: tuple[GeometricMean | Unavailable, ...]
    sources: tuple[Sources, ...] = ()
    beyond: tuple[str, ...] = ()

    @property
    def real(self) -> tuple[int, ...]:
        """The runs whose times may stand beside others': those of no emulator."""
        return tuple(index for index, run in enumerate(self.runs) if run.machine.emulated is None)

    @property
    def is_one_machine(self) -> bool:
        """Whether all runs share one hard key: then they differ by days, kernels or builds. Not so in a
        fleet, whose hosts are machines of their own however much they are alike."""
        return not self.beyond and len({run.machine.hard_key_hash for run in self.runs}) == 1


def compare(runs: Sequence[Run]) -> Comparison:
    """The comparison of two to eight different runs; raises WrongUsage for fewer, more, or one twice."""
    if len(runs) < 2:
        raise WrongUsage("compare needs at least two run files")
    if len(runs) > MOST_RUNS:
        raise WrongUsage(f"compare got {len(runs)} run files: give at most {MOST_RUNS}")
    if len({run.fingerprint for run in runs}) < len(runs):
        raise WrongUsage("compare got the same run twice: give different run files")
    experiments = tuple(_compared_experiment(name, runs) for name in _names_of_experiments(runs))
    return Comparison(
        runs=tuple(runs),
        labels=_labels(runs),
        hard_key=key_difference([run.machine.hard_key for run in runs]),
        soft_key=key_difference([run.machine.soft_key for run in runs]),
        experiments=experiments,
        geometric_means=tuple(_geometric_mean(runs, experiments, index) for index in range(len(runs))),
        sources=sources_of(runs),
    )


def key_difference(keys: Sequence[Facts]) -> KeyDifference:
    """The fields that differ between fingerprints, in the first one's order; an absent field is
    Unavailable."""
    names = list(dict.fromkeys(name for key in keys for name in key))
    rows = [
        FactDifference(name, tuple(key.get(name, Unavailable("not recorded")) for key in keys))
        for name in names
    ]
    differing = tuple(row for row in rows if len(set(row.facts)) > 1)
    return KeyDifference(differing, tuple((row.name, row.facts[0]) for row in rows if row not in differing))


def _labels(runs: Sequence[Run]) -> tuple[str, ...]:
    """The alias where it is enough, else with how atomics were compiled, or the start, the id, the
    fingerprint; and what is no machine's own, so that no number of such a run stands without it."""
    labels = _distinct(runs)
    return tuple(
        f"{label} ({flags})" if (flags := flags_of(run)) else label
        for label, run in zip(labels, runs, strict=True)
    )


def _distinct(runs: Sequence[Run]) -> tuple[str, ...]:
    aliases = tuple(run.machine.alias for run in runs)
    built = tuple(f"{run.machine.alias}, {run.suite.atomics} atomics" for run in runs)
    dated = tuple(f"{run.machine.alias} {run.started_utc}" for run in runs)
    identified = tuple(f"{run.machine.alias} {run.id}" for run in runs)
    told_apart = tuple(f"{run.machine.alias} {run.fingerprint}" for run in runs)
    ways = (aliases, built, dated, identified)
    return next((labels for labels in ways if len(set(labels)) == len(runs)), told_apart)


def _names_of_experiments(runs: Sequence[Run]) -> list[str]:
    """Family by family: runs of unlike catalogues name a family in several places."""
    by_family: dict[str, dict[str, None]] = {}
    for run in runs:
        for experiment in run.experiments:
            by_family.setdefault(experiment.family, {})[experiment.name] = None
    return [name for names in by_family.values() for name in names]


def _compared_experiment(name: str, runs: Sequence[Run]) -> ComparedExperiment:
    described = next(one for run in runs for one in run.experiments if one.name == name)
    by_name = [{point.name: point for point in run.points if point.experiment == name} for run in runs]
    points, usual = [], []
    for point_name in dict.fromkeys(name for points in by_name for name in points):
        entries = [points.get(point_name) for points in by_name]
        shown = next(entry for entry in entries if entry is not None)
        cells = tuple(_cell(runs, entries, index) for index in range(len(runs)))
        points.append(ComparedPoint(shown, cells, tuple(entries)))
        if described.is_at_middle(shown) and not shown.is_oversubscribed and not shown.is_map_row:
            usual.append(entries)
    return ComparedExperiment(described, tuple(points), compared_readings(runs, usual))


def _cell(runs: Sequence[Run], entries: Sequence[Point | None], index: int) -> Cell:
    point, reference = entries[index], entries[0]
    if point is None:
        absent = Unavailable("not in this run's plan")
        return Cell(absent, absent, absent)
    summary = summary_of_point(runs[index], point)
    level = summary if runs[index].machine.emulated is None else Unavailable(NO_TIMES)
    unlike = _unlike(runs, entries, index)
    if unlike is not None:
        return Cell(summary, unlike, unlike)
    if index == 0:
        return Cell(summary, Unavailable("the reference"), level)
    if reference is None:
        return Cell(summary, Unavailable("not in the reference run's plan"), level)
    if isinstance(summary, Unavailable):
        return Cell(summary, summary, summary)
    if _is_emulated(runs, index):
        return Cell(summary, Unavailable(NO_TIMES), level)
    values = tuple(values_by_round(runs[index], point).values())
    base = tuple(values_by_round(runs[0], reference).values())
    if not base:
        return Cell(
            summary, Unavailable(f"the reference has no value: {why_absent(runs[0], reference)}"), level
        )
    return Cell(summary, unpaired_ratio(values, base), level)


def _unlike(runs: Sequence[Run], entries: Sequence[Point | None], index: int) -> Unavailable | None:
    """Why a point asks another question than that of the first run which has it; None where it does not."""
    first = next(one for one, entry in enumerate(entries) if entry is not None)
    point, other = entries[index], entries[first]
    assert point is not None
    assert other is not None
    here, there = (runs[one].experiment_of(entry).version for one, entry in ((index, point), (first, other)))
    if here != there:
        return Unavailable(f"{NOT_COMPARABLE}: version {here} of the workload, {there} in the first run")
    if point.definition != other.definition:
        return Unavailable(
            f"{NOT_COMPARABLE}: the same name asks another question there (its definition differs)"
        )
    return None


def _is_emulated(runs: Sequence[Run], index: int) -> bool:
    """Whether a run or the reference has times of which no ratio says anything."""
    return any(run.machine.emulated is not None for run in (runs[index], runs[0]))


def _geometric_mean(
    runs: Sequence[Run], experiments: Sequence[ComparedExperiment], index: int
) -> GeometricMean | Unavailable:
    """Over the intersection only: a mean over whatever is there compares different sets of points. Emulated
    runs have no ratio, and cost the others nothing."""
    if _is_emulated(runs, index):
        return Unavailable(NO_TIMES)
    others = [other for other in range(1, len(runs)) if not _is_emulated(runs, other)]
    logs = []
    for point in (point for experiment in experiments for point in experiment.points):
        ratios = {other: point.cells[other].ratio for other in others}
        present = {other: ratio.value for other, ratio in ratios.items() if isinstance(ratio, Ratio)}
        if len(present) == len(ratios):
            logs.append(0.0 if index == 0 else math.log(present[index]))
    if not logs:
        return Unavailable("no point is present and comparable on every run")
    return GeometricMean(math.exp(math.fsum(logs) / len(logs)), len(logs))
