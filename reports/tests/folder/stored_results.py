"""Which files would a folder of results hold? Small runs at their places, for tests of the index."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from described_run import DescribedRun
from gate_outputs.described_gates import quiet_verdict

from latchmark.verdict import to_json

LAPTOP, SERVER = "1111aaaa2222bbbb", "3333cccc4444dddd"


def stored_run(
    started: str, alias: str = "laptop", key: str = LAPTOP, preset: str = "quick"
) -> dict[str, Any]:
    """A run of two points in two rounds and one that is skipped; `started` is a time of 2026-11-22, its id
    follows from all of this."""
    run = DescribedRun(rounds=2, windows=1, alias=alias)
    run.experiment("contention/counter", ("sharded", "shared"))
    run.point("contention/counter", "sharded", 2, 5.0)
    run.point("contention/counter", "shared", 2, 30.0)
    run.point("contention/counter", "shared", 2, placement="same_core", skip="needs two hardware threads")
    document = run.document()
    document["machine"]["hard_key_hash"] = key
    document["run"] |= {
        "started_utc": f"2026-11-22T{started}Z",
        "id": f"{alias}-{started}-{preset}",
        "preset": preset,
    }
    return document


def put(document: dict[str, Any], path: Path) -> Path:
    """Writes a document, gzipped where the name says so, and the folders on the way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def everything(folder: Path) -> Path:
    """A folder with all that an index tells: many runs of one machine, one of another that is incomplete, a
    gate with its page, a file that is cut short."""
    for hour in range(14):
        put(stored_run(f"{hour:02}:00:00"), folder / f"laptop/{hour:02}/run.json")
    (folder / "laptop/03/report.html").write_text("a page", "utf-8")
    cut = stored_run("09:30:00", "server", SERVER)
    cut["run"] |= {"complete": False, "incomplete_reason": "interrupted by signal 2"}
    broken = put(cut, folder / "server/one/run.json.gz").read_bytes()[:-100]
    put({}, folder / "server/two/run.json.gz").write_bytes(broken)
    gate = put({}, folder / "gates/one/verdict.json")
    gate.write_text(to_json(quiet_verdict()), "utf-8")
    gate.with_name("report.html").write_text("a page", "utf-8")
    return folder
