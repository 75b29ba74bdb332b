"""What can be said about a point, and about two? Pure functions over launches; none takes windows.

Windows of one launch share a process, a layout and a moment: taken as samples they make identical code look
different in one of four comparisons. So the sample is the launch, and its value is the median of its windows.
"""

from latchmark.statistics.fairness import jain_index, largest_share, smallest_share
from latchmark.statistics.intervals import Interval, Summary, interval_rank, median_interval, summary_of
from latchmark.statistics.points import (
    controls_of,
    first_side,
    per_operation,
    ratio_of_points,
    summary_of_point,
    values_by_round,
    why_absent,
)
from latchmark.statistics.ratios import Ratio, paired_ratio, unpaired_ratio

__all__ = [
    "Interval",
    "Ratio",
    "Summary",
    "controls_of",
    "first_side",
    "interval_rank",
    "jain_index",
    "largest_share",
    "median_interval",
    "paired_ratio",
    "per_operation",
    "ratio_of_points",
    "smallest_share",
    "summary_of",
    "summary_of_point",
    "unpaired_ratio",
    "values_by_round",
    "why_absent",
]
