"""Which numbers are shown as tables, on pages and in exports? Rows of cells, before any format."""

from latchmark.tables.facts import fact_text, facts_table
from latchmark.tables.of_compared_prices import compared_prices_tables
from latchmark.tables.of_compared_readings import compared_readings_table, sources_table
from latchmark.tables.of_comparison import (
    compared_table,
    comparison_tables,
    difference_tables,
    differences_table,
    equal_table,
    experiment_comparison_tables,
    runs_table,
    why_absent,
)
from latchmark.tables.of_counters import counters_of
from latchmark.tables.of_environment import environment_of, topology_text
from latchmark.tables.of_experiment import (
    all_numbers,
    measures_in,
    point_launches,
)
from latchmark.tables.of_prices import price_records, price_tables
from latchmark.tables.of_ranks import rank_text, ranks_table
from latchmark.tables.of_run import experiment_tables, run_tables
from latchmark.tables.of_units import units_of
from latchmark.tables.table import (
    NOT_EQUAL,
    POINT_COLUMNS,
    Cell,
    Column,
    Table,
    count_cell,
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
    "compared_prices_tables",
    "compared_readings_table",
    "compared_table",
    "comparison_tables",
    "count_cell",
    "counters_of",
    "difference_tables",
    "differences_table",
    "environment_of",
    "equal_table",
    "experiment_comparison_tables",
    "experiment_tables",
    "fact_text",
    "facts_table",
    "measures_in",
    "point_cells",
    "point_launches",
    "price_records",
    "price_tables",
    "rank_text",
    "ranks_table",
    "ratio_cell",
    "run_tables",
    "runs_table",
    "sources_table",
    "summary_cells",
    "text_cells",
    "topology_text",
    "units_of",
    "value_cell",
    "why_absent",
    "why_cell",
]
