"""What is a caution? One of a closed list: what was seen, why it may be wrong, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CautionName(StrEnum):
    """Stable names: pages link to them, and scripts match them."""

    TOO_FEW_LAUNCHES = "too_few_launches"
    LAUNCHES_FAILED = "launches_failed"
    VERIFY_FAILED = "verify_failed"
    CONTROL_NOT_TIED = "control_not_tied"
    OVERLAP_LOW = "overlap_low"
    STEAL = "steal"
    INVOLUNTARY_SWITCHES = "involuntary_switches"
    MIGRATED = "migrated"
    FREQUENCY_DRIFT = "frequency_drift"
    THROTTLED = "throttled"
    TWO_MODES = "two_modes"
    DRIFT_IN_RUN = "drift_in_run"
    SCALED_COUNTER = "scaled_counter"
    READINGS_LOST = "readings_lost"
    LOW_OPERATION_COUNT = "low_operation_count"
    NOTED_IN_LAUNCH = "noted_in_launch"
    VIRTUAL_MACHINE = "virtual_machine"
    NOT_A_RELEASE_BUILD = "not_a_release_build"
    INCOMPLETE_RUN = "incomplete_run"
    EMULATED_MACHINE = "emulated_machine"
    SCRIPTED_COUNTERS = "scripted_counters"
    ROLE_UNRESPONSIVE = "role_unresponsive"
    ROLE_UNCONTROLLED = "role_uncontrolled"
    ANCHORS_DISAGREE = "anchors_disagree"
    READING_COUNTS_ITSELF = "reading_counts_itself"
    MIXED_KINDS = "mixed_kinds"


@dataclass(frozen=True, slots=True)
class Caution:
    """A reason for doubt. `where` is a point's or an experiment's name, or empty for the whole run."""

    name: CautionName
    where: str
    seen: str
    doubt: str
    remedy: str

    @property
    def sentence(self) -> str:
        """All of it, for a terminal or a list."""
        return f"{self.seen}: {self.doubt}. {self.remedy}."
