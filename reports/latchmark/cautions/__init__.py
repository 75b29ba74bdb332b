"""Why might a number be wrong? Cautions of a run, an experiment or a point."""

from latchmark.cautions.calibration import FloorAge, began_on, calibration_of, floor_age_of
from latchmark.cautions.caution import Caution, CautionName
from latchmark.cautions.foremost import foremost_of, resume_sentence
from latchmark.cautions.of_point import cautions_of_point
from latchmark.cautions.of_run import cautions_of, cautions_of_experiment, cautions_of_run
from latchmark.cautions.stand_ins import EMULATED, StandIn, flags_of, stand_ins_of
from latchmark.cautions.trust import Answer, Check, checks_of, tally_of

__all__ = [
    "EMULATED",
    "Answer",
    "Caution",
    "CautionName",
    "Check",
    "FloorAge",
    "StandIn",
    "began_on",
    "calibration_of",
    "cautions_of",
    "cautions_of_experiment",
    "cautions_of_point",
    "cautions_of_run",
    "checks_of",
    "flags_of",
    "floor_age_of",
    "foremost_of",
    "resume_sentence",
    "stand_ins_of",
    "tally_of",
]
