"""Is linear growth told from faster growth, also where a fixed part hides it?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from growth import draw, growth_of

SIZES = (75, 150, 300, 600)


@pytest.mark.parametrize(
    ("value", "is_linear"),
    [
        (lambda size: 3 * size, True),
        (lambda size: 900 + 3 * size, True),
        (lambda size: 5 * size**0.5, True),
        (lambda size: 100 + size**1.1, True),
        (lambda size: max(300.0, 100 + size), True),
        (lambda size: size**1.5, False),
        (lambda size: size**2, False),
        (lambda size: 20_000 + size**2, False),
        (lambda size: 7 + 0 * size, True),
    ],
)
def test_growth(value: Callable[[float], float], is_linear: bool) -> None:
    assert growth_of(SIZES, [value(size) for size in SIZES]).is_linear is is_linear


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_the_exponent_is_that_of_what_grows(exponent: float) -> None:
    assert growth_of(SIZES, [1e4 + size**exponent for size in SIZES]).exponent == pytest.approx(
        exponent, abs=0.02
    )


def test_a_scatter_of_some_percent_is_no_growth() -> None:
    values = [
        (1 + error) * (500 + size) for size, error in zip(SIZES, (0.04, -0.04, -0.04, 0.04), strict=True)
    ]
    assert growth_of(SIZES, values).is_linear


def test_two_values_have_no_bend() -> None:
    with pytest.raises(ValueError, match="needs three"):
        growth_of((1, 2), (1, 2))


def test_the_figure_is_the_same_every_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    panels = {"time in s": {"one run": [(75.0, 2.0), (150.0, 3.0)]}}
    for name in ("a.svg", "b.svg"):
        draw(tmp_path / name, "points", panels)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
