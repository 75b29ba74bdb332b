"""Does a document keep the contract? Checks it against run.schema.json."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latchmark.errors import MissingPackage

SCHEMA_ID = "latchmark.run/1"
SCHEMA_FILE = Path(__file__).resolve().parents[2] / "schema" / "run.schema.json"


class BrokenContract(Exception):
    """Where in the document, and what is wrong there."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}" if path else what)
        self.path = path
        self.what = what


def check_contract(document: Any) -> None:
    """Raises BrokenContract with the first place at which `document` is not a `latchmark.run/1`."""
    if not isinstance(document, dict):
        raise BrokenContract("", f"holds a JSON {_kind(document)}, not a latchmark run")
    _check_version(document.get("schema"))
    _validator()(document)


def _check_version(schema: Any) -> None:
    if schema == SCHEMA_ID:
        return
    version = re.fullmatch(r"latchmark\.run/([1-9][0-9]{0,8})", schema) if isinstance(schema, str) else None
    if version is None:
        raise BrokenContract(
            "schema", f"is {json.dumps(schema)[:60]}, not {SCHEMA_ID}: this is not a latchmark run"
        )
    raise BrokenContract(
        "schema", f"is {schema}, written by a newer latchmark: update this one (it reads {SCHEMA_ID})"
    )


@functools.cache
def _validator() -> Callable[[Any], None]:
    # Compiled, because an interpreted validator takes minutes for a large run.
    try:
        import fastjsonschema
    except ImportError as error:
        raise MissingPackage(
            "the Python package fastjsonschema is missing: install it, or run `scripts/latchmark setup`"
        ) from error
    compiled = fastjsonschema.compile(json.loads(SCHEMA_FILE.read_text("utf-8")))

    def validate(document: Any) -> None:
        try:
            compiled(document)
        except fastjsonschema.JsonSchemaValueException as error:
            path = re.sub(r"^data\.?", "", error.name)
            raise BrokenContract(path, error.message.removeprefix(error.name).strip()) from None

    return validate


def _kind(value: Any) -> str:
    names = {list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
