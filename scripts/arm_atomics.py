"""Do builds for 64-bit Arm hold the atomics that they are named after, and no others? If not, exit 1."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from hot_loops import Disassembly, disassemble, disassembly_of

# An experiment of little but atomics, and where the build notes what it records in run files.
OBJECT = Path("benchmarks/CMakeFiles/latchmark_catalogue.dir/contention/counter/experiment.cpp.o")
FACTS = Path("generated/harness/runner/build_facts.hpp")

# Instructions that each way of compiling atomics leaves, and no other way does.
MARKS = {
    "outline": re.compile(r"bl? .*<__aarch64_(?:cas|swp|ld(?:add|clr|eor|set))"),
    "lse": re.compile(r"(?:cas|swp|(?:ld|st)(?:add|clr|eor|set))a?l?[bh]? "),
    "llsc": re.compile(r"(?:ld|st)a?l?xr[bh]? "),
}


def atomics_in(disassembly: Disassembly) -> Counter[str]:
    """How many instructions of each kind of atomics there are."""
    texts = (text for function in disassembly.functions.values() for _, text in function)
    return Counter(kind for text in texts for kind, mark in MARKS.items() if mark.match(text))


def recorded_in(facts: str) -> str:
    """The word that run files of this build will hold. Raises ValueError when there is none."""
    found = re.search(r'kAtomics = "(\w+)"', facts)
    if found is None:
        raise ValueError("the build notes no kind of atomics")
    return found[1]


def complaints(kind: str, atomics: Counter[str], recorded: str) -> Iterator[str]:
    """One line for each thing that does not fit the kind that a build is meant to be."""
    if not atomics[kind]:
        yield f"{kind}: none of its atomics in {OBJECT.parent.name}/{OBJECT.name}"
    for other in MARKS:
        if other != kind and atomics[other]:
            yield f"{kind}: {atomics[other]} atomics of {other}"
    if recorded != kind:
        yield f"{kind}: its run files would say {recorded}"


def looked_at(kind: str, build: Path) -> list[str]:
    """Prints what a build holds; its complaints. Raises OSError or ValueError for what cannot be read."""
    disassembly = disassembly_of(disassemble(build / OBJECT))
    if disassembly.isa != "aarch64":
        raise ValueError(f"{build} is no build for 64-bit Arm")
    atomics = atomics_in(disassembly)
    recorded = recorded_in((build / FACTS).read_text("utf-8"))
    counts = ", ".join(f"{atomics[name]} {name}" for name in MARKS)
    print(f"{build.name:16} {counts}; recorded as {recorded}")
    return list(complaints(kind, atomics, recorded))


def main(arguments: Iterable[str]) -> int:
    """Looks at each KIND=BUILD."""
    builds = [argument.partition("=") for argument in arguments]
    if not builds or any(kind not in MARKS or not build for kind, _, build in builds):
        print(f"usage: arm_atomics.py KIND=BUILD...; a kind is one of {', '.join(MARKS)}", file=sys.stderr)
        return 2
    try:
        found = [complaint for kind, _, build in builds for complaint in looked_at(kind, Path(build))]
    except (OSError, ValueError) as error:
        print(f"arm_atomics: {error}", file=sys.stderr)
        return 2
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
