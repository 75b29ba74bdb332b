"""What does a team ask of its gate? The policy: defaults, and a TOML file that changes them."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from latchmark.errors import WrongUsage
from latchmark.gate.procedure.rules import Rules
from latchmark.verdict import Limits

POLICY_ID = "latchmark.policy/1"
_LARGEST_FILE_BYTES = 1_000_000  # A policy is read by people.

_Kind = TypeVar("_Kind", str, bool, int, float, date)
_Part = TypeVar("_Part", Rules, Limits)


_RULES = Rules()
_LIMITS = Limits(limit=0.03, margin=0.02, tolerated=0.10)


@dataclass(frozen=True, slots=True)
class Removal:
    """A point that head may lack until the end of a day, and why."""

    point: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a gate decides by. Shares are parts of 1.

    `experiments` holds limits of their own by the name of an experiment or a family. A gated role can fail a
    change, a required one must have been measured; tallies of points that count are always gated.
    `budget_minutes` is None without a bound.
    """

    rules: Rules = _RULES
    limits: Limits = _LIMITS
    experiments: tuple[tuple[str, Limits], ...] = ()
    gated_roles: tuple[str, ...] = (
        "instructions",
        "branches",
        "cross_core_loads",
        "cross_core_rfos",
        "page_faults",
        "context_switches",
    )
    required_roles: tuple[str, ...] = ()
    optional_roles: tuple[str, ...] = ()
    removals: tuple[Removal, ...] = ()
    least_coverage: float = 0.8
    inconclusive_passes: bool = False
    strict_env: bool = False
    budget_minutes: float | None = None

    def limits_of(self, experiment: str) -> Limits:
        """The limits of an experiment: its own, else its family's, else everybody's."""
        own = dict(self.experiments)
        return own.get(experiment) or own.get(experiment.split("/", 1)[0]) or self.limits

    def removal_of(self, point: str) -> Removal | None:
        """The permission to remove a point; whether it still holds depends on the day."""
        return next((one for one in self.removals if one.point == point), None)

    def as_text(self) -> tuple[tuple[str, str], ...]:
        """Every key in force with its value, as the file would say it."""
        budget = math.inf if self.budget_minutes is None else self.budget_minutes
        return (
            ("min_coverage", f"{self.least_coverage:g}"),
            ("on_inconclusive", "pass" if self.inconclusive_passes else "fail"),
            ("strict_env", "true" if self.strict_env else "false"),
            ("budget_minutes", f"{budget:g}"),
            *_as_text("limits", self.limits),
            *(row for name, own in self.experiments for row in _as_text(f"experiments.{name}", own)),
            *_as_text("procedure", self.rules),
            ("roles.gate", ", ".join(self.gated_roles)),
            ("roles.required", ", ".join(self.required_roles)),
            ("roles.optional", ", ".join(self.optional_roles)),
            *((f"removed.{one.point}", f"until {one.expires}: {one.reason}") for one in self.removals),
        )


def _as_text(prefix: str, part: Rules | Limits) -> tuple[tuple[str, str], ...]:
    return tuple((f"{prefix}.{one.name}", f"{getattr(part, one.name):g}") for one in fields(part))


def load_policy(path: Path | None) -> Policy:
    """The policy in `path`, the default without one. Raises WrongUsage with `file: key: what`."""
    if path is None:
        return Policy()
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST_FILE_BYTES + 1)
        if len(content) > _LARGEST_FILE_BYTES:
            raise WrongUsage(f"{path}: is larger than {_LARGEST_FILE_BYTES // 1000} kB: no policy")
        return _policy_of(_Table(str(path), "", tomllib.loads(content.decode("utf-8"))))
    except OSError as error:
        raise WrongUsage(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise WrongUsage(f"{path}: is not UTF-8 text: {error.reason}") from error
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"{path}: is not TOML: {error}") from error


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the file, and where it stands; keys are known only once they are asked for."""

    file: str
    name: str
    values: Mapping[str, object]

    def wrong(self, key: str, what: str) -> WrongUsage:
        return WrongUsage(f"{self.file}: {self.name}{key}: {what}")

    def refuse_others(self, known: Sequence[str]) -> None:
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, 1, 0.0)
                raise self.wrong(key, f"is no key of a policy here: did you mean {near[0]}?")

    def value(self, key: str, default: _Kind) -> _Kind:
        """The value, of the kind of its default."""
        value = self.values.get(key, default)
        kind = type(default)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise self.wrong(key, f"must be {_KINDS[kind]}")
        if isinstance(value, float) and math.isnan(value):
            raise self.wrong(key, "must be a number")
        return value

    def share(self, key: str, default: float, *, may_be_whole: bool = False) -> float:
        value = self.value(key, default)
        if not 0 < value < 1 and not (may_be_whole and value in (0, 1)):
            ends = "from 0 to 1" if may_be_whole else "above 0 and below 1"
            raise self.wrong(key, f"is {value:g}, but must be a part of 1, {ends}")
        return value

    def texts(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        values = self.values.get(key, list(default))
        if not isinstance(values, list) or not all(isinstance(one, str) and one for one in values):
            raise self.wrong(key, "must be a list of texts")
        return tuple(dict.fromkeys(values))

    def table(self, key: str) -> _Table:
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            raise self.wrong(key, "must be a table")
        return _Table(self.file, f"{self.name}{key}.", values)

    def tables(self, key: str) -> tuple[_Table, ...]:
        values = self.values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            raise self.wrong(key, f"must be tables, each below a line [[{key}]]")
        return tuple(_Table(self.file, f"{key}[{index}].", one) for index, one in enumerate(values))


_KINDS: Mapping[type, str] = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    date: "a date such as 2027-01-31, without quotation marks",
}
_TOP = (
    "policy",
    "min_coverage",
    "on_inconclusive",
    "strict_env",
    "budget_minutes",
    "limits",
    "experiments",
    "procedure",
    "roles",
    "removed",
)


def _policy_of(top: _Table) -> Policy:
    if top.values.get("policy") != POLICY_ID:
        raise top.wrong("policy", f'must be there and say "{POLICY_ID}"')
    top.refuse_others(_TOP)
    default = Policy()
    limits = _limits_of(top.table("limits"), default.limits)
    experiments = top.table("experiments")
    roles = top.table("roles")
    roles.refuse_others(("gate", "required", "optional"))
    budget = top.value("budget_minutes", math.inf)
    if budget <= 0:
        raise top.wrong("budget_minutes", f"is {budget:g}, but must be above 0; inf is no bound")
    choice = top.value("on_inconclusive", "fail")
    if choice not in ("fail", "pass"):
        raise top.wrong("on_inconclusive", f'is "{choice}", but must be "fail" or "pass"')
    return Policy(
        rules=_rules_of(top.table("procedure")),
        limits=limits,
        experiments=tuple((name, _limits_of(experiments.table(name), limits)) for name in experiments.values),
        gated_roles=roles.texts("gate", default.gated_roles),
        required_roles=roles.texts("required", default.required_roles),
        optional_roles=roles.texts("optional", default.optional_roles),
        removals=_removals_of(top),
        least_coverage=top.share("min_coverage", default.least_coverage, may_be_whole=True),
        inconclusive_passes=choice == "pass",
        strict_env=top.value("strict_env", default.strict_env),
        budget_minutes=None if math.isinf(budget) else budget,
    )


def _limits_of(table: _Table, default: Limits) -> Limits:
    limits = _part_of(table, default)
    if limits.limit < limits.margin:
        what = f"is {limits.limit:g}, below margin {limits.margin:g}: it would decide nothing"
        raise table.wrong("limit", what)
    return limits


def _rules_of(table: _Table) -> Rules:
    rules = _part_of(table, _RULES)
    # Each of these would make a stage that can never follow, or end, the one before it.
    for smaller, larger in (
        ("least_screen_pairs", "screen_pairs"),
        ("screen_pairs", "settle_pairs"),
        ("first_look", "second_look"),
    ):
        low, high = getattr(rules, smaller), getattr(rules, larger)
        if low > high:
            raise table.wrong(smaller, f"is {low}, above {larger} {high}")
    return rules


def _part_of(table: _Table, default: _Part) -> _Part:
    """The default with what the table says: whole numbers from 1, shares between 0 and 1."""
    names = tuple(one.name for one in fields(default))
    table.refuse_others(names)
    changed: dict[str, int | float] = {}
    for name in names:
        before: int | float = getattr(default, name)
        if isinstance(before, float):
            changed[name] = table.share(name, before)
        elif (number := table.value(name, before)) < 1:
            raise table.wrong(name, f"is {number}, but must be at least 1")
        else:
            changed[name] = number
    return replace(default, **changed)


def _removals_of(top: _Table) -> tuple[Removal, ...]:
    found: dict[str, Removal] = {}
    for table in top.tables("removed"):
        keys = ("point", "reason", "expires")
        table.refuse_others(keys)
        for key in keys:
            if table.values.get(key, "") == "":
                raise table.wrong(key, "must be there: what may go, why, and until when")
        one = Removal(table.value("point", ""), table.value("reason", ""), table.value("expires", date.max))
        if one.point in found:
            raise table.wrong("point", f"{one.point} is there twice")
        found[one.point] = one
    return tuple(found.values())
