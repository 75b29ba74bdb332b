"""How a figure becomes SVG inside a page: deterministic bytes, then changes each of which mends something
seen."""

import io
import re
import xml.etree.ElementTree as ElementTree
from functools import partial

import matplotlib
from matplotlib.figure import Figure

from latchmark.figures.palette import FIGURE_INKS

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_FONT = re.compile(r"font: (?:(?:italic|oblique|bold|\d{3}) )*([0-9.]+px) [^;]*")
_BOLD = re.compile(r"font: (?:bold|[67]00) ")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_COORDINATE = re.compile(r"-?\d+\.\d{2,}")
_COMMAND = re.compile(r" ?([A-Za-z]) ?")
_LONE_POINT = re.compile(r"M [-0-9.]+ [-0-9.]+")
_GEOMETRY = {"d", "x", "y", "width", "height", "transform"}
_COLOUR = re.compile("|".join(ink.stand_in for ink in FIGURE_INKS), re.IGNORECASE)
_VARIABLES = {ink.stand_in: f"var({ink.variable})" for ink in FIGURE_INKS}

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
                if value in used:
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


def _tighten(root: ElementTree.Element) -> None:
    """Coordinates to a tenth of a pixel, and those of marks, which are small, to a hundredth; no indentation,
    no group that groups nothing, no line of one point, one style for all markers of a line: half of the
    bytes, and nothing that can be seen."""
    own_look = {f"#{one.get('id')}" for one in root.iter() if one.get("id") and one.get("style")}
    marks = {path for defs in root.iter(f"{{{_SVG}}}defs") for path in defs.iter(f"{{{_SVG}}}path")}
    for parent in root.iter():
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}path" and _LONE_POINT.fullmatch(" ".join(child.get("d", "").split())):
                parent.remove(child)
        if parent.get("href") in own_look:
            # A tick's mark says itself how it looks.
            parent.attrib.pop("style", None)
        if "style" in parent.attrib:
            parent.set("style", parent.attrib["style"].replace("; ", ";").replace(": ", ":"))
        digits = 2 if parent in marks or "transform" in parent.attrib else 1
        for name in _GEOMETRY.intersection(parent.keys()):
            text = " ".join(_COORDINATE.sub(partial(_rounded, digits), parent.attrib[name]).split())
            parent.set(name, _COMMAND.sub(r"\1", text) if name == "d" else text)
        if parent.get("transform", "").startswith("rotate(-0 "):
            del parent.attrib["transform"]
        if not (parent.text or "").strip():
            parent.text = None
        for index, child in enumerate(parent):
            while child.tag == f"{{{_SVG}}}g" and not child.attrib and len(child) == 1:
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
        element.text = text
        root.insert(index, element)
