"""How does a file become a verdict that can be trusted? As a run file does; any failure is one line."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from latchmark.errors import InvalidVerdict
from latchmark.loading.contract import BrokenContract, check_contract
from latchmark.loading.document import LARGEST_FILE_BYTES, Unreadable, read_document
from latchmark.verdict import Verdict
from latchmark.verdict.document import SCHEMA_ID, from_document


def load_verdict(path: Path, largest_bytes: int = LARGEST_FILE_BYTES) -> Verdict:
    """The verdict in `path` (JSON, gzipped or not). Raises InvalidVerdict with `file: path: what`."""
    try:
        document = read_document(path, largest_bytes)
        check_contract(document, SCHEMA_ID)
        for place in _infinities(document, ""):
            raise BrokenContract(place, "is too large: a verdict holds finite numbers")
        verdict = from_document(document)
        _check_stages(verdict)
    except Unreadable as error:
        raise InvalidVerdict(f"{path}: {error}") from error
    except BrokenContract as error:
        raise InvalidVerdict(f"{path}: {error}") from error
    return verdict


def _infinities(value: Any, path: str) -> Iterator[str]:
    """Where `value` holds a number that is none: 1e999 is valid JSON and reads as infinity."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _infinities(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _infinities(item, f"{path}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield path


def _check_stages(verdict: Verdict) -> None:
    """A pair or a void must lie in a stage of the verdict, or its evidence cannot be drawn."""
    stages = len(verdict.stages)
    for index, void in enumerate(verdict.voids):
        if void.stage >= stages:
            raise BrokenContract(f"voids[{index}].stage", f"is {void.stage}, of {stages} stages")
    for place, points in (("points", verdict.points), ("controls", verdict.controls)):
        for index, one in enumerate(points):
            if any(pair.stage >= stages for pair in one.pairs):
                raise BrokenContract(f"{place}[{index}].pairs", f"name a stage beyond the {stages} there are")
