"""Does a package's launcher start its binary unchanged, and say in one line where it cannot run?"""

import subprocess
from pathlib import Path

import pytest

TEMPLATE = Path(__file__).resolve().parents[2] / "harness/cmake/package/latchmark-bench.in"
WORKS = '[ "$1" = --version ] && exit 0\nprintf "%s|" "$@"\nexit 3'
# What the loader of an older glibc says.
TOO_OLD = "echo \"latchmark-bench: libc.so.6: version 'GLIBC_2.31' not found\" >&2; echo more >&2; exit 1"


class Rig:
    """An unpacked package whose binary is a script, on a machine that calls itself as told."""

    def __init__(self, folder: Path, body: str, machine: str = "x86_64") -> None:
        self.folder = folder
        text = TEMPLATE.read_text("utf-8")
        text = text.replace("@CMAKE_SYSTEM_PROCESSOR@", "x86_64").replace("@package_machine@", "x86-64")
        self.launcher = self.program("package/bin/latchmark-bench", text)
        self.program("package/lib/latchmark/latchmark-bench", f"#!/bin/sh\ntouch {folder}/started\n{body}\n")
        self.program("path/uname", f"#!/bin/sh\necho {machine}\n")

    def program(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        path.chmod(0o755)
        return path

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            env={"PATH": f"{self.folder}/path:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )


def test_it_becomes_the_binary_with_the_same_words(tmp_path: Path) -> None:
    rig = Rig(tmp_path, WORKS)
    done = rig.run(str(rig.launcher), "run", "two words", "")
    assert (done.returncode, done.stdout, done.stderr) == (3, "run|two words||", "")


def test_it_finds_the_binary_through_links(tmp_path: Path) -> None:
    rig = Rig(tmp_path, WORKS)
    (tmp_path / "first").symlink_to(rig.launcher)
    (tmp_path / "second").symlink_to("first")
    assert rig.run(str(tmp_path / "second"), "list").stdout == "list|"


def test_what_cannot_start_is_told_in_one_line(tmp_path: Path) -> None:
    rig = Rig(tmp_path, TOO_OLD)
    done = rig.run(str(rig.launcher), "run")
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert line.startswith("latchmark: this package needs x86-64 Linux with glibc 2.31 or newer; ")
    assert line.endswith("version 'GLIBC_2.31' not found")


@pytest.mark.parametrize("machine", ["aarch64", "i686"])
def test_on_another_machine_the_binary_is_not_even_tried(tmp_path: Path, machine: str) -> None:
    rig = Rig(tmp_path, WORKS, machine)
    done = rig.run(str(rig.launcher), "run")
    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        f"latchmark: this package needs x86-64 Linux with glibc 2.31 or newer; this machine is {machine}"
    ]
    assert not (tmp_path / "started").exists()


def test_without_its_loader_it_says_so_in_one_line(tmp_path: Path) -> None:
    rig = Rig(tmp_path, WORKS)
    rig.program("package/lib/latchmark/latchmark-bench", "#!/nowhere/ld-linux.so\n")
    done = rig.run(str(rig.launcher), "run")
    assert done.returncode == 4
    (line,) = done.stderr.splitlines()
    assert "not found" in line
