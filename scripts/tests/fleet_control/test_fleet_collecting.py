"""What becomes of a host, and where do its files go? On files as targets may send them."""

from __future__ import annotations

import gzip
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from collecting import Word, adopt, incoming_of, run_folder_of
from fleet_run_files import run_text

from latchmark.exporting.fleet import write_manifest
from latchmark.loading.fleet import load_fleet
from latchmark.model.fleet import Fleet, HostState, HostStatus

WAITING = HostStatus(
    "a", HostState.NOT_COLLECTED, "asked nobody", None, "2026-01-31T12:00:00Z", "x86_64", 2, None
)
ENDED = Word(True, None, 0, "")
AWAY = Word(False, None, None, "no route to host")
GONE = Word(True, None, None, "nothing of it is on the target any more")


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    write_manifest(tmp_path, Fleet("0123456789ab", "quick", "ansible", WAITING.utc, (), (), (WAITING,), ()))
    return tmp_path


def send(fleet: Path, **files: str | bytes) -> Path:
    """What an engine has fetched: `run` and `journal` stand for the names of their files."""
    incoming = incoming_of(fleet, "a")
    incoming.mkdir(parents=True)
    names = {"run": "run.json", "journal": "journal.jsonl", "log": "log.txt", "ended": "ended"}
    for name, content in files.items():
        text = content if isinstance(content, bytes) else content.encode()
        (incoming / names[name]).write_bytes(text)
    return incoming


def adopted(fleet: Path, word: Word, previous: HostStatus | None = WAITING) -> HostStatus:
    status = adopt(fleet, "a", incoming_of(fleet, "a"), word, previous, largest_bytes=100_000)
    assert not incoming_of(fleet, "a").exists()
    assert previous == status or load_fleet(fleet).hosts == (status,)
    return status


def test_a_good_run_is_kept_with_its_digest(fleet: Path) -> None:
    send(fleet, run=run_text("zen4"), log="2 launches, 2 ok\n", ended="0\n")
    status = adopted(fleet, Word(True, None, None, ""))
    kept = run_folder_of(fleet, "a") / "run.json"
    assert (status.state, status.reason, status.exit_code) == (HostState.OK, "", 0)
    assert status.run_sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()
    assert (status.architecture, status.attempt) == ("x86_64", 2)
    assert (fleet / "hosts/a/log.txt").read_text("utf-8") == "2 launches, 2 ok\n"


def test_the_verdict_is_the_files_and_not_the_engines(fleet: Path) -> None:
    send(fleet, run=run_text("zen4", is_failed=True))
    status = adopted(fleet, ENDED)
    assert (status.state, status.reason) == (HostState.FAILED, "2 of 12 launches: verify failed")


def test_a_run_in_which_nothing_could_be_measured_is_not_ok(fleet: Path) -> None:
    send(fleet, run=run_text("zen4", skips_all=True))
    status = adopted(fleet, ENDED)
    assert (status.state, status.reason) == (
        HostState.INCOMPLETE,
        "nothing could be measured: every point is skipped",
    )


def test_a_crash_leaves_the_journal_and_its_signal(fleet: Path) -> None:
    send(fleet, journal='{"plan":1}\n', log="points: 3\nlatchmark-bench: Killed\n", ended="137\n")
    status = adopted(fleet, Word(True, None, None, ""))
    assert (status.state, status.exit_code, status.run_sha256) == (HostState.INCOMPLETE, 137, None)
    assert status.reason == "ended by signal 9: latchmark-bench: Killed"
    assert (run_folder_of(fleet, "a") / "journal.jsonl").read_text("utf-8") == '{"plan":1}\n'


def test_a_stopped_run_keeps_file_and_journal(fleet: Path) -> None:
    send(fleet, run=run_text("zen4", stopped="stopped by a signal"), journal="{}\n")
    status = adopted(fleet, Word(True, None, 3, ""))
    assert (status.state, status.reason) == (HostState.INCOMPLETE, "stopped by a signal")
    assert sorted(os.listdir(run_folder_of(fleet, "a"))) == ["journal.jsonl", "run.json"]
    assert status.run_sha256 is not None


def test_what_could_not_begin_says_why(fleet: Path) -> None:
    send(fleet, log="latchmark: another latchmark is measuring on this host: wait for it\n", ended="4\n")
    status = adopted(fleet, Word(True, None, None, ""))
    assert status.state is HostState.INCOMPLETE
    assert (
        status.reason == "ended with 4: latchmark: another latchmark is measuring on this host: wait for it"
    )


def test_success_without_a_run_file_is_no_success(fleet: Path) -> None:
    send(fleet, log="", ended="0\n")
    assert adopted(fleet, ENDED).reason == "ended with 0, and left no run file"


@pytest.mark.parametrize(
    ("word", "previous", "state"),
    [
        (replace(AWAY, is_started=False), WAITING, HostState.UNREACHABLE),
        (AWAY, None, HostState.UNREACHABLE),
        (AWAY, WAITING, HostState.NOT_COLLECTED),  # it measures, and nobody could ask
        (GONE, WAITING, HostState.INCOMPLETE),
        (replace(GONE, is_running=True), WAITING, HostState.NOT_COLLECTED),
        (replace(GONE, reason="incompatible: glibc 2.28"), WAITING, HostState.INCOMPATIBLE),
        (GONE, replace(WAITING, state=HostState.UNREACHABLE), HostState.UNREACHABLE),
        (AWAY, replace(WAITING, state=HostState.INCOMPLETE), HostState.INCOMPLETE),
    ],
)
def test_without_files_the_engines_word_counts(
    fleet: Path, word: Word, previous: HostStatus | None, state: HostState
) -> None:
    status = adopted(fleet, word, previous)
    assert status.state is state
    assert status.reason


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ('{"schema": "latchmark.run/1"', "run.json: is not JSON (cut short?)"),
        ("[]", "run.json: "),
        ("\x00\x1b[2J", "run.json: is not JSON"),
        ("x" * 200_000, "run.json: is larger than 100000 B"),
        (gzip.compress(b" " * 200_000), "run.json: is larger than 0 MiB"),
    ],
    ids=["cut short", "no object", "control characters", "large", "large once unpacked"],
)
def test_what_is_no_run_is_refused_and_removed(fleet: Path, sent: str | bytes, reason: str) -> None:
    send(fleet, run=sent, log="well\n")
    status = adopted(fleet, ENDED)
    assert (status.state, status.run_sha256) == (HostState.INCOMPATIBLE, None)
    assert status.reason.startswith(reason)
    assert status.reason.isprintable()
    assert os.listdir(run_folder_of(fleet, "a")) == []


def test_links_pipes_folders_and_strange_names_are_thrown_away(fleet: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine", "utf-8")
    incoming = send(fleet, ended="0\n")
    (incoming / "run.json").symlink_to(secret)
    os.mkfifo(incoming / "log.txt")
    (incoming / "journal.jsonl/sub").mkdir(parents=True)
    (incoming / "status.json").write_text("{}", "utf-8")
    status = adopted(fleet, ENDED)
    assert (status.state, status.reason) == (HostState.INCOMPATIBLE, "run.json: is no file")
    assert secret.read_text("utf-8") == "mine"
    assert sorted(path.name for path in (fleet / "hosts/a").rglob("*")) == ["run", "status.json"]


def test_an_alias_is_no_path(fleet: Path) -> None:
    send(fleet, run=run_text("../../x"))
    before = sorted(fleet.parent.iterdir())
    assert adopted(fleet, ENDED).state is HostState.OK
    assert sorted(fleet.parent.iterdir()) == before


@pytest.mark.parametrize(
    "worse",
    [{"run": "[]"}, {"journal": "{}\n"}, {"run": run_text("zen4", is_failed=True)}, {"log": "no\n"}, {}],
)
def test_nothing_worse_replaces_a_good_run(fleet: Path, worse: dict[str, str]) -> None:
    send(fleet, run=run_text("zen4"), log="well\n")
    good = adopted(fleet, ENDED)
    before = {path: path.read_bytes() for path in fleet.rglob("*") if path.is_file()}
    send(fleet, **worse)
    assert adopted(fleet, Word(False, None, 137, "bad"), good) == good
    assert {path: path.read_bytes() for path in fleet.rglob("*") if path.is_file()} == before


def test_a_good_run_replaces_a_failed_one_and_its_journal(fleet: Path) -> None:
    send(fleet, journal="{}\n")
    adopted(fleet, ENDED)
    send(fleet, run=run_text("zen4", is_failed=True))
    failed = adopted(fleet, ENDED)
    assert os.listdir(run_folder_of(fleet, "a")) == ["run.json"]
    (run_folder_of(fleet, "a") / "report.html").touch()  # of the failed one
    send(fleet, run=run_text("zen4"))
    assert adopted(fleet, ENDED, failed).state is HostState.OK
    assert os.listdir(run_folder_of(fleet, "a")) == ["run.json"]


def test_a_shorter_journal_does_not_replace_a_longer_one(fleet: Path) -> None:
    for journal in ("{}\n{}\n", "{}\n"):
        send(fleet, journal=journal)
        adopted(fleet, ENDED)
    assert (run_folder_of(fleet, "a") / "journal.jsonl").read_text("utf-8") == "{}\n{}\n"


def test_asking_again_changes_nothing(fleet: Path) -> None:
    send(fleet, journal="{}\n", ended="137\n")
    first = replace(adopted(fleet, ENDED), utc="2026-01-31T12:00:00Z")
    assert adopted(fleet, GONE, first) == first
