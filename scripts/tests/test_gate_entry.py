"""Does `latchmark gate` build what it compares, before it measures? On a scripted cmake and Python."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1]

# Notes what was built where, and leaves a binary that says which source it is of.
CMAKE = """#!/bin/sh
[ "$1" = --preset ] && exit 0
echo "built $3 in $PWD" >>"$LOG"
[ -e broken ] && { echo "broken here" >&2; exit 1; }
mkdir -p "build/$3/benchmarks"
touch "build/$3/build.ninja"
cp source "build/$3/benchmarks/latchmark-bench"
"""

PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
shift
echo "python $*" >>"$LOG"
{ending}
"""


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


class Checkout:
    """A checkout with three revisions: `good`, `better` and `bad`, which does not build."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "checkout"
        self.log = folder / "log"
        ignored = shutil.ignore_patterns("tests", "__pycache__")
        shutil.copytree(SCRIPTS, self.root / "scripts", ignore=ignored)
        self.needs()
        program(folder / "bin/cmake", CMAKE)
        self.python("exit 0")
        self.git("init", "-q")
        (self.root / ".gitignore").write_text("/build/\n", "utf-8")
        for name in ("good", "better"):
            (self.root / "source").write_text(name, "utf-8")
            self.commit(name)
        (self.root / "broken").touch()
        self.commit("bad")
        (self.root / "broken").unlink()
        (self.root / "source").write_text("not committed", "utf-8")

    def needs(self, *lines: str) -> None:
        text = "\n".join(("group\tneed\tdebian\tfedora\tsuse", *lines, ""))
        (self.root / "scripts/packages.tsv").write_text(text, "utf-8")

    def python(self, ending: str) -> None:
        program(self.folder / "python", PYTHON.format(ending=ending))

    def git(self, *words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *who, *words], cwd=self.root, check=True, capture_output=True)

    def commit_of(self, tag: str) -> str:
        return subprocess.check_output(["git", "rev-parse", tag], cwd=self.root, text=True).strip()

    def commit(self, tag: str) -> None:
        self.git("add", "--all")
        self.git("commit", "-q", "-m", tag)
        self.git("tag", tag)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "LATCHMARK_PYTHON": str(self.folder / "python"),
            "LOG": str(self.log),
        }

    def run(self, words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "scripts/latchmark"), *words.split()],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self) -> list[str]:
        """What was built and started, in order; paths count from the checkout, commits are named."""
        text = self.log.read_text("utf-8") if self.log.exists() else ""
        self.log.unlink(missing_ok=True)
        for tag in ("good", "better", "bad"):
            text = text.replace(self.commit_of(tag), tag)
        return text.replace(str(self.root), "ROOT").splitlines()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def side(name: str) -> str:
    return f"ROOT/build/gate/{name}/build/release/benchmarks/latchmark-bench"


RUNNER = "--runner ROOT/build/release/benchmarks/latchmark-bench --source ROOT"


def test_revisions_are_built_side_by_side_before_anything_is_measured(checkout: Checkout) -> None:
    ended = checkout.run("gate ab --base-rev good --head-rev=better --out here")
    assert ended.returncode == 0
    assert checkout.done() == [
        "built release in ROOT/build/gate/base",
        "built release in ROOT/build/gate/head",
        "built release in ROOT",
        f"python latchmark gate ab --out here --base {side('base')} --base-rev good"
        f" --head {side('head')} --head-rev better {RUNNER}",
    ]
    assert len(side("base")) == len(side("head"))
    built = {name: (checkout.root / side(name)[5:]).read_text("utf-8") for name in ("base", "head")}
    assert built == {"base": "good", "head": "better"}


def test_a_later_gate_takes_other_revisions_into_the_same_folders(checkout: Checkout) -> None:
    checkout.run("gate ab --base-rev good --head-rev better")
    (checkout.root / "build/gate/base/left").touch()
    assert checkout.run("gate ab --base-rev better --head-rev better").returncode == 0
    assert (checkout.root / side("base")[5:]).read_text("utf-8") == "better"
    assert not (checkout.root / "build/gate/base/left").exists()


def test_a_folder_that_was_deleted_is_made_again(checkout: Checkout) -> None:
    checkout.run("gate ab --base-rev good --head-rev better")
    shutil.rmtree(checkout.root / "build")
    assert checkout.run("gate ab --base-rev good --head-rev better").returncode == 0


def test_two_gates_of_revisions_do_not_share_a_folder(checkout: Checkout) -> None:
    folder = checkout.root / "build/gate"
    folder.mkdir(parents=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = checkout.run("gate ab --base-rev good --head-rev better")
    assert ended.returncode == 4
    assert ended.stderr == (
        f"latchmark: another gate of revisions has {folder}; try again when it has ended\n"
    )
    assert checkout.done() == []


def test_the_folder_is_taken_until_the_gate_has_ended(checkout: Checkout) -> None:
    checkout.python(f"flock --nonblock {checkout.root}/build/gate/lock true && echo free >>$LOG")
    checkout.run("gate ab --base-rev good --head-rev better --runner x")
    assert "free" not in checkout.done()


def test_a_binary_meets_a_revision(checkout: Checkout) -> None:
    assert checkout.run("gate ab --base old --head-rev good --runner mine --source there").returncode == 0
    assert checkout.done() == [
        "built release in ROOT/build/gate/head",
        "python latchmark gate ab --base old --runner mine --source there"
        f" --head {side('head')} --head-rev good",
    ]


def test_two_binaries_need_a_runner_only(checkout: Checkout) -> None:
    assert checkout.run("gate ab --base=old --head=new").returncode == 0
    assert checkout.done() == [
        "built release in ROOT",
        f"python latchmark gate ab --base=old --head=new {RUNNER}",
    ]


# What is built now may be of another source than what is there.
@pytest.mark.parametrize("words", ["--base {} --head new", "--base=old --head={}", "--base old --head there"])
def test_the_own_build_is_compared_as_it_is(checkout: Checkout, words: str) -> None:
    own = checkout.root / "build/release/benchmarks/latchmark-bench"
    program(own, "built before")
    (checkout.folder / "there").symlink_to(own)
    assert checkout.run(f"gate ab {words.format(own)}").returncode == 0
    assert own.read_text("utf-8") == "built before"
    assert len(done := checkout.done()) == 1
    assert done[0].endswith(RUNNER)


def test_a_folder_that_cannot_be_written_is_4_and_no_other_gates_fault(checkout: Checkout) -> None:
    (checkout.root / "build").touch()
    ended = checkout.run("gate ab --base-rev good --head-rev better")
    assert ended.returncode == 4
    assert ended.stderr == f"latchmark: cannot write below {checkout.root}/build/gate\n"


def test_why_a_revision_cannot_be_checked_out_is_told(checkout: Checkout) -> None:
    (checkout.root / "build/gate/base").mkdir(parents=True)
    (checkout.root / "build/gate/base/.git").touch()
    ended = checkout.run("gate ab --base-rev good --head-rev better")
    assert ended.returncode == 4
    assert f"cannot check good out in {checkout.root}/build/gate/base: fatal: " in ended.stderr


def test_a_revision_that_does_not_build_is_4_and_measures_nothing(checkout: Checkout) -> None:
    ended = checkout.run("gate ab --base-rev good --head-rev bad")
    assert ended.returncode == 4
    said = ended.stderr.splitlines()
    assert said[:-1] == ["building base (good)", "building head (bad)"]
    log = checkout.root / "build/gate/head/build/release.log"
    assert said[-1] == f"latchmark: head (bad) does not build; the whole log is {log}"
    assert "broken here" in log.read_text("utf-8")
    assert not any(line.startswith("python") for line in checkout.done())


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("ab --base-rev good --head-rev nonsense", "--head-rev 'nonsense' is no revision of"),
        ("ab --base-rev --head --head-rev good", "--base-rev '--head' is no revision of"),
        ("ab --head x --base-rev", "--base-rev takes a value"),
        ("ab --head x", "gate ab needs --base BIN or --base-rev REV, or --resume DIR"),
        ("ab --base-rev good", "gate ab needs --head BIN or --head-rev REV, or --resume DIR"),
        ("ab --head x --base-rev=", "--base-rev takes a value"),
        ("ab --base x --base-rev good --head y", "--base and --base-rev name the same side"),
        ("ab --base-rev good --head y --head-rev good", "--head and --head-rev name the same side"),
        ("ab --resume here --head-rev good", "--resume goes on with the binaries that the gate began with"),
        ("calibrate --base-rev good", "gate calibrate compares a binary with itself"),
    ],
)
def test_wrong_usage_is_2_in_one_line_before_anything_is_built(
    checkout: Checkout, words: str, complaint: str
) -> None:
    ended = checkout.run(f"gate {words}")
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"latchmark: {complaint}")
    assert len(ended.stderr.splitlines()) == 1
    assert checkout.done() == []


@pytest.mark.parametrize(
    "words",
    [
        "gate ab --resume here",
        "gate ab --help",
        "gate baseline --baseline a --head b",
        "gate explain verdict.json",
        "gate calibrate --bench mine",
        "gate nonsense",
        "gate",
        "trend a b -o page",
    ],
)
def test_what_needs_no_build_builds_nothing(checkout: Checkout, words: str) -> None:
    assert checkout.run(words).returncode == 0
    assert checkout.done() == [f"python latchmark {words}"]


@pytest.mark.parametrize("code", [0, 1, 2, 3, 4])
def test_the_verdicts_code_is_the_commands(checkout: Checkout, code: int) -> None:
    checkout.python(f"exit {code}")
    assert checkout.run("gate ab --base a --head b").returncode == code


def test_a_gate_that_was_killed_is_no_verdict(checkout: Checkout) -> None:
    checkout.python("kill -9 $$")
    ended = checkout.run("gate ab --base a --head b --runner c")
    assert ended.returncode == 3
    assert "the gate was ended by signal 9; --resume with its folder" in ended.stderr


def test_a_signal_to_the_script_alone_reaches_the_gate_and_its_code_stays(checkout: Checkout) -> None:
    ready = checkout.folder / "ready"
    os.mkfifo(ready)
    checkout.python(f"trap 'exit 3' TERM; echo x >{ready}; while :; do sleep 0.01; done")
    entry = str(checkout.root / "scripts/latchmark")
    words = [entry, "gate", "ab", "--base", "a", "--head", "b", "--runner", "c"]
    script = subprocess.Popen(
        ["env", "--default-signal=INT", *words], env=checkout.environment(), start_new_session=True
    )
    try:
        assert ready.read_text("utf-8") == "x\n"
        script.send_signal(signal.SIGINT)
        assert script.wait(timeout=60) == 3
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(script.pid, signal.SIGKILL)
        script.wait()


def test_calibrating_compares_a_build_with_itself_rebuilt_and_shuffled(checkout: Checkout) -> None:
    assert checkout.run("gate calibrate --floor here").returncode == 0
    done = checkout.done()
    folders = ["release", "rebuilt", "layout1", "layout2"]
    assert done[:-1] == [f"built {name} in ROOT" for name in folders]
    paths = [f"ROOT/build/{name}/benchmarks/latchmark-bench" for name in folders]
    assert len({len(path) for path in paths}) == 1
    options = ["--bench", "--rebuilt", "--shuffled", "--shuffled"]
    given = " ".join(f"{option} {path}" for option, path in zip(options, paths, strict=True))
    assert done[-1] == f"python latchmark gate calibrate --floor here {given}"


def test_calibrating_without_lld_leaves_the_layout_out_and_says_so(checkout: Checkout) -> None:
    checkout.needs("layout\tcommand:no-such-linker\tlld\tlld\tlld")
    program(checkout.folder / "bin/apt-get", "#!/bin/sh\nexit 100\n")
    program(checkout.folder / "bin/sudo", "#!/bin/sh\nexit 1\n")
    ended = checkout.run("gate calibrate")
    assert ended.returncode == 0
    assert "going on without lld; the floor then says nothing of how much the layout" in ended.stderr
    done = checkout.done()
    assert done[:-1] == ["built release in ROOT", "built rebuilt in ROOT"]
    assert "--shuffled" not in done[-1]
