"""What does the index of a folder keep of a run or a gate? A line each, without its launches."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from latchmark.cautions import cautions_of, checks_of, flags_of, tally_of
from latchmark.model import Run
from latchmark.statistics import measured_points
from latchmark.tables import topology_text
from latchmark.verdict import Verdict

SCHEMA_ID = "latchmark.folder/1"


@dataclass(frozen=True, slots=True)
class IndexedRun:
    """One run: `fingerprint` is the same for copies of it and no other, `measured` of `planned` points have a
    value, `why_incomplete` is empty for a complete one, `worst` and `tally` are those of its checks."""

    id: str
    fingerprint: str
    started_utc: str
    alias: str
    hard_key_hash: str
    processor: str
    topology: str
    preset: str
    commit: str
    measured: int
    planned: int
    why_incomplete: str
    flags: str
    worst: str
    tally: str


@dataclass(frozen=True, slots=True)
class IndexedVerdict:
    """One gate: what it answered, and of which machine."""

    started_utc: str
    machine: str
    hard_key_hash: str
    preset: str
    mode: str
    sentence: str
    exit_code: int


def indexed(run: Run) -> IndexedRun:
    """What is kept of a run; the same run gives the same values."""
    checks = checks_of(run, cautions_of(run))
    return IndexedRun(
        id=run.id,
        fingerprint=run.fingerprint,
        started_utc=run.started_utc,
        alias=run.machine.alias,
        hard_key_hash=run.machine.hard_key_hash,
        processor=_processor(run),
        topology=topology_text(run.machine),
        preset=run.preset,
        commit=run.suite.commit,
        measured=len(measured_points(run)),
        planned=sum(point.skip is None for point in run.points),
        why_incomplete="" if run.complete else run.incomplete_reason or "no reason recorded",
        flags=flags_of(run),
        worst=checks[0].answer.value,
        tally=tally_of(checks),
    )


def _processor(run: Run) -> str:
    """Its model, or the architecture where the machine does not say, as 64-bit Arm does not."""
    facts = run.machine.hard_key
    model = facts.get("model_name")
    if isinstance(model, str):
        return model
    architecture = facts.get("architecture")
    return f"{architecture}, model not known" if isinstance(architecture, str) else "model not known"


def indexed_verdict(verdict: Verdict) -> IndexedVerdict:
    """What is kept of a verdict; a gate that measured nothing has no start."""
    return IndexedVerdict(
        started_utc=verdict.stages[0].started_utc if verdict.stages else "",
        machine=verdict.machine,
        hard_key_hash=verdict.hard_key_hash,
        preset=verdict.preset,
        mode=verdict.mode.value,
        sentence=verdict.sentence,
        exit_code=verdict.exit_code,
    )


def embedded(runs: Mapping[str, IndexedRun], program: str) -> dict[str, object]:
    """The runs by the SHA-256 of their files, as an index embeds them; `program` is a digest of what judged
    them."""
    told = {sha256: asdict(runs[sha256]) for sha256 in sorted(runs)}
    return {"schema": SCHEMA_ID, "program": program, "runs": told}


_DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


def remembered(page: str, program: str) -> Mapping[str, IndexedRun]:
    """The runs that an index page embeds, so that their files need not be judged again; none of a page that
    is something else, damaged, or made by another program, which may have judged otherwise."""
    found = _DATA.search(page)
    try:
        data = json.loads(found[1]) if found else {}
        if (data.get("schema"), data.get("program")) != (SCHEMA_ID, program):
            return {}
        return {sha256: _run_of(told) for sha256, told in data["runs"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _run_of(told: Mapping[str, object]) -> IndexedRun:
    run = IndexedRun(**told)  # type: ignore[arg-type]  # checked below
    for field in fields(IndexedRun):
        if type(getattr(run, field.name)).__name__ != str(field.type):
            raise TypeError(field.name)
    return run
