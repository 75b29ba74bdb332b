"""Which runs would a nightly job have left behind? Described ones, a day apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from described_run import DescribedRun, write_run

from latchmark.loading import load
from latchmark.trend import RecordedRun, recorded

Mend = Callable[[int, dict[str, Any]], None]

TIMES_NS = {"packed": 36.0, "padded": 4.7}
STEPPED = "false_sharing/counters/packed/workers:2/placement:spread"
CONTROL = "control/clock/read/workers:1/placement:spread"
QUIET = "false_sharing/counters/padded/workers:2/placement:spread"


def nightly_documents(
    runs: int,
    factors: Mapping[str, Sequence[float]] | None = None,
    mend: Mend | None = None,
    spread: float = 0.02,
    launches: int = 6,
) -> list[dict[str, Any]]:
    """A document a night. `factors` multiplies a variant's time by a factor a night, `mend` changes the
    document of a night, counted from 0."""
    documents = []
    for night in range(runs):
        run = DescribedRun(rounds=launches, seed=100 + night)
        run.experiment("false_sharing/counters", tuple(TIMES_NS))
        for variant, time_ns in TIMES_NS.items():
            factor = (factors or {}).get(variant, [1.0] * runs)[night]
            # A night has its own level beside the scatter of its launches.
            level = run.random.lognormvariate(0.0, spread)
            for workers in (1, 2):
                run.point("false_sharing/counters", variant, workers, time_ns * factor * level, spread=spread)
        run.experiment("control/clock", ("read",))
        run.point(
            "control/clock", "read", 1, 21.5 * (factors or {}).get("read", [1.0] * runs)[night], spread=spread
        )
        document = run.document()
        document["experiments"][-1]["negative_control"] = True
        day = (date(2026, 1, 1) + timedelta(night)).isoformat()
        document["run"] |= {"id": f"night-{night:03d}", "started_utc": f"{day}T03:00:00Z"}
        document["suite"]["commit"] = f"c{night:07d}"
        document["suite"]["build_id"] = f"b{night:07d}"
        if mend is not None:
            mend(night, document)
        documents.append(document)
    return documents


def written(documents: Iterable[dict[str, Any]], folder: Path) -> list[Path]:
    """Files of these documents, in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_run(one, folder / f"night-{index:03d}.json") for index, one in enumerate(documents)]


def kept(documents: Iterable[dict[str, Any]], folder: Path) -> list[RecordedRun]:
    """The same, loaded and reduced to what a history keeps."""
    return [recorded(load(path), f"sha of {path.name}") for path in written(documents, folder)]


def stepped(runs: int, at: int, factor: float) -> list[float]:
    """Factors of 1 before the night `at`, `factor` from it on."""
    return [factor if night >= at else 1.0 for night in range(runs)]


def copied(document: dict[str, Any], name: str, copies: int) -> None:
    """Adds copies of a point, with its launches."""
    places = [point["name"] for point in document["points"]]
    of_point = [one for one in document["launches"] if one["point"] == places.index(name)]
    for copy in range(copies):
        point = document["points"][places.index(name)]
        document["points"].append(point | {"name": f"{name}/copy:{copy}", "definition": f"copy {copy}"})
        document["launches"] += [one | {"point": len(document["points"]) - 1} for one in of_point]
    for order, launch in enumerate(document["launches"]):
        launch["order"] = order


def without(document: dict[str, Any], name: str) -> None:
    """Takes a point out of the plan, with its launches."""
    kept_points = [point for point in document["points"] if point["name"] != name]
    places = {document["points"].index(point): place for place, point in enumerate(kept_points)}
    document["launches"] = [
        one | {"point": places[one["point"]]} for one in document["launches"] if one["point"] in places
    ]
    document["points"] = kept_points
