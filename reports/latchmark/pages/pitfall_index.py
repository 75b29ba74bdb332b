"""Which classic pitfalls were measured here, what do they cost, and which cure was measured beside them?"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from latchmark.cautions import Caution
from latchmark.findings import Finding, MeasuredPitfall, MissingPitfall, pitfalls_of
from latchmark.model import Run
from latchmark.wording import count, words

# Every point of every experiment but for the widest sweeps is in this preset.
_WIDER_PRESET = "standard"


@dataclass(frozen=True, slots=True)
class PitfallEntry:
    """A pitfall that was measured: `size` in large, `interval` and `meaning` beside it; `price` is a finding
    about the cure, where one was made; `doubts` may be empty."""

    name: str
    problem: str
    size: str
    interval: str
    meaning: str
    finding: Finding
    cure: str
    price: Finding | None
    doubts: str
    not_yet: str

    @property
    def is_short(self) -> bool:
        """Whether the size is a number, and not words in the place of one."""
        return self.size[:1].isdigit()


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """A pitfall that was not measured, why, and the command that would measure it, where there is one."""

    name: str
    problem: str
    cure: str
    why: str
    command: str


@dataclass(frozen=True, slots=True)
class PitfallSection:
    """The index on the page: what was measured, in reading order, and then what was not."""

    heading: str
    measured: tuple[PitfallEntry, ...]
    missing: tuple[MissingEntry, ...]


def pitfall_section_of(
    run: Run, findings: Sequence[Finding], cautions: Sequence[Caution]
) -> PitfallSection | None:
    """The whole index; None where the run has no experiment that would show any of it, as one of experiments
    of one's own."""
    index = pitfalls_of(run, findings, cautions)
    names = {experiment.name for experiment in run.experiments}
    if not index.measured and names.isdisjoint(one.experiment for one in index.missing):
        return None
    total = len(index.measured) + len(index.missing)
    return PitfallSection(
        f"{count(total, 'pitfall')}, {len(index.measured) or 'none'} measured here",
        tuple(_entry(one) for one in index.measured),
        tuple(_missing(one) for one in index.missing),
    )


def _entry(one: MeasuredPitfall) -> PitfallEntry:
    pitfall = one.pitfall
    return PitfallEntry(
        name=pitfall.name,
        problem=pitfall.problem,
        size=one.size,
        interval=one.interval,
        meaning=one.meaning,
        finding=one.finding,
        cure=pitfall.cure,
        price=one.price,
        doubts=words(one.doubts),
        not_yet=pitfall.missing,
    )


def _missing(one: MissingPitfall) -> MissingEntry:
    command = ""
    if one.is_left_out:
        command = shlex.join(["scripts/latchmark", "run", _WIDER_PRESET, "--filter", f"^{one.experiment}/"])
    return MissingEntry(one.pitfall.name, one.pitfall.problem, one.pitfall.cure, one.why, command)
