"""Is the guest's kernel fetched once, with lists that may be old, and one clear line said when offline?"""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "guest_kernel.sh"
# Stand-ins for apt and dpkg, which note how they were called and do what files beside them say.
APT_CACHE = (
    """[ -e "$here/lists" ] && printf 'linux-image-cloud-arm64\\n  Depends: linux-image-6.1-cloud-arm64\\n'"""
)
APT_GET = """case $2 in
    update) [ -e "$here/online" ] && touch "$here/lists" ;;
    download) [ -e "$here/online" ] && touch "$3.deb" ;;
esac || { echo "E: Could not resolve 'a.mirror'"; exit 100; }"""
DPKG = """mkdir -p "$3/boot" "$3/lib" && touch "$3/boot/vmlinuz-6.1" """


class Rig:
    """A folder of stand-ins, and where the kernel goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kernel = folder / "kernel"
        for name, body in (("apt-cache", APT_CACHE), ("apt-get", APT_GET), ("dpkg", DPKG)):
            program = folder / name
            program.write_text(
                f'#!/bin/sh\nhere={folder}\necho "{name} $*" >>"$here/calls"\n{body}\n', "utf-8"
            )
            program.chmod(0o755)

    def run(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRIPT, self.kernel, self.folder / "apt.conf"],
            env={"PATH": f"{self.folder}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self, words: str) -> int:
        return (self.folder / "calls").read_text("utf-8").count(words)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_it_is_fetched_once(rig: Rig) -> None:
    for file in ("online", "lists"):
        (rig.folder / file).touch()
    for _ in range(2):
        done = rig.run()
        assert (done.returncode, done.stdout) == (0, f"{rig.kernel}/unpacked/boot/vmlinuz-6.1\n"), done.stderr
    assert rig.calls("apt-get -qq download linux-image-6.1-cloud-arm64") == 1
    assert rig.calls("update") == 0
    assert sorted(path.name for path in rig.kernel.iterdir()) == ["complete", "unpacked"]


def test_lists_that_are_absent_are_fetched_first(rig: Rig) -> None:
    (rig.folder / "online").touch()
    assert rig.run().returncode == 0
    assert rig.calls("update") == 1


@pytest.mark.parametrize("has_lists", [True, False])
def test_offline_it_says_so_in_one_line_and_tries_again_later(rig: Rig, has_lists: bool) -> None:
    if has_lists:
        (rig.folder / "lists").touch()
    done = rig.run()
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("guest_kernel: apt cannot download linux-image-cloud-arm64")
    assert "Could not resolve" in line
    (rig.folder / "online").touch()
    assert rig.run().returncode == 0
