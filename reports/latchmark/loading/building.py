"""Which run does a valid document describe? Builds the model, and checks what the schema cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from latchmark.loading.contract import BrokenContract
from latchmark.loading.launches import disturbances_of, launch_of, round_of
from latchmark.loading.numbers import finite, integer
from latchmark.model import (
    Axis,
    Clock,
    Control,
    ControlResult,
    Counters,
    Cpu,
    Direction,
    Encoding,
    Experiment,
    Fact,
    Launch,
    Machine,
    MetricDefinition,
    Placement,
    Point,
    Purpose,
    ReadingStatus,
    Role,
    Run,
    Shape,
    Side,
    Suite,
    Team,
    Topology,
    Unavailable,
    Variant,
)

_Json = Mapping[str, Any]


def run_of(document: _Json, file_name: str) -> Run:
    """The run that a document describes; the document has passed the schema. Raises BrokenContract."""
    header = document["run"]
    sides = tuple(Side(side["name"], side["build_id"]) for side in header["sides"])
    _refuse_repeats((side.name for side in sides), "run.sides[{}].name")
    experiments = tuple(
        _experiment_of(one, f"experiments[{i}]") for i, one in enumerate(document["experiments"])
    )
    _refuse_repeats((experiment.name for experiment in experiments), "experiments[{}].name")
    by_name = {experiment.name: experiment for experiment in experiments}
    points = tuple(_point_of(one, index, by_name) for index, one in enumerate(document["points"]))
    _refuse_repeats((point.name for point in points), "points[{}].name")
    return Run(
        file_name=file_name,
        id=header["id"],
        started_utc=header["started_utc"],
        ended_utc=header["ended_utc"],
        preset=header["preset"],
        seed=header["seed"],
        rounds=integer(header["rounds"], "run.rounds"),
        windows=integer(header["windows"], "run.windows"),
        window_ns=integer(header["window_ns"], "run.window_ns"),
        warm_up_ns=integer(header["warm_up_ns"], "run.warm_up_ns"),
        oversubscribed_window_ns=integer(header["oversubscribed_window_ns"], "run.oversubscribed_window_ns"),
        command=tuple(header["command"]),
        complete=header["complete"],
        incomplete_reason=header["incomplete_reason"],
        duration_s=finite(header["duration_s"], "run.duration_s"),
        expected_s=finite(header["expected_s"], "run.expected_s"),
        resumed=integer(header.get("resumed", 0), "run.resumed"),
        sides=sides,
        disturbance=disturbances_of(header.get("disturbance", {}), "run.disturbance"),
        suite=Suite(**document["suite"]),
        machine=_machine_of(document["machine"]),
        counters=_counters_of(document["counters"]),
        experiments=experiments,
        points=points,
        launches=_launches_of(document["launches"], points, by_name, {side.name for side in sides}),
        rounds_seen=tuple(round_of(one, f"rounds[{i}]") for i, one in enumerate(document.get("rounds", ()))),
    )


def metric_of(one: _Json) -> MetricDefinition:
    """A metric of an experiment, as run files and plans have it. Raises KeyError and ValueError where it is
    none, which the schema of a run file rules out."""
    return MetricDefinition(
        one["name"], one["unit"], one["meaning"], Direction(one["direction"]), Shape(one["shape"])
    )


def _experiment_of(one: _Json, path: str) -> Experiment:
    variants = tuple(
        Variant(variant["name"], variant["summary"], variant.get("baseline"), tuple(variant.get("parts", ())))
        for variant in one["variants"]
    )
    axes = tuple(
        Axis(
            axis["name"],
            axis["unit"],
            tuple(finite(value, f"{path}.axes[{i}].values") for value in axis["values"]),
            finite(axis["middle"], f"{path}.axes[{i}].middle"),
            tuple(axis.get("variants", ())),
        )
        for i, axis in enumerate(one["axes"])
    )
    metrics = tuple(metric_of(metric) for metric in one["metrics"])
    _refuse_repeats((variant.name for variant in variants), path + ".variants[{}].name")
    _refuse_repeats((axis.name for axis in axes), path + ".axes[{}].name")
    _refuse_repeats((metric.name for metric in metrics), path + ".metrics[{}].name")
    variant_names = {variant.name for variant in variants}
    _require_known(one["baseline"], variant_names, f"{path}.baseline", "variant")
    for i, name in enumerate(one["ties_at_one_worker"]):
        _require_known(name, variant_names, f"{path}.ties_at_one_worker[{i}]", "variant")
    for i, variant in enumerate(variants):
        if variant.baseline is not None:
            _require_known(variant.baseline, variant_names, f"{path}.variants[{i}].baseline", "variant")
    for i, axis in enumerate(axes):
        for k, name in enumerate(axis.variants):
            _require_known(name, variant_names, f"{path}.axes[{i}].variants[{k}]", "variant")
    return Experiment(
        name=one["name"],
        version=integer(one["version"], f"{path}.version"),
        question=one["question"],
        operation=one["operation"],
        baseline=one["baseline"],
        mechanism=one.get("mechanism", ""),
        variants=variants,
        axes=axes,
        metrics=metrics,
        ties_at_one_worker=tuple(one["ties_at_one_worker"]),
        roles=tuple(tuple(group) for group in one["roles"]),
        baseline_is_floor=one.get("baseline_is_floor", False),
        scales=one.get("scales", True),
        is_negative_control=one.get("negative_control", False),
    )


def _point_of(one: _Json, index: int, experiments: Mapping[str, Experiment]) -> Point:
    path = f"points[{index}]"
    _require_known(one["experiment"], experiments, f"{path}.experiment", "experiment")
    variants = {variant.name for variant in experiments[one["experiment"]].variants}
    _require_known(one["variant"], variants, f"{path}.variant", "variant")
    workers = integer(one["workers"], f"{path}.workers")
    cpus = tuple(integer(cpu, f"{path}.cpus") for cpu in one["cpus"])
    if one["skip"] is None and len(cpus) != workers:
        raise BrokenContract(f"{path}.cpus", f"names {len(cpus)} CPUs for {workers} workers")
    return Point(
        index=index,
        name=one["name"],
        experiment=one["experiment"],
        variant=one["variant"],
        team=Team(one["team"]),
        workers=workers,
        placement=Placement(one["placement"]),
        cpus=cpus,
        parameters=tuple(
            sorted(
                (name, finite(value, f"{path}.parameters.{name}"))
                for name, value in one["parameters"].items()
            )
        ),
        purpose=Purpose(one["purpose"]),
        definition=one["definition"],
        skip=one["skip"],
        batch=None if one["batch"] is None else integer(one["batch"], f"{path}.batch"),
        pairs=tuple(
            (integer(first, f"{path}.pairs"), integer(second, f"{path}.pairs"))
            for first, second in one.get("pairs", ())
        ),
        extra_share=finite(one.get("extra_share", 0.0), f"{path}.extra_share"),
    )


def _launches_of(
    documents: Iterable[_Json],
    points: tuple[Point, ...],
    experiments: Mapping[str, Experiment],
    sides: set[str],
) -> tuple[Launch, ...]:
    shapes = {
        name: {metric.name: metric.shape for metric in experiment.metrics}
        for name, experiment in experiments.items()
    }
    parted = {
        name: {variant.name for variant in experiment.variants if variant.parts}
        for name, experiment in experiments.items()
    }
    launches = []
    seen: dict[tuple[int, str, int], int] = {}
    orders: dict[int, int] = {}
    for i, one in enumerate(documents):
        path = f"launches[{i}]"
        if one["point"] >= len(points):
            raise BrokenContract(f"{path}.point", f"is {one['point']}, but there are {len(points)} points")
        _require_known(one["side"], sides, f"{path}.side", "side")
        point = points[integer(one["point"], f"{path}.point")]
        if point.skip is not None:
            raise BrokenContract(f"{path}.point", f"names {point.name}, which was skipped: {point.skip}")
        has_parts = point.variant in parted[point.experiment]
        launch = launch_of(one, point, shapes[point.experiment], has_parts, path)
        # Ratios are paired by round, so two launches of a point in one round would make the pair a matter of
        # luck.
        earlier = seen.setdefault((launch.point, launch.side, launch.round), i)
        if earlier != i:
            raise BrokenContract(path, f"measures the same point, side and round as launches[{earlier}]")
        earlier = orders.setdefault(launch.order, i)
        if earlier != i:
            raise BrokenContract(
                f"{path}.order", f"is {launch.order}, which is also the order of launches[{earlier}]"
            )
        launches.append(launch)
    return tuple(launches)


def _machine_of(one: _Json) -> Machine:
    topology, clock = one["topology"], one["clock"]
    return Machine(
        alias=one["alias"],
        hard_key=_facts_of(one["hard_key"]),
        hard_key_hash=one["hard_key_hash"],
        soft_key=_facts_of(one["soft_key"]),
        topology=Topology(
            source=topology["source"],
            cpus=tuple(
                Cpu(
                    **{
                        name: integer(value, f"machine.topology.cpus[{i}].{name}")
                        for name, value in cpu.items()
                    }
                )
                for i, cpu in enumerate(topology["cpus"])
            ),
            llc_kib=None
            if topology["llc_kib"] is None
            else integer(topology["llc_kib"], "machine.topology.llc_kib"),
        ),
        clock=Clock(
            name=clock["name"],
            resolution_ns=finite(clock["resolution_ns"], "machine.clock.resolution_ns"),
            read_ns=finite(clock["read_ns"], "machine.clock.read_ns"),
            chain_step_ns=finite(clock["chain_step_ns"], "machine.clock.chain_step_ns"),
        ),
        placements=dict(one["placements"]),
        emulated=one.get("emulated"),
    )


def _facts_of(facts: _Json) -> dict[str, Fact]:
    return {name: fact if isinstance(fact, str) else Unavailable(fact["why"]) for name, fact in facts.items()}


def _counters_of(one: _Json) -> Counters:
    paranoid = one["perf_event_paranoid"]
    roles = tuple(_role_of(role, f"counters.roles[{i}]") for i, role in enumerate(one["roles"]))
    _refuse_repeats((role.role for role in roles), "counters.roles[{}].role")
    control = tuple(
        _control_of(entry, f"counters.control[{i}]") for i, entry in enumerate(one.get("control", ()))
    )
    _refuse_repeats((entry.role for entry in control), "counters.control[{}].role")
    return Counters(
        perf_event_paranoid=None if paranoid is None else integer(paranoid, "counters.perf_event_paranoid"),
        pmus=tuple(one["pmus"]),
        table=one["table"],
        libpfm=one["libpfm"],
        roles=roles,
        cpu=one.get("cpu"),
        hypervisor=one.get("hypervisor"),
        script=one.get("script"),
        control=control,
    )


def _role_of(one: _Json, path: str) -> Role:
    perf = one.get("perf")
    return Role(
        role=one["role"],
        unit=one["unit"],
        meaning=one["meaning"],
        status=ReadingStatus(one["status"]),
        why=one["why"],
        tier=one["tier"],
        source=one["source"],
        scope=one["scope"],
        caveat=one.get("caveat", ""),
        perf=None
        if perf is None
        else Encoding(integer(perf["type"], f"{path}.perf.type"), perf["config"], perf["config1"]),
    )


def _control_of(one: _Json, path: str) -> Control:
    counted, idle, times = one["counted"], one["idle"], one["times"]
    return Control(
        role=one["role"],
        stimulus=one["stimulus"],
        cpus=tuple(integer(cpu, f"{path}.cpus") for cpu in one["cpus"]),
        result=ControlResult(one["result"]),
        why=one["why"],
        counted=None if counted is None else finite(counted, f"{path}.counted"),
        idle=None if idle is None else finite(idle, f"{path}.idle"),
        times=None if times is None else integer(times, f"{path}.times"),
    )


def _refuse_repeats(names: Iterable[str], path: str) -> None:
    seen: set[str] = set()
    for i, name in enumerate(names):
        if name in seen:
            raise BrokenContract(path.format(i), f"{name!r} is there twice")
        seen.add(name)


def _require_known(name: str, known: Iterable[str], path: str, what: str) -> None:
    if name not in known:
        raise BrokenContract(path, f"{name!r} is no {what} of this run")
