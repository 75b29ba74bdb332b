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


def test_coordinates_are_as_fine_as_an_eye_and_no_finer() -> None:
    text = svg_of(_figure(), "one", "title", "description")
    assert re.search(r' d="M[0-9.]+', text)
    assert not re.search(r'(?:[ "-])\d+\.\d{3,}', re.sub(r' style="[^"]*"| viewBox="[^"]*"', "", text))
    assert "\n" not in text.partition("<desc")[0]
