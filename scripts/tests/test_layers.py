"""Does the check of the arrows notice each kind of wrong line, and accept the right ones?"""

from pathlib import Path

import layers
import pytest


def violations_of(tmp_path: Path, path: str, line: str) -> list[str]:
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(f"{line}\n", "utf-8")
    return [violation.what for violation in layers.check(tmp_path)]


@pytest.mark.parametrize(
    ("path", "line", "what"),
    [
        (
            "harness/include/latchmark/base/x.hpp",
            '#include "harness/machine/topology.hpp"',
            "base must not include machine",
        ),
        (
            "harness/machine/x.cpp",
            '#include "harness/counters/role.hpp"',
            "machine must not include counters",
        ),
        (
            "harness/counters/x.cpp",
            '#include "latchmark/machine/placement.hpp"',
            "counters must not include words of machine",
        ),
        ("harness/launch/x.cpp", '#include "harness/runner/plan.hpp"', "launch must not include runner"),
        ("harness/runner/x.cpp", '#include "benchmarks/catalogue.hpp"', "runner must not include catalogue"),
        (
            "harness/tests/machine/x.cpp",
            '#include "harness/runner/plan.hpp"',
            "test of machine must not include runner",
        ),
        (
            "harness/machine/x.cpp",
            '#include "harness/tests/fresh_pages.hpp"',
            "machine must not include test help",
        ),
        ("harness/machine/x.cpp", '#include "topology.hpp"', "not written from the root"),
        ("harness/machine/x.cpp", '#include "harness/machine/../runner/x.hpp"', "not written from the root"),
        ("harness/measure/x.cpp", "#include <benchmark/benchmark.h>", "belongs to launch"),
        ("harness/measure/x.cpp", "#  include <linux/perf_event.h>", "belongs to counters"),
        ("harness/runner/x.cpp", "#include <hwloc.h>", "belongs to machine"),
        ("harness/machine/x.cpp", "#include <nlohmann/json.hpp>", "belongs to"),
        ("harness/novelty/x.cpp", "", "is in no layer"),
        (
            "benchmarks/f/e/workload.hpp",
            '#include "latchmark/experiment.hpp"',
            "workload must not include description",
        ),
        (
            "benchmarks/f/e/workload.hpp",
            '#include "benchmarks/f/other/workload.hpp"',
            "do not include each other",
        ),
        (
            "benchmarks/f/e/experiment.cpp",
            '#include "harness/runner/plan.hpp"',
            "experiment must not include runner",
        ),
        (
            "benchmarks/f/e/experiment.cpp",
            '#include "harness/counters/role.hpp"',
            "experiment must not include counters",
        ),
        (
            "benchmarks/primitives/x.hpp",
            '#include "benchmarks/f/e/workload.hpp"',
            "primitives must not include workload",
        ),
        ("reports/latchmark/model.py", "from latchmark.findings import x", "model must not import findings"),
        (
            "reports/latchmark/statistics/x.py",
            "from latchmark import loading",
            "statistics must not import loading",
        ),
        ("reports/latchmark/findings.py", "import latchmark.pages", "findings must not import pages"),
        ("reports/latchmark/pages/x.py", "def f():\n    import matplotlib.figure", "belongs to figures"),
        ("reports/latchmark/figures/x.py", "from jinja2 import Environment", "belongs to pages"),
        ("reports/latchmark/findings.py", "from . import model", "written in full"),
        ("reports/latchmark/statistics.py", "x = open('y')", "must not read or write files"),
        ("reports/latchmark/figures/x.py", "path.write_text('y')", "must not read or write files"),
        ("reports/latchmark/novelty.py", "", "is in no layer"),
    ],
)
def test_wrong_lines_are_named(tmp_path: Path, path: str, line: str, what: str) -> None:
    found = violations_of(tmp_path, path, line)
    assert len(found) == 1
    assert what in found[0]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (
            "harness/machine/x.cpp",
            '#include <hwloc.h>\n#include "harness/machine/hash.hpp"\n#include "latchmark/base/clock.hpp"',
        ),
        ("harness/tests/machine/x.cpp", '#include <gtest/gtest.h>\n#include "harness/machine/topology.hpp"'),
        ("harness/runner/x.cpp", '#include "harness/launch/protocol.hpp"'),
        (
            "benchmarks/f/e/workload.hpp",
            '#include <atomic>\n#include "benchmarks/primitives/locks/ticket.hpp"',
        ),
        (
            "benchmarks/f/e/experiment.cpp",
            '#include "benchmarks/catalogue.hpp"\n#include "benchmarks/f/e/workload.hpp"',
        ),
        ("benchmarks/instrument/e/experiment.cpp", '#include "harness/counters/worker_counters.hpp"'),
        (
            "reports/latchmark/pages/x.py",
            "import jinja2\nfrom latchmark.figures.svg import x\nfrom latchmark.pages.y import z",
        ),
        ("reports/latchmark/loading/x.py", "x = open('y')"),
        ("harness/tests/counters/x_test.cpp", '#include "harness/tests/fresh_pages.hpp"'),
    ],
)
def test_right_lines_pass(tmp_path: Path, path: str, line: str) -> None:
    assert violations_of(tmp_path, path, line) == []


def test_line_number_is_that_of_the_include(tmp_path: Path) -> None:
    file = tmp_path / "harness/machine/x.cpp"
    file.parent.mkdir(parents=True)
    file.write_text('// one\n\n#include "harness/runner/plan.hpp"\n', "utf-8")
    assert [(v.path, v.line) for v in layers.check(tmp_path)] == [("harness/machine/x.cpp", 3)]
