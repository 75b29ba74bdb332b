"""Does something grow linearly with its input? Fits the exponent of a few values, and draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# What is linear has 1 and what is quadratic 2; caches and a logarithm make 1.1 of 1.
LARGEST_EXPONENT = 1.2
# A straight line that misses no value by more than this explains them, whatever exponent fits a little
# better: a part that hides beneath a fixed peak of memory at small sizes looks like a bend.
LARGEST_MISS = 0.1


@dataclass(frozen=True)
class Growth:
    """value = fixed + slope x size ^ exponent, fitted; `miss` is by how much, as a part of 1, the best
    straight line misses the value that it fits worst."""

    exponent: float
    miss: float

    @property
    def is_linear(self) -> bool:
        """Or less than that: what does not grow is no cause for alarm."""
        return self.exponent <= LARGEST_EXPONENT or self.miss <= LARGEST_MISS


def growth_of(sizes: Sequence[float], values: Sequence[float]) -> Growth:
    """Of at least three values, all above 0. Errors count as parts of the values."""
    if len(sizes) != len(values) or len(sizes) < 3:
        raise ValueError(f"{len(sizes)} sizes and {len(values)} values: needs three of each")
    exponents = [step / 100 for step in range(30, 301)]
    misses = {exponent: _misses(sizes, values, exponent) for exponent in exponents}
    best = min(exponents, key=lambda exponent: sum(miss**2 for miss in misses[exponent]))
    return Growth(best, max(abs(miss) for miss in misses[1.0]))


def _misses(sizes: Sequence[float], values: Sequence[float], exponent: float) -> list[float]:
    """What the best `fixed + slope x size ^ exponent` misses each value by, as parts of the values."""
    # Divided by the value, so that the largest does not decide alone: a / v + b x / v = 1.
    rows = [(1 / value, size**exponent / value) for size, value in zip(sizes, values, strict=True)]
    aa = sum(a * a for a, _ in rows)
    ab = sum(a * b for a, b in rows)
    bb = sum(b * b for _, b in rows)
    a1, b1 = sum(a for a, _ in rows), sum(b for _, b in rows)
    determinant = aa * bb - ab * ab
    fixed, slope = (a1 * bb - b1 * ab) / determinant, (b1 * aa - a1 * ab) / determinant
    return [fixed * a + slope * b - 1 for a, b in rows]


def draw(path: Path, across: str, panels: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]]) -> None:
    """A panel a quantity, with lines of (size, value); SVG or PNG by the name. The same values give the same
    bytes."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "latchmark"
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * len(panels), 3.4), layout="constrained")
    for place, (title, lines) in enumerate(panels.items()):
        axes = figure.add_subplot(1, len(panels), place + 1)
        for (name, values), marker in zip(lines.items(), "os^D", strict=False):
            axes.plot(*zip(*values, strict=True), marker=marker, label=name)
        axes.set(title=title, xlabel=across, xlim=(0, None), ylim=(0, None))
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
    metadata = {"Date": None} if path.suffix == ".svg" else {}
    figure.savefig(path, metadata=metadata)
