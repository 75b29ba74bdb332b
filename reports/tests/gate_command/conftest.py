"""What do the gate's tests share? Two benches in a folder, and gates of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from gate_command.fake_bench import make_bench

from latchmark.cli import main
from latchmark.loading.verdicts import load_verdict
from latchmark.verdict import Verdict, Word

SEED = 5


class Gate:
    """Two benches in a folder, and gates of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.base, self.head = folder / "base", folder / "head"
        make_bench(self.base)
        make_bench(self.head)
        self.lock_name = f"latchmark-test-{folder}"

    def words(self, *arguments: str, out: str = "gate") -> list[str]:
        words = ["gate", "ab", "--lock-name", self.lock_name, *arguments]
        if "--resume" not in arguments:
            words += ["--base", str(self.base), "--head", str(self.head), "--out", str(self.folder / out)]
            words += [] if "--seed" in arguments else ["--seed", str(SEED)]
        return words

    def __call__(self, *arguments: str, out: str = "gate") -> int:
        return main(self.words(*arguments, out=out))

    def resume(self, out: str = "gate") -> int:
        return self("--resume", str(self.folder / out))

    @property
    def verdict(self) -> Verdict:
        return load_verdict(self.folder / "gate" / "verdict.json")

    def word_of(self, point: str) -> Word:
        return next(one.word for one in self.verdict.points if one.point == point)

    def outputs(self, out: str = "gate") -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / out).iterdir() if path.is_file()}


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    # The page and its figures have tests of their own, and take seconds.
    monkeypatch.setattr("latchmark.cli.verdicts.page", lambda _: "page\n")
    return Gate(tmp_path)
