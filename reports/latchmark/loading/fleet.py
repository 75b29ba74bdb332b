"""Which fleet run does a folder hold? Its manifest and one status a host, or one line with what is wrong."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latchmark.errors import InvalidFleet
from latchmark.loading.contract import BrokenContract, check_contract
from latchmark.loading.document import Unreadable, read_document
from latchmark.model.fleet import (
    HOST_NAME,
    HOSTS_FOLDER,
    MANIFEST_NAME,
    RUN_NAME,
    STATUS_NAME,
    Fleet,
    HostState,
    HostStatus,
    Package,
)

FLEET_SCHEMA_ID = "latchmark.fleet/1"
HOST_SCHEMA_ID = "latchmark.host/1"
# Ten thousand hosts with the longest names take a tenth of it; a status is a kilobyte.
_LARGEST_BYTES = 8 * 1024 * 1024


def load_fleet(folder: Path) -> Fleet:
    """The fleet run in `folder`; a host without a status is `not collected`. Raises InvalidFleet with
    `file: path: what`, also where a file is reached through a link, or belongs to a host that the manifest
    does not name."""
    manifest = folder / MANIFEST_NAME
    told = _document(manifest, FLEET_SCHEMA_ID)
    _check_names(manifest, told["hosts"])
    _refuse_link(folder / HOSTS_FOLDER)
    _refuse_strangers(folder, set(told["hosts"]))
    return Fleet(
        id=told["id"],
        preset=told["preset"],
        engine=told["engine"],
        started_utc=told["started_utc"],
        options=tuple(told["options"]),
        packages=tuple(Package(**one) for one in told["packages"]),
        hosts=tuple(_status(folder, host, told["started_utc"]) for host in told["hosts"]),
        told_engine=tuple(told["told_engine"]),
    )


def run_path(folder: Path, host: str) -> Path:
    """Where the run file of a host lies in the folder of its fleet run."""
    return folder / HOSTS_FOLDER / host / RUN_NAME


def _check_names(manifest: Path, hosts: list[str]) -> None:
    seen: set[str] = set()
    for index, host in enumerate(hosts):
        place = f"{manifest}: hosts[{index}]"
        # Not left to the schema alone: the name becomes a path.
        if not HOST_NAME.fullmatch(host):
            raise InvalidFleet(f"{place}: {host!r} cannot be the name of a host")
        if host in seen:
            raise InvalidFleet(f"{place}: {host!r} is there twice")
        seen.add(host)


def _refuse_strangers(folder: Path, hosts: set[str]) -> None:
    """Beside a manifest that does not know it, a status would be lost without a word."""
    try:
        names = sorted(os.listdir(folder / HOSTS_FOLDER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise InvalidFleet(f"{folder / HOSTS_FOLDER}: cannot be listed: {error.strerror or error}") from error
    for name in names:
        path = folder / HOSTS_FOLDER / name / STATUS_NAME
        if name not in hosts and os.path.lexists(path):
            raise InvalidFleet(f"{path}: is of a host that {MANIFEST_NAME} does not name")


def _status(folder: Path, host: str, started_utc: str) -> HostStatus:
    path = folder / HOSTS_FOLDER / host / STATUS_NAME
    _refuse_link(path.parent)
    if not os.path.lexists(path):
        return HostStatus(
            host=host,
            state=HostState.NOT_COLLECTED,
            reason="nobody has asked since it was started",
            exit_code=None,
            utc=started_utc,
            architecture=None,
            attempt=1,
            run_sha256=None,
        )
    told = _document(path, HOST_SCHEMA_ID)
    status = HostStatus(
        host=told["host"],
        state=HostState(told["state"]),
        reason=told["reason"],
        exit_code=_whole(told["exit_code"]),
        utc=told["utc"],
        architecture=told["architecture"],
        attempt=int(told["attempt"]),
        run_sha256=told["run_sha256"],
    )
    if status.host != host:
        raise InvalidFleet(f"{path}: host: is {status.host!r} in the folder of {host!r}")
    if status.has_measured and status.run_sha256 is None:
        why = f"is null, but a host that is {status.state.value} has a run file"
        raise InvalidFleet(f"{path}: run_sha256: {why}")
    return status


def _whole(value: float | None) -> int | None:
    # 2.0 passes for an integer in a schema.
    return None if value is None else int(value)


def _document(path: Path, schema_id: str) -> Mapping[str, Any]:
    _refuse_link(path)
    try:
        # A pipe would be waited for.
        if not stat.S_ISREG(path.lstat().st_mode):
            raise InvalidFleet(f"{path}: is no regular file")
        document = read_document(path, _LARGEST_BYTES)
        check_contract(document, schema_id)
    except OSError as error:
        raise InvalidFleet(f"{path}: cannot be read: {error.strerror or error}") from error
    except (Unreadable, BrokenContract) as error:
        raise InvalidFleet(f"{path}: {error}") from error
    assert isinstance(document, dict)
    return document


def _refuse_link(path: Path) -> None:
    """What a link leads to is no part of this folder."""
    if path.is_symlink():
        raise InvalidFleet(f"{path}: is a link: copy what it leads to, or remove it")
