"""What does a run look like? Functions from values to figures, and those to inline SVG; the only home of
matplotlib."""

from latchmark.figures.drawing import Drawing
from latchmark.figures.of_comparison import compared_drawings, side_by_side
from latchmark.figures.of_experiment import drawings_of
from latchmark.figures.of_verdict import evidence_of, forests_of, ratio_of
from latchmark.figures.price_list import price_drawings
from latchmark.figures.price_rows import NARROW, WIDE, Layout
from latchmark.figures.ranks import rank_drawings
from latchmark.figures.readings import UnchartedRoles, uncharted_roles
from latchmark.figures.topology import topology_of

__all__ = [
    "NARROW",
    "WIDE",
    "Drawing",
    "Layout",
    "UnchartedRoles",
    "compared_drawings",
    "drawings_of",
    "evidence_of",
    "forests_of",
    "price_drawings",
    "rank_drawings",
    "ratio_of",
    "side_by_side",
    "topology_of",
    "uncharted_roles",
]
