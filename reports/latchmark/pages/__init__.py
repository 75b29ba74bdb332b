"""How does a person read a run? One self-contained HTML file, from values to markup; the only home of
jinja2."""

from latchmark.pages.of_comparison import compare_page, comparison_page
from latchmark.pages.of_folder import folder_page
from latchmark.pages.of_run import report_page
from latchmark.pages.of_trend import trend_page
from latchmark.pages.of_verdict import verdict_page

__all__ = ["compare_page", "comparison_page", "folder_page", "report_page", "trend_page", "verdict_page"]
