"""A run of two variants, one of which costs six times the other, and what is found in it."""

from __future__ import annotations

from typing import Any

from described_run import DescribedRun

from latchmark.findings import FindingKind, findings_of
from latchmark.model import Run

PADDED_NS = [5.0, 5.1, 4.9, 5.0, 5.1, 4.9]


def false_sharing(**packed: Any) -> DescribedRun:
    """Two variants with one and two workers; the ratio at two is exactly 6 in every round."""
    run = DescribedRun()
    for role in ("cycles", "cross_core_loads"):
        run.role(role, "counted", None, "uarch")
    run.experiment("false_sharing/counters", ("padded", "packed"), ties=("padded", "packed"),
                   roles=(("cycles", "cross_core_loads"),))  # fmt: skip
    run.point("false_sharing/counters", "padded", 1, PADDED_NS)
    run.point("false_sharing/counters", "padded", 2, PADDED_NS, **packed.pop("padded", {}))
    run.point("false_sharing/counters", "packed", 1, PADDED_NS)
    run.point("false_sharing/counters", "packed", 2, [6 * time for time in PADDED_NS], **packed)
    return run


def of_kind(run: Run, kind: FindingKind) -> list[str]:
    """The texts of one kind."""
    return [finding.text for finding in findings_of(run) if finding.kind is kind]
