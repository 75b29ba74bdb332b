"""What can be said about a point, and about two? Pure functions over launches; none takes windows.

Windows of one launch share a process, a layout and a moment: taken as samples they make identical code look
different in one of four comparisons. So the sample is the launch, and its value is the median of its windows.
"""

from latchmark.statistics.crossovers import Pair, is_of_waits, pairs_by_size, pairs_of_waits
from latchmark.statistics.curves import Crossing, Curve, Growth, Meeting, growth_of, meeting_of
from latchmark.statistics.days import FEWEST_DAYS, day_bound, day_spread
from latchmark.statistics.derived import TRANSFERS, Derived, derived_of, derived_reading, source_of
from latchmark.statistics.distributions import (
    FEWEST_BEYOND,
    Distribution,
    distributions_of,
    pooled,
    quantile_ns,
)
from latchmark.statistics.fairness import Sharing, jain_index, largest_share, smallest_share
from latchmark.statistics.holm import holm
from latchmark.statistics.intervals import Interval, Summary, interval_rank, median_interval, summary_of
from latchmark.statistics.measures import (
    ANCHORS,
    Measure,
    finished_launches,
    measured_by_round,
    measures_of,
    reading_of,
    summary_of_measure,
    value_of,
    was_asked,
)
from latchmark.statistics.places import counterparts_of, repeats_of
from latchmark.statistics.points import (
    by_pair,
    controls_of,
    difference_of_points,
    first_side,
    measured_points,
    ratio_of_points,
    sharing_of_point,
    summary_of_point,
    values_by_round,
    why_absent,
)
from latchmark.statistics.prices import (
    Frequency,
    Price,
    PriceList,
    Unpriced,
    counted_cycles,
    joint_prices,
    numbered_references,
    price_list,
    prices_of,
    time_metric,
    uncontended_mutex,
)
from latchmark.statistics.ratios import TOLERANCE, Ratio, paired_ratio, unpaired_ratio
from latchmark.statistics.signed_ranks import RankTest, rank_test, sign_p
from latchmark.statistics.spreads import spread_of, upper_bound
from latchmark.statistics.steps import SHORTEST_SEGMENT, Shift, fewest_since, shifts_of, threshold_for
from latchmark.statistics.sweeps import Place, Swept, in_first_places, sweeps_along
from latchmark.statistics.tasks import (
    WORTH_IT,
    efficiency_of,
    is_handed_over,
    is_of_tasks,
    threshold_of,
    worth_from,
)

__all__ = [
    "ANCHORS",
    "FEWEST_BEYOND",
    "FEWEST_DAYS",
    "SHORTEST_SEGMENT",
    "TOLERANCE",
    "TRANSFERS",
    "WORTH_IT",
    "Crossing",
    "Curve",
    "Derived",
    "Distribution",
    "Frequency",
    "Growth",
    "Interval",
    "Measure",
    "Meeting",
    "Pair",
    "Place",
    "Price",
    "PriceList",
    "RankTest",
    "Ratio",
    "Sharing",
    "Shift",
    "Summary",
    "Swept",
    "Unpriced",
    "by_pair",
    "controls_of",
    "counted_cycles",
    "counterparts_of",
    "day_bound",
    "day_spread",
    "derived_of",
    "derived_reading",
    "difference_of_points",
    "distributions_of",
    "efficiency_of",
    "fewest_since",
    "finished_launches",
    "first_side",
    "growth_of",
    "holm",
    "in_first_places",
    "interval_rank",
    "is_handed_over",
    "is_of_tasks",
    "is_of_waits",
    "jain_index",
    "joint_prices",
    "largest_share",
    "measured_by_round",
    "measured_points",
    "measures_of",
    "median_interval",
    "meeting_of",
    "numbered_references",
    "paired_ratio",
    "pairs_by_size",
    "pairs_of_waits",
    "pooled",
    "price_list",
    "prices_of",
    "quantile_ns",
    "rank_test",
    "ratio_of_points",
    "reading_of",
    "repeats_of",
    "sharing_of_point",
    "shifts_of",
    "sign_p",
    "smallest_share",
    "source_of",
    "spread_of",
    "summary_of",
    "summary_of_measure",
    "summary_of_point",
    "sweeps_along",
    "threshold_for",
    "threshold_of",
    "time_metric",
    "uncontended_mutex",
    "unpaired_ratio",
    "upper_bound",
    "value_of",
    "values_by_round",
    "was_asked",
    "why_absent",
    "worth_from",
]
