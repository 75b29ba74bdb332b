"""Does a document keep its contract? Checks it against the schema of its kind: run.schema.json and others."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from latchmark.errors import MissingPackage

SCHEMA_ID = "latchmark.run/1"
SCHEMAS = Path(__file__).resolve().parents[2] / "schema"
SCHEMA_FILE = SCHEMAS / "run.schema.json"


class BrokenContract(Exception):
    """Where in the document, and what is wrong there."""

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}" if path else what)
        self.path = path
        self.what = what


def check_contract(document: Any, schema_id: str = SCHEMA_ID) -> None:
    """Raises BrokenContract with the first place at which `document` is not a `schema_id`.

    `latchmark.NAME/VERSION` is described by NAME.schema.json.
    """
    name = schema_id.removeprefix("latchmark.").partition("/")[0]
    if not isinstance(document, dict):
        raise BrokenContract("", f"holds a JSON {_kind(document)}, not a latchmark {name}")
    _check_version(document.get("schema"), schema_id, name)
    _validator(name)(document)


def _check_version(schema: Any, schema_id: str, name: str) -> None:
    if schema == schema_id:
        return
    version = (
        re.fullmatch(rf"latchmark\.{name}/([1-9][0-9]{{0,8}})", schema) if isinstance(schema, str) else None
    )
    if version is None:
        raise BrokenContract(
            "schema", f"is {json.dumps(schema)[:60]}, not {schema_id}: this is not a latchmark {name}"
        )
    raise BrokenContract(
        "schema", f"is {schema}, written by a newer latchmark: update this one (it reads {schema_id})"
    )


@functools.cache
def _validator(name: str) -> Callable[[Any], None]:
    # Compiled, because an interpreted validator takes minutes for a large run.
    try:
        import fastjsonschema
    except ImportError as error:
        raise MissingPackage(
            "the Python package fastjsonschema is missing: install it, or run `scripts/latchmark setup`"
        ) from error
    compiled = fastjsonschema.compile(json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8")))

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
