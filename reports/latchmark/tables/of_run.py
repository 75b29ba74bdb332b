"""Which tables has a run? All of them in the order of its page, so that page and export cannot differ."""

from __future__ import annotations

from latchmark.model import Experiment, Run
from latchmark.tables.of_counters import counters_of
from latchmark.tables.of_environment import environment_of
from latchmark.tables.of_experiment import (
    all_numbers,
    distances_table,
    fairness_table,
    latency_tables,
    points_table,
    quantities_table,
    readings_table,
)
from latchmark.tables.of_prices import price_tables
from latchmark.tables.table import Table


def run_tables(run: Run) -> tuple[Table, ...]:
    """Every table of the run's page: prices, the experiments', all numbers, counters and environment."""
    numbers, _ = all_numbers(run)
    return (
        *price_tables(run),
        *(table for experiment in run.experiments for table in experiment_tables(run, experiment)),
        numbers,
        *counters_of(run),
        *environment_of(run),
    )


def experiment_tables(run: Run, experiment: Experiment) -> tuple[Table, ...]:
    """What was measured of an experiment; those without a row are left out."""
    return (
        *distances_table(run, experiment),
        points_table(run, experiment),
        *fairness_table(run, experiment),
        *latency_tables(run, experiment),
        *quantities_table(run, experiment),
        *readings_table(run, experiment),
    )
