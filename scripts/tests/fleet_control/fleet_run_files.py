"""Which run files come back from hosts? Good, failed and incomplete ones, each with an id of its own."""

from __future__ import annotations

import json

from described_run import DescribedRun


def run_text(alias: str, is_failed: bool = False, stopped: str | None = None, skips_all: bool = False) -> str:
    """The text of a run file of the machine `alias`; `stopped` is why it is incomplete."""
    run = DescribedRun(alias=alias, rounds=6, windows=2)
    run.experiment("false_sharing/counters", ("padded", "packed"))
    fail = {1: ("verify_failed", "counted 3 instead of 4")} if is_failed else {}
    for variant, cost_ns in (("padded", 4.0), ("packed", 34.0)):
        if skips_all:
            run.point("false_sharing/counters", variant, 2, skip="needs two cores")
        else:
            run.point("false_sharing/counters", variant, 2, [cost_ns] * 6, fail=fail)
    document = run.document()
    if stopped is not None:
        document["run"] |= {"complete": False, "incomplete_reason": stopped}
    return json.dumps(document)
