"""Would the tests notice a mistake? Breaks one line at a time in a copy of the tree; a test must go red."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

TEST_TIMEOUT_S = 100  # a broken deadline shows as a hang
BUILD_TIMEOUT_S = 900


@dataclass(frozen=True)
class Mutation:
    """One mistake.

    `build` names the CMake target of its test, empty for Python; `test` is a ctest pattern or pytest words.
    """

    breaks: str
    file: str
    old: str
    new: str
    build: str
    test: str


def mutations_of(text: str) -> tuple[Mutation, ...]:
    """Tables `mutation` of a TOML text, with the fields of Mutation; `build` may be absent."""
    return tuple(Mutation(**{"build": "", **table}) for table in tomllib.loads(text)["mutation"])


def broken(text: str, mutation: Mutation) -> str:
    """The text with the mistake in it. Raises ValueError unless the old text stands there exactly once."""
    times = text.count(mutation.old)
    if times != 1:
        raise ValueError(f"stale: {mutation.file} has the text to break {times} times")
    return text.replace(mutation.old, mutation.new)


def copy_tree(root: Path, copy: Path) -> None:
    """Brings the copy up to date; only files that differ are touched, so that only they are built again."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True)
    names = {name for name in listed.stdout.decode().split("\0") if name and (root / name).is_file()}
    for file in copy.rglob("*"):
        place = file.relative_to(copy)
        if file.is_file() and place.parts[0] != "build" and place.as_posix() not in names:
            file.unlink()
    for name in names:
        source, target = root / name, copy / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


class Copy:
    """The copy of the tree in which mistakes are made, and the log of what was run there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_name(f"{folder.name}.log")

    def succeeds(self, *command: str, timeout_s: float = BUILD_TIMEOUT_S) -> bool:
        """Whether a command ends well in time; one that does not is killed with all that it has started."""
        with self.log.open("ab") as log:
            log.write(f"\n$ {' '.join(command)}\n".encode())
            log.flush()
            child = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
            try:
                return child.wait(timeout_s) == 0
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                return False

    def builds(self, mutation: Mutation) -> bool:
        """Whether the target of the test builds; Python needs none."""
        if not mutation.build:
            return True
        is_configured = (self.folder / "build/debug/build.ninja").exists()
        if not is_configured and not self.succeeds("cmake", "--preset", "debug"):
            return False
        return self.succeeds("cmake", "--build", "--preset", "debug", "--target", mutation.build)

    def tests_pass(self, mutation: Mutation) -> bool:
        """Whether the tests that guard the line are green. No test at all is not green."""
        if mutation.build:
            ctest = ("ctest", "--preset", "debug", "--stop-on-failure", "--timeout", "60")
            return self.succeeds(*ctest, "-R", mutation.test, timeout_s=TEST_TIMEOUT_S)
        # Without bytecode: a file that changes twice within a second would be taken from the cache.
        pytest = (sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider")
        return self.succeeds(*pytest, *mutation.test.split(), timeout_s=TEST_TIMEOUT_S)

    def verdict(self, mutation: Mutation) -> str:
        """`noticed`, or what is wrong with this mutation. Leaves the copy as it was."""
        file = self.folder / mutation.file
        right = file.read_text("utf-8")
        try:
            file.write_text(broken(right, mutation), "utf-8")
            if not self.builds(mutation):
                return "does not compile"
            return "NOT NOTICED" if self.tests_pass(mutation) else "noticed"
        except ValueError as error:
            return str(error)
        finally:
            file.write_text(right, "utf-8")


def main(root: Path, folder: Path, mutations: tuple[Mutation, ...]) -> int:
    """Prints a table; 1 when a mistake went unnoticed, could not be made, or a test is red without any."""
    copy_tree(root, folder)
    copy = Copy(folder)
    copy.log.write_bytes(b"")
    guards = {(mutation.build, mutation.test): mutation for mutation in mutations}.values()
    for guard in guards:  # a test that is red anyway notices nothing
        if not (copy.builds(guard) and copy.tests_pass(guard)):
            print(f"red before anything was broken: {guard.build} {guard.test} (see {copy.log})")
            return 1
    unnoticed = 0
    for mutation in mutations:
        began = time.monotonic()
        result = copy.verdict(mutation)
        unnoticed += result != "noticed"
        print(f"{mutation.breaks:60} {result:12} {time.monotonic() - began:5.1f} s", flush=True)
    print(f"{len(mutations)} mistakes, {unnoticed} without a red test")
    return 1 if unnoticed or not mutations else 0


if __name__ == "__main__":
    here = Path(__file__).resolve()
    listed_mutations = mutations_of(here.with_suffix(".toml").read_text("utf-8"))
    sys.exit(main(here.parent.parent, here.parent.parent / "build" / "mutations", listed_mutations))
