"""An emulated Arm machine that boots, runs commands and powers off: its disk, its start, what it printed.

QEMU's exit code says nothing about what happened inside. The guest's first process frames each command's
output by two lines; what lacks the second is a failure with the path of the log.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

QEMU = "qemu-system-aarch64"
READELF = "aarch64-linux-gnu-readelf"
STRIP = "aarch64-linux-gnu-strip"
# The Arm libraries of the sysroot, and where the guest looks for them.
LIBRARY_FOLDERS = ("lib/aarch64-linux-gnu", "usr/lib/aarch64-linux-gnu")
LOADER = "ld-linux-aarch64.so.1"
BEGINS = re.compile(r"^guest begins (\S+)$")
ENDS = re.compile(r"^guest exit (\d+)$")
PANIC = re.compile(r"Kernel panic - not syncing: (.*)")
# Ten times what the longest boot takes on a machine that does nothing else.
LIMIT_S = 240


class GuestFailed(Exception):
    """The guest did not do what it was started for: one line."""


@dataclass(frozen=True)
class Machine:
    """What is emulated. With one CPU and a fixed shift (2^shift ns an instruction) instructions are exact."""

    name: str
    cpu: str
    smp: str = "1"


@dataclass(frozen=True)
class Ended:
    """A command in the guest."""

    command: str
    output: str
    code: int


def ended_in(log: str) -> list[Ended]:
    """All commands that ended, in order."""
    ended: list[Ended] = []
    command: str | None = None
    lines: list[str] = []
    for line in log.splitlines():
        if begins := BEGINS.match(line):
            command, lines = begins[1], []
        elif command is not None and (ends := ENDS.match(line)):
            # The closing line begins with a line feed, so that it stands alone behind text that lacks one.
            text = "\n".join(lines)
            ended.append(Ended(command, text.removesuffix("\n"), int(ends[1])))
            command = None
        else:
            lines.append(line)
    return ended


def why_not(log: str, asked: Sequence[Sequence[str]], is_late: bool) -> str | None:
    """What kept the guest from ending all commands; None when nothing did."""
    ended = ended_in(log)
    if len(ended) == len(asked):
        return None
    if panic := PANIC.search(log):
        return f"kernel panic: {panic[1].strip()}"
    begun = sum(BEGINS.match(line) is not None for line in log.splitlines())
    last = next((line.strip() for line in reversed(log.splitlines()) if line.strip()), "nothing")
    if begun == 0:
        what = "the guest never came to its first command"
    else:
        what = f"{asked[begun - 1][0]} began and did not end"
    return f"{what}{f' within {LIMIT_S} s' if is_late else ''}; it last said: {last[:200]}"


def emulator() -> str:
    """As pages shall name what stands in for a CPU."""
    said = subprocess.run([QEMU, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"version (\d+\.\d+)", said)
    return f"QEMU {version[1] if version else '?'} TCG, -icount shift=0"


def words_of(commands: Iterable[Sequence[str]]) -> str:
    """As the kernel's command line has them: split at spaces, with double quotes around a word."""
    quoted = (" ".join(f'"{word}"' if " " in word else word for word in command) for command in commands)
    return " then ".join(quoted)


def needed_by(program: Path) -> list[str]:
    """The libraries that a program or library names."""
    said = subprocess.run([READELF, "-d", program], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", said)


def libraries_of(programs: Iterable[Path], sysroot: Path) -> dict[str, Path]:
    """By name, with the loader: all that the programs need to start."""
    found: dict[str, Path] = {}
    names = [LOADER, *(name for program in programs for name in needed_by(program))]
    while names:
        name = names.pop()
        if name in found:
            continue
        paths = [sysroot / folder / name for folder in LIBRARY_FOLDERS if (sysroot / folder / name).exists()]
        if not paths:
            raise GuestFailed(f"{sysroot} has no {name}, which the guest needs")
        found[name] = paths[0].resolve()
        names += needed_by(found[name])
    return found


def make_disk(disk: Path, programs: dict[str, Path], sysroot: Path) -> None:
    """What the kernel unpacks into memory: the programs at their guest paths, and their libraries."""
    tools = (QEMU, "cpio", READELF, STRIP)
    lacking = [tool for tool in tools if shutil.which(tool) is None]
    lacking += [str(program) for program in programs.values() if not program.exists()]
    if lacking:
        raise GuestFailed(f"missing here: {', '.join(lacking)}; see scripts/latchmark setup --all, and build")
    tree = disk.with_suffix("")
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "lib").mkdir(parents=True)
    for path, program in programs.items():
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        # Debug information is most of a program's size, and the guest unpacks it by emulated instructions.
        subprocess.run([STRIP, "-o", tree / path, program], check=True)
    for name, library in libraries_of(programs.values(), sysroot).items():
        shutil.copyfile(library, tree / "lib" / name)
        (tree / "lib" / name).chmod(0o755)
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    with disk.open("wb") as archive:
        # Of nobody's user, since whoever builds it is not root of the guest.
        cpio = ["cpio", "--create", "--format=newc", "--owner=0:0", "--quiet"]
        subprocess.run(cpio, cwd=tree, input=names.encode(), stdout=archive, check=True)


def command_of(machine: Machine, kernel: Path, disk: Path, commands: Sequence[Sequence[str]]) -> list[str]:
    """How QEMU is started."""
    # panic=-1 and -no-reboot: a panic is an end. -nic none: a network card would want a boot ROM.
    line = f"console=ttyAMA0 quiet panic=-1 -- {words_of(commands)}"
    hardware = ["-M", "virt", "-cpu", machine.cpu, "-smp", machine.smp, "-m", "512", "-icount", "shift=0"]
    console = ["-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", "-nic", "none"]
    return [QEMU, *hardware, *console, "-kernel", str(kernel), "-initrd", str(disk), "-append", line]


def boot(
    machine: Machine, kernel: Path, disk: Path, commands: Sequence[Sequence[str]], log_file: Path
) -> list[Ended]:
    """Starts the machine, waits until it is off. Raises GuestFailed unless all commands ended."""
    is_late = False
    with log_file.open("wb") as log:
        try:
            subprocess.run(
                command_of(machine, kernel, disk, commands),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            is_late = True
    text = log_file.read_text("utf-8", "replace")  # as text, since a console ends lines with CR and LF
    log_file.write_text(text, "utf-8")
    if why := why_not(text, commands, is_late):
        raise GuestFailed(f"{machine.name}: {why}; see {log_file}")
    return ended_in(text)
