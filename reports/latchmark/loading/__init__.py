"""How does a file become a run that can be trusted? `load` is the only way in."""

from latchmark.loading.loader import load

__all__ = ["load"]
