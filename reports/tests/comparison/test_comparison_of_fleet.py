"""Does the comparison of a fleet tell its machines apart, and say which are not in it?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from folder.stored_fleets import every_state, measured, put_fleet, rack, status_of, with_raw_reason
from folder.stored_results import stored_run

from latchmark import cli
from latchmark.compare import Comparison, compare, compare_fleet, compared_hosts, coverage_sentences
from latchmark.loading import load
from latchmark.loading.fleet import load_fleet, run_path
from latchmark.pages import comparison_page


def comparison_of(folder: Path) -> Comparison:
    fleet = load_fleet(folder)
    return compare_fleet(fleet, [load(run_path(folder, one.host)) for one in compared_hosts(fleet)])


def test_machines_of_one_alias_and_model_are_told_apart_by_host(tmp_path: Path) -> None:
    hosts = rack(tmp_path, 3)
    put_fleet(tmp_path, hosts)
    comparison = comparison_of(tmp_path)
    assert comparison.labels == ("node1", "node2", "node3")
    assert not comparison.is_one_machine
    page = comparison_page(comparison)
    assert "3 machines. The reference" in page
    assert '<th scope="row">Calls itself</th><td>xeon-2c-1s</td>' in page
    # Without the fleet the same files are runs of one machine.
    assert compare(comparison.runs).is_one_machine


def slower(document: dict[str, Any], factor: float) -> dict[str, Any]:
    for launch in document["launches"]:
        launch["metrics"]["time_per_operation"]["value"] *= factor
    return document


def test_where_nothing_can_be_told_the_page_says_so(tmp_path: Path) -> None:
    put_fleet(tmp_path, rack(tmp_path, 2))  # two launches a point have no interval
    page = comparison_page(comparison_of(tmp_path))
    assert "nothing is told apart" in page
    assert '<ol class="findings">' not in page


def test_machines_that_share_the_id_of_a_run_are_two(tmp_path: Path) -> None:
    # Of one model, started in one second: alias, key, id and seed are the same.
    hosts = {
        name: measured(tmp_path, name, slower(stored_run("08:00:00", "xeon-2c-1s"), factor))
        for name, factor in (("a", 1.0), ("b", 1.1))
    }
    put_fleet(tmp_path, hosts)
    comparison = comparison_of(tmp_path)
    assert comparison.labels == ("a", "b")
    first, second = comparison.runs
    assert first.id == second.id
    # Also where no fleet has names for them.
    labels = compare(comparison.runs).labels
    assert len(set(labels)) == 2
    assert all(label.startswith("xeon-2c-1s ") for label in labels)


def test_a_host_that_brought_the_file_of_another_is_told_and_not_compared(tmp_path: Path) -> None:
    hosts = rack(tmp_path, 2)
    hosts["thief"] = measured(tmp_path, "thief", json.loads(run_path(tmp_path, "node1").read_text("utf-8")))
    put_fleet(tmp_path, {"thief": hosts.pop("thief"), **hosts})
    comparison = comparison_of(tmp_path)
    assert comparison.labels == ("thief", "node2")
    assert comparison.beyond[1] == "Not compared: node1, with the file of another host."


def test_an_emulated_host_keeps_its_flag(tmp_path: Path) -> None:
    hosts = rack(tmp_path, 1)
    guest = stored_run("08:09:00", "guest")
    guest["machine"]["emulated"] = "an emulator"
    hosts["node2"] = measured(tmp_path, "node2", guest)
    put_fleet(tmp_path, hosts)
    assert re.fullmatch(r"node2 \(.*emulated.*\)", comparison_of(tmp_path).labels[1])


def test_the_missing_are_told_first_each_with_its_reason(tmp_path: Path) -> None:
    sentences = coverage_sentences(comparison_of(every_state(tmp_path)))
    assert sentences[0] == (
        "3 of 7 machines; node4 incomplete: ended by signal 9 after 12 of 60 launches;"
        " node5 unreachable: ssh: connect to host node5 port 22: No route to host;"
        " node6 incompatible: its glibc is 2.28, the package needs 2.31;"
        " node7 not collected: nobody has asked since it was started."
    )
    assert "node7" not in " ".join(sentences[1:])


def test_of_many_the_first_eight_are_compared_and_the_others_are_told(tmp_path: Path) -> None:
    put_fleet(tmp_path, rack(tmp_path, 12) | {"off": status_of("off", reason="No route to host.")})
    comparison = comparison_of(tmp_path)
    assert comparison.labels == tuple(f"node{number}" for number in range(1, 9))
    assert comparison.beyond == (
        "12 of 13 machines; off unreachable: No route to host.",
        "Compared are the first 8 of the 12 with a complete run, in the order of the inventory; in the index"
        " alone: node9, node10, node11 and node12.",
    )


def test_a_rack_that_is_off_does_not_fill_the_page(tmp_path: Path) -> None:
    off = {f"off{number}": status_of(f"off{number}", reason="No route to host") for number in range(30)}
    put_fleet(tmp_path, rack(tmp_path, 20) | off)
    missing, left = comparison_of(tmp_path).beyond
    assert missing.endswith(
        "off7 unreachable: No route to host; 22 further machines missing, each in the index."
    )
    assert left.endswith("node15 and 5 others.")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, output = every_state(tmp_path / "run"), tmp_path / "comparison.html"
    assert cli.main(["compare", "--fleet", str(folder), "-o", str(output)]) == 0
    page = output.read_text("utf-8")
    (first,) = re.findall(r"<header>.*?<p class=\"coverage\">(.*?)</p>", page, re.DOTALL)
    assert first.startswith("3 of 7 machines; node4 incomplete: ")
    for format_ in ("markdown", "json"):
        assert cli.main(["compare", "--fleet", str(folder), "--format", format_]) == 0
        assert "3 of 7 machines; node4 incomplete" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--fleet", "{run}", "{file}"], "not both"),
        (["--fleet", "{one}"], "1 of 2 machines; node2 unreachable: a comparison needs two machines"),
        (["--fleet", "{none}"], "cannot be read: No such file"),
        (["--fleet", "{gone}"], "cannot be read: No such file"),
    ],
)
def test_wrong_usage(
    tmp_path: Path, arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, amount in (("run", 2), ("one", 1), ("gone", 2)):
        put_fleet(
            tmp_path / name,
            rack(tmp_path / name, amount) | {f"node{amount + 1}": status_of(f"node{amount + 1}")},
        )
    run_path(tmp_path / "gone", "node2").unlink()
    places = {name: tmp_path / name for name in ("run", "one", "none", "gone")}
    words = [one.format(**places, file=run_path(tmp_path / "run", "node1")) for one in arguments]
    assert cli.main(["compare", *words]) == 2
    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1


def test_reasons_stay_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\u202egnorw"
    put_fleet(tmp_path, rack(tmp_path, 2) | {"off": status_of("off")})
    with_raw_reason(tmp_path, "off", hostile)
    page = comparison_page(comparison_of(tmp_path))
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
