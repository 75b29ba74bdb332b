"""How is a fleet run compared? By the names of its hosts, and saying which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from latchmark.cautions import flags_of
from latchmark.compare.runs import MOST_RUNS, Comparison, compare
from latchmark.errors import WrongUsage
from latchmark.model import Run
from latchmark.model.fleet import MOST_NAMES, Fleet, HostStatus
from latchmark.wording import count, words


def compared_hosts(fleet: Fleet) -> tuple[HostStatus, ...]:
    """The hosts whose runs stand side by side: the first eight with a complete run, in the manifest's order.
    Raises WrongUsage for fewer than two."""
    found = _distinct(fleet)
    if len(found) < 2:
        raise WrongUsage(f"{fleet.coverage}: a comparison needs two machines with a complete run")
    return found[:MOST_RUNS]


def compare_fleet(fleet: Fleet, runs: Sequence[Run]) -> Comparison:
    """The comparison of `runs`, those of `compared_hosts` in their order. Labels are the names of the hosts:
    aliases are often those of the model, the same for a whole rack."""
    names = [status.host for status in compared_hosts(fleet)]
    labels = tuple(
        f"{name} ({flags})" if (flags := flags_of(run)) else name
        for name, run in zip(names, runs, strict=True)
    )
    return replace(compare(runs), labels=labels, beyond=_beyond(fleet))


def _distinct(fleet: Fleet) -> tuple[HostStatus, ...]:
    """The hosts with a complete run, less those who brought the file of an earlier one."""
    by_file = {host.run_sha256: host for host in reversed(fleet.with_runs)}
    return tuple(host for host in fleet.with_runs if by_file[host.run_sha256] is host)


def _beyond(fleet: Fleet) -> tuple[str, ...]:
    """The line of coverage with the reason of each missing host, and which machines had no room."""
    told = [f"{fleet.measured} of {count(len(fleet.hosts), 'machine')}"]
    missing = fleet.without_runs
    told += [_told(host) for host in missing[:MOST_NAMES]]
    if len(missing) > MOST_NAMES:
        told.append(f"{count(len(missing) - MOST_NAMES, 'further machine')} missing, each in the index")
    sentences = [f"{'; '.join(told)}."]
    distinct = _distinct(fleet)
    copies = [host.host for host in fleet.with_runs if host not in distinct]
    if copies:
        sentences.append(f"Not compared: {words(_shortened(copies))}, with the file of another host.")
    left = [host.host for host in distinct[MOST_RUNS:]]
    if left:
        sentences.append(
            f"Compared are the first {MOST_RUNS} of the {len(distinct)} with a complete run, in the order of"
            f" the inventory; in the index alone: {words(_shortened(left))}."
        )
    return tuple(sentences)


def _told(host: HostStatus) -> str:
    reason = host.reason.rstrip(".")
    return f"{host.host} {host.state.value}{f': {reason}' if reason else ''}"


def _shortened(names: Sequence[str]) -> list[str]:
    if len(names) <= MOST_NAMES:
        return list(names)
    return [*names[: MOST_NAMES - 1], f"{len(names) - MOST_NAMES + 1} others"]
