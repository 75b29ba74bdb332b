"""Which points would a gate have judged, and in which verdict? Describes rich values, for tests of what
shows them."""

from __future__ import annotations

import random
from dataclasses import replace
from statistics import median

from latchmark.model import Direction
from latchmark.verdict import (
    Companion,
    Estimate,
    Gated,
    Grade,
    Kind,
    Limits,
    Look,
    Mode,
    Pair,
    Skipped,
    Source,
    Stage,
    StageKind,
    Subject,
    Verdict,
    Void,
    Word,
)

PACKED = "false_sharing/counters/packed/workers:2/placement:spread"
PADDED = "false_sharing/counters/padded_64/workers:2/placement:spread"
TICKET = "lock_granularity/locks/ticket/workers:2/placement:spread"
MUTEX = "lock_granularity/locks/mutex/workers:2/placement:spread"
QUEUE = "contention/queues/mpmc/workers:2/placement:spread"
GONE = "contention/queues/spsc/workers:2/placement:spread"
CRASHING = "contention/queues/ring/workers:2/placement:spread"
OTHER = "lock_granularity/locks/mcs/workers:2/placement:spread"
FRESH = "lock_granularity/locks/clh/workers:2/placement:spread"
TOO_GOOD = "false_sharing/counters/thread_local/workers:2/placement:spread"
LONE = "false_sharing/counters/packed/workers:1/placement:spread"
WAITING = "waiting/hand_over/futex/workers:2/placement:spread"
ARITHMETIC = "instrument/controls/arithmetic/workers:1/placement:spread"
CLOCK = "instrument/controls/clock/workers:1/placement:spread"

LIMITS = Limits(limit=0.03, margin=0.02, tolerated=0.10)
SCREEN, SETTLE, CONFIRM = 0, 1, 2
REPEAT = (
    "scripts/latchmark gate ab --base build/base/latchmark-bench --head build/head/latchmark-bench"
    " --preset gate --seed 20260131"
)

STAGES = (
    Stage(
        StageKind.SCREEN,
        "01-screen",
        "stages/01-screen/run.json",
        "a" * 64,
        "2026-01-31T12:00:00Z",
        96.4,
        20,
        1,
        12,
    ),
    Stage(
        StageKind.SETTLE,
        "02-settle",
        "stages/02-settle/run.json",
        "b" * 64,
        "2026-01-31T12:02:00Z",
        31.0,
        20,
        0,
        3,
    ),
    Stage(
        StageKind.CONFIRM,
        "03-confirm",
        "stages/03-confirm/run.json",
        "c" * 64,
        "2026-01-31T12:03:00Z",
        41.5,
        40,
        1,
        2,
    ),
)
VOIDS = (
    Void(SCREEN, 7, "steal 14 % of the round, 0.2 % in the middle round"),
    Void(CONFIRM, 31, "a foreign thread used 0.6 CPUs"),
)


def paired(
    name: str, ratio: float, spread: float, rounds: dict[int, int], at_ns: float = 36.0
) -> tuple[Pair, ...]:
    """Pairs of `rounds[stage]` rounds whose ln(ratio) scatters by `spread`, the same for a name; those of
    VOIDS do not count, and the second of them lost its head."""
    seeded = random.Random(name)
    why = {(void.stage, void.round): void.why for void in VOIDS}
    pairs = []
    for stage, count in rounds.items():
        for number in range(1, count + 1):
            base = at_ns * seeded.lognormvariate(0, 0.02)
            head: float | None = base * ratio * seeded.lognormvariate(0, spread)
            if (stage, number) == (CONFIRM, 31):
                head = None
            first = ("base", "head", "head", "base")[number % 4]
            pairs.append(Pair(stage, number, first, base, head, why.get((stage, number))))
    return tuple(pairs)


def estimate_of(pairs: tuple[Pair, ...]) -> Estimate:
    """The median ratio with the range of the middle nine tenths: near enough to an interval for a drawing."""
    ratios = sorted(pair.head / pair.base for pair in pairs if pair.why is None and pair.head and pair.base)
    edge = len(ratios) // 3
    return Estimate(median(ratios), ratios[edge], ratios[-1 - edge], ratios[-edge], len(ratios))


def time_point(name: str, word: Word, because: str, **more: object) -> Gated:
    """A gated time without evidence; `more` replaces fields."""
    family, experiment = name.split("/")[:2]
    gated = Gated(
        point=name,
        experiment=f"{family}/{experiment}",
        metric="time_per_operation",
        unit="ns",
        kind=Kind.TIME,
        direction=Direction.LOWER,
        word=word,
        because=because,
        limits=LIMITS,
        source=Source(f"benchmarks/{family}/{experiment}/experiment.cpp", 14),
    )
    return replace(gated, **more)


def measured_point(
    name: str,
    word: Word,
    because: str,
    ratio: float = 1.0,
    spread: float = 0.02,
    rounds: dict[int, int] | None = None,
    **more: object,
) -> Gated:
    """A gated time with pairs, estimate and the looks of its stages."""
    rounds = {SCREEN: 20} if rounds is None else rounds
    pairs = paired(name, ratio, spread, rounds)
    nominated = CONFIRM in rounds
    toward = "better" if ratio < 1 and nominated else "worse"
    looks = [
        Look(
            StageKind.SCREEN,
            toward,
            19,
            "signed-rank",
            0.0004 if nominated else 0.41,
            None,
            0.10,
            12,
            nominated,
        )
    ]
    if SETTLE in rounds:
        looks.append(Look(StageKind.SETTLE, toward, 39, "signed-rank", 0.55, None, 0.10, 3, False))
    if nominated:
        looks.append(
            Look(StageKind.CONFIRM, toward, 39, "signed-rank", 3.6e-9, 7.2e-9, 0.003, 2, word is not Word.OK)
        )
    counted = tuple(pair for pair in pairs if (pair.stage == CONFIRM) == nominated)
    gated = time_point(
        name,
        word,
        because,
        estimate=estimate_of(counted),
        spread=spread,
        detectable=0.031 + spread,
        looks=tuple(looks),
        pairs=pairs,
    )
    return replace(gated, **more)


def count_point(name: str, metric: str, word: Word, because: str, ratio: float, **more: object) -> Gated:
    """A gated count of class D, decided on five pairs."""
    pairs = paired(name + metric, ratio, 0.0005, {SCREEN: 20}, at_ns=12.0)
    gated = time_point(
        name,
        word,
        because,
        metric=metric,
        unit="1/operation",
        kind=Kind.COUNTER,
        grade=Grade.DETERMINISTIC,
        limits=Limits(limit=0.005, margin=0.0, tolerated=0.005),
        estimate=estimate_of(pairs),
        spread=0.0007,
        pairs=pairs,
    )
    return replace(gated, **more)


def controls() -> tuple[Gated, ...]:
    """Two negative controls that came out alike."""
    return tuple(
        measured_point(name, Word.OK, "alike: 1.00× over 19 pairs, p = 0.61", 1.0, 0.004)
        for name in (ARITHMETIC, CLOCK)
    )


def regressed_points() -> tuple[Gated, ...]:
    """One of each: slower, faster, alike, undecided, and counts beside them."""
    return (
        measured_point(
            PACKED,
            Word.REGRESSED,
            "slower by 21 % over 39 fresh pairs, p = 7e-09 among 2 against 0.003.",
            1.21,
            0.05,
            {SCREEN: 20, CONFIRM: 40},
            companions=(
                Companion(
                    "cross_core_transfers",
                    1.98,
                    1.90,
                    2.04,
                    "cross-core transfers 1.98× [1.90, 2.04]: 0.49 against 0.97 lines per operation.",
                ),
            ),
        ),
        measured_point(PADDED, Word.OK, "upper bound 1.02× is below 1.10×."),
        measured_point(
            MUTEX,
            Word.IMPROVED,
            "faster by 14 % over 39 fresh pairs, p = 7e-09 among 2 against 0.003.",
            0.86,
            0.06,
            {SCREEN: 20, CONFIRM: 40},
        ),
        measured_point(
            QUEUE,
            Word.INCONCLUSIVE,
            "upper bound 1.19× is not below 1.10×; needs about 240 pairs.",
            1.02,
            0.41,
            {SCREEN: 20, SETTLE: 20},
            pairs_needed=240,
            detectable=0.31,
        ),
        measured_point(
            TICKET, Word.OK, "upper bound 1.05× is below 1.10×.", 1.005, 0.05, {SCREEN: 20, SETTLE: 20}
        ),
        count_point(
            LONE,
            "instructions",
            Word.REGRESSED,
            "1.250× over 19 pairs is beyond 1.005×, and grade D differs by less than 0.3 %.",
            1.25,
        ),
        count_point(
            LONE,
            "branches",
            Word.OK,
            "1.000× over 19 pairs is within 1.005×.",
            1.0,
        ),
        count_point(
            PACKED,
            "instructions",
            Word.OK,
            "grade N: shown, never gated.",
            1.02,
            grade=Grade.NOISY,
            is_advisory=True,
        ),
    )


def troubled_points() -> tuple[Gated, ...]:
    """One of each that could not be compared, or not believed."""
    return (
        time_point(GONE, Word.MISSING, "in base's plan and not in head's.", looks=(), pairs=()),
        time_point(CRASHING, Word.ERROR, "19 of 20 launches of head crashed: killed by signal 11 (SIGSEGV)."),
        time_point(WAITING, Word.ERROR, "20 of 20 launches of both sides ran past 10 s.", fails_in_base=True),
        time_point(OTHER, Word.NOT_COMPARABLE, "its definition differs: 4 workers against 2."),
        time_point(FRESH, Word.NEW, "head alone has it."),
        measured_point(TOO_GOOD, Word.SUSPECT, "0.31× is more than 50 % faster: implausible.", 0.31, 0.02),
    )


def verdict(**more: object) -> Verdict:
    """A gate that ends with 1: two regressions among points of every kind of measured answer; `more`
    replaces fields."""
    value = Verdict(
        mode=Mode.AB,
        exit_code=1,
        sentence="2 regressions confirmed, 1 inconclusive, 1 improved, 3 OK.",
        base=Subject("build/base/latchmark-bench", "4f1d9a", "0.1.0"),
        head=Subject("build/head/latchmark-bench", "77ac01", "0.1.0"),
        machine="xeon-2c-1s",
        hard_key_hash="8a1f6b2c4d5e6f70",
        preset="gate",
        filter=None,
        seed="20260131",
        repeat=REPEAT,
        policy=(("alpha", "0.01"), ("limit", "0.03"), ("screen_pairs", "20")),
        coverage=6 / 7,
        least_coverage=0.8,
        stages=STAGES,
        points=regressed_points(),
        controls=controls(),
        skipped=(Skipped("contention/queues/mpmc/workers:2/placement:other_socket", "needs two sockets"),),
        voids=VOIDS,
        cautions=("governor differs from the floor's: powersave against performance",),
        geometric_mean=Estimate(1.013, 0.99, 1.04, None, 5),
    )
    return replace(value, **more)
