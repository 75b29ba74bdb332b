"""What stands where a value is missing? A reason, of a type without arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Unavailable:
    """There is no value, and this is why (a sentence for a person)."""

    reason: str


Fact: TypeAlias = str | Unavailable
Facts: TypeAlias = Mapping[str, Fact]
