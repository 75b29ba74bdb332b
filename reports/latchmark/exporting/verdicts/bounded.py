"""How is Markdown kept within a length? Parts are added while they fit, and what is left out is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from latchmark.wording import count

# For the sentence that says how much is missing.
_RESERVE = 200


@dataclass(slots=True)
class BoundedText:
    """Markdown of at most `largest` characters."""

    largest: int
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _left_out: int = 0

    def add(self, part: str) -> None:
        """Adds `part` as a whole, or counts it as left out."""
        if self._fits(len(part)):
            self._append(part)
        else:
            self._left_out += 1

    def add_folded(self, title: str, heading: Sequence[str], rows: Sequence[str]) -> None:
        """Adds as many rows as fit below their heading, folded away under `title`; nothing without rows."""
        opening = f"\n<details><summary>{title}</summary>\n\n" + "".join(f"{line}\n" for line in heading)
        closing = "\n</details>\n"
        if not rows or not self._fits(len(opening) + len(rows[0]) + 1 + len(closing)):
            self._left_out += len(rows)
            return
        self._append(opening)
        for row in rows:
            if self._fits(len(row) + 1 + len(closing)):
                self._append(f"{row}\n")
            else:
                self._left_out += 1
        self._append(closing)

    def finished(self) -> str:
        """The text, and in its last line how much it lacks."""
        if self._left_out:
            missing = f"{count(self._left_out, 'part')} left out"
            self._append(f"\n**Cut at {self.largest:,} characters: {missing}, all is in verdict.json.**\n")
        return "".join(self._parts)

    def _fits(self, length: int) -> bool:
        return self._length + length + _RESERVE <= self.largest

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)
