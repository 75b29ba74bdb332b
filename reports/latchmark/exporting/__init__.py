"""How does a run look to other tools? Tables as JSON, CSV and Markdown, and Google Benchmark's own JSON."""

from latchmark.exporting.comparisons import comparison_json, comparison_markdown
from latchmark.exporting.documents import run_json, run_markdown
from latchmark.exporting.formats import csv_text, markdown_table
from latchmark.exporting.gbench import gbench_json
from latchmark.exporting.tables import Table, comparison_table, summary_table

__all__ = [
    "Table",
    "comparison_json",
    "comparison_markdown",
    "comparison_table",
    "csv_text",
    "gbench_json",
    "markdown_table",
    "run_json",
    "run_markdown",
    "summary_table",
]
