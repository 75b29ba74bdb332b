"""Which colours a figure may use: reserved stand-ins while drawing, CSS variables on the page, a table per
theme."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Ink:
    """One colour of the report.

    `stand_in` is what matplotlib draws with; `variable` is what the page resolves, so that light, dark and
    print come from one figure. `needs` is the contrast with the background that WCAG 2.2 asks for: 4.5 for
    text, 3 for lines and markers, 1 for what carries no information alone (grid lines, fills beside a line).
    """

    stand_in: str
    variable: str
    light: str
    dark: str
    needs: float


BACKGROUND = Ink("#01020f", "--bg", "#ffffff", "#15171c", 1.0)
TEXT = Ink("#010203", "--fg", "#1b1d22", "#e9eaee", 4.5)
QUIET_TEXT = Ink("#010204", "--fg-quiet", "#5a606b", "#a5abb7", 4.5)
AXIS = Ink("#010205", "--axis", "#848a95", "#7c828f", 3.0)
GRID = Ink("#010206", "--grid", "#e6e8ec", "#2b2f38", 1.0)

# Okabe-Ito misses 3:1 on white for orange, sky blue and yellow, and its blue is dim on black: hence a table
# per theme with the same hues. Ordered so that neighbours in the list differ most, since most figures use the
# first few.
SERIES: tuple[Ink, ...] = (
    Ink("#010211", "--s1", "#0072b2", "#58aeea", 3.0),  # blue
    Ink("#010212", "--s2", "#d05a00", "#f2884a", 3.0),  # vermillion
    Ink("#010213", "--s3", "#00855f", "#2fc79b", 3.0),  # green
    Ink("#010214", "--s4", "#b8578f", "#e59cc8", 3.0),  # purple
    Ink(
        "#010215", "--s5", "#5f4b00", "#e3b341", 3.0
    ),  # orange; darkened until red-blind eyes tell it from vermillion
    Ink("#010216", "--s6", "#33363d", "#d5d8df", 3.0),  # black
    Ink("#010217", "--s7", "#3f8fc6", "#a9d8f7", 3.0),  # sky blue, darkened
    Ink(
        "#010218", "--s8", "#8d3f00", "#c9762f", 3.0
    ),  # brown, in place of yellow, which no darkening separates
)

# The page's own, never drawn with: panels behind text, links, and the three verdicts (each beside its word).
SURFACE = Ink("#010221", "--surface", "#f5f6f8", "#1d2027", 1.0)
LINK = Ink("#010222", "--link", "#005f95", "#7fc4f5", 4.5)
GOOD = Ink("#010223", "--good", "#176b3a", "#63d293", 4.5)
DOUBTFUL = Ink("#010224", "--doubtful", "#865000", "#f0b74f", 4.5)
BAD = Ink("#010225", "--bad", "#b0231b", "#ff9187", 4.5)

FIGURE_INKS: tuple[Ink, ...] = (BACKGROUND, TEXT, QUIET_TEXT, AXIS, GRID, *SERIES)
INKS: tuple[Ink, ...] = (*FIGURE_INKS, SURFACE, LINK, GOOD, DOUBTFUL, BAD)

# Colour never carries a series alone: the same index also picks marker and dash.
MARKERS: tuple[str, ...] = ("o", "s", "^", "D", "v", "P", "X", "h")
DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5, 2),
    (1.5, 1.5),
    (6, 2, 1.5, 2),
    (),
    (5, 2),
    (1.5, 1.5),
    (6, 2, 1.5, 2),
)


def relative_luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of `#rrggbb`, 0 (black) to 1 (white)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else math.pow((c + 0.055) / 1.055, 2.4) for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(colour: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    brighter, darker = sorted((relative_luminance(colour), relative_luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)
