"""What do the tests of prices share?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prices.priced_run import priced_run

from latchmark.model import Run


@pytest.fixture
def priced(loaded: Callable[[dict[str, Any]], Run]) -> Run:
    """A run with a price of every kind, its cycles counted."""
    return loaded(priced_run())


@pytest.fixture
def uncounted(loaded: Callable[[dict[str, Any]], Run]) -> Run:
    """The same machine without counters."""
    return loaded(priced_run(counts=False))
