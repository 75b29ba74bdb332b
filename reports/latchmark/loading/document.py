"""Which JSON document does a file hold? Reads a bounded amount and refuses what is not strict JSON."""

from __future__ import annotations

import gzip
import json
import os
import re
import zlib
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

# Twice the largest run that the suite plans; more is a mistake or an attack on the reader's memory, of which
# the values take many times their text.
LARGEST_FILE_BYTES = 200 * 1024 * 1024


class Unreadable(Exception):
    """What is wrong with the file, without its name."""


def read_document(path: Path, largest_bytes: int = LARGEST_FILE_BYTES) -> Any:
    """The JSON value in `path`, gzipped or not. Raises Unreadable; reads at most `largest_bytes` of text."""
    try:
        text = _read_bounded(path, largest_bytes).decode("utf-8")
        document = json.loads(text, parse_constant=_refuse_constant)
        # json.loads lets half a surrogate pair through, and the page could then not be encoded.
        if re.search(r"\\ud[89a-f]", text, re.IGNORECASE):
            json.dumps(document, ensure_ascii=False).encode("utf-8")
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise Unreadable(f"is damaged gzip: {error}") from error
    except UnicodeError as error:
        raise Unreadable(
            f"is not UTF-8 text: {error.reason if isinstance(error, UnicodeDecodeError) else error}"
        ) from error
    except RecursionError as error:
        raise Unreadable("is nested too deeply to be a run file") from error
    except ValueError as error:
        raise Unreadable(f"is not JSON (cut short?): {error}") from error
    return document


def _read_bounded(path: Path, largest_bytes: int) -> bytes:
    with open(path, "rb") as file:
        if os.fstat(file.fileno()).st_size > largest_bytes:
            raise _too_large(largest_bytes)
        # By content, not by name: a run fetched from elsewhere may have lost its ".gz".
        is_gzip = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        return _at_most(gzip.open(file) if is_gzip else file, largest_bytes)


def _at_most(file: BinaryIO | gzip.GzipFile, largest_bytes: int) -> bytes:
    # Asking for one byte more tells "just fits" from "too large" without reading the rest.
    content = file.read(largest_bytes + 1)
    if len(content) > largest_bytes:
        raise _too_large(largest_bytes)
    return content


def _too_large(largest_bytes: int) -> Unreadable:
    return Unreadable(f"is larger than {largest_bytes // 2**20} MiB: not a run file of this suite")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
