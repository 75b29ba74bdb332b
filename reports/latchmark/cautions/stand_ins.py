"""What stands in for a machine or its counters? Said at the head of everything that shows such a run."""

from __future__ import annotations

from dataclasses import dataclass

from latchmark.cautions.caution import Caution, CautionName
from latchmark.model import Run

EMULATED = "emulated"


@dataclass(frozen=True, slots=True)
class StandIn:
    """`flag` in one word, for a label; `caution` in full."""

    flag: str
    caution: Caution

    @property
    def sentence(self) -> str:
        """For the head of a page or a document."""
        told = f"{self.caution.seen}: {self.caution.doubt}."
        return told[:1].upper() + told[1:]


def stand_ins_of(run: Run) -> tuple[StandIn, ...]:
    """What of a run is not a machine's own; empty for nearly all."""
    found = []
    if run.machine.emulated is not None:
        seen = f"measured on an emulated machine ({run.machine.emulated})"
        doubt = "times mean nothing beyond this run, and no ratio of them is a cost of real hardware"
        remedy = "Measure on the machine itself"
        found.append(StandIn(EMULATED, Caution(CautionName.EMULATED_MACHINE, "", seen, doubt, remedy)))
    if run.counters.script is not None:
        seen = f"counts come from a script ({run.counters.script}), not from hardware"
        doubt = "no reading of this run says anything about the machine"
        remedy = "Run without the script"
        found.append(
            StandIn("scripted counts", Caution(CautionName.SCRIPTED_COUNTERS, "", seen, doubt, remedy))
        )
    return tuple(found)


def flags_of(run: Run) -> str:
    """`emulated`, `emulated, scripted counts`; empty for a real machine with counters of its own or none."""
    return ", ".join(one.flag for one in stand_ins_of(run))
