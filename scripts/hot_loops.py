"""Do the hot loops hold the instructions that make them what they claim to be? If not, says so; exit 1."""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES_FILE = ROOT / "scripts" / "hot_loops.toml"
BINARY = ROOT / "build" / "release" / "benchmarks" / "latchmark-bench"

RUN_OF = "detail::Erased<{}>::run(unsigned long, unsigned long)"  # one virtual call a batch
ISA_OF_FORMAT = {"elf64-x86-64": "x86_64", "elf64-littleaarch64": "aarch64"}
ISA_OF_MACHINE = {62: "x86_64", 183: "aarch64"}  # by e_machine of the ELF header
MACHINE_OFFSET = 18

FUNCTION = re.compile(r"[0-9a-f]+ <(.+)>:$")
INSTRUCTION = re.compile(r"\s+([0-9a-f]+):\s+(.+)$")
PADDING = re.compile(r"(?:\w+ )*nop|xchg %ax,%ax")
LEAVES = re.compile(r"(?:ret|jmp|br?|ud2|udf|hlt)\b(?!\.)")  # control does not go on after it
JUMP = re.compile(r"(?:j\w+|b|b\.\w+|cbn?z|tbn?z)\s+(?:.*,\s*)?([0-9a-f]+)(?: <.*)?$")
WITHIN = re.compile(r" <.*\+0x[0-9a-f]+>$")
PASSES_TO = re.compile(r"(?:call|jmp|bl?) [0-9a-f]+ <(.+)>$")


@dataclass(frozen=True)
class Rule:
    """What the loops of some workloads must hold and must not, as regular expressions by their names."""

    workload: str
    needs: dict[str, str]
    refuses: dict[str, str]


@dataclass(frozen=True)
class Disassembly:
    """Instructions of each function by its short name: (address, text)."""

    isa: str
    functions: dict[str, list[tuple[int, str]]]


def expression_of(name: str, instructions: dict[str, str]) -> str:
    """The regular expression of an instruction's name or `call FUNCTION`. Raises ValueError when unknown."""
    kind, _, function = name.partition(" ")
    if kind not in instructions or (function and kind != "call"):
        raise ValueError(f"no instruction is named '{name}' for this ISA")
    return instructions[kind] + re.escape(function)


def rules_of(text: str, isa: str) -> list[Rule]:
    """The rules of a TOML text, with the instructions of one ISA. Raises ValueError for a slip in them."""
    tables = tomllib.loads(text)
    instructions = tables["instructions"][isa]
    rules = []
    for workload, rule in tables["loops"].items():
        if strange := rule.keys() - {"needs", "refuses"}:
            raise ValueError(f"{workload}: '{min(strange)}' is neither needs nor refuses")
        needs, refuses = (
            {name: expression_of(name, instructions) for name in rule.get(key, [])}
            for key in ("needs", "refuses")
        )
        rules.append(Rule(workload, needs, refuses))
    return rules


def short_name(function: str) -> str:
    """A demangled name without the namespaces of the project and what compilers write differently."""
    name = re.sub(r"\b(?:benchmarks|latchmark)::", "", function)
    name = re.sub(r"\b(\d+)ul\b", r"\1", name)
    return re.sub(r"\s+>", ">", name)


def disassembly_of(printed: str) -> Disassembly:
    """What `objdump -d -C --no-show-raw-insn` printed. Raises ValueError for an ISA that is unknown here."""
    found = re.search(r"file format (\S+)", printed)
    if found is None or found[1] not in ISA_OF_FORMAT:
        raise ValueError("not a disassembly of x86-64 or 64-bit Arm")
    functions: dict[str, list[tuple[int, str]]] = {}
    instructions: list[tuple[int, str]] = []
    for line in printed.splitlines():
        if function := FUNCTION.match(line):
            instructions = functions.setdefault(short_name(function[1]), [])
        elif instruction := INSTRUCTION.match(line):
            text = " ".join(instruction[2].split())
            # A jump inside a function repeats the function's name, which is not to be searched.
            instructions.append((int(instruction[1], 16), WITHIN.sub("", text) if JUMP.match(text) else text))
    return Disassembly(ISA_OF_FORMAT[found[1]], functions)


def successors_of(instructions: list[tuple[int, str]]) -> list[list[int]]:
    """Which instructions of the function may come after each one, by their places in the list."""
    place_of = {address: place for place, (address, _) in enumerate(instructions)}
    successors = []
    for place, (_, text) in enumerate(instructions):
        after = [] if LEAVES.match(text) or place + 1 == len(instructions) else [place + 1]
        if (jump := JUMP.match(text)) and int(jump[1], 16) in place_of:
            after.append(place_of[int(jump[1], 16)])
        successors.append(after)
    return successors


def repeated(instructions: list[tuple[int, str]]) -> list[str]:
    """The instructions that control can come back to: what runs once a batch proves nothing."""
    successors = successors_of(instructions)
    texts = []
    for place, (_, text) in enumerate(instructions):
        reached: set[int] = set()
        to_visit = [*successors[place]]
        while to_visit and place not in reached:
            if (visited := to_visit.pop()) not in reached:
                reached.add(visited)
                to_visit.extend(successors[visited])
        if place in reached and not PADDING.match(text):
            texts.append(text)
    return texts


def called_by(texts: Iterable[str], disassembly: Disassembly) -> list[str]:
    """The functions of this binary that instructions pass control to, apart from compiler's and linker's own.

    Those would hide what was asked for: each atomic of 64-bit Arm holds every way to do it.
    """
    calls = (PASSES_TO.match(text) for text in texts)
    names = dict.fromkeys(short_name(call[1]) for call in calls if call)
    ours = (name for name in names if not name.startswith("__") and not name.endswith("@plt"))
    return [name for name in ours if name in disassembly.functions]


def loop_of(function: str, disassembly: Disassembly) -> list[str]:
    """What a function does over and over, with all that its loop calls: the compiler decides what to inline.

    A function without a loop is taken for those that it passes its work to.
    """
    loop = repeated(disassembly.functions[function])
    if not loop:
        passing_on = [text for _, text in disassembly.functions[function]]
        for callee in called_by(passing_on, disassembly):
            loop += repeated(disassembly.functions[callee])
    to_visit = called_by(loop, disassembly)
    visited = {function}
    while to_visit:
        if (callee := to_visit.pop()) not in visited:
            visited.add(callee)
            texts = [text for _, text in disassembly.functions[callee]]
            loop += texts
            to_visit += called_by(texts, disassembly)
    return loop


def loops_of(workload: str, disassembly: Disassembly) -> dict[str, list[str]]:
    """The loops of the workloads that a pattern names, by their full names."""
    names = [name for name in disassembly.functions if fnmatchcase(name, RUN_OF.format(workload))]
    before, after = RUN_OF.split("{}")
    return {name.removeprefix(before).removesuffix(after): loop_of(name, disassembly) for name in names}


def complaints(rules: list[Rule], disassembly: Disassembly) -> Iterator[str]:
    """One line for each instruction that is missing or too much, and for each pattern that names nothing."""
    for rule in rules:
        loops = loops_of(rule.workload, disassembly)
        if not loops:
            yield f"{rule.workload}: no such workload in this binary"
        for workload, loop in loops.items():
            if not loop:
                yield f"{workload}: has no loop"
                continue
            for name, expression in rule.needs.items():
                if not any(re.search(expression, text) for text in loop):
                    yield f"{workload}: no {name} in its loop"
            for name, expression in rule.refuses.items():
                if intruder := next((text for text in loop if re.search(expression, text)), None):
                    yield f"{workload}: {name} in its loop: {intruder}"


def disassemble(binary: Path) -> str:
    """What objdump says about a binary of either ISA. Raises ValueError when it says nothing."""
    with binary.open("rb") as file:
        machine = int.from_bytes(file.read(MACHINE_OFFSET + 2)[MACHINE_OFFSET:], "little")
    isa = ISA_OF_MACHINE.get(machine)
    if isa is None:
        raise ValueError(f"{binary} is not a binary of x86-64 or 64-bit Arm")
    objdump = "objdump" if isa == platform.machine() else f"{isa}-linux-gnu-objdump"
    command = [objdump, "-d", "-C", "--no-show-raw-insn", "--", str(binary)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ValueError(f"{objdump}: {done.stderr.strip()}")
    return done.stdout


def main(arguments: list[str]) -> int:
    """Checks a binary, or prints the loops of a pattern, for whoever writes a rule about them."""
    if len(arguments) > 2:
        print("usage: hot_loops.py [BINARY [WORKLOAD TO SHOW]]", file=sys.stderr)
        return 2
    try:
        disassembly = disassembly_of(disassemble(Path(arguments[0]) if arguments else BINARY))
        rules = rules_of(RULES_FILE.read_text("utf-8"), disassembly.isa)
    except (OSError, ValueError) as error:
        print(f"hot_loops: {error}", file=sys.stderr)
        return 2
    if len(arguments) == 2:
        for workload, loop in loops_of(arguments[1], disassembly).items():
            print(workload, *loop, sep="\n    ")
        return 0
    found = list(complaints(rules, disassembly))
    for complaint in found:
        print(complaint)
    print(f"{len(rules)} rules about hot loops of {disassembly.isa}, {len(found)} complaints")
    return 1 if found or not rules else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
