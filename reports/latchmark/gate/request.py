"""What was a gate asked? Written down before anything runs, so that it can be taken up and repeated."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

from latchmark.errors import CannotWrite, WrongUsage
from latchmark.exporting.writing import write
from latchmark.gate.policy import Policy, load_policy
from latchmark.verdict import Injection, Source

_SCHEMA = "latchmark.gate/1"
REQUEST_FILE, POLICY_FILE, FLOOR_FILE = "gate.json", "policy.toml", "floor.json"


@dataclass(frozen=True, slots=True)
class Request:
    """Options as they were typed, and what would change under them: the day, what the binaries say of
    themselves, their SHA-256 and the bytes of their absolute paths, the lines of the experiments, the commits
    they were built from for this gate. None where an option was not given."""

    base: str
    head: str
    runner: str
    preset: str
    filter: str | None
    seed: int
    day: str
    alias: str | None = None
    policy: str | None = None
    floor: str | None = None
    budget_minutes: float | None = None
    least_coverage: float | None = None
    on_inconclusive: str | None = None
    strict_env: bool = False
    injections: tuple[Injection, ...] = ()
    source: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    base_rev: str | None = None
    head_rev: str | None = None
    path_bytes: Mapping[str, int] = field(default_factory=dict)

    @property
    def repeat(self) -> str:
        """The command that runs exactly this again, in a folder of its own."""
        # The next gate of revisions builds over the binaries of this one, and another checkout has none.
        is_built = self.base_rev is not None or self.head_rev is not None
        given: list[tuple[str, str | None]] = [
            ("--base", self.base) if self.base_rev is None else ("--base-rev", self.base_rev),
            ("--head", self.head) if self.head_rev is None else ("--head-rev", self.head_rev),
            ("--runner", self.runner if not is_built else None),
            ("--preset", self.preset),
            ("--filter", self.filter),
            ("--policy", self.policy),
            ("--floor", self.floor),
            ("--budget", None if self.budget_minutes is None else f"{self.budget_minutes:g}"),
            ("--min-coverage", None if self.least_coverage is None else f"{self.least_coverage:g}"),
            ("--on-inconclusive", self.on_inconclusive),
            *(("--inject", f"{one.point}=+{one.share * 100:g}%") for one in self.injections),
            ("--source", self.source if not is_built else None),
            ("--alias", self.alias),
            ("--seed", str(self.seed)),
        ]
        words = [word for name, value in given if value is not None for word in (name, value)]
        words += ["--strict-env"] if self.strict_env else []
        return shlex.join(["scripts/latchmark", "gate", "ab", *words])

    def policy_in(self, folder: Path) -> Policy:
        """The policy that was copied into the folder, with the options that override it. Raises
        WrongUsage."""
        policy = load_policy(folder / POLICY_FILE if self.policy is not None else None)
        if self.least_coverage is not None:
            policy = replace(policy, least_coverage=self.least_coverage)
        if self.on_inconclusive is not None:
            policy = replace(policy, inconclusive_passes=self.on_inconclusive == "pass")
        if self.budget_minutes is not None:
            policy = replace(policy, budget_minutes=self.budget_minutes)
        return replace(policy, strict_env=policy.strict_env or self.strict_env)

    @property
    def today(self) -> date:
        """The day on which the gate was asked; permissions to remove a point expire by it."""
        return date.fromisoformat(self.day)


def begin(request: Request, folder: Path) -> None:
    """Makes the gate's folder, which must hold no other, and writes the request and copies of what it names.
    Raises LatchmarkError."""
    if (folder / REQUEST_FILE).exists():
        raise WrongUsage(f"{folder} already holds a gate: choose another --out, or --resume it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{folder}: cannot be made: {error.strerror}") from error
    for given, name in ((request.policy, POLICY_FILE), (request.floor, FLOOR_FILE)):
        if given is not None:
            write(_text_of(Path(given)), folder / name)
    document = {"schema": _SCHEMA, **asdict(request)}
    write(json.dumps(document, indent=1, sort_keys=True) + "\n", folder / REQUEST_FILE)


def begun(folder: Path) -> Request:
    """The request of the gate in a folder. Raises WrongUsage."""
    path = folder / REQUEST_FILE
    try:
        document = json.loads(_text_of(path))
        if document.pop("schema") != _SCHEMA:
            raise WrongUsage(f"{path}: is not {_SCHEMA}: was it begun by another version?")
        injections = tuple(Injection(**one) for one in document.pop("injections"))
        sources = {name: Source(**one) for name, one in document.pop("sources").items()}
        return Request(**document, injections=injections, sources=sources)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongUsage(f"{path}: is no whole request of a gate: {error}") from error


def refuse_other_binaries(request: Request) -> None:
    """Raises WrongUsage where a binary is not the one with which the gate began."""
    for label, binary in (("base", request.base), ("head", request.head), ("runner", request.runner)):
        if sha256_of(Path(binary)) != request.sha256[label]:
            raise WrongUsage(f"{binary} ({label}) has changed since the gate began: start a new one")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes; empty where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def path_bytes_of(binary: str) -> int:
    """The length of the path by which a binary is launched, which lies on the stack of each launch."""
    return len(os.fsencode(os.path.join(os.getcwd(), binary)))


def sources_in(checkout: Path) -> Mapping[str, Source]:
    """Where each experiment of a checkout is described: the line of its name."""
    return {name: source for path in _descriptions(checkout) for name, source in _names_in(path, checkout)}


def _descriptions(checkout: Path) -> list[Path]:
    return sorted((checkout / "benchmarks").glob("*/*/experiment.cpp"))


def _names_in(path: Path, checkout: Path) -> Iterator[tuple[str, Source]]:
    for number, line in enumerate(_text_of(path).splitlines(), 1):
        # An experiment's name has a slash, a variant's has none.
        if named := re.search(r'\.name\s*=\s*"([^"/]+/[^"/]+)"', line):
            yield named[1], Source(path.relative_to(checkout).as_posix(), number)


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise WrongUsage(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeError as error:
        raise WrongUsage(f"{path}: is not UTF-8 text") from error


def injection_in(text: str) -> Injection:
    """What `POINT=+20%` asks for. Raises WrongUsage."""
    given = re.fullmatch(r"(.+)=\+([0-9]+(?:\.[0-9]+)?)\s?%", text)
    if given is None or not 0 < float(given[2]) <= 1000:
        raise WrongUsage(f"--inject {text}: is not POINT=+20%, with a share above 0 and up to 1000 %")
    return Injection(given[1], float(given[2]) / 100)
