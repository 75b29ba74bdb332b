"""What did a job say on its node? Its two streams, kept on the shared file system."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from latchmark.errors import one_line

# A job says five short lines; more than this is none of ours.
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Said:
    """What is known of a job from its own words: None or empty where it did not come so far."""

    architecture: str | None
    exit_code: int | None
    is_collected: bool
    last_error: str


def said_in(folder: Path) -> Said:
    """Read from the files `output` and `error`, which are not trusted: links and pipes are not followed."""
    words = dict(line.partition(" ")[::2] for line in _text(folder / "output").splitlines())
    code = words.get("ended", "")
    is_code = code.isascii() and code.isdigit() and len(code) <= 3 and int(code) <= 255
    errors = [line for line in _text(folder / "error").splitlines() if line.strip()]
    return Said(
        architecture=one_line(words.get("architecture", ""), 100) or None,
        exit_code=int(code) if is_code else None,
        is_collected="collected" in words,
        last_error=one_line(errors[-1], 300) if errors else "",
    )


def _text(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
