"""How a figure becomes SVG inside a page: deterministic bytes, then changes each of which mends something
seen."""

import io
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from functools import partial
from itertools import cycle, pairwise

import matplotlib
from matplotlib.figure import Figure

from latchmark.figures.palette import FIGURE_INKS
from latchmark.wording import unturned

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_FONT = re.compile(r"font: (?:(?:italic|oblique|bold|\d{3}) )*([0-9.]+px) [^;]*")
_BOLD = re.compile(r"font: (?:bold|[67]00) ")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_COORDINATE = re.compile(r"-?\d+\.\d{2,}")
_COMMAND = re.compile(r" ?([A-Za-z]) ?")
_NUMBER = re.compile(r"-?[0-9.]+")
_CURVES = frozenset("CQ")
_STRAIGHT = re.compile(r"[MLHVhvz][^MLHVhvz]*")
_LEADING_ZERO = re.compile(r"(?<![0-9])0(?=\.)")
# A circle as matplotlib writes it: eight curves around the origin, the first from its lowest point.
_CIRCLE = re.compile(r"M0 ([0-9.]+)(?:C[-0-9. ]+){8}z")
_LONE_POINT = re.compile(r"M [-0-9.]+ [-0-9.]+")
_GEOMETRY = {"d", "x", "y", "width", "height", "transform"}
_COLOUR = re.compile("|".join(ink.stand_in for ink in FIGURE_INKS), re.IGNORECASE)
_VARIABLES = {ink.stand_in: f"var({ink.variable})" for ink in FIGURE_INKS}

# Begins the id of what belongs to one variant, followed by its place in the experiment.
SERIES_MARK = "series-"

STYLE: dict[str, object] = {
    "svg.fonttype": "none",  # text stays text: searchable, selectable, and read by the page's font
    "svg.hashsalt": "latchmark",  # without it ids differ from process to process
    "text.parse_math": False,  # a pair of $ in a variant's name would turn the label into mathematics
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
}


def svg_of(figure: Figure, prefix: str, title: str, description: str) -> str:
    """The figure as one `<svg>` element for inlining into HTML.

    `prefix` makes its ids unique on the page; `title` and `description` are its text for those who do not
    see it.
    The same figure and arguments give the same bytes in every process.
    """
    drawn = io.BytesIO()
    with matplotlib.rc_context(STYLE):
        # A date or a version in the file would make two pages of one run differ.
        figure.savefig(
            drawn, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    # Parsing leaves the prolog, the DOCTYPE and the comments behind: none of them is HTML, and matplotlib
    # repeats each label in a comment.
    root = ElementTree.fromstring(drawn.getvalue())
    _drop(root, {f"{{{_SVG}}}metadata", "{http://www.w3.org/2000/svg}style"})
    _rename_ids(root, prefix)
    for element in root.iter():
        # The ground of a hatching has its colour in an attribute, where `var()` would not work.
        ground = element.get("fill", "")
        if ground.lower() in _VARIABLES:
            del element.attrib["fill"]
            element.set("style", f"fill: {ground}; {element.get('style', '')}")
        style = element.get("style")
        if style is not None:
            element.set("style", _page_style(style))
    _size(root)
    _draw_in_place(root)
    _tighten(root)
    _describe(root, prefix, title, description)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _drop(root: ElementTree.Element, tags: set[str]) -> None:
    """Removes elements. The `<style>` holds a rule for `*` that would leak into the whole page."""
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag in tags]:
            parent.remove(child)


def _rename_ids(root: ElementTree.Element, prefix: str) -> None:
    """Prefixes the ids that are referred to and drops the others: two figures of one shape share all their
    ids."""
    used: set[str] = set()
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            used.update(_REFERENCE.findall(value))
            if name in ("href", f"{{{_XLINK}}}href") and value.startswith("#"):
                used.add(value[1:])
    short: dict[str, str] = {}
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name == "id":
                del element.attrib[name]
                if value.startswith(SERIES_MARK):
                    element.set("data-series", value.removeprefix(SERIES_MARK))
                elif value in used:
                    element.set("id", _id(short, prefix, value))
            elif name == f"{{{_XLINK}}}href":
                # HTML's SVG has plain href; the namespaced form would need a declaration on every figure.
                del element.attrib[name]
                element.set("href", f"#{_id(short, prefix, value[1:])}" if value.startswith("#") else value)
            elif "url(#" in value:
                element.set(
                    name,
                    _REFERENCE.sub(lambda match: f"url(#{_id(short, prefix, match.group(1))})", value),
                )


def _id(short: dict[str, str], prefix: str, long: str) -> str:
    """A running number in place of matplotlib's hash, which every marker would repeat."""
    return short.setdefault(long, f"{prefix}-{len(short)}")


def _page_style(style: str) -> str:
    """Colours become the page's variables; fonts keep their size and take the page's family."""
    if "font:" in style:
        weight = "; font-weight: 600" if _BOLD.search(style) else ""
        style = _FONT.sub(rf"font-size: \1{weight}", style)
    return _COLOUR.sub(lambda match: _VARIABLES[match.group().lower()], style)


def _draw_in_place(root: ElementTree.Element) -> None:
    """Paths that are defined for one use alone, as those of bands are, drawn where they are used."""
    uses = Counter(use.get("href") for use in root.iter(f"{{{_SVG}}}use"))
    for parent in root.iter():
        for defs, group in pairwise(list(parent)):
            tags = [one.tag.removeprefix(f"{{{_SVG}}}") for one in (defs, group, *defs, *group)]
            if tags != ["defs", "g", "path", "use"]:
                continue
            path, use = defs[0], group[0]
            if use.get("href") != f"#{path.get('id')}" or uses[use.get("href")] > 1:
                continue
            if not _CURVES.isdisjoint(path.get("d", "")):
                continue
            path.set("d", _moved(path.get("d", ""), float(use.get("x", "0")), float(use.get("y", "0"))))
            del path.attrib["id"]
            path.attrib.update(group.attrib)
            path.attrib.setdefault("style", use.get("style", ""))
            parent.remove(defs)
            parent[list(parent).index(group)] = path


def _moved(path: str, x: float, y: float) -> str:
    """The path of straight strokes by so much to the right and down."""
    steps = cycle((x, y))
    return _NUMBER.sub(lambda number: f"{float(number.group()) + next(steps):.6f}", path)


def _tighten(root: ElementTree.Element) -> None:
    """Coordinates to a tenth of a pixel, and those of marks, which are small, to a hundredth; no indentation,
    no group that groups nothing, no line of one point, no clip around what lies inside, one style for all
    markers of a line: a third of the bytes, and nothing that can be seen."""
    own_look = {f"#{one.get('id')}" for one in root.iter() if one.get("id") and one.get("style")}
    marks = {path for defs in root.iter(f"{{{_SVG}}}defs") for path in defs.iter(f"{{{_SVG}}}path")}
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}path" and _is_unseen(child):
                parent.remove(child)
        if parent.get("transform", "").startswith("rotate(-0 "):
            del parent.attrib["transform"]
        if parent.get("href") in own_look:
            # A tick's mark says itself how it looks.
            parent.attrib.pop("style", None)
        if "style" in parent.attrib:
            parent.set("style", parent.attrib["style"].replace("; ", ";").replace(": ", ":"))
        digits = 2 if parent in marks or "transform" in parent.attrib else 1
        for name in _GEOMETRY.intersection(parent.keys()):
            text = " ".join(_COORDINATE.sub(partial(_rounded, digits), parent.attrib[name]).split())
            parent.set(name, _path(text) if name == "d" else text)
        if not (parent.text or "").strip():
            parent.text = None
        for index, child in enumerate(parent):
            while child.tag == f"{{{_SVG}}}g" and len(child) == 1 and child.attrib.keys() <= {"data-series"}:
                child[0].attrib.update(child.attrib)
                child = child[0]
            child.tail = None
            parent[index] = child
        styles = {child.get("style") for child in parent}
        # What a marker refers to inherits from the group as it would from the marker.
        if (
            parent.tag == f"{{{_SVG}}}g"
            and {child.tag for child in parent} == {f"{{{_SVG}}}use"}
            and len(styles) == 1
        ):
            style = styles.pop()
            if style is not None and "style" not in parent.attrib:
                parent.set("style", style)
                for child in parent:
                    del child.attrib["style"]
    _round_marks(root)
    _unclip(root)


def _is_unseen(path: ElementTree.Element) -> bool:
    """A line of one point, and the ground of a panel, which is the page's."""
    is_empty = path.get("style", "").strip("; ") == "fill: none"
    return is_empty or _LONE_POINT.fullmatch(" ".join(path.get("d", "").split())) is not None


def _path(text: str) -> str:
    """The path with level and upright strokes as such, which are most: axes, rules, whiskers and steps."""
    text = _COMMAND.sub(r"\1", text)
    if not _CURVES.isdisjoint(text):
        return text
    found: list[str] = []
    x = y = ""
    for command in _STRAIGHT.findall(text):
        if command == "z":
            found.append(command)
            continue
        before = x, y
        x, _, y = command[1:].partition(" ")
        if command[0] == "M":
            if found and found[-1][0] == "M":
                found.pop()  # nothing was drawn from there
            found.append(command)
        elif (x, y) != before:
            found.append(_stroke(before, (x, y)))
    if found and found[-1][0] == "M":
        found.pop()
    return "".join(found)


def _stroke(before: tuple[str, str], after: tuple[str, str]) -> str:
    (x, y), (next_x, next_y) = before, after
    if y == next_y:
        return _along("H", x, next_x)
    return _along("V", y, next_y) if x == next_x else f"L{next_x} {next_y}"


def _along(command: str, here: str, there: str) -> str:
    """A stroke to a place, or over a way where that is shorter to write."""
    way = f"{float(there) - float(here):.2f}".rstrip("0").rstrip(".")
    relative = f"{command.lower()}{_LEADING_ZERO.sub('', way)}"
    return relative if len(relative) <= len(there) else f"{command}{there}"


def _round_marks(root: ElementTree.Element) -> None:
    for path in root.iter(f"{{{_SVG}}}path"):
        circle = _CIRCLE.fullmatch(path.get("d", ""))
        if circle is not None:
            path.tag = f"{{{_SVG}}}circle"
            del path.attrib["d"]
            path.set("r", circle.group(1))


def _unclip(root: ElementTree.Element) -> None:
    """Without the clip of what lies inside it: nearly everything, since axes have room for what they show."""
    boxes = {
        f"url(#{clip.get('id')})": _box(clip[0])
        for clip in root.iter(f"{{{_SVG}}}clipPath")
        if clip[0].tag == f"{{{_SVG}}}rect"
    }
    for element in root.iter():
        box = boxes.get(element.get("clip-path", ""))
        if box is not None and _is_inside(element, box):
            del element.attrib["clip-path"]


def _box(rect: ElementTree.Element) -> tuple[float, float, float, float]:
    left, top, width, height = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return left, top, left + width, top + height


_HALF_STROKE = 0.5  # what a clip at the edge of the panel may cut off a line


def _is_inside(element: ElementTree.Element, box: tuple[float, float, float, float]) -> bool:
    """Whether a path of straight strokes, or every mark of a group, has its points in the box."""
    left, top, right, bottom = box
    is_known = False
    for one in element.iter():
        if one.tag == f"{{{_SVG}}}use":
            points = [(float(one.get("x", "0")), float(one.get("y", "0")))]
        elif one.tag == f"{{{_SVG}}}path" and _CURVES.isdisjoint(one.get("d", "")):
            points = _points_of(one.get("d", ""))
        elif one.tag == f"{{{_SVG}}}g":
            continue
        else:
            return False
        is_known = True
        for x, y in points:
            if not (left - _HALF_STROKE <= x <= right + _HALF_STROKE):
                return False
            if not (top - _HALF_STROKE <= y <= bottom + _HALF_STROKE):
                return False
    return is_known


def _points_of(path: str) -> list[tuple[float, float]]:
    """Where the strokes of a path end."""
    found = []
    x = y = 0.0
    for command in _STRAIGHT.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(command)]
        kind = command[0]
        if kind in "ML":
            x, y = numbers
        elif kind in "Hh":
            x = numbers[0] + (x if kind == "h" else 0.0)
        elif kind in "Vv":
            y = numbers[0] + (y if kind == "v" else 0.0)
        found.append((x, y))
    return found


def _rounded(digits: int, number: re.Match[str]) -> str:
    return f"{float(number.group()):.{digits}f}".rstrip("0").rstrip(".")


def _size(root: ElementTree.Element) -> None:
    """One unit of the view box is at most one CSS pixel: a figure shrinks with a narrow page but never grows,
    else the text of a small one grows with it."""
    width = float(root.get("viewBox", "0 0 0 0").split()[2])
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("style", f"max-width: {width:.0f}px")


def _describe(root: ElementTree.Element, prefix: str, title: str, description: str) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    # matplotlib's own rule for `*`, kept where it belongs.
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    for index, (tag, text) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = unturned(text)
        root.insert(index, element)
