"""How does a file become a run that can be trusted? `load` is the only way in; beside it, what others
published."""

from latchmark.loading.loader import load
from latchmark.loading.references import published_figures

__all__ = ["load", "published_figures"]
