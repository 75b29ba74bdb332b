"""What do all report tests share? A described run, loaded, and examples that are the same every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described_run import write_run
from hypothesis import settings
from quick_run import quick_run
from standard_run import standard_run

from latchmark.loading import load
from latchmark.model import Run

# A check that fails one time in ten teaches people to run it again; durations depend on the machine.
settings.register_profile("reports", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("reports")


@pytest.fixture(scope="session")
def quick_document() -> dict[str, Any]:
    """A described run of `quick`; do not change it."""
    return quick_run()


@pytest.fixture(scope="session")
def quick(tmp_path_factory: pytest.TempPathFactory, quick_document: dict[str, Any]) -> Run:
    """The same, loaded."""
    return load(write_run(quick_document, tmp_path_factory.mktemp("run") / "run.json"))


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A described run of all families at their full width, loaded."""
    return load(write_run(standard_run(rounds=6), tmp_path_factory.mktemp("standard") / "run.json"))


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[dict[str, Any]], Run]:
    """Loads a document through a file, as a command would."""
    return lambda document: load(write_run(document, tmp_path / "run.json"))
