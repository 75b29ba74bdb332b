"""Which words of a list stand in the files of a folder? For names and secrets that must be nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def words_found(files: Iterable[Path], words: Iterable[str]) -> list[str]:
    """`WORD in NAME` for each, whatever the case of its letters."""
    wanted = [word.lower() for word in words]
    found = []
    for file in sorted(files):
        content = file.read_bytes().lower()
        found += [f"{word} in {file.name}" for word in wanted if word.encode() in content]
    return found
