"""Does a figure become SVG that is safe to put beside others on one page?"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

from matplotlib.figure import Figure

from latchmark.figures.frame import frame, house_style, label_of
from latchmark.figures.palette import INKS, SERIES
from latchmark.figures.svg import svg_of

SVG = "{http://www.w3.org/2000/svg}"


def _figure(label: str = "packed") -> Figure:
    with house_style():
        figure, axes = frame(400, 200, 40, 20, 20, 40)
        axes.plot([1, 2], [1, 3], color=SERIES[0].stand_in, marker="o", label=label)
        axes.fill_between([1, 2], [1, 2], [2, 4], color=SERIES[1].stand_in, hatch="///", alpha=0.2)
        axes.text(1.2, 2, label)
    return figure


def test_ids_are_prefixed_and_every_reference_finds_one() -> None:
    text = svg_of(_figure(), "one", "title", "description")
    ids = re.findall(r' id="([^"]*)"', text)
    used = re.findall(r"url\(#([^)]*)\)", text) + re.findall(r' href="#([^"]*)"', text)
    assert used, "a figure with markers and a clip refers to definitions"
    assert len(set(ids)) == len(ids)
    assert all(name.startswith("one-") for name in ids)
    assert set(used) <= set(ids)


def test_two_figures_of_one_shape_share_no_id() -> None:
    ids = [re.findall(r' id="([^"]*)"', svg_of(_figure(), prefix, "t", "d")) for prefix in ("one", "two")]
    assert not set(ids[0]) & set(ids[1])


def test_nothing_is_left_that_html_or_the_rest_of_the_page_would_suffer_from() -> None:
    text = svg_of(_figure(), "one", "title", "description")
    root = ElementTree.fromstring(text)
    assert text.startswith("<svg ")
    assert root.get("width") is None
    assert root.get("height") is None
    assert root.get("style") == "max-width:400px", "a small figure must not grow to the width of the column"
    tags = {element.tag for element in root.iter()}
    assert not tags & {SVG + "style", SVG + "metadata"}
    assert "<!--" not in text


def test_no_stand_in_colour_and_no_font_family_is_left() -> None:
    text = svg_of(_figure(), "one", "title", "description")
    assert not re.search("|".join(ink.stand_in for ink in INKS), text, re.IGNORECASE)
    assert "var(--s1)" in text
    assert "DejaVu" not in text
    assert "font-size:12px" in text


def test_every_colour_is_one_that_follows_the_theme() -> None:
    text = svg_of(_figure(), "one", "title", "description")
    assert not re.findall(r"#[0-9a-f]{6}\b", re.sub(r"(?:url\(|href=\")#[^)\"]*", "", text))


def test_title_and_description_name_the_image() -> None:
    root = ElementTree.fromstring(svg_of(_figure(), "one", "a <title>", "falls from 41 to 3.2"))
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "one-title one-desc")
    assert [(child.tag, child.text) for child in root][:2] == [
        (SVG + "title", "a <title>"),
        (SVG + "desc", "falls from 41 to 3.2"),
    ]


def test_a_pair_of_dollars_is_no_mathematics_and_markup_is_text() -> None:
    root = ElementTree.fromstring(svg_of(_figure("$x$ <b>&"), "one", "t", "d"))
    assert "$x$ <b>&" in [element.text for element in root.iter(SVG + "text")]


def test_labels_hold_no_character_that_xml_forbids_and_are_cut() -> None:
    assert label_of("bell\x07\ud800\n") == "bell\ufffd\ufffd\ufffd"
    assert label_of("x" * 40, 10) == "x" * 9 + "\u2026"
    svg_of(_figure(label_of("\x00\x1b")), "one", "t", "d")


def test_the_text_alternative_is_read_in_its_own_direction() -> None:
    root = ElementTree.fromstring(svg_of(_figure(), "one", "a\u202eb", "c\u2067d"))
    assert root.findtext(SVG + "title") == "a\ufffdb"
    assert root.findtext(SVG + "desc") == "c\ufffdd"


def test_coordinates_are_as_fine_as_an_eye_and_no_finer() -> None:
    text = svg_of(_figure(), "one", "title", "description")
    assert re.search(r' d="M[0-9.]+', text)
    assert not re.search(r'(?:[ "-])\d+\.\d{3,}', re.sub(r' style="[^"]*"| viewBox="[^"]*"', "", text))
    assert "\n" not in text.partition("<desc")[0]


def _drawn(**look: object) -> ElementTree.Element:
    with house_style():
        figure, axes = frame(400, 200, 40, 20, 20, 40)
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        axes.plot([1, 5, 5, 9], [2, 2, 7, 12], color=SERIES[0].stand_in, **look)
    return ElementTree.fromstring(svg_of(figure, "one", "title", "description"))


def test_level_and_upright_strokes_are_written_as_such() -> None:
    with house_style():
        figure, axes = frame(400, 200, 40, 20, 20, 40)
        axes.set_axis_off()
        axes.set_xlim(0, 10)
        axes.set_ylim(0, 10)
        axes.plot([1, 5, 5, 5, 8], [2, 2, 2, 7, 9])
    root = ElementTree.fromstring(svg_of(figure, "one", "title", "description"))
    # 34 pixels a unit across, 14 up.
    assert "M74 132H210V62L312 34" in [path.get("d") for path in root.iter(f"{SVG}path")]


def test_a_clip_is_left_only_where_it_cuts() -> None:
    clipped = [one for one in _drawn(gid="series-3").iter() if one.get("clip-path")]
    assert [one.get("data-series") for one in clipped] == ["3"]
    inside = _figure()
    text = svg_of(inside, "one", "title", "description")
    assert text.count("clip-path=") <= 1


def test_what_belongs_to_a_variant_is_marked() -> None:
    root = _drawn(gid="series-3", marker="o")
    marked = [one for one in root.iter() if one.get("data-series") == "3"]
    assert len(marked) == 1
    assert not [one for one in root.iter() if (one.get("id") or "").startswith("series")]
    # A round mark is a circle, not eight curves.
    assert root.find(f".//{SVG}circle") is not None
