"""Is whatever a run leaves behind seen: survivors, zombies, names in the kernel, files?"""

import os
import subprocess
import sys
from pathlib import Path

import left_over
import pytest
from left_over import Process, Watch

ME = os.getpid()


def living(parent: int) -> Process:
    return Process(parent, "S", "1")


def zombie(parent: int, began: str = "1") -> Process:
    return Process(parent, "Z", began)


def test_a_name_may_look_like_the_fields_after_it() -> None:
    fields = " ".join(["R", "7", *(str(number) for number in range(5, 53))])
    assert left_over.process_of(f"41 (a) Z 1 (b)) {fields}\n") == Process(7, "R", "22")


def test_generations_are_counted_from_the_ancestor() -> None:
    table = {2: living(1), 3: living(2), 4: living(3), 5: living(3), 6: living(9)}
    assert left_over.generation(table, 1, 1) == [2]
    assert left_over.generation(table, 1, 3) == [4, 5]
    assert left_over.generation(table, 1, 4) == []
    assert sorted(left_over.descendants(table, 1)) == [2, 3, 4, 5]


def test_a_zombie_is_kept_when_it_is_seen_for_long_and_only_then(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    long_s = left_over.PATIENCE_S + 1
    table = {10: living(ME), 11: zombie(10), 12: zombie(ME)}
    assert watch.kept_zombie(table, 0.0) is None
    # The id is taken again: another one.
    assert watch.kept_zombie({10: living(ME), 11: zombie(10, began="2")}, long_s) is None
    assert watch.kept_zombie({10: living(ME), 11: zombie(10, began="2")}, 2 * long_s) is not None
    assert watch.kept_zombie({10: living(ME)}, 3 * long_s) is None
    # Of our own ones the one who asks is the parent.
    assert watch.kept_zombie({12: zombie(ME)}, 4 * long_s) is None
    assert watch.kept_zombie({12: zombie(ME)}, 6 * long_s) is None


def told_after(deed: str, folder: Path) -> str:
    """What is left over after a deed, in a process of its own: this one shall adopt nobody."""
    text = f"""
import ctypes, os, subprocess, sys
from pathlib import Path
import left_over
left_over.PATIENCE_S = 0.3
left_over.adopt_orphans()
watch = left_over.Watch(Path({str(folder)!r}))
{deed}
print(watch.left_over())
print(watch.left_over())
"""
    command = [sys.executable, "-c", text]
    environment = os.environ | {"PYTHONPATH": str(Path(left_over.__file__).parent)}
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_nothing_is_left_by_what_ends_and_is_waited_for(tmp_path: Path) -> None:
    assert told_after("subprocess.run(['true'])", tmp_path) == "None\nNone\n"


def test_an_orphan_that_ends_is_nobody_s_fault(tmp_path: Path) -> None:
    assert told_after("subprocess.run(['sh', '-c', 'sleep 0.1 &'])", tmp_path) == "None\nNone\n"


def test_an_orphan_that_lives_on_is_told_and_ended(tmp_path: Path) -> None:
    # It has another program than its parent, and a session of its own.
    deed = "subprocess.run(['sh', '-c', 'setsid sleep 60 >/dev/null 2>&1 &'])"
    assert told_after(deed, tmp_path) == "1 processes survive\nNone\n"


def test_files_in_the_temporary_folder_are_told(tmp_path: Path) -> None:
    assert "temporary folder: s.sock" in told_after("Path('s.sock').touch()", tmp_path)


def test_shared_memory_is_told(tmp_path: Path) -> None:
    name = f"latchmark-test-{ME}"
    file = Path("/dev/shm") / name
    try:
        assert f"left in /dev/shm: {name}" in told_after(f"Path({str(file)!r}).touch()", tmp_path)
    finally:
        file.unlink()


@pytest.mark.skipif(left_over.message_queues() is None, reason="message queues cannot be listed here")
def test_message_queues_are_told(tmp_path: Path) -> None:
    name = f"/latchmark-test-{ME}"
    deed = (
        f"queue = ctypes.CDLL('librt.so.1').mq_open({name.encode()!r}, os.O_CREAT | os.O_RDWR, 0o600, None)"
    )
    try:
        told = told_after(f"{deed}\nassert queue >= 0", tmp_path)
    finally:
        subprocess.run(
            [sys.executable, "-c", f"import ctypes; ctypes.CDLL('librt.so.1').mq_unlink({name.encode()!r})"],
            check=True,
        )
    assert f"left in POSIX message queues: {name[1:]}" in told
