"""Does a run show the shapes that two cores must show? One line a shape: `ok`, `NO`, or `absent: reason`.

Each is a ratio with its interval, paired by round. An effect that must be there (sharing, collapse) is missed
where the interval does not show it; what must not be there (an order turned round, a slope) only where the
interval shows it. Exit 1 when a shape is missed. Run as `python3 scripts/shapes.py RUN.json...`: a shape is
looked for in one run after the other.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))

from expected_shapes import ALL, ONE, SHAPES, SURVIVED, TWICE, TWO, Shape, Side

from latchmark.errors import LatchmarkError
from latchmark.loading import load
from latchmark.model import Experiment, Placement, Point, Run, Unavailable
from latchmark.statistics import Interval, Ratio, paired_ratio, values_by_round, why_absent
from latchmark.wording import between, number


def point_of(run: Run, side: Side) -> Point | Unavailable:
    """The point that a side names, or why there is none."""
    experiment = next((one for one in run.experiments if one.name == side.experiment), None)
    if experiment is None:
        return Unavailable(f"{side.experiment} is not in this run")
    found = [point for point in run.points_of(experiment) if _is_named(experiment, point, side)]
    if not found:
        return Unavailable(f"no point of {side.experiment}/{side.variant} with {side.workers} workers")
    # The largest team: of numbers that name a class, all cores and twice the CPUs.
    return max(found, key=lambda point: point.workers)


def _is_named(experiment: Experiment, point: Point, side: Side) -> bool:
    usual = {ONE: point.workers == 1, TWO: point.workers == 2, ALL: point.workers > 1}
    is_there = (
        point.is_oversubscribed
        if side.workers == TWICE
        else point.placement is Placement.SPREAD and usual[side.workers]
    )
    middles = {axis.name: axis.middle for axis in experiment.axes}
    wanted = {**middles, **side.parameters}
    return (
        is_there
        and point.variant == side.variant
        and point.purpose is (side.purpose or experiment.main_purpose)
        and point.team is side.team
        and all(wanted.get(name, value) == value for name, value in point.parameters)
    )


def values_of(run: Run, side: Side, metric: str | None) -> Mapping[int, float] | Unavailable:
    """What a side costs, by round."""
    point = point_of(run, side)
    if isinstance(point, Unavailable):
        return point
    values = values_by_round(run, point, metric)
    if not values:
        return Unavailable(f"{point.name}: {why_absent(run, point, metric)}")
    if side.beyond is None:
        return values
    less = values_of(run, side.beyond, metric)
    if isinstance(less, Unavailable):
        return less
    return {round_: value - less[round_] for round_, value in values.items() if round_ in less}


def ratio_of(run: Run, shape: Shape) -> Ratio | Unavailable:
    """The ratio that a shape is about, with an interval, or why the run cannot say."""
    numerator, denominator = (
        values_of(run, side, shape.metric) for side in (shape.numerator, shape.denominator)
    )
    if isinstance(numerator, Unavailable):
        return numerator
    if isinstance(denominator, Unavailable):
        return denominator
    ratio = paired_ratio(numerator, denominator)
    if isinstance(ratio, Unavailable):
        return ratio
    if isinstance(ratio.interval, Unavailable):
        return ratio.interval
    return ratio.scaled(1 / _team_factor(run, shape)) if shape.is_of_team else ratio


def _team_factor(run: Run, shape: Shape) -> float:
    """How many times as many workers the numerator has."""
    numerator, denominator = point_of(run, shape.numerator), point_of(run, shape.denominator)
    assert isinstance(numerator, Point)
    assert isinstance(denominator, Point)
    return numerator.workers / denominator.workers


def line_of(runs: Sequence[Run], shape: Shape) -> str:
    """`ok      padded scales: 1.01x [0.99, 1.02], expected: flat within 10 %`, of the first run that says."""
    ratios = [ratio_of(run, shape) for run in runs]
    ratio = next((one for one in ratios if isinstance(one, Ratio)), ratios[0])
    if isinstance(ratio, Unavailable):
        return f"absent  {shape.name}: {ratio.reason}"
    assert isinstance(ratio.interval, Interval)
    answer = "NO" if shape.expectation.is_missed(ratio.interval) else "ok"
    return (
        f"{answer:<7} {shape.name}: {number(ratio.value)}× {between(ratio.interval)},"
        f" expected: {shape.expectation.text}"
    )


def survival_of(runs: Sequence[Run], experiment: str) -> str:
    """`ok      pools/worker_lost survived in 12 of 12 launches`."""
    launches = [
        launch for run in runs for launch in run.launches if run.points[launch.point].experiment == experiment
    ]
    if not launches:
        return f"absent  {experiment}: no launch in these runs"
    ended_well = sum(launch.is_ok for launch in launches)
    answer = "ok" if ended_well == len(launches) else "NO"
    return f"{answer:<7} {experiment} survived in {ended_well} of {len(launches)} launches"


def main(arguments: list[str]) -> int:
    """Prints a line a shape; 1 when one is missed, 2 for wrong usage or a file that is no run."""
    if not arguments:
        print("usage: python3 scripts/shapes.py RUN.json...", file=sys.stderr)
        return 2
    try:
        runs = [load(Path(argument)) for argument in arguments]
    except LatchmarkError as error:
        print(f"shapes: {error}", file=sys.stderr)
        return 2
    lines = [line_of(runs, shape) for shape in SHAPES]
    lines += [survival_of(runs, experiment) for experiment in SURVIVED]
    print(*lines, sep="\n")
    return 1 if any(line.startswith("NO") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
