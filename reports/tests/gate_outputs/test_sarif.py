"""Does code scanning get valid SARIF, with every result where its experiment is described?"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from gate_outputs.described_gates import (
    blind_verdict,
    hostile_verdict,
    large_verdict,
    quiet_verdict,
    troubled_verdict,
)
from gate_outputs.described_verdict import verdict

from latchmark.exporting.verdicts import sarif, sarif_json
from latchmark.verdict import Source, Verdict, Word

SCHEMA = json.loads(Path(__file__).with_name("sarif.schema.json").read_text("utf-8"))
DESCRIBED = (verdict, quiet_verdict, troubled_verdict, blind_verdict, hostile_verdict)


def run_of(value: Verdict) -> dict[str, Any]:
    """The only run, after the schema accepted the file."""
    document = json.loads(sarif_json(value))
    jsonschema.validate(document, SCHEMA)
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("described", DESCRIBED)
def test_the_file_is_valid(described: Callable[[], Verdict]) -> None:
    run = run_of(described())
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules
    prints = [result["partialFingerprints"]["latchmarkPoint/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_results_are_what_someone_should_look_at_worst_first() -> None:
    results = run_of(troubled_verdict())["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [
        ("REGRESSED", "error"),
        ("REGRESSED", "error"),
        ("ERROR", "error"),
        ("MISSING", "error"),
        ("ERROR", "warning"),
        ("SUSPECT", "warning"),
        ("NOT_COMPARABLE", "warning"),
        ("INCONCLUSIVE", "note"),
    ]
    assert results[1]["message"]["text"].startswith("REGRESSED 1.24× [1.21, 1.25]: time_per_operation of")
    assert "Only this point again: scripts/latchmark gate ab" in results[1]["message"]["text"]


def test_a_result_lies_in_the_source_of_its_experiment() -> None:
    (location,) = run_of(verdict())["results"][0]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {
            "uri": "benchmarks/false_sharing/counters/experiment.cpp",
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": 14},
    }
    points = (
        replace(verdict().points[0], source=Source("a b/%41#?.cpp", 3)),
        replace(verdict().points[0], source=None),
    )
    first, second = run_of(verdict(points=points))["results"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b/%2541%23%3F.cpp"
    assert "physicalLocation" not in second["locations"][0]


def test_a_blind_gate_did_not_succeed() -> None:
    (invocation,) = run_of(blind_verdict())["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, 3)
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "every round was voided"
    assert invocation["commandLine"] == blind_verdict().repeat
    assert run_of(verdict())["invocations"][0]["executionSuccessful"]


def test_every_word_is_counted() -> None:
    counts = run_of(troubled_verdict())["properties"]["verdicts"]
    assert counts == {word.value: len(troubled_verdict().of(word)) for word in Word}


def test_what_is_shown_only_is_no_result() -> None:
    shown = replace(verdict().points[0], is_advisory=True)
    assert run_of(verdict(points=(shown,)))["results"] == []


def test_two_metrics_of_a_point_are_two_alerts() -> None:
    slower = verdict().points[0]
    both = run_of(verdict(points=(slower, replace(slower, metric="instructions"))))["results"]
    first, second = (one["partialFingerprints"]["latchmarkPoint/v1"] for one in both)
    assert first != second


def test_the_same_point_keeps_its_fingerprint() -> None:
    before = run_of(verdict())["results"][0]
    slower = tuple(replace(one, because="other numbers") for one in verdict().points)
    after = run_of(verdict(points=slower))["results"][0]
    assert before["partialFingerprints"] == after["partialFingerprints"]
    assert before["message"] != after["message"]


def test_what_is_beyond_the_limit_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 1)
    run = run_of(large_verdict(10, confirm=40))
    assert len(run["results"]) == 1
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[-1]["message"]["text"] == "1 result left out: see verdict.json"
