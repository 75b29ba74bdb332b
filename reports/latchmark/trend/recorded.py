"""What does a history keep of a run? Its facts and a summary a point, whether from its file or an index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from latchmark.cautions import flags_of
from latchmark.errors import WrongUsage
from latchmark.model import Direction, Fact, Facts, Run, Unavailable
from latchmark.statistics import Summary, summary_of_point


@dataclass(frozen=True, slots=True)
class RecordedPoint:
    """The headline metric of one point in one run, over the launches of the first side; `summary` is in
    `unit`, or why there is none."""

    name: str
    experiment: str
    metric: str
    unit: str
    direction: Direction
    definition: str
    is_control: bool
    summary: Summary | Unavailable


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run without its launches. `sha256` is that of the file's bytes; `facts` is the environment that may
    change between the runs of one machine: soft key, build, libraries and plan."""

    sha256: str
    id: str
    file_name: str
    started_utc: str
    alias: str
    preset: str
    flags: str
    commit: str
    build_id: str
    hard_key_hash: str
    is_complete: bool
    emulated: str | None
    hard_key: Facts
    facts: Facts
    points: tuple[RecordedPoint, ...]


def recorded(run: Run, sha256: str) -> RecordedRun:
    """What is kept of a run whose file has this SHA-256. Points that are instrumented for another purpose
    than their experiment's headline are left out where they have no value of it."""
    return RecordedRun(
        sha256=sha256,
        id=run.id,
        file_name=run.file_name,
        started_utc=run.started_utc,
        alias=run.machine.alias,
        preset=run.preset,
        is_complete=run.complete,
        flags=flags_of(run),
        emulated=run.machine.emulated,
        commit=run.suite.commit,
        build_id=run.suite.build_id,
        hard_key_hash=run.machine.hard_key_hash,
        hard_key=run.machine.hard_key,
        facts=_facts_of(run),
        points=_points_of(run),
    )


def merged(known: Iterable[RecordedRun], given: Iterable[RecordedRun]) -> tuple[RecordedRun, ...]:
    """Known runs and given ones, which replace those of the same id: a resumed run has a longer file. Raises
    WrongUsage where a run is given twice."""
    by_id = {run.id: run for run in known}
    names: dict[str, str] = {}
    for run in given:
        if run.id in names:
            twice = f"{names[run.id]} and {run.file_name}"
            raise WrongUsage(f"trend got the run {run.id} twice ({twice}): give each run once")
        names[run.id] = run.file_name
        by_id[run.id] = run
    return tuple(by_id.values())


# The same library under the soft key's name and the suite's: its change would be told twice.
_NAMES_OF_LIBRARIES = {"glibc": "libc"}


def _facts_of(run: Run) -> Facts:
    suite = run.suite
    facts: dict[str, Fact] = {
        "suite version": suite.version,
        "compiler": suite.compiler,
        "flags": suite.flags,
        "build type": suite.build_type,
        "atomics": suite.atomics,
        **run.machine.soft_key,
    }
    for name, version in suite.libraries.items():
        facts.setdefault(_NAMES_OF_LIBRARIES.get(name, name), version)
    # Longer windows or another number of launches move a median a little without any change of code.
    facts |= {
        "preset": run.preset,
        "rounds": str(run.rounds),
        "windows of a launch": f"{run.windows} of {run.window_ns / 1e6:g} ms after {run.warm_up_ns / 1e6:g}"
        " ms of warm-up",
    }
    return facts


def _points_of(run: Run) -> tuple[RecordedPoint, ...]:
    found = []
    for point in run.points:
        experiment = run.experiment_of(point)
        headline = experiment.headline
        summary = summary_of_point(run, point)
        if point.purpose is not experiment.main_purpose and isinstance(summary, Unavailable):
            continue
        found.append(
            RecordedPoint(
                name=point.name,
                experiment=point.experiment,
                metric=headline.name,
                unit=headline.unit,
                direction=headline.direction,
                definition=point.definition,
                is_control=experiment.is_negative_control,
                summary=summary,
            )
        )
    return tuple(found)
