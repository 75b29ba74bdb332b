"""Do the playbooks of tuning.sh tell every change of every host? On trees that play /sys and /proc."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tuned_machine import BALANCING, SCRIPT, Machine

# What a host was told to have said, in the output of a play.
TOLD = re.compile(r'^(ok|fatal): \[(\w)\].*? => \{\s*"msg": (\[.*?\])', re.DOTALL | re.MULTILINE)
CHANGED = re.compile(r"^(\w) .* changed=(\d)", re.MULTILINE)

pytestmark = pytest.mark.skipif(
    shutil.which("ansible-playbook") is None, reason="ansible-core is not installed"
)


def play(name: str, folder: Path, *options: str) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What each host said, after `ok` or `fatal`; and how many of its tasks changed something. Hosts `a` and
    `b` are folders of this machine."""
    variables = {
        "latchmark_tuning_root": f"{folder}/{{{{ inventory_hostname }}}}/root",
        "ansible_become": "false",  # whoever runs tests may not become another user
    }
    hosts = ("-i", "a,b", "-c", "local", "-e", json.dumps(variables))
    ended = subprocess.run(
        ["ansible-playbook", *hosts, *options, str(SCRIPT.with_name("playbooks") / name)],
        env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCAL_TEMP": str(folder / "ansible")},
        capture_output=True,
        text=True,
        check=False,
    )
    told = {host: [word, *json.loads(said)] for word, host, said in TOLD.findall(ended.stdout)}
    return told, dict(CHANGED.findall(ended.stdout))


def test_each_host_tells_its_changes_and_is_put_back(tmp_path: Path) -> None:
    machines = {}
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        machines[name] = Machine(tmp_path / name)
    machines["b"].set(BALANCING, "one two\n")
    before = {name: machine.tree() for name, machine in machines.items()}

    told, changed = play("prepare.yml", tmp_path, "-e", "latchmark_turbo_off=true")
    for_both = [
        "governor of policy0: powersave -> performance",
        "governor of policy1: schedutil -> performance",
        "intel_pstate/no_turbo: 0 -> 1",
        "cpufreq/boost: not on this machine",
    ]
    assert told == {
        "a": ["ok", *for_both, "numa_balancing: 1 -> 0"],
        "b": ["fatal", *for_both, "numa_balancing: cannot be read: holds no single word"],
    }
    assert changed == {"a": "1", "b": "1"}

    told, changed = play("prepare.yml", tmp_path, "--limit", "a")
    assert told == {"a": ["ok", "nothing changes"]}
    assert changed == {"a": "0"}

    told, changed = play("restore.yml", tmp_path)
    assert told["b"][-1] == "restored, 3 changed"
    assert changed == {"a": "1", "b": "1"}
    assert {name: machine.tree() for name, machine in machines.items()} == before
