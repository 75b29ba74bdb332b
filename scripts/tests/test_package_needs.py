"""Is a package refused that needs more than glibc 2.31 and what is beside? On scripted tools."""

import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "package_needs.sh"
# FILE.T and FILE.p beside the file are what objdump says of it.
OBJDUMP = '#!/bin/sh\nname=${2##*/}\ncat "$(dirname "$0")/$name$(echo "$1" | tr - .)"\n'


def answer(tmp_path: Path, versions: str, needed: str) -> subprocess.CompletedProcess[str]:
    tools = tmp_path / "tools"
    package = tmp_path / "package"
    tools.mkdir()
    package.mkdir()
    for name in ("program", "liblocal.so.1"):
        (package / name).touch()
        (tools / f"{name}.T").write_text("0000 DF *UND* 0000 (GLIBC_2.2.5) read\n", "utf-8")
        (tools / f"{name}.p").write_text("  NEEDED               libc.so.6\n", "utf-8")
    (tools / "program.T").write_text("".join(f"0000 DF *UND* 0000 ({word}) f\n" for word in versions.split()))
    (tools / "program.p").write_text("".join(f"  NEEDED               {word}\n" for word in needed.split()))
    for tool, text in (("objdump", OBJDUMP), ("readelf", "#!/bin/sh\n")):
        program = tools / f"x86_64-linux-gnu-{tool}"
        program.write_text(text, "utf-8")
        program.chmod(0o755)
    return subprocess.run(
        [SCRIPT, "x86_64", package],
        env={"PATH": f"{tools}:/usr/bin:/bin"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_what_keeps_the_promise_is_let_through(tmp_path: Path) -> None:
    done = answer(
        tmp_path, "GLIBC_2.2.5 GLIBC_2.31 GLIBC_2.4", "libc.so.6 ld-linux-x86-64.so.2 liblocal.so.1"
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("version", ["GLIBC_2.32", "GLIBC_2.100", "GLIBCXX_3.4.30", "CXXABI_1.3"])
def test_a_newer_symbol_is_named(tmp_path: Path, version: str) -> None:
    done = answer(tmp_path, f"GLIBC_2.2.5 {version}", "libc.so.6")
    assert done.returncode == 1
    assert done.stderr.startswith(f"package: program needs {version}, ")


def test_a_library_that_is_not_beside_is_named(tmp_path: Path) -> None:
    done = answer(tmp_path, "GLIBC_2.2.5", "libc.so.6 libstdc++.so.6")
    assert (done.returncode, done.stderr) == (
        1,
        "package: program needs libstdc++.so.6, which is not beside it\n",
    )
