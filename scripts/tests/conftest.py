"""The scripts are not a package: tests import them, and their own helpers, by their file names."""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent
# Once, here: with a conftest.py in each folder mypy would see one module twice.
HELPERS = sorted(folder for folder in TESTS.iterdir() if folder.is_dir() and folder.name != "__pycache__")
sys.path[:0] = [str(folder) for folder in (TESTS.parent, TESTS.parent / "fleet", *HELPERS)]
