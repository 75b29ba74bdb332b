"""How is a fleet run written? The manifest and one status a host, each beside its place and then renamed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from latchmark.errors import CannotWrite, InvalidFleet, one_line
from latchmark.exporting.formats import csv_text
from latchmark.exporting.tables import Table
from latchmark.exporting.writing import write
from latchmark.model.fleet import (
    HOST_NAME,
    HOSTS_FOLDER,
    MANIFEST_NAME,
    RUN_NAME,
    STATUS_NAME,
    TABLE_NAME,
    Fleet,
    HostStatus,
)

_COLUMNS = ("host", "state", "reason", "exit_code", "architecture", "attempt", "run_file")


def write_manifest(folder: Path, fleet: Fleet) -> None:
    """`fleet.json` in a folder that is there: the hosts by name, without their statuses. Raises InvalidFleet
    for a name that cannot be a folder, CannotWrite."""
    for status in fleet.hosts:
        _check_name(folder, status.host)
    manifest = asdict(fleet) | {"schema": "latchmark.fleet/1", "hosts": [one.host for one in fleet.hosts]}
    _write_json(manifest, folder / MANIFEST_NAME)


def write_status(folder: Path, status: HostStatus) -> None:
    """`hosts/NAME/status.json`, the folders on the way included. Raises InvalidFleet for a name that cannot
    be a folder, CannotWrite."""
    _check_name(folder, status.host)
    path = folder / HOSTS_FOLDER / status.host / STATUS_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(f"{path.parent}: cannot be made: {error.strerror or error}") from error
    # The reason may quote what a target said.
    told = {"schema": "latchmark.host/1", "state": status.state.value, "reason": one_line(status.reason)}
    _write_json(asdict(status) | told, path)


def write_csv(folder: Path, fleet: Fleet) -> None:
    """`status.csv`: one row a host, what is not known left empty. Raises CannotWrite."""
    rows = tuple(
        (
            host.host,
            host.state.value,
            one_line(host.reason),
            host.exit_code,
            host.architecture,
            host.attempt,
            f"{HOSTS_FOLDER}/{host.host}/{RUN_NAME}" if host.run_sha256 else None,
        )
        for host in fleet.hosts
    )
    write(csv_text(Table(_COLUMNS, rows)), folder / TABLE_NAME)


def _check_name(folder: Path, host: str) -> None:
    if not HOST_NAME.fullmatch(host):
        allowed = "letters, digits, `_`, and from the second on `.` and `-`; at most 63"
        raise InvalidFleet(f"{folder}: {host[:70]!r} cannot be the name of a host ({allowed})")


def _write_json(document: Mapping[str, object], path: Path) -> None:
    text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        # A path of the controller's machine; what is written must be readable again.
        raise InvalidFleet(f"{path}: would hold a text that is no UTF-8: rename that file") from error
    write(text, path)
