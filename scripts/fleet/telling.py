"""What does the terminal say of a fleet? One line a host and the line of coverage."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from collecting import Word

from latchmark.errors import one_line
from latchmark.model.fleet import Fleet


def tell_fleet(fleet: Fleet) -> None:
    """Every host with its state and its reason, then how many of them have a run."""
    widest = max(len(host.host) for host in fleet.hosts)
    for host in fleet.hosts:
        again = f" (attempt {host.attempt})" if host.attempt > 1 else ""
        reason = f": {one_line(host.reason)}" if host.reason else ""
        print(f"{host.host:<{widest}}  {host.state.value}{again}{reason}")
    print(fleet.coverage, flush=True)


def tell_words(words: Mapping[str, Word]) -> None:
    """How each host is at this moment, in its engine's words."""
    widest = max(map(len, words), default=0)
    for host, word in words.items():
        if word.is_running:
            now = "measures"
        elif not word.is_reached:
            now = f"cannot be reached: {one_line(word.reason)}"
        elif word.exit_code is not None:
            now = f"has ended with {word.exit_code}; `fleet collect` gets it"
        else:
            now = "holds nothing of this run"
        print(f"{host:<{widest}}  now: {now}", flush=True)


def tell_progress(line: str) -> None:
    """What is being done, beside the answer."""
    print(line, file=sys.stderr, flush=True)
