"""What do the reports of a run show? Their text, and the tables of the page cell by cell."""

from __future__ import annotations

import csv
import html
import io
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

_REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path.insert(0, str(_REPORTS))

from latchmark.cli import main as latchmark  # noqa: E402


@dataclass
class Table:
    """A table of a page: its caption, the titles of its columns, and its rows."""

    caption: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, title: str) -> list[str]:
        """The cells below a title; none when there is no such column."""
        places = [place for place, column in enumerate(self.columns) if column == title]
        return [row[place] for place in places for row in self.rows]


@dataclass(frozen=True)
class Shown:
    """The reports of one run: the page as a reader sees it, its tables, and the other formats."""

    page: str
    tables: list[Table]
    markdown: str
    csv: list[dict[str, str]]
    json: Any
    gbench: Any

    def texts(self) -> dict[str, str]:
        """Those that tell reasons, as plain text."""
        return {
            "page": self.page,
            "Markdown": unescaped(self.markdown),
            "JSON": json.dumps(self.json, ensure_ascii=False).replace('\\"', '"'),
        }


class _Page(HTMLParser):
    """Collects what is read of a page, and the cells of its tables."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tables: list[Table] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._open.append(tag)
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr" and "tbody" in self._open:
            self.tables[-1].rows.append([])
        elif tag == "th" and "thead" in self._open:
            self.tables[-1].columns.append("")
        elif tag in ("td", "th"):
            self.tables[-1].rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass  # an element that needs no end

    def handle_data(self, data: str) -> None:
        if "style" in self._open or "script" in self._open or "title" in self._open:
            return
        self.words.append(data)
        if "caption" in self._open:
            self.tables[-1].caption += data
        elif "thead" in self._open and "th" in self._open:
            # What stands small behind the title is the unit.
            self.tables[-1].columns[-1] += "" if "small" in self._open else data.strip()
        elif "tbody" in self._open and ("td" in self._open or "th" in self._open):
            self.tables[-1].rows[-1][-1] += data


def page_of(text: str) -> tuple[str, list[Table]]:
    """The text of a page with single blanks, and its tables."""
    page = _Page()
    page.feed(text)
    return " ".join("".join(page.words).split()), page.tables


class NotDrawn(Exception):
    """Which command of the reports failed."""


def drawn(*words: str | Path) -> str:
    """What a command of the reports writes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report"
        arguments = [str(word) for word in (*words, "-o", file)]
        if code := latchmark(arguments):
            raise NotDrawn(f"latchmark {' '.join(arguments)} ended with exit code {code}")
        return file.read_text("utf-8")


def shown_of(run: Path) -> Shown:
    """Draws every report of a run."""
    page, tables = page_of(drawn("report", run))
    return Shown(
        page,
        tables,
        drawn("report", run, "--format", "markdown"),
        list(csv.DictReader(io.StringIO(drawn("report", run, "--format", "csv")))),
        json.loads(drawn("report", run, "--format", "json")),
        json.loads(drawn("export", run, "--format", "gbench")),
    )


def comparisons_of(runs: Sequence[Path]) -> dict[str, str]:
    """By format, the text of the comparison of several runs."""
    texts = {name: drawn("compare", *runs, "--format", name) for name in ("html", "markdown", "json", "csv")}
    return texts | {"html": page_of(texts["html"])[0], "markdown": unescaped(texts["markdown"])}


def unescaped(markdown: str) -> str:
    """Without what keeps names from ending a cell."""
    return html.unescape(markdown).replace("\\", "")


def objects_in(document: Any) -> Iterator[dict[str, Any]]:
    """Every object of a JSON document, the outermost first."""
    if isinstance(document, dict):
        yield document
        document = list(document.values())
    if isinstance(document, list):
        for one in document:
            yield from objects_in(one)
