"""Does any file include or import against the arrows of ARCHITECTURE.md? Prints such lines; exit 1 then."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

# Where a file belongs: the first pattern that fits. `*` stands for slashes too.
LAYER_OF_PATH = (
    ("harness/tests/*.hpp/", "test help"),
    ("harness/tests/cli/*", "command line"),
    ("harness/tests/scripted/*", "command line"),
    ("harness/tests/*", "test of"),
    ("harness/include/latchmark/main.hpp", "command line"),
    ("harness/include/latchmark/*.hpp/", "description"),
    ("harness/include/latchmark/base/*", "base"),
    ("harness/include/latchmark/*/*", "words of"),
    ("harness/isa/*", "base"),
    ("harness/cmake/*", "base"),
    ("harness/*.cpp/", "command line"),
    ("harness/*.hpp/", "description"),
    ("harness/*/*", "folder"),
    ("benchmarks/main.cpp", "main"),
    ("benchmarks/primitives/*_test.cpp", "workload test"),
    ("benchmarks/primitives/*", "primitives"),
    ("benchmarks/examples/*", "example"),
    ("benchmarks/*/*_test.cpp", "workload test"),
    ("benchmarks/*_test.cpp/", "catalogue test"),
    ("benchmarks/instrument/*", "instrument"),
    ("benchmarks/*/experiment.cpp", "experiment"),
    ("benchmarks/*/workload.hpp", "workload"),
    ("benchmarks/*", "catalogue"),
    ("reports/latchmark/*.py", "python"),
)

# What each layer may include beside itself; whatever is not listed is forbidden. "Words" are the public
# headers in which an experiment is described: they know nothing of the machinery that serves them.
WORDS = {"base", "words of machine", "words of counters", "words of measure"}
MEASURE = WORDS | {"machine", "counters", "description"}
LAUNCH = MEASURE | {"measure", "control"}
RUNNER = LAUNCH | {"launch"}
MAY_INCLUDE: dict[str, set[str]] = {
    "base": set(),
    "words of machine": {"base"},
    "words of counters": {"base"},
    "words of measure": {"base"},
    "description": WORDS,
    "machine": {"base", "words of machine"},
    "counters": {"base", "words of counters"},
    "measure": MEASURE,
    "control": WORDS | {"machine", "counters"},
    "launch": LAUNCH,
    "runner": RUNNER,
    "command line": RUNNER | {"runner"},
    "primitives": {"base"},
    "workload": {"base", "primitives"},
    "experiment": {"workload", "primitives", "description", "catalogue"} | WORDS,
    "instrument": {"primitives", "catalogue", "base"} | RUNNER,  # the instrument is its subject
    "workload test": {"workload", "experiment", "instrument", "primitives", "catalogue", "test help"}
    | LAUNCH,
    "test help": LAUNCH,
    "catalogue": {"description"} | WORDS,
    "catalogue test": {"catalogue", "test help"} | RUNNER | {"runner"},
    "main": {"command line", "catalogue"},
    "example": {"description", "command line", "catalogue", "workload"} | WORDS,  # the installed headers
}
HOMES = {  # header or module -> the only layers that know it
    "benchmark/": {"launch"},
    "perfmon/": {"counters"},
    "linux/perf_event.h": {"counters"},
    "hwloc": {"machine"},
    "CLI/": {"command line"},
    "nlohmann/": {"launch", "runner", "command line"},
    "matplotlib": {"figures"},
    "jinja2": {"pages"},
    "scipy": {"statistics"},
    "fastjsonschema": {"loading"},
    "argparse": {"cli"},
    "subprocess": {"gate"},
    "tomllib": {"gate"},
    "sqlite3": {"trend", "database"},
    "junitparser": {"exporting"},
}
VALUES = {"model", "errors", "statistics", "wording"}
FINDINGS = VALUES | {"cautions"}
COMPARE = FINDINGS | {"findings"}
ANSWERS = COMPARE | {"compare", "verdict", "trend"}  # what can be shown
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "model": {"errors"},
    "loading": {"model", "verdict", "errors"},
    "statistics": {"model", "errors"},
    "wording": {"model", "statistics"},
    "cautions": VALUES,
    "findings": FINDINGS,
    "compare": COMPARE,
    "verdict": VALUES,
    "trend": FINDINGS | {"compare"},
    "tables": ANSWERS | {"loading"},  # loading has the figures that others published
    "exporting": ANSWERS | {"tables"},
    "database": ANSWERS | {"exporting"},
    "figures": ANSWERS,
    "pages": ANSWERS | {"figures", "tables", "loading"},
    "gate": ANSWERS | {"exporting", "pages", "loading"},
    "cli": ANSWERS | {"database", "exporting", "figures", "pages", "loading", "gate"},
    "__main__": {"cli"},
    "__init__": set(),
}
MAY_OPEN_FILES = {"loading", "exporting", "database", "gate", "cli"}
OPENS_FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes"}


@dataclass(frozen=True)
class Violation:
    """One line that goes against an arrow."""

    path: str
    line: int
    what: str


def layer_of(path: str) -> str:
    """The layer of a file, `test of X` for the harness's tests. Raises KeyError for a place unknown here."""
    for pattern, layer in LAYER_OF_PATH:
        only_here = pattern.endswith("/")
        if not fnmatch(path, pattern.rstrip("/")):
            continue
        if only_here and path.count("/") != pattern.count("/") - 1:
            continue
        parts = PurePosixPath(path).parts
        if layer == "test of":
            return f"test of {parts[2]}"
        if layer == "python":
            return PurePosixPath(parts[2]).stem
        if layer == "words of":
            layer = f"words of {parts[3]}"
        layer = parts[1] if layer == "folder" else layer
        if layer in MAY_INCLUDE:
            return layer
    raise KeyError(f"{path} is in no layer: give it one in scripts/layers.py")


def path_of_include(name: str) -> str | None:
    """The file that an include from the repository's root names; None when it is not written that way."""
    if name.startswith("latchmark/"):
        return f"harness/include/{name}"
    return name if name.startswith(("harness/", "benchmarks/")) and ".." not in name else None


def allowed_for(layer: str) -> set[str]:
    """What files of a layer may include, themselves and, for a test, its subject and the help among it."""
    subject = layer.removeprefix("test of ")
    own = {layer, subject} if layer == subject else {layer, subject, "test help"}
    return MAY_INCLUDE.get(subject, RUNNER) | own


def homeless(name: str, layer: str) -> str | None:
    """Why a foreign header or module must not be named here, or None."""
    for prefix, homes in HOMES.items():
        if name.startswith(prefix) and layer.removeprefix("test of ") not in homes:
            return f"<{name}> belongs to {', '.join(sorted(homes))}, not to {layer}"
    return None


def wrong_include(path: str, layer: str, bracket: str, name: str) -> str | None:
    """Why this include goes against the arrows, or None."""
    if bracket == "<":
        return homeless(name, layer)
    target = path_of_include(name)
    if target is None:
        return f'"{name}" is not written from the root of the repository'
    target_layer = layer_of(target)
    if target_layer not in allowed_for(layer):
        return f"{layer} must not include {target_layer} ({name})"
    own_folder = PurePosixPath(path).is_relative_to(PurePosixPath(target).parent)
    if target_layer in {"workload", "experiment", "instrument"} and not own_folder and layer != "example":
        return f"experiments do not include each other ({name})"
    return None


def check_cpp(path: str, text: str) -> Iterator[Violation]:
    """Violations of one C++ file."""
    layer = layer_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        if include := re.match(r'\s*#\s*include\s*([<"])([^>"]+)', line):
            what = wrong_include(path, layer, include[1], include[2])
            if what is not None:
                yield Violation(path, number, what)


def imported(node: ast.AST) -> list[str]:
    """Full names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.module == "latchmark":
            return [f"latchmark.{alias.name}" for alias in node.names]
        return ["." if node.level else node.module or "."]
    return []


def check_python(path: str, text: str) -> Iterator[Violation]:
    """Violations of one module of the reports package."""
    layer = layer_of(path)
    if layer not in MAY_IMPORT:
        raise KeyError(f"{path} is in no layer: give it one in scripts/layers.py")
    for node in ast.walk(ast.parse(text, path)):
        for name in imported(node):
            line = getattr(node, "lineno", 0)
            if name == ".":
                yield Violation(path, line, "imports are written in full")
            elif name.startswith("latchmark."):
                target = name.split(".")[1]
                if target != layer and target not in MAY_IMPORT[layer]:
                    yield Violation(path, line, f"{layer} must not import {target} ({name})")
            elif what := homeless(name, layer):
                yield Violation(path, line, what)
        if isinstance(node, ast.Call) and layer not in MAY_OPEN_FILES:
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if called in OPENS_FILES:
                yield Violation(path, node.lineno, f"{layer} must not read or write files ({called})")


def check(root: Path) -> list[Violation]:
    """All violations below a checkout's root, in path order."""
    found: list[Violation] = []
    cpp = {".hpp", ".cpp"}
    for folder, suffixes in (("harness", cpp), ("benchmarks", cpp), ("reports/latchmark", {".py"})):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in suffixes:
                path = file.relative_to(root).as_posix()
                checker = check_python if file.suffix == ".py" else check_cpp
                try:
                    found.extend(checker(path, file.read_text("utf-8")))
                except KeyError as unknown:
                    found.append(Violation(path, 1, str(unknown.args[0])))
    return found


if __name__ == "__main__":
    violations = check(Path(__file__).resolve().parent.parent)
    for violation in violations:
        print(f"{violation.path}:{violation.line}: {violation.what}")
    print(f"{len(violations)} against the arrows")
    sys.exit(1 if violations else 0)
