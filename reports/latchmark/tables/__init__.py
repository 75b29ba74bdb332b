"""Which numbers are shown as tables, on pages and in exports? Rows of cells, before any format."""

from latchmark.tables.facts import fact_text, facts_table
from latchmark.tables.of_compared_readings import compared_readings_table, sources_table
from latchmark.tables.of_comparison import compared_table, differences_table, runs_table, why_absent
from latchmark.tables.of_counters import counters_of
from latchmark.tables.of_environment import environment_of, topology_text
from latchmark.tables.of_experiment import (
    all_numbers,
    distances_table,
    fairness_table,
    latency_tables,
    measures_in,
    point_launches,
    points_table,
    quantities_table,
    readings_table,
)
from latchmark.tables.table import (
    NOT_EQUAL,
    POINT_COLUMNS,
    Cell,
    Column,
    Table,
    point_cells,
    ratio_cell,
    summary_cells,
    text_cells,
    value_cell,
    why_cell,
)

__all__ = [
    "NOT_EQUAL",
    "POINT_COLUMNS",
    "Cell",
    "Column",
    "Table",
    "all_numbers",
    "compared_readings_table",
    "compared_table",
    "counters_of",
    "differences_table",
    "distances_table",
    "environment_of",
    "fact_text",
    "facts_table",
    "fairness_table",
    "latency_tables",
    "measures_in",
    "point_cells",
    "point_launches",
    "points_table",
    "quantities_table",
    "ratio_cell",
    "readings_table",
    "runs_table",
    "sources_table",
    "summary_cells",
    "text_cells",
    "topology_text",
    "value_cell",
    "why_absent",
    "why_cell",
]
