"""How is a list of prices drawn? A row each on one logarithmic axis, wide, or stacked for a narrow page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from latchmark.figures.frame import (
    CHARACTER_WIDTH,
    NOTE_SIZE,
    TEXT_SIZE,
    UNITS_PER_INCH,
    Axes,
    frame,
    heading,
    house_style,
    label_of,
    line_style,
    note,
    note_lines,
    plain,
    time_axis,
    width_of,
)
from latchmark.figures.palette import AXIS, QUIET_TEXT
from latchmark.figures.series import Estimate
from latchmark.wording import amount, number

# A letter and a marker a family, the same on every page; what outsiders measure shares the last.
_FAMILIES = (
    ("contention", "C", "contention"),
    ("waiting", "W", "waiting"),
    ("false_sharing", "F", "false sharing"),
    ("lock_granularity", "L", "lock granularity"),
    ("pools", "P", "pools, threads, processes"),
    ("ipc", "I", "IPC"),
    ("instrument", "M", "memory and clock"),
    ("", "O", "others"),
)
_KEY_HEIGHT = 18.0
_LETTER = 16.0  # pixels between the letter of a family and the panel
_AXIS_ABOVE = 34.0
# Labels end at the panel and most are short: in the widest of fonts the longest reach into the page's margin,
# and in all others the column would be a third too wide.
_LABEL_SHARE = 0.88


@dataclass(frozen=True, slots=True)
class Layout:
    """Lengths in pixels. With `is_stacked` label and value stand above their row and not beside it, for a
    page as narrow as a phone."""

    width: float
    row_height: float
    longest_label: int
    is_stacked: bool


WIDE = Layout(1020.0, 18.0, 60, is_stacked=False)
NARROW = Layout(390.0, 34.0, 60, is_stacked=True)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One cost: an estimate in ns for each machine, None where a machine has none. `bands` are published
    ranges in ns with the numbers of their sources; `beside` and `cycles` are told at the end of the row."""

    label: str
    family: str
    values: tuple[Estimate | None, ...]
    beside: str
    cycles: str
    bands: tuple[tuple[int, float, float], ...]

    @property
    def sources(self) -> str:
        """`[1, 2]`, the numbers of the published figures."""
        return f"[{', '.join(str(one) for one, _, _ in self.bands)}]" if self.bands else ""


@dataclass(frozen=True, slots=True)
class PriceChart:
    """The rows from cheap to dear; `machines` names the values of a row, `ghz` makes the upper axis."""

    title: str
    unit: str
    machines: tuple[str, ...]
    rows: tuple[PriceRow, ...]
    ghz: float | None
    note: str


def draw_prices(chart: PriceChart, layout: Layout) -> Figure:
    """The price list as a figure; what is grey behind the rows was measured by others."""
    with house_style():
        keys = _key_lines(chart, layout)
        left, right = _margins(chart, layout)
        above = 42 + _KEY_HEIGHT * len(keys) + (_AXIS_ABOVE if chart.ghz else 20)
        below = 34.0 + 14 * len(note_lines(chart.note, layout.width))
        body = layout.row_height * len(chart.rows)
        figure, axes = frame(layout.width, above + body + below, left, right, above, below)
        heading(figure, chart.title, chart.unit)
        _draw_keys(figure, keys)
        extents = [value.extent for row in chart.rows for value in row.values if value is not None]
        extents += [(low, high) for row in chart.rows for _, low, high in row.bands]
        time_axis(axes, extents, "x", 6 if layout.is_stacked else 9)
        axes.set_ylim(len(chart.rows) - 0.5, -0.5)
        axes.yaxis.set_major_locator(NullLocator())
        axes.spines["left"].set_visible(False)
        if chart.ghz is not None:
            _cycles_axis(axes, chart.ghz, layout)
        else:
            # Fifty rows are higher than a window.
            axes.tick_params(axis="x", top=True, labeltop=True)
        for position, row in enumerate(chart.rows):
            _draw_row(axes, position, row, layout, right, len(chart.machines))
        note(figure, chart.note)
        return figure


def _margins(chart: PriceChart, layout: Layout) -> tuple[float, float]:
    """Room for labels and for values, in pixels."""
    if layout.is_stacked:
        return 6.0, 6.0
    labels = _LABEL_SHARE * width_of([_label(row, layout.longest_label) for row in chart.rows]) + 2 * _LETTER
    ends = width_of([_end(row, layout) for row in chart.rows], NOTE_SIZE)
    return labels, ends + width_of([row.sources for row in chart.rows], NOTE_SIZE) + 20


def _label(row: PriceRow, longest: int) -> str:
    """The label, of which what stands in its last bracket or after its last comma survives being cut: by that
    it differs from its neighbours."""
    mark = " (" if row.label.endswith(")") else ", "
    text, found, ending = row.label.rpartition(mark)
    if len(row.label) <= longest or not found:
        return label_of(row.label, longest)
    room = max(longest - len(ending) - len(mark), longest // 3)
    begun = label_of(text, room).replace(",\u2026", "\u2026")
    return label_of(f"{begun}{mark}{ending}", longest)


def _end(row: PriceRow, layout: Layout) -> str:
    if row.cycles and not layout.is_stacked:
        return f"{row.beside} \u00b7 {row.cycles}"
    return row.beside


def _family(row: PriceRow) -> int:
    names = [name for name, _, _ in _FAMILIES]
    return names.index(row.family) if row.family in names else len(names) - 1


def _key_lines(chart: PriceChart, layout: Layout) -> list[list[tuple[int, float, str]]]:
    """(style, x, text) by line: the families of one machine, or the machines."""
    if len(chart.machines) > 1:
        entries = [(index, label_of(name)) for index, name in enumerate(chart.machines)]
    else:
        used = sorted({_family(row) for row in chart.rows})
        entries = [(index, f"{_FAMILIES[index][1]}  {_FAMILIES[index][2]}") for index in used]
    lines: list[list[tuple[int, float, str]]] = []
    x = layout.width
    for style, text in entries:
        needed = 14 + width_of([text], NOTE_SIZE) + 12
        if x + needed > layout.width:
            lines.append([])
            x = 0.0
        lines[-1].append((style, x, text))
        x += needed
    return lines


def _draw_keys(figure: Figure, lines: Sequence[Sequence[tuple[int, float, str]]]) -> None:
    width = figure.get_figwidth() * UNITS_PER_INCH
    height = figure.get_figheight() * UNITS_PER_INCH
    for index, line in enumerate(lines):
        y = 1 - (50 + _KEY_HEIGHT * index) / height
        for style, x, text in line:
            look = _mark(style, 6.5)
            figure.add_artist(Line2D([(x + 5) / width], [y], linestyle="none", **look))
            figure.text((x + 14) / width, y, text, fontsize=NOTE_SIZE, va="center", ha="left")


def _mark(style: int, size: float) -> dict[str, object]:
    look = line_style(style)
    return {
        "color": look["color"],
        "marker": look["marker"],
        "markersize": size,
        "markeredgewidth": 0,
    }


def _cycles_axis(axes: Axes, ghz: float, layout: Layout) -> None:
    """The same times as clock cycles, above."""
    low, high = axes.get_xlim()
    upper = axes.twiny()
    upper.set_xscale("log")
    upper.set_xlim(low * ghz, high * ghz)
    steps = (1.0, 2.0, 5.0) if high / low < 100 else (1.0,)
    upper.xaxis.set_major_locator(LogLocator(base=10, subs=steps, numticks=6 if layout.is_stacked else 9))
    upper.xaxis.set_minor_locator(NullLocator())
    upper.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    upper.spines["top"].set_visible(True)
    upper.spines["left"].set_visible(False)
    upper.set_xlabel(
        f"clock cycles at {number(ghz)} GHz", fontsize=NOTE_SIZE, color=QUIET_TEXT.stand_in, labelpad=5
    )


def _draw_row(axes: Axes, position: int, row: PriceRow, layout: Layout, right: float, machines: int) -> None:
    y = position + (0.2 if layout.is_stacked else 0.0)
    half = 0.16 if layout.is_stacked else 0.36
    axes.axhline(y, color=AXIS.stand_in, linewidth=0.4, dashes=(1, 3), zorder=0)
    for _, low, high in row.bands:
        # A lone figure is as wide as a line.
        axes.add_patch(
            Rectangle(
                (low, y - half),
                max(high - low, low * 0.03),
                2 * half,
                facecolor=AXIS.stand_in,
                alpha=0.3,
                linewidth=0,
                zorder=0.5,
            )
        )
    for index, value in enumerate(row.values):
        if value is not None:
            style = index if machines > 1 else _family(row)
            # Machines lie side by side within the row, so that none hides another.
            offset = (index - (machines - 1) / 2) * (1.4 * half / machines)
            _draw_value(axes, y + offset, value, style, 6.5 if machines < 4 else 5.0)
    _write(axes, position, row, layout, right)


def _draw_value(axes: Axes, y: float, value: Estimate, style: int, size: float) -> None:
    look = _mark(style, size)
    if value.low is not None and value.high is not None:
        axes.plot([value.low, value.high], [y, y], color=look["color"], linewidth=2.2, solid_capstyle="butt")
    axes.plot([value.value], [y], **look)


def _write(axes: Axes, position: int, row: PriceRow, layout: Layout, right: float) -> None:
    letter, end = _FAMILIES[_family(row)][1], _end(row, layout)
    if layout.is_stacked:
        told = " ".join(part for part in (end, row.sources) if part)
        room = int(
            (layout.width - width_of([f"{letter}  {told}  "], NOTE_SIZE)) / (NOTE_SIZE * CHARACTER_WIDTH)
        )
        y = position - 0.22
        _text(axes, 0, y, f"{letter}  {_label(row, room)}", 0, "left")
        _text(axes, 1, y, told, 0, "right")
        return
    _text(axes, 0, position, _label(row, layout.longest_label), -2 * _LETTER, "right", size=TEXT_SIZE)
    _text(axes, 0, position, letter, -_LETTER, "center", color=QUIET_TEXT.stand_in)
    _text(axes, 1, position, end, 10, "left")
    _text(axes, 1, position, row.sources, right, "right", color=QUIET_TEXT.stand_in)


def _text(
    axes: Axes, x: float, y: float, text: str, offset: float, side: str, size: float = NOTE_SIZE, **look: str
) -> None:
    """Text in a row, `offset` pixels from the panel's left (x = 0) or right (x = 1) end."""
    axes.annotate(
        text,
        (x, y),
        xycoords=("axes fraction", "data"),
        xytext=(offset, 0),
        textcoords="offset points",
        va="center",
        ha=side,
        fontsize=size,
        annotation_clip=False,
        **look,
    )


def description_of(chart: PriceChart) -> str:
    """The figure in words, from its values."""
    parts = [f"{chart.title}: {chart.unit}, cheapest first."]
    for row in chart.rows:
        told = [_told(row, chart.machines)]
        told += [row.cycles] if row.cycles else []
        told += [f"published {_range(low, high)} [{one}]" for one, low, high in row.bands]
        parts.append(f"{row.label}: {', '.join(told)}.")
    return " ".join(parts)


def _told(row: PriceRow, machines: Sequence[str]) -> str:
    if len(machines) == 1:
        value = row.values[0]
        return row.beside if value is None else _measured(value)
    known: Mapping[str, Estimate] = {
        name: value for name, value in zip(machines, row.values, strict=True) if value is not None
    }
    return ", ".join(f"{name} {_measured(value)}" for name, value in known.items())


def _measured(value: Estimate) -> str:
    if value.low is None or value.high is None:
        return f"{amount(value.value, 'ns')} (no interval)"
    return f"{amount(value.value, 'ns')} [{amount(value.low, 'ns')}, {amount(value.high, 'ns')}]"


def _range(low: float, high: float) -> str:
    return amount(low, "ns") if low == high else f"{amount(low, 'ns')} to {amount(high, 'ns')}"
