"""Can every colour be seen against what it stands on, in both themes, and by colour-blind readers?"""

from __future__ import annotations

import itertools
import math

import pytest

from latchmark.figures.palette import BACKGROUND, DASHES, INKS, MARKERS, SERIES, SURFACE, Ink, contrast

# Machado, Oliveira and Fernandes 2009, severity 1, in linear light.
_RED_BLIND = (
    (0.152286, 1.052583, -0.204868),
    (0.114503, 0.786281, 0.099216),
    (-0.003882, -0.048116, 1.051998),
)
_GREEN_BLIND = (
    (0.367322, 0.860646, -0.227968),
    (0.280085, 0.672501, 0.047413),
    (-0.011820, 0.042940, 0.968881),
)


def _colours(ink: Ink) -> tuple[tuple[str, str], ...]:
    return (("light", ink.light), ("dark", ink.dark))


@pytest.mark.parametrize("ink", INKS, ids=lambda ink: str(ink.variable))
def test_every_ink_has_the_contrast_it_needs_in_both_themes(ink: Ink) -> None:
    for theme, colour in _colours(ink):
        assert contrast(colour, getattr(BACKGROUND, theme)) >= ink.needs, theme


@pytest.mark.parametrize("ink", [ink for ink in INKS if ink.needs == 4.5], ids=lambda ink: str(ink.variable))
def test_text_can_be_read_on_the_surface_of_panels(ink: Ink) -> None:
    for theme, colour in _colours(ink):
        assert contrast(colour, getattr(SURFACE, theme)) >= 4.5, theme


def test_contrast_of_known_pairs() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#0072b2", "#ffffff") == pytest.approx(5.19, abs=0.01)
    assert contrast("#e69f00", "#ffffff") == pytest.approx(2.25, abs=0.01), (
        "the reason for a table of our own"
    )


def test_stand_ins_and_variables_are_unique() -> None:
    assert len({ink.stand_in for ink in INKS}) == len({ink.variable for ink in INKS}) == len(INKS)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("matrix", [None, _RED_BLIND, _GREEN_BLIND], ids=["all", "no red", "no green"])
def test_the_first_six_series_differ_to_every_eye(
    theme: str, matrix: tuple[tuple[float, ...], ...] | None
) -> None:
    seen = [_lab(_seen(getattr(ink, theme), matrix)) for ink in SERIES[:6]]
    # 2.3 is what an eye just notices side by side; lines apart on a page need some times that.
    assert min(math.dist(one, other) for one, other in itertools.combinations(seen, 2)) >= 9


def test_no_two_series_share_marker_or_colour() -> None:
    assert len(set(MARKERS)) == len(SERIES) == len(DASHES)


def _seen(colour: str, matrix: tuple[tuple[float, ...], ...] | None) -> tuple[float, ...]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    if matrix is not None:
        linear = [min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in matrix]
    return tuple(linear)


def _lab(linear: tuple[float, ...]) -> tuple[float, float, float]:
    red, green, blue = linear
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
