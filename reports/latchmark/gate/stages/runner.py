"""What do the binaries say and do? The only place that starts a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from latchmark.errors import WrongUsage, one_line
from latchmark.gate.failures import GateFailed, Stopped
from latchmark.gate.stages.lock import STAGE_LOCK

# A binary that only says what it would do needs milliseconds; calibrating hundreds of points takes minutes.
_SAYING_S = 60
_CALIBRATING_S = 1800
# Time for a runner that was told to stop: it finishes its launch and writes what it has.
_STOPPING_S = 30


def refuse_missing(label: str, binary: str) -> None:
    """Raises GateFailed where `binary` is no program that can be run."""
    path = Path(binary)
    if not path.is_file():
        raise GateFailed(f"{label} {binary}: there is no such file")
    if not os.access(path, os.X_OK):
        raise GateFailed(f"{label} {binary}: cannot be executed: chmod +x, or name the program itself")


def version_of(binary: str) -> str:
    """What the binary says of itself, in one line; empty where it says nothing."""
    try:
        said = subprocess.run([binary, "--version"], capture_output=True, timeout=_SAYING_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return one_line(said.stdout.decode("utf-8", "replace").strip()) if said.returncode == 0 else ""


def make_plan(
    binary: str, preset: str, filter_: str | None, seed: int, out: Path, calibrate: bool
) -> str | None:
    """Lets the binary write its plan; with `calibrate` it measures the clock and the batches. Returns why it
    could not, None when the file is there. Raises WrongUsage where it refuses the preset or the filter."""
    command = [binary, "plan", preset, "-o", str(out), "--seed", str(seed), "--lock-name", STAGE_LOCK]
    command += ["--filter", filter_] if filter_ is not None else []
    command += ["--calibrate"] if calibrate else []
    limit_s = _CALIBRATING_S if calibrate else _SAYING_S
    try:
        ended = subprocess.run(command, capture_output=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired:
        return f"it did not say what it measures within {limit_s} s"
    except OSError as error:
        return f"it cannot be started: {error.strerror}"
    last = _last_line(ended.stderr.decode("utf-8", "replace"))
    if ended.returncode == 2 and last.startswith("latchmark-bench: "):
        raise WrongUsage(last.removeprefix("latchmark-bench: "))
    # The host or the disk. Only the launch that measures the clock ends with 4 for the binary's own sake.
    if ended.returncode == 4 and "nothing can be measured" not in last:
        raise GateFailed(f"{binary} plan: {last or 'ended with 4'}")
    # 1: some points could not be calibrated; the plan says which, and holds the others.
    if ended.returncode not in (0, 1):
        told = f": {last}" if last else ""
        return f"it {_ending(ended.returncode)} when it was asked what it measures{told}"
    return None if out.is_file() else "it ended well when it was asked what it measures, and wrote nothing"


@dataclass(frozen=True, slots=True)
class Runner:
    """The program that executes stages, and the two sides that it launches."""

    binary: str
    base: str
    head: str
    alias: str | None = None

    def run(self, folder: Path) -> None:
        """Measures `folder`/plan.json into `folder`/run.json, or goes on with what is there of it. Raises
        GateFailed, and Stopped after a signal."""
        command = [self.binary, "run", "--lock-name", STAGE_LOCK]
        if (folder / "journal.jsonl").exists():
            command += ["--resume", str(folder)]
        else:
            # An interrupted run's file is made anew from its journal; without one it cannot be continued.
            command += ["--plan", str(folder / "plan.json"), "--out", str(folder)]
            command += ["--side", f"base={self.base}", "--side", f"head={self.head}"]
            command += ["--alias", self.alias] if self.alias is not None else []
        code, last = _watched(command, folder / "runner.log")
        if code == 3:
            raise Stopped(f"stopped in {folder}")
        # 1: some launches were lost, which the run file tells.
        if code not in (0, 1):
            raise GateFailed(f"{folder}: the runner {_ending(code)}{f': {last}' if last else ''}")


def _watched(command: Sequence[str], log: Path) -> tuple[int, str]:
    """The exit code of a command, and the last line that it wrote. A signal to this process stops it too."""
    try:
        with open(log, "ab") as file:
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=file)
    except OSError as error:
        raise GateFailed(f"{error.filename or command[0]}: {error.strerror}") from error
    try:
        child.wait()
    except BaseException:
        _stop(child)
        raise
    return child.returncode, _last_line(log.read_text("utf-8", "replace"))


def _stop(child: subprocess.Popen[bytes]) -> None:
    # From a terminal it has the signal already; a second one says the same.
    child.send_signal(signal.SIGINT)
    try:
        child.wait(_STOPPING_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, an interrupt or a request to end becomes `Stopped`, once the runner has ended."""

    def stop(number: int, _: FrameType | None) -> None:
        raise Stopped(f"stopped by {signal.Signals(number).name}")

    stopping = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    # Under nohup or in a background job some are ignored, and stay so.
    heeded = [one for one in stopping if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, stop) for one in heeded}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def say(text: str) -> None:
    """One line of progress, on standard error: standard output is the verdict's."""
    print(text, file=sys.stderr, flush=True)


def _ending(code: int) -> str:
    if code < 0:
        return (
            f"was killed by {signal.Signals(-code).name}" if -code in _SIGNALS else f"was killed by {-code}"
        )
    return f"ended with {code}"


_SIGNALS = frozenset(one.value for one in signal.Signals)


def _last_line(text: str) -> str:
    # Progress of a terminal comes in one line, each over the last.
    lines = [line.strip() for line in text.replace("\r", "\n").splitlines() if line.strip()]
    return one_line(lines[-1], 300) if lines else ""
