"""Does a skip that nobody expected turn the check red, whatever wrote it down?"""

import json
from pathlib import Path

import pytest
import skips

GOOGLE_TEST_OUTPUT = (
    "[ RUN      ] Pmu.Counts\na.cpp:2: Skipped\nno PMU: not\npermitted\n\n[  SKIPPED ] Pmu.Counts (0 ms)\n"
)
CTEST = f"""<testsuite>
<testcase name="Pmu.Counts" classname="Pmu.Counts" status="notrun">
<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/><system-out>{GOOGLE_TEST_OUTPUT}</system-out></testcase>
<testcase name="A.Runs" classname="A.Runs" status="run"/>
<testcase name="A.Off" classname="A.Off" status="disabled"><system-out>Disabled</system-out></testcase>
</testsuite>"""
PYTEST = """<testsuites><testsuite>
<testcase classname="axe" name="test_dark"><skipped message="no chromium"/></testcase>
<testcase classname="t" name="test_later"><skipped type="pytest.xfail" message="" /></testcase>
</testsuite></testsuites>"""


def test_reasons_of_google_test_are_those_it_printed(tmp_path: Path) -> None:
    (tmp_path / "ctest.xml").write_text(CTEST, "utf-8")
    outcome = skips.outcome_of_junit(tmp_path / "ctest.xml")
    assert outcome.done == 1
    assert outcome.skips == (
        skips.Skip("test", "Pmu.Counts::Pmu.Counts", "no PMU: not permitted"),
        skips.Skip("test", "A.Off::A.Off", "disabled"),
    )


def test_skips_of_pytest_are_seen_and_expected_failures_count_as_skips(tmp_path: Path) -> None:
    (tmp_path / "pytest.xml").write_text(PYTEST, "utf-8")
    outcome = skips.outcome_of_junit(tmp_path / "pytest.xml")
    assert [skip.reason for skip in outcome.skips] == ["no chromium", "no reason given"]
    assert outcome.done == 0


def test_points_of_a_run(tmp_path: Path) -> None:
    run = {
        "run": {"minimum_points": 1},
        "points": [{"name": "a", "skip": None}, {"name": "b", "skip": "needs 4 cores; this machine has 2"}],
        "launches": [
            {"point": 0, "status": "ok"},
            {"point": 0, "status": "ok"},
            {"point": 1, "status": "crashed"},
        ],
    }
    (tmp_path / "run.json").write_text(json.dumps(run), "utf-8")
    outcome = skips.outcome_of_run(tmp_path / "run.json")
    assert outcome == skips.Outcome((skips.Skip("point", "b", "needs 4 cores; this machine has 2"),), 1, 1)


@pytest.mark.parametrize(("minimum", "is_enough"), [(2, False), (1, True), (None, True)])
def test_a_run_with_fewer_points_than_its_preset_promises_is_red(
    tmp_path: Path, minimum: int | None, is_enough: bool
) -> None:
    run = {
        "run": {"minimum_points": minimum},
        "points": [{"name": "a", "skip": None}, {"name": "b", "skip": None}],
        "launches": [{"point": 0, "status": "ok"}, {"point": 1, "status": "crashed"}],
    }
    (tmp_path / "run.json").write_text(json.dumps(run), "utf-8")
    outcome = skips.outcome_of_run(tmp_path / "run.json")
    wrong = ["run: 1 points were measured, at least 2 are expected on this machine"]
    assert skips.complaints({"run": outcome}, ()) == ([] if is_enough else wrong)


def test_only_what_is_on_the_list_with_that_reason_is_expected() -> None:
    expected = skips.expected_of("# why\n\ntest | Pmu.* | no PMU*\n")
    right = skips.Skip("test", "Pmu.Counts", "no PMU here")
    assert skips.complaints({"x": skips.Outcome((right,), 1)}, expected) == []
    for wrong in (
        skips.Skip("test", "Pmu.Counts", "another reason"),
        skips.Skip("test", "Other", "no PMU here"),
        skips.Skip("point", "Pmu.Counts", "no PMU here"),
    ):
        assert len(skips.complaints({"x": skips.Outcome((wrong,), 1)}, expected)) == 1


def test_an_input_in_which_all_was_skipped_is_red_even_when_expected() -> None:
    skip = skips.Skip("test", "a", "b")
    assert "nothing was done" in skips.complaints({"x": skips.Outcome((skip,), 0)}, (skip,))[0]


@pytest.mark.parametrize("line", ["test | a", "tests | a | b", "test | a |", "a"])
def test_a_list_of_another_form_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="line 1"):
        skips.expected_of(line)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.txt", ""),
        ("x.json", "{"),
        ("x.json", "{}"),
        ("x.json", "[]"),
        ("x.xml", "<a"),
        ("none.xml", None),
        (None, None),
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str | None, content: str | None
) -> None:
    paths = [] if name is None else [tmp_path / name]
    if content is not None:
        paths[0].write_text(content, "utf-8")
    assert skips.main(paths) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(name or "usage") in line
