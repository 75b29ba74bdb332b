"""What can be said about a point, and about two? Pure functions over launches; none takes windows.

Windows of one launch share a process, a layout and a moment: taken as samples they make identical code look
different in one of four comparisons. So the sample is the launch, and its value is the median of its windows.
"""

from latchmark.statistics.fairness import Sharing, jain_index, largest_share, smallest_share
from latchmark.statistics.intervals import Interval, Summary, interval_rank, median_interval, summary_of
from latchmark.statistics.places import counterparts_of, repeats_of
from latchmark.statistics.points import (
    by_pair,
    controls_of,
    difference_of_points,
    first_side,
    per_operation,
    ratio_of_points,
    sharing_of_point,
    summary_of_point,
    values_by_round,
    why_absent,
)
from latchmark.statistics.ratios import Ratio, paired_ratio, unpaired_ratio

__all__ = [
    "Interval",
    "Ratio",
    "Sharing",
    "Summary",
    "by_pair",
    "controls_of",
    "counterparts_of",
    "difference_of_points",
    "first_side",
    "interval_rank",
    "jain_index",
    "largest_share",
    "median_interval",
    "paired_ratio",
    "per_operation",
    "ratio_of_points",
    "repeats_of",
    "sharing_of_point",
    "smallest_share",
    "summary_of",
    "summary_of_point",
    "unpaired_ratio",
    "values_by_round",
    "why_absent",
]
