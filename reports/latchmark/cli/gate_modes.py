"""What do the modes of the gate do with their options? Thin by intent."""

from __future__ import annotations

import argparse
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from latchmark.cli.verdicts import explanation, only, require_outputs, tell, write_outputs
from latchmark.errors import WrongUsage
from latchmark.exporting.writing import write
from latchmark.gate.calibration.floor import floor_text, load_floor
from latchmark.gate.failures import Stopped
from latchmark.gate.policy import load_policy
from latchmark.gate.request import (
    FLOOR_FILE,
    Request,
    begin,
    begun,
    injection_in,
    path_bytes_of,
    sha256_of,
    sources_in,
)
from latchmark.gate.stages.runner import refuse_missing, version_of
from latchmark.loading import load

_LARGEST_SEED = 2**64
# The options that make a gate's question; the preset has a default, and cannot be told from a given one.
_QUESTION = (
    "base",
    "head",
    "base_rev",
    "head_rev",
    "runner",
    "filter",
    "seed",
    "alias",
    "out",
    "budget",
    "inject",
    "min_coverage",
    "on_inconclusive",
    "strict_env",
    "policy",
    "floor",
    "source",
)


def ab(options: argparse.Namespace) -> int:
    """Two binaries on this machine, now. Returns the verdict's exit code."""
    from latchmark.gate.side_by_side import run_gate

    require_outputs()
    if options.resume is not None:
        _refuse_beside_resume(options)
        folder = options.resume
        request = begun(folder)
    else:
        request = _ab_request(options)
        folder = options.out or Path("results") / "gates" / _now().strftime("%Y%m%dT%H%M%SZ")
        begin(request, folder)
    try:
        verdict = run_gate(request, folder, options.lock_name)
    except Stopped as error:
        raise Stopped(f"{error}: `gate ab --resume {shlex.quote(str(folder))}` goes on") from error
    write_outputs(verdict, folder)
    tell(verdict, folder)
    return verdict.exit_code


def _refuse_beside_resume(options: argparse.Namespace) -> None:
    """The question of a gate that goes on lies in its folder: what else was asked would go unheard, and the
    old answer would stand for other binaries."""
    for name in _QUESTION:
        value = getattr(options, name)
        if value is not None and value is not False and value != []:
            word = f"--{name.replace('_', '-')}"
            raise WrongUsage(f"--resume goes on with what {options.resume} was asked: leave out {word}")


def _ab_request(options: argparse.Namespace) -> Request:
    if options.base is None or options.head is None:
        raise WrongUsage("gate ab needs --base BIN and --head BIN, or --resume DIR")
    request = _request(options, {"base": options.base, "head": options.head})
    _refuse_bad_files(options)
    return replace(
        request,
        policy=options.policy,
        floor=options.floor,
        budget_minutes=options.budget,
        least_coverage=options.min_coverage,
        on_inconclusive=options.on_inconclusive,
        strict_env=options.strict_env,
        injections=tuple(injection_in(text) for text in options.inject),
        source=options.source,
        sources=sources_in(Path(options.source) if options.source is not None else Path()),
        base_rev=options.base_rev,
        head_rev=options.head_rev,
    )


def _request(options: argparse.Namespace, sides: Mapping[str, str]) -> Request:
    """What `ab` and `calibrate` ask alike."""
    if options.seed is not None and not 0 <= options.seed < _LARGEST_SEED:
        raise WrongUsage(f"--seed {options.seed}: is no whole number of 64 bits")
    binaries = {**sides, "runner": options.runner or sides["base"]}
    for side, binary in binaries.items():
        refuse_missing(f"--{side}", binary)
    return Request(
        base=binaries["base"],
        head=binaries["head"],
        runner=binaries["runner"],
        preset=options.preset,
        filter=options.filter,
        seed=secrets.randbits(64) if options.seed is None else options.seed,
        alias=options.alias,
        day=_now().date().isoformat(),
        versions={side: version_of(binary) for side, binary in sides.items()},
        sha256={side: sha256_of(Path(binary)) for side, binary in binaries.items()},
        path_bytes={side: path_bytes_of(binary) for side, binary in sides.items()},
    )


def _refuse_bad_files(options: argparse.Namespace) -> None:
    """What is wrong with the policy or the floor is said before a folder is made."""
    load_policy(None if options.policy is None else Path(options.policy))
    if options.floor is not None:
        load_floor(Path(options.floor))


def baseline(options: argparse.Namespace) -> int:
    """A run against a stored one. Returns the verdict's exit code."""
    from latchmark.gate.reference.verdict import baseline_verdict

    if options.out is not None:
        require_outputs()
    policy = load_policy(options.policy)
    policy = replace(policy, strict_env=policy.strict_env or options.strict_env)
    words = ["--baseline", str(options.baseline), "--head", str(options.head)]
    words += ["--policy", str(options.policy)] if options.policy is not None else []
    words += ["--floor", str(options.floor)] if options.floor is not None else []
    words += ["--strict-env"] if options.strict_env else []
    verdict = baseline_verdict(
        load(options.baseline),
        load(options.head),
        policy,
        load_floor(options.floor) if options.floor is not None else None,
        _now().date(),
        shlex.join(["scripts/latchmark", "gate", "baseline", *words]),
        sources_in(options.source or Path()),
    )
    if options.out is not None:
        write_outputs(verdict, options.out)
    tell(verdict, options.out)
    return verdict.exit_code


def calibrate(options: argparse.Namespace) -> int:
    """One program against itself; writes the noise floor."""
    from latchmark.gate.calibration.estimating import floor_of, needed_runs, with_days
    from latchmark.gate.calibration.runs import measured
    from latchmark.gate.calibration.verdict import calibration_verdict

    require_outputs()
    policy = load_policy(options.policy)
    needed = needed_runs(options.bench, options.rebuilt, options.shuffled, options.pairs)
    for one in needed:
        refuse_missing("--rebuilt or --shuffled", one.head)
    request = _request(options, {"base": options.bench, "head": options.bench})
    folder = options.out or Path("results") / "floors" / _now().strftime("%Y%m%dT%H%M%SZ")
    begin(request, folder)
    calibrations, stages = measured(request, needed, policy, folder, options.lock_name)
    floor = floor_of(calibrations, policy)
    if options.days:
        floor = with_days(floor, [load(path) for path in options.days])
    write(floor_text(floor), options.floor or folder / FLOOR_FILE)
    words = ["--bench", options.bench, "--preset", options.preset, "--pairs", str(options.pairs)]
    words += ["--rebuilt", options.rebuilt] if options.rebuilt is not None else []
    words += [word for one in options.shuffled for word in ("--shuffled", one)]
    words += ["--filter", options.filter] if options.filter is not None else []
    words += [word for path in options.days for word in ("--day", str(path))]
    repeat = shlex.join(["scripts/latchmark", "gate", "calibrate", *words, "--seed", str(request.seed)])
    verdict = calibration_verdict(floor, calibrations, policy, repeat, stages, bench=options.bench)
    write_outputs(verdict, folder)
    tell(verdict, folder)
    return verdict.exit_code


def explain(options: argparse.Namespace) -> int:
    """What a stored verdict says, in a format."""
    from latchmark.loading.verdicts import load_verdict

    path = options.verdict / "verdict.json" if options.verdict.is_dir() else options.verdict
    verdict = load_verdict(path)
    if options.point is not None:
        verdict = only(verdict, options.point)
    write(explanation(verdict, options.format), options.output)
    return 0


def _now() -> datetime:
    return datetime.now(UTC)
