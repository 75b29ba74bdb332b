"""What does a play say of a host? On events as the callback writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_engine import Ansible, Event, _asked, _begun, events_of


def event(
    word: str = "ok", stdout: str = "", stderr: str = "", message: str = "", rc: int | None = 0
) -> Event:
    return Event(word, rc, stdout, stderr, message)


OPENED = event(stdout="x86_64\r\n")


@pytest.mark.parametrize(
    ("tasks", "is_reached", "reason"),
    [
        ({}, False, "nothing was heard of it; see engine.log"),
        ({"open": event("unreachable", message="Connection refused")}, False, "Connection refused"),
        ({"open": OPENED, "package": event("unreachable", message="timed out")}, False, "timed out"),
        ({"open": event("failed", stderr="a\ntarget.sh: no space", rc=4)}, True, "target.sh: no space"),
        ({"open": event(stdout="riscv64")}, True, "incompatible: no package for riscv64: "),
        (
            {"open": OPENED, "package": event("failed", message="too long", rc=None)},
            True,
            "package: too long",
        ),
        (
            {"open": OPENED, "start": event("failed", stdout="incompatible: glibc", rc=4)},
            True,
            "incompatible: glibc",
        ),
        ({"open": OPENED, "start": event(stdout="expected_s -1")}, True, "was not started"),
        ({"open": OPENED, "start": event(stdout="expected_s 999999999999")}, True, "was not started"),
    ],
)
def test_why_a_host_did_not_begin(tasks: dict[str, Event], is_reached: bool, reason: str) -> None:
    word = _begun(tasks, ("x86_64",))
    assert not isinstance(word, int)
    assert (word.is_reached, word.is_started) == (is_reached, False)
    assert word.reason.startswith(reason)


def test_a_host_that_began_says_for_how_long() -> None:
    assert _begun({"open": OPENED, "start": event(stdout="noise\nexpected_s 42\n")}, ("x86_64",)) == 42


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ({}, (False, False, None)),
        ({"ask": event("unreachable", message="away")}, (False, False, None)),
        ({"ask": event(stdout="running\n")}, (True, True, None)),
        ({"ask": event(stdout="gone\n")}, (True, False, None)),
        ({"ask": event(stdout="ended 137\n")}, (True, False, 137)),
        ({"ask": event(stdout="ended 7777\n")}, (True, False, None)),
        ({"ask": event(stdout="ended 0"), "fetch": event("failed", message="disk full")}, (False, False, 0)),
        ({"ask": event(stdout="ended 0"), "close": event("unreachable", message="away")}, (True, False, 0)),
    ],
)
def test_how_a_host_is(tasks: dict[str, Event], expected: tuple[bool, bool, int | None]) -> None:
    word = _asked(tasks)
    assert (word.is_reached, word.is_running, word.exit_code) == expected


def test_a_run_file_that_is_too_large_is_not_fetched_and_named() -> None:
    tasks = {"ask": event(stdout="ended 0"), "list": event(stdout="too large: run/run.json\nlog.txt\n")}
    assert _asked(tasks).reason == "incompatible: its run.json is too large to be one"


def test_an_event_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    whole = {"host": "a", "task": "ask", "word": "ok", "rc": 0, "stdout": "gone", "stderr": "", "message": ""}
    path = tmp_path / "events"
    path.write_text(json.dumps(whole) + "\n" + json.dumps(whole | {"host": "b"})[:-9], "utf-8")
    assert events_of(path) == {"a": {"ask": event(stdout="gone")}}
    assert events_of(tmp_path / "none") == {}


def test_what_the_engine_was_told_makes_it_again() -> None:
    for engine in (Ansible("/a=b/rack.yml", "-node1:&zen=4"), Ansible("node1,", None)):
        assert Ansible.from_told(engine.told) == engine
    for told in ((), ("--limit=a",), ("--inventory=a", "--partition=b")):
        with pytest.raises(ValueError, match="names no inventory"):
            Ansible.from_told(told)
