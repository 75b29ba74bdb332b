"""Do the documents of a run hold the index of pitfalls, as the page tells it?"""

from __future__ import annotations

import json

from latchmark.cautions import cautions_of
from latchmark.exporting import run_json, run_markdown
from latchmark.findings import findings_of, pitfalls_of
from latchmark.model import Run


def test_markdown_has_a_line_each(quick: Run) -> None:
    text = run_markdown(quick)
    lines = text[text.index("## Pitfalls") :].partition("\n## ")[0].splitlines()[2:]
    index = pitfalls_of(quick, findings_of(quick), cautions_of(quick))
    assert len([line for line in lines if line]) == len(index.measured) + len(index.missing)
    assert lines[0].startswith("- Retrying what one instruction does: cas\\_loop costs")
    assert any(line.startswith("- ABA: not measured: no experiment yet") for line in lines)


def test_json_has_an_object_each_and_null_where_nothing_was_measured(quick: Run) -> None:
    pitfalls = {one["name"]: one for one in json.loads(run_json(quick))["pitfalls"]}
    shared, aba = pitfalls["False sharing"], pitfalls["ABA"]
    assert shared["size"].endswith("×")
    assert shared["text"].startswith("packed costs")
    assert shared["why"] is None
    assert (aba["size"], aba["text"], aba["cautions"]) == (None, None, [])
    assert aba["why"].startswith("no experiment yet")
