"""Does the one command keep exit codes, signals and folders straight? On a scripted binary and Python."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest

ENTRY = Path(__file__).resolve().parents[1] / "latchmark"

# Draws the page that it was asked for; has every module that is asked for.
PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
case $3 in
    report) [ -z "${REPORT_FAILS:-}" ] && echo page >"$6" ;;
    findings) echo 'a finding' ;;
    index) [ -z "${INDEX_FAILS:-}" ] && echo index >"$4/index.html" ;;
esac
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def binary(tmp_path: Path, ending: str) -> Path:
    """A binary that writes a run file to DIR, says so in its last line, and ends as told."""
    folder = tmp_path / "results"
    text = f'#!/bin/sh\necho "$@" >{tmp_path}/arguments\nmkdir -p {folder} && echo run >{folder}/run.json\n'
    return program(tmp_path / "bench", f"{text}echo progress\necho {folder}\n{ending}\n")


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    python = program(tmp_path / "python", PYTHON)
    return {**os.environ, "LATCHMARK_PYTHON": str(python), **more}


def run(tmp_path: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [str(ENTRY), *arguments]
    return subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path, **more), capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("code", [0, 1])
def test_a_run_that_ended_has_a_page_and_keeps_its_code(tmp_path: Path, code: int) -> None:
    ended = run(tmp_path, "run", "quick", "--bench", str(binary(tmp_path, f"exit {code}")))
    assert ended.returncode == code
    assert (tmp_path / "results/report.html").read_text("utf-8") == "page\n"
    assert ended.stdout.splitlines() == ["a finding", f"report: {tmp_path}/results/report.html"]


@pytest.mark.parametrize(("place", "fails"), [("results", ""), ("results", "yes"), ("elsewhere", "")])
def test_the_index_of_the_results_is_kept_and_never_fails_a_run(
    tmp_path: Path, place: str, fails: str
) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ENTRY.parent, checkout / "scripts", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    folder = checkout / place / "machine"
    folder.mkdir(parents=True)
    (checkout / "results").mkdir(exist_ok=True)
    bench = program(tmp_path / "bench", f"#!/bin/sh\necho run >{folder}/run.json\necho {folder}\n")
    ended = subprocess.run(
        [str(checkout / "scripts/latchmark"), "run", "quick", "--bench", str(bench)],
        env=environment(tmp_path, INDEX_FAILS=fails), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0
    has_index = place == "results" and not fails
    index = checkout / "results/index.html"
    assert index.exists() is has_index
    told = [f"index: {index}"] if has_index else []
    assert ended.stdout.splitlines() == ["a finding", *told, f"report: {folder}/report.html"]


@pytest.mark.parametrize("code", [2, 4])
def test_a_run_that_could_not_be_has_no_page(tmp_path: Path, code: int) -> None:
    assert run(tmp_path, "run", "--bench", str(binary(tmp_path, f"exit {code}"))).returncode == code
    assert not (tmp_path / "results/report.html").exists()


def test_an_interrupted_run_says_how_to_complete_it(tmp_path: Path) -> None:
    ended = run(tmp_path, "run", "--bench", str(binary(tmp_path, "exit 3")))
    assert ended.returncode == 3
    assert f"--resume '{tmp_path}/results'" in ended.stdout


@pytest.mark.parametrize("code", [0, 1])
def test_a_page_that_cannot_be_drawn_is_infrastructure(tmp_path: Path, code: int) -> None:
    ended = run(tmp_path, "run", "--bench", str(binary(tmp_path, f"exit {code}")), REPORT_FAILS="yes")
    assert ended.returncode == 4
    assert len(ended.stderr.splitlines()) == 1


def test_paths_count_from_where_the_user_is_and_the_rest_is_the_binarys(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(ENTRY)
    bench = binary(tmp_path, "exit 0")
    words = f"run quick --bench {bench.name} --out=results --side=head=h --plan p --filter a.b".split()
    command = [str(link), *words]
    ended = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False)
    assert ended.returncode == 0
    given = (tmp_path / "arguments").read_text("utf-8").strip()
    assert (
        given
        == f"run quick --out {tmp_path}/results --side head={tmp_path}/h --plan {tmp_path}/p --filter a.b"
    )


def ended_by(tmp_path: Path, number: int, to_all: bool, obeyed: str, ignored: str) -> int:
    """The exit code of a run that got a signal, when its binary obeys one only and ends with 3."""
    os.mkfifo(tmp_path / "ready")
    traps = f"trap 'exit 3' {obeyed}; trap '' {ignored}"
    waiting = f"{traps}; echo x >{tmp_path}/ready; while :; do sleep 0.01; done"
    # Tests that run in the background start with interrupts ignored, which a shell cannot undo by itself.
    heard = ["env", "--default-signal=INT"]
    command = [*heard, str(ENTRY), "run", "--bench", str(binary(tmp_path, waiting))]
    script = subprocess.Popen(
        command, env=environment(tmp_path), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert (tmp_path / "ready").read_text("utf-8") == "x\n"
        (os.killpg if to_all else os.kill)(script.pid, number)
        return script.wait(timeout=60)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(script.pid, signal.SIGKILL)
        script.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_script_alone_reaches_the_binary_and_its_code_stays(
    tmp_path: Path, number: int
) -> None:
    assert ended_by(tmp_path, number, to_all=False, obeyed="TERM", ignored="INT") == 3


def test_a_run_whose_binary_was_killed_is_incomplete(tmp_path: Path) -> None:
    bench = program(tmp_path / "bench", "#!/bin/sh\nkill -9 $$\n")
    ended = run(tmp_path, "run", "--bench", str(bench))
    assert ended.returncode == 3
    assert "was ended by signal 9; --resume with its folder" in ended.stderr


def test_the_binary_hears_the_terminals_interrupt_itself(tmp_path: Path) -> None:
    assert ended_by(tmp_path, signal.SIGINT, to_all=True, obeyed="INT", ignored="TERM") == 3


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["setup", "--nonsense"], ["test", "--nonsense"], ["run", "--out"]]
)
def test_wrong_usage_is_2(tmp_path: Path, arguments: list[str]) -> None:
    assert run(tmp_path, *arguments).returncode == 2


def test_a_bench_that_is_no_program_is_2(tmp_path: Path) -> None:
    assert run(tmp_path, "run", "--bench", "absent").returncode == 2


def without_modules(tmp_path: Path) -> dict[str, str]:
    """Stand-ins for apt-get and sudo, so that nothing is installed, and a Python that lacks jinja2."""
    program(tmp_path / "bin/apt-get", f'#!/bin/sh\necho "$1" >>{tmp_path}/apt\nexit 100\n')
    program(tmp_path / "bin/sudo", "#!/bin/sh\nexit 1\n")
    bare = program(tmp_path / "bare-python", "#!/bin/sh\necho python:jinja2\n")
    return {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "LATCHMARK_PYTHON": str(bare)}


def test_a_user_who_may_not_install_is_told_what_to_type(tmp_path: Path) -> None:
    settings = without_modules(tmp_path)
    program(tmp_path / "bin/id", "#!/bin/sh\necho 1000\n")
    ended = run(tmp_path, "setup", **settings)
    assert ended.returncode == 4
    assert "type: sudo apt-get install -y --no-install-recommends python3-jinja2\n" in ended.stderr
    assert not (tmp_path / "apt").exists()


def test_root_installs_and_updates_the_lists_only_when_that_fails(tmp_path: Path) -> None:
    settings = without_modules(tmp_path)
    program(tmp_path / "bin/id", "#!/bin/sh\necho 0\n")
    ended = run(tmp_path, "setup", **settings)
    assert ended.returncode == 4
    assert "installing: apt-get install -y --no-install-recommends python3-jinja2\n" in ended.stderr
    assert (tmp_path / "apt").read_text("utf-8").split() == ["install", "update"]


def test_a_library_that_only_variants_need_is_no_reason_to_stop(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout/scripts"
    shutil.copytree(ENTRY.parent, checkout, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    needs = "group\tneed\tdebian\tfedora\tsuse\nlibrary\theader:no/such.h\tlibno-dev\tno-devel\tno-devel\n"
    (checkout / "packages.tsv").write_text(needs, "utf-8")
    program(tmp_path / "bin/apt-get", "#!/bin/sh\nexit 100\n")
    program(tmp_path / "bin/id", "#!/bin/sh\necho 0\n")
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    ended = subprocess.run(
        [str(checkout / "latchmark"), "setup"],
        env=environment(tmp_path, PATH=path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0
    assert "installing: apt-get install -y --no-install-recommends libno-dev\n" in ended.stderr
    assert "variants that are made of them will be skipped" in ended.stderr


@pytest.mark.parametrize(
    ("manager", "by_hand"),
    [("zypper", "zypper install python3-Jinja2"), ("dnf", "dnf install python3-jinja2")],
)
def test_other_systems_are_told_their_packages(tmp_path: Path, manager: str, by_hand: str) -> None:
    settings = without_modules(tmp_path)
    tools = "sh env dirname readlink awk sed paste cat tr ls c++ cmake ninja pkg-config uname"
    for tool in tools.split():
        (tmp_path / "few" / tool).parent.mkdir(exist_ok=True)
        (tmp_path / "few" / tool).symlink_to(Path("/usr/bin") / tool)
    program(tmp_path / "few" / manager, "#!/bin/sh\nexit 1\n")
    ended = run(tmp_path, "setup", **{**settings, "PATH": str(tmp_path / "few")})
    assert ended.returncode == 4
    assert f"type: sudo {by_hand}\n" in ended.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--build", "debug"], "--build debug is none to measure with"),
        (["--build=release", "--bench", "program"], "--bench names a binary that is built already"),
        (["--build"], "--build takes a value"),
    ],
)
def test_only_builds_to_measure_with_are_built(tmp_path: Path, words: list[str], complaint: str) -> None:
    ended = run(tmp_path, "run", "quick", *words)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"latchmark: {complaint}")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("build", ["release_lse", "release_llsc"])
def test_builds_for_arm_are_refused_elsewhere_in_one_line(tmp_path: Path, build: str) -> None:
    program(tmp_path / "bin/uname", "#!/bin/sh\necho x86_64\n")
    ended = run(tmp_path, "run", "quick", "--build", build, PATH=f"{tmp_path}/bin:{os.environ['PATH']}")
    assert ended.returncode == 2
    assert ended.stderr == f"latchmark: --build {build} is for 64-bit Arm, and this machine is x86_64\n"
