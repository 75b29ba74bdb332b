"""Is what a fleet run writes read again, and is a folder that cannot be trusted refused in one line?"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from folder.stored_fleets import STARTED, every_state, fleet_of, measured, put_fleet, status_of
from folder.stored_results import stored_run

from latchmark.errors import CannotWrite, InvalidFleet
from latchmark.exporting.fleet import write_csv, write_manifest, write_status
from latchmark.loading.contract import SCHEMAS
from latchmark.loading.fleet import load_fleet
from latchmark.model.fleet import Fleet, HostState, HostStatus, Package

HOSTS = {"node1": status_of("node1", reason="No route to host"), "node2": None}


def edit(path: Path, **values: Any) -> None:
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(document | values), "utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(InvalidFleet) as caught:
        load_fleet(folder)
    message = str(caught.value)
    assert message.startswith(str(folder))
    assert message.isprintable()
    assert caught.value.exit_code == 2
    return message.removeprefix(f"{folder}/")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    folder = every_state(tmp_path)
    fleet = load_fleet(folder)
    assert [one.state for one in fleet.hosts] == [
        *(HostState.OK, HostState.OK, HostState.FAILED, HostState.INCOMPLETE),
        *(HostState.UNREACHABLE, HostState.INCOMPATIBLE, HostState.NOT_COLLECTED),
    ]
    write_manifest(folder, fleet)
    for status in fleet.hosts:
        write_status(folder, status)
    assert load_fleet(folder) == fleet
    for path in (folder / "fleet.json", folder / "hosts/node1/status.json"):
        text = path.read_text("utf-8")
        assert text.endswith("}\n")
        assert list(json.loads(text)) == sorted(json.loads(text))


def test_a_host_without_a_status_was_not_collected(tmp_path: Path) -> None:
    status = load_fleet(put_fleet(tmp_path, HOSTS)).hosts[1]
    assert (status.host, status.state, status.run_sha256) == ("node2", HostState.NOT_COLLECTED, None)
    assert (status.exit_code, status.utc) == (None, STARTED)


def test_the_schemas_name_every_field_and_no_other() -> None:
    fleet, host = (
        json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")) for name in ("fleet", "host")
    )
    package = fleet["properties"]["packages"]["items"]
    for kind, one in ((Fleet, fleet), (HostStatus, host), (Package, package)):
        names = {field.name for field in fields(kind)} | ({"schema"} if kind is not Package else set())
        assert set(one["properties"]) == set(one["required"]) == names
        assert one["additionalProperties"] is False
    assert host["properties"]["state"]["enum"] == [state.value for state in HostState]


@pytest.mark.parametrize(
    ("states", "code", "coverage"),
    [
        ("ok ok", 0, "2 of 2 machines"),
        ("ok", 0, "1 of 1 machine"),
        ("ok failed unreachable", 1, "2 of 3 machines; h2 unreachable"),
        ("ok unreachable", 3, "1 of 2 machines; h1 unreachable"),
        ("ok incomplete ok unreachable", 3, "2 of 4 machines; h1 incomplete; h3 unreachable"),
        ("unreachable unreachable ok", 3, "1 of 3 machines; h0 and h1 unreachable"),
        ("incompatible incomplete", 4, "0 of 2 machines; h0 incompatible; h1 incomplete"),
        (
            "unreachable " * 10 + "ok",
            3,
            "1 of 11 machines; h0, h1, h2, h3, h4, h5, h6 and 3 others unreachable",
        ),
    ],
)
def test_exit_code_and_coverage(states: str, code: int, coverage: str) -> None:
    hosts = {}
    for index, word in enumerate(states.split()):
        state = HostState(word)
        sha256 = "0" * 64 if state in (HostState.OK, HostState.FAILED) else None
        hosts[f"h{index}"] = status_of(f"h{index}", state, run_sha256=sha256)
    fleet = fleet_of(hosts)
    assert (fleet.exit_code, fleet.coverage) == (code, coverage)


@pytest.mark.parametrize(
    ("name", "values", "complaint"),
    [
        ("fleet.json", {"hosts": ["../../x"]}, "fleet.json: hosts[0]"),
        ("fleet.json", {"hosts": ["a/b"]}, "fleet.json: hosts[0]"),
        ("fleet.json", {"hosts": ["-x"]}, "fleet.json: hosts[0]"),
        ("fleet.json", {"hosts": ["node1\n"]}, "fleet.json: hosts[0]"),
        ("fleet.json", {"hosts": ["n" * 64]}, "fleet.json: hosts[0]"),
        ("fleet.json", {"hosts": ["n\u00f6de"]}, "fleet.json: hosts[0]"),
        ("fleet.json", {"hosts": []}, "fleet.json: hosts"),
        ("fleet.json", {"hosts": ["node1", "node2", "node1"]}, "hosts[2]: 'node1' is there twice"),
        (
            "fleet.json",
            {"hosts": ["node2"]},
            "hosts/node1/status.json: is of a host that fleet.json does not name",
        ),
        ("fleet.json", {"schema": "latchmark.fleet/2"}, "written by a newer latchmark"),
        ("fleet.json", {"schema": "another"}, "this is not a latchmark fleet"),
        ("fleet.json", {"more": 1}, "fleet.json: must not contain"),
        ("fleet.json", {"started_utc": "\u202enow"}, "started_utc"),
        ("hosts/node1/status.json", {"schema": "latchmark.host/9"}, "written by a newer latchmark"),
        ("hosts/node1/status.json", {"host": "node2"}, "host: is 'node2' in the folder of 'node1'"),
        ("hosts/node1/status.json", {"state": "perfect"}, "hosts/node1/status.json: state"),
        ("hosts/node1/status.json", {"state": "ok"}, "run_sha256: is null, "),
        ("hosts/node1/status.json", {"exit_code": 1e300}, "exit_code"),
        ("hosts/node1/status.json", {"reason": "x" * 2000}, "reason"),
    ],
)
def test_what_cannot_be_trusted_is_one_line_with_the_place(
    tmp_path: Path, name: str, values: dict[str, Any], complaint: str
) -> None:
    edit(put_fleet(tmp_path, HOSTS) / name, **values)
    assert complaint in refusal(tmp_path)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])


def _huge(path: Path) -> None:
    os.truncate(path, 4 << 30)  # without blocks on the disk


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (_cut, "is not JSON (cut short?)"),
        (_huge, "is larger than 8 MiB"),
        (_pipe, "is no regular file"),
        (_folder, "is no regular file"),
        (_link, "is a link"),
    ],
)
@pytest.mark.parametrize("name", ["fleet.json", "hosts/node1/status.json"])
def test_damaged_files_pipes_and_links(
    tmp_path: Path, name: str, harm: Callable[[Path], None], complaint: str
) -> None:
    harm(put_fleet(tmp_path, HOSTS) / name)
    assert refusal(tmp_path).startswith(f"{name}: {complaint}")


@pytest.mark.parametrize("name", ["hosts/node1", "hosts"])
def test_a_link_to_a_folder_leads_nowhere(tmp_path: Path, name: str) -> None:
    path = put_fleet(tmp_path / "run", HOSTS) / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert refusal(tmp_path / "run").startswith(f"{name}: is a link")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "none")


@pytest.mark.parametrize("host", ["../../x", "a/b", "-x", "", ".", "n" * 300, "x\n"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, host: str) -> None:
    folder = put_fleet(tmp_path / "run", HOSTS)
    hostile = status_of(host)
    attempts: tuple[Callable[[], None], ...] = (
        lambda: write_status(folder, hostile),
        lambda: write_manifest(folder, replace(fleet_of(HOSTS), hosts=(hostile,))),
    )
    for written in attempts:
        with pytest.raises(InvalidFleet, match="cannot be the name of a host"):
            written()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert load_fleet(folder).hosts[0].host == "node1"


def test_what_a_target_said_stays_one_short_line(tmp_path: Path) -> None:
    said = status_of("node1", reason="a\nb\x1b[2J \udcff" + "x" * 5000)
    (read, _) = load_fleet(put_fleet(tmp_path, {"node1": said, "node2": None})).hosts
    assert read.reason.startswith("a\\nb\\x1b[2J \\udcffxxx")
    assert len(read.reason) == 400


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    fleet = replace(fleet_of(HOSTS), told_engine=("\udcff.yml",))
    with pytest.raises(InvalidFleet, match="no UTF-8"):
        write_manifest(tmp_path, fleet)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CannotWrite):
        write_manifest(tmp_path / "none", fleet_of(HOSTS))


def test_the_table_has_a_row_a_host_and_no_formula(tmp_path: Path) -> None:
    good = measured(tmp_path, "node1", stored_run("10:00:00"))
    hosts = {"node1": good, "node2": status_of("node2", reason='=cmd|"/C calc"!A0'), "node3": None}
    write_csv(tmp_path, load_fleet(put_fleet(tmp_path, hosts)))
    text = (tmp_path / "status.csv").read_text("utf-8")
    assert list(csv.reader(text.splitlines())) == [
        ["host", "state", "reason", "exit_code", "architecture", "attempt", "run_file"],
        ["node1", "ok", "", "0", "x86_64", "1", "hosts/node1/run/run.json"],
        ["node2", "unreachable", '\'=cmd|"/C calc"!A0', "", "", "1", ""],
        ["node3", "not collected", "nobody has asked since it was started", "", "", "1", ""],
    ]
