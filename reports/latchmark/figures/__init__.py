"""What does a run look like? Functions from values to figures, and those to inline SVG; the only home of
matplotlib."""

from latchmark.figures.drawing import Drawing
from latchmark.figures.of_comparison import ratio_rows, side_by_side
from latchmark.figures.of_experiment import drawings_of
from latchmark.figures.of_verdict import evidence_of, forests_of, ratio_of
from latchmark.figures.sweeps import UnchartedRoles, uncharted_roles

__all__ = [
    "Drawing",
    "UnchartedRoles",
    "drawings_of",
    "evidence_of",
    "forests_of",
    "ratio_of",
    "ratio_rows",
    "side_by_side",
    "uncharted_roles",
]
