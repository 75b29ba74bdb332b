"""Which names of hosts are refused before anything is done? Asked of Ansible's own reading."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from inventory import checked_names, hosts_of, in_full

from latchmark.errors import WrongUsage

needs_ansible = pytest.mark.skipif(shutil.which("ansible") is None, reason="ansible-core is not installed")


@pytest.mark.parametrize(
    "name", ["../../x", "a/b", "-x", ".x", "", "a" * 300, "knöten", "a b", "a\n", "x;id"]
)
def test_a_name_that_cannot_be_a_folder_is_named(name: str) -> None:
    with pytest.raises(WrongUsage, match=r"rack\.yml: .* cannot be the name of a host") as refused:
        checked_names(["good", name], "rack.yml")
    assert str(refused.value).isprintable()


def test_a_host_is_not_there_twice() -> None:
    with pytest.raises(WrongUsage, match="names a host twice"):
        checked_names(["a", "b", "a"], "rack.yml")


def test_an_inventory_is_remembered_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rack.yml").touch()
    assert in_full("rack.yml") == str(tmp_path / "rack.yml")
    assert in_full("node1,node2") == "node1,node2"
    with pytest.raises(WrongUsage, match="there is no such inventory"):
        in_full("racks.yml")


@needs_ansible
def test_a_pattern_leaves_hosts_in_the_inventorys_order(tmp_path: Path) -> None:
    rack = tmp_path / "rack.yml"
    groups: dict[str, object] = {"zen": {"hosts": {"z": {}, "a": {}}}, "arm": {"hosts": {"m": {}}}}
    rack.write_text(json.dumps({"all": {"children": groups}}), "utf-8")
    assert hosts_of(str(rack), None) == ("z", "a", "m")
    with pytest.raises(WrongUsage, match="names no host"):
        hosts_of(str(rack), "nobody")


@needs_ansible
def test_a_hostile_inventory_is_one_line(tmp_path: Path) -> None:
    rack = tmp_path / "rack.yml"
    rack.write_text(json.dumps({"all": {"hosts": {"good": {}, "../../x": {}}}}), "utf-8")
    with pytest.raises(WrongUsage, match="cannot be the name of a host"):
        hosts_of(str(rack), None)


@needs_ansible
@pytest.mark.parametrize("text", ["all: {}", ""])
def test_an_inventory_without_hosts_is_refused(tmp_path: Path, text: str) -> None:
    rack = tmp_path / "rack.yml"
    rack.write_text(text, "utf-8")
    with pytest.raises(WrongUsage, match="names no host"):
        hosts_of(str(rack), None)
