"""What was asked of the hardware, and what did it answer? Roles, their control, and readings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from latchmark.model.unavailable import Unavailable


class ReadingStatus(StrEnum):
    """How a counter reading came about, the best first; only the first two carry a value that may be
    shown."""

    COUNTED = "counted"
    SCALED = "scaled"
    UNDERSAMPLED = "undersampled"
    NEVER_SCHEDULED = "never_scheduled"
    READ_FAILED = "read_failed"
    GROUP_FULL = "group_full"
    NOT_SUPPORTED = "not_supported"
    NOT_IMPLEMENTED_BY_PMU = "not_implemented_by_pmu"
    UNRESPONSIVE = "unresponsive"
    NOT_PERMITTED = "not_permitted"
    OPEN_FAILED = "open_failed"
    NO_ENCODING = "no_encoding"
    NO_PMU = "no_pmu"

    @property
    def has_value(self) -> bool:
        """Whether a reading of this status is a number."""
        return self in (ReadingStatus.COUNTED, ReadingStatus.SCALED)

    @property
    def badness(self) -> int:
        """Where it stands from best to worst: what is made of two readings is no better than the worse."""
        return _BADNESS[self]


_BADNESS = {status: rank for rank, status in enumerate(ReadingStatus)}

# Ten launches of a quiet machine differ by a percent or two; an estimate from less than this part of the time
# adds as much of its own, since what ran in the rest is not known.
LEAST_SHARE_TO_GATE = 0.95


@dataclass(frozen=True, slots=True)
class Encoding:
    """The numbers by which the kernel knows an event; `config` and `config1` in hexadecimal."""

    type: int
    config: str
    config1: str


@dataclass(frozen=True, slots=True)
class Role:
    """What was asked of the hardware, and what became of it on this machine.

    `caveat` is what the number does not say, empty where there is nothing to know; `perf` is None for what
    is no event of the kernel's.
    """

    role: str
    unit: str
    meaning: str
    status: ReadingStatus
    why: str | None
    tier: str | None
    source: str | None
    scope: str | None
    caveat: str = ""
    perf: Encoding | None = None

    @property
    def is_available(self) -> bool:
        """Whether launches can hold a value for this role."""
        return self.status.has_value


class ControlResult(StrEnum):
    """Whether a role reacted to what it should count."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclass(frozen=True, slots=True)
class Control:
    """A role in the positive control: `counted` under the stimulus, which happened `times` times, and `idle`
    in the same stretch without it; None where it was not run."""

    role: str
    stimulus: str
    cpus: tuple[int, ...]
    result: ControlResult
    why: str | None
    counted: float | None
    idle: float | None
    times: int | None


@dataclass(frozen=True, slots=True)
class Counters:
    """The counter facilities of the machine, once per run.

    `cpu` is what the CPU names itself; `script` says what stands in for the hardware, None where nothing
    does. `control` is empty in files of before there was one.
    """

    perf_event_paranoid: int | None
    pmus: tuple[str, ...]
    table: str | None
    libpfm: str | None
    roles: tuple[Role, ...]
    cpu: str | None = None
    hypervisor: str | None = None
    script: str | None = None
    control: tuple[Control, ...] = ()

    def role(self, name: str) -> Role | None:
        """The role as it is asked, `cycles` or `cycles:kernel`, where the run knows it."""
        return next((role for role in self.roles if role.role == name), None)

    def why_none(self, role: Role) -> str | None:
        """Why no launch has a value of the role: the machine lacks it, or it did not react to what it should
        count; None where launches can have one."""
        if not role.is_available:
            return role.why or role.status.value.replace("_", " ")
        control = self.control_of(role.role)
        if control is None or control.result is not ControlResult.FAILED:
            return None
        return f"did not react in the positive control: {control.why or 'no reason recorded'}"

    def control_of(self, role: str) -> Control | None:
        """How the role did in the positive control, where it took part."""
        return next((one for one in self.control if one.role == role), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A role's total over a launch's counted windows and its team, or why there is none.

    `raw`, `enabled_ns` and `running_ns` are what the kernel gave, one number a worker, where that is not
    simply the value; `empty` is what the reading itself counts in a window without work, over the team, and a
    part of the value.
    """

    status: ReadingStatus
    value: float | Unavailable
    per_worker: tuple[float | None, ...]
    running_share: float | None
    raw: tuple[float | None, ...] = ()
    enabled_ns: tuple[float | None, ...] = ()
    running_ns: tuple[float | None, ...] = ()
    empty: float | None = None

    @property
    def may_gate(self) -> bool:
        """Whether a decision may rest on it: it has a value, and that is no estimate from too little time."""
        if isinstance(self.value, Unavailable):
            return False
        if self.status is ReadingStatus.SCALED:
            return self.running_share is not None and self.running_share >= LEAST_SHARE_TO_GATE
        return self.status is ReadingStatus.COUNTED
