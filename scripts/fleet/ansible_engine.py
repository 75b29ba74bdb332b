"""How are runs started and collected by Ansible? Two playbooks, whose events become a word for each host."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collecting import ENDED, FETCHED, INCOMPATIBLE, JOURNAL, LARGEST_BYTES, RUN_FILE, Word
from engine import DEFAULT_ROOT, SCRATCH, TARGET_SCRIPT, Begun, Request
from inventory import hosts_of

from latchmark.errors import CannotWrite, MissingPackage, one_line
from latchmark.model.fleet import LOG_NAME, Fleet

PLAYBOOKS = Path(__file__).with_name("playbooks")
ENGINE_LOG = "engine.log"
# Where they lie below a holding on the target.
_FETCHED_THERE = [f"run/{RUN_FILE}", f"run/{JOURNAL}", LOG_NAME, ENDED]
assert {Path(name).name for name in _FETCHED_THERE} == set(FETCHED)
# How long to wait for an engine that was asked to stop; it has connections to close.
_STOPPING_S = 20

# The user's own settings of Ansible and of ssh hold, but for these. A kept connection would be closed by the
# target in the middle of a run, so there is none; one that died while it was waited on must be noticed.
_SETTINGS = {
    "ANSIBLE_CALLBACKS_ENABLED": "latchmark_events",
    "ANSIBLE_CALLBACK_PLUGINS": str(PLAYBOOKS / "callback_plugins"),
    "ANSIBLE_STDOUT_CALLBACK": "default",
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_RETRY_FILES_ENABLED": "0",
    "ANSIBLE_PYTHON_INTERPRETER": "auto_silent",
    "ANSIBLE_PIPELINING": "1",
    # Without a terminal: its end would hang up on what was started.
    "ANSIBLE_SSH_USETTY": "0",
    "ANSIBLE_SSH_ARGS": "-o ControlMaster=no -o ControlPath=none -o ServerAliveInterval=30",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True)
class Event:
    """How one task ended on one host, in the words of the callback."""

    word: str  # ok, failed or unreachable
    rc: int | None
    stdout: str
    stderr: str
    message: str

    @property
    def answer(self) -> str:
        """The last line that a target printed, which is its answer."""
        return (self.stdout.strip().splitlines() or [""])[-1].strip()

    @property
    def why(self) -> str:
        """In one line, why it failed."""
        told = self.stderr.strip().splitlines() or self.stdout.strip().splitlines()
        return one_line(told[-1].strip() if told and self.word == "failed" else self.message, 300)


Events = Mapping[str, Mapping[str, Event]]  # host -> task -> its event


@dataclass(frozen=True)
class Ansible:
    """The engine `ansible`, of an inventory in full and a pattern of hosts that limits it."""

    inventory: str
    limit: str | None

    @classmethod
    def from_told(cls, told: Sequence[str]) -> Ansible:
        """As `told` was written into a manifest. Raises ValueError where it is none of this engine's."""
        known = dict(word.partition("=")[::2] for word in told)
        if not {"--inventory"} <= set(known) <= {"--inventory", "--limit"}:
            raise ValueError(f"{' '.join(told)!r} names no inventory")
        return cls(known["--inventory"], known.get("--limit"))

    @property
    def told(self) -> tuple[str, ...]:
        """What `from_told` needs."""
        return (
            f"--inventory={self.inventory}",
            *([f"--limit={self.limit}"] if self.limit is not None else []),
        )

    def hosts(self) -> tuple[str, ...]:
        """See Engine."""
        return hosts_of(self.inventory, self.limit)

    def start(self, request: Request) -> Begun:
        """See Engine."""
        packages = {
            package.architecture: {
                "path": _verbatim(str(request.package_files[package.architecture].resolve())),
                "sha256": package.sha256,
            }
            for package in request.fleet.packages
        }
        variables = {
            "latchmark_packages": packages,
            "latchmark_time_to_live_s": request.time_to_live_s,
            "latchmark_resumed": sorted(request.resumed),
            "latchmark_words": [_verbatim(word) for word in (request.fleet.preset, *request.fleet.options)],
        }
        where = _variables(request.folder, request.fleet) | variables
        events = self._play("run.yml", request.folder, request.hosts, where, request.largest_bytes)
        words: dict[str, Word] = {}
        architectures: dict[str, str] = {}
        expected_s = 0
        for host in request.hosts:
            tasks = events.get(host, {})
            told = _begun(tasks, tuple(packages))
            if isinstance(told, Word):
                words[host] = told
            else:
                expected_s = max(expected_s, told)
                architectures[host] = tasks["open"].answer
        return Begun(words, expected_s, request.fleet.told_engine, architectures)

    def collect(
        self, folder: Path, fleet: Fleet, hosts: tuple[str, ...], wait_s: int, largest_bytes: int
    ) -> Mapping[str, Word]:
        """See Engine."""
        where = _variables(folder, fleet) | {
            "latchmark_question": _question("wait" if wait_s else "state", f" {wait_s}" if wait_s else ""),
            "latchmark_fetched": _FETCHED_THERE,
            "latchmark_largest_bytes": largest_bytes,
        }
        events = self._play("collect.yml", folder, hosts, where, largest_bytes)
        return {host: _asked(events.get(host, {})) for host in hosts}

    def ask(self, folder: Path, fleet: Fleet, hosts: tuple[str, ...]) -> Mapping[str, Word]:
        """See Engine."""
        where = _variables(folder, fleet) | {"latchmark_question": _question("state", "")}
        events = self._play("collect.yml", folder, hosts, where, LARGEST_BYTES, "--tags=ask")
        return {host: _asked(events.get(host, {})) for host in hosts}

    def _play(
        self,
        playbook: str,
        folder: Path,
        hosts: Sequence[str],
        variables: Mapping[str, object],
        largest_bytes: int,
        *words: str,
    ) -> Events:
        """Plays it on the hosts and returns what happened, as far as it came. Its own words go to the log."""
        with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder.resolve()) as scratch:
            place = Path(scratch)
            (place / "variables.json").write_text(json.dumps(variables), "utf-8")
            (place / "hosts").write_text("\n".join(hosts) + "\n", "utf-8")
            command = [
                "ansible-playbook",
                f"--inventory={self.inventory}",
                f"--limit=@{place / 'hosts'}",
                f"--forks={len(hosts)}",
                f"--extra-vars=@{place / 'variables.json'}",
                *words,
                str(PLAYBOOKS / playbook),
            ]
            own = {"LATCHMARK_EVENTS": str(place / "events"), "ANSIBLE_LOCAL_TEMP": str(place / "local")}
            environment = {**os.environ, **_SETTINGS, **own}
            # The reports are no business of Ansible's modules.
            environment.pop("PYTHONPATH", None)
            _attended(command, environment, folder / ENGINE_LOG, largest_bytes)
            return events_of(place / "events")


def _attended(command: list[str], environment: dict[str, str], log: Path, largest_bytes: int) -> None:
    """Runs it to its end. An interruption is handed on, so that no half of it goes on alone."""

    def limit_files() -> None:
        # Whatever a target sends, no process of the engine writes a larger file.
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_bytes, hard))

    try:
        with log.open("ab") as output:
            playing = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=limit_files,
            )
    except FileNotFoundError as error:
        raise MissingPackage("ansible is not installed: apt-get install ansible-core") from error
    except OSError as error:
        raise CannotWrite(f"{log}: cannot be written: {error.strerror or error}") from error
    try:
        playing.wait()
    except BaseException:
        playing.send_signal(signal.SIGINT)
        try:
            playing.wait(_STOPPING_S)
        except subprocess.TimeoutExpired:
            playing.kill()
            playing.wait()
        raise


def events_of(path: Path) -> Events:
    """The callback's events; a last line that was cut off is left out."""
    events: dict[str, dict[str, Event]] = {}
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        events.setdefault(told["host"], {})[told["task"]] = Event(
            word=told["word"],
            rc=told["rc"],
            stdout=told["stdout"],
            stderr=told["stderr"],
            message=told["message"],
        )
    return events


def _variables(folder: Path, fleet: Fleet) -> dict[str, object]:
    return {
        "latchmark_id": fleet.id,
        "latchmark_folder": _verbatim(str(folder.resolve())),
        "latchmark_default_root": DEFAULT_ROOT,
        "latchmark_script": _verbatim(TARGET_SCRIPT.read_text("utf-8")),
        "latchmark_resumed": [],
    }


def _verbatim(text: str) -> dict[str, str]:
    """A text in which Ansible looks for no template: a shell's `${#1}` would begin a comment of one."""
    return {"__ansible_unsafe": text}


def _question(verb: str, more: str) -> str:
    return verb + " {{ latchmark_holding }}" + more


def _begun(tasks: Mapping[str, Event], architectures: Sequence[str]) -> Word | int:
    """The expected seconds of a host on which the run has begun, else why it has not."""
    opened = tasks.get("open")
    architecture = opened.answer[:100] or None if opened is not None and opened.word == "ok" else None
    for event in tasks.values():
        if event.word == "unreachable":
            return Word(False, None, None, event.why, is_started=False)
    if opened is None:
        return Word(False, None, None, f"nothing was heard of it; see {ENGINE_LOG}", is_started=False)
    if architecture is not None and architecture not in architectures:
        why = f"{INCOMPATIBLE}no package for {architecture}: `scripts/latchmark package` makes them"
        return Word(True, architecture, None, why, is_started=False)
    started = tasks.get("start")
    answer = started.answer.split() if started is not None and started.word == "ok" else []
    if len(answer) == 2 and answer[0] == "expected_s" and answer[1].isdecimal() and len(answer[1]) < 8:
        return int(answer[1])
    failed = [(name, event) for name, event in tasks.items() if event.word == "failed"]
    if not failed:
        return Word(True, architecture, None, f"was not started; see {ENGINE_LOG}", is_started=False)
    name, event = failed[0]
    # The target's script says itself what went wrong; of a task of Ansible the name tells more.
    why = event.why if name in ("open", "start") else f"{name}: {event.why}"
    return Word(True, architecture, None, why, is_started=False)


def _asked(tasks: Mapping[str, Event]) -> Word:
    """What a host answered, and whether all that it has was fetched."""
    asked = tasks.get("ask")
    if asked is None:
        return Word(False, None, None, f"nothing was heard of it; see {ENGINE_LOG}")
    if asked.word != "ok":
        return Word(False, None, None, asked.why)
    state, _, code = asked.answer.partition(" ")
    if state == "running":
        return Word(True, None, None, "it still measures", is_running=True)
    if state != "ended":
        return Word(True, None, None, "nothing of it is on the target any more")
    exit_code = int(code) if code.isdecimal() and len(code) <= 3 and int(code) <= 255 else None
    unfetched = next((event for name, event in tasks.items() if name != "close" and event.word != "ok"), None)
    if unfetched is not None:
        return Word(False, None, exit_code, unfetched.why)
    listed = tasks.get("list")
    if listed is not None and f"too large: run/{RUN_FILE}" in listed.stdout.splitlines():
        return Word(True, None, exit_code, f"{INCOMPATIBLE}its {RUN_FILE} is too large to be one")
    if listed is not None and not listed.stdout.strip():
        return Word(True, None, None, "it was made ready there, and never started")
    return Word(True, None, exit_code, "")
