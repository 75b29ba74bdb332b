"""Does a policy file say all that can be said, and is everything else refused with its place?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from latchmark.errors import WrongUsage
from latchmark.gate.policy import Policy, Removal, load_policy
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Limits

DOCUMENTED = Path(__file__).resolve().parents[2] / "policy.toml"
FIRST_LINE = 'policy = "latchmark.policy/1"\n'

Write = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "policy.toml"
        path.write_text(FIRST_LINE + text, "utf-8")
        return path

    return write


def keys_of(table: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from keys_of(value, f"{prefix}{key}.")
        else:
            yield prefix + key


def test_the_documented_policy_is_the_default() -> None:
    assert load_policy(DOCUMENTED) == load_policy(None) == Policy()


def test_the_documented_keys_are_those_of_the_code() -> None:
    keys = set(keys_of(tomllib.loads(DOCUMENTED.read_text("utf-8"))))
    assert {key for key in keys if key.startswith("procedure.")} == {
        f"procedure.{one.name}" for one in fields(Rules)
    }
    assert {key for key in keys if key.startswith("limits.")} == {
        f"limits.{one.name}" for one in fields(Limits)
    }
    in_force = {key for key, _ in Policy().as_text()}
    assert keys - {"policy", "experiments"} == in_force


def test_every_documented_key_has_a_comment_above_it() -> None:
    lines = DOCUMENTED.read_text("utf-8").splitlines()
    for above, line in pairwise(lines):
        if re.match(r"\[?[a-z_]+( =|\])", line):
            assert above.startswith("#"), line


def test_the_example_of_a_removal_and_of_limits_can_be_used_as_they_stand(written: Write) -> None:
    text = DOCUMENTED.read_text("utf-8")
    used = re.sub(r'^# (\[\[|"[a-z/]+" = |point =|reason =|expires =)', r"\1", text, flags=re.MULTILINE)
    policy = load_policy(written(used.replace(FIRST_LINE, "", 1)))
    assert policy.removals == (
        Removal(
            "contention/counter/mutex/workers:2/placement:spread",
            "superseded by contention/locks",
            date(2027, 1, 31),
        ),
    )
    assert policy.limits_of("contention/counter").limit == 0.05
    assert policy.limits_of("ipc/round_trip").tolerated == 0.20


def test_an_experiment_has_its_own_limits_before_its_familys(written: Write) -> None:
    policy = load_policy(
        written(
            "[limits]\nmargin = 0.01\n"
            '[experiments."contention/counter"]\nlimit = 0.08\n'
            "[experiments.contention]\ntolerated = 0.2\n"
        )
    )
    assert policy.limits_of("contention/counter") == Limits(0.08, 0.01, 0.10)
    assert policy.limits_of("contention/locks") == Limits(0.03, 0.01, 0.2)
    assert policy.limits_of("ipc/round_trip") == Limits(0.03, 0.01, 0.10)


def test_everything_in_force_is_told(written: Write) -> None:
    policy = load_policy(
        written(
            'min_coverage = 1\non_inconclusive = "pass"\nstrict_env = true\nbudget_minutes = 5\n'
            "[procedure]\nalpha = 0.02\nscreen_pairs = 24\n"
            '[roles]\ngate = ["instructions"]\nrequired = ["instructions"]\noptional = []\n'
            '[experiments.ipc]\nlimit = 0.5\n[[removed]]\npoint = "a"\nreason = "b"\nexpires = 2027-01-31\n'
        )
    )
    told = dict(policy.as_text())
    assert told["min_coverage"] == "1"
    assert (told["on_inconclusive"], told["strict_env"], told["budget_minutes"]) == ("pass", "true", "5")
    assert (told["procedure.alpha"], told["procedure.screen_pairs"]) == ("0.02", "24")
    assert (told["roles.gate"], told["roles.required"], told["roles.optional"]) == ("instructions",) * 2 + (
        "",
    )
    assert told["experiments.ipc.limit"] == "0.5"
    assert told["removed.a"] == "until 2027-01-31: b"
    assert policy.removal_of("a") == Removal("a", "b", date(2027, 1, 31))
    assert policy.removal_of("b") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("min_covrage = 0.5", r"min_covrage: is no key .*did you mean min_coverage\?"),
        ("[limits]\nmargins = 0.5", r"limits\.margins: is no key .*did you mean margin\?"),
        ("[procedure]\nscreen = 5", r"procedure\.screen: is no key .*did you mean screen_pairs\?"),
        ("[roles]\ngated = []", r"roles\.gated: is no key .*did you mean gate\?"),
        ("min_coverage = 80", r"min_coverage: is 80, but must be a part of 1, from 0 to 1"),
        ("min_coverage = nan", r"min_coverage: must be a number"),
        ("min_coverage = '0.8'", r"min_coverage: must be a number"),
        ("min_coverage = true", r"min_coverage: must be a number"),
        ("on_inconclusive = 'ignore'", r'on_inconclusive: is "ignore", but must be "fail" or "pass"'),
        ("strict_env = 1", r"strict_env: must be true or false"),
        ("budget_minutes = 0", r"budget_minutes: is 0, but must be above 0"),
        ("limits = 0.03", r"limits: must be a table"),
        ("[limits]\nlimit = 3", r"limits\.limit: is 3, but must be a part of 1, above 0 and below 1"),
        ("[limits]\nlimit = 0.01", r"limits\.limit: is 0\.01, below margin 0\.02"),
        ("[experiments.ipc]\nmargin = 0.05", r"experiments\.ipc\.limit: is 0\.03, below margin 0\.05"),
        ("[procedure]\nalpha = 0", r"procedure\.alpha: is 0, but must be a part of 1"),
        ("[procedure]\nscreen_pairs = 0", r"procedure\.screen_pairs: is 0, but must be at least 1"),
        ("[procedure]\nscreen_pairs = 20.0", r"procedure\.screen_pairs: must be a whole number"),
        ("[procedure]\nscreen_pairs = 5", r"procedure\.least_screen_pairs: is 12, above screen_pairs 5"),
        ("[procedure]\nfirst_look = 200", r"procedure\.first_look: is 200, above second_look 100"),
        ("[roles]\nrequired = 'instructions'", r"roles\.required: must be a list of texts"),
        ("[removed]\npoint = 'a'", r"removed: must be tables, each below a line \[\[removed\]\]"),
        ("[[removed]]\npoint = 'a'", r"removed\[0\]\.reason: must be there"),
        ("[[removed]]\npoint = 'a'\nreason = ''", r"removed\[0\]\.reason: must be there"),
        (
            "[[removed]]\npoint = 'a'\nreason = 'b'\nexpires = '2027'",
            r"removed\[0\]\.expires: must be a date",
        ),
        (
            "[[removed]]\npoint = 'a'\nreason = 'b'\nexpires = 2027-01-31T10:00:00",
            r"removed\[0\]\.expires: must be a date",
        ),
        (
            "[[removed]]\npoint = 'a'\nreason = 'b'\nexpires = 2027-01-31\n" * 2,
            r"removed\[1\]\.point: a is there twice",
        ),
        ("min_coverage = ", r"is not TOML: "),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(written: Write, text: str, said: str) -> None:
    path = written(text)
    with pytest.raises(WrongUsage, match=f"^{re.escape(str(path))}: {said}") as refused:
        load_policy(path)
    assert refused.value.exit_code == 2


def test_what_is_no_policy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    with pytest.raises(WrongUsage, match="cannot be read: No such file"):
        load_policy(path)
    for content, said in (
        (b"min_coverage = 0.5\n", 'policy: must be there and say "latchmark.policy/1"'),
        (b'policy = "latchmark.policy/2"\n', "policy: must be there and say"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"#" * 1_000_001, "is larger than 1000 kB"),
    ):
        path.write_bytes(content)
        with pytest.raises(WrongUsage, match=said):
            load_policy(path)
