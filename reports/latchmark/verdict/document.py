"""How is a verdict written as JSON, and read again? Every field of the values, by name; the same bytes each
time."""

from __future__ import annotations

import functools
import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from latchmark.errors import LatchmarkError
from latchmark.verdict.values import Verdict

SCHEMA_ID = "latchmark.verdict/1"


class NotANumber(LatchmarkError):
    """A verdict holds NaN or an infinity, which JSON has no word for: `path: what`."""

    exit_code = 4


def to_document(verdict: Verdict) -> dict[str, Any]:
    """The verdict as a `latchmark.verdict/1`, described by verdict.schema.json. Raises NotANumber."""
    return {"schema": SCHEMA_ID, **_object(verdict, "")}


def to_json(verdict: Verdict) -> str:
    """The document as text. Raises NotANumber."""
    return json.dumps(to_document(verdict), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def from_document(document: Mapping[str, Any]) -> Verdict:
    """The verdict of a document that keeps its contract (loading.load_verdict checks that)."""
    verdict = _value(Verdict, document)
    assert isinstance(verdict, Verdict)
    return verdict


def _object(value: Any, path: str) -> dict[str, Any]:
    return {
        field.name: _plain(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
        for field in fields(value)
    }


def _plain(value: Any, path: str) -> Any:
    """`value` as JSON has it: an object, a list, a text, a number, a truth or null."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str):
        # Half a surrogate pair stands for a byte of a path that is no UTF-8, and JSON could not be written.
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, tuple):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    if is_dataclass(value):
        return _object(value, path)
    if isinstance(value, float) and not math.isfinite(value):
        raise NotANumber(f"{path}: is {value}, which no measurement gives: leave it out, and say why")
    return value


def _value(kind: Any, plain: Any) -> Any:
    """The value of type `kind` that `plain` describes."""
    if plain is None:
        return None
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return _value(next(one for one in arguments if one is not type(None)), plain)
    if get_origin(kind) is tuple:
        kinds = arguments[:1] * len(plain) if arguments[-1] is Ellipsis else arguments
        return tuple(_value(one, item) for one, item in zip(kinds, plain, strict=True))
    if is_dataclass(kind):
        return kind(
            **{name: _value(hint, plain[name]) for name, hint in _hints(kind).items() if name in plain}
        )
    return kind(plain)


@functools.cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)
