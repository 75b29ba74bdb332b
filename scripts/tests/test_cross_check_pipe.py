"""Are perf and our pipe measured alike: both ends pinned, interleaved, and said so where one is missing?"""

import json
import os
import sys
from pathlib import Path

import cross_check_pipe
import pytest
from cross_check import CannotCheck

CPUS = sorted(os.sched_getaffinity(0))
TWO_CPUS = (CPUS[0], CPUS[-1])

# Two ends, as threads beside the first or as a process and its child; each writes where it may run.
PERF = """#!{python}
import os, sys, threading, time
def end(name):
    time.sleep(0.3)
    open({folder!r} + "/" + name, "w").write(" ".join(map(str, sorted(os.sched_getaffinity(0)))))
assert sys.argv[1:4] == ["bench", "sched", "pipe"]
if sys.argv[-2:] == ["-l", "1"]:
    pass
elif sys.argv[-1] == "-T":
    ends = [threading.Thread(target=end, args=[name]) for name in ("a", "b")]
    for one in ends: one.start()
    for one in ends: one.join()
elif os.fork() == 0:
    end("b")
    os._exit(0)
else:
    end("a")
    os.wait()
print("     Total time: 0.004 [sec]\\n\\n       4.25 usecs/op\\n         235294 ops/sec")
"""
# Answers every launch with the time of its team, as our binary would.
BENCH = """#!/bin/sh
read -r request
case $request in
  *calibrate*) echo '{"protocol": 1, "status": "ok", "batch": 7}' >&3 ;;
  *'"batch": 7'*) echo '{"status": "ok", "metrics": {"time_per_operation": VALUE}}' >&3 ;;
  *) echo '{"status": "failed", "why": "not calibrated"}' >&3 ;;
esac
"""


def program(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return str(path)


def perf_in(folder: Path) -> str:
    return program(folder, "perf", PERF.format(python=sys.executable, folder=str(folder)))


def bench_in(folder: Path, value: str) -> Path:
    return Path(program(folder, "bench", BENCH.replace("VALUE", value)))


@pytest.mark.skipif(len(CPUS) < 2, reason="needs two CPUs")
@pytest.mark.parametrize("team", ["threads", "processes"])
def test_each_end_is_pinned_to_its_cpu(tmp_path: Path, team: str) -> None:
    took_ns = cross_check_pipe.perf_round_trip_ns(perf_in(tmp_path), team, TWO_CPUS, 1000)
    assert took_ns == 4250.0
    assert {(tmp_path / name).read_text() for name in ("a", "b")} == {str(cpu) for cpu in TWO_CPUS}


def test_on_one_cpu_both_ends_are_there(tmp_path: Path) -> None:
    one = (CPUS[-1], CPUS[-1])
    assert cross_check_pipe.perf_round_trip_ns(perf_in(tmp_path), "processes", one, 1000) == 4250.0
    assert {(tmp_path / name).read_text() for name in ("a", "b")} == {str(CPUS[-1])}


@pytest.mark.skipif(len(CPUS) < 2, reason="needs two CPUs")
def test_ends_that_never_came_are_no_measurement(tmp_path: Path) -> None:
    early = program(tmp_path, "perf", "#!/bin/sh\necho no pipes today >&2\nexit 3\n")
    with pytest.raises(CannotCheck, match="no pipes today"):
        cross_check_pipe.perf_round_trip_ns(early, "threads", TWO_CPUS, 1000)


def test_a_perf_that_prints_no_time_is_no_measurement(tmp_path: Path) -> None:
    silent = program(tmp_path, "perf", "#!/bin/sh\necho nothing to say\n")
    with pytest.raises(CannotCheck, match="nothing to say"):
        cross_check_pipe.perf_round_trip_ns(silent, "threads", (CPUS[0], CPUS[0]), 1000)


def test_a_wrapper_that_refuses_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuses = program(tmp_path, "perf_4.1", "#!/bin/sh\necho no perf for this kernel >&2\nexit 2\n")
    monkeypatch.setattr(cross_check_pipe, "PERFS", (refuses, "/nonexistent/perf", str(tmp_path / "per[f]")))
    assert cross_check_pipe.find_perf() is None
    runs = perf_in(tmp_path)
    assert cross_check_pipe.find_perf() == runs


def test_a_machine_without_perf_is_told_and_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cross_check_pipe, "PERFS", ())
    assert cross_check_pipe.main([str(bench_in(tmp_path, "1"))]) == 0
    assert capsys.readouterr().out.startswith("absent  pipe over perf bench sched pipe")


@pytest.mark.parametrize(("ours_ns", "code"), [(4250.0, 0), (5300.0, 0), (5400.0, 1), (3300.0, 1)])
def test_more_than_a_quarter_either_way_is_apart(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ours_ns: float,
    code: int,
) -> None:
    monkeypatch.setattr(cross_check_pipe, "PERFS", (perf_in(tmp_path),))
    monkeypatch.setattr(cross_check_pipe, "places", lambda: [("one CPU", (CPUS[0], CPUS[0]))])
    bench = bench_in(tmp_path, json.dumps({"value": ours_ns}))
    assert cross_check_pipe.main([str(bench), "1"]) == code
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["NO" if code else "ok"] * 2
    assert "pipe between threads on one CPU over perf bench sched pipe" in lines[0]
    assert "pipe between processes" in lines[1]


def test_a_launch_without_a_value_is_no_number(tmp_path: Path) -> None:
    bench = bench_in(tmp_path, '{"why": "its CPU was taken away"}')
    with pytest.raises(CannotCheck, match="taken away"):
        cross_check_pipe.ours(bench, "threads", TWO_CPUS)()
