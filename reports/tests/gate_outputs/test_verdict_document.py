"""Does a verdict survive being written and read, and is a damaged file refused in one line?"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from gate_outputs.described_gates import blind_verdict, hostile_verdict, quiet_verdict, troubled_verdict
from gate_outputs.described_verdict import verdict
from hypothesis import given
from hypothesis import strategies as st

from latchmark.errors import InvalidVerdict
from latchmark.loading.contract import SCHEMAS, check_contract
from latchmark.loading.verdicts import load_verdict
from latchmark.verdict import (
    Companion,
    Estimate,
    Gated,
    Injection,
    Limits,
    Look,
    Pair,
    Problem,
    Skipped,
    Source,
    Stage,
    Subject,
    Verdict,
    Void,
    from_document,
    to_document,
    to_json,
)
from latchmark.verdict.document import NotANumber

DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict)

TEXTS = st.text(max_size=20)
RATIOS = st.floats(0, 1e9, allow_nan=False)
ESTIMATES = st.builds(
    Estimate, RATIOS, st.none() | RATIOS, st.none() | RATIOS, st.none() | RATIOS, st.integers(0, 200)
)
PAIRS = st.builds(
    Pair, st.just(0), st.integers(0, 99), TEXTS, st.none() | RATIOS, st.none() | RATIOS, st.none() | TEXTS
)
GATED = st.builds(
    Gated,
    limits=st.builds(Limits, RATIOS, RATIOS, RATIOS),
    estimate=st.none() | ESTIMATES,
    spread=st.none() | RATIOS,
    detectable=st.none() | RATIOS,
    pairs_needed=st.none() | st.integers(0, 10**6),
    looks=st.lists(
        st.builds(
            Look,
            toward=st.sampled_from(["worse", "better"]),
            test=st.sampled_from(["signed-rank", "sign"]),
            pairs=st.integers(0, 200),
            p=st.floats(0, 1),
            adjusted_p=st.none() | st.floats(0, 1),
            alpha=st.floats(0, 1),
            among=st.integers(0, 300),
        ),
        max_size=2,
    ).map(tuple),
    pairs=st.lists(PAIRS, max_size=3).map(tuple),
    companions=st.lists(
        st.builds(Companion, TEXTS, RATIOS, st.none(), st.none() | RATIOS, TEXTS), max_size=2
    ).map(tuple),
    source=st.none() | st.builds(Source, TEXTS, st.integers(1, 10**6)),
)
VERDICTS = st.builds(
    lambda points, sentence, coverage: replace(
        verdict(), points=tuple(points), sentence=sentence, coverage=coverage
    ),
    st.lists(GATED, max_size=3),
    st.text(min_size=1, max_size=30),
    st.none() | st.floats(0, 1),
)


@given(VERDICTS)
def test_what_is_written_is_read(value: Verdict) -> None:
    document = json.loads(to_json(value))
    check_contract(document, "latchmark.verdict/1")
    assert from_document(document) == value


@pytest.mark.parametrize("described", DESCRIBED)
def test_a_file_holds_the_verdict(described: Callable[[], Verdict], tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(to_json(described()), "utf-8")
    assert load_verdict(path) == described()
    path.write_bytes(gzip.compress(to_json(described()).encode("utf-8")))
    assert load_verdict(path) == described()


def test_the_schema_names_every_field_and_no_other() -> None:
    schema = json.loads((SCHEMAS / "verdict.schema.json").read_text("utf-8"))
    gated = schema["definitions"]["gated"]["properties"]
    items = {
        name: schema["properties"][name]["items"] for name in ("skipped", "voids", "injections", "problems")
    }
    described: tuple[tuple[type[Any], dict[str, Any]], ...] = (
        (Gated, schema["definitions"]["gated"]),
        (Estimate, schema["definitions"]["estimate"]),
        (Stage, schema["definitions"]["stage"]),
        (Subject, schema["definitions"]["subject"]),
        (Limits, gated["limits"]),
        (Look, gated["looks"]["items"]),
        (Pair, gated["pairs"]["items"]),
        (Companion, gated["companions"]["items"]),
        (Source, gated["source"]["anyOf"][1]),
        (Skipped, items["skipped"]),
        (Void, items["voids"]),
        (Injection, items["injections"]),
        (Problem, items["problems"]),
    )
    for kind, one in described:
        names = [field.name for field in fields(kind)]
        assert names == one["required"] == list(one["properties"]), kind
    names = ["schema", *(field.name for field in fields(Verdict))]
    assert names == schema["required"] == list(schema["properties"])


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_with_its_place(wrong: float) -> None:
    value = verdict()
    points = (value.points[0], replace(value.points[1], estimate=Estimate(wrong, 1.0, 1.0, 1.0, 20)))
    with pytest.raises(NotANumber, match=r"points\[1\].estimate.value: is -?(nan|inf)") as caught:
        to_document(replace(value, points=points))
    assert caught.value.exit_code == 4


def test_a_path_that_is_no_text_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(to_json(verdict(repeat="gate ab --base bench\udcff")), "utf-8")
    assert load_verdict(path).repeat == r"gate ab --base bench\udcff"


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    document = to_document(verdict())
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (to_json(verdict())[:900], "is not JSON (cut short?)"),
        ("[]", "holds a JSON array, not a latchmark verdict"),
        (changed(lambda one: one.update(schema="latchmark.verdict/2")), "written by a newer latchmark"),
        (changed(lambda one: one.update(schema="latchmark.run/1")), "this is not a latchmark verdict"),
        (changed(lambda one: one.pop("exit_code")), "exit_code"),
        (changed(lambda one: one.update(exit_code=2)), "exit_code"),
        (changed(lambda one: one["points"][0].update(word="FINE")), "points[0].word"),
        (
            changed(lambda one: one["points"][0]["pairs"][0].update(stage=3)),
            "points[0].pairs: name a stage beyond",
        ),
        (changed(lambda one: one["voids"][0].update(stage=9)), "voids[0].stage: is 9, of 3 stages"),
        (changed(lambda one: one.update(more=1)), "more"),
        (to_json(verdict()).replace('"spread": 0.05', '"spread": 1e999', 1), "spread: is too large"),
        (to_json(verdict()).replace('"spread": 0.05', '"spread": NaN', 1), "NaN"),
    ],
)
def test_a_damaged_file_is_one_line_with_the_place(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "verdict.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidVerdict) as caught:
        load_verdict(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert complaint in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidVerdict, match="cannot be read: No such file"):
        load_verdict(tmp_path / "verdict.json")
